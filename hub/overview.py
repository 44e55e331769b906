"""Counts for the hub's page and its command line. Never a resident's data, never a token."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select

from hub.tables import kiosk, op, quarantine, record


@dataclass(frozen=True, slots=True)
class Totals:
    """The whole hub in four numbers."""

    kiosks: int
    ops: int
    records: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class KioskLine:
    """One kiosk as the page shows it. Times are ms since 1970 UTC, None when never."""

    name: str
    village: str
    blocked: bool
    last_contact_ms: int | None
    longest_wait_ms: int | None
    ops: int
    quarantined: int


def totals(connection: Connection) -> Totals:
    """Count everything, from the tables."""
    return Totals(
        kiosks=_count(connection, kiosk),
        ops=_count(connection, op),
        records=_count(connection, record),
        quarantined=_count(connection, quarantine),
    )


def kiosk_lines(connection: Connection) -> list[KioskLine]:
    """Every enrolled kiosk by name, with what it delivered."""
    ops = _per_kiosk(connection, op)
    aside = _per_kiosk(connection, quarantine)
    return [
        KioskLine(
            name=row.name,
            village=row.village,
            blocked=bool(row.blocked),
            last_contact_ms=row.last_contact_ms,
            longest_wait_ms=row.longest_wait_ms,
            ops=ops.get(row.kiosk_id, 0),
            quarantined=aside.get(row.kiosk_id, 0),
        )
        for row in connection.execute(select(kiosk).order_by(kiosk.c.name))
    ]


def _count(connection: Connection, table: Table) -> int:
    number: int = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return number


def _per_kiosk(connection: Connection, table: Table) -> dict[str, int]:
    rows = connection.execute(
        select(table.c.kiosk_id, func.count().label("number")).group_by(table.c.kiosk_id)
    )
    return {row.kiosk_id: row.number for row in rows}
