"""Shifts and the lock, on a clock that the test drives."""

from __future__ import annotations

import pytest

from kiosk.roles import Permission, Refusal, Role
from kiosk.shifts import IDLE_LOCK_MS, SHIFT_LIMIT_MS, Shifts, Worker
from tests.kiosk.staff_desk import DrivenClock

WONG = Worker("wong", "黃詠詩", Role.SOCIAL_WORKER)
HO = Worker("ho", "何佩珊", Role.VOLUNTEER)
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000


@pytest.fixture
def clock() -> DrivenClock:
    return DrivenClock()


@pytest.fixture
def shifts(clock: DrivenClock) -> Shifts:
    return Shifts(clock)


def work_for(shifts: Shifts, clock: DrivenClock, ms: int) -> None:
    """Let time pass with a touch every minute."""
    while ms > 0:
        clock.pass_ms(min(MINUTE, ms))
        shifts.touch()
        ms -= MINUTE


def test_nobody_is_at_work_on_a_kiosk_that_has_just_started(shifts: Shifts) -> None:
    assert shifts.worker is None
    assert not shifts.locked
    assert shifts.refusal(Permission.SEE_RESIDENTS) is Refusal.SIGN_IN_NEEDED


def test_a_worker_with_a_shift_may_do_what_the_role_allows(shifts: Shifts) -> None:
    shifts.open(HO)
    assert shifts.worker == HO
    assert shifts.refusal(Permission.SEE_RESIDENTS) is None
    assert shifts.refusal(Permission.SEE_HEALTH) is Refusal.NOT_ALLOWED


def test_five_idle_minutes_lock_the_screen(shifts: Shifts, clock: DrivenClock) -> None:
    shifts.open(WONG)
    clock.pass_ms(IDLE_LOCK_MS - 1)
    shifts.tick()
    assert not shifts.locked
    clock.pass_ms(1)
    shifts.tick()
    assert shifts.locked
    assert shifts.worker == WONG
    assert shifts.refusal(Permission.SEE_RESIDENTS) is Refusal.PIN_NEEDED


def test_the_gate_itself_sees_that_the_screen_was_idle(shifts: Shifts, clock: DrivenClock) -> None:
    shifts.open(WONG)
    clock.pass_ms(IDLE_LOCK_MS)
    assert shifts.refusal(Permission.SEE_RESIDENTS) is Refusal.PIN_NEEDED


@pytest.mark.parametrize(
    ("ms", "why"),
    [(IDLE_LOCK_MS, Refusal.PIN_NEEDED), (SHIFT_LIMIT_MS, Refusal.SIGN_IN_NEEDED)],
)
def test_asking_the_gate_changes_nothing(
    shifts: Shifts, clock: DrivenClock, ms: int, why: Refusal
) -> None:
    """Pages bind to it: a lock from within a binding would tear down the page that asks."""
    shifts.open(WONG)
    heard: list[None] = []
    shifts.on_change(lambda: heard.append(None))
    clock.pass_ms(ms)
    assert shifts.refusal(Permission.SEE_RESIDENTS) is why
    assert (heard, shifts.worker, shifts.locked, shifts.workers()) == ([], WONG, False, (WONG,))
    shifts.tick()
    assert heard
    assert shifts.refusal(Permission.SEE_RESIDENTS) is why


def test_touches_keep_the_screen_open(shifts: Shifts, clock: DrivenClock) -> None:
    shifts.open(WONG)
    work_for(shifts, clock, 30 * MINUTE)
    assert shifts.refusal(Permission.SEE_RESIDENTS) is None


def test_a_touch_that_comes_too_late_does_not_unlock(shifts: Shifts, clock: DrivenClock) -> None:
    shifts.open(WONG)
    clock.pass_ms(IDLE_LOCK_MS)
    shifts.touch()
    assert shifts.locked
    shifts.touch()
    assert shifts.locked


def test_a_pin_gives_the_screen_back(shifts: Shifts, clock: DrivenClock) -> None:
    shifts.open(WONG)
    shifts.lock()
    assert shifts.unlock(WONG.staff_id)
    assert not shifts.locked
    assert shifts.refusal(Permission.SEE_HEALTH) is None


