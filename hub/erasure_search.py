"""Finds what is to be erased with a record: everything at this hub that speaks of it.

Looks at ops, and at what was set aside, readable or not. Nothing here changes a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import msgspec
from sqlalchemy import Connection, select

from hub.set_based import Key
from hub.tables import op, quarantine
from offline_sync.catalogue import AUDIT, RESIDENT, VEHICLE_INTERVAL
from offline_sync.periods import names_any, types_naming_residents
from offline_sync.wire import OpLine

AT_ONCE: Final = 400
_T = TypeVar("_T")
_line_decoder: Final = msgspec.json.Decoder(OpLine)
_fields_decoder: Final = msgspec.json.Decoder(dict[str, Any])


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
    """Ids that are erased; grows while more is found that speaks of them."""

    keys: set[Key] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)

    def add(self, key: Key) -> None:
        self.keys.add(key)
        self.ids.add(key[1])


def find(connection: Connection, record_type: str, record_id: str) -> Found:
    """The record and everything that speaks of it, whether this hub applied it or set it aside.

    Finds nothing for an id that is nowhere here.
    """
    named = _Named()
    named.add((record_type, record_id))
    if record_type == RESIDENT.name:
        for key, fields in _ops_with(connection, record_id):
            if names_any(key[0], fields, {record_id}):
                named.add(key)
    others = list(_ops_of_other_types(connection))
    grown = True
    while grown:
        before = len(named.keys)
        for key, fields in others:
            if key not in named.keys and names_any(key[0], fields, named.ids):
                named.add(key)
        grown = len(named.keys) > before
    aside = tuple(_aside_naming(connection, named))
    known = frozenset(
        key for keys in batches(sorted(named.keys), AT_ONCE) for key in _known(connection, keys)
    )
    return Found(known, aside)


def aside_speaking_of(connection: Connection, keys: Iterable[Key]) -> list[tuple[str, str]]:
    """What was set aside and speaks of one of these records: op id and `beside` of each."""
    named = _Named()
    for key in keys:
        named.add(key)
    return list(_aside_naming(connection, named))


def batches(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """The items, at most `size` at a time: a statement takes only so many."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _ops_with(connection: Connection, word: str) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    rows = connection.execute(
        select(op.c.record_type, op.c.record_id, op.c.fields).where(
            op.c.fields.contains(f'"{word}"', autoescape=True)
        ),
        execution_options={"yield_per": 1000},
    )
    for row in rows:
        yield (row.record_type, row.record_id), _fields_decoder.decode(row.fields)


def _ops_of_other_types(connection: Connection) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    """Ops of records that can speak of another one without naming its resident."""
    told = [*types_naming_residents(), RESIDENT.name, VEHICLE_INTERVAL.name, AUDIT.name]
    rows = connection.execute(
        select(op.c.record_type, op.c.record_id, op.c.fields).where(
            op.c.record_type.not_in(told), op.c.fields.is_not(None)
        ),
        execution_options={"yield_per": 1000},
    )
    for row in rows:
        yield (row.record_type, row.record_id), _fields_decoder.decode(row.fields)


def _aside_naming(connection: Connection, named: _Named) -> Iterator[tuple[str, str]]:
    """What was set aside and holds one of the ids, readable or not."""
    words = [record_id.encode() for record_id in named.ids]
    rows = connection.execute(
        select(quarantine.c.op_id, quarantine.c.beside, quarantine.c.raw),
        execution_options={"yield_per": 10},
    )
    for row in rows:
        raw = bytes(row.raw)
        if not any(word in raw for word in words):
            continue
        line = read_line(raw)
        if line is None or (not line.about.erased and _speaks_of(line, named)):
            yield row.op_id, row.beside


def _speaks_of(line: OpLine, named: _Named) -> bool:
    if (line.record_type, line.record_id) in named.keys:
        return True
    try:
        fields = _fields_decoder.decode(line.fields)
    except (msgspec.DecodeError, RecursionError):
        return True
    return names_any(line.record_type, fields, named.ids)


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
