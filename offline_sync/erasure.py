"""Erases records on this kiosk, as the hub orders: what they said goes, from every table.

An op keeps its place, its id and the digest of its fields, so that the chain holds; it travels
without them. Of the record itself only the row in `erased` is left, so no list can show it. What
waits to be sent of a record is erased only when a person has ordered that, never because a period
has ended. The caller holds the transaction; `scrub` is for outside of one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, cast

from sqlite_utils import Database

from offline_sync.canonical import canonical_json, parse_json
from offline_sync.catalogue import CATALOGUE, RESIDENT, VITAL
from offline_sync.errors import InvalidChange
from offline_sync.oplog import ERASED_BODY, UNREADABLE, OpState
from offline_sync.periods import (
    NAMING,
    RESIDENT_FIELD,
    Key,
    names_any,
    references,
)

ERASE: Final = "erase"
"""A feed entry: this record has no payload any more."""
FORGET: Final = "forget"
"""A feed entry: a person has ordered it, so what speaks of this record is erased with it."""
KEPT_OUT: Final = "kept_out"
"""A feed entry: what one kiosk sent of a record has no payload, and nothing else is here of it. It
is for the kiosk that sent it: what others have under that id is theirs."""

ORDER: Final = "order"
PERIOD: Final = "period"

_SCRUB_DUE: Final = "scrub due"
_VACUUM_UP_TO: Final = 256 * 1024 * 1024
"""Rewriting the file takes as much memory. A larger one relies on secure_delete alone, which has
overwritten each value with zeros where it lay."""


def is_erased(db: Database, record_type: str, record_id: str) -> bool:
    """Whether the record was erased here."""
    row = db.execute("SELECT 1 FROM erased WHERE tbl = ? AND rid = ?", (record_type, record_id))
    return row.fetchone() is not None


def _is_ordered(db: Database, record_type: str, record_id: str) -> bool:
    """Whether a person's order has been followed here: nothing is written about it since."""
    row = db.execute(
        "SELECT 1 FROM erased WHERE tbl = ? AND rid = ? AND why = ?",
        (record_type, record_id, ORDER),
    )
    return row.fetchone() is not None


def erased_among(db: Database, record_type: str, ids: Iterable[str]) -> set[str]:
    """Those of the records of a type that were erased here."""
    rows = db.execute(
        "SELECT rid FROM erased WHERE tbl = ? AND rid IN (SELECT value FROM json_each(?))",
        (record_type, canonical_json(list(ids))),
    )
    return {row[0] for row in rows.fetchall()}


def refuse_erased(
    db: Database, record_type: str, record_id: str, fields: Mapping[str, object]
) -> None:
    """Raise InvalidChange for a change of an erased record, or one that speaks of it."""
    if is_erased(db, record_type, record_id):
        raise InvalidChange(f"This {record_type} was erased; nothing more is written about it.")
    named = list(references(record_type, fields))
    rows = db.execute(
        "SELECT tbl, rid FROM erased WHERE why = ? AND rid IN (SELECT value FROM json_each(?))",
        (ORDER, canonical_json([rid for _, rid in named])),
    ).fetchall()
    gone = {(tbl, rid) for tbl, rid in rows}
    if gone and names_any(record_type, fields, gone, _of_no_other(db, gone)):
        raise InvalidChange("The record that this one is about was erased.")


def apply(db: Database, kind: str, record_type: str, record_id: str, now_ms: int) -> set[Key]:
    """Do what a feed entry of kind ERASE or FORGET says; returns the records that are gone."""
    keys = {(record_type, record_id)}
    if kind == FORGET and not _is_ordered(db, record_type, record_id):
        keys = speaking_of(db, record_type, record_id)
    erase(db, keys, ORDER if kind == FORGET else PERIOD, now_ms)
    return keys


