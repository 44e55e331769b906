"""The time stamp that instruments send (GATT Date Time, 7 bytes), and how far to trust it.

The stamp is the instrument's own local time, without a zone. An impossible date is not
rolled over into a possible one: the reading is kept and its clock counts as not set.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import Final

DATE_TIME_BYTES: Final = 7

# UTC+8 without summer time since 1979, so no zone file is needed: a kiosk may have none.
HONG_KONG: Final = timezone(timedelta(hours=8), "HKT")

_FIRST_YEAR: Final = 1582  # of the Gregorian calendar, and of the GATT format
# 1926, 1970, 2010, 2016 and 2017 are what instruments say when nobody ever set their clock.
_FIRST_BELIEVABLE_YEAR: Final = 2020
_MAY_RUN_AHEAD: Final = timedelta(days=1)


class ClockQuality(StrEnum):
    """How far an instrument's time stamp can be trusted (`clock_quality` of a vital)."""

    SET = "set"
    NOT_SET = "not_set"
    ABSENT = "absent"  # the frame carries no time stamp
    UNCHECKED = "unchecked"  # a real date, not yet compared with the kiosk's clock


@dataclass(frozen=True, slots=True)
class DeviceTime:
    """An instrument's local time, or None, and what is known about its clock."""

    value: datetime | None
    quality: ClockQuality


NO_TIME: Final = DeviceTime(None, ClockQuality.ABSENT)
CLOCK_NOT_SET: Final = DeviceTime(None, ClockQuality.NOT_SET)


def read_date_time(raw: bytes, at: int) -> datetime | None:
    """The stamp of seven bytes at `at`, or None when it is unknown, impossible or cut off."""
    try:
        year = raw[at] | raw[at + 1] << 8
        if year < _FIRST_YEAR:
            return None
        return datetime(  # noqa: DTZ001 - no zone sent
            year, raw[at + 2], raw[at + 3], raw[at + 4], raw[at + 5], raw[at + 6]
        )
    except (IndexError, ValueError):
        return None


def local_time(
    year: int, month: int, day: int, hour: int, minute: int, second: int
) -> datetime | None:
    """A date and time as sent, or None when there is no such moment in the calendar."""
    if year < _FIRST_YEAR:
        return None
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - no zone sent
    except ValueError:
        return None


def decode_date_time(raw: bytes, at: int = 0) -> DeviceTime:
    """Seven bytes: year (16 bits, little endian), month, day, hour, minute, second.

    A year, month or day of 0 means unknown (GATT Specification Supplement 3.70).
    """
    value = read_date_time(raw, at)
    return CLOCK_NOT_SET if value is None else DeviceTime(value, ClockQuality.UNCHECKED)


def encode_date_time(local: datetime) -> bytes:
    """The seven bytes of a local time, for an instrument whose clock is set by 0x2A08."""
    return local.year.to_bytes(2, "little") + bytes(
        (local.month, local.day, local.hour, local.minute, local.second)
    )


def judge_clock(device_time: DeviceTime, received: datetime) -> ClockQuality:
    """Compare a time stamp with the kiosk's own local time (naive) when the frame arrived."""
    if device_time.value is None:
        return device_time.quality
    if device_time.value.year < _FIRST_BELIEVABLE_YEAR:
        return ClockQuality.NOT_SET
    if device_time.value > received + _MAY_RUN_AHEAD:
        return ClockQuality.NOT_SET
    return ClockQuality.SET


def clock_offset_s(raw: bytes | None, wall_ms: int, zone: tzinfo) -> float | None:
    """The instrument's clock minus the kiosk's in seconds, read at `wall_ms` (ms since 1970).

    `raw` is a Current Time (0x2A2B) or Date Time (0x2A08) value. None when it says no time.
    """
    instrument = None if raw is None else read_date_time(raw, 0)
    if instrument is None:
        return None
    kiosk = datetime.fromtimestamp(wall_ms / 1000, zone).replace(tzinfo=None)
    return (instrument - kiosk).total_seconds()
