"""Applies a page of the hub's feed and moves the cursor over it, together.

Most of what arrives is new records, and edits of records that nobody is at work on here: those are
written many at a time, and all others singly (`feed.apply_entry`), with one outcome. The cursor
never passes over a number that neither came nor is an own op's. The caller holds the transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from offline_sync import conflicts, feed, outbox
from offline_sync.canonical import canonical_json
from offline_sync.catalogue import CATALOGUE
from offline_sync.changes import check_id, column_value
from offline_sync.epochs import history
from offline_sync.erasure import erased_among
from offline_sync.oplog import Cursor, FeedEntry
from offline_sync.whole_records import WholeRecord, insert, whole_record


class FeedGap(Exception):
    """Numbers of the feed are missing that are no own ops: the cursor must not pass over them."""


def apply_page(
    db: Database,
    bucket: str,
    hub_epoch: str,
    entries: Sequence[FeedEntry],
    next_after: int,
    now_ms: int,
) -> feed.FeedOutcome:
    """Apply entries that follow the cursor and move it. Entries already applied are passed over.

    Raises:
        FeedGap: a number up to `next_after` neither came nor is that of an own op. Nothing is
            applied then; the caller undoes the transaction.
    """
    cursor = feed.read_cursor(db, bucket)
    after = cursor.after
    if cursor.hub_epoch != hub_epoch:
        after = 0
        if history(db, bucket) not in ("", hub_epoch):
            feed.forget_order(db, now_ms)
    reached = max(after, next_after, *(entry.seq for entry in entries))
    _refuse_gap(db, after, reached, {entry.seq for entry in entries})
    fresh = sorted((entry for entry in entries if entry.seq > after), key=_number)
    conflicts.come_again(db, [entry.op_id for entry in fresh if entry.kind == "put"])
    laid = _lay_quickly(db, fresh)
    changed = {(entry.record_type, entry.record_id) for entry in laid.values()}
    set_aside: list[int] = []
    for entry in fresh:
        if laid.get(entry.seq) is entry:
            continue
        try:
            with db.atomic():
                if feed.apply_entry(db, entry, now_ms):
                    changed.add((entry.record_type, entry.record_id))
                elif entry.record_type not in CATALOGUE:
                    set_aside.append(entry.seq)
        except feed.UNFIT as error:
            feed.keep_raw(db, bucket, hub_epoch, entry, str(error), now_ms)
            set_aside.append(entry.seq)
    outbox.taken_after_all(db, {one.op_id: one.seq for one in fresh if one.kind == "put"})
    feed.move_cursor(db, bucket, Cursor(hub_epoch, reached), now_ms)
    return feed.FeedOutcome(frozenset(changed), tuple(set_aside))


def _refuse_gap(db: Database, after: int, reached: int, came: set[int]) -> None:
    """Only counts: a hub can name an end that is far away, and own ops can be many."""
    came = {seq for seq in came if after < seq <= reached}
    missing = reached - after - len(came)
    if not missing:
        return
    own = db.execute(
        # The index is named, as SQLite would rather look through all that was ever acknowledged.
        "SELECT (SELECT count(DISTINCT hub_seq) FROM op_out INDEXED BY op_out_by_feed_number"
        " WHERE state = 2 AND hub_seq > ?1 AND hub_seq <= ?2)"
        " - (SELECT count(*) FROM json_each(?3) AS line WHERE EXISTS"
        " (SELECT 1 FROM op_out INDEXED BY op_out_by_feed_number"
        " WHERE state = 2 AND hub_seq = line.value))",
        (after, reached, canonical_json(sorted(came))),
    ).fetchone()[0]
    if own != missing:
        raise FeedGap(f"{missing - own} numbers between {after} and {reached} did not come")


@dataclass(frozen=True, slots=True)
class _Edit:
    """Fields of a record that is here, as they are to be written."""

    fields: Mapping[str, object]
    states: tuple[tuple[str, ...], ...]


def _number(entry: FeedEntry) -> int:
    return entry.seq


def _lay_quickly(db: Database, entries: Sequence[FeedEntry]) -> dict[int, FeedEntry]:
    """Lay what can be laid many at a time; gives those entries, by number. Each is the first of its
    record on the page, so what follows for the same record comes after it."""
    firsts: dict[str, dict[str, FeedEntry]] = {}
    for entry in entries:
        if entry.record_type in CATALOGUE and isinstance(entry.record_id, str):
            firsts.setdefault(entry.record_type, {}).setdefault(entry.record_id, entry)
    whole: list[WholeRecord] = []
    edits: dict[tuple[str, tuple[str, ...]], list[tuple[str, _Edit]]] = {}
    laid: dict[int, FeedEntry] = {}
    for name, of_type in firsts.items():
        plain = {rid: one for rid, one in of_type.items() if one.kind == "put" and not one.settles}
        try:
            here, at_work = _known(db, name, list(plain))
        except feed.UNFIT:
            continue  # an id that cannot even be asked for
        for record_id, entry in plain.items():
            if record_id in at_work:
                continue
            try:
                if record_id in here:
                    edit = _edit(entry)
                    if edit is None:
                        continue
                    edits.setdefault((name, tuple(edit.fields)), []).append((record_id, edit))
                else:
                    whole.append(whole_record(entry))
            except feed.UNFIT:
                continue  # it fails again alone, and is then kept raw
            laid[entry.seq] = entry
    try:
        with db.atomic():
            insert(db, whole)
            for (name, fields), of_fields in edits.items():
                _write_edits(db, name, fields, of_fields)
    except feed.UNFIT:
        return {}  # one of them does not fit: all go singly, so that it alone is kept raw
    return laid


def _known(db: Database, name: str, ids: Sequence[str]) -> tuple[set[str], set[str]]:
    """Which of these records are here, and which are not to be touched in passing: with an own edit
    in sight, in conflict, or erased."""
    asked = canonical_json(ids)
    asked.encode()  # what no database can be asked for is found here
    here = db.execute(
        f'SELECT id FROM "{name}" WHERE id IN (SELECT value FROM json_each(?))', (asked,)
    ).fetchall()
    at_work = db.execute(
        "SELECT rid FROM field_state AS shown WHERE tbl = ?1"
        " AND rid IN (SELECT value FROM json_each(?2))"
        " AND EXISTS (SELECT 1 FROM op_out WHERE op_out.op_id = shown.op_id)"
        " UNION SELECT rid FROM conflict WHERE tbl = ?1"
        " AND rid IN (SELECT value FROM json_each(?2))",
        (name, asked),
    ).fetchall()
    busy = {rid for (rid,) in at_work} | erased_among(db, name, ids)
    return {rid for (rid,) in here}, busy


def _edit(entry: FeedEntry) -> _Edit | None:
    """The edit, or None when it is not a plain one. Raises one of `feed.UNFIT`."""
    record_type = CATALOGUE[entry.record_type]
    known, unknown = feed.sorted_fields(record_type, entry.fields)
    if unknown or not known or not record_type.once.isdisjoint(known):
        return None
    ops = {name: entry.winners.get(name, entry.op_id) for name in known}
    for op_id in {entry.op_id, *ops.values()}:
        check_id(op_id, "An op id")
    return _Edit(
        known,
        tuple(
            (entry.record_type, entry.record_id, name, op_id, op_id, canonical_json(known[name]))
            for name, op_id in ops.items()
        ),
    )


def _write_edits(
    db: Database, name: str, fields: Sequence[str], edits: Sequence[tuple[str, _Edit]]
) -> None:
    assignments = ", ".join(f'"{field}" = ?' for field in fields)
    db.conn.executemany(
        f'UPDATE "{name}" SET {assignments} WHERE id = ?',
        [
            (*(column_value(value) for value in edit.fields.values()), record_id)
            for record_id, edit in edits
        ],
    )
    db.conn.executemany(
        "INSERT INTO field_state (tbl, rid, field, op_id, hub_op_id, hub_value)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (tbl, rid, field) DO UPDATE SET"
        " op_id = excluded.op_id, hub_op_id = excluded.hub_op_id, hub_value = excluded.hub_value",
        [state for _, edit in edits for state in edit.states],
    )
