"""The demo's roads: a clock that catches up, and one day cut in two without an overlap."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.simulators.radar import RoadVehicle
from devices.traffic.events import VehiclePassage
from kiosk.civil_time import DAY_MS, HOUR_MS, day_start_ms
from kiosk.demo import devices
from kiosk.demo.devices import CatchUpClock, DemoRoads

NOON = 1_795_320_000_000  # 12:00 in Hong Kong, on a day of the demo
NAMES = ("gate", "bridge")


class HandTime:
    """Stands in for `time`: passes only when the test says so."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms
        self.passed_s = 0.0

    def time_ns(self) -> int:
        return int(self.now_ms + self.passed_s * 1000) * 1_000_000

    def monotonic(self) -> float:
        return 7.0 + self.passed_s


@pytest.fixture
def hand_time(monkeypatch: pytest.MonkeyPatch) -> HandTime:
    hand = HandTime(NOON)
    monkeypatch.setattr(devices, "time", hand)
    return hand


def test_the_clock_runs_fast_until_it_is_now_and_then_as_life(hand_time: HandTime) -> None:
    clock = CatchUpClock(NOON - HOUR_MS, speed=60.0)
    hand_time.passed_s = 5  # the kiosk takes a while to paint its first page
    assert clock.now().wall_ms == NOON - HOUR_MS
    assert clock.now().mono_ms == 0
    clock.begin()
    hand_time.passed_s = 6
    assert clock.now().wall_ms == NOON - HOUR_MS + 60_000
    for caught_up_s in (67, 68, 3600):
        hand_time.passed_s = caught_up_s
        assert clock.now().wall_ms == NOON + 1000 * caught_up_s


def test_the_clock_never_goes_back_or_ahead_of_life(hand_time: HandTime) -> None:
    clock = CatchUpClock(NOON - HOUR_MS)
    clock.begin()
    shown = []
    for tenth in range(2_000):
        hand_time.passed_s = tenth / 10
        shown.append(clock.now().wall_ms)
        assert shown[-1] <= NOON + hand_time.passed_s * 1000
    assert all(earlier < later for earlier, later in pairwise(shown))


@given(ahead_ms=st.integers(0, 3 * HOUR_MS), behind_ms=st.integers(1, 2 * HOUR_MS))
def test_what_is_due_comes_when_the_clock_shows_it(ahead_ms: int, behind_ms: int) -> None:
    hand = HandTime(NOON)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(devices, "time", hand)
        clock = CatchUpClock(NOON - behind_ms)
        clock.begin()
        due = NOON - behind_ms + ahead_ms
        hand.passed_s = clock.real_seconds_until(due)
        assert abs(clock.now().wall_ms - due) <= 1


# ---- the roads


@pytest.fixture(params=[NOON, NOON - 9 * HOUR_MS, NOON - 11 * HOUR_MS - 30 * 60_000])
def roads(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DemoRoads]:
    """A demo that begins at noon, at three in the morning, and half an hour after midnight."""
    monkeypatch.setattr(devices, "time", HandTime(request.param))
    roads = DemoRoads(tmp_path, request.param)
    roads.start()
    roads.clock.begin()
    yield roads
    roads.stop()


def replayed(roads: DemoRoads, name: str) -> list[RoadVehicle]:
    return roads._road(name)


def earlier(roads: DemoRoads, name: str) -> list[VehiclePassage]:
    return roads.earlier_today(name, f"record-of-{name}")[0]


@pytest.mark.parametrize("name", NAMES)
def test_each_vehicle_of_the_day_passed_before_the_replay_or_passes_in_it(
    roads: DemoRoads, name: str
) -> None:
    begins = roads.clock.begins_at_ms
    midnight = day_start_ms(begins)
    before = earlier(roads, name)
    assert all(midnight <= one.passed_at < begins for one in before)
    coming = replayed(roads, name)
    assert all(vehicle.after_s >= 0 for vehicle in coming)
    assert [one.after_s for one in coming] == sorted(one.after_s for one in coming)
    today = roads.clock.real_seconds_until(midnight + DAY_MS)
    of_today = [vehicle for vehicle in coming if vehicle.after_s < today]
    whole_day = len(roads._passing(name))
    in_the_gap = whole_day - len(before) - len(of_today)
    if name == "bridge" or begins < midnight + 3 * HOUR_MS:
        assert in_the_gap == 0
    else:
        assert in_the_gap > 0
    assert len(coming) == len(of_today) + whole_day  # and tomorrow once more


@pytest.mark.parametrize("name", NAMES)
def test_a_demo_that_goes_on_replays_nothing_that_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(devices, "time", HandTime(NOON))
    until = NOON - 20 * 60_000
    roads = DemoRoads(tmp_path, NOON, recorded_until_ms=until)
    roads.start()
    roads.clock.begin()
    try:
        assert roads.clock.begins_at_ms == until + 1
        midnight = day_start_ms(NOON)
        due = [midnight + at_ms for at_ms, _ in roads._passing(name) if midnight + at_ms > until]
        coming = replayed(roads, name)[: len(due)]
        assert [one.after_s for one in coming] == [
            roads.clock.real_seconds_until(at_ms) for at_ms in due
        ]
    finally:
        roads.stop()


@pytest.mark.parametrize(
    ("recorded_until", "begins"),
    [
        (None, NOON - HOUR_MS),
        (NOON - 3 * HOUR_MS, NOON - HOUR_MS),
        (NOON - 1, NOON),
        (NOON + HOUR_MS, NOON),  # the clock was set back
    ],
)
def test_the_replay_begins_within_the_last_hour(
    tmp_path: Path, recorded_until: int | None, begins: int
) -> None:
    roads = DemoRoads(tmp_path, NOON, recorded_until)
    roads.start()
    roads.stop()
    assert roads.clock.begins_at_ms == begins


@pytest.mark.parametrize("name", NAMES)
def test_what_was_counted_before_was_listened_to_and_spans_do_not_overlap(
    roads: DemoRoads, name: str
) -> None:
    seen, spans = roads.earlier_today(name, "record")
    begins = roads.clock.begins_at_ms
    assert all(span.starts_at < span.ends_at <= begins for span in spans)
    assert all(first.ends_at < second.starts_at for first, second in pairwise(spans))
    assert {one.counter_id for one in (*seen, *spans)} <= {"record"}
    assert all(
        any(span.starts_at <= one.passed_at < span.ends_at for span in spans) for one in seen
    )


def test_the_site_file_of_the_demo_names_ports_that_can_be_opened(roads: DemoRoads) -> None:
    sites = roads.sites()
    assert {site.counter_id for site in sites} == set(NAMES) == set(roads.radars)
    assert all(Path(site.port).exists() for site in sites)


def test_real_time_is_used_when_nobody_drives_it(tmp_path: Path) -> None:
    now_ms = time.time_ns() // 1_000_000
    clock = CatchUpClock(now_ms - HOUR_MS)
    clock.begin()
    assert now_ms - HOUR_MS <= clock.now().wall_ms <= time.time_ns() // 1_000_000
