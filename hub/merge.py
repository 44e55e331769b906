"""Decides which value of a field shows when two people changed it. Pure: no database, no clock.

The op that an editor was looking at (`base`) tells a normal edit from a concurrent one, so no
clock is needed for that, and an edit of what stands always applies. Between two concurrent values
the policy of the field decides, in an order of its own in which the time comes last; the value
that does not show is handed back to be kept: nothing is overwritten in silence. Which of several
concurrent edits came first never decides: of two that are equal, too, the later one counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from offline_sync.catalogue import Field, Merge, RecordType

_NO_VALUE: Final = "null"


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
    """What an op changes: the fields that get another value (its own, or that of the group which
    it lost to), those of its fields that show another op's, and the conflicts it met."""

    applied: Mapping[str, FieldValue]
    standing: Mapping[str, FieldValue]
    conflicts: tuple[Conflict, ...]


class WrittenOnce(ValueError):
    """An op wants another value in a field that is written once, with its record."""


def merge(
    arriving: Mapping[str, FieldValue],
    base: Mapping[str, str | None],
    current: Mapping[str, FieldValue],
    record_type: RecordType | None,
) -> Merged:
    """Lay the values of an op over what stands now.

    `record_type` is None for a type that this version does not know. Its fields, and those that
    the type has in a newer version only, follow the later change.

    Raises:
        WrittenOnce: a field that never changes would get another value.
    """
    applied: dict[str, FieldValue] = {}
    standing: dict[str, FieldValue] = {}
    conflicts: list[Conflict] = []
    groups: dict[str, tuple[str, ...]] = {}
    for name, new in arriving.items():
        field = record_type.field(name) if record_type is not None else None
        if record_type is not None and field is not None and field.group:
            groups[field.group] = record_type.groups[field.group]
            continue
        field = field or Field(name)
        old = current.get(name)
        if old is None or _may_replace(field, new, old, base.get(name)):
            applied[name] = new
            continue
        won = field.merge is not Merge.NEVER and _wins(field, new, old)
        (applied if won else standing)[name] = new if won else old
        if new.value != old.value:
            winner, loser = (new, old) if won else (old, new)
            conflicts.append(Conflict(name, winner, loser, field.merge))
    for members in groups.values():
        part = _merge_group(
            {name: arriving[name] for name in members if name in arriving},
            {name: current[name] for name in members if name in current},
            base,
        )
        applied |= part.applied
        standing |= part.standing
        conflicts += part.conflicts
    return Merged(applied, standing, tuple(conflicts))


def _may_replace(field: Field, new: FieldValue, old: FieldValue, seen: str | None) -> bool:
    if field.merge is Merge.NEVER:
        if new.value != old.value:
            raise WrittenOnce(field.name)
        return False
    return seen == old.op_id


def _merge_group(
    new: Mapping[str, FieldValue], old: Mapping[str, FieldValue], base: Mapping[str, str | None]
) -> Merged:
    """Lay what an op sets in one group over what stands in that group: all of it, or nothing."""
    if _saw_all(new, old, base):
        return Merged(new, {}, ())
    equal = all(name in old and old[name].value == value.value for name, value in new.items())
    last = max(old.values(), key=_time_order)
    # Who wrote a part only, as an older version does, cannot win: the rest would be another's.
    if new.keys() >= old.keys() and _time_order(next(iter(new.values()))) > _time_order(last):
        lost = [Conflict(name, new[name], value, Merge.GROUP) for name, value in old.items()]
        return Merged(new, {}, () if equal else tuple(lost))
    if equal:
        return Merged({}, {name: old[name] for name in new}, ())
    # What the winner left without a value stays without one.
    unset = {
        name: FieldValue(last.op_id, _NO_VALUE, last.eff_ms, last.hlc)
        for name in new
        if name not in old
    }
    standing = {name: old.get(name) or unset[name] for name in new}
    lost = [Conflict(name, standing[name], value, Merge.GROUP) for name, value in new.items()]
    return Merged(unset, standing, tuple(lost))


def _saw_all(
    new: Mapping[str, FieldValue], old: Mapping[str, FieldValue], base: Mapping[str, str | None]
) -> bool:
    """Whether the editor of `new` was looking at every value that stands in the group. Of a
    value that the op leaves alone this is known only if it came from an op that was looked at."""
    seen = {base.get(name) for name in new}
    return all(
        base.get(name) == value.op_id if name in new else value.op_id in seen
        for name, value in old.items()
    )


def _wins(field: Field, new: FieldValue, old: FieldValue) -> bool:
    """Whether the policy lets `new` show; one order for all, so that it is the same whichever
    of the two came first."""
    mine, other = _place(field, new), _place(field, old)
    if mine != other:
        return mine < other if field.merge is Merge.MIN else mine > other
    return _time_order(new) > _time_order(old)


def _place(field: Field, value: FieldValue) -> tuple[int, Any]:
    """Where a value stands in the order of its field's policy; all the same where time decides."""
    if field.merge is Merge.STATE_MACHINE:
        state = json.loads(value.value)
        # A state of a newer version has no place here: it displaces none that has one.
        return 0, field.order.index(state) if state in field.order else -1
    if field.merge not in (Merge.MAX, Merge.MIN):
        return 0, 0
    match json.loads(value.value):
        case None:
            return (9, 0) if field.merge is Merge.MIN else (0, 0)
        case int() | float() as number:
            return 1, number
        case str() as text:
            return 2, text
    return 3, value.value


def _time_order(value: FieldValue) -> tuple[int, str, str]:
    return value.eff_ms, value.hlc, value.op_id
