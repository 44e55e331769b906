"""The simulated radar against the real reader: a recorded road, replayed faster than life."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from devices.simulators.radar import Firmware, ReplayClock, SimulatedRadar, road_of
from devices.traffic.events import CounterConnected, Direction, VehiclePassage
from devices.traffic.jamar import passages, read_jamar
from devices.traffic.ops24x import BAUD, Ops24x
from devices.traffic.reader import CounterReader
from devices.traffic.timing import ReaderTiming
from devices.traffic.transport import open_serial
from tests.devices.traffic.listening import EventLog

SAMPLE = Path(__file__).parents[3] / "assets" / "demo" / "traffic" / "village_road.txt"
PATIENT = ReaderTiming(probe_after_ms=10**9, answer_within_ms=10**9)


@pytest.mark.parametrize(
    ("firmware", "minutes", "speed"),
    # Object mode tells vehicles apart by their gaps, so it is not hurried as much.
    [(Firmware.LENGTH, 60, 3_600.0), (Firmware.OBJECT, 4, 120.0)],
)
def test_a_recorded_road_is_counted_vehicle_for_vehicle(
    firmware: Firmware, minutes: int, speed: float, tmp_path: Path
) -> None:
    recorded = passages(read_jamar(SAMPLE.read_bytes()), "tube")
    begins = recorded[0].passed_at + 7 * 3_600_000
    ends = begins + minutes * 60_000
    recorded = [each for each in recorded if begins <= each.passed_at < ends]
    assert len(recorded) > 15
    heard = EventLog()
    clock = ReplayClock(begins, speed)
    radar = SimulatedRadar(tmp_path / "radar", (), speed, firmware)
    radar.start()
    reader = CounterReader(
        "gate", lambda: open_serial(radar.port, BAUD), Ops24x, heard, clock, PATIENT
    )
    reader.start()
    try:
        heard.wait_for_count(CounterConnected)
        radar.replay(road_of(recorded))
        heard.wait_for(
            lambda: len(heard.all_of(VehiclePassage)) >= len(recorded), f"{len(recorded)} vehicles"
        )
    finally:
        reader.stop()
        radar.stop()
    assert radar.passed == len(recorded)
    assert radar.dropped_bytes == 0
    assert Counter(each.direction for each in heard.passages) == Counter(
        Direction.INBOUND if each.lane == 1 else Direction.OUTBOUND for each in recorded
    )
    assert all(each.speed_kmh is not None for each in heard.passages)


def test_the_replay_clock_starts_where_it_is_told_and_runs_fast() -> None:
    clock = ReplayClock(1_000_000, 60_000.0)
    first = clock.now()
    while clock.now().mono_ms < 60_000:
        continue
    assert first.wall_ms >= 1_000_000
    assert clock.now().wall_ms >= 1_060_000
