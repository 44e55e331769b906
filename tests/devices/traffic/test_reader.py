"""The reader thread on the real pyserial, a real pseudo-terminal and a simulated radar."""

from __future__ import annotations

import random
import time
from decimal import Decimal

from devices.simulators.radar import RoadVehicle, SimulatedRadar
from devices.traffic.events import (
    CounterConnected,
    CounterIdentified,
    CounterLost,
    CounterNoise,
    CoverageSpan,
    Direction,
    LossReason,
    SpanReason,
    VehiclePassage,
)
from devices.traffic.ops24x import BAUD, Ops24x
from devices.traffic.reader import CounterReader
from devices.traffic.transport import open_serial
from tests.devices.traffic.listening import QUICK, EventLog

CAR = RoadVehicle(0, Direction.INBOUND, Decimal(36), Decimal("4.6"))
BUS = RoadVehicle(0, Direction.OUTBOUND, Decimal("28.5"), Decimal("11.8"))


def test_a_radar_is_identified_set_up_and_its_vehicles_are_told(
    radar: SimulatedRadar, reader: CounterReader, heard: EventLog
) -> None:
    reader.start()
    heard.wait_for(
        lambda: any(event.version for event in heard.all_of(CounterIdentified)), "identity"
    )
    assert heard.all_of(CounterIdentified)[-1].product == "OPS243"
    radar.drive_past(CAR)
    radar.drive_past(BUS)
    heard.wait_for_count(VehiclePassage, 2)
    car, bus = heard.passages
    assert (car.direction, car.speed_kmh, car.vehicle_class) == (
        Direction.INBOUND,
        Decimal("36.00"),
        "short",
    )
    assert (bus.direction, bus.length_m, bus.vehicle_class) == (
        Direction.OUTBOUND,
        Decimal("11.8"),
        "medium",
    )
    assert {"OJ", "UK", "ON"} <= set(radar.commands)
    assert not {"AX", "A!"} & set(radar.commands)


def test_every_vehicle_lies_in_the_time_that_was_listened_to(
    radar: SimulatedRadar, reader: CounterReader, heard: EventLog
) -> None:
    reader.start()
    heard.wait_for_count(CounterConnected)
    radar.drive_past(CAR)
    passage = heard.wait_for_count(VehiclePassage)
    told = heard.events[: heard.events.index(passage)]
    spans = [event for event in told if isinstance(event, CoverageSpan)]
    assert any(span.starts_at <= passage.passed_at <= span.ends_at for span in spans)


def test_a_quiet_radar_is_asked_and_stays_covered(
    radar: SimulatedRadar, reader: CounterReader, heard: EventLog
) -> None:
    reader.start()
    heard.wait_for(
        lambda: len(heard.spans) == 1 and heard.spans[0].ends_at - heard.spans[0].starts_at > 400,
        "a span that grows without vehicles",
    )
    assert radar.commands.count("?P") >= 3
    assert heard.passages == []
    assert heard.all_of(CounterLost) == []


def test_a_hanging_radar_ends_its_coverage_where_it_was_last_heard(
    radar: SimulatedRadar, reader: CounterReader, heard: EventLog
) -> None:
    reader.start()
    heard.wait_for_count(CounterConnected)
    radar.hang()
    lost = heard.wait_for_count(CounterLost)
    assert lost.reason is LossReason.NOT_ANSWERING
    assert "power" in lost.next_step
    [span] = heard.spans
    assert span.reason is SpanReason.LOST
    assert span.ends_at <= lost.at - 2 * QUICK.answer_within_ms


def test_a_pulled_cable_is_noticed_and_a_returning_one_counts_again(
    radar: SimulatedRadar, reader: CounterReader, heard: EventLog
) -> None:
    reader.start()
    heard.wait_for_count(CounterConnected)
    radar.drive_past(CAR)
    heard.wait_for_count(VehiclePassage)
    pulled_at = time.monotonic()
    radar.pull_cable()
    lost = heard.wait_for_count(CounterLost)
    assert time.monotonic() - pulled_at < 1
    assert lost.reason is LossReason.UNPLUGGED
    missing = heard.wait_for_count(CounterLost, 2)
    assert missing.reason is LossReason.PORT_MISSING
    radar.plug_in()
    heard.wait_for_count(CounterConnected, 2)
    radar.drive_past(BUS)
    heard.wait_for_count(VehiclePassage, 2)
    before, after = heard.spans
    assert before.reason is SpanReason.LOST
    assert before.ends_at < after.starts_at
    assert len(heard.all_of(CounterLost)) == 2


