"""Numbers of IEEE 11073: exact, and never a special number as a value."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.health.ieee11073 import NoValue, decode_sfloat


@pytest.mark.parametrize(
    ("word", "value"),
    [
        (0xF0B0, "17.6"),
        (0xFE01, "-51.1"),
        (0x02FF, "767"),
        (0xF0D5, "21.3"),
        (0x8001, "1E-8"),
        (0xF7FF, "204.7"),  # the mantissa of NaN with an exponent is a number
        (0x100C, "120"),
        (0x0000, "0"),
    ],
)
def test_sfloat_is_exact(word: int, value: str) -> None:
    assert decode_sfloat(word) == Decimal(value)


def test_a_large_sfloat_is_written_out() -> None:
    assert str(decode_sfloat(0x100C)) == "120"


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        (0x07FF, NoValue.NOT_A_NUMBER),
        (0x0800, NoValue.NOT_AT_THIS_RESOLUTION),
        (0x07FE, NoValue.ABOVE_RANGE),
        (0x0802, NoValue.BELOW_RANGE),
        (0x0801, NoValue.RESERVED),
    ],
)
def test_a_special_sfloat_is_no_value_with_a_reason(word: int, reason: NoValue) -> None:
    assert decode_sfloat(word) is reason


@given(st.integers(-0x7FD, 0x7FD), st.integers(-8, 7))
def test_every_sfloat_comes_back(mantissa: int, exponent: int) -> None:
    word = (exponent & 0xF) << 12 | mantissa & 0xFFF
    assert decode_sfloat(word) == Decimal(mantissa) * Decimal(10) ** exponent
