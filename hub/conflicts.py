"""The conflicts that the hub found: listed, and settled by the district office.

An office settles as a kiosk does: with an edit that names the value it was decided over, and the
village's kiosks read it in their feed. What is listed holds ids; values only where a caller prints
them. Nothing here deletes, and what was settled stays in the list of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, and_, select

from hub import audit
from hub.errors import HubError
from hub.own_stream import take_own_op
from hub.stamps import stamped_ms
from hub.standing import Standing, read_records
from hub.tables import conflict, kiosk, op, origin, record
from offline_sync.catalogue import CATALOGUE
from offline_sync.changes import check_id
from offline_sync.errors import InvalidChange

SETTLED: Final = "conflict_settled"
"""The action that the audit names."""

_MANY: Final = 500


class NotSettled(HubError):
    """A conflict cannot be settled as asked."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two values (JSON text): the op behind it, who set it at which kiosk, and its
    stamp. `kiosk` is empty for what the office itself has set."""

    op_id: str
    value: str
    by: str
    kiosk: str
    hlc: str

    @property
    def at_ms(self) -> int:
        """The wall time of the stamp, ms since 1970 UTC."""
        return stamped_ms(self.hlc)


@dataclass(frozen=True, slots=True)
class ListedConflict:
    """One value of one field that does not show, and the one that shows now in its place."""

    record_type: str
    record_id: str
    field: str
    policy: str
    village: str
    found_ms: int
    lost: Side
    shown: Side | None  # none when the values of the record were erased
    settled_by_op: str | None
    settled_ms: int | None


def list_conflicts(
    connection: Connection, *, only_open: bool, village: str | None = None
) -> Iterator[ListedConflict]:
    """The conflicts of all villages or of one, by record and field."""
    wanted = (
        select(conflict, record.c.bucket)
        .join(
            record,
            and_(
                record.c.record_type == conflict.c.record_type,
                record.c.record_id == conflict.c.record_id,
            ),
        )
        .order_by(
            *(conflict.c.record_type, conflict.c.record_id, conflict.c.field, conflict.c.loser_op)
        )
    )
    if only_open:
        wanted = wanted.where(conflict.c.settled_by_op.is_(None))
    if village is not None:
        wanted = wanted.where(record.c.bucket == village)
    # Read at once, for what shows is asked of the same connection meanwhile.
    for rows in _batches(connection.execute(wanted).all()):
        yield from _listed(connection, rows)


def _batches(rows: Sequence[Row[Any]]) -> Iterator[Sequence[Row[Any]]]:
    for first in range(0, len(rows), _MANY):
        yield rows[first : first + _MANY]


def _listed(connection: Connection, rows: Sequence[Row[Any]]) -> Iterator[ListedConflict]:
    keys = sorted({(row.record_type, row.record_id) for row in rows})
    standing = {(one.record_type, one.record_id): one for one in read_records(connection, keys)}
    shows = [_shown(standing.get((row.record_type, row.record_id)), row.field) for row in rows]
    ops = {row.loser_op for row in rows} | {op_id for op_id, _ in filter(None, shows)}
    authors = _authors(connection, ops)
    for row, shown in zip(rows, shows, strict=True):
        yield ListedConflict(
            record_type=row.record_type,
            record_id=row.record_id,
            field=row.field,
            policy=row.policy,
            village=row.bucket,
            found_ms=row.seen_ms,
            lost=Side(row.loser_op, row.value, *authors[row.loser_op]),
            shown=None if shown is None else Side(shown[0], shown[1], *authors[shown[0]]),
            settled_by_op=row.settled_by_op,
            settled_ms=row.settled_ms,
        )


def _shown(standing: Standing | None, field: str) -> tuple[str, str] | None:
    """The op behind the value that shows in a field, and the value; None when it was erased."""
    if standing is None or field not in standing.values:
        return None
    return standing.ops.get(field, standing.first_op), bytes(standing.values[field]).decode()


def settle(
    connection: Connection,
    record_type: str,
    record_id: str,
    field: str,
    keep: str,
    by: str,
    now_ms: int,
) -> str:
    """Let the value of the op `keep` stand and settle all that is open in `field`; gives the id of
    the op that does. A field of a group brings the whole group with it. `by` is an id of the
    office's own. The caller holds the transaction.

    Raises:
        NotSettled: there is no such open conflict, or `keep` is none of its values.
    """
    known = CATALOGUE.get(record_type)
    if known is None or known.field(field) is None:
        raise NotSettled(
            f"This hub's version does not know the field {record_type}.{field}.",
            "Install the newer version of the hub, then settle it.",
        )
    try:
        check_id(by, "Whoever settles")
    except InvalidChange as error:
        raise NotSettled(str(error), "Give --by as a staff id, without blanks.") from error
    of_record = (record_type, record_id)
    names = known.unit(field)
    lost = _open_in(connection, of_record, names)
    if not lost:
        raise NotSettled(
            f"Nothing is open in {field} of {record_type} {record_id}.",
            "See what is with: village-hub conflicts --open.",
        )
    standing = next(iter(read_records(connection, [of_record])), None)
    shown = {name: one for name in names if (one := _shown(standing, name)) is not None}
    kept = {row.field: row.value for row in lost if row.loser_op == keep}
    if not kept and keep not in {op_id for op_id, _ in shown.values()}:
        raise NotSettled(
            f"The op {keep} is none of the values in conflict.",
            "Give --keep as one of the ops that the list names.",
        )
    chosen = {name: text for name, (_, text) in shown.items()} | kept
    settles: dict[str, list[str]] = {}
    for row in lost:
        settles.setdefault(row.field, []).append(row.loser_op)
    op_id, taken = take_own_op(
        connection,
        _village(connection, of_record),
        of_record,
        {name: msgspec.json.decode(text) for name, text in chosen.items()},
        {name: op_id for name, (op_id, _) in shown.items()},
        settles,
        by,
        now_ms,
    )
    if taken.quarantined:
        raise NotSettled(
            f"The value cannot stand: {taken.quarantined[0][1]}.", "Choose another one."
        )
    audit.note(
        connection,
        by,
        SETTLED,
        f"{record_type} {record_id}",
        {"field": field, "kept": keep, "op": op_id, "settled": settles},
        now_ms,
    )
    return op_id


def _authors(connection: Connection, ops: set[str]) -> dict[str, tuple[str, str, str]]:
    """Of each of these ops who made it, at which kiosk, and its stamp."""
    found = connection.execute(
        select(op.c.op_id, op.c.by, kiosk.c.name, op.c.hlc)
        .join(origin, origin.c.stream == op.c.stream)
        .outerjoin(kiosk, kiosk.c.kiosk_id == origin.c.kiosk_id)
        .where(op.c.op_id.in_(ops))
    )
    return {row.op_id: (row.by, row.name or "", row.hlc) for row in found}


def _open_in(connection: Connection, of_record: tuple[str, str], names: Sequence[str]) -> list[Any]:
    return list(
        connection.execute(
            select(conflict.c.field, conflict.c.loser_op, conflict.c.value)
            .where(conflict.c.record_type == of_record[0], conflict.c.record_id == of_record[1])
            .where(conflict.c.field.in_(names), conflict.c.settled_by_op.is_(None))
            .order_by(conflict.c.field, conflict.c.loser_op)
        )
    )


def _village(connection: Connection, of_record: tuple[str, str]) -> str:
    village: str = connection.execute(
        select(record.c.bucket).where(
            record.c.record_type == of_record[0], record.c.record_id == of_record[1]
        )
    ).scalar_one()
    return village
