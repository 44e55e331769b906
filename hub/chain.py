"""Recomputes the chain of a stream and compares it with what its kiosk said.

A chain proves that the ops here are those that the kiosk wrote, all of them and in their order;
it holds also where fields were erased, as it covers their digest. Nothing here decides whether an
op is taken by anything but this.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select

from hub import tables
from offline_sync.wire import OpAbout, OpLine, PoisonLine, chain_with

HOLE: Final = "hole"
UNREADABLE: Final = "unreadable"

_ERASED: Final = msgspec.Raw(b"null")
_line_decoder: Final = msgspec.json.Decoder(OpLine)


class ChainBroken(Exception):
    """An op is not the one that the kiosk wrote: it was altered. Nothing of the push was taken."""


@dataclass(slots=True)
class Walk:
    """How far a chain is recomputed and compared: it holds for certain up to the op `seq`."""

    seq: int
    chain: bytes

    def go_on(self, lines: Mapping[int, OpLine | PoisonLine], said: Mapping[int, str]) -> list[int]:
        """Walk as far as there are ops without a hole; `said` is the kiosk's chain at some.

        Gives the numbers at which its word was taken, as an op before cannot be read.

        Raises:
            ChainBroken: the chain is not what the kiosk said.
        """
        trusted: list[int] = []
        chain: bytes | None = self.chain
        seq = self.seq
        while (line := lines.get(seq := seq + 1)) is not None:
            chain = chain_with(chain, line) if chain and isinstance(line, OpLine) else None
            claim = said.get(seq)
            if claim is None:
                continue
            if chain is None:
                trusted.append(seq)
            elif chain.hex() != claim:
                raise ChainBroken(
                    f"The changes up to number {seq} are not those that the kiosk wrote."
                )
            self.seq, self.chain = seq, bytes.fromhex(claim)
            chain = self.chain
        return trusted


def claims(connection: Connection, stream: int, after: int) -> dict[int, str]:
    """What the kiosk said of its chain beyond the op `after`, where it could not be compared."""
    claim = tables.chain_claim
    rows = connection.execute(
        select(claim.c.seq, claim.c.chain).where(claim.c.stream == stream, claim.c.seq > after)
    )
    return {row.seq: row.chain for row in rows}


def kept_lines(connection: Connection, stream: int, after: int) -> dict[int, OpLine | PoisonLine]:
    """The ops of a stream beyond the number `after`, by number, as their kiosk sent them."""
    op, alias, aside = tables.op, tables.op_alias, tables.quarantine
    lines: dict[int, OpLine | PoisonLine] = {}
    for row in connection.execute(
        select(aside.c.seq, aside.c.op_id, aside.c.raw, aside.c.reason).where(
            aside.c.stream == stream, aside.c.seq > after
        )
    ):
        lines[row.seq] = _aside_line(row.seq, row)
    known_as = select(alias.c.seq.label("number"), op).join(op, op.c.op_id == alias.c.op_id)
    for row in connection.execute(known_as.where(alias.c.stream == stream, alias.c.seq > after)):
        lines[row.number] = _kept_line(row.number, row)
    aside_as = select(alias.c.seq.label("number"), aside).join(
        aside, (aside.c.op_id == alias.c.op_id) & (aside.c.beside == "")
    )
    for row in connection.execute(aside_as.where(alias.c.stream == stream, alias.c.seq > after)):
        lines[row.number] = _aside_line(row.number, row)
    for row in connection.execute(select(op).where(op.c.stream == stream, op.c.seq > after)):
        lines[row.seq] = _kept_line(row.seq, row)
    return lines


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


def _aside_line(seq: int, row: Any) -> OpLine | PoisonLine:
    try:
        line = _line_decoder.decode(row.raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return PoisonLine(seq, row.op_id, row.raw, row.reason)
    return msgspec.structs.replace(line, seq=seq)
