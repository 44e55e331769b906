"""Bluetooth SIG numbers the kiosk uses, and which characteristics each kind of instrument has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_BASE: Final = "-0000-1000-8000-00805f9b34fb"


def sig_uuid(number: int) -> str:
    """The 128-bit UUID of a number assigned by the Bluetooth SIG, as bleak writes it."""
    return f"0000{number:04x}{_BASE}"


def short_name(uuid: str) -> str:
    """`2A35` for an assigned number, the whole UUID for a maker's own."""
    return uuid[4:8].upper() if uuid.startswith("0000") and uuid.endswith(_BASE) else uuid


DATE_TIME: Final = sig_uuid(0x2A08)
BATTERY_LEVEL: Final = sig_uuid(0x2A19)
MODEL_NUMBER: Final = sig_uuid(0x2A24)
SERIAL_NUMBER: Final = sig_uuid(0x2A25)
FIRMWARE_REVISION: Final = sig_uuid(0x2A26)
MANUFACTURER_NAME: Final = sig_uuid(0x2A29)
CURRENT_TIME: Final = sig_uuid(0x2A2B)
RECORD_ACCESS: Final = sig_uuid(0x2A52)
USER_CONTROL_POINT: Final = sig_uuid(0x2A9F)


@dataclass(frozen=True, slots=True)
class InstrumentKind:
    """One kind of instrument: how it is known, and what is subscribed to, in that order."""

    name: str
    services: tuple[str, ...]  # advertised by it, or found in it; any one of them will do
    measurements: tuple[str, ...]  # every value is a `Frame`, kept raw
    optional: tuple[str, ...] = ()  # the same, where an instrument has them
    live: str | None = None  # shown while it measures, never kept
    continuous: str | None = None  # many values a measurement: one is kept, when it is stable
    feature: str | None = None
    records: str | None = None  # stored readings are asked for at this control point
    advertised: tuple[str, ...] = ()  # service data that is a reading by itself, unconnected

    @property
    def kept(self) -> tuple[str, ...]:
        """All characteristics whose values are readings."""
        return self.measurements + self.optional


BLOOD_PRESSURE: Final = InstrumentKind(
    "blood_pressure",
    services=(sig_uuid(0x1810),),
    measurements=(sig_uuid(0x2A35),),
    live=sig_uuid(0x2A36),
    feature=sig_uuid(0x2A49),
)
THERMOMETER: Final = InstrumentKind(
    "temperature",
    services=(sig_uuid(0x1809),),
    measurements=(sig_uuid(0x2A1C),),
    feature=sig_uuid(0x2A1D),  # where it measures, when it always measures there
)
OXIMETER: Final = InstrumentKind(
    "oxygen_saturation",
    services=(sig_uuid(0x1822),),
    measurements=(),
    optional=(sig_uuid(0x2A5E),),
    continuous=sig_uuid(0x2A5F),
    feature=sig_uuid(0x2A60),
)
SCALE: Final = InstrumentKind(
    "weight",
    services=(sig_uuid(0x181D), sig_uuid(0x181B)),
    measurements=(),
    optional=(sig_uuid(0x2A9D), sig_uuid(0x2A9C)),
    advertised=(sig_uuid(0x181D), sig_uuid(0x181B)),
)
GLUCOSE_METER: Final = InstrumentKind(
    "glucose",
    services=(sig_uuid(0x1808),),
    measurements=(sig_uuid(0x2A18),),
    optional=(sig_uuid(0x2A34),),
    feature=sig_uuid(0x2A51),
    records=RECORD_ACCESS,
)
ALL_KINDS: Final = (BLOOD_PRESSURE, THERMOMETER, OXIMETER, SCALE, GLUCOSE_METER)


def kind_of(services: Iterable[str], kinds: tuple[InstrumentKind, ...]) -> InstrumentKind | None:
    """The first of `kinds` that has one of these services."""
    offered = set(services)
    return next((kind for kind in kinds if offered.intersection(kind.services)), None)
