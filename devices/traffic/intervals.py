"""Vehicles per quarter hour, lane and direction, with the share of it that was listened to.

Pure: the same passages and spans give the same intervals with the same ids, so a kiosk that
starts again computes them again and writes nothing twice. "No vehicles" is a row with 0 and
its coverage; "no data" is a row with coverage 0.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean
from typing import Final

from devices.traffic.classes import is_heavy
from devices.traffic.events import CoverageSpan, Direction, VehiclePassage

QUARTER_MINUTES: Final = 15

SETTLE_MS: Final = 60_000
"""How long after its end a quarter hour is final: the last vehicle may still be in the beam,
and a silent counter proves with its next answer that it was well until the end."""

V85: Final = 0.85
"""The speed that this share of the vehicles keeps to is the one that road engineers ask for."""

_MINUTE_MS: Final = 60_000
_VEHICLE_PROOF_MS: Final = 1_000
_INTERVAL_IDS: Final = uuid.UUID("4b0b55d2-60d1-5d62-9a4c-7a1d2a9d8f35")
"""The name space of interval ids. Never changes: a new one would write every interval again."""


@dataclass(frozen=True, slots=True, order=True)
class Channel:
    """One stream of vehicles that a counter tells apart."""

    lane: int
    direction: Direction


BOTH_WAYS: Final = (Channel(1, Direction.INBOUND), Channel(1, Direction.OUTBOUND))
"""What one radar at the roadside tells apart."""


@dataclass(frozen=True, slots=True)
class Interval:
    """One row. `coverage` is 0 to 1; speeds and `heavy` are None where nobody can know them."""

    counter_id: str
    lane: int
    direction: Direction
    starts_at: int
    minutes: int
    vehicles: int
    coverage: float
    mean_speed_kmh: float | None
    p85_speed_kmh: float | None
    heavy: int | None

    @property
    def interval_id(self) -> str:
        """The same for the same counter, lane, direction, start and length, on every machine."""
        name = f"{self.counter_id}/{self.lane}/{self.direction}/{self.starts_at}/{self.minutes}"
        return str(uuid.uuid5(_INTERVAL_IDS, name))


def quarter_start(at_ms: int, minutes: int = QUARTER_MINUTES) -> int:
    """The start of the interval that holds this time. Hong Kong is a whole number of hours
    from UTC and keeps no summer time, so quarters of UTC are quarters of the clock."""
    return at_ms - at_ms % (minutes * _MINUTE_MS)


def finished_quarters(
    counter_id: str,
    channels: Sequence[Channel],
    passages: Iterable[VehiclePassage],
    coverage: Iterable[CoverageSpan],
    since_ms: int,
    now_ms: int,
    settle_ms: int = SETTLE_MS,
) -> list[Interval]:
    """Every quarter hour from the one holding `since_ms` to the last that is final by `now_ms`.

    Give all passages and spans of that time. Quarters in which nobody listened come too, with
    coverage 0: the times when the kiosk itself was off are part of the answer.
    """
    end = quarter_start(now_ms - settle_ms)
    start = quarter_start(since_ms)
    return intervals(counter_id, channels, passages, coverage, start, end)


def intervals(
    counter_id: str,
    channels: Sequence[Channel],
    passages: Iterable[VehiclePassage],
    coverage: Iterable[CoverageSpan],
    start_ms: int,
    end_ms: int,
    minutes: int = QUARTER_MINUTES,
) -> list[Interval]:
    """A row for every channel and interval from `start_ms` (on a boundary) up to `end_ms`.

    A vehicle outside the expected channels still counts, in a row of its own. Passages and
    spans of other counters are ignored. Rows are in order of time, lane and direction.
    """
    length_ms = minutes * _MINUTE_MS
    vehicles: defaultdict[tuple[int, Channel], list[VehiclePassage]] = defaultdict(list)
    heard = [(span.starts_at, span.ends_at) for span in coverage if span.counter_id == counter_id]
    for passage in passages:
        if passage.counter_id != counter_id or not start_ms <= passage.passed_at < end_ms:
            continue
        begins = passage.passed_at - passage.passed_at % length_ms
        vehicles[begins, Channel(passage.lane, passage.direction)].append(passage)
        # A vehicle is proof that the counter was heard, also where the span was lost with a
        # power cut: a row with vehicles never claims that nobody listened.
        heard.append((passage.passed_at, passage.passed_at + _VEHICLE_PROOF_MS))
    covered_ms = _covered(heard, start_ms, end_ms, length_ms)
    wanted = {
        (begins, channel) for begins in range(start_ms, end_ms, length_ms) for channel in channels
    }
    return [
        _row(
            counter_id,
            channel,
            begins,
            minutes,
            vehicles.get((begins, channel), []),
            round(covered_ms.get(begins, 0) / length_ms, 6),
        )
        for begins, channel in sorted(wanted | vehicles.keys())
    ]


def percentile(values: Iterable[Decimal | float], share: float) -> float:
    """The value below which `share` of the values lie, between neighbours where needed.

    One value per vehicle, never percentiles of percentiles. `values` must not be empty. The
    records and the page both use it, so that they tell the same figure of the same vehicles.
    """
    ordered = sorted(float(value) for value in values)
    position = (len(ordered) - 1) * share
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def _row(
    counter_id: str,
    channel: Channel,
    begins: int,
    minutes: int,
    vehicles: Sequence[VehiclePassage],
    coverage: float,
) -> Interval:
    speeds = [passage.speed_kmh for passage in vehicles if passage.speed_kmh is not None]
    told = (is_heavy(passage.vehicle_class, passage.class_scheme) for passage in vehicles)
    known = [heavy for heavy in told if heavy is not None]
    none_passed = not vehicles and coverage > 0
    return Interval(
        counter_id,
        channel.lane,
        channel.direction,
        begins,
        minutes,
        len(vehicles),
        coverage,
        round(fmean(map(float, speeds)), 2) if speeds else None,
        round(percentile(speeds, V85), 2) if speeds else None,
        sum(known) if known or none_passed else None,
    )


def _covered(
    spans: Iterable[tuple[int, int]], start_ms: int, end_ms: int, length_ms: int
) -> dict[int, int]:
    """Milliseconds of each interval that lie in at least one span."""
    covered: defaultdict[int, int] = defaultdict(int)
    reached = start_ms
    for begins, ends in sorted(spans):
        at = max(begins, reached)
        ends = min(ends, end_ms)
        while at < ends:
            interval = at - at % length_ms
            until = min(ends, interval + length_ms)
            covered[interval] += until - at
            at = until
        reached = max(reached, ends)
    return covered