def apply_to_own(db: Database, op_id: str, key: Key, now_ms: int) -> bool:
    """Do what a feed entry of kind KEPT_OUT says, if the op is this kiosk's own; gives whether it
    was."""
    own = "SELECT 1 FROM op_out WHERE op_id = ? AND tbl = ? AND rid = ?"
    if db.execute(own, (op_id, *key)).fetchone() is None:
        return False
    erase(db, {key}, PERIOD, now_ms)
    return key[0] in CATALOGUE


def speaking_of(db: Database, record_type: str, record_id: str) -> set[Key]:
    """The record and all on this kiosk that speaks of it."""
    keys = {(record_type, record_id)}
    new = keys
    while True:
        found = _naming(db, new, _of_no_other(db, keys)) - keys
        if not found:
            return keys
        keys = keys | found
        # What only speaks of the resident is found at once; what speaks of that, in the next turn.
        new = found


def _of_no_other(db: Database, keys: Collection[Key]) -> set[str]:
    """The ids of these records that no other record here has."""
    wanted = canonical_json([rid for _, rid in keys])
    others = {
        rid
        for name in CATALOGUE
        for (rid,) in db.execute(
            f'SELECT id FROM "{name}" WHERE id IN (SELECT value FROM json_each(?))', (wanted,)
        ).fetchall()
        if (name, rid) not in keys
    }
    return {rid for _, rid in keys} - others


def _naming(db: Database, keys: Collection[Key], alone: Collection[str]) -> set[Key]:
    ids = {rid for _, rid in keys}
    alone = ids.intersection(alone)
    wanted = canonical_json(list(ids))
    found: set[Key] = set()
    for record_type in CATALOGUE.values():
        for name in NAMING:
            if name not in record_type.by_name or name == "about_type":
                continue
            rows = db.execute(
                f'SELECT * FROM "{record_type.name}"'
                f' WHERE "{name}" IN (SELECT value FROM json_each(?))',
                (wanted,),
            )
            columns = [column[0] for column in rows.description]
            for row in rows.fetchall():
                fields = dict(zip(columns, row, strict=True))
                if names_any(record_type.name, fields, keys, alone):
                    found.add((record_type.name, fields["id"]))
    for table, text in (("op_out", "body"), ("inbox_unknown", "raw")):
        for one in ids:
            rows = db.execute(
                f"SELECT tbl, rid, {text} FROM {table} WHERE instr({text}, ?)", (f'"{one}"',)
            )
            for tbl, rid, said in rows.fetchall():
                if names_any(tbl, _values(said), keys, alone):
                    found.add((tbl, rid))
    return found


def _values(said: str) -> Mapping[str, Any]:
    values = parse_json(said)
    if not isinstance(values, dict):
        return {}
    inner = values.get("fields")  # an entry of the feed as it was kept
    return cast("dict[str, Any]", inner if isinstance(inner, dict) else values)


def erase(db: Database, keys: Collection[Key], why: str, now_ms: int) -> None:
    """Take the payload of these records. Erasing again changes nothing."""
    rows = sorted(keys)
    for record_type, record_id in rows:
        _drop_frames(db, record_type, record_id)
        if record_type in CATALOGUE:
            db.execute(f'DELETE FROM "{record_type}" WHERE id = ?', (record_id,))
    if rows:
        _drop_unapplied(db, set(rows), why)
    for table in ("field_state", "conflict", "inbox_unknown"):
        db.conn.executemany(f"DELETE FROM {table} WHERE tbl = ? AND rid = ?", rows)
    sent = "" if why == ORDER else f" AND state = {int(OpState.ACKNOWLEDGED)}"
    db.conn.executemany(
        f"UPDATE op_out SET body = '{ERASED_BODY}' WHERE tbl = ? AND rid = ?{sent}", rows
    )
    db.conn.executemany(
        "INSERT INTO erased (tbl, rid, why, at_ms) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET why = excluded.why WHERE excluded.why = 'order'",
        [(*key, why, now_ms) for key in rows],
    )
    if rows:
        note_upkeep(db, _SCRUB_DUE, now_ms)


