"""Reads whole records as they stand: for a snapshot, and for the comparison with a kiosk.

A record's values are those of its first op, overlaid with its rows of `field_state`. One that was
erased has none. Nothing here writes, and nothing keeps more than PAGE records at once in memory,
however long a village's history is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Select, bindparam, select

from hub.tables import conflict, feed, feed_head, field_state, op, record
from offline_sync.erasure import ERASE, FORGET, KEPT_OUT

PAGE: Final = 1_000

_FEED_END: Final = select(feed_head.c.seq).where(feed_head.c.bucket == bindparam("of"))
_fields_decoder: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])

Key = tuple[str, str]
"""Record type and record id."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One record: the JSON of each of its values, and the op behind each that can be edited.

    `seq` is the number of its first op in the feed. A field that is not in `ops` was written by
    `first_op`. `settled` names, per field, the ops whose lost values a person has settled.
    """

    record_type: str
    record_id: str
    seq: int
    first_op: str
    version: int
    values: dict[str, msgspec.Raw]
    ops: dict[str, str] = field(default_factory=dict)
    settled: dict[str, list[str]] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)
    kind: str = ""  # what the feed says of one that was erased before it came


@dataclass(frozen=True, slots=True)
class Lost:
    """A value that does not show, and that nobody has settled: by which op, which one won, and of
    both who set it and its stamp."""

    name: str
    value: msgspec.Raw
    op_id: str
    seq: int
    author: tuple[str, str]
    winner: str
    winner_author: tuple[str, str]


def feed_end(connection: Connection, bucket: str) -> int:
    """The last number of a village's feed; 0 when it has none."""
    return connection.execute(_FEED_END, {"of": bucket}).scalar() or 0


def read_records(connection: Connection, keys: Sequence[Key]) -> list[Standing]:
    """The records of these keys, in the order of the keys."""
    found: dict[Key, Standing] = {}
    for record_type, ids in _by_type(keys):
        rows = connection.execute(
            select(
                *(record.c.record_id, record.c.first_op),
                *(op.c.feed_seq, op.c.version, op.c.fields),
            )
            .join(op, op.c.op_id == record.c.first_op)
            .where(record.c.record_type == record_type, record.c.record_id.in_(ids))
        ).all()
        for record_id, first_op, seq, version, text in rows:
            values = {} if text is None else _fields_decoder.decode(text)
            found[record_type, record_id] = Standing(
                record_type, record_id, seq, first_op, version, values
            )
        edited = connection.execute(
            select(
                *(field_state.c.record_id, field_state.c.field),
                *(field_state.c.op_id, field_state.c.value),
            ).where(field_state.c.record_type == record_type, field_state.c.record_id.in_(ids))
        ).all()
        for record_id, name, op_id, value in edited:
            one = found.get((record_type, record_id))
            if one is not None:
                one.values[name] = msgspec.Raw(value.encode())
                one.ops[name] = op_id
        if _knows_conflicts(connection, record_type):
            _add_conflicts(connection, record_type, ids, found)
    return [found[key] for key in keys if key in found]


def _knows_conflicts(connection: Connection, record_type: str) -> bool:
    """Whether any record of the type was ever in conflict; most types never are."""
    one = select(conflict.c.record_id).where(conflict.c.record_type == record_type).limit(1)
    return connection.execute(one).first() is not None


def _add_conflicts(
    connection: Connection, record_type: str, ids: Sequence[str], found: dict[Key, Standing]
) -> None:
    won = op.alias("won")
    rows = connection.execute(
        select(
            *(conflict, op.c.feed_seq, op.c.by, op.c.hlc),
            *(won.c.by.label("won_by"), won.c.hlc.label("won_hlc")),
        )
        .join(op, op.c.op_id == conflict.c.loser_op)
        .join(won, won.c.op_id == conflict.c.winner_op)
        .where(conflict.c.record_type == record_type, conflict.c.record_id.in_(ids))
        .order_by(conflict.c.record_id, conflict.c.field, conflict.c.loser_op)
    ).all()
    for row in rows:
        one = found.get((record_type, row.record_id))
        if one is None:
            continue
        if row.settled_by_op is not None:
            one.settled.setdefault(row.field, []).append(row.loser_op)
        else:
            value = msgspec.Raw(row.value.encode())
            loser = (row.loser_op, row.feed_seq, (row.by, row.hlc))
            winner = (row.winner_op, (row.won_by, row.won_hlc))
            one.lost.append(Lost(row.field, value, *loser, *winner))


