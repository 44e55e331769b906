"""After an upgrade: lays out what was kept raw of fields and record types that are known now, and
tries again what could not be applied.

Runs whenever the store is opened, in one transaction, and finds nothing to do but once after an
upgrade. What does not fit this version's catalogue either stays as it is: nothing is dropped here.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from sqlite_utils import Database

from offline_sync import feed, records
from offline_sync.canonical import canonical_json, parse_json
from offline_sync.catalogue import CATALOGUE, CATALOGUE_VERSION, RecordType
from offline_sync.changes import checked_value
from offline_sync.errors import InvalidChange
from offline_sync.oplog import UNREADABLE, FeedEntry
from offline_sync.standing import AsOf, entry_of_line

_entry_decoder: Final = msgspec.json.Decoder(FeedEntry)


def lay_out_kept(db: Database, now_ms: int) -> int:
    """Move what is known now from where it was kept; returns how many records got something. The
    caller holds the transaction."""
    laid = sum(_lay_out_fields(db, record_type) for record_type in CATALOGUE.values())
    return laid + _lay_out_records(db, now_ms) + _try_again(db, now_ms)


def _lay_out_fields(db: Database, record_type: RecordType) -> int:
    laid = 0
    rows = db.execute(f"SELECT id, extra FROM \"{record_type.name}\" WHERE extra <> '{{}}'")
    for record_id, text in rows.fetchall():
        extra: Any = parse_json(text)
        known = _now_known(record_type, extra)
        if known:
            records.update(db, record_type, record_id, known)
            rest = {name: value for name, value in extra.items() if name not in known}
            db.execute(
                f'UPDATE "{record_type.name}" SET extra = ? WHERE id = ?',
                (canonical_json(rest), record_id),
            )
            laid += 1
    return laid


def _now_known(record_type: RecordType, extra: dict[str, object]) -> dict[str, object]:
    known: dict[str, object] = {}
    for name, value in extra.items():
        field = record_type.field(name)
        if field is None:
            continue
        try:
            known[name] = checked_value(record_type, field, value)
        except InvalidChange:
            continue  # not what this version means by that name: it stays where it is
    return known


def _lay_out_records(db: Database, now_ms: int) -> int:
    kept = db.execute(
        "SELECT tbl, op_id, kind, field, raw FROM inbox_unknown"
        f" WHERE tbl IN ({', '.join('?' for _ in CATALOGUE)})"
        # As the hub numbered them; in the same order they would have been applied.
        " ORDER BY json_extract(raw, '$.seq')",
        list(CATALOGUE),
    ).fetchall()
    laid = 0
    for _, op_id, kind, field, raw in kept:
        try:
            with db.atomic():
                feed.apply_entry(db, _entry_decoder.decode(raw), now_ms)
                db.execute(
                    "DELETE FROM inbox_unknown WHERE op_id = ? AND kind = ? AND field = ?",
                    (op_id, kind, field),
                )
        except (*feed.UNFIT, msgspec.DecodeError):
            continue  # it stays in the inbox, and is counted there
        laid += 1
    return laid


def _try_again(db: Database, now_ms: int) -> int:
    """Apply what no version before this one could, in the order of the feed, once for each version.

    A value of a record that is here is left alone: what came since may be newer. The daily
    comparison with the hub brings such a record to where it stands.
    """
    kept = db.execute(
        "SELECT hub_epoch, bucket, seq, raw FROM inbox_quarantine WHERE tried < ?"
        " ORDER BY hub_epoch, bucket, seq",
        (CATALOGUE_VERSION,),
    ).fetchall()
    laid = 0
    begun: set[tuple[str, str]] = set()
    for hub_epoch, bucket, seq, raw in kept:
        try:
            entry = _entry_decoder.decode(raw)
            if entry.kind == UNREADABLE:
                line = str(entry.fields.get("text", "")).encode()
                entry = entry_of_line(line, AsOf(bucket, hub_epoch, seq))
            key = (entry.record_type, entry.record_id)
            known = CATALOGUE.get(entry.record_type)
            if (
                entry.kind == "put" and known and key not in begun
                and records.exists(db, known, entry.record_id)
            ):  # fmt: skip
                continue
            with db.atomic():
                feed.apply_entry(db, entry, now_ms)
                db.execute(
                    "DELETE FROM inbox_quarantine WHERE hub_epoch = ? AND bucket = ? AND seq = ?",
                    (hub_epoch, bucket, seq),
                )
        except (*feed.UNFIT, msgspec.DecodeError):
            continue  # it stays in the inbox, and is counted there
        laid += 1
        if entry.kind == "put":
            begun.add(key)
    db.execute("UPDATE inbox_quarantine SET tried = ?", (CATALOGUE_VERSION,))
    return laid
