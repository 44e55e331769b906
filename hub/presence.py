"""Whether all that a kiosk sent is here: its numbers, its receipts, its chains. Changes nothing.

Everything is counted from the ops themselves, from those that are kept aside, and from those that
came again under another number; a receipt only says what should be there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select, union

from hub.chain import ALTERED, ChainBroken, Walk, claims, kept_lines
from hub.signing import former_keys
from hub.tables import kiosk, op, op_alias, origin, quarantine, receipt
from offline_sync.oplog import CHAIN_START
from offline_sync.receipts import (
    Receipt,
    ReceiptRefused,
    is_signed_receipt,
    read_receipt,
    receipt_digest,
)

Range = tuple[int, int]
_MOST_NAMED: Final = 20
_AT_ONCE: Final = 1_000
_HIGHEST: Final = 2**63


@dataclass(frozen=True, slots=True)
class StreamHeld:
    """One epoch of a kiosk's stream. `here` are the numbers that this hub has, `missing` those
    between them that it lacks; `written` is the highest number that the kiosk has given."""

    stream: int
    origin: str
    epoch: str
    here: Sequence[Range]
    missing: Sequence[Range]
    written: int

    def in_words(self) -> str:
        """Such as "1-4310, all present"."""
        if not self.here:
            return "nothing yet"
        last = self.here[-1][1]
        said = f"1-{last}, " + (
            f"missing {numbers_in_words(self.missing)}" if self.missing else "all present"
        )
        waiting = self.written - last
        return f"{said}; {waiting} written later and not sent yet" if waiting > 0 else said


@dataclass(frozen=True, slots=True)
class ReceiptsHeld:
    """The receipts of a kiosk: how many, and what is wrong with them or with what they name."""

    count: int
    faults: Sequence[str]


def numbers_in_words(numbers: Sequence[Range]) -> str:
    """Such as "17, 20-25"; of very many only the first."""
    words = [f"{first}" if first == last else f"{first}-{last}" for first, last in numbers]
    more = len(words) - _MOST_NAMED
    return ", ".join(words[:_MOST_NAMED]) + (f" and {more} more gaps" if more > 0 else "")


def streams_held(connection: Connection, kiosk_id: str) -> list[StreamHeld]:
    """Every epoch of a kiosk's stream, in the order in which it came here."""
    rows = connection.execute(
        select(origin).where(origin.c.kiosk_id == kiosk_id).order_by(origin.c.stream)
    ).all()
    return [_held(connection, row.stream, row.origin, row.epoch, row.next_seq - 1) for row in rows]


def receipts_held(
    connection: Connection, kiosk_id: str, hub_key: bytes, streams: Sequence[StreamHeld]
) -> ReceiptsHeld:
    """Check every receipt that was given to a kiosk: signed, each after the one before, and all
    that they name is here."""
    here = {(held.origin, held.epoch): held.here for held in streams}
    keys = [hub_key, *former_keys(connection)]
    faults: list[str] = []
    count, before = 0, ""
    for count, row in enumerate(_receipts(connection, kiosk_id), start=1):
        no, text, signature = row
        if no != count:
            faults.append(f"receipt {count} is gone")
            return ReceiptsHeld(count - 1, faults)
        if not is_signed_receipt(text, signature, keys):
            faults.append(f"receipt {no} is not signed by this hub")
        try:
            given = read_receipt(text)
        except ReceiptRefused:
            faults.append(f"receipt {no} cannot be read")
            before = receipt_digest(text)
            continue
        if (given.kiosk, given.no, given.prev) != (kiosk_id, no, before):
            faults.append(f"receipt {no} does not follow the one before it")
        faults.extend(_lost(given, here.get((given.origin, given.epoch), ())))
        before = receipt_digest(text)
    known = connection.execute(
        select(kiosk.c.receipt_no, kiosk.c.receipt_digest).where(kiosk.c.kiosk_id == kiosk_id)
    ).one()
    if (known.receipt_no, known.receipt_digest) != (count, before):
        faults.append(f"{known.receipt_no} receipts were given, and {count} are here")
    return ReceiptsHeld(count, faults)


