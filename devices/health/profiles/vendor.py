"""Frames that makers defined for themselves, as others have read them. All experimental.

Only what at least one published frame confirms is decoded: what further bytes mean is not
guessed. Nothing here may enter a record without a person who compares it with the display.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from devices.health.date_time import CLOCK_NOT_SET, ClockQuality, DeviceTime, local_time
from devices.health.errors import FrameCorrupt
from devices.health.frame_numbers import (
    AsSent,
    Fields,
    FrameNumbers,
    NoValues,
    float_32,
    steps,
    too_short,
)
from devices.health.ieee11073 import NoValue
from devices.health.plausible import PRESSURE_MMHG, PULSE, SATURATION, WEIGHT_KG
from devices.health.profiles.scale import MassUnit

OMRON_DECODER: Final = "omron_memory/1"
JUMPER_OXIMETER_DECODER: Final = "jumper_oximeter/1"
JUMPER_CUFF_DECODER: Final = "jumper_cuff/1"
CONTEC_DECODER: Final = "contec_oximeter/1"
SOEHNLE_DECODER: Final = "soehnle_scale/1"
TRISA_DECODER: Final = "trisa_scale/1"

_CENTURY: Final = 2000

_OMRON_PRESSURE_BYTES, _OMRON_WEIGHT_BYTES = 14, 16
_OMRON_SYSTOLIC_FROM: Final = 25  # systolic is stored less this
_OMRON_EMPTY_ABOVE: Final = 0xE1
_OMRON_STEP: Final = steps(WEIGHT_KG, "0.05")
_OMRON_STEP_KG, _OMRON_STEP_LB = Decimal("0.05"), Decimal("0.2")
_KG_PER_LB: Final = Decimal("0.45359237")
_EMPTY_WORD: Final = 0xFFFF

_JUMPER_VALUES: Final = 0x81
_JUMPER_CUFF_HEADER: Final = b"\xfd\xfd\xfc"
_CONTEC_HEADER: Final = b"\xeb\x01"
_CONTEC_FINGER: Final = {0x04: False, 0x06: True}
_SOEHNLE_WEIGHT: Final = 0x09
_SOEHNLE_STEP: Final = steps(WEIGHT_KG, "0.1")
_TRISA_UNIT_FLAGS: Final = 0x60  # as in the scales of the same family: kg where both are clear
_TRISA_WEIGHT: Final = float_32(WEIGHT_KG)


@dataclass(frozen=True, slots=True)
class VendorBloodPressure:
    """Pressures in mmHg, pulse per minute. `record` is the instrument's number of the reading."""

    systolic: int | None
    diastolic: int | None
    pulse: int | None
    device_time: datetime | None
    device_time_quality: ClockQuality
    record: int | None
    no_value: NoValues = field(default_factory=dict, hash=False)
    as_sent: AsSent = field(default_factory=dict, hash=False)
    experimental: bool = True


@dataclass(frozen=True, slots=True)
class VendorSaturation:
    """SpO2 in %, pulse per minute. `finger` is None when the oximeter does not say.

    Numbers that come without a finger are what was last measured: nobody's.
    """

    spo2: int | None
    pulse: int | None
    finger: bool | None
    no_value: NoValues = field(default_factory=dict, hash=False)
    as_sent: AsSent = field(default_factory=dict, hash=False)
    experimental: bool = True


@dataclass(frozen=True, slots=True)
class VendorWeight:
    """A weight in `unit`. `record` is the scale's number of the weighing, `user` of the person."""

    weight: Decimal | None
    unit: MassUnit
    device_time: datetime | None
    device_time_quality: ClockQuality
    user: int | None
    record: int | None
    no_value: NoValues = field(default_factory=dict, hash=False)
    as_sent: AsSent = field(default_factory=dict, hash=False)
    experimental: bool = True


def decode_omron_memory(raw: bytes) -> VendorBloodPressure | VendorWeight:
    """Decode one record of an Omron's memory: 14 bytes are a pressure, 16 a weight.

    Raises:
        FrameCorrupt: another length, or a weight that its own copy in pounds contradicts.
    """
    if len(raw) == _OMRON_PRESSURE_BYTES:
        return _omron_pressure(raw)
    if len(raw) == _OMRON_WEIGHT_BYTES:
        return _omron_weight(raw)
    raise FrameCorrupt(f"{len(raw)} bytes where a record has 14 or 16", raw)


