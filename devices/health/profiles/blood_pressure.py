"""Blood pressure frames (0x2A35, 0x2A36) to readings. Pure: no I/O, no clock.

Bits reserved for future use and trailing bytes are ignored; a frame that is too short for its
own flags is `FrameCorrupt`. A number that is no value is None, with the reason beside it, and
never 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache
from struct import Struct as Layout
from typing import Final

import msgspec
from msgspec import Struct

from devices.health.date_time import DATE_TIME_BYTES, ClockQuality, read_date_time
from devices.health.frame_numbers import (
    AsSent,
    FrameNumbers,
    NoValues,
    sfloat,
    too_short,
)
from devices.health.plausible import CUFF_KPA, CUFF_MMHG, PRESSURE_KPA, PRESSURE_MMHG, PULSE
from devices.health.quirks import Quirk

DECODER: Final = "blood_pressure/1"
CUFF_DECODER: Final = "cuff_pressure/1"
FEATURE_DECODER: Final = "blood_pressure_feature/1"

_KILOPASCAL, _TIME, _PULSE, _USER, _STATUS = 0x01, 0x02, 0x04, 0x08, 0x10  # flags, BLS 1.1.1 3.1.1
_MOVED, _CUFF_LOOSE, _IRREGULAR, _WRONG_POSITION = 0x01, 0x02, 0x04, 0x20  # status bits
_PULSE_RANGE_SHIFT = 3
_FEATURE_PULSE_RANGE, _FEATURE_POSITION = 0x08, 0x10  # the first three are as in the status
_UNKNOWN_USER = 0xFF
_BM85_FRAME_BYTES = 19

_MMHG_PER_KPA: Final = Decimal("7.50061683")
_PRESSURES_BYTES: Final = 7  # flags and three SFLOATs: always there
_PRESSURES: Final = Layout("<HHH").unpack_from
_KNOWN_FLAGS: Final = 0x1F
_BYTES_ANNOUNCED: Final = tuple(
    _PRESSURES_BYTES
    + (DATE_TIME_BYTES if flags & _TIME else 0)
    + (2 if flags & _PULSE else 0)
    + (1 if flags & _USER else 0)
    + (2 if flags & _STATUS else 0)
    for flags in range(_KNOWN_FLAGS + 1)
)


class PressureUnit(StrEnum):
    """The unit the instrument sent."""

    MMHG = "mmHg"
    KPA = "kPa"


class PulseRange(StrEnum):
    """Where the pulse lay against the instrument's own limits."""

    WITHIN = "within"
    ABOVE = "above"
    BELOW = "below"


_PULSE_RANGES: Final = {0: PulseRange.WITHIN, 1: PulseRange.ABOVE, 2: PulseRange.BELOW}
# By the unit flag of a frame. A module's own names are quicker to find than those of an enum.
_UNITS: Final = (PressureUnit.MMHG, PressureUnit.KPA)
_ARTERIAL: Final = (sfloat(PRESSURE_MMHG), sfloat(PRESSURE_KPA))
_IN_THE_CUFF: Final = (sfloat(CUFF_MMHG), sfloat(CUFF_KPA))
_PULSE_RATE: Final = sfloat(PULSE)
_UNCHECKED, _NOT_SET, _ABSENT = ClockQuality.UNCHECKED, ClockQuality.NOT_SET, ClockQuality.ABSENT


class BloodPressureReading(Struct, frozen=True):
    """One measurement as the instrument gave it. Pressures are in `unit`, pulse per minute.

    A status flag is None when the instrument did not send it or does not support it.
    `no_value` gives the reason for every number that was sent and is None; `as_sent` has those
    that nobody can have, as they came.

    A `Struct`, not a dataclass: with this many fields a frozen dataclass takes 2.5 of the 6
    microseconds that decoding may take, this 0.2.
    """

    systolic: Decimal | None
    diastolic: Decimal | None
    mean_arterial: Decimal | None
    unit: PressureUnit
    pulse: Decimal | None
    device_time: datetime | None
    device_time_quality: ClockQuality
    user: int | None
    moved: bool | None
    cuff_loose: bool | None
    irregular_pulse: bool | None
    pulse_range: PulseRange | None
    wrong_position: bool | None
    status_bits: int | None
    no_value: NoValues = msgspec.field(default_factory=dict)
    as_sent: AsSent = msgspec.field(default_factory=dict)

    @property
    def usable(self) -> bool:
        """Both pressures are there and the upper one is the higher one."""
        return (
            self.systolic is not None
            and self.diastolic is not None
            and self.systolic > self.diastolic
        )


@dataclass(frozen=True, slots=True)
class IntermediateCuffPressure:
    """The pressure in the cuff while it measures; None when the instrument sent no number."""

    pressure: Decimal | None
    unit: PressureUnit
    no_value: NoValues = field(default_factory=dict, hash=False)
    as_sent: AsSent = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class BloodPressureFeature:
    """What a cuff says it can do (0x2A49)."""

    movement: bool
    cuff_fit: bool
    irregular_pulse: bool
    pulse_range: bool
    position: bool
    several_bonds: bool
    bits: int


def in_mmhg(pressure: Decimal, unit: PressureUnit) -> Decimal:
    """A pressure in mmHg, for display and bands. kPa are rounded to whole mmHg, half up."""
    if unit is PressureUnit.MMHG:
        return pressure
    return (pressure * _MMHG_PER_KPA).quantize(Decimal(1), ROUND_HALF_UP)


