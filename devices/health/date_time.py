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


def decode_date_time(raw: bytes) -> DeviceTime:
    """Seven bytes: year (16 bits, little endian), month, day, hour, minute, second.

    A year, month or day of 0 means unknown (GATT Specification Supplement 3.70).
    """
    year = raw[0] | raw[1] << 8
    try:
        value = datetime(year, raw[2], raw[3], raw[4], raw[5], raw[6])  # noqa: DTZ001 - no zone sent
    except ValueError:
        return DeviceTime(None, ClockQuality.NOT_SET)
    return DeviceTime(value, ClockQuality.UNCHECKED)


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
    if raw is None or len(raw) < DATE_TIME_BYTES:
        return None
    instrument = decode_date_time(raw[:DATE_TIME_BYTES]).value
    if instrument is None:
        return None
    kiosk = datetime.fromtimestamp(wall_ms / 1000, zone).replace(tzinfo=None)
    return (instrument - kiosk).total_seconds()
