"""Quarter-hour intervals: what of the traffic leaves the kiosk, made once and never altered.

A quarter is saved when it is final, also when nobody listened (coverage 0) and when nobody
passed (vehicles 0). Which ones are missing is seen from the rows themselves, not from the
newest of them: a clock that was ahead for an hour has left rows of a far day behind. A vehicle
that comes for a quarter that is already saved (the clock was set back) stays on this kiosk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

import sqlite_utils

from devices.traffic.events import CoverageSpan, Direction, Quality, SpanReason, VehiclePassage
from devices.traffic.intervals import (
    BOTH_WAYS,
    QUARTER_MINUTES,
    SETTLE_MS,
    Channel,
    Interval,
    finished_quarters,
    quarter_start,
)
from kiosk.civil_time import DAY_MS
from offline_sync.store import Change, Store

AUTHOR: Final = "traffic"
_QUARTER_MS: Final = QUARTER_MINUTES * 60_000
# After a long time off, no more than this is told as "nobody listened", row by row.
_LONGEST_LOOK_BACK_MS: Final = 7 * DAY_MS
_MOST_ROWS: Final = 200
"""A person's save waits behind no more than this, however much was missed."""


def save_finished_quarters(
    store: Store, counter_id: str, now_ms: int, channels: Sequence[Channel] = BOTH_WAYS
) -> int:
    """Save the oldest quarter hours that are final and missing; returns how many rows.

    Call it again until it returns 0: one call saves no more than 200 rows, unless one quarter
    alone has more. Nothing is saved for a counter that was never heard before `now_ms`.
    """
    db = store.connection
    missing = _first_missing(db, counter_id, now_ms, most=_MOST_ROWS // len(channels))
    if missing is None:
        return 0
    begins, ends = missing
    rows = finished_quarters(
        counter_id,
        channels,
        _passages(db, counter_id, begins, ends),
        _spans(db, counter_id, begins, ends),
        begins,
        ends + SETTLE_MS,
    )
    changes = [interval_change(row) for row in rows if row.starts_at < _cut(rows)]
    store.save(changes, AUTHOR)
    return len(changes)


def quarters_told(store: Store, passages: Iterable[VehiclePassage]) -> set[tuple[str, int]]:
    """The quarter hours of these vehicles, (counter id, start), that are already saved."""
    quarters = {(one.counter_id, quarter_start(one.passed_at)) for one in passages}
    return {
        quarter
        for quarter in quarters
        if store.connection.execute(
            "SELECT 1 FROM vehicle_interval WHERE counter_id = ? AND starts_at = ? LIMIT 1", quarter
        ).fetchone()
    }


def _first_missing(
    db: sqlite_utils.Database, counter_id: str, now_ms: int, most: int
) -> tuple[int, int] | None:
    """Start and end of the oldest run of quarters without a row, `most` of them at the most."""
    first = _first_heard(db, counter_id, now_ms)
    if first is None:
        return None
    since = quarter_start(max(first, now_ms - _LONGEST_LOOK_BACK_MS))
    final = quarter_start(now_ms - SETTLE_MS)
    rows = db.execute(
        "SELECT DISTINCT starts_at FROM vehicle_interval"
        " WHERE counter_id = ? AND starts_at >= ? AND starts_at < ?",
        (counter_id, since, final),
    ).fetchall()
    known = {row[0] for row in rows}
    begins = next((at for at in range(since, final, _QUARTER_MS) if at not in known), None)
    if begins is None:
        return None
    longest = min(final, begins + most * _QUARTER_MS)
    ends = next((at for at in range(begins, longest, _QUARTER_MS) if at in known), longest)
    return begins, ends


def _first_heard(db: sqlite_utils.Database, counter_id: str, now_ms: int) -> int | None:
    first = db.execute(
        "SELECT min(at) FROM (SELECT min(starts_at) AS at FROM counter_coverage"
        " WHERE counter_id = ? UNION ALL SELECT min(passed_at) FROM vehicle_passage"
        " WHERE counter_id = ? UNION ALL SELECT min(starts_at) FROM vehicle_interval"
        " WHERE counter_id = ?)",
        (counter_id, counter_id, counter_id),
    ).fetchone()[0]
    return None if first is None or first > now_ms else int(first)


def _cut(rows: Sequence[Interval]) -> int:
    """Up to where `rows` are saved in one go: quarters are saved whole, so that one with any
    row is one that needs nothing more."""
    if len(rows) <= _MOST_ROWS:
        return rows[-1].starts_at + 1
    return max(rows[_MOST_ROWS].starts_at, rows[0].starts_at + 1)


def _passages(
    db: sqlite_utils.Database, counter_id: str, begins: int, ends: int
) -> list[VehiclePassage]:
    rows = db.execute(
        "SELECT lane, direction, passed_at, speed_kmh, length_m, class, class_scheme, quality"
        " FROM vehicle_passage WHERE counter_id = ? AND passed_at >= ? AND passed_at < ?"
        " ORDER BY passed_at, id",
        (counter_id, begins, ends),
    ).fetchall()
    return [
        VehiclePassage(
            counter_id=counter_id,
            lane=row[0],
            direction=Direction(row[1]),
            passed_at=row[2],
            speed_kmh=_decimal(row[3]),
            length_m=_decimal(row[4]),
            vehicle_class=row[5],
            class_scheme=row[6],
            device_time=None,
            raw="",
            quality=Quality(row[7]),
        )
        for row in rows
    ]


def _spans(
    db: sqlite_utils.Database, counter_id: str, begins: int, ends: int
) -> list[CoverageSpan]:
    rows = db.execute(
        "SELECT starts_at, ends_at FROM counter_coverage"
        " WHERE counter_id = ? AND ends_at >= ? AND starts_at < ?",
        (counter_id, begins, ends),
    ).fetchall()
    return [CoverageSpan(counter_id, row[0], row[1], SpanReason.RECORDED) for row in rows]


def interval_change(row: Interval) -> Change:
    """The record of one interval."""
    fields: dict[str, object] = {
        "counter_id": row.counter_id,
        "lane": row.lane,
        "direction": str(row.direction),
        "starts_at": row.starts_at,
        "minutes": row.minutes,
        "vehicles": row.vehicles,
        "coverage": row.coverage,
    }
    measured = {
        "mean_speed_kmh": row.mean_speed_kmh,
        "p85_speed_kmh": row.p85_speed_kmh,
        "heavy": row.heavy,
    }
    fields |= {name: value for name, value in measured.items() if value is not None}
    return Change("vehicle_interval", row.interval_id, fields)


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
