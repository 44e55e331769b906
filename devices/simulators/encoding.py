"""How instruments write numbers and times, for the simulators: the opposite of a decoder.

Written from the specifications (IEEE 11073-20601 for the two floats, GATT Specification
Supplement for times), and on purpose not from `devices.health`: an error in one of the two shows
in every test that uses both. All little endian.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Final

SFLOAT_NAN: Final = b"\xff\x07"
FLOAT_NAN: Final = b"\xff\xff\x7f\x00"

_HONG_KONG: Final = timezone(timedelta(hours=8))
_BASE: Final = "-0000-1000-8000-00805f9b34fb"


def assigned(number: int) -> str:
    """The UUID of a number assigned by the Bluetooth SIG."""
    return f"0000{number:04x}{_BASE}"


def short(uuid: str) -> str:
    """`2A35` for an assigned number, the first part of a maker's own UUID."""
    return uuid[4:8].upper() if uuid.endswith(_BASE) else uuid.partition("-")[0]


def sfloat(value: Decimal | int, exponent: int = 0) -> bytes:
    """16 bits: exponent 4, mantissa 12, both two's complement. `value` is rounded to fit."""
    mantissa = round(Decimal(value).scaleb(-exponent))
    if not -0x7FE < mantissa < 0x7FE:
        raise ValueError(f"{value} does not fit an SFLOAT with exponent {exponent}")
    return ((exponent & 0xF) << 12 | mantissa & 0xFFF).to_bytes(2, "little")


def float32(value: Decimal | int, exponent: int = -1) -> bytes:
    """32 bits: exponent 8, mantissa 24, both two's complement."""
    mantissa = round(Decimal(value).scaleb(-exponent))
    if not -0x7FFFFE < mantissa < 0x7FFFFE:
        raise ValueError(f"{value} does not fit a FLOAT with exponent {exponent}")
    return ((exponent & 0xFF) << 24 | mantissa & 0xFFFFFF).to_bytes(4, "little")


def u16(value: int) -> bytes:
    return value.to_bytes(2, "little")


def date_time(time: datetime) -> bytes:
    """Seven bytes: year, month, day, hour, minute, second (0x2A08)."""
    return u16(time.year) + bytes((time.month, time.day, time.hour, time.minute, time.second))


def read_date_time(raw: bytes) -> datetime:
    """The time a kiosk wrote, in the instrument's own clock's terms (no zone).

    Raises:
        ValueError: no such time.
    """
    year = int.from_bytes(raw[:2], "little")
    return datetime(year, *raw[2:7])  # noqa: DTZ001 - no zone sent


def current_time(time: datetime, adjusted: int = 0) -> bytes:
    """Ten bytes: Date Time, day of the week, 1/256 s, reason of the last adjustment (0x2A2B)."""
    return date_time(time) + bytes((time.isoweekday(), 0, adjusted))


def hong_kong_time() -> datetime:
    """Now, as the clock on a Hong Kong wall says it (no zone)."""
    return datetime.now(_HONG_KONG).replace(tzinfo=None)
