"""The numbered streams of ops: whose they are, whether they fork, whether their chain holds.

A stream's row is locked first of all, so that no two pushes of it are taken at once. All that is
found wrong here is found before anything is taken. A kiosk's numbers and chain never decide
whether an op is known: that is its id's part.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hub import tables
from hub.chain import HOLE, UNREADABLE, Walk, claims, kept_lines
from hub.enrolment import EnrolledKiosk
from hub.postgres import is_postgres
from hub.set_based import insert_missing, numbers_taken
from offline_sync.wire import Push, PushHeader


class StreamOfAnother(Exception):
    """This stream of ops was begun by another kiosk: two kiosks share one identity."""


class Forked(Exception):
    """The kiosk's log is another one than the hub knows under these numbers: the kiosk was
    restored from an older copy. It goes on in a new epoch; nothing of the push was taken."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream as the hub knows it: its own number for it, the highest op, and up to which op
    the chain was recomputed, with the chain (hex) there."""

    number: int
    highest_seq: int
    verified_seq: int
    verified_chain: str


def claim_stream(
    connection: Connection, kiosk: EnrolledKiosk, header: PushHeader, now_ms: int
) -> Stream:
    """Find or begin the stream of a push, and lock it until the transaction ends.

    Raises:
        StreamOfAnother: another kiosk began it, or an earlier epoch of it.
    """
    table = tables.origin
    owner = connection.execute(
        select(table.c.kiosk_id).where(table.c.origin == header.origin).limit(1)
    ).scalar()
    insert = postgresql.insert if is_postgres(connection.engine) else sqlite.insert
    row = connection.execute(
        insert(table)
        .values(
            origin=header.origin,
            epoch=header.epoch,
            kiosk_id=kiosk.kiosk_id,
            next_seq=header.next_seq,
            chain=header.chain,
            last_seen_ms=now_ms,
        )
        .on_conflict_do_update(index_elements=["origin", "epoch"], set_={"last_seen_ms": now_ms})
        .returning(
            table.c.stream,
            table.c.kiosk_id,
            table.c.highest_seq,
            table.c.verified_seq,
            table.c.verified_chain,
        )
    ).one()
    if row.kiosk_id != kiosk.kiosk_id or owner not in (None, kiosk.kiosk_id):
        raise StreamOfAnother(header.origin)
    return Stream(row.stream, row.highest_seq, row.verified_seq, row.verified_chain)


def stream_number(connection: Connection, kiosk_id: str, epoch: str) -> int | None:
    """The hub's number of a kiosk's stream; None when nothing of it ever came."""
    table = tables.origin
    return connection.execute(
        select(table.c.stream)
        .where(table.c.kiosk_id == kiosk_id, table.c.epoch == epoch)
        .order_by(table.c.stream.desc())
        .limit(1)
    ).scalar()


def refuse_fork(connection: Connection, stream: Stream, push: Push) -> None:
    """Raise Forked when the kiosk has given a number twice."""
    if push.header.next_seq <= stream.highest_seq:
        raise Forked(
            f"The kiosk's next change has the number {push.header.next_seq}, and the hub has "
            f"number {stream.highest_seq} of it already."
        )
    numbers = [line.seq for line in push.lines if line.seq <= stream.highest_seq]
    if not numbers:
        return
    taken = numbers_taken(connection, stream.number, min(numbers), max(numbers))
    for line in push.lines:
        others = taken.get(line.seq, set())
        if others and line.op_id not in others:
            raise Forked(f"The hub has another change under the number {line.seq}.")


def extended(connection: Connection, stream: Stream, push: Push) -> Stream:
    """The stream with a push: its highest op, and its chain as far as it can be recomputed now.

    Raises:
        ChainBroken: the chain is not the one that the kiosk says.
    """
    if not push.lines:
        return stream
    last = push.lines[-1].seq
    walk = Walk(stream.verified_seq, bytes.fromhex(stream.verified_chain))
    if last > walk.seq:
        lines = {line.seq: line for line in push.lines}
        said = {last: push.chain} if push.chain else {}
        if stream.highest_seq > walk.seq:
            # Some are here beyond a hole: perhaps these fill it.
            lines = kept_lines(connection, stream.number, walk.seq) | lines
            said = claims(connection, stream.number, walk.seq) | said
        trusted = walk.go_on(lines, said)
        rows = [(stream.number, seq, said[seq], UNREADABLE) for seq in trusted]
        if push.chain and walk.seq < last:
            rows.append((stream.number, last, push.chain, HOLE))
        insert_missing(connection, tables.chain_claim, rows)
    return Stream(stream.number, max(stream.highest_seq, last), walk.seq, walk.chain.hex())


def note_stream(connection: Connection, stream: Stream, header: PushHeader) -> None:
    """Write down how far a stream has come."""
    connection.execute(
        update(tables.origin)
        .where(tables.origin.c.stream == stream.number)
        .values(
            next_seq=header.next_seq,
            chain=header.chain,
            highest_seq=stream.highest_seq,
            verified_seq=stream.verified_seq,
            verified_chain=stream.verified_chain,
        )
    )
