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
from offline_sync.oplog import ERASED_BODY, OpState
from offline_sync.periods import RESIDENT_FIELD, named_ids, names_any

ERASE: Final = "erase"
"""A feed entry: this record has no payload any more."""
FORGET: Final = "forget"
"""A feed entry: a person has ordered it, so what speaks of this record is erased with it."""

ORDER: Final = "order"
PERIOD: Final = "period"

_SCRUB_DUE: Final = "scrub due"
_VACUUM_UP_TO: Final = 256 * 1024 * 1024
"""Rewriting the file takes as much memory. A larger one relies on secure_delete alone, which has
overwritten each value with zeros where it lay."""

Key = tuple[str, str]
"""Record type and record id."""


def is_erased(db: Database, record_type: str, record_id: str) -> bool:
    """Whether the record was erased here."""
    row = db.execute("SELECT 1 FROM erased WHERE tbl = ? AND rid = ?", (record_type, record_id))
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
    ids = canonical_json(list(named_ids(fields)))
    rows = db.execute(
        "SELECT rid FROM erased WHERE why = ? AND rid IN (SELECT value FROM json_each(?))",
        (ORDER, ids),
    ).fetchall()
    if names_any(record_type, fields, {row[0] for row in rows}):
        raise InvalidChange("The record that this one is about was erased.")


def apply(db: Database, kind: str, record_type: str, record_id: str, now_ms: int) -> set[Key]:
    """Do what a feed entry of kind ERASE or FORGET says; returns the records that are gone."""
    keys = {(record_type, record_id)}
    if kind == FORGET:
        keys = speaking_of(db, record_type, record_id)
    erase(db, keys, ORDER if kind == FORGET else PERIOD, now_ms)
    return keys


def speaking_of(db: Database, record_type: str, record_id: str) -> set[Key]:
    """The record and all on this kiosk that speaks of it."""
    keys = {(record_type, record_id)}
    ids = {record_id}
    while True:
        found = _naming(db, ids) - keys
        if not found:
            return keys
        keys |= found
        # What only speaks of the resident is found at once; what speaks of that, in the next turn.
        ids = {rid for _, rid in found}


def _naming(db: Database, ids: Collection[str]) -> set[Key]:
    wanted = canonical_json(list(ids))
    found: set[Key] = set()
    for record_type in CATALOGUE.values():
        for name in (RESIDENT_FIELD, "visit_id", "about", "about_id", "corrects"):
            if name not in record_type.by_name:
                continue
            rows = db.execute(
                f'SELECT * FROM "{record_type.name}"'
                f' WHERE "{name}" IN (SELECT value FROM json_each(?))',
                (wanted,),
            )
            columns = [column[0] for column in rows.description]
            for row in rows.fetchall():
                fields = dict(zip(columns, row, strict=True))
                if names_any(record_type.name, fields, ids):
                    found.add((record_type.name, fields["id"]))
    for table, text in (("op_out", "body"), ("inbox_unknown", "raw")):
        for one in ids:
            rows = db.execute(
                f"SELECT tbl, rid, {text} FROM {table} WHERE instr({text}, ?)", (f'"{one}"',)
            )
            for tbl, rid, said in rows.fetchall():
                if names_any(tbl, _values(said), ids):
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
        # What an entry of the feed that cannot be applied says is text: it is searched.
        db.execute("DELETE FROM inbox_quarantine WHERE instr(raw, ?)", (f'"{record_id}"',))
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
