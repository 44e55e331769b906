"""Blood pressure frames (0x2A35, 0x2A36) to readings. Pure: no I/O, no clock.

Bits reserved for future use and trailing bytes are ignored; a frame that is too short for its
own flags is `FrameCorrupt`. A number that is no value is None, with the reason beside it, and
never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from devices.health.date_time import DATE_TIME_BYTES, ClockQuality, DeviceTime, decode_date_time
from devices.health.errors import FrameCorrupt
from devices.health.ieee11073 import NoValue, decode_sfloat
from devices.health.quirks import Quirk

DECODER: Final = "blood_pressure/1"

_KILOPASCAL, _TIME, _PULSE, _USER, _STATUS = 0x01, 0x02, 0x04, 0x08, 0x10  # flags, BLS 1.1.1 3.1.1
_MOVED, _CUFF_LOOSE, _IRREGULAR, _WRONG_POSITION = 0x01, 0x02, 0x04, 0x20  # status bits
_PULSE_RANGE_SHIFT = 3
_FEATURE_PULSE_RANGE, _FEATURE_POSITION = 0x08, 0x10  # the first three are as in the status
_UNKNOWN_USER = 0xFF
_BM85_FRAME_BYTES = 19

_MMHG_PER_KPA: Final = Decimal("7.50061683")
_HIGHEST_PRESSURE: Final = {"mmHg": 400, "kPa": 54}  # cuffs on the market stop at 300 mmHg
_HIGHEST_PULSE: Final = 400
_PRESSURES_BYTES: Final = 7  # flags and three SFLOATs: always there


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


@dataclass(frozen=True, slots=True)
class BloodPressureReading:
    """One measurement as the instrument gave it. Pressures are in `unit`, pulse per minute.

    A status flag is None when the instrument did not send it or does not support it.
    `no_value` gives the reason for every number that was sent and is None.
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
    no_value: Mapping[str, NoValue] = field(default_factory=dict, hash=False)

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
    flags, unit = _opening(raw)
    no_value: dict[str, NoValue] = {}
    highest = _HIGHEST_PRESSURE[unit]
    systolic = _number("systolic", raw, 1, highest, no_value)
    diastolic = _number("diastolic", raw, 3, highest, no_value)
    mean_arterial = _number("mean_arterial", raw, 5, highest, no_value)
    at = _PRESSURES_BYTES
    time = DeviceTime(None, ClockQuality.ABSENT)
    pulse: Decimal | None = None
    user: int | None = None
    bits: int | None = None
    if flags & _TIME:
        time = decode_date_time(raw[at : at + DATE_TIME_BYTES])
        at += DATE_TIME_BYTES
    if flags & _PULSE:
        pulse = _number("pulse", raw, at, _HIGHEST_PULSE, no_value)
        at += 2
    if flags & _USER:
        user = None if raw[at] == _UNKNOWN_USER else raw[at]
        at += 1
    if flags & _STATUS:
        bits = raw[at] | raw[at + 1] << 8

    def said(status_bit: int, feature_bit: int) -> bool | None:
        if bits is None or (feature is not None and not feature & feature_bit):
            return None
        return bool(bits & status_bit)

    return BloodPressureReading(
        systolic=systolic,
        diastolic=diastolic,
        mean_arterial=mean_arterial,
        unit=unit,
        pulse=pulse,
        device_time=time.value,
        device_time_quality=time.quality,
        user=user,
        moved=said(_MOVED, _MOVED),
        cuff_loose=said(_CUFF_LOOSE, _CUFF_LOOSE),
        irregular_pulse=said(_IRREGULAR, _IRREGULAR),
        pulse_range=_pulse_range(bits, feature),
        wrong_position=said(_WRONG_POSITION, _FEATURE_POSITION),
        status_bits=bits,
        no_value=no_value,
    )


def decode_cuff_pressure(raw: bytes) -> IntermediateCuffPressure:
    """Decode one Intermediate Cuff Pressure (0x2A36): only its first number means anything.

    Raises:
        FrameCorrupt: the frame is shorter than its flags say.
    """
    _, unit = _opening(raw)
    value = decode_sfloat(raw[1] | raw[2] << 8)
    if isinstance(value, NoValue) or not 0 <= value <= _HIGHEST_PRESSURE[unit]:
        return IntermediateCuffPressure(None, unit)  # 0 is a pressure: the cuff is empty
    return IntermediateCuffPressure(value, unit)


def _opening(raw: bytes) -> tuple[int, PressureUnit]:
    """The flags and the unit of a frame that is long enough for its own flags."""
    if not raw:
        raise FrameCorrupt("a blood pressure frame without any byte", raw)
    flags = raw[0]
    needed = _PRESSURES_BYTES + (
        (DATE_TIME_BYTES if flags & _TIME else 0)
        + (2 if flags & _PULSE else 0)
        + (1 if flags & _USER else 0)
        + (2 if flags & _STATUS else 0)
    )
    if len(raw) < needed:
        raise FrameCorrupt(f"{len(raw)} bytes where its flags announce {needed}", raw)
    return flags, PressureUnit.KPA if flags & _KILOPASCAL else PressureUnit.MMHG


def _number(
    name: str, raw: bytes, at: int, highest: int, no_value: dict[str, NoValue]
) -> Decimal | None:
    value = decode_sfloat(raw[at] | raw[at + 1] << 8)
    if isinstance(value, NoValue):
        no_value[name] = value
        return None
    if not 0 < value <= highest:
        no_value[name] = NoValue.IMPLAUSIBLE
        return None
    return value


def _pulse_range(bits: int | None, feature: int | None) -> PulseRange | None:
    if bits is None or (feature is not None and not feature & _FEATURE_PULSE_RANGE):
        return None
    return _PULSE_RANGES.get(bits >> _PULSE_RANGE_SHIFT & 0b11)


def _is_bm85_frame(raw: bytes) -> bool:
    return len(raw) == _BM85_FRAME_BYTES and raw[0] & 0x1F == _TIME | _PULSE | _STATUS


def _in_standard_order(raw: bytes) -> bytes:
    """A BM85 frame as the standard wants it: user announced, pulse and status swapped back."""
    return bytes((raw[0] | _USER, *raw[1:14], raw[15], raw[14], raw[16], raw[18], raw[17]))