def _by_type(keys: Sequence[Key]) -> Iterator[tuple[str, list[str]]]:
    for record_type, group in groupby(sorted(keys), key=itemgetter(0)):
        yield record_type, [record_id for _, record_id in group]


def read_type(connection: Connection, bucket: str, record_type: str) -> Iterator[Standing]:
    """All records of one type of a village, in the order of their ids."""
    keys = ((record_type, found) for found in ids_of_type(connection, bucket, record_type))
    for page in pages(keys):
        yield from read_records(connection, page)


def ids_of_type(
    connection: Connection, bucket: str, record_type: str, most: int | None = None
) -> Iterator[str]:
    """The ids of a village's records of one type, in their order; the first `most` of them."""
    keys = (
        select(record.c.record_type, record.c.record_id)
        .where(record.c.bucket == bucket, record.c.record_type == record_type)
        .order_by(record.c.record_id)
        .limit(most)
    )
    for _, record_id in _keys(connection, keys):
        yield record_id


def first_values(
    connection: Connection, bucket: str, record_type: str, *, naming: str = ""
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the first ops of a village's records of one type set, by record id, without what
    was edited since; of those alone, when a field is named, that may have set it."""
    found = (
        select(record.c.record_id, op.c.fields)
        .join(op, op.c.op_id == record.c.first_op)
        .where(record.c.bucket == bucket, record.c.record_type == record_type)
    )
    if naming:
        found = found.where(op.c.fields.contains(f'"{naming}"', autoescape=True))
    for row in connection.execute(found, execution_options={"yield_per": 10 * PAGE}):
        if row.fields is not None:
            yield row.record_id, msgspec.json.decode(row.fields)


def newest_first(connection: Connection, bucket: str) -> Iterator[Key]:
    """The keys of all records of a village, those that came last to the hub first."""
    yield from _keys(
        connection,
        select(record.c.record_type, record.c.record_id)
        .join(op, op.c.op_id == record.c.first_op)
        .where(record.c.bucket == bucket)
        .order_by(op.c.feed_seq.desc()),
    )


def erased_at_once(connection: Connection, bucket: str) -> Iterator[Standing]:
    """What was erased before it came: none of it is a record, and a kiosk may still have it."""
    found = (
        select(
            *(op.c.record_type, op.c.record_id, op.c.op_id, op.c.version),
            *(feed.c.seq, feed.c.kind),
        )
        .join(feed, feed.c.op_id == op.c.op_id)
        .outerjoin(
            record,
            (record.c.record_type == op.c.record_type) & (record.c.record_id == op.c.record_id),
        )
        .where(
            feed.c.bucket == bucket,
            feed.c.kind.in_((ERASE, FORGET, KEPT_OUT)),
            record.c.record_id.is_(None),
        )
        .order_by(feed.c.seq)
    )
    for row in connection.execute(found, execution_options={"yield_per": 10 * PAGE}):
        yield Standing(
            *(row.record_type, row.record_id, row.seq, row.op_id, row.version, {}), kind=row.kind
        )


def every_record(connection: Connection, bucket: str) -> Iterator[Standing]:
    """All records of a village, by type and id."""
    for page in pages(record_keys(connection, bucket)):
        yield from read_records(connection, page)


def record_keys(connection: Connection, bucket: str) -> Iterator[Key]:
    """The keys of all records of a village, by type and id."""
    keys = select(record.c.record_type, record.c.record_id).where(record.c.bucket == bucket)
    yield from _keys(connection, keys.order_by(record.c.record_type, record.c.record_id))


def pages(keys: Iterator[Key]) -> Iterator[list[Key]]:
    """The keys, PAGE at a time."""
    while page := list(islice(keys, PAGE)):
        yield page


def _keys(connection: Connection, keys: Select[Any]) -> Iterator[Key]:
    streamed = connection.execute(keys, execution_options={"yield_per": 10 * PAGE})
    for row in streamed:
        yield row.record_type, row.record_id
