"""What this kiosk believes to stand at the hub, read from its own rows, a few at a time.

An own change that the hub has not merged by number `upto` of its feed does not count: behind it,
what stood at the hub stays remembered. Every function is one short job for the writer's thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from sqlite_utils import Database

from offline_sync.canonical import canonical_json
from offline_sync.catalogue import Kind, RecordType
from offline_sync.oplog import OpState
from offline_sync.record_digest import Stood

SLICE: Final = 100
"""Records in one job; a person's save waits for it at most."""

BETWEEN_MS: Final = 24 * 3600 * 1000
_KEPT: Final = 400
_fields_decoder: Final = msgspec.json.Decoder(dict[str, msgspec.Raw] | None)
_decode: Final = msgspec.json.Decoder().decode


@dataclass(slots=True)
class Rows:
    """All that is read of one record: its columns, what is known of its fields, and the own ops
    that the hub has not merged."""

    columns: tuple[object, ...]
    states: list[tuple[str, str, str | None, str | None]] = field(default_factory=list)
    own_ops: set[str] = field(default_factory=set)
    own_fields: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Slice:
    """What a job read of some records of one type; `last` is the id to go on after, None when
    these were the last. What they mean is worked out without the database (`stood_in`)."""

    rows: dict[str, Rows]
    last: str | None


def read_slice(db: Database, record_type: RecordType, after: str, upto: int) -> Slice:
    """The next SLICE records of a type after the id `after`, in the order of their ids."""
    found = db.execute(
        f'SELECT {_columns(record_type)} FROM "{record_type.name}" WHERE id > ?'
        " ORDER BY id LIMIT ?",
        (after, SLICE),
    ).fetchall()
    if not found:
        return Slice({}, None)
    last = found[-1][0]
    rows = {row[0]: Rows(row[1:]) for row in found}
    among = ("AND rid > ? AND rid <= ?", (after, last))
    _add_states(db, record_type, rows, *among)
    _add_own(db, record_type, rows, *among, upto)
    return Slice(rows, last if len(found) == SLICE else None)


def read_these(
    db: Database, record_type: RecordType, ids: Iterable[str], upto: int
) -> dict[str, Rows]:
    """Those of the records that this kiosk holds."""
    wanted = canonical_json(list(ids))
    found = db.execute(
        f'SELECT {_columns(record_type)} FROM "{record_type.name}"'
        " WHERE id IN (SELECT value FROM json_each(?))",
        (wanted,),
    ).fetchall()
    rows = {row[0]: Rows(row[1:]) for row in found}
    among = ("AND rid IN (SELECT value FROM json_each(?))", (wanted,))
    _add_states(db, record_type, rows, *among)
    _add_own(db, record_type, rows, *among, upto)
    return rows


def _columns(record_type: RecordType) -> str:
    return ", ".join(f'"{name}"' for name in ("id", *record_type.by_name))


def _add_states(
    db: Database, record_type: RecordType, rows: dict[str, Rows], among: str, given: Sequence[str]
) -> None:
    if len(record_type.once) == len(record_type.by_name):
        return
    for rid, *state in db.execute(
        f"SELECT rid, field, op_id, hub_op_id, hub_value FROM field_state WHERE tbl = ? {among}",
        (record_type.name, *given),
    ).fetchall():
        if rid in rows:
            rows[rid].states.append(tuple(state))


def _add_own(
    db: Database,
    record_type: RecordType,
    rows: dict[str, Rows],
    among: str,
    given: Sequence[str],
    upto: int,
) -> None:
    for rid, op_id, body in db.execute(
        f"SELECT rid, op_id, body FROM op_out WHERE tbl = ? {among}"
        f" AND (state <> {int(OpState.ACKNOWLEDGED)} OR hub_seq > ?)",
        (record_type.name, *given, upto),
    ).fetchall():
        if rid in rows:
            rows[rid].own_ops.add(op_id)
            rows[rid].own_fields.update(_fields_decoder.decode(body) or {})


def stood_in(record_type: RecordType, rows: Mapping[str, Rows]) -> dict[str, Stood]:
    """Per record, what stands at the hub as far as this kiosk knows; none for own new ones."""
    return {rid: stood for rid, row in rows.items() if (stood := _stood(record_type, row))}


