"""Ends the period of records at the hub: by the catalogue, as an erasure, counted by type.

A period runs from the record's own time (`offline_sync.periods`); that of a resident from the last
record about that person, or from the last change of the resident's own. Nothing whose period is
not over is touched, and a run that would take a good part of all records asks first: a clock that
went ahead must not empty a hub.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select

from hub import audit
from hub.erasure import PERIOD, erase, keep_others_out
from hub.erasure_search import Found
from hub.errors import HubError
from hub.tables import field_state, op, record
from offline_sync.catalogue import CATALOGUE, RESIDENT
from offline_sync.periods import RESIDENT_FIELD, is_over, runs_from_ms

SHARE_THAT_ASKS: Final = 0.1
FEW: Final = 1000
"""A run that would take more than this many records, and more than a tenth of all, asks first."""

_decode: Final = msgspec.json.Decoder(dict[str, Any]).decode


class TooMuchAtOnce(HubError):
    """Nothing was changed: it must be said that so many records are to go."""


@dataclass(frozen=True, slots=True)
class Over:
    """The records whose period has ended, and how many there are in all."""

    found: Found
    standing: int

    @property
    def counts(self) -> dict[str, int]:
        """How many of each type."""
        return dict(sorted(Counter(kind for kind, _ in self.found.keys).items()))


def periods_over(connection: Connection, now_ms: int) -> Over:
    """Look through all records."""
    keys: set[tuple[str, str]] = set()
    about: dict[str, int] = {}  # resident -> the last record about that person
    residents: dict[str, int] = {}
    standing = 0
    for one in _standing(connection):
        standing += 1
        if one.record_type == RESIDENT.name:
            residents[one.record_id] = max(one.changed_ms, one.arrived_ms)
            continue
        began = runs_from_ms(one.record_type, one.fields, one.changed_ms)
        if began is None:
            continue
        resident = one.fields.get(RESIDENT_FIELD)
        if isinstance(resident, str):
            about[resident] = max(about.get(resident, 0), began)
        if is_over(one.record_type, began, one.arrived_ms, now_ms):
            keys.add((one.record_type, one.record_id))
    for resident, changed in residents.items():
        last = max(changed, about.get(resident, 0))
        if is_over(RESIDENT.name, last, last, now_ms):
            keys.add((RESIDENT.name, resident))
    return Over(Found(frozenset(keys)), standing)


def end_periods(
    connection: Connection, now_ms: int, actor: str, *, confirmed: int | None = None
) -> Over:
    """Take the payload of every record whose period is over, and note how many of each type.

    `confirmed` is the number of records that a person has said may go at once.

    Raises:
        TooMuchAtOnce: it would be far more than on any other day.
    """
    keep_others_out(connection)
    over = periods_over(connection, now_ms)
    number = len(over.found.keys)
    if number > max(FEW, SHARE_THAT_ASKS * over.standing) and number != confirmed:
        raise TooMuchAtOnce(
            f"The period of {number:,} of {over.standing:,} records would be over.",
            f"Look at this computer's clock. If it is right: --confirm {number}",
        )
    if number:
        erase(connection, over.found, PERIOD, now_ms)
        audit.note(connection, actor, "retention", "", over.counts, now_ms)
    return over


@dataclass(frozen=True, slots=True)
class _Standing:
    record_type: str
    record_id: str
    fields: Mapping[str, Any]
    arrived_ms: int
    changed_ms: int


def _standing(connection: Connection) -> Iterator[_Standing]:
    """Every record that has its payload, with the values that stand in it."""
    for record_type in sorted(CATALOGUE):
        edited: dict[str, dict[str, Any]] = {}
        changed: dict[str, int] = {}
        if len(CATALOGUE[record_type].once) < len(CATALOGUE[record_type].fields):
            edited, changed = _edits(connection, record_type)
        rows = connection.execute(
            select(record.c.record_id, op.c.fields, op.c.received_ms, op.c.eff_ms)
            .join(op, op.c.op_id == record.c.first_op)
            .where(record.c.record_type == record_type, op.c.fields.is_not(None)),
            execution_options={"yield_per": 1000},
        )
        for row in rows:
            yield _Standing(
                record_type,
                row.record_id,
                _decode(row.fields) | edited.get(row.record_id, {}),
                row.received_ms,
                max(row.eff_ms, changed.get(row.record_id, 0)),
            )


def _edits(
    connection: Connection, record_type: str
) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
    """What was edited since, and when each record last changed."""
    edited: dict[str, dict[str, Any]] = {}
    of_type = select(field_state).where(field_state.c.record_type == record_type)
    for row in connection.execute(of_type):
        edited.setdefault(row.record_id, {})[row.field] = msgspec.json.decode(row.value)
    last = (
        select(op.c.record_id, func.max(op.c.received_ms).label("at_ms"))
        .where(op.c.record_type == record_type)
        .group_by(op.c.record_id)
    )
    return edited, {row.record_id: row.at_ms for row in connection.execute(last)}
