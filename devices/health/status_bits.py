"""Status words of instruments: which conditions they announce, and which of them to believe.

A bit is believed only where the instrument's feature word says that it can tell, when that word
was read. Bits reserved for future use mean nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

C = TypeVar("C", bound=StrEnum)

EVERY_BIT: Final = -1  # no feature word was read: all bits are believed


def conditions(bits: int, believed: int, meaning: Mapping[int, C]) -> frozenset[C]:
    """The conditions whose bit is set both in `bits` and in `believed`.

    `meaning` goes from the number of a bit to what it says.
    """
    told = bits & believed
    return frozenset(condition for bit, condition in meaning.items() if told >> bit & 1)
