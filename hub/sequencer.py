"""Takes a push: every op of it kept, merged, numbered and put into the feed, or put aside.

The caller holds one transaction around `take_push` and answers only after its commit, so an op
that was acknowledged is on the disk. An op is known by its id: one that comes again is
acknowledged again and changes nothing. Another one under the same id, or one that another kiosk
sends, is put aside: nothing is acknowledged that is not here. Nothing here ever deletes an op.

Locks are taken in one order by all: the stream, the records by type and id, the head of the feed.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, update
from sqlalchemy.exc import DataError, IntegrityError

from hub import tables
from hub.checks import why_not, why_not_named, why_not_new
from hub.enrolment import EnrolledKiosk
from hub.erasure import without_payload
from hub.extending import extended
from hub.kept_out import keep_out
from hub.known import Known, Place, content_beside_number, look_up, raw
from hub.ledger import KEPT_OUT, PUT, SAME_ID, Accepted, Delivery, Work, write
from hub.merge import FieldValue, WrittenOnce, merge
from hub.set_based import Key, field_states, lock_records, op_values, undone_if_it_fails
from hub.shapes import plainly_begins
from hub.stamps import effective_ms
from hub.streams import claim_stream, note_stream, refuse_fork
from hub.waiting import about_to_begin, about_to_wait, release
from offline_sync.catalogue import CATALOGUE
from offline_sync.reasons import Reason
from offline_sync.wire import Clocks, OpLine, PoisonLine, Push, PushHeader, op_base, op_fields

log = logging.getLogger(__name__)

# More than any record of the catalogue has; a page of the feed must stay inside an answer.
_MAX_STANDING_CHARACTERS: Final = 3 * 1024 * 1024
# What a value that nobody thought of can do on its way into the database.
_UNKEEPABLE: Final = (ValueError, OverflowError, RecursionError, DataError, IntegrityError)
_kiosk: Final = tables.kiosk
_CONTACT: Final = (
    update(_kiosk)
    .where(_kiosk.c.kiosk_id == bindparam("of"))
    .values(last_contact_ms=bindparam("now_ms"))
)
_DELIVERY: Final = _CONTACT.values(longest_wait_ms=bindparam("waited_ms"))
_NOT_AS_WRITTEN: Final = Reason.ALTERED.saying("it is not the change that the kiosk wrote")
_OTHER_VILLAGE: Final = Reason.OTHER_VILLAGE.saying("the record belongs to another village")
_SPEAKS_OF_ERASED: Final = Reason.REWRITTEN.saying(
    "it would make a record that stands speak of one that was erased"
)
_texts_decoder: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of each op of a push, by its number: its number in the feed, or why it was put
    aside. `new` counts those that were not here before, `stream` is the hub's number of the stream
    that they belong to."""

    acknowledged: tuple[tuple[int, int], ...]
    quarantined: tuple[tuple[int, str], ...]
    new: int
    stream: int | None = None


class _Op(NamedTuple):
    """An op that may be applied: its record, and whether it can begin that record."""

    line: OpLine
    key: Key
    begins: bool


@dataclass(slots=True)
class _Records:
    """The records of a push, locked: which op begins one, the village of the others, and what
    stands in them. A record that is begun joins the others."""

    begin_with: dict[Key, str]
    edited: set[Key]  # records of more than one op of this push
    bucket: dict[Key, str]
    values: dict[Key, dict[str, FieldValue]]


