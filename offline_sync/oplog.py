"""The op log: every saved change as one immutable op, numbered without gaps and chained.

An op is written in the transaction of the record it belongs to and is never edited; only its
delivery state moves. The chain covers the SHA-256 of the fields, not the fields themselves,
so that an erasure by law can remove the fields and leave the chain whole.
Nothing here decides what is valid (`changes`) or opens a transaction (`store`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, cast

import msgspec
from sqlite_utils import Database

from offline_sync.canonical import canonical_json, parse_json
from offline_sync.catalogue import CATALOGUE_VERSION
from offline_sync.clock import HybridLogicalClock, Instant
from offline_sync.identity import new_op_id, new_random_id

CHAIN_START: Final = bytes(32)
"""The chain before the first op of an epoch."""

UNREADABLE: Final = "unreadable"
"""The kind of a feed entry of which only the number could be read."""


ERASED_BODY: Final = "null"
"""What an op has in the place of fields that were erased; their digest stays beside it."""

_chain_encoder: Final = msgspec.json.Encoder(order="deterministic")


class OpState(IntEnum):
    """How far an op has come. The numbers are in the database and never change."""

    UNSENT = 0
    SENT = 1  # handed to the wire, no receipt yet
    ACKNOWLEDGED = 2  # the hub's receipt is stored here
    QUARANTINED = 3  # the hub has it, and keeps it aside for a person to look at
    STUCK = 4  # the hub would not take it; later ops of the same record wait behind it


@dataclass(frozen=True, slots=True)
class OutgoingOp:
    """One op as it leaves the kiosk. `base` names, per field, the op whose value was seen.

    `settles` names, per field, the ops whose lost values were seen and decided upon. `erased` is
    the digest of fields that a law or a resident had erased; `fields` is then empty.
    """

    seq: int
    op_id: str
    record_type: str
    record_id: str
    hlc: str
    fields: Mapping[str, object]
    base: Mapping[str, str]
    by: str
    version: int
    wall_ms: int
    mono_ms: int
    boot_id: str
    settles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    erased: bytes | None = None


@dataclass(frozen=True, slots=True)
class ReadyOp:
    """One op as it is sent: its place in the order of saving, its number and id, its line of a
    push, and the chain at it."""

    position: int
    seq: int
    op_id: str
    line: bytes
    chain: bytes


@dataclass(frozen=True, slots=True)
class OpReceipt:
    """The hub's word that it has committed an op, with its number in the hub's feed."""

    op_id: str
    hub_seq: int


@dataclass(frozen=True, slots=True)
class OpRejection:
    """The word that an op is kept aside, and why (`reasons.Reason.saying`)."""

    op_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One line of the hub's feed.

    `fields` holds, for every field the op touched, the value that stands at the hub after the
    merge. `winners` names the op behind such a value where it is not this op itself.
    kind "put" carries record values; kind "conflict" carries, as `fields`, the values that lost,
    and in `authors`, by op id, who set the values that won and its stamp;
    kind UNREADABLE carries the entry as it came, as `text`, and `why`.
    """

    seq: int
    kind: str
    op_id: str
    record_type: str
    record_id: str
    fields: Mapping[str, object]
    winners: Mapping[str, str] = field(default_factory=dict)
    hlc: str = ""
    by: str = ""
    version: int = CATALOGUE_VERSION
    settles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    authors: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stream:
    """This kiosk's own numbered ops: whose, since when, the next number, the chain so far."""

    origin: str
    epoch: str
    next_seq: int
    chain: bytes


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the hub's feed was applied. An empty epoch means that nothing was read yet."""

    hub_epoch: str
    after: int


def fields_digest(op_id: str, fields: Mapping[str, object]) -> bytes:
    """SHA-256 of the fields, bound to their op so that equal contents do not look equal."""
    return text_digest(op_id, canonical_json(fields).encode())


def text_digest(op_id: str, fields: bytes) -> bytes:
    """`fields_digest` of fields that are written already, as canonical JSON."""
    return hashlib.sha256(b"%s\n%s" % (op_id.encode(), fields)).digest()


def chain_step(
    previous: bytes,
    numbers: tuple[int, str, str, str, str],
    base: msgspec.Raw,
    about: tuple[str, int, int, int, str],
    settles: Mapping[str, Sequence[str]],
    digest: bytes,
) -> bytes:
    """The chain with one more op.

    `numbers` are seq, op id, record type, record id and HLC; `about` are by, version, wall ms,
    mono ms and boot id; `base` is canonical JSON as it is kept and as it travels.
    """
    head = _chain_encoder.encode((*numbers, base, *about, settles))
    return hashlib.sha256(previous + head + digest).digest()


