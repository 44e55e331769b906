"""Recomputes the chain of a stream and compares it with what its kiosk said.

A chain proves that the ops here are those that the kiosk wrote, all of them and in their order;
it holds also where fields were erased, as it covers their digest. Nothing here decides whether an
op is taken by anything but this, and nothing here changes a row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, Table, select

from hub import tables
from offline_sync.wire import OpAbout, OpLine, PoisonLine, chain_with

HOLE: Final = "hole"
UNREADABLE: Final = "unreadable"
ALTERED: Final = "altered"
BROKEN: Final = "broken"

_ERASED: Final = msgspec.Raw(b"null")
_line_decoder: Final = msgspec.json.Decoder(OpLine)
Line = OpLine | PoisonLine


class ChainBroken(Exception):
    """An op is not the one that the kiosk wrote: it was altered. Nothing of the push was taken."""

    def __init__(self, seq: int) -> None:
        super().__init__(f"The changes up to number {seq} are not those that the kiosk wrote.")
        self.seq = seq


class Claim(NamedTuple):
    """The kiosk's chain (hex) at an op, and the op from which on it was recomputed, if it was."""

    seq: int
    chain: str
    after: int | None
    why: str


@dataclass(slots=True)
class Walk:
    """A way along the ops of a stream: the last that was passed, and the chain there, None behind
    one that cannot be read. `trusted` are the ops at which the kiosk's word had to be taken."""

    seq: int
    chain: bytes | None
    trusted: list[int] = field(default_factory=list)

    def go_on(self, lines: Iterable[Line], said: Mapping[int, str]) -> None:
        """Walk over ops that follow one another; `said` is the kiosk's chain at some.

        Raises:
            ChainBroken: the chain is not what the kiosk said.
        """
        for line in lines:
            readable = line if isinstance(line, OpLine) else _readable(line.raw)
            self.chain = chain_with(self.chain, readable) if self.chain and readable else None
            self.seq = line.seq
            claim = said.get(self.seq)
            if claim is None:
                continue
            if self.chain is None:
                self.trusted.append(self.seq)
            elif self.chain.hex() != claim:
                raise ChainBroken(self.seq)
            self.chain = bytes.fromhex(claim)


def claims(
    connection: Connection, stream: int, first: int, last: int | None = None
) -> dict[int, Claim]:
    """What the kiosk said of its chain at the ops from `first` to `last`, by number."""
    claim = tables.chain_claim
    chosen = select(claim.c.seq, claim.c.chain, claim.c.after, claim.c.why)
    chosen = chosen.where(claim.c.stream == stream, claim.c.seq >= first)
    if last is not None:
        chosen = chosen.where(claim.c.seq <= last)
    return {row.seq: Claim(*row) for row in connection.execute(chosen.order_by(claim.c.seq))}


def kept_lines(connection: Connection, stream: int, first: int, last: int) -> Iterator[Line]:
    """The ops of a stream numbered `first` to `last` that are here, in their order, as their kiosk
    sent them. All of them are held in memory meanwhile."""
    op, alias, aside = tables.op, tables.op_alias, tables.quarantine

    def of(table: Table) -> tuple[Any, ...]:
        return table.c.stream == stream, table.c.seq.between(first, last)

    lines: dict[int, Line] = {}
    for row in connection.execute(
        select(aside.c.seq, aside.c.op_id, aside.c.raw, aside.c.reason).where(*of(aside))
    ):
        lines[row.seq] = _aside_line(row.seq, row)
    known_as = select(alias.c.seq.label("number"), op).join(op, op.c.op_id == alias.c.op_id)
    for row in connection.execute(known_as.where(*of(alias))):
        lines[row.number] = _kept_line(row.number, row)
    aside_as = select(alias.c.seq.label("number"), aside).join(
        aside, (aside.c.op_id == alias.c.op_id) & (aside.c.beside == "")
    )
    for row in connection.execute(aside_as.where(*of(alias))):
        lines[row.number] = _aside_line(row.number, row)
    for row in connection.execute(select(op).where(*of(op))):
        lines[row.seq] = _kept_line(row.seq, row)
    for seq in sorted(lines):
        yield lines[seq]


def _kept_line(seq: int, row: Any) -> OpLine:
    about = OpAbout(
        by=row.by,
        version=row.version,
        wall_ms=row.wall_ms,
        mono_ms=row.mono_ms,
        boot_id=row.boot_id,
        settles=json.loads(row.settles) if row.settles else {},
        erased=row.erased or "",
    )
    fields = _ERASED if row.fields is None else msgspec.Raw(row.fields.encode())
    base = msgspec.Raw(row.base.encode())
    return OpLine(seq, row.op_id, row.record_type, row.record_id, row.hlc, fields, base, about)


def _aside_line(seq: int, row: Any) -> Line:
    line = _readable(bytes(row.raw))
    if line is None:
        return PoisonLine(seq, row.op_id, row.raw, row.reason)
    return msgspec.structs.replace(line, seq=seq)


def _readable(raw: bytes) -> OpLine | None:
    """A line that was put aside, where it is only too long or not to be kept as it is."""
    try:
        return _line_decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
