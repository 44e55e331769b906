"""Clocks of instruments: Current Time (0x2A2B), Date Time (0x2A08), Local Time Information.

Pure: the time to encode comes from the caller. An impossible date is no time at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from devices.health.date_time import (
    DATE_TIME_BYTES,
    ClockQuality,
    decode_date_time,
    encode_date_time,
)
from devices.health.frame_numbers import NoValues, too_short
from devices.health.ieee11073 import NoValue

DECODER: Final = "current_time/1"
DATE_TIME_DECODER: Final = "date_time/1"
LOCAL_TIME_DECODER: Final = "local_time/1"

_CURRENT_TIME_BYTES: Final = 10
_ADJUSTED_BY_HAND: Final = 0x01  # an adjust reason, CTS 1.1.0 table 3.2
_FRACTIONS: Final = 256
_MICROSECONDS: Final = 1_000_000
_QUARTER_HOUR_MIN: Final = 15
_UNKNOWN_ZONE: Final = -128
_ZONE_QUARTERS: Final = range(-48, 57)  # UTC-12 to UTC+14
_SUMMER_TIME_MIN: Final = {0: 0, 2: 30, 4: 60, 8: 120}  # by its code


@dataclass(frozen=True, slots=True)
class CurrentTime:
    """What an instrument's clock says. `weekday` is 1 for Monday, None when unknown."""

    device_time: datetime | None
    device_time_quality: ClockQuality
    weekday: int | None
    weekday_code: int
    fraction: int  # of a second, in 1/256
    adjust_reason: int  # the bits as sent


@dataclass(frozen=True, slots=True)
class DateTimeValue:
    """A Date Time value (0x2A08): the clock of A&D instruments."""

    device_time: datetime | None
    device_time_quality: ClockQuality


@dataclass(frozen=True, slots=True)
class LocalTimeInformation:
    """Where the instrument believes to be. Minutes; None when it does not know."""

    zone_min: int | None
    summer_time_min: int | None
    no_value: NoValues = field(default_factory=dict, hash=False)


def decode_current_time(raw: bytes) -> CurrentTime:
    """Decode a Current Time value (0x2A2B; CTS 1.1.0 section 3.1).

    Raises:
        FrameCorrupt: fewer than ten bytes.
    """
    if len(raw) < _CURRENT_TIME_BYTES:
        raise too_short(raw, _CURRENT_TIME_BYTES)
    time = decode_date_time(raw)
    return CurrentTime(
        device_time=time.value,
        device_time_quality=time.quality,
        weekday=raw[7] if 1 <= raw[7] <= 7 else None,
        weekday_code=raw[7],
        fraction=raw[8],
        adjust_reason=raw[9],
    )


def decode_date_time_value(raw: bytes) -> DateTimeValue:
    """Decode a Date Time value (0x2A08).

    Raises:
        FrameCorrupt: fewer than seven bytes.
    """
    if len(raw) < DATE_TIME_BYTES:
        raise too_short(raw, DATE_TIME_BYTES)
    time = decode_date_time(raw)
    return DateTimeValue(time.value, time.quality)


def decode_local_time(raw: bytes) -> LocalTimeInformation:
    """Decode Local Time Information (0x2A0F): quarter hours from UTC, and summer time.

    Raises:
        FrameCorrupt: fewer than two bytes.
    """
    if len(raw) < 2:
        raise too_short(raw, 2)
    no_value: dict[str, NoValue] = {}
    quarters = raw[0] - 0x100 if raw[0] & 0x80 else raw[0]
    zone_min = quarters * _QUARTER_HOUR_MIN if quarters in _ZONE_QUARTERS else None
    if zone_min is None:
        unknown = quarters == _UNKNOWN_ZONE
        no_value["zone_min"] = NoValue.UNKNOWN if unknown else NoValue.RESERVED
    summer_time_min = _SUMMER_TIME_MIN.get(raw[1])
    if summer_time_min is None:
        no_value["summer_time_min"] = NoValue.UNKNOWN if raw[1] == 0xFF else NoValue.RESERVED
    return LocalTimeInformation(zone_min, summer_time_min, no_value)


def encode_current_time(local: datetime) -> bytes:
    """The ten bytes of a Current Time value. `local` is the time the instrument is to show."""
    fraction = local.microsecond * _FRACTIONS // _MICROSECONDS
    return encode_date_time(local) + bytes((local.isoweekday(), fraction, _ADJUSTED_BY_HAND))
