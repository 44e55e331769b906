"""Lays what stands at the hub over this kiosk's records: from a snapshot, or after a comparison.

A line here is a whole record as it stands at the hub at number `upto` of its feed, not one op. As
with the feed, an own edit that the hub has not merged by then stays in sight, and a line that
cannot be applied is kept raw. The cursor never moves here. Records that this kiosk does not have
yet are written many at a time, for a village has thousands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec
from sqlite_utils import Database

from offline_sync import feed
from offline_sync.canonical import canonical_json
from offline_sync.catalogue import CATALOGUE
from offline_sync.changes import check_id, column_value, refuse_missing
from offline_sync.feed import FeedOutcome
from offline_sync.oplog import UNREADABLE, FeedEntry
from offline_sync.wire import FeedLine, feed_entry

_decoder: Final = msgspec.json.Decoder(FeedLine)
_start: Final = msgspec.json.Decoder(list[msgspec.Raw])
_number: Final = msgspec.json.Decoder(int)
_NOT_A_LINE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True, slots=True)
class AsOf:
    """Of which village's feed, in which history of the hub, and up to which number."""

    bucket: str
    hub_epoch: str
    upto: int


def entry_of_line(line: bytes, as_of: AsOf) -> FeedEntry:
    """The entry of a line; of kind UNREADABLE when only its number, or nothing, can be read."""
    try:
        return feed_entry(_decoder.decode(line))
    except _NOT_A_LINE as error:
        why = {"text": line.decode(errors="backslashreplace"), "why": str(error)}
    return FeedEntry(_number_of(line, as_of), UNREADABLE, "", "", "", why)


def _number_of(line: bytes, as_of: AsOf) -> int:
    try:
        return _number.decode(_start.decode(line)[0])
    except (*_NOT_A_LINE, IndexError):
        return as_of.upto


def lay(db: Database, entries: Sequence[FeedEntry], as_of: AsOf, now_ms: int) -> FeedOutcome:
    """Lay whole records over this kiosk's own; the caller holds the transaction."""
    new = _that_are_new(db, entries)
    try:
        with db.atomic():
            changed = _insert(db, new)
        others: Iterable[FeedEntry] = (one for one in entries if id(one) not in changed)
    except feed.UNFIT:
        # One of them does not fit: all go singly, so that it alone is kept raw.
        changed, others = {}, entries
    outcome = _lay_singly(db, others, as_of, now_ms)
    return FeedOutcome(frozenset(changed.values()) | outcome.changed, outcome.set_aside)


def _that_are_new(db: Database, entries: Sequence[FeedEntry]) -> list[FeedEntry]:
    """Entries of records that this kiosk has nothing of, by a type that it knows."""
    by_type: dict[str, dict[str, FeedEntry]] = {}
    for entry in entries:
        if entry.kind == "put" and entry.record_type in CATALOGUE:
            by_type.setdefault(entry.record_type, {}).setdefault(entry.record_id, entry)
    for name, found in by_type.items():
        known = db.execute(
            f'SELECT id FROM "{name}" WHERE id IN (SELECT value FROM json_each(?))',
            (canonical_json(list(found)),),
        )
        for (record_id,) in known.fetchall():
            del found[record_id]
    return [entry for found in by_type.values() for entry in found.values()]


def _insert(db: Database, entries: Iterable[FeedEntry]) -> dict[int, tuple[str, str]]:
    """Write new records; returns them by the identity of their entries. Raises one of UNFIT."""
    records: dict[str, list[list[object]]] = {}
    states: list[tuple[str, str, str, str, str, str]] = []
    written: dict[int, tuple[str, str]] = {}
    for entry in entries:
        record_type = CATALOGUE[entry.record_type]
        check_id(entry.record_id, "A record id")
        known, unknown = feed.sorted_fields(record_type, entry.fields)
        refuse_missing(record_type, known)
        row: list[object] = [entry.record_id, canonical_json(unknown)]
        row += [column_value(known.get(field.name)) for field in record_type.fields]
        records.setdefault(entry.record_type, []).append(row)
        for name, value in (known | unknown).items():
            if name not in record_type.once:
                op_id = check_id(entry.winners.get(name, entry.op_id), "An op id")
                key = (entry.record_type, entry.record_id, name)
                states.append((*key, op_id, op_id, canonical_json(value)))
        written[id(entry)] = (entry.record_type, entry.record_id)
    for name, rows in records.items():
        columns = ", ".join(f'"{field.name}"' for field in CATALOGUE[name].fields)
        marks = ", ".join("?" for _ in rows[0])
        db.conn.executemany(f'INSERT INTO "{name}" (id, extra, {columns}) VALUES ({marks})', rows)
    db.conn.executemany(
        "INSERT INTO field_state (tbl, rid, field, op_id, hub_op_id, hub_value)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        states,
    )
    return written


def _lay_singly(
    db: Database, entries: Iterable[FeedEntry], as_of: AsOf, now_ms: int
) -> FeedOutcome:
    changed: set[tuple[str, str]] = set()
    set_aside: list[int] = []
    for entry in entries:
        try:
            with db.atomic():
                # The number tells which own edits the hub has merged by then.
                standing = replace(entry, seq=as_of.upto, op_id=entry.op_id or entry.record_id)
                if feed.apply_entry(db, standing, now_ms):
                    changed.add((entry.record_type, entry.record_id))
                elif entry.record_type not in CATALOGUE:
                    set_aside.append(entry.seq)
        except feed.UNFIT as error:
            feed.keep_raw(db, as_of.bucket, as_of.hub_epoch, entry, str(error), now_ms)
            set_aside.append(entry.seq)
    return FeedOutcome(frozenset(changed), tuple(set_aside))
