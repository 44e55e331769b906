"""Counts for the hub's page and its command line. Never a resident's data, never a key."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, func, select

from hub.tables import conflict, kiosk, op, origin, quarantine, record


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole hub in numbers. `clock_suspect` are ops that were stamped by a clock which was far
    from the hub's, `conflicts` the values that nobody has settled."""

    kiosks: int
    ops: int
    records: int
    quarantined: int
    clock_suspect: int = 0
    conflicts: int = 0


@dataclass(frozen=True, slots=True)
class KioskLine:
    """One kiosk as the page shows it. Times are ms since 1970 UTC, None when never."""

    name: str
    village: str
    enrolled: bool
    revoked: bool
    store_key_kept: bool
    last_contact_ms: int | None
    longest_wait_ms: int | None
    ops: int
    quarantined: int
    receipts: int


def totals(connection: Connection) -> Totals:
    """Count everything, from the tables."""
    return Totals(
        kiosks=_count(connection, kiosk),
        ops=_count(connection, op),
        records=_count(connection, record),
        quarantined=_count(connection, quarantine),
        clock_suspect=_count(connection, op, op.c.clock_suspect == 1),
        conflicts=_count(connection, conflict, conflict.c.settled_by_op.is_(None)),
    )


def kiosk_lines(connection: Connection) -> list[KioskLine]:
    """Every enrolled kiosk by name, with what it delivered."""
    ops = _per_kiosk(connection, op)
    aside = _per_kiosk(connection, quarantine)
    return [
        KioskLine(
            name=row.name,
            village=row.village,
            enrolled=row.public_key is not None,
            revoked=row.revoked_ms is not None,
            store_key_kept=row.sealed_store_key is not None,
            last_contact_ms=row.last_contact_ms,
            longest_wait_ms=row.longest_wait_ms,
            ops=ops.get(row.kiosk_id, 0),
            quarantined=aside.get(row.kiosk_id, 0),
            receipts=row.receipt_no,
        )
        for row in connection.execute(select(kiosk).order_by(kiosk.c.name))
    ]


def _count(connection: Connection, table: Table, *of: ColumnElement[bool]) -> int:
    counting = select(func.count()).select_from(table).where(*of)
    number: int = connection.execute(counting).scalar_one()
    return number


def _per_kiosk(connection: Connection, table: Table) -> dict[str, int]:
    streams = select(table.c.stream, func.count().label("number")).group_by(table.c.stream)
    counted = streams.subquery()
    rows = connection.execute(
        select(origin.c.kiosk_id, func.sum(counted.c.number).label("number"))
        .join(counted, counted.c.stream == origin.c.stream)
        .group_by(origin.c.kiosk_id)
    )
    return {row.kiosk_id: int(row.number) for row in rows}
