"""Decides which value of a field shows when two people changed it. Pure: no database, no clock.

The op that an editor was looking at (`base`) tells a normal edit from a concurrent one, so no
clock is needed for that. Only between two concurrent values does the time decide, and then the
value that does not show is handed back to be kept: nothing is overwritten in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from offline_sync.catalogue import Merge

FUTURE_LIMIT_MS: Final = 300_000
"""A clock further ahead than this wins no tie by it; what it stamped is never refused."""


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One value of one field: the op that set it, the JSON text, and when, as far as trusted."""

    op_id: str
    value: str
    eff_ms: int
    hlc: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two values that were set without sight of one another."""

    field: str
    winner: FieldValue
    loser: FieldValue
    policy: Merge


@dataclass(frozen=True, slots=True)
class Merged:
    """What an op changes: the fields that now show its value, the fields that go on showing
    another op's, and the conflicts it met."""

    applied: Mapping[str, FieldValue]
    standing: Mapping[str, FieldValue]
    conflicts: tuple[Conflict, ...]


class WrittenOnce(ValueError):
    """An op wants another value in a field that is written once, with its record."""


def effective_ms(hlc: str, now_ms: int) -> int:
    """The wall time of a stamp (`clock.HybridLogicalClock`), held back when it is far ahead."""
    return min(int(hlc.partition(".")[0], 16), now_ms + FUTURE_LIMIT_MS)


def merge(
    arriving: Mapping[str, FieldValue],
    base: Mapping[str, str | None],
    current: Mapping[str, FieldValue],
    policy: Callable[[str], Merge],
) -> Merged:
    """Lay the values of an op over what stands now.

    Raises:
        WrittenOnce: a field that never changes would get another value.
    """
    applied: dict[str, FieldValue] = {}
    standing: dict[str, FieldValue] = {}
    conflicts: list[Conflict] = []
    for name, new in arriving.items():
        old = current.get(name)
        if old is None:
            applied[name] = new
        elif policy(name) is Merge.NEVER:
            if new.value != old.value:
                raise WrittenOnce(name)
            standing[name] = old
        elif base.get(name) == old.op_id:
            applied[name] = new
        elif new.value == old.value:
            standing[name] = old
        elif _order(new) > _order(old):
            applied[name] = new
            conflicts.append(Conflict(name, winner=new, loser=old, policy=policy(name)))
        else:
            standing[name] = old
            conflicts.append(Conflict(name, winner=old, loser=new, policy=policy(name)))
    return Merged(applied, standing, tuple(conflicts))


def _order(value: FieldValue) -> tuple[int, str, str]:
    return value.eff_ms, value.hlc, value.op_id
