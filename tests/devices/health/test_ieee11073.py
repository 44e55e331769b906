"""Numbers of IEEE 11073: exact, and never a special number as a value."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.health.ieee11073 import NoValue, decode_float, decode_sfloat


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


@pytest.mark.parametrize(
    ("word", "value"),
    [
        (0xFE001E2D, "77.25"),
        (0x000001F4, "500"),
        (0xFF000168, "36.0"),
        (0xFEFFFFFF, "-0.01"),
        (0xFF7FFFFF, "838860.7"),  # the mantissa of NaN with an exponent is a number
        (0x80000001, "1E-128"),
        (0x0200000C, "1200"),
        (0x00000000, "0"),
    ],
)
def test_float_is_exact(word: int, value: str) -> None:
    assert decode_float(word) == Decimal(value)


def test_the_largest_float_is_written_out() -> None:
    assert decode_float(0x7F000001) == Decimal(10) ** 127


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        (0x007FFFFF, NoValue.NOT_A_NUMBER),
        (0x00800000, NoValue.NOT_AT_THIS_RESOLUTION),
        (0x007FFFFE, NoValue.ABOVE_RANGE),
        (0x00800002, NoValue.BELOW_RANGE),
        (0x00800001, NoValue.RESERVED),
    ],
)
def test_a_special_float_is_no_value_with_a_reason(word: int, reason: NoValue) -> None:
    assert decode_float(word) is reason


@given(st.integers(-0x7FFFFD, 0x7FFFFD), st.integers(-128, 127))
def test_every_float_comes_back(mantissa: int, exponent: int) -> None:
    word = (exponent & 0xFF) << 24 | mantissa & 0xFFFFFF
    assert decode_float(word) == Decimal(f"{mantissa}E{exponent}")


def test_an_exponent_is_shifted_before_it_is_scaled() -> None:
    assert str(decode_sfloat(0xB078, shift=5)) == "120"  # 120e-5 kg/L in mg/dL
    assert str(decode_sfloat(0xC03B, shift=3)) == "5.9"  # 59e-4 mol/L in mmol/L
    assert decode_sfloat(0x07FF, shift=5) is NoValue.NOT_A_NUMBER
