"""Takes a push: every op of it kept, merged, numbered and put into the feed, or put aside.

The caller holds one transaction around `take_push` and answers only after its commit, so an op
that was acknowledged is on the disk. An op is known by its id: one that comes again is
acknowledged again and changes nothing. Another one under the same id, or one that another kiosk
sends, is put aside: nothing is acknowledged that is not here. Nothing here ever deletes an op.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DataError, IntegrityError

from hub import tables
from hub.checks import policy, why_not, why_not_new
from hub.enrolment import EnrolledKiosk
from hub.ledger import SAME_ID, Accepted, Delivery, Work, write_accepted, write_aside
from hub.merge import FieldValue, WrittenOnce, effective_ms, merge
from offline_sync.canonical import canonical_json
from offline_sync.reasons import Reason
from offline_sync.wire import OpLine, PoisonLine, Push, PushHeader, op_base, op_fields

log = logging.getLogger(__name__)

_encoder: Final = msgspec.json.Encoder()
# More than any record of the catalogue has; a page of the feed must stay inside an answer.
_MAX_STANDING_CHARACTERS: Final = 3 * 1024 * 1024
# What a value that nobody thought of can do on its way into the database.
_UNKEEPABLE: Final = (ValueError, OverflowError, RecursionError, DataError, IntegrityError)


class StreamOfAnother(Exception):
    """This stream of ops was begun by another kiosk's token: two kiosks share one identity."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of each op of a push."""

    acknowledged: tuple[tuple[str, int], ...]
    quarantined: tuple[tuple[str, str], ...]
    new: int


@dataclass(slots=True)
class _Known:
    """What the database already holds about the ops and records of a push."""

    feed_seq: dict[str, int]
    aside: dict[str, str]
    digest: dict[str, bytes]  # of each op above
    bucket: dict[tuple[str, str], str]
    values: dict[tuple[str, str], dict[str, FieldValue]]


def take_push(connection: Connection, kiosk: EnrolledKiosk, push: Push, now_ms: int) -> Taken:
    """Take every op of a push, in its order.

    The checks keep out what the database cannot hold. Should one op pass them and fail there,
    the push is taken op by op and that one alone is put aside: it must never hold up the others.

    Raises:
        StreamOfAnother: nothing was taken; the stream belongs to another kiosk.
    """
    try:
        with connection.begin_nested():
            return _take_whole(connection, kiosk, push, now_ms)
    except _UNKEEPABLE as error:
        if not push.lines:
            raise
        kind = type(error).__name__
    if len(push.lines) > 1:
        parts = [Push(push.header, (line,)) for line in push.lines]
        return _together([take_push(connection, kiosk, part, now_ms) for part in parts])
    (line,) = push.lines
    log.warning("op %s cannot be kept as it is (%s); it is put aside", line.op_id, kind)
    poison = PoisonLine(
        line.op_id, _raw(line), Reason.UNREADABLE.saying(f"it cannot be kept ({kind})")
    )
    return _take_whole(connection, kiosk, Push(push.header, (poison,)), now_ms)


def _together(parts: list[Taken]) -> Taken:
    """The answer to a whole push; an op that came twice is spoken for once."""
    quarantined = dict(pair for part in parts for pair in part.quarantined)
    acknowledged = dict(pair for part in parts for pair in part.acknowledged)
    return Taken(
        tuple(pair for pair in acknowledged.items() if pair[0] not in quarantined),
        tuple(quarantined.items()),
        sum(part.new for part in parts),
    )


def _take_whole(connection: Connection, kiosk: EnrolledKiosk, push: Push, now_ms: int) -> Taken:
    _claim_stream(connection, kiosk, push.header, now_ms)
    known = _look_up(connection, push)
    work = Work()
    for line in push.lines:
        if _is_another(kiosk, line, known, work):
            work.beside.setdefault(line.op_id, []).append(_raw(line))
        elif line.op_id not in known.feed_seq and line.op_id not in known.aside:
            _take_line(kiosk, line, now_ms, known, work)
    delivery = Delivery(kiosk, push.header, now_ms)
    known.aside.update(write_aside(connection, delivery, work))
    known.feed_seq.update(write_accepted(connection, delivery, work))
    _note_delivery(connection, kiosk, push.header, work, now_ms)
    ids = dict.fromkeys(line.op_id for line in push.lines)
    return Taken(
        acknowledged=tuple(
            (op_id, known.feed_seq[op_id])
            for op_id in ids
            if op_id in known.feed_seq and op_id not in work.beside
        ),
        quarantined=tuple(
            (op_id, SAME_ID if op_id in work.beside else known.aside[op_id])
            for op_id in ids
            if op_id in work.beside or (op_id not in known.feed_seq and op_id in known.aside)
        ),
        new=len(work.accepted),
    )


def _claim_stream(
    connection: Connection, kiosk: EnrolledKiosk, header: PushHeader, now_ms: int
) -> None:
    origin = tables.origin
    owner = connection.execute(
        select(origin.c.kiosk_id).where(origin.c.origin == header.origin).limit(1)
    ).scalar()
    if owner is not None and owner != kiosk.kiosk_id:
        raise StreamOfAnother(header.origin)
    claim = {"next_seq": header.next_seq, "chain": header.chain, "last_seen_ms": now_ms}
    connection.execute(
        upsert(origin)
        .values(origin=header.origin, epoch=header.epoch, kiosk_id=kiosk.kiosk_id, **claim)
        .on_conflict_do_update(index_elements=["origin", "epoch"], set_=claim)
    )


