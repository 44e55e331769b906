"""Ops that came before the record they edit: put aside, and taken as soon as the record begins.

A hub that was set back gets again what it lacks, in the order in which kiosks happen to connect:
an edit by one kiosk may come before the beginning that another one sends. Such an op is aside like
any other, with its reason, and is listed here; nothing here decides anything. The caller holds
the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, select

from hub.postgres import is_postgres
from hub.set_based import Key, insert_missing
from hub.tables import origin, quarantine, waiting
from offline_sync.wire import OpLine

_LOCK: Final = 7_261_004
_ANY: Final = select(waiting.c.op_id).limit(1)
_decoder: Final = msgspec.json.Decoder(OpLine)


@dataclass(frozen=True, slots=True)
class Released:
    """Ops of one stream whose records have begun, in their order; they are aside no more."""

    kiosk_id: str
    bucket: str
    stream: int
    lines: tuple[OpLine, ...]


def about_to_begin(connection: Connection) -> None:
    """To be called before records are begun. Many may do so at once, but nobody while another
    batch decides that its ops have to wait: each would miss the other."""
    if is_postgres(connection.engine):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({_LOCK})")


def about_to_wait(connection: Connection) -> bool:
    """To be called when a record was not found; gives whether it has to be looked for once more,
    because another hub process may have begun it meanwhile."""
    if is_postgres(connection.engine):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        return True
    return False


def let_wait(connection: Connection, bucket: str, lines: Iterable[OpLine]) -> None:
    """These ops of a kiosk of this village, which are put aside, wait for their records."""
    rows = [(line.record_type, line.record_id, line.op_id, bucket) for line in lines]
    insert_missing(connection, waiting, rows)


def lines_waiting(connection: Connection, keys: Collection[Key]) -> list[tuple[int, OpLine]]:
    """The ops that wait for these records, each with its stream."""
    if not keys or connection.execute(_ANY).first() is None:
        return []
    rows = connection.execute(
        select(waiting.c.record_type, waiting.c.record_id, quarantine.c.stream, quarantine.c.raw)
        .join(quarantine, (quarantine.c.op_id == waiting.c.op_id) & (quarantine.c.beside == ""))
        .where(waiting.c.record_id.in_({record_id for _, record_id in keys}))
    )
    return [
        (row.stream, _decoder.decode(row.raw))
        for row in rows
        if (row.record_type, row.record_id) in keys
    ]


def release(
    connection: Connection, begun: Collection[Key], only: Container[str] | None = None
) -> list[Released]:
    """The ops that have waited for these records, as they came; `only` these ops, if given."""
    if not begun or connection.execute(_ANY).first() is None:
        return []
    rows = connection.execute(
        select(waiting, quarantine.c.stream, quarantine.c.raw, origin.c.kiosk_id)
        .join(quarantine, (quarantine.c.op_id == waiting.c.op_id) & (quarantine.c.beside == ""))
        .join(origin, origin.c.stream == quarantine.c.stream)
        .where(waiting.c.record_id.in_({record_id for _, record_id in begun}))
        .order_by(quarantine.c.stream, quarantine.c.seq)
    ).all()
    mine = [
        row
        for row in rows
        if (row.record_type, row.record_id) in begun and (only is None or row.op_id in only)
    ]
    op_ids = [row.op_id for row in mine]
    connection.execute(delete(waiting).where(waiting.c.op_id.in_(op_ids)))
    connection.execute(
        delete(quarantine).where(quarantine.c.op_id.in_(op_ids), quarantine.c.beside == "")
    )
    return [
        Released(kiosk_id, bucket, stream, tuple(_decoder.decode(row.raw) for row in of_one))
        for (kiosk_id, bucket, stream), of_one in groupby(
            mine, key=lambda row: (row.kiosk_id, row.bucket, row.stream)
        )
    ]
