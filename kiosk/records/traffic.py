"""Traffic: the vehicles and the listening spans of each counter, and today at a glance.

Passages and spans stay on this kiosk; quarter-hour intervals travel (`traffic_intervals`).
A time that nobody listened to is a gap, never a zero. Directions are told as seen from the
village, which each counter's record says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlite_utils

from devices.traffic.classes import is_heavy
from devices.traffic.events import CoverageSpan, Direction, Quality, VehiclePassage
from devices.traffic.intervals import V85, percentile
from kiosk.civil_time import HOUR_MS, day_start_ms
from offline_sync.identity import new_record_id
from offline_sync.store import Store

INTO_VILLAGE: Final = "into_village"
OUT_OF_VILLAGE: Final = "out_of_village"
UNKNOWN_WAY: Final = "unknown"

_HALF_HOUR_MS: Final = HOUR_MS // 2


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter in use: its name in each language and what "inbound" means there."""

    counter_id: str
    names: Mapping[str, str]
    lanes: int
    inbound_means: str

    def way(self, direction: str) -> str:
        """A direction as seen from the village."""
        if direction == Direction.INBOUND:
            return self.inbound_means
        if direction == Direction.OUTBOUND:
            return OUT_OF_VILLAGE if self.inbound_means == INTO_VILLAGE else INTO_VILLAGE
        return UNKNOWN_WAY