def _look_up(connection: Connection, push: Push) -> _Known:
    op_ids = [line.op_id for line in push.lines]
    record_ids = {line.record_id for line in push.lines if isinstance(line, OpLine)}
    op, aside, record, state = tables.op, tables.quarantine, tables.record, tables.field_state
    values: dict[tuple[str, str], dict[str, FieldValue]] = {}
    for row in connection.execute(select(state).where(state.c.record_id.in_(record_ids))):
        values.setdefault((row.record_type, row.record_id), {})[row.field] = FieldValue(
            row.op_id, row.value, row.eff_ms, row.hlc
        )
    known = _Known(
        feed_seq={},
        aside={},
        digest={},
        bucket={
            (row.record_type, row.record_id): row.bucket
            for row in connection.execute(select(record).where(record.c.record_id.in_(record_ids)))
        },
        values=values,
    )
    # Read row by row: what is kept aside may be far longer than what asks for it.
    for row in connection.execute(select(aside).where(aside.c.op_id.in_(op_ids))).yield_per(10):
        known.aside[row.op_id] = row.reason
        known.digest[row.op_id] = _digest(row.kiosk_id, row.raw)
    for row in connection.execute(select(op).where(op.c.op_id.in_(op_ids))).yield_per(10):
        content = [row.record_type, row.record_id, msgspec.json.decode(row.fields)]
        known.feed_seq[row.op_id] = row.feed_seq
        known.digest[row.op_id] = _digest(row.kiosk_id, canonical_json(content).encode())
    return known


def _is_another(kiosk: EnrolledKiosk, line: OpLine | PoisonLine, known: _Known, work: Work) -> bool:
    """Whether this is not the op that is known by its id: of another kiosk, or of other content."""
    op_id = line.op_id
    if op_id in work.accepted:
        return _content(line) != _content(work.accepted[op_id].line)
    if op_id in work.aside:
        return _raw(line) != work.aside[op_id][1]
    if op_id in known.feed_seq:
        content = _content(line)
        return content is None or known.digest[op_id] != _digest(
            kiosk.kiosk_id, canonical_json(content).encode()
        )
    return op_id in known.aside and known.digest[op_id] != _digest(kiosk.kiosk_id, _raw(line))


def _content(line: OpLine | PoisonLine) -> list[Any] | None:
    if isinstance(line, PoisonLine):
        return None
    return [line.record_type, line.record_id, op_fields(line)]


def _raw(line: OpLine | PoisonLine) -> bytes:
    return line.raw if isinstance(line, PoisonLine) else _encoder.encode(line)


def _digest(kiosk_id: str, content: bytes) -> bytes:
    return hashlib.sha256(kiosk_id.encode() + b"\0" + content).digest()


def _take_line(
    kiosk: EnrolledKiosk, line: OpLine | PoisonLine, now_ms: int, known: _Known, work: Work
) -> None:
    if line.op_id in work.accepted or line.op_id in work.aside:
        return
    if isinstance(line, PoisonLine):
        work.aside[line.op_id] = (line.reason, line.raw)
        return
    fields = op_fields(line)
    record = (line.record_type, line.record_id)
    reason = why_not(line.record_type, line.about.version, fields)
    if reason is None and record not in known.bucket:
        reason = why_not_new(line.record_type, line.about.version, fields)
    if known.bucket.get(record, kiosk.village) != kiosk.village:
        reason = Reason.OTHER_VILLAGE.saying("the record belongs to another village")
    if reason is not None:
        work.aside[line.op_id] = (reason, _encoder.encode(line))
        return
    eff_ms = effective_ms(line.hlc, now_ms)
    try:
        merged = merge(
            arriving={
                name: FieldValue(line.op_id, canonical_json(value), eff_ms, line.hlc)
                for name, value in fields.items()
            },
            base=op_base(line),
            current=known.values.get(record, {}),
            policy=lambda name: policy(line.record_type, name),
        )
    except WrittenOnce as error:
        words = f"{line.record_type}.{error} is written once and would change"
        reason = Reason.REWRITTEN.saying(words)
        work.aside[line.op_id] = (reason, _encoder.encode(line))
        return
    if sum(len(value.value) for value in merged.standing.values()) > _MAX_STANDING_CHARACTERS:
        reason = Reason.TOO_LARGE.saying("the values that stand instead are too long to pass on")
        work.aside[line.op_id] = (reason, _encoder.encode(line))
        return
    if record not in known.bucket:
        known.bucket[record] = kiosk.village
        work.first_op[record] = line.op_id
    known.values.setdefault(record, {}).update(merged.applied)
    work.changed.update({(*record, name): value for name, value in merged.applied.items()})
    work.accepted[line.op_id] = Accepted(line, eff_ms, merged)


def _note_delivery(
    connection: Connection, kiosk: EnrolledKiosk, header: PushHeader, work: Work, now_ms: int
) -> None:
    values: dict[str, int] = {"last_contact_ms": now_ms}
    if work.accepted:
        values["longest_wait_ms"] = max(
            _waited_ms(done.line, header) for done in work.accepted.values()
        )
    connection.execute(
        update(tables.kiosk).where(tables.kiosk.c.kiosk_id == kiosk.kiosk_id).values(**values)
    )


def _waited_ms(line: OpLine, header: PushHeader) -> int:
    """How long an op waited in its kiosk, by that kiosk's own clocks."""
    if line.about.boot_id == header.clocks.boot_id:
        return max(0, header.clocks.mono_ms - line.about.mono_ms)
    return max(0, header.clocks.wall_ms - line.about.wall_ms)
