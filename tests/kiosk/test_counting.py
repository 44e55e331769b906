"""Vehicle counting: kept through a full disk, told once per quarter hour, never left out."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from devices.simulators.radar import RoadVehicle, SimulatedRadar
from devices.traffic.clock import HostMoment
from devices.traffic.events import (
    CounterConnected,
    CounterEvent,
    CounterIdentified,
    CounterLost,
    CounterNoise,
    CoverageSpan,
    Direction,
    LossReason,
    Quality,
    SpanReason,
    VehiclePassage,
)
from devices.traffic.ops24x import Ops24x
from devices.traffic.reader import CounterReader
from devices.traffic.transport import open_serial
from kiosk import counting
from kiosk.civil_time import DAY_MS
from kiosk.counting import CounterNews, Counting
from kiosk.records import traffic
from kiosk.workers import Writer
from offline_sync.database import StoreFull
from offline_sync.store import Store
from tests.builders import open_test_store
from tests.devices.traffic.listening import QUICK

WAIT_S = 15.0
GATE = "gate"
QUARTER = 15 * 60_000
MORNING = 1_795_305_600_000  # a full quarter hour


class SetClock:
    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms

    def now(self) -> HostMoment:
        return HostMoment(self.now_ms, self.now_ms)


class HandReader:
    """A reader whose events the test gives."""

    def __init__(self, hand_over: Callable[[CounterEvent], None]) -> None:
        self.hand_over = hand_over
        self.running = False
        self.last_words: list[CounterEvent] = []
        self.stuck = False

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        for event in self.last_words:
            self.hand_over(event)
        self.running = self.stuck


class Roadside:
    """Counting at one gate on a store of its own."""

    def __init__(self, folder: Path, now_ms: int = MORNING) -> None:
        self.writer = Writer(lambda: open_test_store(folder))
        self.writer.start().result(WAIT_S)
        self.clock = SetClock(now_ms)
        self.news: list[CounterNews] = []
        self.told_saved = 0
        self.readers: list[HandReader] = []
        self.counting = Counting(self.writer, self.clock, self.news.append, self._saved)
        self.counting.add(GATE, self._reader)
        self.counting.start()

    def hear(self, *events: CounterEvent) -> None:
        for event in events:
            self.readers[-1].hand_over(event)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return self.writer.submit(lambda store: store.connection.execute(sql).fetchall()).result(
            WAIT_S
        )

    def count(self, table: str) -> int:
        (row,) = self.rows(f"SELECT count(*) FROM {table}")
        assert isinstance(row[0], int)
        return row[0]

    def wait_for(self, what: Callable[[], bool]) -> None:
        deadline = time.monotonic() + WAIT_S
        while not what():
            assert time.monotonic() < deadline, "it did not come"
            self.rows("SELECT 1")  # one turn of the writer's queue

    def close(self) -> None:
        self.counting.stop()
        self.writer.stop()

    def _reader(self, hand_over: Callable[[CounterEvent], None]) -> HandReader:
        self.readers.append(HandReader(hand_over))
        return self.readers[-1]

    def _saved(self) -> None:
        self.told_saved += 1


class Disk:
    """A disk that is full for as long as the test says so."""

    def __init__(self) -> None:
        self.full = False
        self.refused = 0

    def keep(self, keep: Callable[..., None], store: Store, rows: object) -> None:
        if self.full:
            self.refused += 1
            raise StoreFull("the disk is full")
        keep(store, rows)


@pytest.fixture(autouse=True)
def short_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_KEEP_EVERY_S", 0.005)
    monkeypatch.setattr(counting, "_ROUNDS_TO_QUARTERS", 2)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    monkeypatch.setattr(traffic, "keep_passages", partial(disk.keep, traffic.keep_passages))
    return disk


@pytest.fixture
def roadside(tmp_path: Path) -> Iterator[Roadside]:
    roadside = Roadside(tmp_path)
    yield roadside
    roadside.close()


def vehicle(at_ms: int) -> VehiclePassage:
    return VehiclePassage(
        GATE,
        1,
        Direction.INBOUND,
        at_ms,
        Decimal("32.5"),
        Decimal("4.6"),
        None,
        None,
        None,
        "{}",
        Quality.GOOD,
    )


def span(starts_at: int, ends_at: int) -> CoverageSpan:
    return CoverageSpan(GATE, starts_at, ends_at, SpanReason.LISTENING)


def test_vehicles_and_listening_are_kept_and_news_is_passed_on(roadside: Roadside) -> None:
    connected = CounterConnected(GATE, MORNING)
    roadside.hear(span(MORNING, MORNING + 10), vehicle(MORNING + 5), connected)
    roadside.wait_for(lambda: roadside.count("vehicle_passage") == 1)
    assert roadside.rows("SELECT starts_at, ends_at FROM counter_coverage") == [
        (MORNING, MORNING + 10)
    ]
    assert roadside.news == [connected]


def test_what_the_counter_is_and_that_it_is_not_understood_stands_in_the_log(
    roadside: Roadside, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "kiosk.counting")
    roadside.hear(CounterConnected(GATE, MORNING), CounterIdentified(GATE, MORNING, "OPS243", "1"))
    for at_ms in (1, 2, 3):
        roadside.hear(CounterNoise(GATE, MORNING + at_ms, 40 + at_ms))
    roadside.hear(CounterConnected(GATE, MORNING + 4), CounterNoise(GATE, MORNING + 5, 7))
    assert "OPS243" in caplog.text
    assert [line for line in caplog.messages if "could not be read" in line] == [
        f"counter {GATE}: {count} bytes could not be read; is its baud right in site.toml?"
        for count in (41, 7)
    ]
    assert all(isinstance(one, CounterConnected) for one in roadside.news)


def test_a_long_jam_is_kept_whole(roadside: Roadside) -> None:
    roadside.hear(*(vehicle(MORNING + number) for number in range(1_203)))
    roadside.wait_for(lambda: roadside.count("vehicle_passage") == 1_203)


def test_vehicles_wait_in_memory_while_the_disk_is_full_and_are_kept_once(
    roadside: Roadside, disk: Disk
) -> None:
    disk.full = True
    roadside.hear(*(vehicle(MORNING + number) for number in range(600)))
    roadside.wait_for(lambda: disk.refused > 2)
    for ends_at in range(1_000, 3_000):
        roadside.hear(span(MORNING, MORNING + ends_at))
    roadside.hear(vehicle(MORNING + 600))
    assert roadside.count("vehicle_passage") == roadside.count("counter_coverage") == 0
    disk.full = False
    roadside.wait_for(lambda: roadside.count("counter_coverage") == 1)
    roadside.wait_for(lambda: roadside.count("vehicle_passage") == 601)
    assert roadside.rows("SELECT passed_at FROM vehicle_passage ORDER BY id") == [
        (MORNING + number,) for number in range(601)
    ]
    roadside.wait_for(
        lambda: roadside.rows("SELECT ends_at FROM counter_coverage") == [(MORNING + 2_999,)]
    )


def test_no_quarter_hour_is_told_while_vehicles_of_it_wait(roadside: Roadside, disk: Disk) -> None:
    roadside.hear(vehicle(MORNING + 1))
    roadside.wait_for(lambda: roadside.count("vehicle_passage") == 1)
    disk.full = True
    roadside.hear(vehicle(MORNING + 2), span(MORNING, MORNING + QUARTER))
    roadside.wait_for(lambda: disk.refused > 0)
    roadside.clock.now_ms = MORNING + QUARTER + 120_000
    seen = disk.refused
    roadside.wait_for(lambda: disk.refused > seen + 6)
    assert roadside.count("vehicle_interval") == 0
    disk.full = False
    roadside.wait_for(lambda: roadside.count("vehicle_interval") == 2)
    assert roadside.rows(
        "SELECT direction, vehicles, coverage FROM vehicle_interval ORDER BY direction"
    ) == [("inbound", 2, 1.0), ("outbound", 0, 1.0)]
    assert roadside.told_saved == 1


def test_after_a_restart_the_missing_quarters_follow_and_none_is_written_twice(
    tmp_path: Path,
) -> None:
    first = Roadside(tmp_path)
    first.hear(span(MORNING, MORNING + 2 * QUARTER), vehicle(MORNING + 1))
    first.clock.now_ms = MORNING + QUARTER + 60_000
    first.wait_for(lambda: first.count("vehicle_interval") == 2)
    before = first.rows("SELECT * FROM vehicle_interval ORDER BY id")
    first.close()

    second = Roadside(tmp_path, MORNING + 3 * QUARTER + 60_000)
    second.wait_for(lambda: second.count("vehicle_interval") == 6)
    second.hear(span(MORNING + 3 * QUARTER, MORNING + 3 * QUARTER + 1))
    second.wait_for(lambda: second.count("counter_coverage") == 2)
    second.close()

    third = Roadside(tmp_path, MORNING + 3 * QUARTER + 60_000)
    third.hear(vehicle(MORNING + 3 * QUARTER + 1))
    third.wait_for(lambda: third.count("vehicle_passage") == 2)
    after = third.rows("SELECT * FROM vehicle_interval ORDER BY id")
    assert set(before) <= set(after)
    assert len(after) == third.count("op_out WHERE tbl = 'vehicle_interval'") == 6
    third.close()


def test_a_clock_that_was_ahead_for_an_hour_stops_nothing(roadside: Roadside) -> None:
    years = 4 * 365 * DAY_MS
    ahead = MORNING + years
    roadside.hear(span(MORNING, MORNING + QUARTER), vehicle(MORNING + 1))
    roadside.clock.now_ms = MORNING + QUARTER + 60_000
    roadside.wait_for(lambda: roadside.count("vehicle_interval") == 2)

    roadside.hear(span(ahead, ahead + 4 * QUARTER), vehicle(ahead + 1))
    roadside.wait_for(lambda: roadside.count("counter_coverage") == 2)
    roadside.clock.now_ms = ahead + 4 * QUARTER + 60_000
    far = f"vehicle_interval WHERE starts_at >= {ahead}"
    roadside.wait_for(lambda: roadside.count(far) == 8)

    later = MORNING + 2 * QUARTER
    roadside.hear(span(later, later + QUARTER), vehicle(later + 1), vehicle(later + 2))
    roadside.wait_for(lambda: roadside.count("counter_coverage") == 3)
    roadside.clock.now_ms = later + QUARTER + 60_000
    near = f"vehicle_interval WHERE starts_at < {MORNING + DAY_MS}"
    roadside.wait_for(lambda: roadside.count(near) == 6)
    assert roadside.rows(
        f"SELECT vehicles, coverage FROM {near} AND direction = 'inbound' ORDER BY starts_at"
    ) == [(1, 1.0), (0, 0.0), (2, 1.0)]


def test_vehicles_of_a_quarter_that_is_told_are_late_and_kept(
    roadside: Roadside, caplog: pytest.LogCaptureFixture
) -> None:
    roadside.hear(span(MORNING, MORNING + 8 * QUARTER))
    roadside.wait_for(lambda: roadside.count("counter_coverage") == 1)
    roadside.clock.now_ms = MORNING + 8 * QUARTER + 60_000
    roadside.wait_for(lambda: roadside.count("vehicle_interval") == 16)

    roadside.clock.now_ms = MORNING + 60_000  # somebody set it back by two hours
    roadside.hear(vehicle(MORNING + 60_000))
    roadside.wait_for(lambda: roadside.count("vehicle_passage") == 1)
    roadside.hear(vehicle(MORNING + 60_001), vehicle(MORNING + QUARTER))
    roadside.wait_for(lambda: roadside.count("vehicle_passage") == 3)
    roadside.wait_for(lambda: caplog.text.count("came late") == 2)  # once for each quarter

    roadside.hear(vehicle(MORNING + 8 * QUARTER + 1))
    roadside.clock.now_ms = MORNING + 9 * QUARTER + 60_000
    roadside.wait_for(lambda: roadside.count("vehicle_interval") == 18)
    assert roadside.rows("SELECT sum(vehicles) FROM vehicle_interval") == [(1,)]
    assert caplog.text.count("came late") == 2


def test_a_missed_week_is_saved_in_short_jobs(
    roadside: Roadside, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[int] = []
    save = counting.save_finished_quarters

    def counted(store: Store, counter_id: str, now_ms: int) -> int:
        saved.append(save(store, counter_id, now_ms))
        return saved[-1]

    monkeypatch.setattr(counting, "save_finished_quarters", counted)
    roadside.hear(vehicle(MORNING))
    roadside.wait_for(lambda: roadside.count("vehicle_passage") == 1)
    roadside.clock.now_ms = MORNING + 7 * DAY_MS
    week = 7 * 96 - 1  # the last one is not final yet
    roadside.wait_for(lambda: roadside.count("vehicle_interval") == 2 * week)
    assert max(saved) <= 200
    assert sum(saved) == 2 * week
    assert roadside.told_saved == len([rows for rows in saved if rows])


def test_what_can_never_be_kept_holds_up_nothing_else(
    roadside: Roadside, caplog: pytest.LogCaptureFixture
) -> None:
    backwards = span(MORNING + 10, MORNING)
    roadside.hear(vehicle(MORNING), backwards, span(MORNING, MORNING + 5), vehicle(MORNING + 1))
    roadside.wait_for(lambda: roadside.count("vehicle_passage") == 2)
    roadside.wait_for(lambda: "left out" in caplog.text)
    assert roadside.rows("SELECT starts_at FROM counter_coverage") == [(MORNING,)]
    assert f"starts_at={MORNING + 10}" in caplog.text
    roadside.hear(vehicle(MORNING + 2))
    roadside.wait_for(lambda: roadside.count("vehicle_passage") == 3)


def test_what_a_reader_says_last_is_kept(tmp_path: Path) -> None:
    roadside = Roadside(tmp_path)
    roadside.readers[0].last_words = [vehicle(MORNING), span(MORNING, MORNING + 1)]
    roadside.close()
    with open_test_store(tmp_path) as store:
        assert store.connection.execute("SELECT count(*) FROM vehicle_passage").fetchone() == (1,)


def test_stopping_on_a_full_disk_says_how_many_vehicles_are_lost(
    tmp_path: Path, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    roadside = Roadside(tmp_path)
    disk.full = True
    roadside.hear(vehicle(MORNING), vehicle(MORNING + 1))
    roadside.close()
    assert "2 vehicles are lost" in caplog.text


def test_a_store_that_hangs_does_not_hold_up_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(counting, "_STOP_WITHIN_S", 0.05)
    roadside = Roadside(tmp_path)
    goes_on = threading.Event()
    hanging = roadside.writer.submit(lambda _: goes_on.wait(WAIT_S))
    roadside.hear(vehicle(MORNING))
    roadside.counting.stop()
    assert not hanging.done()
    assert "1 vehicles are lost" in caplog.text
    goes_on.set()
    roadside.writer.stop()
    roadside.counting._thread.join(WAIT_S)


def test_what_a_reader_hands_over_after_the_end_is_told_as_lost(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    roadside = Roadside(tmp_path)
    roadside.readers[0].stuck = True
    roadside.close()
    assert f"the reader of counter {GATE} does not end" in caplog.text
    roadside.hear(vehicle(MORNING + 77), span(MORNING, MORNING + 77))
    assert caplog.text.count("came after the end") == 2
    assert f"passed_at={MORNING + 77}" in caplog.text


def test_a_full_disk_is_logged_when_it_begins_and_when_it_ends(
    roadside: Roadside, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "kiosk.counting")
    disk.full = True
    roadside.hear(vehicle(MORNING))
    roadside.wait_for(lambda: disk.refused > 5)
    disk.full = False
    roadside.wait_for(lambda: "no longer so" in caplog.text)
    assert caplog.text.count("they wait in memory: StoreFull") == 1


def test_a_reader_that_ended_by_a_fault_is_started_again(roadside: Roadside) -> None:
    roadside.readers[0].running = False
    roadside.wait_for(lambda: len(roadside.readers) == 2 and roadside.readers[1].running)
    roadside.hear(vehicle(MORNING))
    roadside.wait_for(lambda: roadside.count("vehicle_passage") == 1)


def test_a_counter_that_is_plugged_in_after_the_start_is_counted(
    tmp_path: Path, roadside: Roadside
) -> None:
    port = tmp_path / "radar"
    heard: list[CounterNews] = []
    changed = threading.Condition()

    def news(event: CounterNews) -> None:
        with changed:
            heard.append(event)
            changed.notify_all()

    def wait_for(kind: type[CounterNews]) -> CounterNews:
        with changed:
            assert changed.wait_for(lambda: any(isinstance(one, kind) for one in heard), WAIT_S)
            return next(one for one in heard if isinstance(one, kind))

    late = Counting(roadside.writer, roadside.clock, news, lambda: None)
    late.add(
        "bridge",
        lambda hand_over: CounterReader(
            "bridge", partial(open_serial, str(port), 19200), Ops24x, hand_over, timing=QUICK
        ),
    )
    late.start()
    try:
        lost = wait_for(CounterLost)
        assert isinstance(lost, CounterLost)
        assert lost.reason is LossReason.PORT_MISSING
        road = [
            RoadVehicle(0.3 + 0.2 * number, Direction.INBOUND, Decimal(30), Decimal("4.6"))
            for number in range(100)
        ]
        radar = SimulatedRadar(port, road)
        radar.start()
        try:
            wait_for(CounterConnected)
            roadside.wait_for(
                lambda: roadside.count("vehicle_passage WHERE counter_id = 'bridge'") > 0
            )
        finally:
            radar.stop()
    finally:
        late.stop()
