"""Which offset belongs to a time stamp, when a clock was set in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from devices.health.clock_check import ClockCheck
from devices.health.date_time import HONG_KONG
from tests.devices.health.bench import Moment

NOON = datetime.fromisoformat("2026-11-21T12:00:00")
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def ms(local: datetime) -> int:
    return round(local.replace(tzinfo=HONG_KONG).timestamp() * 1000)


BEHIND = ClockCheck(offset_s=-3 * 3600)
SET = replace(BEHIND, set_at_ms=ms(NOON))


def test_a_clock_that_was_not_set_is_off_for_every_stamp() -> None:
    assert BEHIND.offset_for(NOON, ms(NOON)) == -3 * 3600
    assert BEHIND.offset_for(None, ms(NOON)) == -3 * 3600
    assert ClockCheck().offset_for(NOON, ms(NOON)) is None


def test_what_was_stamped_before_the_setting_carries_the_old_offset() -> None:
    now = ms(NOON + 5 * SECOND)
    assert SET.offset_for(NOON - HOUR, now) == -3 * 3600
    assert SET.offset_for(NOON - 100 * HOUR, now) == -3 * 3600
    assert SET.offset_for(NOON + HOUR, now) == -3 * 3600  # no clock that is right says this
    assert SET.offset_for(None, now) == -3 * 3600


def test_a_clock_that_went_ahead_has_stamped_the_past_with_what_is_now() -> None:
    """What was taken ten minutes ago says "now", as what is taken now would: it is not believed."""
    ahead = ClockCheck(offset_s=600, set_at_ms=ms(NOON))
    assert ahead.offset_for(NOON + 5 * SECOND, ms(NOON + 10 * SECOND)) == 600
    assert ahead.offset_for(NOON + HOUR, ms(NOON + HOUR)) == 0  # long after it was set


def test_what_was_stamped_since_the_setting_carries_none() -> None:
    now = ms(NOON + 10 * SECOND)
    assert SET.offset_for(NOON, now) == 0
    assert SET.offset_for(NOON + 10 * SECOND, now) == 0


def at(local: datetime, kiosk_ms: int) -> Moment:
    """A moment by a kiosk's clock that stands so far from its steady one."""
    return Moment(ms(local), ms(local) - kiosk_ms, "boot")


def test_a_jump_of_the_kiosks_clock_is_taken_off_what_was_found_before_it() -> None:
    """It was an hour slow: what it found, and set, it would find an hour slower now."""
    found = replace(BEHIND, kiosk_ms=5_000)
    assert found.offset_at(NOON, at(NOON, 5_000)) == -3 * 3600
    assert found.offset_at(NOON, at(NOON, 5_000 + 3_600_000)) == -4 * 3600
    assert found.offset_at(None, at(NOON, 5_000 - 3_600_000)) == -2 * 3600
    was_set = replace(found, set_at_ms=ms(NOON))
    now = at(NOON + HOUR + 10 * SECOND, 5_000 + 3_600_000)
    assert was_set.offset_at(NOON + 10 * SECOND, now) == -3600
    assert was_set.offset_at(NOON - HOUR, now) == -4 * 3600
    assert ClockCheck(kiosk_ms=5_000).offset_at(NOON, now) is None


def test_two_clocks_read_one_after_the_other_are_no_jump() -> None:
    found = replace(BEHIND, kiosk_ms=5_000)
    assert found.offset_at(NOON, at(NOON, 5_001)) == -3 * 3600
    assert BEHIND.offset_at(NOON, at(NOON, 5_000)) == -3 * 3600  # by which clock is not known


def test_an_earlier_setting_by_a_clock_that_jumped_since_divides_where_it_did() -> None:
    earlier = replace(SET, kiosk_ms=5_000)
    again = ClockCheck(offset_s=-3600.0, earlier=earlier, kiosk_ms=5_000 + 3_600_000)
    now = at(NOON + 3 * HOUR, 5_000 + 3_600_000)
    assert again.offset_at(NOON + 2 * SECOND, now) == -3600  # stamped when it had been set
    assert again.offset_at(NOON - HOUR / 2, now) == -4 * 3600  # stamped by what was found then
    assert again.offset_at(NOON - 5 * HOUR, now) == -4 * 3600


def test_a_clock_that_could_not_be_read_before_it_was_set_is_only_known_since() -> None:
    blind = ClockCheck(set_at_ms=ms(NOON))
    assert blind.offset_for(NOON - HOUR, ms(NOON + SECOND)) is None
    assert blind.offset_for(NOON + SECOND, ms(NOON + SECOND)) == 0


def test_an_earlier_setting_divides_the_stamps_at_the_next_connection() -> None:
    again = ClockCheck(offset_s=2.0, earlier=SET)
    now = ms(NOON + HOUR)
    assert again.offset_for(NOON - HOUR, now) == -3 * 3600
    assert again.offset_for(NOON + HOUR / 2, now) == 2.0
    once_more = replace(again, set_at_ms=ms(NOON + HOUR))
    assert once_more.offset_for(NOON - HOUR, now) == -3 * 3600
    assert once_more.offset_for(NOON + HOUR / 2, now) == 2.0
    assert once_more.offset_for(NOON + HOUR, now) == 0


def test_what_is_remembered_for_later_is_the_first_setting_and_no_chain() -> None:
    assert BEHIND.remembered() is None
    assert SET.remembered() == SET
    again = ClockCheck(offset_s=1.0, set_at_ms=ms(NOON + HOUR), earlier=SET)
    assert again.remembered() == replace(SET)
    assert ClockCheck(offset_s=1.0, earlier=SET).remembered() == SET


def test_a_clock_that_went_wrong_anew_is_remembered_anew() -> None:
    """Its batteries were changed: what it stamped since is older than the new setting."""
    again = ClockCheck(offset_s=-9000.0, set_at_ms=ms(NOON + 100 * HOUR), earlier=SET)
    assert again.remembered() == replace(again, earlier=None)