def take_push(connection: Connection, kiosk: EnrolledKiosk, push: Push, now_ms: int) -> Taken:
    """Take every op of a push, in its order.

    The checks keep out what the database cannot hold. Should one op pass them and fail there,
    the push is taken op by op and that one alone is put aside: it must never hold up the others.

    Raises:
        StreamOfAnother, Forked, ChainBroken: nothing was taken (`hub.streams`, `hub.extending`).
    """
    stream = claim_stream(connection, kiosk, push.header, now_ms)
    refuse_fork(connection, stream, push)
    kept = keep_out(connection, stream.number, kiosk.kiosk_id, push.lines, now_ms)
    stream, altered = extended(connection, stream, push)
    note_stream(connection, stream, push.header, now_ms)
    delivery = Delivery(
        *(kiosk.kiosk_id, kiosk.village, stream.number, now_ms, push.header.clocks),
        *(kept.erased, kept.speaking, push.plain, altered),
    )
    # Before the push is looked at: among what it brings may be the same ops again.
    if kept.erased:
        _take_what_waited(connection, delivery, kept.erased.keys(), kept.erased)
    if kept.waited:
        keys = kept.waited.values()
        _take_what_waited(connection, delivery, frozenset(keys), {}, kept.waited.keys())
    taken = _take(connection, delivery, kept.lines)
    _note_delivery(connection, delivery, push, taken.new)
    return taken


def _take(
    connection: Connection,
    delivery: Delivery,
    lines: Sequence[OpLine | PoisonLine],
    *,
    again: bool = False,
) -> Taken:
    try:
        with undone_if_it_fails(connection):
            return _take_whole(connection, delivery, lines)
    except _UNKEEPABLE as error:
        if not lines:
            raise
        trouble = error
    if isinstance(trouble, IntegrityError) and not again:
        # Another hub process may have taken one of these ops meanwhile: now it can be seen.
        return _take(connection, delivery, lines, again=True)
    if len(lines) > 1:
        return _together([_take(connection, delivery, (line,)) for line in lines])
    kind = type(trouble).__name__
    (line,) = lines
    log.warning("op %s cannot be kept as it is (%s); it is put aside", line.op_id, kind)
    why = Reason.UNREADABLE.saying(f"it cannot be kept ({kind})")
    return _take_whole(connection, delivery, (PoisonLine(line.seq, line.op_id, raw(line), why),))


def _together(parts: list[Taken]) -> Taken:
    return Taken(
        tuple(pair for part in parts for pair in part.acknowledged),
        tuple(pair for part in parts for pair in part.quarantined),
        sum(part.new for part in parts),
        parts[0].stream,
    )


def _take_whole(
    connection: Connection, delivery: Delivery, lines: Sequence[OpLine | PoisonLine]
) -> Taken:
    known = look_up(connection, lines)
    work = Work()
    fresh = _sort_out(delivery, lines, known, work)
    ready = _ready(delivery, fresh, work)
    records = _lock(connection, delivery, ready)
    for op in ready:
        _take_line(delivery, records, op, work)
    numbers = known.feed_seq | write(connection, delivery, work)
    _take_what_waited(connection, delivery, records.begin_with.keys())
    reasons = known.aside | {line.op_id: reason for line, reason in work.aside}
    beside = {line.seq: SAME_ID for line in work.beside}
    acknowledged: dict[int, int] = {}
    quarantined: dict[int, str] = beside
    for line in lines:
        if line.seq in beside:
            continue
        if (number := numbers.get(line.op_id)) is not None:
            acknowledged[line.seq] = number
        else:
            quarantined[line.seq] = reasons[line.op_id]
    return Taken(
        tuple(acknowledged.items()),
        tuple(sorted(quarantined.items())),
        len(work.accepted),
        delivery.stream,
    )


def _take_what_waited(
    connection: Connection,
    delivery: Delivery,
    known: Collection[Key],
    erased: Mapping[Key, str] = MappingProxyType({}),
    gone: Collection[str] | None = None,
) -> None:
    """Take the ops that came before their records, which have begun now, or are known to be
    erased. When `gone` is given, those ops alone, without payload."""
    for released in release(connection, known, gone):
        # What its kiosk's clocks say now is not known here.
        clocks = Clocks(delivery.now_ms, 0, "")
        theirs = Delivery(
            *(released.kiosk_id, released.bucket, released.stream, delivery.now_ms, clocks), erased
        )
        lines = [
            without_payload(line)
            if not line.about.erased
            and (gone is not None or (line.record_type, line.record_id) in erased)
            else line
            for line in released.lines
        ]
        _take_whole(connection, theirs, lines)