def _omron_pressure(raw: bytes) -> VendorBloodPressure:
    """The record of the HEM-7142T2: systolic - 25, diastolic, pulse, year, two packed words, and
    at byte 10 its number.

    Source: eigger/hass-omron tests/test_record_parsers.py@4210da0 (frames of a HEM-7142T2).
    """
    numbers = FrameNumbers()
    if raw[0] > _OMRON_EMPTY_ABOVE or not any(raw[1:8]):
        names = ("systolic", "diastolic", "pulse")
        empty = dict.fromkeys(names, NoValue.EMPTY)
        return VendorBloodPressure(None, None, None, None, ClockQuality.ABSENT, None, empty)
    packed = Fields(raw, 4)
    date, clock = packed.word(), packed.word()
    time = _time(
        local_time(
            _CENTURY + (raw[3] & 0x3F),
            date >> 10 & 0x0F,
            date >> 5 & 0x1F,
            date & 0x1F,
            clock >> 6 & 0x3F,
            clock & 0x3F,
        )
    )
    return VendorBloodPressure(
        systolic=numbers.whole("systolic", raw[0] + _OMRON_SYSTOLIC_FROM, PRESSURE_MMHG),
        diastolic=numbers.whole("diastolic", raw[1], PRESSURE_MMHG),
        pulse=numbers.whole("pulse", raw[2], PULSE),
        device_time=time.value,
        device_time_quality=time.quality,
        record=Fields(raw, 10).word(),
        no_value=numbers.no_value,
        as_sent=numbers.as_sent,
    )


def _omron_weight(raw: bytes) -> VendorWeight:
    """The record of the HN-300T2, big endian: kg, date and time, unit, number, the same in lb.

    Source: eigger/hass-omron docs/hn-300t2-memory-map.md, tests/test_weight_scale.py@64835ea.
    """
    kilograms = raw[0] << 8 | raw[1]
    if kilograms == _EMPTY_WORD:
        empty = {"weight": NoValue.EMPTY}
        return VendorWeight(None, MassUnit.KILOGRAM, None, ClockQuality.ABSENT, None, None, empty)
    in_pounds = (raw[11] << 8 | raw[12]) * _OMRON_STEP_LB * _KG_PER_LB
    if raw[8] != 0 or abs(kilograms * _OMRON_STEP_KG - in_pounds) > 2 * _OMRON_STEP_KG:
        raise FrameCorrupt("a record whose kilograms and pounds do not agree", raw)
    numbers = FrameNumbers()
    time = _time(local_time(_CENTURY + raw[2], raw[3], raw[4], raw[5], raw[6], raw[7]))
    return VendorWeight(
        weight=numbers.number("weight", kilograms, _OMRON_STEP),
        unit=MassUnit.KILOGRAM,
        device_time=time.value,
        device_time_quality=time.quality,
        user=None,
        record=raw[9] << 8 | raw[10],
        no_value=numbers.no_value,
        as_sent=numbers.as_sent,
    )


def decode_jumper_oximeter(raw: bytes) -> VendorSaturation:
    """Decode a value frame of a Jumper JPD-500F (cdeacb81): 81, pulse, SpO2, and more.

    Source: KookKookKool/smarttelemed-v4 jumper_po_jpd_500f.dart. Other frames are waves.

    Raises:
        FrameCorrupt: too short, or no value frame.
    """
    if len(raw) < 3:
        raise too_short(raw, 3)
    if raw[0] != _JUMPER_VALUES:
        raise FrameCorrupt("a frame of this oximeter that holds no values", raw)
    return _saturation(pulse=raw[1], spo2=raw[2], finger=None)


