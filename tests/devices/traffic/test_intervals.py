from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.traffic.events import (
    FHWA_SCHEME,
    CoverageSpan,
    Direction,
    Quality,
    SpanReason,
    VehiclePassage,
)
from devices.traffic.intervals import (
    BOTH_WAYS,
    SETTLE_MS,
    Channel,
    Interval,
    finished_quarters,
    intervals,
    percentile,
)

QUARTER = 15 * 60_000
START = 1_795_000_500_000 - 1_795_000_500_000 % QUARTER


def vehicle(
    after_ms: int,
    direction: Direction = Direction.INBOUND,
    speed: str | None = "30",
    vehicle_class: str | None = "2",
) -> VehiclePassage:
    return VehiclePassage(
        "gate",
        1,
        direction,
        START + after_ms,
        None if speed is None else Decimal(speed),
        None,
        vehicle_class,
        None if vehicle_class is None else FHWA_SCHEME,
        None,
        "",
        Quality.GOOD,
    )


def heard(begin_ms: int, end_ms: int, counter: str = "gate") -> CoverageSpan:
    return CoverageSpan(counter, START + begin_ms, START + end_ms, SpanReason.STOPPED)


def inbound(rows: list[Interval]) -> list[tuple[int, float]]:
    return [(row.vehicles, row.coverage) for row in rows if row.direction is Direction.INBOUND]


def test_no_vehicles_and_no_data_never_look_the_same() -> None:
    rows = intervals("gate", BOTH_WAYS, [], [heard(0, QUARTER)], START, START + 2 * QUARTER)
    assert inbound(rows) == [(0, 1.0), (0, 0.0)]
    assert [row.heavy for row in rows] == [0, 0, None, None]


def test_overlapping_spans_are_not_counted_twice() -> None:
    spans = [heard(0, QUARTER // 2), heard(0, QUARTER // 3), heard(QUARTER // 4, QUARTER // 2)]
    [row, _] = intervals("gate", BOTH_WAYS, [], spans, START, START + QUARTER)
    assert row.coverage == 0.5


def test_spans_and_vehicles_of_another_counter_are_ignored() -> None:
    rows = intervals("bridge", BOTH_WAYS, [vehicle(0)], [heard(0, QUARTER)], START, START + QUARTER)
    assert inbound(rows) == [(0, 0.0)]


def test_a_row_has_mean_85th_percentile_and_heavy_vehicles() -> None:
    passages = [vehicle(index, speed=str(20 + index)) for index in range(21)]
    passages += [vehicle(50, speed=None, vehicle_class="9"), vehicle(60, speed=None)]
    [row, _] = intervals("gate", BOTH_WAYS, passages, [heard(0, QUARTER)], START, START + QUARTER)
    assert (row.vehicles, row.mean_speed_kmh, row.p85_speed_kmh, row.heavy) == (23, 30.0, 37.0, 1)


def test_what_nobody_can_know_is_none() -> None:
    unknown = vehicle(0, speed=None, vehicle_class=None)
    [row, _] = intervals("gate", BOTH_WAYS, [unknown], [], START, START + QUARTER)
    assert (row.mean_speed_kmh, row.p85_speed_kmh, row.heavy) == (None, None, None)


def test_a_vehicle_of_an_unexpected_direction_is_counted_in_a_row_of_its_own() -> None:
    rows = intervals(
        "gate", BOTH_WAYS, [vehicle(0, Direction.UNKNOWN)], [], START, START + 2 * QUARTER
    )
    assert len(rows) == 5
    assert sum(row.vehicles for row in rows) == 1


def test_a_quarter_hour_is_written_only_when_it_is_final() -> None:
    before = START + QUARTER + SETTLE_MS - 1
    assert finished_quarters("gate", BOTH_WAYS, [], [], START, before) == []
    assert len(finished_quarters("gate", BOTH_WAYS, [], [], START, before + 1)) == 2


def test_a_restarted_kiosk_finds_the_same_rows_under_the_same_ids() -> None:
    passages = [vehicle(1000), vehicle(QUARTER + 5)]
    spans = [heard(0, QUARTER // 2), heard(QUARTER, 2 * QUARTER)]
    now = START + 2 * QUARTER + SETTLE_MS
    first = finished_quarters("gate", BOTH_WAYS, passages, spans, START, now)
    again = finished_quarters("gate", BOTH_WAYS, passages, spans, START + 7, now + 1)
    assert first == again
    assert [row.interval_id for row in first] == [row.interval_id for row in again]
    assert len({row.interval_id for row in first}) == 4


def test_interval_ids_are_the_same_on_every_machine_for_ever() -> None:
    row = Interval("gate", 1, Direction.INBOUND, START, 15, 0, 1.0, None, None, 0)
    assert row.interval_id == "bc45cef4-10b3-5c30-9dfb-d140f0fabd90"


def test_the_time_the_kiosk_was_off_is_filled_with_rows_of_no_data() -> None:
    rows = finished_quarters(
        "gate",
        BOTH_WAYS,
        [],
        [heard(0, QUARTER), heard(3 * QUARTER, 4 * QUARTER)],
        START,
        START + 4 * QUARTER + SETTLE_MS,
    )
    assert [coverage for _, coverage in inbound(rows)] == [1.0, 0.0, 0.0, 1.0]


def test_a_vehicle_alone_is_proof_that_somebody_listened() -> None:
    [row, other] = intervals("gate", BOTH_WAYS, [vehicle(0)], [], START, START + QUARTER)
    assert row.coverage == other.coverage == pytest.approx(1 / 900, abs=1e-6)


@pytest.mark.parametrize(("share", "value"), [(0.0, 1.0), (0.5, 2.5), (0.85, 3.55), (1.0, 4.0)])
def test_percentiles_lie_between_neighbours(share: float, value: float) -> None:
    assert percentile([Decimal(4), Decimal(1), Decimal(3), Decimal(2)], share) == pytest.approx(
        value
    )


@given(
    st.lists(st.tuples(st.integers(0, 4 * QUARTER - 1), st.sampled_from(Direction)), max_size=30),
    st.lists(
        st.tuples(st.integers(-QUARTER, 5 * QUARTER), st.integers(0, 3 * QUARTER)), max_size=10
    ),
)
def test_no_vehicle_is_lost_or_doubled_and_coverage_stays_a_share(
    passed: list[tuple[int, Direction]], listened: list[tuple[int, int]]
) -> None:
    passages = [vehicle(after, direction) for after, direction in passed]
    spans = [heard(begin, begin + length) for begin, length in listened]
    rows = intervals("gate", BOTH_WAYS, passages, spans, START, START + 4 * QUARTER)
    assert sum(row.vehicles for row in rows) == len(passages)
    assert all(0 <= row.coverage <= 1 for row in rows)
    assert all(row.coverage > 0 for row in rows if row.vehicles)
    assert len({row.interval_id for row in rows}) == len(rows)
    keys = [(row.starts_at, row.lane, row.direction) for row in rows]
    assert all(earlier < later for earlier, later in pairwise(keys))
    expected = {(START + n * QUARTER, c.lane, c.direction) for n in range(4) for c in BOTH_WAYS}
    assert expected <= set(keys)


def test_a_day_has_a_row_for_each_lane_of_a_tube_counter() -> None:
    lanes = [Channel(1, Direction.UNKNOWN), Channel(2, Direction.UNKNOWN)]
    assert len(intervals("gate", lanes, [], [], START, START + 96 * QUARTER)) == 192
