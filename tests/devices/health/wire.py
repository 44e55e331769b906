"""Encoders for the tests, written from the profiles' documents and apart from the decoders."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from hypothesis import strategies as st

# Mantissas of numbers only: those of the special values are left to the tests that name them.
sfloat_parts = st.tuples(st.integers(-2045, 2045), st.integers(-8, 7))
float_parts = st.tuples(st.integers(-8_388_605, 8_388_605), st.integers(-20, 20))
stamps = st.datetimes(
    min_value=datetime.fromisoformat("1582-01-01T00:00:00"),
    max_value=datetime.fromisoformat("9999-12-31T23:59:59"),
).map(lambda time: time.replace(microsecond=0))
bytes_ = st.integers(0, 0xFF)
words = st.integers(0, 0xFFFF)
status_triples = st.integers(0, 0xFFFFFF)


def number(parts: tuple[int, int]) -> Decimal:
    """The value of a mantissa and a power of ten, written out by hand: no arithmetic rounds it."""
    mantissa, exponent = parts
    return Decimal(f"{mantissa}E{exponent}")


def sfloat(parts: tuple[int, int]) -> bytes:
    mantissa, exponent = parts
    return ((exponent & 0xF) << 12 | mantissa & 0xFFF).to_bytes(2, "little")


def float_32(parts: tuple[int, int]) -> bytes:
    mantissa, exponent = parts
    return (mantissa & 0xFFFFFF).to_bytes(3, "little") + (exponent & 0xFF).to_bytes(1, "little")


def word(value: int) -> bytes:
    return value.to_bytes(2, "little")


def stamp(time: datetime) -> bytes:
    return word(time.year) + bytes((time.month, time.day, time.hour, time.minute, time.second))


def within(value: Decimal | None, lowest: str, highest: str, *, above: bool = True) -> bool:
    """Whether a value that was let through lies in its range; `above`: the lowest is left out."""
    if value is None:
        return True
    least = Decimal(lowest)
    return (least < value if above else least <= value) and value <= Decimal(highest)
