"""Takes the numbers out of one frame and keeps account of those that are no value.

Shared by all decoders. A number is judged by `plausible` before it leaves here: what is
refused stays beside the result as it was sent, for a technician's eyes, never for a record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache, partial
from struct import Struct
from typing import Final

from devices.health.errors import FrameCorrupt
from devices.health.ieee11073 import NoValue, decode_float, decode_sfloat
from devices.health.plausible import Range

NoValues = Mapping[str, NoValue]
AsSent = Mapping[str, Decimal | int]

UNSUCCESSFUL_WORD: Final = 0xFFFF  # in every 16-bit field of the scale profiles
_REMEMBERED: Final = 1024
_WORD: Final = Struct("<H").unpack_from


class Quantity:
    """One quantity in one wire format: `judge` gives the value of a word, or why it is none.

    Instruments send the same few words again and again, so both are remembered.
    """

    __slots__ = ("decode", "judge")

    def __init__(self, within: Range, decode: Callable[[int], Decimal | NoValue]) -> None:
        def judge(word: int) -> Decimal | NoValue:
            value = decode(word)
            if isinstance(value, NoValue) or within.holds(value):
                return value
            return NoValue.IMPLAUSIBLE

        self.decode = decode
        self.judge: Callable[[int], Decimal | NoValue] = lru_cache(_REMEMBERED)(judge)


def sfloat(within: Range, shift: int = 0) -> Quantity:
    """A quantity sent as SFLOAT; `shift` is added to its exponent (5: kg/L to mg/dL)."""
    return Quantity(within, partial(decode_sfloat, shift=shift))


def float_32(within: Range) -> Quantity:
    """A quantity sent as 32-bit FLOAT."""
    return Quantity(within, decode_float)


def steps(within: Range, step: str) -> Quantity:
    """A quantity sent as a count of steps, where 0xFFFF says that measuring failed."""
    size = Decimal(step)

    def decode(count: int) -> Decimal | NoValue:
        return NoValue.UNSUCCESSFUL if count == UNSUCCESSFUL_WORD else count * size

    return Quantity(within, decode)


class FrameNumbers:
    """The account of one frame: every number that was sent and is no value, with the reason."""

    __slots__ = ("as_sent", "no_value")

    def __init__(self) -> None:
        self.no_value: dict[str, NoValue] = {}
        self.as_sent: dict[str, Decimal | int] = {}

    def number(self, name: str, word: int, quantity: Quantity) -> Decimal | None:
        """The value of a word, or None with the reason noted under `name`."""
        value = quantity.judge(word)
        if isinstance(value, Decimal):
            return value
        self.no_value[name] = value
        if value is NoValue.IMPLAUSIBLE:
            sent = quantity.decode(word)
            if isinstance(sent, Decimal):
                self.as_sent[name] = sent
        return None

    def whole(self, name: str, value: int, within: Range) -> int | None:
        """A whole number as sent, or None when it is outside its range."""
        if within.holds(value):
            return value
        self.refuse(name, value)
        return None

    def refuse(self, name: str, value: Decimal | int) -> None:
        """Note a number that nobody can have."""
        self.no_value[name] = NoValue.IMPLAUSIBLE
        self.as_sent[name] = value


class Fields:
    """Walks through the optional fields of a frame, in the order of its profile.

    Raises:
        FrameCorrupt: from every method, when the frame ends before the field does.
    """

    __slots__ = ("at", "raw")

    def __init__(self, raw: bytes, at: int = 0) -> None:
        self.raw = raw
        self.at = at

    def skip(self, size: int) -> int:
        """Where a field of this size begins; the next field is the one after it."""
        begins = self.at
        self.at = begins + size
        if self.at > len(self.raw):
            raise too_short(self.raw, self.at)
        return begins

    def byte(self) -> int:
        """One unsigned byte."""
        return self.raw[self.skip(1)]

    def word(self) -> int:
        """Two bytes, little endian, unsigned."""
        word: int = _WORD(self.raw, self.skip(2))[0]
        return word

    def number(self, size: int) -> int:
        """That many bytes, little endian, unsigned."""
        begins = self.skip(size)
        return int.from_bytes(self.raw[begins : self.at], "little")


def too_short(raw: bytes, needed: int) -> FrameCorrupt:
    """The error of a frame that ends before what it announces; it names no byte of it."""
    if not raw:
        return FrameCorrupt("a frame without any byte", raw)
    return FrameCorrupt(f"{len(raw)} bytes where its flags announce at least {needed}", raw)
