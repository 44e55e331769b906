"""Ops that the district office makes at the hub itself: a stream of the hub's own.

They are numbered, chained, merged and put into a village's feed like those of any kiosk. A hub
that begins another history (`database.take_new_epoch`) begins another stream with it, so that no
number is ever given twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import structs
from sqlalchemy import Connection, insert, select

from hub.database import hub_epoch
from hub.enrolment import EnrolledKiosk
from hub.sequencer import Taken, take_push
from hub.streams import Stream, claim_stream
from hub.tables import hub_meta, op
from offline_sync.catalogue import CATALOGUE_VERSION
from offline_sync.clock import HybridLogicalClock
from offline_sync.identity import new_op_id, new_random_id
from offline_sync.oplog import OutgoingOp, chain_after
from offline_sync.wire import Clocks, PushHeader, decode_push, encode_op, encode_push

OFFICE: Final = "hub"
"""In the place of a kiosk's id, where the hub itself is meant."""

_ORIGIN: Final = "hub_origin"
_NOTHING: Final = "0" * 64


def take_own_op(
    connection: Connection,
    village: str,
    record: tuple[str, str],
    fields: Mapping[str, Any],
    base: Mapping[str, str],
    settles: Mapping[str, Sequence[str]],
    by: str,
    now_ms: int,
) -> tuple[str, Taken]:
    """Make the next op of the hub's own stream and take it; gives its id and what became of it.

    `record` are type and id. The caller holds the transaction.
    """
    office = EnrolledKiosk(OFFICE, "district office", village)
    # No boot and no uptime: what the hub stamps, its own clock stamps.
    clocks = Clocks(now_ms, 0, OFFICE)
    header = PushHeader(
        origin=_own_origin(connection),
        epoch=hub_epoch(connection),
        next_seq=1,
        chain=_NOTHING,
        version=CATALOGUE_VERSION,
        hub_epoch="",
        clocks=clocks,
        after=0,
    )
    stream = claim_stream(connection, office, header, now_ms)
    seq = stream.highest_seq + 1
    own = OutgoingOp(
        seq=seq,
        op_id=new_op_id(),
        record_type=record[0],
        record_id=record[1],
        hlc=HybridLogicalClock(_last_stamp(connection, stream)).stamp(now_ms),
        fields=fields,
        base=base,
        by=by,
        version=CATALOGUE_VERSION,
        wall_ms=now_ms,
        mono_ms=0,
        boot_id=OFFICE,
        settles=settles,
    )
    chain = chain_after(bytes.fromhex(stream.verified_chain), own).hex()
    header = structs.replace(header, next_seq=seq + 1, chain=chain, first=seq)
    push = decode_push(encode_push(header, [encode_op(own)], seq, chain))
    return own.op_id, take_push(connection, office, push, now_ms)


def _own_origin(connection: Connection) -> str:
    known: str | None = connection.execute(
        select(hub_meta.c.value).where(hub_meta.c.name == _ORIGIN)
    ).scalar()
    if known is not None:
        return known
    made = new_random_id()
    connection.execute(insert(hub_meta).values(name=_ORIGIN, value=made))
    return made


def _last_stamp(connection: Connection, stream: Stream) -> str:
    last = connection.execute(
        select(op.c.hlc).where(op.c.stream == stream.number, op.c.seq == stream.highest_seq)
    ).scalar()
    return last or ""
