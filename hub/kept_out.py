"""Keeps out of the hub what was erased and is sent again: the op is taken, its payload is not.

A kiosk that was away when a record was erased still has it, and so has one that was restored. What
it sends is acknowledged like any other op, as nothing may be sent for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final

import msgspec
from msgspec import structs
from sqlalchemy import Connection, select, tuple_

from hub.erasure import LOCK, ORDER, TOLD, forget_aside, without_payload, without_raw
from hub.erasure_search import AT_ONCE, batches
from hub.postgres import is_postgres
from hub.set_based import Key, erasures_of, insert_missing
from hub.tables import erasure, record
from offline_sync.periods import NAMING, speaks_of
from offline_sync.wire import OpLine, PoisonLine

_ANY: Final = select(erasure.c.record_id).limit(1)
_ORDERED: Final = select(erasure.c.record_type, erasure.c.record_id, erasure.c.why).where(
    erasure.c.why == ORDER
)
_naming_values: Final = attrgetter(*NAMING)
_naming_decoder: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(
    msgspec.defstruct("Naming", [(name, Any, None) for name in NAMING])
)


def keep_out(
    connection: Connection, lines: Sequence[OpLine | PoisonLine], now_ms: int
) -> tuple[tuple[OpLine | PoisonLine, ...], frozenset[Key]]:
    """The lines of a push without the payload of erased records, and which of its records are
    erased. What speaks of a record that a person had erased is erased with it.

    To be called before anything of the push is looked up or locked but its stream.
    """
    if is_postgres(connection.engine):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({LOCK})")
    sent_erased = [line for line in lines if isinstance(line, OpLine) and line.about.erased]
    some = connection.execute(_ANY).first()
    if some is None and not sent_erased:
        return tuple(lines), frozenset()
    named = {line.seq: _named(line) for line in lines if isinstance(line, OpLine)}
    known = _Incoming.look_up(connection, lines, named)
    if not known.keys and not sent_erased:
        return tuple(lines), frozenset()
    kept = tuple(
        known.without_raw(line)
        if isinstance(line, PoisonLine)
        else known.without_payload(line, named[line.seq])
        for line in lines
    )
    told = {(line.record_type, line.record_id) for line in sent_erased} - known.keys
    unknown_here = told - set(_standing(connection, told))
    insert_missing(connection, erasure, [(*key, TOLD, now_ms) for key in sorted(unknown_here)])
    insert_missing(connection, erasure, [(*key, ORDER, now_ms) for key in sorted(known.new)])
    if known.new:
        forget_aside(connection, known.new)
    return kept, frozenset(known.keys | unknown_here)


def _named(line: OpLine) -> Sequence[str]:
    """The ids that an op's fields name. Nothing else of them is looked at."""
    if line.about.erased:
        return ()
    values = _naming_values(_naming_decoder.decode(line.fields))
    return [value for value in values if isinstance(value, str)]


@dataclass(slots=True)
class _Incoming:
    """What of a push is erased: its records, and the ids that nobody may speak of."""

    keys: set[Key]
    ordered: set[str]
    new: set[Key] = field(default_factory=set)

    @classmethod
    def look_up(
        cls,
        connection: Connection,
        lines: Sequence[OpLine | PoisonLine],
        named: Mapping[int, Sequence[str]],
    ) -> _Incoming:
        ids = {line.record_id for line in lines if isinstance(line, OpLine)}
        ids.update(*named.values())
        rows = [*erasures_of(connection, sorted(ids))]
        if any(isinstance(line, PoisonLine) for line in lines):
            # Nobody knows what an unreadable line speaks of: it is searched for every id.
            rows += connection.execute(_ORDERED)
        return cls(
            keys={(row.record_type, row.record_id) for row in rows},
            ordered={row.record_id for row in rows if row.why == ORDER},
        )

    def without_payload(self, line: OpLine, named: Sequence[str]) -> OpLine:
        key = (line.record_type, line.record_id)
        if key not in self.keys and speaks_of(line.record_type, named, self.ordered):
            self.keys.add(key)
            self.ordered.add(line.record_id)
            self.new.add(key)
        if key not in self.keys or line.about.erased:
            return line
        return without_payload(line)

    def without_raw(self, line: PoisonLine) -> PoisonLine:
        if not any(one.encode() in line.raw for one in self.ordered):
            return line
        return structs.replace(line, raw=without_raw(line.raw))


def _standing(connection: Connection, keys: Iterable[Key]) -> Iterator[Key]:
    """Those of the records that have begun here."""
    for some in batches(sorted(keys), AT_ONCE):
        yield from (
            (row.record_type, row.record_id)
            for row in connection.execute(
                select(record.c.record_type, record.c.record_id).where(
                    tuple_(record.c.record_type, record.c.record_id).in_(some)
                )
            )
        )
