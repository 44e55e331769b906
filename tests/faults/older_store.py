"""A store as an older version of the kiosk left it (schema 3): what a migration begins with."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from offline_sync.canonical import canonical_json
from offline_sync.clock import SystemClock
from offline_sync.database import Database, create_database
from offline_sync.identity import new_random_id
from offline_sync.migrations import kiosk_migrations
from offline_sync.oplog import OutgoingOp, chain_after, create_stream, fields_digest, read_stream
from tests.builders import resident_change

OLD_RESIDENTS: Final = frozenset(f"old-{number}" for number in range(1, 41))


def lay_out_older_store(path: Path, key: bytes) -> None:
    """Make it, with residents and their ops."""
    create_database(path, key, _lay_out)


def _lay_out(db: Database) -> None:
    kiosk_migrations.apply(db, stop_before="m004_catalogue_2")
    create_stream(db, SystemClock().now(), "first run")
    db.execute("BEGIN IMMEDIATE")
    for number in range(1, len(OLD_RESIDENTS) + 1):
        _save_resident(db, number)
    db.execute("COMMIT")


def _save_resident(db: Database, number: int) -> None:
    change = resident_change(record_id=f"old-{number}")
    columns = {
        name: canonical_json(value) if isinstance(value, dict) else value
        for name, value in change.fields.items()
    }
    db.execute(
        f"INSERT INTO resident (id, {', '.join(columns)}) VALUES (?{', ?' * len(columns)})",
        (change.record_id, *columns.values()),
    )
    stream = read_stream(db)
    op = OutgoingOp(
        *(stream.next_seq, new_random_id(), "resident", change.record_id),
        *(f"{number:012x}.00000000", change.fields, {}, "staff-1", 1, 1_000, 10, "boot"),
    )
    digest = fields_digest(op.op_id, op.fields)
    chain = chain_after(stream.chain, op, digest)
    db.execute(
        "INSERT INTO op_out (epoch, seq, op_id, tbl, rid, hlc, wall_ms, mono_ms, boot_id,"
        ' "by", sv, body, body_hash, base, chain)'
        " VALUES (?, ?, ?, 'resident', ?, ?, ?, ?, ?, ?, ?, ?, ?, '{}', ?)",
        (
            *(stream.epoch, op.seq, op.op_id, op.record_id, op.hlc),
            *(op.wall_ms, op.mono_ms, op.boot_id, op.by, op.version),
            *(canonical_json(op.fields), digest, chain),
        ),
    )
    db.execute(
        "UPDATE stream SET next_seq = ?, chain = ?, hlc = ? WHERE live = 1",
        (op.seq + 1, chain, op.hlc),
    )