def decode_blood_pressure(
    raw: bytes, feature: int | None = None, quirk: Quirk | None = None
) -> BloodPressureReading:
    """Decode one Blood Pressure Measurement (0x2A35; BLS 1.1.1 section 3.1).

    `feature` is the Blood Pressure Feature word (0x2A49) when it was read: status bits whose
    feature is not supported are then not believed. `quirk` comes from `quirks.quirk_of`.

    Raises:
        FrameCorrupt: the frame is shorter than its flags say.
    """
    if quirk is Quirk.PULSE_AND_STATUS_BIG_ENDIAN and _is_bm85_frame(raw):
        raw = _in_standard_order(raw)
    flags = _flags(raw)
    in_kilopascal = flags & _KILOPASCAL
    pressure = _ARTERIAL[in_kilopascal]
    numbers = FrameNumbers()
    number = numbers.number
    systolic, diastolic, mean_arterial = _PRESSURES(raw, 1)
    at = _PRESSURES_BYTES
    device_time: datetime | None = None
    quality = _ABSENT
    pulse: Decimal | None = None
    user: int | None = None
    bits: int | None = None
    if flags & _TIME:
        device_time = read_date_time(raw, at)
        quality = _NOT_SET if device_time is None else _UNCHECKED
        at += DATE_TIME_BYTES
    if flags & _PULSE:
        pulse = number("pulse", raw[at] | raw[at + 1] << 8, _PULSE_RATE)
        at += 2
    if flags & _USER:
        user = None if raw[at] == _UNKNOWN_USER else raw[at]
        at += 1
    if flags & _STATUS:
        bits = raw[at] | raw[at + 1] << 8
    moved, cuff_loose, irregular_pulse, pulse_range, wrong_position = _status(bits, feature)
    return BloodPressureReading(
        number("systolic", systolic, pressure),
        number("diastolic", diastolic, pressure),
        number("mean_arterial", mean_arterial, pressure),
        _UNITS[in_kilopascal],
        pulse,
        device_time,
        quality,
        user,
        moved,
        cuff_loose,
        irregular_pulse,
        pulse_range,
        wrong_position,
        bits,
        numbers.no_value,
        numbers.as_sent,
    )


def decode_cuff_pressure(raw: bytes) -> IntermediateCuffPressure:
    """Decode one Intermediate Cuff Pressure (0x2A36): only its first number means anything.

    Raises:
        FrameCorrupt: the frame is shorter than its flags say.
    """
    in_kilopascal = _flags(raw) & _KILOPASCAL
    numbers = FrameNumbers()
    return IntermediateCuffPressure(
        numbers.number("pressure", raw[1] | raw[2] << 8, _IN_THE_CUFF[in_kilopascal]),
        _UNITS[in_kilopascal],
        numbers.no_value,
        numbers.as_sent,
    )


def decode_blood_pressure_feature(raw: bytes) -> BloodPressureFeature:
    """Decode the Blood Pressure Feature (0x2A49; BLS 1.1.1 section 3.3)."""
    if len(raw) < 2:
        raise too_short(raw, 2)
    bits = raw[0] | raw[1] << 8
    return BloodPressureFeature(
        movement=bool(bits & 0x01),
        cuff_fit=bool(bits & 0x02),
        irregular_pulse=bool(bits & 0x04),
        pulse_range=bool(bits & _FEATURE_PULSE_RANGE),
        position=bool(bits & _FEATURE_POSITION),
        several_bonds=bool(bits & 0x20),
        bits=bits,
    )


def time_of_blood_pressure(raw: bytes) -> datetime | None:
    """The time stamp of a measurement frame, without decoding the rest of it."""
    if not raw or not raw[0] & _TIME:
        return None
    return read_date_time(raw, _PRESSURES_BYTES)


def _flags(raw: bytes) -> int:
    """The flags of a frame that is long enough for them."""
    flags = raw[0] & _KNOWN_FLAGS if raw else 0
    if len(raw) < _BYTES_ANNOUNCED[flags]:
        raise too_short(raw, _BYTES_ANNOUNCED[flags])
    return flags


Status = tuple[bool | None, bool | None, bool | None, PulseRange | None, bool | None]


@lru_cache(maxsize=256)
def _status(bits: int | None, feature: int | None) -> Status:
    """Movement, loose cuff, irregular pulse, pulse range and wrong position, where believed."""
    if bits is None:
        return None, None, None, None, None

    def said(status_bit: int, feature_bit: int) -> bool | None:
        return (
            None if feature is not None and not feature & feature_bit else bool(bits & status_bit)
        )

    in_range = said(0, _FEATURE_PULSE_RANGE) is not None
    return (
        said(_MOVED, _MOVED),
        said(_CUFF_LOOSE, _CUFF_LOOSE),
        said(_IRREGULAR, _IRREGULAR),
        _PULSE_RANGES.get(bits >> _PULSE_RANGE_SHIFT & 0b11) if in_range else None,
        said(_WRONG_POSITION, _FEATURE_POSITION),
    )


def _is_bm85_frame(raw: bytes) -> bool:
    return len(raw) == _BM85_FRAME_BYTES and raw[0] & 0x1F == _TIME | _PULSE | _STATUS


def _in_standard_order(raw: bytes) -> bytes:
    """A BM85 frame as the standard wants it: user announced, pulse and status swapped back."""
    return bytes((raw[0] | _USER, *raw[1:14], raw[15], raw[14], raw[16], raw[18], raw[17]))
