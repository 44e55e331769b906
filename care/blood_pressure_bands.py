"""Which of three plain bands a blood pressure falls in, and when a person is called at once.

The limits come from outside as plain values (a rule file that a clinician signs), never from
this module. A band is not a diagnosis and no text here may name one.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Band(StrEnum):
    """What a resident is told, least to most serious."""

    OK = "ok"
    WATCH = "watch"
    CALL = "call"


class Side(StrEnum):
    """Where a number lies against its ordinary range."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Quantity(StrEnum):
    """The two numbers of a blood pressure."""

    SYSTOLIC = "systolic"
    DIASTOLIC = "diastolic"


_SERIOUSNESS = {Band.OK: 0, Band.WATCH: 1, Band.CALL: 2}


class RulesInvalid(ValueError):
    """The rule values leave a gap, overlap or contradict themselves."""

    next_step = "Ask the district office for a corrected rule file."


@dataclass(frozen=True, slots=True)
class Limit:
    """Numbers under `below` mmHg, down to the limit before, belong here; None has no ceiling."""

    below: Decimal | None
    band: Band
    side: Side
    red_flag: bool
    source: str


@dataclass(frozen=True, slots=True)
class BloodPressureRules:
    """Limits for both numbers, each a ladder from the lowest number upwards.

    A ladder is total and cannot overlap: every rung starts where the one below it ends, the
    first has no floor and the last no ceiling.
    """

    version: str
    signed: bool  # a clinician has put a name and date under these limits
    systolic: tuple[Limit, ...]
    diastolic: tuple[Limit, ...]

    def __post_init__(self) -> None:
        _check_ladder(Quantity.SYSTOLIC, self.systolic)
        _check_ladder(Quantity.DIASTOLIC, self.diastolic)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The band of one pair of numbers, and which number put it there (none when ok)."""

    band: Band
    because: tuple[tuple[Quantity, Side], ...]
    red_flag: bool


def judge(rules: BloodPressureRules, systolic: Decimal, diastolic: Decimal) -> Judgement:
    """The band of a blood pressure in mmHg: the more serious of its two numbers.

    Raises ValueError for a number that is not finite.
    """
    found = (
        (Quantity.SYSTOLIC, _rung(rules.systolic, systolic)),
        (Quantity.DIASTOLIC, _rung(rules.diastolic, diastolic)),
    )
    band = max((limit.band for _, limit in found), key=_SERIOUSNESS.__getitem__)
    because = tuple(
        (quantity, limit.side)
        for quantity, limit in found
        if limit.band is band and band is not Band.OK
    )
    return Judgement(band, because, any(limit.red_flag for _, limit in found))


def more_serious(first: Band, second: Band) -> Band:
    """The one of two bands that asks for more."""
    return max(first, second, key=_SERIOUSNESS.__getitem__)


def _rung(ladder: Sequence[Limit], number: Decimal) -> Limit:
    if not number.is_finite():
        raise ValueError(f"a blood pressure must be a finite number, not {number}")
    return next(limit for limit in ladder if limit.below is None or number < limit.below)


def _check_ladder(quantity: Quantity, ladder: Sequence[Limit]) -> None:
    if not ladder or ladder[-1].below is not None:
        raise RulesInvalid(f"{quantity}: the last limit must have no ceiling")
    floors = [limit.below for limit in ladder[:-1]]
    if any(floor is None or not floor.is_finite() for floor in floors):
        raise RulesInvalid(f"{quantity}: only the last limit may have no ceiling")
    numbers = [floor for floor in floors if floor is not None]
    if any(upper <= lower for lower, upper in itertools.pairwise(numbers)):
        raise RulesInvalid(f"{quantity}: limits must rise from one to the next")
    for limit in ladder:
        if (limit.side is Side.NORMAL) != (limit.band is Band.OK):
            raise RulesInvalid(f"{quantity}: only an ordinary number is ok, and it always is")
        if limit.red_flag and limit.band is not Band.CALL:
            raise RulesInvalid(f"{quantity}: a red flag always calls a person")