def _sort_out(
    delivery: Delivery, lines: Sequence[OpLine | PoisonLine], known: Known, work: Work
) -> list[OpLine | PoisonLine]:
    """The lines that are new here; the others go where they belong."""
    fresh: dict[str, OpLine | PoisonLine] = {}
    for line in lines:
        op_id = line.op_id
        if op_id in fresh:
            first = fresh[op_id]
            another = content_beside_number(line) != content_beside_number(first)
            place = Place(delivery.stream, first.seq)
        elif op_id in known.place:
            another = known.is_another(delivery.kiosk_id, line)
            place = known.place[op_id]
        else:
            fresh[op_id] = line
            continue
        if another:
            work.beside.append(line)
        elif place != Place(delivery.stream, line.seq):
            work.again.append((line.seq, op_id))
    return list(fresh.values())


def _ready(delivery: Delivery, lines: Sequence[OpLine | PoisonLine], work: Work) -> list[_Op]:
    """The ops that the catalogue lets through."""
    ready: list[_Op] = []
    for line in lines:
        if isinstance(line, PoisonLine):
            work.aside.append((line, line.reason))
            continue
        if line.seq in delivery.altered:
            work.aside.append((line, _NOT_AS_WRITTEN))
            continue
        key = (line.record_type, line.record_id)
        # What was erased meanwhile is no longer what it was when it was looked at.
        if (line.seq in delivery.plain and not line.about.erased) or plainly_begins(line):
            ready.append(_Op(line, key, begins=True))
        elif (reason := why_not_named(line)) is not None:
            work.aside.append((line, reason))
        elif line.about.erased:
            ready.append(_Op(line, key, begins=False))
        else:
            _look_closely(line, ready, work)
    return ready


def _look_closely(line: OpLine, ready: list[_Op], work: Work) -> None:
    kind, version, fields = line.record_type, line.about.version, op_fields(line)
    reason = why_not(kind, version, fields, len(bytes(line.fields)))
    if reason is not None:
        work.aside.append((line, reason))
        return
    begins = why_not_new(kind, version, fields) is None
    ready.append(_Op(line, (kind, line.record_id), begins))


def _why_not_new(line: OpLine) -> str | None:
    return why_not_new(line.record_type, line.about.version, op_fields(line))


def _lock(connection: Connection, delivery: Delivery, ready: Sequence[_Op]) -> _Records:
    """Begin or lock the records of these ops, and only then read what stands in them."""
    starts: dict[Key, str | None] = {}
    edited: set[Key] = set()
    for op in ready:
        if op.key in starts:
            edited.add(op.key)
        if starts.get(op.key) is None:
            starts[op.key] = op.line.op_id if op.begins else None
    if any(starts.values()):
        about_to_begin(connection)
    made, there = lock_records(connection, delivery.bucket, starts)
    unknown = {key: None for key in starts if key not in made and key not in there}
    if unknown and about_to_wait(connection):
        there |= lock_records(connection, delivery.bucket, unknown)[1]
    records = _Records(
        begin_with={key: op_id for key, op_id in starts.items() if key in made and op_id},
        edited=edited,
        bucket={key: bucket for key, (bucket, _) in there.items()},
        values={key: {} for key in there},
    )
    if not there:
        return records
    # A record's values are those of its first op, but for what was edited since.
    first_op = {op_id: key for key, (_, op_id) in there.items()}
    names = _names(ready, there)
    for row in op_values(connection, list(first_op)):
        if row.fields is not None:
            key = first_op[row.op_id]
            records.values[key] = _values(
                row.op_id, row.fields.encode(), row.eff_ms, row.hlc, names[key]
            )
    for row in field_states(connection, list(there)):
        key = (row.record_type, row.record_id)
        if row.field in names[key]:
            value = FieldValue(row.op_id, row.value, row.eff_ms, row.hlc)
            records.values[key][row.field] = value
    return records


def _names(ready: Sequence[_Op], there: Collection[Key]) -> dict[Key, set[str]]:
    """The fields that these ops set of records that are there, and those in a group with them:
    what stands in others is not asked for."""
    names: dict[Key, set[str]] = {key: set() for key in there}
    for op in ready:
        if op.key in names and not op.line.about.erased:
            names[op.key].update(_texts_decoder.decode(op.line.fields))
    for (record_type, _), some in names.items():
        known_type = CATALOGUE.get(record_type)
        if known_type is not None and known_type.groups:
            for members in known_type.groups.values():
                if not some.isdisjoint(members):
                    some.update(members)
    return names