def decode_jumper_cuff(raw: bytes) -> VendorBloodPressure:
    """Decode a result of a Jumper JPD-HA120 (fff1): FD FD FC, systolic, diastolic, pulse.

    Source: KookKookKool/smarttelemed-v4 jumper_jpd_ha120.dart.

    Raises:
        FrameCorrupt: too short, or no result.
    """
    if len(raw) < 6:
        raise too_short(raw, 6)
    if not raw.startswith(_JUMPER_CUFF_HEADER):
        raise FrameCorrupt("a frame of this cuff that is no result", raw)
    numbers = FrameNumbers()
    return VendorBloodPressure(
        systolic=numbers.whole("systolic", raw[3], PRESSURE_MMHG),
        diastolic=numbers.whole("diastolic", raw[4], PRESSURE_MMHG),
        pulse=numbers.whole("pulse", raw[5], PULSE),
        device_time=None,
        device_time_quality=ClockQuality.ABSENT,
        record=None,
        no_value=numbers.no_value,
        as_sent=numbers.as_sent,
    )


def decode_contec_oximeter(raw: bytes) -> VendorSaturation:
    """Decode a value frame of a Contec CMS50D-BT (ff02): EB 01, finger, pulse, SpO2, two bytes,
    and the sum of the seven (which both frames of the source confirm). Others are waves.

    Source: tobiasisenberg/OxiVis issue #2.

    Raises:
        FrameCorrupt: too short, no value frame, or a wrong sum.
    """
    if len(raw) < 8:
        raise too_short(raw, 8)
    if not raw.startswith(_CONTEC_HEADER):
        raise FrameCorrupt("a frame of this oximeter that holds no values", raw)
    if sum(raw[:7]) & 0xFF != raw[7]:
        raise FrameCorrupt("a frame whose sum is wrong", raw)
    return _saturation(pulse=raw[3], spo2=raw[4], finger=_CONTEC_FINGER.get(raw[2]))


def decode_soehnle_scale(raw: bytes) -> VendorWeight:
    """Decode a weighing of a Soehnle Shape Sense Connect 200 (352e3001): 09, user, date and time,
    weight in 0.1 kg, and more. The year and the weight are big endian.

    Source: oliexdev/openScale issue #487 (frames), BluetoothSoehnle.java (user).

    Raises:
        FrameCorrupt: too short, or no weighing.
    """
    if len(raw) < 11:
        raise too_short(raw, 11)
    if raw[0] != _SOEHNLE_WEIGHT:
        raise FrameCorrupt("a frame of this scale that is no weighing", raw)
    numbers = FrameNumbers()
    time = _time(local_time(raw[2] << 8 | raw[3], *raw[4:9]))
    return VendorWeight(
        weight=numbers.number("weight", raw[9] << 8 | raw[10], _SOEHNLE_STEP),
        unit=MassUnit.KILOGRAM,
        device_time=time.value,
        device_time_quality=time.quality,
        user=raw[1],
        record=None,
        no_value=numbers.no_value,
        as_sent=numbers.as_sent,
    )


def decode_trisa_scale(raw: bytes) -> VendorWeight:
    """Decode a weighing of an ADE BA1600 or Trisa (8a24): flags, and the weight as a FLOAT.

    Source: KristianP26/ble-scale-sync issue #138 and pull request #153; the unit flags of the
    family from oliexdev/openScale issue #712.

    Raises:
        FrameCorrupt: too short, or a unit that is not known here.
    """
    if len(raw) < 5:
        raise too_short(raw, 5)
    if raw[0] & _TRISA_UNIT_FLAGS:
        raise FrameCorrupt("a weighing in a unit that is not known here", raw)
    numbers = FrameNumbers()
    return VendorWeight(
        weight=numbers.number("weight", Fields(raw, 1).number(4), _TRISA_WEIGHT),
        unit=MassUnit.KILOGRAM,
        device_time=None,
        device_time_quality=ClockQuality.ABSENT,
        user=None,
        record=None,
        no_value=numbers.no_value,
        as_sent=numbers.as_sent,
    )


def _saturation(*, pulse: int, spo2: int, finger: bool | None) -> VendorSaturation:
    numbers = FrameNumbers()
    return VendorSaturation(
        spo2=numbers.whole("spo2", spo2, SATURATION),
        pulse=numbers.whole("pulse", pulse, PULSE),
        finger=finger,
        no_value=numbers.no_value,
        as_sent=numbers.as_sent,
    )


def _time(value: datetime | None) -> DeviceTime:
    return CLOCK_NOT_SET if value is None else DeviceTime(value, ClockQuality.UNCHECKED)
