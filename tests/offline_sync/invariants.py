"""What must be true of a kiosk's database at any moment, whatever was done to the kiosk."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database

from offline_sync.catalogue import CATALOGUE
from offline_sync.changes import column_value
from offline_sync.database import open_reader
from offline_sync.oplog import CHAIN_START, OP_COLUMNS, chain_after, op_from_row
from offline_sync.outbox import outbox_counts
from tests.builders import TEST_KEY


def check_file(path: Path) -> None:
    """Open the database as a reader and check all of it."""
    db = open_reader(path, TEST_KEY)
    try:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        check(db)
    finally:
        db.close()


def check(db: Database) -> None:
    """Records are their ops, the chain is whole, numbers have no gap, counts add up."""
    assert records_as_kept(db) == records_from_ops(db)
    check_chain(db)
    counts = outbox_counts(db)
    parts = (counts.unsent, counts.sent, counts.acknowledged, counts.needs_attention)
    assert sum(parts) == counts.total == len(op_rows(db))


def op_rows(db: Database) -> list[tuple[object, ...]]:
    return list(db.execute(f"SELECT {OP_COLUMNS} FROM op_out ORDER BY position").fetchall())


def records_from_ops(db: Database) -> dict[tuple[str, str], dict[str, object]]:
    """Every record as its own ops alone would make it."""
    made: dict[tuple[str, str], dict[str, object]] = {}
    for row in op_rows(db):
        op = op_from_row(row)
        fields = {name: column_value(value) for name, value in op.fields.items()}
        made.setdefault((op.record_type, op.record_id), {}).update(fields)
    return {key: _without_blanks(fields) for key, fields in made.items()}


def records_as_kept(db: Database) -> dict[tuple[str, str], dict[str, object]]:
    """Every record as it lies in its table."""
    kept: dict[tuple[str, str], dict[str, object]] = {}
    for name, record_type in CATALOGUE.items():
        fields = [field.name for field in record_type.fields]
        columns = ", ".join(f'"{field}"' for field in fields)
        for record_id, *values in db.execute(f'SELECT id, {columns} FROM "{name}"').fetchall():
            kept[name, record_id] = _without_blanks(dict(zip(fields, values, strict=True)))
    return kept


def check_chain(db: Database) -> None:
    """Every op hangs on the one before, and the stream knows the last. Of an earlier epoch only
    what the hub took is left, and may have holes."""
    ((live,),) = db.execute("SELECT epoch FROM stream WHERE live = 1").fetchall()
    last_hlc = ""
    ends = {live: (0, CHAIN_START)}
    kept = db.execute("SELECT epoch, chain FROM op_out ORDER BY position").fetchall()
    for row, (epoch, chain) in zip(op_rows(db), kept, strict=True):
        op = op_from_row(row)
        seq, before = ends.get(epoch, (0, CHAIN_START))
        if op.seq == seq + 1:
            assert chain == chain_after(before, op)
        else:
            assert epoch != live
        assert op.hlc > last_hlc
        ends[epoch], last_hlc = (op.seq, chain), op.hlc
    last_seq, chain = ends[live]
    stream = db.execute("SELECT next_seq, chain FROM stream WHERE live = 1").fetchall()
    assert stream == [(last_seq + 1, chain)]


def _without_blanks(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}
