"""Erases records at the hub: what they said goes, and what proves that they were here stays.

An op keeps its id, its number and the digest of its fields, so that chains, receipts and "all
present" hold. Whatever else held a value of the record loses it, and every kiosk of the village is
told through the feed. A record that was erased stays so: what is sent of it later is acknowledged
and its payload is not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select, tuple_, update

from hub.erasure_search import AT_ONCE, Found, aside_speaking_of, batches, read_line
from hub.known import beside_number
from hub.ledger import ERASE
from hub.postgres import is_postgres
from hub.set_based import Key, insert_missing, reserve
from hub.snapshot_shelf import drop_snapshots
from hub.tables import conflict, erasure, feed, field_state, op, quarantine, record
from offline_sync.erasure import FORGET
from offline_sync.oplog import text_digest
from offline_sync.wire import OpLine, op_digest

ORDER: Final = "order"
"""A person has asked for it: what speaks of the record is erased with it."""
PERIOD: Final = "period"
"""The period of the record has ended."""

LOCK: Final = 0x7668_6572  # an advisory lock's number, the same in every version
_ERASED_LINE: Final = b"erased,"
_GONE: Final = msgspec.Raw(b"null")
_encoder: Final = msgspec.json.Encoder()


def keep_others_out(connection: Connection) -> None:
    """No push is taken until this transaction ends: what one brought could be overlooked."""
    if is_postgres(connection.engine):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")


def erase(
    connection: Connection, found: Found, why: str, now_ms: int, subject: Key | None = None
) -> None:
    """Take the payload of these records, and tell the kiosks. Erasing again changes nothing.

    `subject` is the record that a person has asked to erase: kiosks look by themselves for what
    they have about it and never sent.
    """
    buckets: dict[str, list[tuple[str, int, str]]] = {}
    for keys in batches(sorted(found.keys), AT_ONCE):
        _lock_records(connection, keys)
        _forget_payload(connection, keys)
        for key, bucket, op_id, stream in _tell(connection, keys, why):
            kind = FORGET if key == subject else ERASE
            buckets.setdefault(bucket, []).append((op_id, stream, kind))
        _remember(connection, keys, why, now_ms)
    for place in found.aside:
        _forget_aside(connection, place)
    for bucket in sorted(buckets):
        seq = reserve(connection, bucket, len(buckets[bucket]))
        connection.execute(
            insert(feed),
            [
                {"bucket": bucket, "seq": number, "op_id": op_id, "kind": kind, "stream": stream}
                for number, (op_id, stream, kind) in enumerate(buckets[bucket], seq + 1)
            ],
        )
        drop_snapshots(connection, bucket)


def forget_aside(connection: Connection, keys: Iterable[Key], stream: int) -> None:
    """Take the payload of what was set aside of this stream and speaks of these records, which
    turned out to be erased only when more of them came."""
    for place in aside_speaking_of(connection, keys, stream):
        _forget_aside(connection, place)


def mark(connection: Connection, record_type: str, record_id: str, now_ms: int) -> None:
    """Remember an erasure by order, also of a record that has not come here yet."""
    _remember(connection, [(record_type, record_id)], ORDER, now_ms)


def _remember(connection: Connection, keys: Sequence[Key], why: str, now_ms: int) -> None:
    insert_missing(connection, erasure, [(*key, why, now_ms) for key in keys])
    if why == ORDER:
        these = tuple_(erasure.c.record_type, erasure.c.record_id).in_(keys)
        connection.execute(update(erasure).where(these).values(why=ORDER))


def erased_among(connection: Connection, keys: Iterable[Key], why: str = "") -> set[Key]:
    """Those of the records that are erased, for this reason when one is named."""
    wanted = set(keys)
    return {
        (row.record_type, row.record_id)
        for ids in batches(sorted({record_id for _, record_id in wanted}), AT_ONCE)
        for row in connection.execute(select(erasure).where(erasure.c.record_id.in_(ids)))
        if (row.record_type, row.record_id) in wanted and why in ("", row.why)
    }


def without_raw(raw: bytes) -> bytes:
    """What is left of a line that cannot be read: enough to know it again."""
    if raw.startswith(_ERASED_LINE):
        return raw
    return _ERASED_LINE + hashlib.sha256(beside_number(raw)).hexdigest().encode()


def without_payload(line: OpLine) -> OpLine:
    """The op as it travels once its fields are erased."""
    about = msgspec.structs.replace(line.about, erased=op_digest(line).hex())
    return msgspec.structs.replace(line, fields=_GONE, about=about)


def _lock_records(connection: Connection, keys: Sequence[Key]) -> None:
    connection.execute(
        select(record.c.record_id)
        .where(tuple_(record.c.record_type, record.c.record_id).in_(keys))
        .order_by(record.c.record_type, record.c.record_id)
        .with_for_update()
    ).all()


def _forget_payload(connection: Connection, keys: Sequence[Key]) -> None:
    these = tuple_(op.c.record_type, op.c.record_id).in_(keys)
    rows = connection.execute(
        select(op.c.op_id, op.c.fields).where(these, op.c.fields.is_not(None))
    ).all()
    if rows:
        connection.execute(
            update(op)
            .where(op.c.op_id == bindparam("which"))
            .values(fields=None, erased=bindparam("digest")),
            [
                {"which": row.op_id, "digest": text_digest(row.op_id, row.fields.encode()).hex()}
                for row in rows
            ],
        )
    op_ids = connection.execute(select(op.c.op_id).where(these)).scalars().all()
    for some in batches(op_ids, AT_ONCE):
        connection.execute(
            update(feed)
            .where(feed.c.op_id.in_(some), feed.c.kind.not_in((ERASE, FORGET)))
            .values(kind=ERASE, winners=None)
        )
    for table in (field_state, conflict):
        connection.execute(
            delete(table).where(tuple_(table.c.record_type, table.c.record_id).in_(keys))
        )


def _tell(
    connection: Connection, keys: Sequence[Key], why: str
) -> Iterator[tuple[Key, str, str, int]]:
    """Of each record whose village was not told yet: the record, the village, an op of the record
    and the op's stream."""
    told = erased_among(connection, keys, ORDER if why == ORDER else "")
    rows = connection.execute(
        select(record.c.record_type, record.c.record_id, record.c.bucket, op.c.op_id, op.c.stream)
        .join(op, op.c.op_id == record.c.first_op)
        .where(tuple_(record.c.record_type, record.c.record_id).in_(keys))
        .order_by(record.c.record_type, record.c.record_id)
    )
    for row in rows:
        key = (row.record_type, row.record_id)
        if key not in told:
            yield key, row.bucket, row.op_id, row.stream


def _forget_aside(connection: Connection, place: tuple[str, str]) -> None:
    op_id, beside = place
    this = (quarantine.c.op_id == op_id, quarantine.c.beside == beside)
    raw = connection.execute(select(quarantine.c.raw).where(*this)).scalar_one()
    line = read_line(bytes(raw))
    left = without_raw(bytes(raw)) if line is None else _encoder.encode(without_payload(line))
    connection.execute(update(quarantine).where(*this).values(raw=left))


def places() -> tuple[str, ...]:
    """Where the hub holds what a record said: each is emptied by `erase` or by who calls it.

    A new place (files that go with a record, a stick that carries batches) is named here and
    emptied in `erase`.
    """
    return (op.name, feed.name, field_state.name, conflict.name, quarantine.name, "snapshots")