def _drop_unapplied(db: Database, keys: Collection[Key], why: str) -> None:
    """Entries of the feed that could not be applied: those of these records and, when a person
    has ordered it, those that speak of one."""
    alone = _of_no_other(db, keys)
    gone = [
        (epoch, bucket, seq)
        for epoch, bucket, seq, raw in db.execute(
            "SELECT hub_epoch, bucket, seq, raw FROM inbox_quarantine"
        ).fetchall()
        if _entry_is_of(raw, keys, alone, why)
    ]
    db.conn.executemany(
        "DELETE FROM inbox_quarantine WHERE hub_epoch = ? AND bucket = ? AND seq = ?", gone
    )


def _entry_is_of(raw: str, keys: Collection[Key], alone: Collection[str], why: str) -> bool:
    entry = parse_json(raw)
    if not isinstance(entry, dict):
        return False
    fields = entry.get("fields")
    if entry.get("kind") == UNREADABLE:
        # Nobody knows what it speaks of: its text is searched.
        return why == ORDER and any(f'\\"{rid}\\"' in raw for _, rid in keys)
    if (entry.get("record_type"), entry.get("record_id")) in keys:
        return True
    return (
        why == ORDER
        and isinstance(fields, dict)
        and names_any(str(entry.get("record_type")), fields, keys, alone)
    )


def _drop_frames(db: Database, record_type: str, record_id: str) -> None:
    """What the instrument said, where the reading inbox still has it."""
    column = "id" if record_type == VITAL.name else RESIDENT_FIELD
    if record_type not in (VITAL.name, RESIDENT.name):
        return
    db.execute(
        "DELETE FROM reading_inbox WHERE EXISTS (SELECT 1 FROM vital"
        f" WHERE vital.{column} = ? AND (vital.check_in_id = reading_inbox.check_in_id"
        " OR lower(vital.raw) = lower(hex(reading_inbox.raw))))",
        (record_id,),
    )


def erase_delivered_leftovers(db: Database) -> None:
    """Take the fields of ops that were on their way when their record's period ended."""
    cursor = db.execute(
        f"UPDATE op_out SET body = '{ERASED_BODY}' WHERE state = ? AND body <> '{ERASED_BODY}'"
        " AND EXISTS (SELECT 1 FROM erased WHERE erased.tbl = op_out.tbl"
        " AND erased.rid = op_out.rid)",
        (OpState.ACKNOWLEDGED,),
    )
    if cursor.rowcount > 0:
        note_upkeep(db, _SCRUB_DUE, 0)


def scrub_is_due(db: Database) -> bool:
    """Whether something was erased whose bytes may still lie in the file."""
    return upkeep_noted(db, _SCRUB_DUE) is not None


def scrub(db: Database) -> bool:
    """Let the file and its journal hold no byte of what was erased; outside of a transaction.

    Returns False when a reader held on to the old state: it is to be done again.
    """
    size = db.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    if int(size.fetchone()[0]) <= _VACUUM_UP_TO:
        db.execute("VACUUM")
    (busy, *_) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        return False
    db.execute("DELETE FROM upkeep WHERE name = ?", (_SCRUB_DUE,))
    return True


def note_upkeep(db: Database, name: str, now_ms: int) -> None:
    """Remember when a work of the house was done, or is due since."""
    db.execute(
        "INSERT INTO upkeep (name, at_ms) VALUES (?, ?)"
        " ON CONFLICT DO UPDATE SET at_ms = excluded.at_ms",
        (name, now_ms),
    )


def upkeep_noted(db: Database, name: str) -> int | None:
    """What `note_upkeep` remembers; None for never."""
    row = db.execute("SELECT at_ms FROM upkeep WHERE name = ?", (name,)).fetchone()
    return None if row is None else int(row[0])
