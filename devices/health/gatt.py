"""Bluetooth SIG numbers the kiosk uses, and which characteristics each kind of instrument has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_BASE: Final = "-0000-1000-8000-00805f9b34fb"


def sig_uuid(number: int) -> str:
    """The 128-bit UUID of a number assigned by the Bluetooth SIG, as bleak writes it."""
    return f"0000{number:04x}{_BASE}"


def short_name(uuid: str) -> str:
    """`2A35` for an assigned number, the whole UUID for a maker's own."""
    return uuid[4:8].upper() if uuid.startswith("0000") and uuid.endswith(_BASE) else uuid


MODEL_NUMBER: Final = sig_uuid(0x2A24)
SERIAL_NUMBER: Final = sig_uuid(0x2A25)
MANUFACTURER_NAME: Final = sig_uuid(0x2A29)
CURRENT_TIME: Final = sig_uuid(0x2A2B)
DATE_TIME: Final = sig_uuid(0x2A08)


@dataclass(frozen=True, slots=True)
class InstrumentKind:
    """One kind of instrument: its service and what is subscribed to, in that order."""

    name: str
    service: str
    measurements: tuple[str, ...]  # every value is a `Frame`, kept raw
    time_stamp_flag: int  # the bit of the first byte that announces a time stamp
    live: str | None = None  # shown while it measures, never kept
    feature: str | None = None


BLOOD_PRESSURE: Final = InstrumentKind(
    "blood_pressure",
    service=sig_uuid(0x1810),
    measurements=(sig_uuid(0x2A35),),
    time_stamp_flag=0x02,
    live=sig_uuid(0x2A36),
    feature=sig_uuid(0x2A49),
)
