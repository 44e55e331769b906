"""Every resident page and state holds the numbers of the design, in every language and layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from devices.health.errors import (
    AdapterReason,
    AdapterUnavailable,
    ConnectionLost,
    InstrumentRefused,
)
from kiosk.civil_time import civil_time
from offline_sync.errors import StoreFull
from tests.kiosk.resident_side import CARD, SITE, ResidentSide, resident_side
from tests.ui.audits import audit
from tests.ui.fixtures import LANGUAGES, LARGE_LAYOUTS, LAYOUTS, OpenPage

MONTH_MS = 31 * 86_400_000
PRESSURES = [8, 40, 75, 105, 130, 148, 160, 168, 172, 170, 164, 160, 153, 150, 142, 139, 131, 126]


def home(side: ResidentSide) -> None:
    """Nobody is there."""


def card(side: ResidentSide) -> None:
    side.shell.go("card")


def card_unknown(side: ResidentSide) -> None:
    side.check_in.cardShown("NOBODY")


def who(side: ResidentSide) -> None:
    side.check_in.cardShown(CARD)


def notice(side: ResidentSide) -> None:
    who(side)
    side.check_in.itIsMe()


def notice_not_saved(side: ResidentSide) -> None:
    notice(side)
    side.background.fail_next = StoreFull("disk full")
    side.check_in.agree()


def rest(side: ResidentSide) -> None:
    side.sit_down()
    side.wait(130)


def rest_over(side: ResidentSide) -> None:
    side.sit_down()
    side.wait(300)


def cuff(side: ResidentSide) -> None:
    rest_over(side)
    side.check_in.imBack()


def measuring(side: ResidentSide) -> None:
    side.ready_to_measure()


def measuring_live(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.connects()
    side.cuff.inflates(*PRESSURES)


def measuring_silent(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.wait(30)


def measuring_no_adapter(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.fails(AdapterUnavailable(AdapterReason.NO_ADAPTER))


def measuring_lost(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.fails(ConnectionLost("gone"))


def measuring_adapter_stuck(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.fails(AdapterUnavailable(AdapterReason.STUCK))


def measuring_no_bluetooth(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.fails(AdapterUnavailable(AdapterReason.NO_BLUETOOTH_SERVICE))


def measuring_refused(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.fails(InstrumentRefused("no", pairing=False))


def measuring_not_paired(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.fails(InstrumentRefused("no", pairing=True))


def measuring_unreadable(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.measures(0, 0, raw=b"\x04")


def measuring_not_yours(side: ResidentSide) -> None:
    side.ready_to_measure()
    stamp = civil_time(side.clock.now().wall_ms).replace(tzinfo=None) - timedelta(hours=3)
    side.cuff.measures(170, 95, device_time=stamp, clock_offset_s=0.0)


def measuring_not_saved(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.background.fail_next = StoreFull("disk full")
    side.cuff.measures(142, 84, kept=False)


def pause(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.measures(142, 84)
    side.wait(18)


def pause_third(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.two_readings((160, 84), (142, 82))
    side.wait(18)


def symptoms(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.measures(188, 104)


def past(side: ResidentSide) -> None:
    for number, pair in enumerate([(151, 91), (147, 89), (149, 90), (143, 87), (140, 84)]):
        if number == 3:
            side.clock.ms += MONTH_MS
        side.ready_to_measure()
        side.two_readings(pair, pair)
        side.shell.home()
        side.clock.ms += MONTH_MS


def result(side: ResidentSide) -> None:
    past(side)
    side.ready_to_measure()
    side.two_readings((144, 85), (140, 83))


def result_ok(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.two_readings((124, 78), (126, 80))


def result_call(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.two_readings((184, 96), (182, 94))


def result_hidden(side: ResidentSide) -> None:
    result_ok(side)
    side.check_in.toggleHidden()


def result_none(side: ResidentSide) -> None:
    side.ready_to_measure()
    for _ in range(5):
        side.cuff.measures(120, 20)
        side.wait(60)


def result_unsaved(side: ResidentSide) -> None:
    notice(side)
    side.check_in.measureWithoutSaving()
    side.rest()
    side.two_readings((150, 95), (152, 96))


def trend(side: ResidentSide) -> None:
    result(side)
    side.shell.go("trend")


def trend_first(side: ResidentSide) -> None:
    result_ok(side)
    side.shell.go("trend")


def goodbye(side: ResidentSide) -> None:
    result_ok(side)
    side.check_in.finish()


def call(side: ResidentSide) -> None:
    side.sit_down()
    side.shell.go("call")
    side.wait(24)


def call_unanswered(side: ResidentSide) -> None:
    side.background.fail_next = StoreFull("disk full")
    side.shell.go("call")
    side.clock.ms += 75_000


def call_pin(side: ResidentSide) -> None:
    side.shifts.open(side.worker)
    side.shell.go("call")
    side.call.askPin()


def call_pin_wrong(side: ResidentSide) -> None:
    call_pin(side)
    side.call.enterPin("worker-1", "000000")


def unwell(side: ResidentSide) -> None:
    side.shell.go("unwell")
    side.wait(24)


def unwell_unanswered(side: ResidentSide) -> None:
    side.shell.go("unwell")
    side.wait(80)


STATES: list[Callable[[ResidentSide], None]] = [
    home, card, card_unknown, who, notice, notice_not_saved, rest, rest_over, cuff, measuring,
    measuring_live, measuring_silent, measuring_no_adapter, measuring_lost, measuring_refused,
    measuring_adapter_stuck, measuring_no_bluetooth, measuring_not_paired,
    measuring_unreadable, measuring_not_yours, measuring_not_saved, pause, pause_third, symptoms,
    result, result_ok, result_call, result_hidden, result_none, result_unsaved, trend, trend_first,
    goodbye, call, call_unanswered, call_pin, call_pin_wrong, unwell, unwell_unanswered,
]  # fmt: skip


@pytest.fixture
def make_side(tmp_path: Path, qapp: object) -> Iterator[Callable[..., ResidentSide]]:
    made: list[ResidentSide] = []

    def make(**options: object) -> ResidentSide:
        made.append(resident_side(tmp_path, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for side in made:
        side.close()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_a_resident_page_holds_the_numbers(
    make_side: Callable[..., ResidentSide],
    open_page: OpenPage,
    state: Callable[[ResidentSide], None],
    language: str,
    layout: str,
) -> None:
    side = make_side(warnings={"arm_not_to_use": "right"})
    state(side)
    side.shell.setLanguage(language)
    driver = open_page(side.shell.route, layout=layout, shell=side.shell, checkIn=side.check_in)

    # The PIN pad is a worker's, and has the size of staff pages.
    assert audit(driver, "staff" if state in (call_pin, call_pin_wrong) else "resident") == []


@pytest.mark.parametrize("layout", LARGE_LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "state",
    [home, who, rest, cuff, measuring, measuring_live, pause, result, trend, call, unwell],
    ids=lambda state: state.__name__,
)
def test_a_resident_page_holds_the_numbers_on_a_large_screen(
    make_side: Callable[..., ResidentSide],
    open_page: OpenPage,
    state: Callable[[ResidentSide], None],
    language: str,
    layout: str,
) -> None:
    side = make_side(warnings={"arm_not_to_use": "right"})
    state(side)
    side.shell.setLanguage(language)
    driver = open_page(side.shell.route, layout=layout, shell=side.shell, checkIn=side.check_in)

    assert audit(driver, "resident") == []


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", [call, call_unanswered], ids=lambda state: state.__name__)
def test_a_call_that_nobody_can_answer_is_closed_by_touch(
    make_side: Callable[..., ResidentSide],
    open_page: OpenPage,
    state: Callable[[ResidentSide], None],
    language: str,
    layout: str,
) -> None:
    side = make_side(staffed=False)
    state(side)
    side.shell.setLanguage(language)
    driver = open_page("call", layout=layout, shell=side.shell, checkIn=side.check_in)

    assert audit(driver, "resident") == []
    assert driver.maybe("imStaff") is None
    driver.tap("closePage")
    assert not side.call.waiting


def test_the_telephone_is_on_the_call_page_from_the_first_second(
    make_side: Callable[..., ResidentSide], open_page: OpenPage
) -> None:
    side = make_side()
    side.shell.go("call")
    driver = open_page("call", shell=side.shell, checkIn=side.check_in)

    assert driver.says(SITE.telephone)
    assert driver.maybe("closePage") is None


@pytest.mark.parametrize("theme", ["dark", "contrast"])
@pytest.mark.parametrize(
    "state",
    [home, who, cuff, measuring_live, symptoms, result, result_call, trend, call, unwell],
    ids=lambda state: state.__name__,
)
def test_a_resident_page_can_be_read_in_every_theme(
    make_side: Callable[..., ResidentSide],
    open_page: OpenPage,
    state: Callable[[ResidentSide], None],
    theme: str,
) -> None:
    side = make_side()
    state(side)
    side.shell.setLanguage("zh_HK")
    side.shell.setTheme(theme)
    driver = open_page(side.shell.route, shell=side.shell, checkIn=side.check_in)

    assert audit(driver, "resident") == []


def test_the_longest_ways_to_be_addressed_fit(
    make_side: Callable[..., ResidentSide], open_page: OpenPage
) -> None:
    side = make_side(preferred_address="Grandmother Chan Mei Ling of the old house")
    who(side)
    side.shell.setLanguage("en")
    driver = open_page("who", layout="15in_1080", shell=side.shell, checkIn=side.check_in)

    assert audit(driver, "resident") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_leaving_a_reading_that_is_not_saved_is_asked_first(
    make_side: Callable[..., ResidentSide], open_page: OpenPage, language: str
) -> None:
    side = make_side()
    measuring_not_saved(side)
    side.shell.setLanguage(language)
    driver = open_page("measuring", layout="15in_1080", shell=side.shell, checkIn=side.check_in)
    driver.tap("leave")
    driver.get("dialogConfirm")

    assert audit(driver, "resident") == []
    driver.tap("dialogCancel")
    assert side.shell.route == "measuring"
    assert driver.says("142")
    driver.tap("leave")
    driver.get("dialogConfirm")
    driver.grab()
    driver.tap("dialogConfirm")
    assert side.shell.route == "home"
