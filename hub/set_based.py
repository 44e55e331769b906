"""The SQL of the hot path, a whole push at a time, in the words of SQLite and of PostgreSQL.

Every function is one or two statements whatever the size of the push. The caller holds the
transaction and decides; nothing here does. Lists of keys travel as one parameter, a JSON array.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Table

from hub import tables
from hub.postgres import copy_rows, is_postgres

Key = tuple[str, str]
"""Record type and record id."""


def begin_stream(connection: Connection, row: tuple[str, str, str, int, str, int]) -> None:
    """Add a stream, unless it is there: origin, epoch, kiosk_id, next_seq, chain, last_seen_ms."""
    marks = ", ".join([_mark(connection)] * len(row))
    connection.exec_driver_sql(
        "INSERT INTO origin (origin, epoch, kiosk_id, next_seq, chain, last_seen_ms)"
        f" VALUES ({marks}) ON CONFLICT DO NOTHING",
        row,
    )


def known_ops(connection: Connection, op_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """Those of the ops that are here: op_id, stream, seq, kiosk_id, record_type, record_id,
    fields, erased, feed_seq."""
    return connection.exec_driver_sql(
        "SELECT op_id, op.stream, seq, kiosk_id, record_type, record_id, fields, erased, feed_seq"
        f" FROM op JOIN origin ON origin.stream = op.stream WHERE op_id {_among(connection)}",
        (_json(op_ids),),
    ).all()


def ops_aside(connection: Connection, op_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """Those of the ops that are kept aside: op_id, stream, seq, kiosk_id, reason, raw."""
    return connection.exec_driver_sql(
        "SELECT op_id, quarantine.stream, seq, kiosk_id, reason, raw FROM quarantine"
        " JOIN origin ON origin.stream = quarantine.stream"
        f" WHERE beside = '' AND op_id {_among(connection)}",
        (_json(op_ids),),
    ).all()


def numbers_taken(
    connection: Connection, stream: int, first: int, last: int
) -> dict[int, set[str]]:
    """The ops that came under the numbers `first` to `last` of a stream."""
    mark = _mark(connection)
    where = f"WHERE stream = {mark} AND seq BETWEEN {mark} AND {mark}"
    taken: dict[int, set[str]] = {}
    for seq, op_id in connection.exec_driver_sql(
        f"SELECT seq, op_id FROM op {where} UNION ALL SELECT seq, op_id FROM op_alias {where}"
        f" UNION ALL SELECT seq, op_id FROM quarantine {where}",
        (stream, first, last) * 3,
    ):
        taken.setdefault(seq, set()).add(op_id)
    return taken


def lock_records(
    connection: Connection, bucket: str, starts: Mapping[Key, str | None]
) -> tuple[set[Key], dict[Key, tuple[str, str]]]:
    """Make the records that are not there and can begin now, and lock the others.

    `starts` names, for each record, the op that can be its first, or None. Gives the records made
    here, and bucket and first op of those that were there. Always in the order of the keys, so
    that two pushes wait for one another and never both for ever.
    """
    keys = sorted(starts)
    beginning = [key for key in keys if starts[key] is not None]
    if is_postgres(connection.engine):
        made = _begin_on_postgres(connection, bucket, beginning, starts)
        there = _lock_on_postgres(connection, [key for key in keys if key not in made])
        return made, there
    there = _read_on_sqlite(connection, keys)
    made = {key for key in beginning if key not in there}
    rows = [(*key, bucket, starts[key]) for key in beginning if key in made]
    insert(connection, tables.record, rows)
    return made, there


def _begin_on_postgres(
    connection: Connection, bucket: str, keys: Sequence[Key], starts: Mapping[Key, str | None]
) -> set[Key]:
    if not keys:
        return set()
    new = [{"kind": key[0], "id": key[1], "op": starts[key]} for key in keys]
    rows = connection.exec_driver_sql(
        "INSERT INTO record (record_type, record_id, bucket, first_op)"
        " SELECT kind, id, %s, op FROM json_to_recordset(%s::json)"
        " AS new (kind text, id text, op text)"
        " ON CONFLICT DO NOTHING RETURNING record_type, record_id",
        (bucket, _json(new)),
    )
    return {(row[0], row[1]) for row in rows}


def _lock_on_postgres(connection: Connection, keys: Sequence[Key]) -> dict[Key, tuple[str, str]]:
    if not keys:
        return {}
    wanted = [{"kind": record_type, "id": record_id} for record_type, record_id in keys]
    rows = connection.exec_driver_sql(
        "SELECT record_type, record_id, bucket, first_op FROM record"
        " JOIN json_to_recordset(%s::json) AS wanted (kind text, id text)"
        " ON record_type = kind AND record_id = id"
        " ORDER BY record_type, record_id FOR UPDATE OF record",
        (_json(wanted),),
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def _read_on_sqlite(connection: Connection, keys: Sequence[Key]) -> dict[Key, tuple[str, str]]:
    found: dict[Key, tuple[str, str]] = {}
    for record_type, ids in _by_type(keys).items():
        for row in connection.exec_driver_sql(
            "SELECT record_id, bucket, first_op FROM record"
            f" WHERE record_type = ? AND record_id {_among(connection)}",
            (record_type, _json(ids)),
        ):
            found[record_type, row[0]] = (row[1], row[2])
    return found


def field_states(connection: Connection, keys: Sequence[Key]) -> list[Row[Any]]:
    """What stands in the fields of these records: record_type, record_id, field, op_id, value,
    eff_ms, hlc. To be read after the records are locked."""
    mark = _mark(connection)
    rows: list[Row[Any]] = []
    for record_type, ids in _by_type(keys).items():
        rows += connection.exec_driver_sql(
            "SELECT record_type, record_id, field, op_id, value, eff_ms, hlc FROM field_state"
            f" WHERE record_type = {mark} AND record_id {_among(connection)}",
            (record_type, _json(ids)),
        ).all()
    return rows


def op_values(connection: Connection, op_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """The values that these ops set: op_id, fields, eff_ms, hlc."""
    return connection.exec_driver_sql(
        f"SELECT op_id, fields, eff_ms, hlc FROM op WHERE op_id {_among(connection)}",
        (_json(op_ids),),
    ).all()


@contextmanager
def undone_if_it_fails(connection: Connection) -> Iterator[None]:
    """A part of the transaction that leaves nothing behind when it raises. (SQLAlchemy's own
    savepoints take five times as long.)"""
    connection.exec_driver_sql("SAVEPOINT part")
    try:
        yield
    except BaseException:
        if not connection.invalidated:
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT part")
        raise
    connection.exec_driver_sql("RELEASE SAVEPOINT part")


def set_fields(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Let these values stand: record_type, record_id, field, op_id, value, eff_ms, hlc."""
    _execute_many(
        connection,
        f"{_insert(connection, tables.field_state)} ON CONFLICT (record_type, record_id, field)"
        " DO UPDATE SET op_id = excluded.op_id, value = excluded.value,"
        " eff_ms = excluded.eff_ms, hlc = excluded.hlc",
        rows,
    )