def chain_after(previous: bytes, op: OutgoingOp, digest: bytes | None = None) -> bytes:
    """The chain with `op` added. Hand in `digest` when the fields were erased since."""
    return chain_step(
        previous,
        (op.seq, op.op_id, op.record_type, op.record_id, op.hlc),
        msgspec.Raw(canonical_json(dict(op.base)).encode()),
        (op.by, op.version, op.wall_ms, op.mono_ms, op.boot_id),
        op.settles,
        fields_digest(op.op_id, op.fields) if digest is None else digest,
    )


def create_stream(db: Database, now: Instant, reason: str) -> None:
    """Start the kiosk's stream. Its identity is random and stored, never derived from settings."""
    db.execute(
        "INSERT INTO stream (origin, epoch, next_seq, chain, hlc, live, created_ms, reason)"
        " VALUES (?, ?, 1, ?, '', 1, ?, ?)",
        (new_random_id(), new_random_id(), CHAIN_START, now.wall_ms, reason),
    )


def read_stream(db: Database) -> Stream:
    """The live stream."""
    origin, epoch, next_seq, chain = db.execute(
        "SELECT origin, epoch, next_seq, chain FROM stream WHERE live = 1"
    ).fetchone()
    return Stream(origin, epoch, next_seq, chain)


def append_op(
    db: Database,
    *,
    record_type: str,
    record_id: str,
    fields: Mapping[str, object],
    base: Mapping[str, str],
    by: str,
    now: Instant,
    settles: Mapping[str, Sequence[str]] | None = None,
) -> OutgoingOp:
    """Write the next op of the live stream. The caller holds the transaction."""
    epoch, seq, chain, last_hlc = db.execute(
        "SELECT epoch, next_seq, chain, hlc FROM stream WHERE live = 1"
    ).fetchone()
    op = OutgoingOp(
        seq=seq,
        op_id=new_op_id(),
        record_type=record_type,
        record_id=record_id,
        hlc=HybridLogicalClock(last_hlc).stamp(now.wall_ms),
        fields=fields,
        base=base,
        by=by,
        version=CATALOGUE_VERSION,
        wall_ms=now.wall_ms,
        mono_ms=now.mono_ms,
        boot_id=now.boot_id,
        settles=settles or {},
    )
    digest = fields_digest(op.op_id, fields)
    next_chain = chain_after(chain, op, digest)
    db.execute(
        "INSERT INTO op_out (epoch, seq, op_id, tbl, rid, hlc, wall_ms, mono_ms, boot_id,"
        ' "by", sv, body, body_hash, base, settles, chain, state)'
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(epoch, op.seq, op.op_id, record_type, record_id, op.hlc),
            *(op.wall_ms, op.mono_ms, op.boot_id, by, op.version),
            *(canonical_json(fields), digest, canonical_json(base)),
            *(canonical_json(settles) if settles else None, next_chain, int(OpState.UNSENT)),
        ),
    )
    db.execute(
        "UPDATE stream SET next_seq = ?, chain = ?, hlc = ? WHERE live = 1",
        (seq + 1, next_chain, op.hlc),
    )
    return op


OP_COLUMNS: Final = (
    'seq, op_id, tbl, rid, hlc, body, base, "by", sv, wall_ms, mono_ms, boot_id, settles, body_hash'
)


def op_from_row(row: tuple[object, ...]) -> OutgoingOp:
    """An op from a row of `OP_COLUMNS`."""
    (seq, op_id, tbl, rid, hlc, body, base, by, sv, wall_ms, mono_ms, boot_id, settles, digest) = (
        row
    )
    return OutgoingOp(
        seq=cast(int, seq),
        op_id=cast(str, op_id),
        record_type=cast(str, tbl),
        record_id=cast(str, rid),
        hlc=cast(str, hlc),
        fields={}
        if body == ERASED_BODY
        else cast("dict[str, object]", parse_json(cast(str, body))),
        base=cast("dict[str, str]", parse_json(cast(str, base))),
        by=cast(str, by),
        version=cast(int, sv),
        wall_ms=cast(int, wall_ms),
        mono_ms=cast(int, mono_ms),
        boot_id=cast(str, boot_id),
        settles=cast("dict[str, list[str]]", parse_json(cast(str, settles))) if settles else {},
        erased=cast(bytes, digest) if body == ERASED_BODY else None,
    )