def _values(
    op_id: str, fields: bytes, eff_ms: int, hlc: str, only: Collection[str] | None = None
) -> dict[str, FieldValue]:
    """The values that an op sets: all of them, or those of some fields."""
    return {
        name: FieldValue(op_id, bytes(text).decode(), eff_ms, hlc)
        for name, text in _texts_decoder.decode(fields).items()
        if only is None or name in only
    }


def _take_line(delivery: Delivery, records: _Records, op: _Op, work: Work) -> None:
    line, key = op.line, op.key
    eff_ms = effective_ms(line.hlc, delivery.now_ms)
    if records.bucket.get(key, delivery.bucket) != delivery.bucket:
        work.aside.append((line, _OTHER_VILLAGE))
        return
    if line.about.erased:
        if line.seq in delivery.speaking and key in records.bucket:
            work.aside.append((line, _SPEAKS_OF_ERASED))
            return
        # Of a record that stands it sets nothing, and ends nothing either.
        kind = delivery.erased.get(key) or (PUT if key in records.bucket else KEPT_OUT)
        work.accepted.append(Accepted(line, eff_ms, kind=kind))
        return
    if records.begin_with.get(key) == line.op_id:
        _begin(delivery, records, op, eff_ms, work)
        return
    reason = None
    if key not in records.bucket:
        reason = _why_not_new(line)
        if reason is not None:
            work.waiting.append(line)
    if reason is None:
        reason = _merge_in(records, op, eff_ms, work)
    if reason is not None:
        work.aside.append((line, reason))


def _begin(delivery: Delivery, records: _Records, op: _Op, eff_ms: int, work: Work) -> None:
    """The first op of a record: all its values stand, and are read from it as long as they do."""
    line = op.line
    records.bucket[op.key] = delivery.bucket
    work.accepted.append(Accepted(line, eff_ms))
    if op.key in records.edited:
        records.values[op.key] = _values(line.op_id, bytes(line.fields), eff_ms, line.hlc)


def _merge_in(records: _Records, op: _Op, eff_ms: int, work: Work) -> str | None:
    """Lay an op over what stands; gives why it must be put aside, if it must."""
    line, key = op.line, op.key
    current = records.values[key]
    try:
        merged = merge(
            arriving=_values(line.op_id, bytes(line.fields), eff_ms, line.hlc),
            base=op_base(line),
            current=current,
            record_type=CATALOGUE.get(line.record_type),
        )
    except WrittenOnce as error:
        words = f"{line.record_type}.{error} is written once and would change"
        return Reason.REWRITTEN.saying(words)
    if sum(len(value.value) for value in merged.standing.values()) > _MAX_STANDING_CHARACTERS:
        return Reason.TOO_LARGE.saying("the values that stand instead are too long to pass on")
    current.update(merged.applied)
    work.changed |= {(*key, name): value for name, value in merged.applied.items()}
    work.accepted.append(Accepted(line, eff_ms, merged.standing, merged.conflicts))
    return None


def _note_delivery(connection: Connection, delivery: Delivery, push: Push, new: int) -> None:
    values = {"of": delivery.kiosk_id, "now_ms": delivery.now_ms}
    lines = [line for line in push.lines if isinstance(line, OpLine)]
    if not new or not lines:
        connection.execute(_CONTACT, values)
        return
    waited_ms = max(_waited_ms(line, push.header) for line in lines)
    connection.execute(_DELIVERY, {**values, "waited_ms": waited_ms})


def _waited_ms(line: OpLine, header: PushHeader) -> int:
    """How long an op waited in its kiosk, by that kiosk's own clocks."""
    if line.about.boot_id == header.clocks.boot_id:
        return max(0, header.clocks.mono_ms - line.about.mono_ms)
    return max(0, header.clocks.wall_ms - line.about.wall_ms)