def erasures_of(connection: Connection, record_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """What was erased under these ids: record_type, record_id, why."""
    return connection.exec_driver_sql(
        f"SELECT record_type, record_id, why FROM erasure WHERE record_id {_among(connection)}",
        (_json(record_ids),),
    ).all()


def kept_out_of(connection: Connection, record_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """What kiosks sent without payload under these ids: kiosk_id, record_type, record_id, why."""
    return connection.exec_driver_sql(
        "SELECT kiosk_id, record_type, record_id, why FROM kept_out"
        " JOIN origin ON origin.stream = kept_out.stream"
        f" WHERE record_id {_among(connection)}",
        (_json(record_ids),),
    ).all()


def set_claims(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Keep what is known of a kiosk's chain at some ops: stream, seq, chain, after, why."""
    _execute_many(
        connection,
        f"{_insert(connection, tables.chain_claim)} ON CONFLICT (stream, seq)"
        ' DO UPDATE SET "after" = excluded."after", why = excluded.why',
        rows,
    )


def insert(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows, with values in the order of the table's columns. A row may end early: the columns
    beyond are null then, which SQLite's driver takes longer to be told than five texts."""
    by_length: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        by_length.setdefault(len(row), []).append(row)
    for length, some in by_length.items():
        if is_postgres(connection.engine):
            copy_rows(connection, table, length, some)
        else:
            _execute_many(connection, _insert(connection, table, length), some)


def insert_missing(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add the rows whose keys are not there."""
    _execute_many(connection, f"{_insert(connection, table)} ON CONFLICT DO NOTHING", rows)


def reserve(connection: Connection, bucket: str, count: int) -> int:
    """Take `count` numbers of a bucket's feed and give the one before the first.

    The head row stays locked until the transaction ends, so that the order of the numbers is the
    order of the commits: a reader that sees a number sees all below it.
    """
    mark = _mark(connection)
    taken: int = connection.exec_driver_sql(
        f"INSERT INTO feed_head (bucket, seq) VALUES ({mark}, {mark}) ON CONFLICT (bucket)"
        " DO UPDATE SET seq = feed_head.seq + excluded.seq RETURNING seq",
        (bucket, count),
    ).scalar_one()
    return taken - count


def _by_type(keys: Iterable[Key]) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = {}
    for record_type, record_id in keys:
        ids.setdefault(record_type, []).append(record_id)
    return ids


def _execute_many(connection: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        connection.exec_driver_sql(sql, list(rows))


def _insert(connection: Connection, table: Table, length: int | None = None) -> str:
    columns = [f'"{column.name}"' for column in table.columns][:length]
    marks = ", ".join([_mark(connection)] * len(columns))
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"


def _mark(connection: Connection) -> str:
    return "%s" if is_postgres(connection.engine) else "?"


def _among(connection: Connection) -> str:
    if is_postgres(connection.engine):
        return "= ANY(ARRAY(SELECT json_array_elements_text(%s::json)))"
    return "IN (SELECT value FROM json_each(?))"


def _json(values: Sequence[Any]) -> str:
    """Many values as one parameter: a driver takes long to bind a list."""
    return msgspec.json.encode(values).decode()
