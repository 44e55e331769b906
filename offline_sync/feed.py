"""Applies the hub's feed to this kiosk's records. The hub has merged; nothing is merged here.

An entry that cannot be applied is kept raw and the feed goes on: one bad entry must never stop
all later ones, and none may be lost. A field with an own edit on its way keeps showing that edit,
and what stands at the hub is remembered beside it. The caller holds the transaction, in which
the cursor moves together with the records it covers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from sqlite_utils import Database

from offline_sync import conflicts, erasure, records
from offline_sync.canonical import canonical_json, json_of_anything, parse_json
from offline_sync.catalogue import CATALOGUE, Merge, RecordType
from offline_sync.changes import check_id, checked_value, plain_json, refuse_missing
from offline_sync.driver import dbapi2
from offline_sync.epochs import send_all_again
from offline_sync.errors import InvalidChange
from offline_sync.oplog import UNREADABLE, Cursor, FeedEntry, OpState

UNFIT: Final = (
    InvalidChange,
    dbapi2.IntegrityError,
    dbapi2.DataError,  # longer than SQLite takes
    RecursionError,
    OverflowError,
    ValueError,  # a letter that cannot be written, and its kin
)
"""What a single entry can be wrong with. A full or failing disk is not among them."""


@dataclass(frozen=True, slots=True)
class FeedOutcome:
    """What a page changed here, as (record type, record id), and the feed numbers of the entries
    that were kept raw: those that cannot be applied, and those of a newer version's types."""

    changed: frozenset[tuple[str, str]]
    set_aside: tuple[int, ...]


def unread_entries(db: Database) -> int:
    """How many entries of the feed are kept raw and show nowhere. Works on a reader too."""
    row = db.execute(
        "SELECT (SELECT count(*) FROM inbox_quarantine) + (SELECT count(*) FROM inbox_unknown)"
    ).fetchone()
    return int(row[0])


def read_cursor(db: Database, bucket: str) -> Cursor:
    """How far the feed of `bucket` was applied."""
    row = db.execute(
        "SELECT hub_epoch, after_seq FROM sync_state WHERE bucket = ?", (bucket,)
    ).fetchone()
    return Cursor(*row) if row else Cursor("", 0)


def move_cursor(db: Database, bucket: str, cursor: Cursor, now_ms: int) -> None:
    """Remember how far the feed was applied, in the transaction that applied it."""
    db.execute(
        "INSERT INTO sync_state (bucket, hub_epoch, after_seq, updated_ms) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (bucket) DO UPDATE SET hub_epoch = excluded.hub_epoch,"
        " after_seq = excluded.after_seq, updated_ms = excluded.updated_ms",
        (bucket, cursor.hub_epoch, cursor.after, now_ms),
    )


def forget_order(db: Database, now_ms: int) -> None:
    """A hub restored from a backup counts anew, and may lack what it once acknowledged."""
    send_all_again(db, now_ms)


def apply_entry(db: Database, entry: FeedEntry, now_ms: int) -> bool:
    """Apply one entry and leave the cursor alone; returns whether it changed a record here. The
    caller undoes what it wrote when it raises one of UNFIT."""
    if entry.kind == UNREADABLE:
        raise InvalidChange(f"This entry cannot be read: {entry.fields.get('why')}")
    check_id(entry.record_id, "A record id")
    check_id(entry.record_type, "A record type")
    check_id(entry.op_id, "An op id")
    if entry.kind in (erasure.ERASE, erasure.FORGET):
        gone = erasure.apply(db, entry.kind, entry.record_type, entry.record_id, now_ms)
        return entry.record_type in CATALOGUE and bool(gone)
    if entry.kind == erasure.KEPT_OUT:
        return erasure.apply_to_own(db, entry.op_id, (entry.record_type, entry.record_id), now_ms)
    if erasure.is_erased(db, entry.record_type, entry.record_id):
        return False
    record_type = CATALOGUE.get(entry.record_type)
    if record_type is None:
        _keep_unknown(db, entry, now_ms)
        return False
    match entry.kind:
        case "put":
            return _put(db, record_type, entry)
        case "conflict":
            return conflicts.note(db, entry, now_ms)
    raise InvalidChange(f"This version does not know feed entries of kind {entry.kind!r}.")


def _put(db: Database, record_type: RecordType, entry: FeedEntry) -> bool:
    known, unknown = sorted_fields(record_type, entry.fields)
    is_new = not records.exists(db, record_type, entry.record_id)
    if is_new:
        refuse_missing(record_type, known)
        records.insert(db, record_type, entry.record_id, known)
    else:
        records.refuse_rewriting(db, record_type, entry.record_id, known)
    once = {field.name for field in record_type.fields if field.merge is Merge.NEVER}
    edited = {name: value for name, value in {**known, **unknown}.items() if name not in once}
    shown = _adopt(db, record_type, entry, edited)
    if not is_new:
        records.update(db, record_type, entry.record_id, _only(known, shown))
    records.keep_unknown_fields(db, record_type, entry.record_id, _only(unknown, shown))
    conflicts.follow(db, entry, shown)
    return True


