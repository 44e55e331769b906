"""The sign-in view model with the real frame: who gets in, where to, and what stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.shifts import IDLE_LOCK_MS, SHIFT_LIMIT_MS
from kiosk.sign_in import PIN_TRIES
from kiosk.viewmodels.shell import ShellViewModel
from kiosk.viewmodels.sign_in import SignInViewModel
from offline_sync.errors import StoreUnavailable
from tests.builders import resident_change
from tests.kiosk.staff_desk import (
    NAME,
    PASSPHRASE,
    PIN,
    VOLUNTEER,
    VOLUNTEER_PASSPHRASE,
    VOLUNTEER_PIN,
    StaffDesk,
)


@pytest.fixture
def shell(desk: StaffDesk) -> Iterator[ShellViewModel]:
    shell = ShellViewModel(monotonic=lambda: desk.clock.now().mono_ms / 1000)
    yield shell
    shell._timer.stop()


@pytest.fixture
def door(desk: StaffDesk, shell: ShellViewModel) -> Iterator[SignInViewModel]:
    door = SignInViewModel(desk.background, desk.shifts, desk.desk, shell)
    yield door
    door._timer.stop()


def names(door: SignInViewModel) -> list[str]:
    return [worker["name"] for worker in door.workers]


def test_signing_in_leads_to_the_page_that_was_wanted(
    shell: ShellViewModel, door: SignInViewModel
) -> None:
    shell.go("traffic")
    assert shell.route == "signIn"
    door.signIn(NAME, PASSPHRASE)
    assert shell.route == "traffic"
    assert (shell.staffName, shell.staffRole) == ("Wong Wing Sze", "social_worker")


def test_a_wrong_passphrase_stays_at_the_door(
    desk: StaffDesk, shell: ShellViewModel, door: SignInViewModel
) -> None:
    shell.go("residents")
    door.signIn(NAME, "not this one")
    assert (shell.route, door.problem, door.busy) == ("signIn", "wrong_passphrase", False)
    assert desk.shifts.worker is None
    assert not shell.signedIn


def test_waiting_is_counted_down(
    desk: StaffDesk, shell: ShellViewModel, door: SignInViewModel
) -> None:
    shell.go("residents")
    for _ in range(3):
        door.signIn(NAME, "not this one")
    assert door.waitSeconds == 5
    door.signIn(NAME, PASSPHRASE)
    assert door.problem == "must_wait"
    for _ in range(5):
        desk.clock.pass_ms(1_000)
        door.beat()
    assert (door.waitSeconds, door.problem) == (0, "")
    door.signIn(NAME, PASSPHRASE)
    assert shell.route == "residents"


def test_the_lock_button_asks_the_pin_and_the_pin_leads_back(
    desk: StaffDesk, shell: ShellViewModel, door: SignInViewModel
) -> None:
    shell.go("residents")
    door.signIn(NAME, PASSPHRASE)
    shell.go("resident")
    shell.lock()
    assert desk.shifts.locked
    assert (shell.route, door.workerName) == ("pin", "Wong Wing Sze")
    door.enterPin("999111")
    assert (door.problem, door.triesLeft, shell.route) == ("wrong_pin", PIN_TRIES - 1, "pin")
    door.enterPin(PIN)
    assert shell.route == "resident"
    assert not desk.shifts.locked


def test_idle_minutes_bring_the_pin_page(
    desk: StaffDesk, shell: ShellViewModel, door: SignInViewModel
) -> None:
    shell.go("sync")
    door.signIn(NAME, PASSPHRASE)
    desk.clock.pass_ms(IDLE_LOCK_MS)
    door.beat()
    assert (shell.route, shell.locked) == ("pin", True)


def test_the_frames_own_idle_lock_locks_the_gate_too(
    desk: StaffDesk, shell: ShellViewModel, door: SignInViewModel
) -> None:
    shell.go("sync")
    door.signIn(NAME, PASSPHRASE)
    desk.clock.pass_ms(IDLE_LOCK_MS)
    shell.tick()
    assert shell.route == "pin"
    assert desk.shifts.locked


def test_going_home_locks_the_gate(
    desk: StaffDesk, shell: ShellViewModel, door: SignInViewModel
) -> None:
    shell.go("residents")
    door.signIn(NAME, PASSPHRASE)
    shell.home()
    assert desk.shifts.locked
    shell.go("residents")
    assert shell.route == "pin"


def test_a_second_worker_signs_in_and_the_two_change_places_by_pin(
    desk: StaffDesk, shell: ShellViewModel, door: SignInViewModel
) -> None:
    shell.go("resident")
    door.signIn(NAME, PASSPHRASE)
    shell.lock()
    shell.replace("signIn")
    door.signIn(VOLUNTEER, VOLUNTEER_PASSPHRASE)
    assert (shell.staffName, shell.route) == ("Ho Pui Shan", "residents")
    assert names(door) == ["Wong Wing Sze", "Ho Pui Shan"]
    shell.lock()
    door.chooseWorker(desk.wong)
    assert door.workerName == "Wong Wing Sze"
    door.enterPin(VOLUNTEER_PIN)
    assert door.problem == "wrong_pin"
    door.enterPin(PIN)
    assert (shell.staffName, shell.staffRole) == ("Wong Wing Sze", "social_worker")
    worker = desk.shifts.worker
    assert worker is not None
    assert worker.staff_id == desk.wong


def test_used_up_pins_lead_to_the_passphrase_and_leave_the_other_shift(
    desk: StaffDesk, shell: ShellViewModel, door: SignInViewModel
) -> None:
    shell.go("residents")
    door.signIn(NAME, PASSPHRASE)
    shell.replace("signIn")
    door.signIn(VOLUNTEER, VOLUNTEER_PASSPHRASE)
    shell.lock()
    for _ in range(PIN_TRIES):
        door.enterPin("999111")
        desk.clock.pass_ms(60_000)
        for _ in range(60):
            door.beat()
    assert (shell.route, door.problem) == ("signIn", "passphrase_needed")
    assert not desk.shifts.has_shift(desk.ho)
    assert desk.shifts.has_shift(desk.wong)
    shell.replace("pin")
    assert door.workerName == "Wong Wing Sze"
    door.enterPin(PIN)
    assert shell.staffName == "Wong Wing Sze"


def test_after_ten_hours_the_passphrase_is_asked(
    desk: StaffDesk, shell: ShellViewModel, door: SignInViewModel
) -> None:
    shell.go("residents")
    door.signIn(NAME, PASSPHRASE)
    desk.clock.pass_ms(SHIFT_LIMIT_MS)
    door.beat()
    assert not shell.signedIn
    shell.go("residents")
    assert shell.route == "signIn"
    door.enterPin(PIN)
    assert (shell.route, door.problem) == ("signIn", "passphrase_needed")


def test_signing_out_asks_the_passphrase_next_time_and_loses_nothing(
    desk: StaffDesk, shell: ShellViewModel, door: SignInViewModel
) -> None:
    desk.store.save([resident_change()], "test")
    before = desk.store.outbox_counts()
    shell.go("residents")
    door.signIn(NAME, PASSPHRASE)
    shell.lock()
    door.endShift()
    assert names(door) == []
    assert not shell.signedIn
    assert desk.store.outbox_counts().unsent >= before.unsent
    assert desk.rows("SELECT count(*) FROM resident") == [(1,)]


def test_no_property_holds_a_secret(shell: ShellViewModel, door: SignInViewModel) -> None:
    shell.go("residents")
    door.signIn(NAME, "a secret that is wrong")
    door.signIn(NAME, PASSPHRASE)
    shell.lock()
    door.enterPin("864209")
    meta = door.metaObject()
    values = [door.property(meta.property(n).name()) for n in range(meta.propertyCount())]
    assert not any(
        secret in str(values) + str(vars(door))
        for secret in ("a secret that is wrong", PASSPHRASE, "864209")
    )


def test_a_store_that_cannot_be_reached_says_so(
    desk: StaffDesk, shell: ShellViewModel, door: SignInViewModel
) -> None:
    shell.go("residents")
    desk.background.fail_next = StoreUnavailable("read-only disk")
    door.signIn(NAME, PASSPHRASE)
    assert (door.problem, door.busy, shell.route) == ("not_checked", False, "signIn")
    door.signIn(NAME, PASSPHRASE)
    assert shell.route == "residents"


def test_the_name_is_shown_in_the_script_of_the_language(
    shell: ShellViewModel, door: SignInViewModel
) -> None:
    shell.setLanguage("zh_HK")
    shell.go("residents")
    door.signIn("wong wing sze", PASSPHRASE)
    assert shell.staffName == "黃詠詩"
    shell.setLanguage("en")
    assert names(door) == ["Wong Wing Sze"]
    assert shell.staffName == "Wong Wing Sze"


def test_an_old_problem_is_forgotten_when_the_page_is_left(
    shell: ShellViewModel, door: SignInViewModel
) -> None:
    shell.go("residents")
    door.signIn(NAME, "not this one")
    shell.home()
    assert door.problem == ""
