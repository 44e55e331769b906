"""Quarter-hour intervals: what of the traffic leaves the kiosk, made once and never altered.

A quarter is saved when it is final, also when nobody listened (coverage 0) and when nobody
passed (vehicles 0). After a restart the missing ones follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import sqlite_utils

from devices.traffic.events import CoverageSpan, Direction, Quality, SpanReason, VehiclePassage
from devices.traffic.intervals import (
    BOTH_WAYS,
    QUARTER_MINUTES,
    Channel,
    Interval,
    finished_quarters,
)
from kiosk.civil_time import DAY_MS
from offline_sync.store import Change, Store

AUTHOR: Final = "traffic"
_QUARTER_MS: Final = QUARTER_MINUTES * 60_000
# After a long time off, no more than this is told as "nobody listened", row by row.
_LONGEST_LOOK_BACK_MS: Final = 7 * DAY_MS


def save_finished_quarters(
    store: Store, counter_id: str, now_ms: int, channels: Sequence[Channel] = BOTH_WAYS
) -> int:
    """Save every quarter hour that became final since the last time; returns how many rows.

    Nothing is saved for a counter that was never heard.
    """
    db = store.connection
    since = _since(db, counter_id)
    if since is None:
        return 0
    since = max(since, now_ms - _LONGEST_LOOK_BACK_MS)
    rows = finished_quarters(
        counter_id,
        channels,
        _passages(db, counter_id, since),
        _spans(db, counter_id, since),
        since,
        now_ms,
    )
    changes = [_change(row) for row in rows]
    known = _known(db, counter_id, since)
    new = [change for change in changes if change.record_id not in known]
    if new:
        store.save(new, AUTHOR)
    return len(new)


def _since(db: sqlite_utils.Database, counter_id: str) -> int | None:
    last = db.execute(
        "SELECT max(starts_at) FROM vehicle_interval WHERE counter_id = ?", (counter_id,)
    ).fetchone()[0]
    if last is not None:
        return int(last) + _QUARTER_MS
    first = db.execute(
        "SELECT min(at) FROM (SELECT min(starts_at) AS at FROM counter_coverage"
        " WHERE counter_id = ? UNION ALL SELECT min(passed_at) FROM vehicle_passage"
        " WHERE counter_id = ?)",
        (counter_id, counter_id),
    ).fetchone()[0]
    return None if first is None else int(first)


def _passages(db: sqlite_utils.Database, counter_id: str, since: int) -> list[VehiclePassage]:
    rows = db.execute(
        "SELECT lane, direction, passed_at, speed_kmh, length_m, class, class_scheme, quality"
        " FROM vehicle_passage WHERE counter_id = ? AND passed_at >= ? ORDER BY passed_at, id",
        (counter_id, since - since % _QUARTER_MS),
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


def _spans(db: sqlite_utils.Database, counter_id: str, since: int) -> list[CoverageSpan]:
    rows = db.execute(
        "SELECT starts_at, ends_at FROM counter_coverage WHERE counter_id = ? AND ends_at >= ?",
        (counter_id, since - since % _QUARTER_MS),
    ).fetchall()
    return [CoverageSpan(counter_id, row[0], row[1], SpanReason.RECORDED) for row in rows]


def _known(db: sqlite_utils.Database, counter_id: str, since: int) -> frozenset[str]:
    rows = db.execute(
        "SELECT id FROM vehicle_interval WHERE counter_id = ? AND starts_at >= ?",
        (counter_id, since - since % _QUARTER_MS),
    ).fetchall()
    return frozenset(row[0] for row in rows)


def _change(row: Interval) -> Change:
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
