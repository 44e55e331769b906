"""The numbered streams of ops: whose they are, and whether they fork.

A stream's row is locked first of all, so that no two pushes of it are taken at once. All that is
found wrong here is found before anything is taken. A kiosk's numbers and chain never decide
whether an op is known: that is its id's part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from hub import tables
from hub.enrolment import EnrolledKiosk
from hub.set_based import begin_stream, numbers_taken
from offline_sync.wire import Push, PushHeader

_origin: Final = tables.origin
# Made once: a statement that is put together anew costs SQLAlchemy six times as much.
_LOCK: Final = (
    select(
        *(_origin.c.stream, _origin.c.kiosk_id, _origin.c.highest_seq),
        *(_origin.c.verified_seq, _origin.c.verified_chain),
    )
    .where(_origin.c.origin == bindparam("of"), _origin.c.epoch == bindparam("in_epoch"))
    .with_for_update()
)
_OWNER: Final = select(_origin.c.kiosk_id).where(_origin.c.origin == bindparam("of")).limit(1)
_NUMBER: Final = (
    select(_origin.c.stream)
    .where(_origin.c.kiosk_id == bindparam("of"), _origin.c.epoch == bindparam("in_epoch"))
    .order_by(_origin.c.stream.desc())
    .limit(1)
)
_NOTE: Final = (
    update(_origin)
    .where(_origin.c.stream == bindparam("number"))
    .values(
        {
            name: bindparam(name)
            for name in (
                *("next_seq", "chain", "last_seen_ms"),
                *("highest_seq", "verified_seq", "verified_chain"),
            )
        }
    )
)


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
    names = {"of": header.origin, "in_epoch": header.epoch}
    row = connection.execute(_LOCK, names).first()
    if row is None:
        owner = connection.execute(_OWNER, {"of": header.origin}).scalar()
        if owner not in (None, kiosk.kiosk_id):
            raise StreamOfAnother(header.origin)
        begun = (header.origin, header.epoch, kiosk.kiosk_id, header.next_seq, header.chain, now_ms)
        begin_stream(connection, begun)
        row = connection.execute(_LOCK, names).one()
    if row.kiosk_id != kiosk.kiosk_id:
        raise StreamOfAnother(header.origin)
    return Stream(row.stream, row.highest_seq, row.verified_seq, row.verified_chain)


def stream_number(connection: Connection, kiosk_id: str, epoch: str) -> int | None:
    """The hub's number of a kiosk's stream; None when nothing of it ever came."""
    names = {"of": kiosk_id, "in_epoch": epoch}
    return connection.execute(_NUMBER, names).scalar()


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


def note_stream(connection: Connection, stream: Stream, header: PushHeader, now_ms: int) -> None:
    """Write down how far a stream has come."""
    connection.execute(
        _NOTE,
        {
            "number": stream.number,
            "next_seq": header.next_seq,
            "chain": header.chain,
            "last_seen_ms": now_ms,
            "highest_seq": stream.highest_seq,
            "verified_seq": stream.verified_seq,
            "verified_chain": stream.verified_chain,
        },
    )
