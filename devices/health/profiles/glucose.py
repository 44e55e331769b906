"""Glucose frames (0x2A18 measurement, 0x2A34 context, 0x2A51 feature) to readings. Pure.

A measurement of control solution is marked `excluded`: it is nobody's blood and enters no record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from struct import Struct
from typing import Final

from devices.health.date_time import (
    CLOCK_NOT_SET,
    DATE_TIME_BYTES,
    ClockQuality,
    DeviceTime,
    decode_date_time,
)
from devices.health.frame_numbers import AsSent, Fields, FrameNumbers, NoValues, sfloat, too_short
from devices.health.ieee11073 import NoValue
from devices.health.plausible import (
    CARBOHYDRATE,
    EXERCISE,
    GLUCOSE_MG_DL,
    GLUCOSE_MMOL_L,
    HBA1C,
    MEDICATION_MG,
    MEDICATION_ML,
)
from devices.health.status_bits import EVERY_BIT, conditions

DECODER: Final = "glucose/1"
CONTEXT_DECODER: Final = "glucose_context/1"
FEATURE_DECODER: Final = "glucose_feature/1"

# Flags of the measurement, GLS 1.0.1 table 3.2.
_OFFSET, _CONCENTRATION, _MOLES, _STATUS, _CONTEXT_FOLLOWS = 0x01, 0x02, 0x04, 0x08, 0x10
_BASE_BYTES: Final = 10  # flags, sequence number and base time: always there
_BASE_TIME_AT: Final = 3
_CONTROL_SOLUTION_TYPE, _CONTROL_SOLUTION_LOCATION = 10, 4
_OVERRUN_MIN, _UNDERRUN_MIN = 0x7FFF, -0x8000
_SIGNED_WORD: Final = Struct("<h").unpack_from

# Flags of the context, GLS 1.0.1 table 3.5.
_CARBOHYDRATE, _MEAL, _TESTER, _EXERCISE, _MEDICATION = 0x01, 0x02, 0x04, 0x08, 0x10
_MEDICATION_IN_LITRES, _HBA1C, _EXTENDED = 0x20, 0x40, 0x80
_EXERCISE_OVERRUN: Final = 0xFFFF

# The exponent is shifted before anything is scaled: 120e-5 kg/L is 120 mg/dL, exactly.
_MG_DL: Final = sfloat(GLUCOSE_MG_DL, shift=5)
_MMOL_L: Final = sfloat(GLUCOSE_MMOL_L, shift=3)
_GRAMS: Final = sfloat(CARBOHYDRATE, shift=3)
_MILLIGRAMS: Final = sfloat(MEDICATION_MG, shift=6)
_MILLILITRES: Final = sfloat(MEDICATION_ML, shift=3)
_HBA1C_SHARE: Final = sfloat(HBA1C)


class GlucoseStatus(StrEnum):
    """What a meter says of a measurement (GLS 1.0.1 table 3.4)."""

    BATTERY_LOW = "battery_low"
    SENSOR_MALFUNCTION = "sensor_malfunction"
    SAMPLE_INSUFFICIENT = "sample_insufficient"
    STRIP_INSERTION = "strip_insertion"
    STRIP_TYPE = "strip_type"
    RESULT_TOO_HIGH = "result_too_high"
    RESULT_TOO_LOW = "result_too_low"
    TEMPERATURE_TOO_HIGH = "temperature_too_high"
    TEMPERATURE_TOO_LOW = "temperature_too_low"
    READ_INTERRUPTED = "read_interrupted"
    GENERAL_FAULT = "general_fault"
    TIME_FAULT = "time_fault"


_STATUS_BITS: Final = dict(enumerate(GlucoseStatus))
# The bit of the feature word that announces each status bit: high and low share one.
_FEATURE_OF_STATUS: Final = (0, 1, 2, 3, 4, 5, 5, 6, 6, 7, 8, 9)


class Meal(StrEnum):
    """When it was measured, as the person told the meter."""

    BEFORE = "before_meal"
    AFTER = "after_meal"
    FASTING = "fasting"
    CASUAL = "casual"
    BEDTIME = "bedtime"


_MEALS: Final = dict(enumerate(Meal, start=1))


@dataclass(frozen=True, slots=True)
class GlucoseReading:
    """One stored measurement: in the unit the meter sent, the other one is None.

    `device_time` is what the meter shows: its base time and the offset, which is how it keeps
    records in order when its clock is set. `excluded`: control solution, not blood.
    """

    sequence: int
    mg_dl: Decimal | None
    mmol_l: Decimal | None
    base_time: datetime | None
    time_offset_min: int | None
    device_time: datetime | None
    device_time_quality: ClockQuality
    sample_type: int | None
    sample_location: int | None
    excluded: bool
    status: frozenset[GlucoseStatus] | None
    status_bits: int | None
    context_follows: bool
    no_value: NoValues = field(default_factory=dict, hash=False)
    as_sent: AsSent = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class GlucoseContext:
    """What the person told the meter about the measurement of the same sequence number."""

    sequence: int
    carbohydrate_kind: int | None
    carbohydrate_g: Decimal | None
    meal: Meal | None
    meal_code: int | None
    tester: int | None
    health: int | None
    exercise_s: int | None
    exercise_share: int | None
    medication_kind: int | None
    medication_mg: Decimal | None
    medication_ml: Decimal | None
    hba1c_share: Decimal | None
    no_value: NoValues = field(default_factory=dict, hash=False)
    as_sent: AsSent = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class GlucoseFeature:
    """Which conditions a meter can tell (0x2A51)."""

    tells: frozenset[GlucoseStatus]
    several_bonds: bool
    bits: int


def decode_glucose(raw: bytes, feature: int | None = None) -> GlucoseReading:
    """Decode one Glucose Measurement (0x2A18; GLS 1.0.1 section 3.1).

    `feature` is the Glucose Feature word (0x2A51) when it was read: status bits that the meter
    cannot tell are then not believed.

    Raises:
        FrameCorrupt: the frame is shorter than its flags say.
    """
    if len(raw) < _BASE_BYTES:
        raise too_short(raw, _BASE_BYTES)
    fields, numbers = Fields(raw), FrameNumbers()
    flags, sequence = fields.byte(), fields.word()
    base = decode_date_time(raw, fields.skip(DATE_TIME_BYTES))
    offset = _time_offset(fields, numbers) if flags & _OFFSET else None
    mg_dl = mmol_l = sample_type = location = None
    if flags & _CONCENTRATION:
        word = fields.word()
        if flags & _MOLES:
            mmol_l = numbers.number("mmol_l", word, _MMOL_L)
        else:
            mg_dl = numbers.number("mg_dl", word, _MG_DL)
        location, sample_type = divmod(fields.byte(), 16)
    status_bits = fields.word() if flags & _STATUS else None
    time = _shown_time(base, offset, unknown="time_offset_min" in numbers.no_value)
    return GlucoseReading(
        sequence=sequence,
        mg_dl=mg_dl,
        mmol_l=mmol_l,
        base_time=base.value,
        time_offset_min=offset,
        device_time=time.value,
        device_time_quality=time.quality,
        sample_type=sample_type,
        sample_location=location,
        excluded=sample_type == _CONTROL_SOLUTION_TYPE or location == _CONTROL_SOLUTION_LOCATION,
        status=None
        if status_bits is None
        else conditions(status_bits, _told(feature), _STATUS_BITS),
        status_bits=status_bits,
        context_follows=bool(flags & _CONTEXT_FOLLOWS),
        no_value=numbers.no_value,
        as_sent=numbers.as_sent,
    )


def decode_glucose_context(raw: bytes) -> GlucoseContext:
    """Decode one Glucose Measurement Context (0x2A34; GLS 1.0.1 section 3.2).

    Raises:
        FrameCorrupt: the frame is shorter than its flags say.
    """
    fields, numbers = Fields(raw), FrameNumbers()
    flags, sequence = fields.byte(), fields.word()
    if flags & _EXTENDED:
        fields.byte()  # reserved
    carbohydrate_kind = carbohydrate = meal_code = tester = health = None
    exercise_s = exercise = medication_kind = milligrams = millilitres = None
    if flags & _CARBOHYDRATE:
        carbohydrate_kind = fields.byte()
        carbohydrate = numbers.number("carbohydrate_g", fields.word(), _GRAMS)
    if flags & _MEAL:
        meal_code = fields.byte()
    if flags & _TESTER:
        health, tester = divmod(fields.byte(), 16)
    if flags & _EXERCISE:
        exercise_s = _exercise_s(fields, numbers)
        exercise = numbers.whole("exercise_share", fields.byte(), EXERCISE)
    if flags & _MEDICATION:
        medication_kind = fields.byte()
        if flags & _MEDICATION_IN_LITRES:
            millilitres = numbers.number("medication_ml", fields.word(), _MILLILITRES)
        else:
            milligrams = numbers.number("medication_mg", fields.word(), _MILLIGRAMS)
    return GlucoseContext(
        sequence=sequence,
        carbohydrate_kind=carbohydrate_kind,
        carbohydrate_g=carbohydrate,
        meal=None if meal_code is None else _MEALS.get(meal_code),
        meal_code=meal_code,
        tester=tester,
        health=health,
        exercise_s=exercise_s,
        exercise_share=exercise,
        medication_kind=medication_kind,
        medication_mg=milligrams,
        medication_ml=millilitres,
        hba1c_share=(
            numbers.number("hba1c_share", fields.word(), _HBA1C_SHARE) if flags & _HBA1C else None
        ),
        no_value=numbers.no_value,
        as_sent=numbers.as_sent,
    )


def decode_glucose_feature(raw: bytes) -> GlucoseFeature:
    """Decode the Glucose Feature (0x2A51; GLS 1.0.1 section 3.3).

    Raises:
        FrameCorrupt: fewer than two bytes.
    """
    bits = Fields(raw).word()
    return GlucoseFeature(
        tells=conditions(_told(bits), EVERY_BIT, _STATUS_BITS),
        several_bonds=bool(bits & 0x400),
        bits=bits,
    )


def time_of_glucose(raw: bytes) -> datetime | None:
    """What the meter showed as the time of a measurement, without decoding the rest of it."""
    if len(raw) < _BASE_BYTES:
        return None
    base = decode_date_time(raw, _BASE_TIME_AT)
    if not raw[0] & _OFFSET:
        return base.value
    if len(raw) < _BASE_BYTES + 2:
        return None
    numbers = FrameNumbers()
    offset = _time_offset(Fields(raw, _BASE_BYTES), numbers)
    return _shown_time(base, offset, unknown=bool(numbers.no_value)).value


def _time_offset(fields: Fields, numbers: FrameNumbers) -> int | None:
    minutes: int = _SIGNED_WORD(fields.raw, fields.skip(2))[0]
    if minutes == _OVERRUN_MIN:
        numbers.no_value["time_offset_min"] = NoValue.ABOVE_RANGE
        return None
    if minutes == _UNDERRUN_MIN:
        numbers.no_value["time_offset_min"] = NoValue.BELOW_RANGE
        return None
    return minutes


def _shown_time(base: DeviceTime, offset_min: int | None, *, unknown: bool) -> DeviceTime:
    """Base time and offset; an offset that ran over makes the time unknown."""
    if unknown:
        return CLOCK_NOT_SET
    if base.value is None or not offset_min:
        return base
    try:
        return DeviceTime(base.value + timedelta(minutes=offset_min), base.quality)
    except OverflowError:
        return CLOCK_NOT_SET


def _exercise_s(fields: Fields, numbers: FrameNumbers) -> int | None:
    seconds = fields.word()
    if seconds == _EXERCISE_OVERRUN:
        numbers.no_value["exercise_s"] = NoValue.ABOVE_RANGE
        return None
    return seconds


def _told(feature: int | None) -> int:
    """The status bits that a meter with this feature word can tell."""
    if feature is None:
        return EVERY_BIT
    return sum(1 << bit for bit, told in enumerate(_FEATURE_OF_STATUS) if feature >> told & 1)
