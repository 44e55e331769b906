"""Writes what a push changes: ops, records, field values, conflicts, feed and quarantine.

Each table is written in one go. The caller holds the transaction; nothing here decides
anything, and nothing here deletes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, insert
from sqlalchemy.dialects.sqlite import insert as upsert

from hub import tables
from hub.enrolment import EnrolledKiosk
from hub.merge import Conflict, FieldValue, Merged
from offline_sync.reasons import Reason
from offline_sync.wire import OpLine, PushHeader

_encoder: Final = msgspec.json.Encoder()
SAME_ID: Final = Reason.SAME_ID_OTHER_CONTENT.saying("another change is known by this id")


@dataclass(frozen=True, slots=True)
class Accepted:
    """An op that is new here, with what it did."""

    line: OpLine
    eff_ms: int
    merged: Merged


@dataclass(frozen=True, slots=True)
class Delivery:
    """Whose push it is, what its header said, and when the hub took it."""

    kiosk: EnrolledKiosk
    header: PushHeader
    now_ms: int


@dataclass(slots=True)
class Work:
    """What is to be written for a push, gathered so that each table is written in one go."""

    accepted: dict[str, Accepted] = field(default_factory=dict)
    aside: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    # What came under the id of another op that is here already.
    beside: dict[str, list[bytes]] = field(default_factory=dict)
    first_op: dict[tuple[str, str], str] = field(default_factory=dict)
    changed: dict[tuple[str, str, str], FieldValue] = field(default_factory=dict)


def write_aside(connection: Connection, delivery: Delivery, work: Work) -> dict[str, str]:
    """Keep what cannot be applied, as it came; gives the reason of each op."""
    rows = [_aside_row(delivery, op_id, *why) for op_id, why in work.aside.items()]
    if rows:
        connection.execute(insert(tables.quarantine), rows)
    beside = [
        _aside_row(delivery, _key_beside(delivery.kiosk, op_id, raw), SAME_ID, raw)
        for op_id, raws in work.beside.items()
        for raw in raws
    ]
    if beside:
        connection.execute(upsert(tables.quarantine).on_conflict_do_nothing(), beside)
    return {op_id: reason for op_id, (reason, _) in work.aside.items()}


def _aside_row(delivery: Delivery, op_id: str, reason: str, raw: bytes) -> dict[str, Any]:
    return {
        "op_id": op_id,
        "kiosk_id": delivery.kiosk.kiosk_id,
        "origin": delivery.header.origin,
        "epoch": delivery.header.epoch,
        "reason": reason,
        "raw": raw,
        "received_ms": delivery.now_ms,
    }


def _key_beside(kiosk: EnrolledKiosk, op_id: str, raw: bytes) -> str:
    """The id is taken: what came keeps it with its own digest, so that it is kept once."""
    return f"{op_id}#{hashlib.sha256(kiosk.kiosk_id.encode() + raw).hexdigest()}"


def write_accepted(connection: Connection, delivery: Delivery, work: Work) -> dict[str, int]:
    """Write the new ops and all that they change; gives the feed number of each."""
    if not work.accepted:
        return {}
    kiosk, now_ms = delivery.kiosk, delivery.now_ms
    numbers: dict[str, int] = {}
    conflicts = [conflict for done in work.accepted.values() for conflict in done.merged.conflicts]
    seq = _reserve(connection, kiosk.village, len(work.accepted) + len(conflicts))
    feed_rows: list[dict[str, Any]] = []
    op_rows: list[dict[str, Any]] = []
    conflict_rows: list[dict[str, Any]] = []
    for op_id, done in work.accepted.items():
        seq += 1
        numbers[op_id] = seq
        op_rows.append(_op_row(delivery, done, seq))
        feed_rows.append(_feed_row(kiosk, seq, op_id, "put", done.merged.standing))
        for conflict in done.merged.conflicts:
            seq += 1
            winner = {conflict.field: conflict.winner}
            feed_rows.append(_feed_row(kiosk, seq, conflict.loser.op_id, "conflict", winner))
            conflict_rows.append(_conflict_row(done.line, conflict, now_ms))
    connection.execute(insert(tables.op), op_rows)
    connection.execute(insert(tables.feed), feed_rows)
    if conflict_rows:
        connection.execute(insert(tables.conflict), conflict_rows)
    _write_records(connection, kiosk, work)
    return numbers


def _write_records(connection: Connection, kiosk: EnrolledKiosk, work: Work) -> None:
    if work.first_op:
        connection.execute(
            insert(tables.record),
            [
                {
                    "record_type": record_type,
                    "record_id": record_id,
                    "bucket": kiosk.village,
                    "first_op": op_id,
                }
                for (record_type, record_id), op_id in work.first_op.items()
            ],
        )
    if not work.changed:
        return
    statement = upsert(tables.field_state)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["record_type", "record_id", "field"],
            set_={name: statement.excluded[name] for name in ("op_id", "value", "eff_ms", "hlc")},
        ),
        [
            {
                "record_type": record_type,
                "record_id": record_id,
                "field": name,
                "op_id": value.op_id,
                "value": value.value,
                "eff_ms": value.eff_ms,
                "hlc": value.hlc,
            }
            for (record_type, record_id, name), value in work.changed.items()
        ],
    )


def _reserve(connection: Connection, bucket: str, count: int) -> int:
    """Take `count` numbers of a bucket's feed; the head row makes number order commit order."""
    head = tables.feed_head
    taken: int = connection.execute(
        upsert(head)
        .values(bucket=bucket, seq=count)
        .on_conflict_do_update(index_elements=["bucket"], set_={"seq": head.c.seq + count})
        .returning(head.c.seq)
    ).scalar_one()
    return taken - count


def _op_row(delivery: Delivery, done: Accepted, seq: int) -> dict[str, Any]:
    line, header = done.line, delivery.header
    return {
        "op_id": line.op_id,
        "origin": header.origin,
        "epoch": header.epoch,
        "seq": line.seq,
        "kiosk_id": delivery.kiosk.kiosk_id,
        "record_type": line.record_type,
        "record_id": line.record_id,
        "hlc": line.hlc,
        "eff_ms": done.eff_ms,
        "fields": bytes(line.fields).decode(),
        "base": bytes(line.base).decode(),
        "by": line.about.by,
        "version": line.about.version,
        "wall_ms": line.about.wall_ms,
        "mono_ms": line.about.mono_ms,
        "boot_id": line.about.boot_id,
        "received_ms": delivery.now_ms,
        "feed_seq": seq,
    }


def _feed_row(
    kiosk: EnrolledKiosk, seq: int, op_id: str, kind: str, instead: Mapping[str, FieldValue]
) -> dict[str, Any]:
    winners = {
        name: {"op": value.op_id, "value": msgspec.Raw(value.value.encode())}
        for name, value in instead.items()
    }
    return {
        "bucket": kiosk.village,
        "seq": seq,
        "op_id": op_id,
        "kind": kind,
        "winners": _encoder.encode(winners).decode() if winners else None,
    }


def _conflict_row(line: OpLine, conflict: Conflict, now_ms: int) -> dict[str, Any]:
    return {
        "record_type": line.record_type,
        "record_id": line.record_id,
        "field": conflict.field,
        "loser_op": conflict.loser.op_id,
        "winner_op": conflict.winner.op_id,
        "value": conflict.loser.value,
        "policy": conflict.policy.value,
        "seen_ms": now_ms,
    }
