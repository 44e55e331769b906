"""Body composition frames (0x2A9C) to readings, and the scale's feature (0x2A9B). Pure.

0xFFFF is what a scale sends when its measurement failed. No body is without fat: a frame that
says 0 % has no composition at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from devices.health.date_time import (
    DATE_TIME_BYTES,
    NO_TIME,
    ClockQuality,
    decode_date_time,
    read_date_time,
)
from devices.health.errors import FrameCorrupt
from devices.health.frame_numbers import (
    UNSUCCESSFUL_WORD,
    AsSent,
    Fields,
    FrameNumbers,
    NoValues,
    Quantity,
    steps,
    too_short,
)
from devices.health.ieee11073 import NoValue
from devices.health.plausible import BASAL_METABOLISM, IMPEDANCE, SHARE_OF_BODY
from devices.health.profiles.scale import (
    HEIGHT_RESOLUTIONS_M,
    HEIGHT_UNITS,
    MASS,
    MASS_UNITS,
    TALLNESS,
    WEIGHT_RESOLUTIONS_KG,
    HeightUnit,
    MassUnit,
    user_number,
)
from devices.health.quirks import Quirk

T = TypeVar("T")

DECODER: Final = "body_composition/1"
FEATURE_DECODER: Final = "body_composition_feature/1"

_IMPERIAL, _TIME, _USER = 0x01, 0x02, 0x04  # flags, BCS 1.0.0 table 3.2
_METABOLISM, _MUSCLE_SHARE, _MUSCLE_MASS, _FAT_FREE_MASS = 0x08, 0x10, 0x20, 0x40
_SOFT_LEAN_MASS, _WATER_MASS, _IMPEDANCE, _WEIGHT = 0x80, 0x100, 0x200, 0x400
_HEIGHT, _SEVERAL_PACKETS = 0x800, 0x1000
_COMPOSITION_BYTES: Final = 4  # flags and fat: always there

_SHARE: Final = steps(SHARE_OF_BODY, "0.1")
_RESISTANCE: Final = steps(IMPEDANCE, "0.1")

_MEASURED_FIELDS: Final = (
    "fat_share",
    "basal_metabolism_kj",
    "muscle_share",
    "muscle_mass",
    "fat_free_mass",
    "soft_lean_mass",
    "water_mass",
    "impedance_ohm",
    "weight",
    "height",
)
_ZERO_IN_A_STUB: Final = frozenset(
    {"fat_share", "muscle_share", "soft_lean_mass", "water_mass", "impedance_ohm"}
)


@dataclass(frozen=True, slots=True)
class BodyComposition:
    """What a scale made of an impedance. Shares in %, masses in `unit`, metabolism in kJ a day.

    `several_packets`: this is one of two indications that belong together (see `joined`).
    """

    fat_share: Decimal | None
    unit: MassUnit
    device_time: datetime | None
    device_time_quality: ClockQuality
    user: int | None
    basal_metabolism_kj: int | None
    muscle_share: Decimal | None
    muscle_mass: Decimal | None
    fat_free_mass: Decimal | None
    soft_lean_mass: Decimal | None
    water_mass: Decimal | None
    impedance_ohm: Decimal | None
    weight: Decimal | None
    height: Decimal | None
    height_unit: HeightUnit
    several_packets: bool
    no_value: NoValues = field(default_factory=dict, hash=False)
    as_sent: AsSent = field(default_factory=dict, hash=False)

    @property
    def usable(self) -> bool:
        """There is a composition: without fat the rest was not measured either."""
        return self.fat_share is not None


@dataclass(frozen=True, slots=True)
class CompositionFeature:
    """What a body composition scale says it can do (0x2A9B), as `WeightFeature`."""

    time_stamps: bool
    several_users: bool
    basal_metabolism: bool
    muscle_share: bool
    muscle_mass: bool
    fat_free_mass: bool
    soft_lean_mass: bool
    water_mass: bool
    impedance: bool
    weight: bool
    height: bool
    weight_resolution_kg: Decimal | None
    height_resolution_m: Decimal | None
    bits: int


def decode_body_composition(raw: bytes, quirk: Quirk | None = None) -> BodyComposition:
    """Decode one Body Composition Measurement (0x2A9C; BCS 1.0.0 section 3.2).

    With the quirk ZERO_COMPOSITION_STUB a frame whose fat, muscle, masses and impedance are all
    zero is no composition: its basal metabolism, which the scale computes from what was typed
    in, is then no value either.

    Raises:
        FrameCorrupt: the frame is shorter than its flags say.
    """
    if len(raw) < _COMPOSITION_BYTES:
        raise too_short(raw, _COMPOSITION_BYTES)
    fields, numbers = Fields(raw), FrameNumbers()
    flags = fields.word()
    imperial = flags & _IMPERIAL

    def sent(flag: int, name: str, quantity: Quantity) -> Decimal | None:
        return numbers.number(name, fields.word(), quantity) if flags & flag else None

    fat_share = numbers.number("fat_share", fields.word(), _SHARE)
    time = decode_date_time(raw, fields.skip(DATE_TIME_BYTES)) if flags & _TIME else NO_TIME
    composition = BodyComposition(
        fat_share=fat_share,
        unit=MASS_UNITS[imperial],
        device_time=time.value,
        device_time_quality=time.quality,
        user=user_number(fields) if flags & _USER else None,
        basal_metabolism_kj=_metabolism(fields, numbers) if flags & _METABOLISM else None,
        muscle_share=sent(_MUSCLE_SHARE, "muscle_share", _SHARE),
        muscle_mass=sent(_MUSCLE_MASS, "muscle_mass", MASS[imperial]),
        fat_free_mass=sent(_FAT_FREE_MASS, "fat_free_mass", MASS[imperial]),
        soft_lean_mass=sent(_SOFT_LEAN_MASS, "soft_lean_mass", MASS[imperial]),
        water_mass=sent(_WATER_MASS, "water_mass", MASS[imperial]),
        impedance_ohm=sent(_IMPEDANCE, "impedance_ohm", _RESISTANCE),
        weight=sent(_WEIGHT, "weight", MASS[imperial]),
        height=sent(_HEIGHT, "height", TALLNESS[imperial]),
        height_unit=HEIGHT_UNITS[imperial],
        several_packets=bool(flags & _SEVERAL_PACKETS),
        no_value=numbers.no_value,
        as_sent=numbers.as_sent,
    )
    if quirk is not Quirk.ZERO_COMPOSITION_STUB or not _is_stub(composition):
        return composition
    if composition.basal_metabolism_kj is not None:
        numbers.refuse("basal_metabolism_kj", composition.basal_metabolism_kj)
    return replace(composition, basal_metabolism_kj=None)


def joined(first: bytes, second: bytes, quirk: Quirk | None = None) -> BodyComposition:
    """One composition from the two indications that a scale made of it (flag bit 12).

    A field that both have is taken from the first, unless only the second has its value.

    Raises:
        FrameCorrupt: a part is too short, is no part, or is of another measurement.
    """
    one, other = decode_body_composition(first, quirk), decode_body_composition(second, quirk)
    if not (one.several_packets and other.several_packets):
        raise FrameCorrupt("a body composition that is complete by itself", second)
    if one.unit is not other.unit or _differ(one.user, other.user):
        raise FrameCorrupt("two parts of different body compositions", second)
    if _differ(one.device_time, other.device_time):
        raise FrameCorrupt("two parts of different body compositions", second)
    values: dict[str, Any] = {name: _either(one, other, name) for name in _MEASURED_FIELDS}
    missing = {name for name, value in values.items() if value is None}
    timed = one if one.device_time_quality is not ClockQuality.ABSENT else other
    return replace(
        one,
        **values,
        user=other.user if one.user is None else one.user,
        device_time=timed.device_time,
        device_time_quality=timed.device_time_quality,
        no_value=_of(missing, {**other.no_value, **one.no_value}),
        as_sent=_of(missing, {**other.as_sent, **one.as_sent}),
    )


def decode_composition_feature(raw: bytes) -> CompositionFeature:
    """Decode the Body Composition Feature (0x2A9B; BCS 1.0.0 section 3.1).

    Raises:
        FrameCorrupt: fewer than four bytes.
    """
    bits = Fields(raw).number(4)
    return CompositionFeature(
        time_stamps=bool(bits & 0x001),
        several_users=bool(bits & 0x002),
        basal_metabolism=bool(bits & 0x004),
        muscle_share=bool(bits & 0x008),
        muscle_mass=bool(bits & 0x010),
        fat_free_mass=bool(bits & 0x020),
        soft_lean_mass=bool(bits & 0x040),
        water_mass=bool(bits & 0x080),
        impedance=bool(bits & 0x100),
        weight=bool(bits & 0x200),
        height=bool(bits & 0x400),
        weight_resolution_kg=WEIGHT_RESOLUTIONS_KG.get(bits >> 11 & 0xF),
        height_resolution_m=HEIGHT_RESOLUTIONS_M.get(bits >> 15 & 0x7),
        bits=bits,
    )


def time_of_body_composition(raw: bytes) -> datetime | None:
    """The time stamp of a body composition frame, without decoding the rest of it."""
    return read_date_time(raw, _COMPOSITION_BYTES) if raw and raw[0] & _TIME else None


def _metabolism(fields: Fields, numbers: FrameNumbers) -> int | None:
    kilojoule = fields.word()
    if kilojoule == UNSUCCESSFUL_WORD:
        numbers.no_value["basal_metabolism_kj"] = NoValue.UNSUCCESSFUL
        return None
    return numbers.whole("basal_metabolism_kj", kilojoule, BASAL_METABOLISM)


def _is_stub(composition: BodyComposition) -> bool:
    return all(composition.as_sent.get(name) == 0 for name in _ZERO_IN_A_STUB)


def _differ(one: object, other: object) -> bool:
    return one is not None and other is not None and one != other


def _of(names: set[str], account: dict[str, T]) -> dict[str, T]:
    return {name: entry for name, entry in account.items() if name in names}


def _either(one: BodyComposition, other: BodyComposition, name: str) -> Decimal | int | None:
    value: Decimal | int | None = getattr(one, name)
    return getattr(other, name) if value is None else value