def test_a_counter_that_was_never_there_is_heard_when_it_comes(
    radar: SimulatedRadar, reader: CounterReader, heard: EventLog
) -> None:
    radar.pull_cable()
    reader.start()
    lost = heard.wait_for_count(CounterLost)
    assert lost.reason is LossReason.PORT_MISSING
    assert heard.spans == []
    radar.plug_in()
    heard.wait_for_count(CounterConnected)


def test_noise_is_counted_and_the_vehicles_around_it_are_kept(
    radar: SimulatedRadar, reader: CounterReader, heard: EventLog
) -> None:
    reader.start()
    heard.wait_for_count(CounterConnected)
    radar.drive_past(CAR)
    radar.send(b'\x00\xf3garb{"spe\r\n')
    radar.send(b"\xfe\xff")
    radar.drive_past(BUS)
    heard.wait_for_count(VehiclePassage, 2)
    heard.wait_for(
        lambda: sum(event.discarded_bytes for event in heard.all_of(CounterNoise)) == 13,
        "13 discarded bytes",
    )
    assert [passage.direction for passage in heard.passages] == ["inbound", "outbound"]


def test_a_wrong_baud_rate_never_looks_like_a_counter(
    radar: SimulatedRadar, reader: CounterReader, heard: EventLog
) -> None:
    radar.hang()
    reader.start()
    noise = random.Random(7)
    while not heard.all_of(CounterNoise):
        radar.send(noise.randbytes(500) + b"\r\n")
    lost = heard.wait_for_count(CounterLost)
    assert lost.reason is LossReason.NOT_ANSWERING
    assert heard.all_of(CounterConnected) == []
    assert heard.spans == []


def test_a_radar_that_lost_power_gets_its_settings_again(
    radar: SimulatedRadar, reader: CounterReader, heard: EventLog
) -> None:
    reader.start()
    heard.wait_for(lambda: "?V" in radar.commands and len(heard.spans) > 0, "set-up")
    radar.drive_past(CAR)
    heard.wait_for_count(VehiclePassage)
    radar.lose_power()
    radar.drive_past(CAR)
    heard.wait_for_count(VehiclePassage, 2)
    heard.wait_for(lambda: radar.commands.count("UK") >= 2, "set up again")
    assert {passage.speed_kmh for passage in heard.passages} == {Decimal("36.00")}


def test_a_port_in_use_is_told_once_and_taken_when_it_is_free(
    radar: SimulatedRadar, reader: CounterReader, heard: EventLog
) -> None:
    other = open_serial(radar.port, BAUD)
    reader.start()
    lost = heard.wait_for_count(CounterLost)
    assert lost.reason is LossReason.PORT_BUSY
    other.close()
    heard.wait_for_count(CounterConnected)
    assert len(heard.all_of(CounterLost)) == 1


def test_stopping_is_quick_and_hands_out_the_vehicle_in_the_beam(
    radar: SimulatedRadar, reader: CounterReader, heard: EventLog
) -> None:
    reader.start()
    heard.wait_for_count(CounterConnected)
    report = b'{"speed":9.0,"direction":"inbound","unit":"mps"}\r\n'
    noise = b"?\r\n"
    radar.send(report + report + noise)
    heard.wait_for_count(CounterNoise)
    began = time.monotonic()
    reader.stop()
    assert time.monotonic() - began < 1
    assert not reader.running
    assert len(heard.passages) == 1
    assert heard.spans[-1].reason is SpanReason.STOPPED


def test_a_reader_that_is_stopped_while_it_waits_for_a_port_ends(heard: EventLog) -> None:
    reader = CounterReader("gate", lambda: open_serial("/nowhere/at/all", BAUD), Ops24x, heard)
    reader.start()
    heard.wait_for_count(CounterLost)
    reader.stop()
    assert not reader.running
