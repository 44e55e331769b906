"""Keeps out of the hub what was erased and is sent again: the op is taken, its payload is not.

A kiosk that was away when a record was erased still has it, and so has one that was restored. What
it sends is acknowledged like any other op, as nothing may be sent for ever. Only people and periods
erase: nothing that a kiosk sends may cost what another one made, now or later. What a push says
binds its own kiosk, and only while nobody else has begun the record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from msgspec import structs
from sqlalchemy import Connection, select, tuple_

from hub import audit
from hub.erasure import LOCK, ORDER, forget_aside, without_payload, without_raw
from hub.erasure_search import AT_ONCE, batches, of_no_other, unescaped
from hub.ledger import ERASE
from hub.postgres import is_postgres
from hub.set_based import Key, erasures_of, insert_missing, kept_out_of
from hub.tables import erasure, kept_out, op, record
from hub.waiting import lines_waiting
from offline_sync.erasure import FORGET
from offline_sync.periods import NAMING, references, speaks_of
from offline_sync.wire import OpLine, PoisonLine, op_base

SENT: Final = "sent"
"""The stream sent it erased: it knew of an erasure that this database does not."""
SPEAKS: Final = "speaks"
"""It spoke of a record that a person had erased, so what speaks of it goes as well."""

_MOST_NAMED: Final = 20  # of the records of one push, in the audit
_ANY_ERASED: Final = select(erasure.c.record_id).limit(1)
_ANY_KEPT_OUT: Final = select(kept_out.c.record_id).limit(1)
_ORDERED: Final = select(erasure.c.record_type, erasure.c.record_id, erasure.c.why).where(
    erasure.c.why == ORDER
)
_naming_decoder: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(
    msgspec.defstruct("Naming", [(name, Any, None) for name in NAMING])
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is taken of a push: its lines, of its records those that are erased (each with the kind
    of its entries in the feed), the numbers of the lines that lost their payload because they
    speak of an erased record, and the ops that waited and go with the push, each with its record.
    """

    lines: tuple[OpLine | PoisonLine, ...]
    erased: Mapping[Key, str] = field(default_factory=dict)
    speaking: frozenset[int] = frozenset()
    waited: Mapping[str, Key] = field(default_factory=dict)


def keep_out(
    connection: Connection,
    stream: int,
    kiosk_id: str,
    lines: Sequence[OpLine | PoisonLine],
    now_ms: int,
) -> Kept:
    """The lines of a push of this stream, without the payload of erased records and of new ones
    that speak of a record which a person had erased.

    To be called before anything of the push is looked up or locked but its stream.
    """
    if is_postgres(connection.engine):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({LOCK})")
    sent_erased = any(isinstance(line, OpLine) and line.about.erased for line in lines)
    if not sent_erased and all(
        connection.execute(some).first() is None for some in (_ANY_ERASED, _ANY_KEPT_OUT)
    ):
        return Kept(tuple(lines))
    named = {line.seq: _named(line) for line in lines if isinstance(line, OpLine)}
    known = _Incoming.look_up(connection, kiosk_id, lines, named)
    if not known.concerns_anything and not sent_erased:
        return Kept(tuple(lines))
    kept = tuple(
        known.without_raw(line)
        if isinstance(line, PoisonLine)
        else known.without_payload(line, named[line.seq])
        for line in lines
    )
    _remember(connection, stream, kiosk_id, known.new, now_ms)
    ours = {(line.record_type, line.record_id) for line in lines if isinstance(line, OpLine)}
    return Kept(
        kept,
        {key: FORGET if why == ORDER else ERASE for key, why in known.erased.items()},
        frozenset(known.speaking),
        _waiting_with(connection, stream, {*known.new} | (known.own & ours), kept),
    )


def _remember(
    connection: Connection, stream: int, kiosk_id: str, new: Mapping[Key, str], now_ms: int
) -> None:
    """That these records begin without payload, as far as this stream is concerned."""
    if not new:
        return
    insert_missing(
        connection, kept_out, [(stream, *key, why, now_ms) for key, why in sorted(new.items())]
    )
    speaking = [key for key, why in new.items() if why == SPEAKS]
    if speaking:
        forget_aside(connection, speaking, stream)
    detail = {
        "counts": dict(sorted(Counter(record_type for record_type, _ in new).items())),
        "records": [" ".join(key) for key in sorted(new)[:_MOST_NAMED]],
        "speak of an erased record": len(speaking),
    }
    audit.note(connection, kiosk_id, "keep out", "", detail, now_ms)


def _waiting_with(
    connection: Connection,
    stream: int,
    keys: set[Key],
    kept: Sequence[OpLine | PoisonLine],
) -> dict[str, Key]:
    """The ops that wait for one of these records and go with it: those of the stream itself, and
    those whose own kiosk has seen, by their `base`, what comes without payload."""
    waiting = lines_waiting(connection, keys)
    gone = {line.op_id for line in kept if isinstance(line, OpLine) and line.about.erased}
    found: dict[str, Key] = {}
    while waiting:
        more = {
            line.op_id: (line.record_type, line.record_id)
            for of, line in waiting
            if of == stream or not gone.isdisjoint(op_base(line).values())
        }
        if more.keys() <= found.keys():
            break
        found |= more
        gone |= more.keys()
    return found


