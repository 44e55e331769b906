"""Weight frames (0x2A9D) to readings, and the scale's feature (0x2A9E). Pure.

0xFFFF is what a scale sends when its measurement failed: no value, never 327.675 kg.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from devices.health.date_time import (
    DATE_TIME_BYTES,
    NO_TIME,
    ClockQuality,
    decode_date_time,
    read_date_time,
)
from devices.health.frame_numbers import (
    AsSent,
    Fields,
    FrameNumbers,
    NoValues,
    steps,
    too_short,
)
from devices.health.plausible import (
    BODY_MASS_INDEX,
    HEIGHT_IN,
    HEIGHT_M,
    WEIGHT_KG,
    WEIGHT_LB,
)

DECODER: Final = "weight/1"
FEATURE_DECODER: Final = "weight_feature/1"

_IMPERIAL, _TIME, _USER, _INDEX_AND_HEIGHT = 0x01, 0x02, 0x04, 0x08  # flags, WSS 1.0.0 table 3.2
_UNKNOWN_USER: Final = 0xFF
_WEIGHT_BYTES: Final = 3  # flags and weight: always there

# By the unit flag of a frame.
MASS: Final = (steps(WEIGHT_KG, "0.005"), steps(WEIGHT_LB, "0.01"))
TALLNESS: Final = (steps(HEIGHT_M, "0.001"), steps(HEIGHT_IN, "0.1"))
_BODY_MASS_INDEX: Final = steps(BODY_MASS_INDEX, "0.1")

_KG_PER: Final = {"lb": Decimal("0.45359237"), "jin": Decimal("0.5")}
_HUNDREDTH: Final = Decimal("0.01")


class MassUnit(StrEnum):
    """The unit the scale sent."""

    KILOGRAM = "kg"
    POUND = "lb"
    JIN = "jin"  # half a kilogram; only Xiaomi's own layout has it


class HeightUnit(StrEnum):
    """The unit of a height that was typed into the scale."""

    METRE = "m"
    INCH = "in"


MASS_UNITS: Final = (MassUnit.KILOGRAM, MassUnit.POUND)
HEIGHT_UNITS: Final = (HeightUnit.METRE, HeightUnit.INCH)


@dataclass(frozen=True, slots=True)
class WeightReading:
    """One weighing as the scale gave it. `user` is the scale's own number for a person."""

    weight: Decimal | None
    unit: MassUnit
    device_time: datetime | None
    device_time_quality: ClockQuality
    user: int | None
    bmi: Decimal | None
    height: Decimal | None
    height_unit: HeightUnit
    no_value: NoValues = field(default_factory=dict, hash=False)
    as_sent: AsSent = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class WeightFeature:
    """What a scale says it can do (0x2A9E). Resolutions in kg and m; None: not specified."""

    time_stamps: bool
    several_users: bool
    bmi: bool
    weight_resolution_kg: Decimal | None
    height_resolution_m: Decimal | None
    bits: int


# By code, WSS 1.0.0 table 3.1 and BCS 1.0.0 table 3.1.
WEIGHT_RESOLUTIONS_KG: Final = dict(
    enumerate(map(Decimal, ("0.5", "0.2", "0.1", "0.05", "0.02", "0.01", "0.005")), start=1)
)
HEIGHT_RESOLUTIONS_M: Final = dict(enumerate(map(Decimal, ("0.01", "0.005", "0.001")), start=1))


def in_kg(mass: Decimal, unit: MassUnit) -> Decimal:
    """A mass in kilograms; from another unit rounded to 10 g, half up."""
    if unit is MassUnit.KILOGRAM:
        return mass
    return (mass * _KG_PER[unit]).quantize(_HUNDREDTH, ROUND_HALF_UP)


def decode_weight(raw: bytes) -> WeightReading:
    """Decode one Weight Measurement (0x2A9D; WSS 1.0.0 section 3.2).

    Raises:
        FrameCorrupt: the frame is shorter than its flags say.
    """
    if len(raw) < _WEIGHT_BYTES:
        raise too_short(raw, _WEIGHT_BYTES)
    fields, numbers = Fields(raw), FrameNumbers()
    flags = fields.byte()
    imperial = flags & _IMPERIAL
    weight = numbers.number("weight", fields.word(), MASS[imperial])
    time = decode_date_time(raw, fields.skip(DATE_TIME_BYTES)) if flags & _TIME else NO_TIME
    user = user_number(fields) if flags & _USER else None
    bmi = height = None
    if flags & _INDEX_AND_HEIGHT:
        bmi = numbers.number("bmi", fields.word(), _BODY_MASS_INDEX)
        height = numbers.number("height", fields.word(), TALLNESS[imperial])
    return WeightReading(
        weight=weight,
        unit=MASS_UNITS[imperial],
        device_time=time.value,
        device_time_quality=time.quality,
        user=user,
        bmi=bmi,
        height=height,
        height_unit=HEIGHT_UNITS[imperial],
        no_value=numbers.no_value,
        as_sent=numbers.as_sent,
    )


def decode_weight_feature(raw: bytes) -> WeightFeature:
    """Decode the Weight Scale Feature (0x2A9E; WSS 1.0.0 section 3.1).

    Raises:
        FrameCorrupt: fewer than four bytes.
    """
    bits = Fields(raw).number(4)
    return WeightFeature(
        time_stamps=bool(bits & 0x01),
        several_users=bool(bits & 0x02),
        bmi=bool(bits & 0x04),
        weight_resolution_kg=WEIGHT_RESOLUTIONS_KG.get(bits >> 3 & 0xF),
        height_resolution_m=HEIGHT_RESOLUTIONS_M.get(bits >> 7 & 0x7),
        bits=bits,
    )


def time_of_weight(raw: bytes) -> datetime | None:
    """The time stamp of a weight frame, without decoding the rest of it."""
    return read_date_time(raw, _WEIGHT_BYTES) if raw and raw[0] & _TIME else None


def user_number(fields: Fields) -> int | None:
    """The scale's own number for a person, or None when it does not know who it was."""
    user = fields.byte()
    return None if user == _UNKNOWN_USER else user
