"""Xiaomi's scales: the reading is in the advertisement (service data 181D, 181B). Pure.

Nobody connects to such a scale. Its weight counts once it says that it is stable; impedance
only where it says that it has measured one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from devices.health.date_time import ClockQuality, decode_date_time
from devices.health.errors import FrameCorrupt
from devices.health.frame_numbers import (
    AsSent,
    Fields,
    FrameNumbers,
    NoValues,
    Quantity,
    steps,
    too_short,
)
from devices.health.plausible import IMPEDANCE, WEIGHT_JIN, WEIGHT_KG, WEIGHT_LB
from devices.health.profiles.scale import MassUnit

DECODER: Final = "xiaomi_scale/1"

WEIGHT_BYTES: Final = 10  # service data 181D
COMPOSITION_BYTES: Final = 13  # service data 181B
# Of the first byte of 181D (openScale wiki, Xiaomi-Bluetooth-Mi-Scale), and, but for jin, of the
# second byte of 181B (openScale BluetoothMiScale2.java).
_POUND, _JIN, _STABLE, _REMOVED = 0x01, 0x10, 0x20, 0x80
_IMPEDANCE_MEASURED, _COMPOSITION_JIN = 0x02, 0x40

_MASS: Final[dict[MassUnit, Quantity]] = {
    MassUnit.KILOGRAM: steps(WEIGHT_KG, "0.005"),
    MassUnit.POUND: steps(WEIGHT_LB, "0.01"),
    MassUnit.JIN: steps(WEIGHT_JIN, "0.01"),
}


@dataclass(frozen=True, slots=True)
class AdvertisedWeight:
    """One advertisement. `stabilized`: this weight is final; `removed`: the person stepped off."""

    weight: Decimal | None
    unit: MassUnit
    stabilized: bool
    removed: bool
    device_time: datetime | None
    device_time_quality: ClockQuality
    impedance_ohm: int | None
    no_value: NoValues = field(default_factory=dict, hash=False)
    as_sent: AsSent = field(default_factory=dict, hash=False)


def decode_advertised_weight(raw: bytes) -> AdvertisedWeight:
    """Decode service data 181D: flags, weight, date and time.

    Source: oliexdev/openScale wiki Xiaomi-Bluetooth-Mi-Scale; frames of
    sputnikdev/eclipse-smarthome-bluetooth-binding issue #42.

    Raises:
        FrameCorrupt: fewer than ten bytes.
    """
    if len(raw) < WEIGHT_BYTES:
        raise too_short(raw, WEIGHT_BYTES)
    numbers = FrameNumbers()
    flags = raw[0]
    unit = _unit(pound=flags & _POUND, jin=flags & _JIN)
    time = decode_date_time(raw, 3)
    return AdvertisedWeight(
        weight=numbers.number("weight", Fields(raw, 1).word(), _MASS[unit]),
        unit=unit,
        stabilized=bool(flags & _STABLE),
        removed=bool(flags & _REMOVED),
        device_time=time.value,
        device_time_quality=time.quality,
        impedance_ohm=None,
        no_value=numbers.no_value,
        as_sent=numbers.as_sent,
    )


def decode_advertised_composition(raw: bytes) -> AdvertisedWeight:
    """Decode service data 181B: two bytes of flags, date and time, impedance, weight.

    Source: oliexdev/openScale BluetoothMiScale2.java; a frame of lolouk44/hassio-addons
    issue #14.

    Raises:
        FrameCorrupt: fewer than thirteen bytes.
    """
    if len(raw) < COMPOSITION_BYTES:
        raise too_short(raw, COMPOSITION_BYTES)
    numbers = FrameNumbers()
    flags = raw[1]
    unit = _unit(pound=raw[0] & _POUND, jin=flags & _COMPOSITION_JIN)
    time = decode_date_time(raw, 2)
    fields = Fields(raw, 9)
    ohm = fields.word()
    return AdvertisedWeight(
        weight=numbers.number("weight", fields.word(), _MASS[unit]),
        unit=unit,
        stabilized=bool(flags & _STABLE),
        removed=bool(flags & _REMOVED),
        device_time=time.value,
        device_time_quality=time.quality,
        impedance_ohm=(
            numbers.whole("impedance_ohm", ohm, IMPEDANCE) if flags & _IMPEDANCE_MEASURED else None
        ),
        no_value=numbers.no_value,
        as_sent=numbers.as_sent,
    )


def decode_any_advertised(raw: bytes) -> AdvertisedWeight:
    """Decode service data whose length tells which of the two it is.

    Raises:
        FrameCorrupt: neither ten nor thirteen bytes.
    """
    if len(raw) == WEIGHT_BYTES:
        return decode_advertised_weight(raw)
    if len(raw) == COMPOSITION_BYTES:
        return decode_advertised_composition(raw)
    raise FrameCorrupt(f"{len(raw)} bytes where a scale advertises 10 or 13", raw)


def time_of_advertised_weight(raw: bytes) -> datetime | None:
    """The time stamp of service data 181D."""
    return decode_date_time(raw, 3).value


def time_of_advertised_composition(raw: bytes) -> datetime | None:
    """The time stamp of service data 181B."""
    return decode_date_time(raw, 2).value


def _unit(*, pound: int, jin: int) -> MassUnit:
    if jin:
        return MassUnit.JIN
    return MassUnit.POUND if pound else MassUnit.KILOGRAM
