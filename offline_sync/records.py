"""Record rows: how a record lies in its table. SQL is built from catalogue names only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from sqlite_utils import Database

from offline_sync.canonical import canonical_json, parse_json
from offline_sync.catalogue import Kind, Merge, RecordType
from offline_sync.changes import column_value
from offline_sync.errors import InvalidChange


def exists(db: Database, record_type: RecordType, record_id: str) -> bool:
    """Whether the kiosk holds the record."""
    found = db.execute(f'SELECT 1 FROM "{record_type.name}" WHERE id = ?', (record_id,)).fetchone()
    return found is not None


def insert(
    db: Database, record_type: RecordType, record_id: str, fields: Mapping[str, object]
) -> None:
    """Add a record with checked fields."""
    names = ["id", *fields]
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" for _ in names)
    db.execute(
        f'INSERT INTO "{record_type.name}" ({columns}) VALUES ({marks})',
        (record_id, *(column_value(value) for value in fields.values())),
    )


def update(
    db: Database, record_type: RecordType, record_id: str, fields: Mapping[str, object]
) -> None:
    """Set checked fields of a record."""
    if not fields:
        return
    assignments = ", ".join(f'"{name}" = ?' for name in fields)
    db.execute(
        f'UPDATE "{record_type.name}" SET {assignments} WHERE id = ?',
        (*(column_value(value) for value in fields.values()), record_id),
    )


def refuse_rewriting(
    db: Database, record_type: RecordType, record_id: str, fields: Mapping[str, object]
) -> None:
    """Raise InvalidChange when a field that is written once would get another value."""
    once = [f.name for f in record_type.fields if f.merge is Merge.NEVER and f.name in fields]
    if not once:
        return
    columns = ", ".join(f'"{name}"' for name in once)
    row = db.execute(
        f'SELECT {columns} FROM "{record_type.name}" WHERE id = ?', (record_id,)
    ).fetchone()
    for name, stored in zip(once, row, strict=True):
        if stored != column_value(fields[name]):
            raise InvalidChange(
                f"{record_type.name}.{name} was written once and stays; "
                f"a correction is a new record."
            )


def with_their_groups(
    db: Database, record_type: RecordType, record_id: str, fields: Mapping[str, object]
) -> dict[str, object]:
    """The fields of an edit, and with each that belongs to a group the others of that group as
    they stand: they are merged as one, so the editor has seen and means all of them."""
    whole = dict(fields)
    for name in fields:
        missing = [one for one in record_type.unit(name) if one not in whole]
        if missing:
            whole |= values(db, record_type, record_id, missing)
    return whole


def values(
    db: Database, record_type: RecordType, record_id: str, names: Iterable[str]
) -> dict[str, object]:
    """What a record that is here shows in these fields of the catalogue, documents decoded."""
    names = list(names)
    columns = ", ".join(f'"{name}"' for name in names)
    row = db.execute(
        f'SELECT {columns} FROM "{record_type.name}" WHERE id = ?', (record_id,)
    ).fetchone()
    return {
        name: parse_json(value) if kind is Kind.JSON and value is not None else value
        for name, value in zip(names, row, strict=True)
        for kind in [record_type.by_name[name].kind]
    }


def keep_unknown_fields(
    db: Database, record_type: RecordType, record_id: str, fields: Mapping[str, object]
) -> None:
    """Merge fields of a newer version into `extra`, until this version knows them."""
    if not fields:
        return
    extra = unknown_fields(db, record_type, record_id) | dict(fields)
    db.execute(
        f'UPDATE "{record_type.name}" SET extra = ? WHERE id = ?',
        (canonical_json(extra), record_id),
    )


def unknown_fields(db: Database, record_type: RecordType, record_id: str) -> dict[str, object]:
    """The fields of a newer version that a record which is here has."""
    stored = db.execute(
        f'SELECT extra FROM "{record_type.name}" WHERE id = ?', (record_id,)
    ).fetchone()[0]
    return cast("dict[str, object]", parse_json(stored))


def shown_ops(
    db: Database, record_type: RecordType, record_id: str, fields: Iterable[str]
) -> dict[str, str]:
    """Per field, the op behind the value that is shown; a field never set has none."""
    rows = db.execute(
        "SELECT field, op_id FROM field_state WHERE tbl = ? AND rid = ?",
        (record_type.name, record_id),
    ).fetchall()
    wanted = set(fields)
    return {field: op_id for field, op_id in rows if field in wanted}


def show_op(
    db: Database, record_type: RecordType, record_id: str, fields: Iterable[str], op_id: str
) -> None:
    """The values of these fields that are shown now come from the op `op_id`."""
    db.conn.executemany(
        "INSERT INTO field_state (tbl, rid, field, op_id) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (tbl, rid, field) DO UPDATE SET op_id = excluded.op_id",
        [(record_type.name, record_id, field, op_id) for field in fields],
    )
