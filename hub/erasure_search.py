"""Finds what is to be erased with a record: everything at this hub that speaks of it.

Looks at ops, and at what was set aside, readable or not. Nothing here changes a row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import Connection, Select, or_, select

from hub.set_based import Key
from hub.tables import op, quarantine, record
from offline_sync.catalogue import AUDIT, RESIDENT, VEHICLE_INTERVAL
from offline_sync.periods import names_any, references, types_naming_residents
from offline_sync.wire import OpLine

AT_ONCE: Final = 400
_T = TypeVar("_T")
_line_decoder: Final = msgspec.json.Decoder(OpLine)
_fields_decoder: Final = msgspec.json.Decoder(dict[str, Any])
_ESCAPED: Final = re.compile(rb"\\u00([0-7][0-9a-fA-F])")
"""A letter of an id, as JSON may write it as well."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be erased: records by type and id, and changes set aside that speak of them."""

    keys: frozenset[Key]
    aside: tuple[tuple[str, str], ...] = ()  # op id and `beside` of each

    def counts(self) -> dict[str, int]:
        """How many of each type, and of changes set aside."""
        numbers = Counter(record_type for record_type, _ in self.keys)
        return {**dict(sorted(numbers.items())), "set aside": len(self.aside)}


@dataclass(slots=True)
class _Named:
    """Records that are erased; grows while more is found that speaks of them. `alone` are the ids
    that no other record here has."""

    keys: set[Key] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)

    def add(self, connection: Connection, keys: Iterable[Key]) -> None:
        self.keys.update(keys)
        self.alone = of_no_other(connection, self.keys)

    def names(self, record_type: str, fields: Mapping[str, Any]) -> bool:
        return names_any(record_type, fields, self.keys, self.alone)


def find(connection: Connection, record_type: str, record_id: str) -> Found:
    """The record and everything that speaks of it, whether this hub applied it or set it aside.

    Finds nothing for an id that is nowhere here.
    """
    named = _Named()
    named.add(connection, [(record_type, record_id)])
    if record_type == RESIDENT.name:
        speaking = [
            key for key, fields in _ops_with(connection, record_id) if named.names(key[0], fields)
        ]
        named.add(connection, speaking)
    others = list(_ops_of_other_types(connection))
    while True:
        more = {key for key, fields in others if named.names(key[0], fields)} - named.keys
        if not more:
            break
        named.add(connection, more)
    aside = tuple(_aside_naming(connection, named))
    known = frozenset(
        key for keys in batches(sorted(named.keys), AT_ONCE) for key in _known(connection, keys)
    )
    return Found(known, aside)


def aside_speaking_of(
    connection: Connection, keys: Iterable[Key], stream: int
) -> list[tuple[str, str]]:
    """What was set aside of a stream and speaks of one of these records: op id and `beside` of
    each."""
    named = _Named()
    named.add(connection, keys)
    return list(_aside_naming(connection, named, stream))


def of_no_other(connection: Connection, keys: Collection[Key]) -> set[str]:
    """The ids of these records that no other record here has."""
    ids = {record_id for _, record_id in keys}
    others = {
        row.record_id
        for some in batches(sorted(ids), AT_ONCE)
        for row in connection.execute(
            select(record.c.record_type, record.c.record_id).where(record.c.record_id.in_(some))
        )
        if (row.record_type, row.record_id) not in keys
    }
    return ids - others


def batches(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """The items, at most `size` at a time: a statement takes only so many."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _ops_with(connection: Connection, word: str) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    rows = connection.execute(
        _own_words().where(
            # Whoever wants to hide an id writes its letters in another way.
            or_(
                op.c.fields.contains(f'"{word}"', autoescape=True),
                op.c.fields.contains("\\", autoescape=True),
            )
        ),
        execution_options={"yield_per": 1000},
    )
    for row in rows:
        yield (row.record_type, row.record_id), _fields_decoder.decode(row.fields)


def _own_words() -> Select[Any]:
    """What the ops say of a record that come from the stream that began it. A record names others
    from its beginning on; what another kiosk adds to it does not make it speak of anybody."""
    began = op.alias("began")
    return (
        select(op.c.record_type, op.c.record_id, op.c.fields)
        .join(
            record,
            (record.c.record_type == op.c.record_type) & (record.c.record_id == op.c.record_id),
        )
        .join(began, began.c.op_id == record.c.first_op)
        .where(op.c.stream == began.c.stream, op.c.fields.is_not(None))
    )


def _ops_of_other_types(connection: Connection) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    """Ops of records that can speak of another one without naming its resident."""
    told = [*types_naming_residents(), RESIDENT.name, VEHICLE_INTERVAL.name, AUDIT.name]
    rows = connection.execute(
        _own_words().where(op.c.record_type.not_in(told)),
        execution_options={"yield_per": 1000},
    )
    for row in rows:
        yield (row.record_type, row.record_id), _fields_decoder.decode(row.fields)


def _aside_naming(
    connection: Connection, named: _Named, stream: int | None = None
) -> Iterator[tuple[str, str]]:
    """What was set aside, of one stream or of all, and holds one of the ids, readable or not."""
    words = [record_id.encode() for _, record_id in named.keys]
    asked = select(quarantine.c.op_id, quarantine.c.beside, quarantine.c.raw)
    if stream is not None:
        asked = asked.where(quarantine.c.stream == stream)
    for row in connection.execute(asked, execution_options={"yield_per": 10}):
        raw = bytes(row.raw)
        plain = unescaped(raw)
        if not any(word in plain for word in words):
            continue
        line = read_line(raw)
        if line is None or (not line.about.erased and _speaks_of(line, named)):
            yield row.op_id, row.beside


def _speaks_of(line: OpLine, named: _Named) -> bool:
    try:
        fields = _fields_decoder.decode(line.fields)
    except (msgspec.DecodeError, RecursionError):
        return True
    # What says itself whom it speaks of is not judged by what another kiosk put under its id.
    if any(references(line.record_type, fields)):
        return named.names(line.record_type, fields)
    return (line.record_type, line.record_id) in named.keys


def unescaped(raw: bytes) -> bytes:
    """A line in which the letters of an id stand as they are, however JSON wrote them."""
    if b"\\" not in raw:
        return raw
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), raw)
    return plain.replace(b"\\/", b"/")


def read_line(raw: bytes) -> OpLine | None:
    """A line that was set aside, if it can be read."""
    try:
        return _line_decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _known(connection: Connection, keys: Sequence[Key]) -> Iterator[Key]:
    """Those of the records that this hub has ops of."""
    rows = connection.execute(
        select(op.c.record_type, op.c.record_id)
        .where(op.c.record_id.in_([record_id for _, record_id in keys]))
        .distinct()
    )
    wanted = set(keys)
    yield from ((row[0], row[1]) for row in rows if (row[0], row[1]) in wanted)