@dataclass(frozen=True, slots=True)
class SeenVehicle:
    """One passage as the page needs it; `heavy` is None when the counter could not tell."""

    passed_at: int
    way: str
    heavy: bool | None
    speed_kmh: float | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without listening, ms UTC."""

    starts_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class HalfHour:
    """A half hour that is over: `vehicles` in it, and the share that was listened to."""

    starts_at: int
    vehicles: int
    coverage: float


@dataclass(frozen=True, slots=True)
class TrafficDay:
    """Today so far, by one counter."""

    until: int
    by_way: Mapping[str, int]
    heavy: int
    classified: int
    p85_kmh: float | None
    half_hours: tuple[HalfHour, ...]
    gaps: tuple[Gap, ...]
    latest: tuple[SeenVehicle, ...]

    @property
    def total(self) -> int:
        """All vehicles, those of unknown direction too."""
        return sum(self.by_way.values())


def counters(db: sqlite_utils.Database) -> list[Counter]:
    """The counters in use, in the order in which they were set up."""
    rows = db.execute(
        "SELECT id, name, lanes, inbound_means FROM counter WHERE status = 'in_use' ORDER BY id"
    ).fetchall()
    return [Counter(row[0], json.loads(row[1]), row[2], row[3]) for row in rows]


def keep_passages(store: Store, passages: Sequence[VehiclePassage]) -> None:
    """Write vehicles as they passed."""
    with store.transaction():
        store.connection.conn.executemany(
            "INSERT INTO vehicle_passage (id, counter_id, lane, direction, passed_at, speed_kmh,"
            " length_m, class, class_scheme, device_time, raw, quality)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    new_record_id(),
                    passage.counter_id,
                    passage.lane,
                    str(passage.direction),
                    passage.passed_at,
                    None if passage.speed_kmh is None else float(passage.speed_kmh),
                    None if passage.length_m is None else float(passage.length_m),
                    passage.vehicle_class,
                    passage.class_scheme,
                    passage.device_time,
                    passage.raw,
                    str(passage.quality),
                )
                for passage in passages
            ],
        )


def keep_spans(store: Store, spans: Iterable[CoverageSpan]) -> None:
    """Write listening spans; one that comes again only ever grows."""
    with store.transaction():
        store.connection.conn.executemany(
            "INSERT INTO counter_coverage (counter_id, starts_at, ends_at, reason)"
            " VALUES (?, ?, ?, ?) ON CONFLICT (counter_id, starts_at) DO UPDATE SET"
            " ends_at = max(ends_at, excluded.ends_at), reason = excluded.reason",
            [(span.counter_id, span.starts_at, span.ends_at, str(span.reason)) for span in spans],
        )


def recorded_until(db: sqlite_utils.Database) -> int | None:
    """The last moment that is recorded of any counter, ms UTC; None when nothing is."""
    last = db.execute(
        "SELECT max(at) FROM (SELECT max(passed_at) AS at FROM vehicle_passage"
        " UNION ALL SELECT max(ends_at) FROM counter_coverage)"
    ).fetchone()[0]
    return None if last is None else int(last)


def today(
    db: sqlite_utils.Database, counter: Counter, now_ms: int, silence_ms: int, latest: int = 12
) -> TrafficDay:
    """Today from midnight in Hong Kong until `now_ms`, with the `latest` vehicles.

    A counter that is well proves itself alive within `silence_ms`: less is no gap yet.
    """
    start = day_start_ms(now_ms)
    seen = _vehicles(db, counter, start, now_ms)
    gaps = gaps_between(_spans(db, counter.counter_id, start, now_ms), start, now_ms, silence_ms)
    speeds = [vehicle.speed_kmh for vehicle in seen if vehicle.speed_kmh is not None]
    heavy = [vehicle.heavy for vehicle in seen if vehicle.heavy is not None]
    by_way = dict.fromkeys((INTO_VILLAGE, OUT_OF_VILLAGE, UNKNOWN_WAY), 0)
    for vehicle in seen:
        by_way[vehicle.way] += 1
    return TrafficDay(
        until=now_ms,
        by_way=by_way,
        heavy=sum(heavy),
        classified=len(heavy),
        p85_kmh=percentile(speeds, V85) if speeds else None,
        half_hours=_half_hours(seen, gaps, start, now_ms),
        gaps=gaps,
        latest=tuple(seen[-latest:]),
    )


def gaps_between(
    spans: Sequence[tuple[int, int]], start: int, end: int, silence_ms: int
) -> tuple[Gap, ...]:
    """The times in [start, end) that no span covers; `spans` are (start, end) in order."""
    gaps: list[Gap] = []
    heard_until = start
    for span_start, span_end in spans:
        if span_start > heard_until:
            gaps.append(Gap(heard_until, min(span_start, end)))
        heard_until = max(heard_until, span_end)
    still_listening = bool(spans) and end - heard_until <= silence_ms
    if heard_until < end and not still_listening:
        gaps.append(Gap(heard_until, end))
    return tuple(gap for gap in gaps if gap.ends_at > gap.starts_at)


def _vehicles(
    db: sqlite_utils.Database, counter: Counter, start: int, end: int
) -> list[SeenVehicle]:
    rows = db.execute(
        "SELECT passed_at, direction, speed_kmh, class, class_scheme, quality"
        " FROM vehicle_passage WHERE counter_id = ? AND passed_at >= ? AND passed_at <= ?"
        " ORDER BY passed_at, id",
        (counter.counter_id, start, end),
    ).fetchall()
    return [
        SeenVehicle(
            passed_at=passed_at,
            way=counter.way(direction),
            heavy=is_heavy(vehicle_class, scheme),
            speed_kmh=speed if quality == Quality.GOOD else None,
        )
        for passed_at, direction, speed, vehicle_class, scheme, quality in rows
    ]


def _spans(
    db: sqlite_utils.Database, counter_id: str, start: int, end: int
) -> list[tuple[int, int]]:
    rows = db.execute(
        "SELECT max(starts_at, ?), min(ends_at, ?) FROM counter_coverage"
        " WHERE counter_id = ? AND ends_at > ? AND starts_at < ? ORDER BY starts_at",
        (start, end, counter_id, start, end),
    ).fetchall()
    return [(int(row[0]), int(row[1])) for row in rows]


def _half_hours(
    seen: Sequence[SeenVehicle], gaps: Sequence[Gap], start: int, now_ms: int
) -> tuple[HalfHour, ...]:
    counts = [0] * ((now_ms - start) // _HALF_HOUR_MS + 1)
    for vehicle in seen:
        counts[(vehicle.passed_at - start) // _HALF_HOUR_MS] += 1
    return tuple(
        HalfHour(
            begins,
            counts[half],
            1 - _missed(gaps, begins, begins + _HALF_HOUR_MS) / _HALF_HOUR_MS,
        )
        for half in range(len(counts) - 1)
        for begins in [start + half * _HALF_HOUR_MS]
    )


def _missed(gaps: Sequence[Gap], start: int, end: int) -> int:
    return sum(max(0, min(gap.ends_at, end) - max(gap.starts_at, start)) for gap in gaps)