def test_a_pin_opens_nothing_without_a_shift(shifts: Shifts) -> None:
    assert not shifts.unlock(WONG.staff_id)
    assert shifts.worker is None


def test_a_shift_ends_after_ten_hours_however_busy(shifts: Shifts, clock: DrivenClock) -> None:
    shifts.open(WONG)
    work_for(shifts, clock, SHIFT_LIMIT_MS - MINUTE)
    assert shifts.refusal(Permission.SEE_RESIDENTS) is None
    work_for(shifts, clock, MINUTE)
    assert shifts.refusal(Permission.SEE_RESIDENTS) is Refusal.SIGN_IN_NEEDED
    assert not shifts.has_shift(WONG.staff_id)
    assert not shifts.unlock(WONG.staff_id)


def test_a_pin_does_not_make_a_shift_longer(shifts: Shifts, clock: DrivenClock) -> None:
    shifts.open(WONG)
    clock.pass_ms(9 * HOUR)
    assert shifts.unlock(WONG.staff_id)
    clock.pass_ms(HOUR)
    assert not shifts.unlock(WONG.staff_id)


def test_a_passphrase_begins_a_fresh_shift(shifts: Shifts, clock: DrivenClock) -> None:
    shifts.open(WONG)
    clock.pass_ms(9 * HOUR)
    shifts.open(WONG)
    clock.pass_ms(9 * HOUR)
    assert shifts.has_shift(WONG.staff_id)


@pytest.mark.parametrize("turned", [-400 * 24 * HOUR, 400 * 24 * HOUR])
def test_setting_the_wall_clock_changes_neither_lock_nor_shift(
    shifts: Shifts, clock: DrivenClock, turned: int
) -> None:
    shifts.open(WONG)
    clock.set_wall_by(turned)
    assert shifts.refusal(Permission.SEE_RESIDENTS) is None
    clock.pass_ms(IDLE_LOCK_MS)
    clock.set_wall_by(-turned * 2)
    assert shifts.refusal(Permission.SEE_RESIDENTS) is Refusal.PIN_NEEDED
    clock.pass_ms(SHIFT_LIMIT_MS)
    assert not shifts.has_shift(WONG.staff_id)


def test_two_workers_change_places_with_their_pins(shifts: Shifts, clock: DrivenClock) -> None:
    shifts.open(WONG)
    clock.pass_ms(HOUR)
    shifts.open(HO)
    assert shifts.worker == HO
    assert shifts.workers() == (WONG, HO)
    assert shifts.refusal(Permission.SEE_HEALTH) is Refusal.NOT_ALLOWED
    assert shifts.unlock(WONG.staff_id)
    assert shifts.worker == WONG
    assert shifts.refusal(Permission.SEE_HEALTH) is None


def test_the_other_workers_shift_keeps_its_own_ten_hours(
    shifts: Shifts, clock: DrivenClock
) -> None:
    shifts.open(WONG)
    clock.pass_ms(6 * HOUR)
    shifts.open(HO)
    work_for(shifts, clock, 4 * HOUR)
    assert shifts.workers() == (HO,)
    assert shifts.worker == HO


def test_ending_a_shift_leaves_the_others_open(shifts: Shifts) -> None:
    shifts.open(WONG)
    shifts.open(HO)
    shifts.end(HO.staff_id)
    assert shifts.worker is None
    assert shifts.workers() == (WONG,)
    assert shifts.refusal(Permission.SEE_SYNC) is Refusal.SIGN_IN_NEEDED
    assert shifts.unlock(WONG.staff_id)


def test_listeners_hear_of_every_change_and_of_nothing_else(
    shifts: Shifts, clock: DrivenClock
) -> None:
    heard: list[tuple[Worker | None, bool]] = []
    shifts.on_change(lambda: heard.append((shifts.worker, shifts.locked)))
    shifts.lock()
    shifts.open(WONG)
    shifts.touch()
    shifts.lock()
    shifts.lock()
    shifts.unlock(WONG.staff_id)
    shifts.end(WONG.staff_id)
    shifts.end(WONG.staff_id)
    assert heard == [(WONG, False), (WONG, True), (WONG, False), (None, False)]
