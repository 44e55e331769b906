"""Writes what a push changes: ops, field values, conflicts, feed and quarantine.

Each table is written in one go. The caller holds the transaction; nothing here decides
anything, and nothing here deletes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from hub import tables
from hub.known import key_beside, raw
from hub.merge import Conflict, FieldValue
from hub.set_based import Key, insert, insert_missing, reserve, set_fields
from hub.settled import settle_what_ops_name
from hub.stamps import is_clock_suspect
from hub.waiting import let_wait
from offline_sync.reasons import Reason
from offline_sync.wire import Clocks, OpAbout, OpLine, PoisonLine

SAME_ID: Final = Reason.SAME_ID_OTHER_CONTENT.saying("another change is known by this id")
PUT: Final = "put"
CONFLICT: Final = "conflict"
ERASE: Final = "erase"
KEPT_OUT: Final = "kept_out"
"""Of an op without payload whose record is not here: it ends that record where it was made, and
nowhere else."""

_NOT_SETTLED: Final = (None, None)

_encoder: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Delivery:
    """Whose push it is, for which village, when the hub took it, and what the kiosk's clocks said
    when it sent it. `erased` are the records of the push that are erased, each with the kind of its
    entries in the feed, `speaking` the numbers of the ops that lost their payload because they
    speak of an erased record, `plain` of those that are plainly right (`hub.shapes`), `altered` of
    those that are not as their kiosk wrote them."""

    kiosk_id: str
    bucket: str
    stream: int
    now_ms: int
    clocks: Clocks
    erased: Mapping[Key, str] = field(default_factory=dict)
    speaking: frozenset[int] = frozenset()
    plain: frozenset[int] = frozenset()
    altered: frozenset[int] = frozenset()


class Accepted(NamedTuple):
    """An op that is new here, with what it did: the fields that go on showing another op's value,
    the conflicts it met, and its kind in the feed. (One is made for every op: this kind of tuple is
    made quickest.)"""

    line: OpLine
    eff_ms: int
    standing: Mapping[str, FieldValue] = MappingProxyType({})
    conflicts: tuple[Conflict, ...] = ()
    kind: str = PUT


@dataclass(slots=True)
class Work:
    """What is to be written for a push, gathered so that each table is written in one go."""

    accepted: list[Accepted] = field(default_factory=list)
    aside: list[tuple[OpLine | PoisonLine, str]] = field(default_factory=list)
    # Those of them that wait for their record.
    waiting: list[OpLine] = field(default_factory=list)
    # What came under the id of another op that is here already.
    beside: list[OpLine | PoisonLine] = field(default_factory=list)
    # Ops that are here and came under another number.
    again: list[tuple[int, str]] = field(default_factory=list)
    changed: dict[tuple[str, str, str], FieldValue] = field(default_factory=dict)


def write(connection: Connection, delivery: Delivery, work: Work) -> dict[str, int]:
    """Write all of it; gives the feed number of each op that was accepted."""
    insert(
        connection,
        tables.quarantine,
        [_aside_row(delivery, line, "", reason) for line, reason in work.aside],
    )
    let_wait(connection, delivery.bucket, work.waiting)
    insert_missing(
        connection,
        tables.quarantine,
        [
            _aside_row(delivery, line, key_beside(delivery.kiosk_id, line), SAME_ID)
            for line in work.beside
        ],
    )
    insert_missing(connection, tables.op_alias, [(delivery.stream, *again) for again in work.again])
    set_fields(
        connection,
        [(*key, v.op_id, v.value, v.eff_ms, v.hlc) for key, v in work.changed.items()],
    )
    return _write_accepted(connection, delivery, work.accepted)


def _aside_row(
    delivery: Delivery, line: OpLine | PoisonLine, beside: str, reason: str
) -> tuple[Any, ...]:
    place = (delivery.stream, line.seq)
    return line.op_id, beside, *place, reason, raw(line), delivery.now_ms


def _write_accepted(
    connection: Connection, delivery: Delivery, accepted: list[Accepted]
) -> dict[str, int]:
    """Number the ops and their conflicts in the feed; last of all, as the head stays locked."""
    numbers: dict[str, int] = {}
    if not accepted:
        return numbers
    entries = len(accepted) + sum(len(done.conflicts) for done in accepted)
    seq = reserve(connection, delivery.bucket, entries)
    ops: list[tuple[Any, ...]] = []
    feed: list[tuple[Any, ...]] = []
    conflicts: list[tuple[Any, ...]] = []
    bucket, stream = delivery.bucket, delivery.stream
    for done in accepted:
        seq += 1
        op_id = done.line.op_id
        numbers[op_id] = seq
        ops.append(_op_row(delivery, done, seq))
        line = (bucket, seq, op_id, done.kind, stream)
        feed.append((*line, _winners(done.standing)) if done.standing else line)
        for conflict in done.conflicts:
            seq += 1
            winner = _winners({conflict.field: conflict.winner})
            feed.append((bucket, seq, conflict.loser.op_id, CONFLICT, stream, winner))
            conflicts.append(_conflict_row(done.line, conflict, delivery.now_ms))
    insert(connection, tables.op, ops)
    insert_missing(connection, tables.conflict, conflicts)
    insert(connection, tables.feed, feed)
    settle_what_ops_name(connection, _settled_or_new(accepted), delivery.now_ms)
    return numbers


def _settled_or_new(accepted: list[Accepted]) -> set[Key]:
    """The records in which a conflict was settled or found."""
    return {
        (done.line.record_type, done.line.record_id)
        for done in accepted
        if done.conflicts or done.line.about.settles
    }


def _op_row(delivery: Delivery, done: Accepted, feed_seq: int) -> tuple[Any, ...]:
    line = done.line
    about = line.about
    row = (
        line.op_id,
        delivery.stream,
        line.seq,
        line.record_type,
        line.record_id,
        line.hlc,
        done.eff_ms,
        bytes(line.base).decode(),
        about.by,
        about.version,
        about.wall_ms,
        about.mono_ms,
        about.boot_id,
        delivery.now_ms,
        feed_seq,
        int(is_clock_suspect(line.hlc, about, delivery.clocks, delivery.now_ms)),
    )
    if about.erased:
        return *row, None, _settles(about), about.erased
    if about.settles:
        return *row, bytes(line.fields).decode(), _settles(about)
    return *row, bytes(line.fields).decode()


def _settles(about: OpAbout) -> str | None:
    return _encoder.encode(about.settles).decode() if about.settles else None


def _winners(instead: Mapping[str, FieldValue]) -> str:
    return _encoder.encode(
        {
            name: {"op": value.op_id, "value": msgspec.Raw(value.value.encode())}
            for name, value in instead.items()
        }
    ).decode()


def _conflict_row(line: OpLine, conflict: Conflict, now_ms: int) -> tuple[Any, ...]:
    return (
        line.record_type,
        line.record_id,
        conflict.field,
        conflict.loser.op_id,
        conflict.winner.op_id,
        conflict.loser.value,
        conflict.policy.value,
        now_ms,
        *_NOT_SETTLED,
    )
