"""A kiosk's op log without a store: numbers, chains and pushes as a kiosk makes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from hub.enrolment import EnrolledKiosk
from offline_sync.catalogue import CATALOGUE_VERSION
from offline_sync.identity import new_op_id, new_random_id, new_record_id
from offline_sync.oplog import CHAIN_START, OutgoingOp, chain_after
from offline_sync.wire import (
    Clocks,
    OpLine,
    PoisonLine,
    Push,
    PushHeader,
    chain_with,
    decode_push,
    encode_op,
    encode_push,
)

VILLAGE = "坑口村"
WORKER: dict[str, Any] = {"name": "黃詠詩", "role": "social_worker", "status": "active"}
VISIT: dict[str, Any] = {
    "resident_id": "r-1",
    "contact": "home",
    "started_at": 1,
    "saved_at": 2,
    "staff_id": "w-031",
    "note": "血壓正常",
}


class OpLog:
    """One stream of ops: each `add` is the next op, `push` sends some of them."""

    def __init__(self, kiosk: EnrolledKiosk | None = None, origin: str | None = None) -> None:
        self.kiosk = kiosk or EnrolledKiosk(new_random_id(), "one", VILLAGE)
        self.origin = origin or new_random_id()
        self.epoch = new_random_id()
        self.ops: list[OutgoingOp] = []
        self.chains: list[bytes] = [CHAIN_START]

    def add(
        self,
        record_type: str,
        record_id: str,
        fields: Mapping[str, Any],
        base: Mapping[str, str] | None = None,
        **given: Any,
    ) -> OutgoingOp:
        """The next op of the log."""
        seq = len(self.ops) + 1
        known: dict[str, Any] = {
            "seq": seq,
            "op_id": new_op_id(),
            "record_type": record_type,
            "record_id": record_id,
            "hlc": f"{seq:012x}.00000000",
            "fields": fields,
            "base": base or {},
            "by": "w-031",
            "version": CATALOGUE_VERSION,
            "wall_ms": seq,
            "mono_ms": seq,
            "boot_id": "boot",
        }
        op = OutgoingOp(**(known | given))
        self.ops.append(op)
        self.chains.append(chain_after(self.chains[-1], op, op.erased))
        return op

    def add_workers(self, count: int) -> list[OutgoingOp]:
        """New workers, one op each."""
        return [self.add("staff", new_record_id(), WORKER) for _ in range(count)]

    def push(self, *ops: OutgoingOp, **more: Any) -> Push:
        """A push of these ops, or of all, as `push_of`."""
        return self.push_of(ops or self.ops, **more)

    def push_of(self, ops: Iterable[OutgoingOp], chain: str | None = None, **more: Any) -> Push:
        """A push as the hub decodes it."""
        return decode_push(self.body_of(tuple(ops), chain, **more))

    def body_of(
        self,
        ops: Sequence[OutgoingOp],
        chain: str | None = None,
        held_back: Collection[int] | None = None,
        **header: Any,
    ) -> bytes:
        """A push as it travels; `header` says other than the truth. The ops `held_back` have no
        receipt: all that are not in this push, if nothing is said."""
        last = ops[-1].seq if ops else 0
        said: dict[str, Any] = {
            "origin": self.origin,
            "epoch": self.epoch,
            "next_seq": len(self.ops) + 1,
            "chain": self.chains[-1].hex(),
            "version": CATALOGUE_VERSION,
            "hub_epoch": "",
            "clocks": Clocks(1, 1, "boot"),
            "after": 0,
        }
        sent = {op.seq for op in ops}
        ends = {seq for seq in sent if seq + 1 not in sent and seq != last}
        before = {seq - 1 for seq in sent if seq > 1 and seq - 1 not in sent}
        others = ends | (before if held_back is None else before & set(held_back))
        return encode_push(
            PushHeader(**(said | header)),
            [encode_op(op) for op in ops],
            last,
            self.chains[last].hex() if chain is None else chain,
            {seq: self.chains[seq].hex() for seq in others},
        )


def as_written(push: Push, lines: Sequence[OpLine | PoisonLine]) -> Push:
    """The push of a kiosk that wrote these lines, from its first op on."""
    chain = CHAIN_START
    for line in lines:
        assert isinstance(line, OpLine)
        chain = chain_with(chain, line)
    said = {lines[-1].seq: chain.hex()}
    return msgspec.structs.replace(push, lines=tuple(lines), said=said, plain=frozenset())
