"""What the hub knows of the ops of a push already, by their ids.

An op is the one that is known when its kiosk, its record and its content are the same; its number
may be another after a fork. Another op under a known id is never taken for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from hub.erasure_search import read_line
from hub.set_based import known_ops, ops_aside
from offline_sync.canonical import canonical_json
from offline_sync.oplog import text_digest
from offline_sync.wire import OpLine, PoisonLine, op_digest, op_fields

_encoder: Final = msgspec.json.Encoder()


class Place(NamedTuple):
    """Where an op came first: its stream and number there."""

    stream: int
    seq: int


@dataclass(slots=True)
class Known:
    """The ops of a push that are here: kept with a number in the feed, or aside with a reason."""

    feed_seq: dict[str, int] = field(default_factory=dict)
    aside: dict[str, str] = field(default_factory=dict)
    place: dict[str, Place] = field(default_factory=dict)
    same: dict[str, _Same] = field(default_factory=dict)

    def is_another(self, kiosk_id: str, line: OpLine | PoisonLine) -> bool:
        """Whether this is not the op that is here under its id: of another kiosk or content."""
        return not self.same[line.op_id].is_it(kiosk_id, line)


@dataclass(frozen=True, slots=True)
class _Same:
    """What an op must be to be the one that is here. `raw` is set for one that is aside."""

    kiosk_id: str
    record: tuple[str, str] = ("", "")
    digest: bytes = b""
    fields: str | None = None
    raw: bytes = b""

    def is_it(self, kiosk_id: str, line: OpLine | PoisonLine) -> bool:
        if kiosk_id != self.kiosk_id:
            return False
        if self.raw:
            return content_beside_number(line) == beside_number(self.raw) or _is_without_payload(
                line, self.raw
            )
        if isinstance(line, PoisonLine) or (line.record_type, line.record_id) != self.record:
            return False
        if op_digest(line) == self.digest:
            return True
        # The same values written in another way are the same values.
        return (
            self.fields is not None
            and not line.about.erased
            and canonical_json(op_fields(line)) == canonical_json(msgspec.json.decode(self.fields))
        )


def look_up(connection: Connection, lines: Sequence[OpLine | PoisonLine]) -> Known:
    """Find the ops of these lines that are here."""
    known = Known()
    op_ids = [line.op_id for line in lines]
    if not op_ids:
        return known
    for row in ops_aside(connection, op_ids):
        known.aside[row.op_id] = row.reason
        known.place[row.op_id] = Place(row.stream, row.seq)
        known.same[row.op_id] = _Same(row.kiosk_id, raw=bytes(row.raw))
    for row in known_ops(connection, op_ids):
        known.feed_seq[row.op_id] = row.feed_seq
        known.place[row.op_id] = Place(row.stream, row.seq)
        known.same[row.op_id] = _Same(
            row.kiosk_id, (row.record_type, row.record_id), _digest(row), row.fields
        )
    return known


def raw(line: OpLine | PoisonLine) -> bytes:
    """The line as it came, or as it is written again."""
    return line.raw if isinstance(line, PoisonLine) else _encoder.encode(line)


def content_beside_number(line: OpLine | PoisonLine) -> bytes:
    """All of a line but its number, which is another one after a fork."""
    return beside_number(raw(line))


def beside_number(line: bytes) -> bytes:
    """All of a raw line but its number."""
    return line.partition(b",")[2]


def _is_without_payload(line: OpLine | PoisonLine, kept: bytes) -> bool:
    """Whether one of both is the other after its fields were erased."""
    there = read_line(kept)
    return (
        there is not None
        and isinstance(line, OpLine)
        and (there.record_type, there.record_id) == (line.record_type, line.record_id)
        and bool(there.about.erased) != bool(line.about.erased)
        and op_digest(there) == op_digest(line)
    )


def key_beside(kiosk_id: str, line: OpLine | PoisonLine) -> str:
    """Under which key a line is kept whose id is that of another op: so that it is kept once."""
    return hashlib.sha256(kiosk_id.encode() + b"\0" + content_beside_number(line)).hexdigest()


def _digest(row: Any) -> bytes:
    if row.fields is None:
        return bytes.fromhex(row.erased)
    return text_digest(row.op_id, row.fields.encode())
