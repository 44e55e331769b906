"""Writes records that this kiosk has nothing of, many at a time: a feed brings them by thousands.

What can be worked out without the database is worked out first. The caller holds the transaction,
and has made sure that the records are new.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from offline_sync import feed
from offline_sync.canonical import canonical_json
from offline_sync.catalogue import CATALOGUE
from offline_sync.changes import check_id, refuse_missing
from offline_sync.oplog import FeedEntry


@dataclass(frozen=True, slots=True)
class WholeRecord:
    """A record as it is written: its type, its row, and the state of its fields."""

    record_type: str
    row: tuple[object, ...]
    states: tuple[tuple[str, ...], ...]


def whole_record(entry: FeedEntry) -> WholeRecord:
    """The record that a put begins. Raises one of `feed.UNFIT` when it is not a whole one."""
    record_type = CATALOGUE[entry.record_type]
    check_id(entry.record_id, "A record id")
    check_id(entry.op_id, "An op id")
    known, unknown = feed.sorted_fields(record_type, entry.fields)
    refuse_missing(record_type, known)
    values = known | unknown if unknown else known
    edited = {
        name: canonical_json(value)
        for name, value in values.items()
        if name not in record_type.once
    }
    columns: list[object] = []
    for name in record_type.by_name:
        value = known.get(name)
        if isinstance(value, dict | list):  # the same text as in the state, where there is one
            value = edited.get(name) or canonical_json(value)
        columns.append(value)
    states: list[tuple[str, ...]] = []
    for name, text in edited.items():
        op_id = entry.op_id
        if name in entry.winners:
            op_id = check_id(entry.winners[name], "An op id")
        states.append((entry.record_type, entry.record_id, name, op_id, op_id, text))
    extra = canonical_json(unknown) if unknown else "{}"
    return WholeRecord(entry.record_type, (entry.record_id, extra, *columns), tuple(states))


def insert(db: Database, whole: Iterable[WholeRecord]) -> None:
    """Add the records. Raises one of `feed.UNFIT` when one of them does not fit."""
    rows: dict[str, list[tuple[object, ...]]] = {}
    states: list[tuple[str, ...]] = []
    for record in whole:
        rows.setdefault(record.record_type, []).append(record.row)
        states += record.states
    for name, of_type in rows.items():
        columns = ", ".join(f'"{field.name}"' for field in CATALOGUE[name].fields)
        marks = ", ".join("?" for _ in of_type[0])
        db.conn.executemany(
            f'INSERT INTO "{name}" (id, extra, {columns}) VALUES ({marks})', of_type
        )
    db.conn.executemany(
        "INSERT INTO field_state (tbl, rid, field, op_id, hub_op_id, hub_value)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        states,
    )
