"""Numbers of IEEE 11073-20601 as Bluetooth health profiles send them.

A special number (not a number, infinity...) becomes a `NoValue` that says why there is no
value. It never becomes 0 and never a float, so it can not reach storage or a chart as one.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Final


class NoValue(StrEnum):
    """Why an instrument's number is no value."""

    NOT_A_NUMBER = "not_a_number"  # the instrument measured, and could not tell
    NOT_AT_THIS_RESOLUTION = "not_at_this_resolution"
    ABOVE_RANGE = "above_range"
    BELOW_RANGE = "below_range"
    RESERVED = "reserved"
    UNKNOWN = "unknown"  # the instrument does not know, and says so
    UNSUCCESSFUL = "unsuccessful"  # the instrument itself says that its measurement failed
    EMPTY = "empty"  # a place of the instrument's memory where nothing is stored
    IMPLAUSIBLE = "implausible"  # a number, but none that a person can have


# The whole word is compared: 0xF7FF has the mantissa of NaN and is 204.7 all the same.
_SFLOAT_SPECIALS: Final = {
    0x07FF: NoValue.NOT_A_NUMBER,
    0x0800: NoValue.NOT_AT_THIS_RESOLUTION,
    0x07FE: NoValue.ABOVE_RANGE,
    0x0802: NoValue.BELOW_RANGE,
    0x0801: NoValue.RESERVED,
}
_FLOAT_SPECIALS: Final = {
    0x007FFFFF: NoValue.NOT_A_NUMBER,
    0x00800000: NoValue.NOT_AT_THIS_RESOLUTION,
    0x007FFFFE: NoValue.ABOVE_RANGE,
    0x00800002: NoValue.BELOW_RANGE,
    0x00800001: NoValue.RESERVED,
}


def decode_sfloat(word: int, shift: int = 0) -> Decimal | NoValue:
    """The exact value of a 16-bit SFLOAT (4-bit exponent, 12-bit mantissa, two's complement).

    `shift` is added to the exponent before anything is scaled: 5 makes kg/L mg/dL, exactly.

    Source: IEEE 11073-20601, annex F.8; specials as in the GATT Specification Supplement 2.2.
    """
    special = _SFLOAT_SPECIALS.get(word)
    if special is not None:
        return special
    mantissa, exponent = word & 0x0FFF, word >> 12
    return _scaled(
        mantissa - 0x1000 if mantissa & 0x0800 else mantissa,
        (exponent - 0x10 if exponent & 0x8 else exponent) + shift,
    )


def decode_float(word: int) -> Decimal | NoValue:
    """The exact value of a 32-bit FLOAT (8-bit exponent, 24-bit mantissa, two's complement).

    Source: IEEE 11073-20601, annex F.7; specials as in the GATT Specification Supplement 2.2.
    """
    special = _FLOAT_SPECIALS.get(word)
    if special is not None:
        return special
    mantissa, exponent = word & 0x00FFFFFF, word >> 24
    return _scaled(
        mantissa - 0x01000000 if mantissa & 0x00800000 else mantissa,
        exponent - 0x100 if exponent & 0x80 else exponent,
    )


def _scaled(mantissa: int, exponent: int) -> Decimal:
    if exponent < 0:
        return Decimal(mantissa).scaleb(exponent)
    return Decimal(mantissa * 10**exponent)  # written out: 120, never "1.2E+2"
