"""The frame's own state: the route stack, the gate before staff pages, who left and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from kiosk.viewmodels.idle import IdleLimits
from kiosk.viewmodels.routes import STAFF_ROUTES, UnknownRoute
from kiosk.viewmodels.shell import ShellViewModel

pytestmark = pytest.mark.usefixtures("qapp")


class Seconds:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def shell(seconds: Seconds):
    made = ShellViewModel(
        limits=IdleLimits(resident=60, warning=30, staff=300, toast=4),
        monotonic=seconds,
        now=lambda: datetime(2026, 11, 22, 16, 5, tzinfo=UTC),
    )
    yield made
    made.deleteLater()


@pytest.fixture
def pass_time(shell: ShellViewModel, seconds: Seconds) -> Callable[[float], None]:
    def pass_time(by: float) -> None:
        seconds.now += by
        shell.tick()

    return pass_time


def recorded(signal) -> list[tuple]:
    calls: list[tuple] = []
    signal.connect(lambda *values: calls.append(values))
    return calls


def test_it_begins_at_home_and_back_does_nothing_there(shell: ShellViewModel) -> None:
    shell.back()
    assert (shell.route, shell.depth) == ("home", 1)


def test_pages_stack_up_and_go_back(shell: ShellViewModel) -> None:
    moves = recorded(shell.navigated)
    shell.go("card")
    shell.go("who")
    shell.replace("notice")
    shell.back()
    assert shell.stack == ("home", "card")
    assert [kind for (kind,) in moves] == ["push", "push", "replace", "pop"]


def test_the_same_page_is_not_opened_twice(shell: ShellViewModel) -> None:
    shell.go("call")
    shell.go("call")
    assert shell.depth == 2


def test_an_unknown_page_is_an_error(shell: ShellViewModel) -> None:
    with pytest.raises(UnknownRoute):
        shell.go("nowhere")
    assert shell.route == "home"


def test_leaving_a_check_in_leaves_nothing_to_come_back_to(shell: ShellViewModel) -> None:
    told = recorded(shell.navigated)
    shell.go("rest")
    shell.home()
    assert shell.stack == ("home",)
    assert told == [("push",), ("reset",)]


@pytest.mark.parametrize("route", sorted(STAFF_ROUTES))
@pytest.mark.parametrize("way", ["go", "replace", "section"])
def test_no_staff_page_opens_before_sign_in(shell: ShellViewModel, route: str, way: str) -> None:
    getattr(shell, way)(route)
    assert shell.route == "signIn"
    shell.set_staff("chan", "Chan Mei Ling", "social_worker")
    shell.unlock()
    assert shell.stack == ("home", route)


def test_sign_in_leads_to_the_residents_when_nothing_was_asked_for(shell: ShellViewModel) -> None:
    shell.go("signIn")
    shell.set_staff("chan", "Chan Mei Ling", "social_worker")
    shell.unlock()
    assert shell.stack == ("home", "residents")


def test_nobody_can_unlock_without_signing_in(shell: ShellViewModel) -> None:
    with pytest.raises(UnknownRoute):
        shell.unlock()


@pytest.fixture
def at_work(shell: ShellViewModel) -> ShellViewModel:
    shell.set_staff("chan", "Chan Mei Ling", "social_worker")
    shell.section("residents")
    shell.go("resident")
    return shell


def test_a_locked_kiosk_asks_the_pin_before_any_staff_page(at_work: ShellViewModel) -> None:
    at_work.lock()
    assert (at_work.stack, at_work.locked) == (("home", "pin"), True)
    at_work.go("traffic")
    assert at_work.route == "pin"
    at_work.unlock()
    assert (at_work.route, at_work.locked) == ("traffic", False)


def test_the_pin_restores_the_whole_way_back(at_work: ShellViewModel) -> None:
    at_work.lock()
    at_work.unlock()
    assert at_work.stack == ("home", "residents", "resident")


def test_another_worker_does_not_see_what_was_open(at_work: ShellViewModel) -> None:
    at_work.lock()
    at_work.set_staff("lee", "Lee Kwok Keung", "volunteer")
    at_work.unlock()
    assert at_work.stack == ("home", "residents")


def test_another_worker_of_the_same_name_does_not_see_it_either(at_work: ShellViewModel) -> None:
    at_work.lock()
    at_work.set_staff("chan-of-the-other-village", "Chan Mei Ling", "volunteer")
    at_work.unlock()
    assert at_work.stack == ("home", "residents")


def test_a_worker_shown_by_another_name_keeps_what_was_open(at_work: ShellViewModel) -> None:
    at_work.lock()
    at_work.set_staff("chan", "陳美玲", "social_worker")
    at_work.unlock()
    assert at_work.stack == ("home", "residents", "resident")


def test_walking_home_locks_the_staff_pages(at_work: ShellViewModel) -> None:
    at_work.home()
    assert at_work.locked
    at_work.go("sync")
    assert at_work.route == "pin"


def test_the_end_of_a_shift_leaves_no_staff_page(at_work: ShellViewModel) -> None:
    at_work.clear_staff()
    assert at_work.route == "home"
    assert not at_work.signedIn
    at_work.go("residents")
    assert at_work.route == "signIn"


def test_a_tab_forgets_what_was_open_above_it(at_work: ShellViewModel) -> None:
    at_work.section("traffic")
    assert at_work.stack == ("home", "traffic")


def test_staff_idle_leads_to_the_pin(at_work: ShellViewModel, pass_time) -> None:
    pass_time(299)
    assert at_work.route == "resident"
    pass_time(1)
    assert (at_work.route, at_work.locked) == ("pin", True)


def test_a_forgotten_pin_page_gives_the_screen_back(at_work: ShellViewModel, pass_time) -> None:
    at_work.lock()
    pass_time(60)
    assert at_work.route == "home"
    assert at_work.locked


def test_a_resident_is_asked_and_then_left_in_peace(shell: ShellViewModel, pass_time) -> None:
    shell.go("result")
    told = recorded(shell.navigated)
    pass_time(59)
    assert not shell.idleWarning
    pass_time(1)
    assert (shell.idleWarning, shell.idleSecondsLeft) == (True, 30)
    pass_time(29)
    assert (shell.route, shell.idleSecondsLeft) == ("result", 1)
    pass_time(1)
    assert shell.route == "home"
    assert not shell.idleWarning
    assert told == [("reset",)]


def test_only_the_answer_ends_the_question(shell: ShellViewModel, pass_time) -> None:
    shell.go("result")
    pass_time(60)
    shell.touch()
    assert shell.idleWarning
    shell.stay()
    assert not shell.idleWarning
    pass_time(59)
    assert not shell.idleWarning


def test_a_touch_starts_the_minute_again(shell: ShellViewModel, pass_time) -> None:
    shell.go("who")
    pass_time(59)
    shell.touch()
    pass_time(59)
    assert not shell.idleWarning


@pytest.mark.parametrize("route", ["home", "rest", "measuring", "pause", "call", "unwell"])
def test_rest_inflation_and_waiting_for_staff_are_not_timed(
    shell: ShellViewModel, pass_time, route: str
) -> None:
    if route != "home":
        shell.go(route)
    pass_time(3600)
    assert shell.route == route
    assert not shell.idleWarning


def test_words_leave_by_themselves(shell: ShellViewModel, pass_time) -> None:
    shell.say("Saved")
    pass_time(3)
    assert shell.toast == "Saved"
    pass_time(1)
    assert shell.toast == ""


def test_the_clock_shows_hong_kong(shell: ShellViewModel) -> None:
    assert shell.clock == "00:05"


def test_languages_and_themes_are_the_ones_that_exist(shell: ShellViewModel) -> None:
    changes = recorded(shell.languageChanged)
    shell.setLanguage("zh_CN")
    shell.setLanguage("zh_CN")
    assert len(changes) == 1
    with pytest.raises(ValueError, match="yue"):
        shell.setLanguage("yue")
    with pytest.raises(ValueError, match="pink"):
        shell.setTheme("pink")