def _stood(record_type: RecordType, row: Rows) -> dict[str, tuple[str, Any]]:
    values = dict(zip(record_type.by_name, row.columns, strict=True))
    explained = {name for name, *_ in row.states}
    stood: dict[str, tuple[str, Any]] = {}
    for name, value in values.items():
        if value is None:
            continue
        if name in record_type.once:
            if name in row.own_fields:
                continue
        elif name in explained:
            continue
        # Where nothing says which op has set an editable field, that is a difference.
        stood[name] = ("", _value(record_type, name, value))
    for name, op_id, hub_op_id, hub_value in row.states:
        if name not in values:
            continue  # of a newer version, kept beside
        if op_id not in row.own_ops:
            stood[name] = (op_id, _value(record_type, name, values[name]))
        elif hub_op_id is not None and hub_value is not None:
            stood[name] = (hub_op_id, _decode(hub_value))
    return stood


def _value(record_type: RecordType, name: str, column: object) -> object:
    if type(column) is str and record_type.by_name[name].kind is Kind.JSON:
        return _decode(column)
    return column


@dataclass(frozen=True, slots=True)
class ParityRun:
    """One comparison. `differing` counts the parts that were not equal; `mended` the records that
    were brought to the hub's state, `unmended` those that could not be; `resent` the records that
    the hub did not have and that are sent again, `only_here` those of which nothing is left to
    send."""

    at_ms: int
    upto: int
    records: int
    differing: int = 0
    mended: int = 0
    unmended: int = 0
    resent: int = 0
    only_here: int = 0

    @property
    def equal(self) -> bool:
        """Whether kiosk and hub now have the same, as far as is known."""
        return not self.unmended and not self.resent and not self.only_here


def parity_is_due(db: Database, bucket: str, now_ms: int) -> bool:
    """Whether a day has passed since the fill or the last comparison, and nothing is under way."""
    row = db.execute(
        "SELECT EXISTS (SELECT 1 FROM op_out WHERE state IN (0, 1)),"
        " EXISTS (SELECT 1 FROM sync_state WHERE bucket = ?1),"
        " EXISTS (SELECT 1 FROM first_fill WHERE bucket = ?1 AND finished_ms IS NULL),"
        " (SELECT max(at_ms) FROM parity_run WHERE bucket = ?1),"
        " (SELECT finished_ms FROM first_fill WHERE bucket = ?1)",
        (bucket,),
    ).fetchone()
    waiting, has_read, filling, compared_ms, filled_ms = row
    if waiting or filling or not has_read:
        return False
    since = compared_ms if compared_ms is not None else filled_ms
    return since is None or abs(now_ms - since) >= BETWEEN_MS


def last_parity(db: Database, bucket: str) -> ParityRun | None:
    """The last comparison. Works on a reader too."""
    row = db.execute(
        "SELECT at_ms, upto, records, differing, mended, unmended, resent, only_here"
        " FROM parity_run WHERE bucket = ? ORDER BY id DESC LIMIT 1",
        (bucket,),
    ).fetchone()
    return ParityRun(*row) if row else None


def keep_run(db: Database, bucket: str, hub_epoch: str, run: ParityRun) -> None:
    """Record a comparison; old ones go."""
    db.execute(
        "INSERT INTO parity_run (bucket, hub_epoch, at_ms, upto, records, differing, mended,"
        " unmended, resent, only_here) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(bucket, hub_epoch, run.at_ms, run.upto, run.records, run.differing),
            *(run.mended, run.unmended, run.resent, run.only_here),
        ),
    )
    db.execute("DELETE FROM parity_run WHERE id <= (SELECT max(id) FROM parity_run) - ?", (_KEPT,))


def send_again(db: Database, key: tuple[str, str]) -> bool:
    """The hub lacks a record that it acknowledged: its own changes are unsent again, as far as
    they are here and of the stream that lives. The hub knows by their ids what it has."""
    cursor = db.execute(
        "UPDATE op_out SET state = ?, hub_seq = NULL, acked_ms = NULL WHERE tbl = ? AND rid = ?"
        " AND state = ? AND epoch = (SELECT epoch FROM stream WHERE live = 1)",
        (OpState.UNSENT, *key, OpState.ACKNOWLEDGED),
    )
    return cursor.rowcount > 0