def _only(fields: Mapping[str, object], names: set[str]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if name in names}


def sorted_fields(
    record_type: RecordType, fields: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """The checked values of the fields that this version knows, and the values of the others."""
    known: dict[str, object] = {}
    unknown: dict[str, object] = {}
    for name, value in fields.items():
        field = record_type.by_name.get(name)
        if field is None:
            unknown[name] = plain_json(value, f"{record_type.name}.{name}")
        else:
            known[name] = checked_value(record_type, field, value)
    return known, unknown


def _adopt(
    db: Database, record_type: RecordType, entry: FeedEntry, fields: Mapping[str, object]
) -> set[str]:
    """Remember what stands at the hub; returns the fields that are also to be shown here."""
    before = records.shown_ops(db, record_type, entry.record_id, fields)
    on_their_way = {op for op in set(before.values()) if _is_on_its_way(db, op, entry)}
    adopted = {name for name in fields if before.get(name) not in on_their_way}
    rows = []
    for name, value in fields.items():
        winner = entry.winners.get(name, entry.op_id)
        shown_op = winner if name in adopted else before[name]
        key = (entry.record_type, entry.record_id, name)
        rows.append((*key, shown_op, winner, canonical_json(value)))
    db.conn.executemany(
        "INSERT INTO field_state (tbl, rid, field, op_id, hub_op_id, hub_value)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (tbl, rid, field) DO UPDATE SET"
        " op_id = excluded.op_id, hub_op_id = excluded.hub_op_id, hub_value = excluded.hub_value",
        rows,
    )
    return adopted


def _is_on_its_way(db: Database, op_id: str, entry: FeedEntry) -> bool:
    """Whether the hub merges the own op `op_id` only after this entry: then it stays in sight."""
    row = db.execute("SELECT state, hub_seq FROM op_out WHERE op_id = ?", (op_id,)).fetchone()
    if row is None or op_id == entry.op_id:
        return False
    state, hub_seq = row
    if state == OpState.ACKNOWLEDGED:
        return bool(hub_seq > entry.seq)
    return bool(state != OpState.QUARANTINED)


def give_way(db: Database, op_ids: Sequence[str]) -> frozenset[tuple[str, str]]:
    """These own ops were at the hub already when the feed came by them: what was merged after them
    shows now. Returns the records that changed, by (type, id).

    An op whose answer was lost counts as unsent, and stays in sight over what the feed brings.
    """
    rows = db.execute(
        "SELECT state.tbl, state.rid, state.field, state.hub_value FROM op_out AS op"
        " JOIN field_state AS state ON state.tbl = op.tbl AND state.rid = op.rid"
        " AND state.op_id = op.op_id WHERE op.op_id IN (SELECT value FROM json_each(?))"
        " AND state.hub_op_id <> state.op_id",
        (canonical_json(list(op_ids)),),
    ).fetchall()
    standing: dict[tuple[str, str], dict[str, object]] = {}
    for tbl, rid, name, value in rows:
        standing.setdefault((tbl, rid), {})[name] = parse_json(value)
    for (tbl, rid), values in standing.items():
        known, unknown = sorted_fields(CATALOGUE[tbl], values)
        records.update(db, CATALOGUE[tbl], rid, known)
        records.keep_unknown_fields(db, CATALOGUE[tbl], rid, unknown)
        db.conn.executemany(
            "UPDATE field_state SET op_id = hub_op_id WHERE tbl = ? AND rid = ? AND field = ?",
            [(tbl, rid, name) for name in values],
        )
    return frozenset(standing)


def _keep_unknown(db: Database, entry: FeedEntry, now_ms: int) -> None:
    db.execute(
        "INSERT INTO inbox_unknown (tbl, rid, op_id, kind, field, raw, kept_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (op_id, kind, field) DO UPDATE SET raw = excluded.raw",
        (
            *(entry.record_type, entry.record_id, entry.op_id, entry.kind),
            # Values that lost come one at a time, each with its op; what an op set comes once.
            *("" if entry.kind == "put" else ",".join(sorted(entry.fields)), _raw(entry), now_ms),
        ),
    )


def keep_raw(
    db: Database, bucket: str, hub_epoch: str, entry: FeedEntry, why: str, now_ms: int
) -> None:
    """Keep an entry that cannot be applied as it came, with the reason: the latest that came
    under its number."""
    writable = why.encode(errors="backslashreplace").decode()
    db.execute(
        "INSERT INTO inbox_quarantine (hub_epoch, bucket, seq, raw, why, kept_ms)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (hub_epoch, bucket, seq)"
        " DO UPDATE SET raw = excluded.raw, why = excluded.why",
        (hub_epoch, bucket, entry.seq, _raw(entry), writable, now_ms),
    )


def _raw(entry: FeedEntry) -> str:
    return json_of_anything({each.name: getattr(entry, each.name) for each in fields(entry)})