def verify_chain(
    connection: Connection, held: StreamHeld, at_once: int = _AT_ONCE
) -> tuple[int, str]:
    """Recompute the chain of a stream from its first op, also behind holes: how far it holds, and
    what is wrong (empty when nothing is). An op that was put aside for it is not told again."""
    row = connection.execute(
        select(origin.c.verified_seq, origin.c.verified_chain).where(origin.c.stream == held.stream)
    ).one()
    walk = Walk(0, CHAIN_START)
    for first, last in _portions(held.here, at_once):
        known = claims(connection, held.stream, first - 1, last)
        said = {seq: claim.chain for seq, claim in known.items()}
        if row.verified_seq:
            said[row.verified_seq] = row.verified_chain
        if walk.seq != first - 1:
            word = said.get(first - 1)
            walk = Walk(first - 1, bytes.fromhex(word) if word else None)
        lines = kept_lines(connection, held.stream, first, last)
        while True:
            try:
                walk.go_on(lines, said)
                break
            except ChainBroken as broken:
                claim = known.get(broken.seq)
                if claim is None or claim.why != ALTERED:
                    return broken.seq - 1, str(broken)
                walk.chain = bytes.fromhex(claim.chain)
    whole = held.here[0][1] if held.here and held.here[0][0] == 1 else 0
    if whole < row.verified_seq:
        return whole, f"The changes up to number {row.verified_seq} were here, and are not."
    return row.verified_seq, ""


def _portions(numbers: Sequence[Range], at_once: int) -> Iterator[Range]:
    for first, last in numbers:
        for start in range(first, last + 1, at_once):
            yield start, min(start + at_once - 1, last)


def _held(
    connection: Connection, stream: int, origin_id: str, epoch: str, written: int
) -> StreamHeld:
    numbers = union(
        *(
            select(table.c.seq).where(table.c.stream == stream)
            for table in (op, quarantine, op_alias)
        )
    ).order_by("seq")
    found = connection.execute(numbers, execution_options={"yield_per": _AT_ONCE}).scalars()
    here = _runs(found)
    missing = _between(here)
    return StreamHeld(stream, origin_id, epoch, here, missing, written)


def _runs(rising: Iterable[int]) -> list[Range]:
    """The ranges that rising numbers make up."""
    runs: list[Range] = []
    for number in rising:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _between(here: Sequence[Range]) -> list[Range]:
    gaps = []
    expected = 1
    for first, last in here:
        if first > expected:
            gaps.append((expected, first - 1))
        expected = last + 1
    return gaps


def _receipts(connection: Connection, kiosk_id: str) -> Iterator[tuple[int, str, str]]:
    rows = connection.execute(
        select(receipt.c.no, receipt.c.text, receipt.c.signature)
        .where(receipt.c.kiosk_id == kiosk_id)
        .order_by(receipt.c.no)
    ).yield_per(1000)
    for row in rows:
        yield row.no, row.text, row.signature


def _lost(given: Receipt, here: Sequence[Range]) -> Iterator[str]:
    named = [*given.acked, *((seq, seq) for seq in given.quarantined)]
    lost = sorted(part for run in named for part in _beyond(run, here))
    if lost:
        yield f"receipt {given.no} names {numbers_in_words(lost)}, not here"


def _beyond(run: Range, here: Sequence[Range]) -> Iterator[Range]:
    """The parts of a run that are in none of the rising ranges."""
    first, last = run
    for start, end in here[max(bisect_right(here, (first, _HIGHEST)) - 1, 0) :]:
        if first > last or start > last:
            break
        if start > first:
            yield first, start - 1
        first = max(first, end + 1)
    if first <= last:
        yield first, last