def _named(line: OpLine) -> Sequence[Key]:
    """The records that an op's fields name. Nothing else of them is looked at."""
    if line.about.erased:
        return ()
    values = _naming_decoder.decode(line.fields)
    return list(references(line.record_type, structs.asdict(values)))


@dataclass(slots=True)
class _Incoming:
    """What of a push is erased, by whom, and what nobody may speak of.

    `own` and `others` are records that are not here and began without payload, from this kiosk or
    from others; `standing` are those of the push that are here; `forbidden` are the records that
    nobody may speak of, and `alone` their ids that no other record has. `seen_gone` are ops
    without payload that an op of this push was made over.
    """

    erased: dict[Key, str]
    own: set[Key]
    others: set[Key]
    standing: set[Key]
    forbidden: set[Key]
    alone: set[str]
    seen_gone: set[str]
    new: dict[Key, str] = field(default_factory=dict)
    speaking: set[int] = field(default_factory=set)

    @classmethod
    def look_up(
        cls,
        connection: Connection,
        kiosk_id: str,
        lines: Sequence[OpLine | PoisonLine],
        named: Mapping[int, Sequence[Key]],
    ) -> _Incoming:
        ops = [line for line in lines if isinstance(line, OpLine)]
        ids = {line.record_id for line in ops}
        ids.update(record_id for some in named.values() for _, record_id in some)
        rows = [*erasures_of(connection, sorted(ids))]
        if any(isinstance(line, PoisonLine) for line in lines):
            # Nobody knows what an unreadable line speaks of: it is searched for every id.
            rows += connection.execute(_ORDERED)
        told = kept_out_of(connection, sorted(ids))
        told_keys = {(row.record_type, row.record_id) for row in told}
        standing: set[Key] = set()
        if rows or told or any(line.about.erased for line in ops):
            asked = {(line.record_type, line.record_id) for line in ops} | told_keys
            standing.update(_standing(connection, asked))
        own = {
            (row.record_type, row.record_id): row.why for row in told if row.kiosk_id == kiosk_id
        }
        own = {key: why for key, why in own.items() if key not in standing}
        forbidden = {(row.record_type, row.record_id) for row in rows if row.why == ORDER}
        forbidden |= {key for key, why in own.items() if why == SPEAKS}
        others = told_keys - standing - own.keys()
        bases = {
            op_id
            for line in ops
            if (line.record_type, line.record_id) in others and not line.about.erased
            for op_id in op_base(line).values()
            if op_id
        }
        return cls(
            erased={(row.record_type, row.record_id): row.why for row in rows},
            own=set(own),
            others=others,
            standing=standing,
            forbidden=forbidden,
            alone=of_no_other(connection, forbidden) if forbidden else set(),
            seen_gone=set(_without_payload(connection, sorted(bases))),
        )

    @property
    def concerns_anything(self) -> bool:
        """Whether anything that the push names was erased."""
        return bool(self.erased or self.own or self.others)

    def without_payload(self, line: OpLine, named: Sequence[Key]) -> OpLine:
        key = (line.record_type, line.record_id)
        if line.about.erased:
            if key not in self.erased and key not in self.standing and key not in self.own:
                self.new.setdefault(key, SENT)
            return line
        if key in self.erased or key in self.own:
            return without_payload(line)
        if speaks_of(named, self.forbidden, self.alone):
            self.speaking.add(line.seq)
            if key not in self.standing:
                self.new[key] = SPEAKS
                self.own.add(key)
                self.forbidden.add(key)
                self.alone.add(line.record_id)
            return without_payload(line)
        if key in self.others and not self.seen_gone.isdisjoint(op_base(line).values()):
            self.seen_gone.add(line.op_id)
            return without_payload(line)
        return line

    def without_raw(self, line: PoisonLine) -> PoisonLine:
        raw = unescaped(line.raw)
        if not any(record_id.encode() in raw for _, record_id in self.forbidden):
            return line
        return structs.replace(line, raw=without_raw(line.raw))


def _standing(connection: Connection, keys: set[Key]) -> Iterator[Key]:
    """Those of the records that have begun here."""
    for some in batches(sorted(keys), AT_ONCE):
        rows = connection.execute(
            select(record.c.record_type, record.c.record_id).where(
                tuple_(record.c.record_type, record.c.record_id).in_(some)
            )
        )
        yield from ((row.record_type, row.record_id) for row in rows)


def _without_payload(connection: Connection, op_ids: Sequence[str]) -> Iterator[str]:
    """Those of the ops that are here without payload."""
    for some in batches(op_ids, AT_ONCE):
        asked = select(op.c.op_id).where(op.c.op_id.in_(some), op.c.fields.is_(None))
        yield from connection.execute(asked).scalars()
