"""The driver: bytes in, vehicles out, each vehicle once."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from devices.traffic.clock import HostMoment
from devices.traffic.driver import Decoded
from devices.traffic.events import Direction, Quality, VehiclePassage
from devices.traffic.ops24x import Ops24x

NOON_MS = 1_795_000_000_000


def at(seconds: float = 0.0) -> HostMoment:
    return HostMoment(NOON_MS + int(seconds * 1000), int(seconds * 1000))


def line(**keys: object) -> bytes:
    return json.dumps(keys).encode() + b"\r\n"


def found(speed: float, seconds: float, direction: str = "inbound", unit: str = "kmph") -> bytes:
    return line(
        DetectedObjectVelocity=speed,
        direction=direction,
        unit=unit,
        time=NOON_MS / 1000 + seconds + 0.001,
    )


def measured(start: float, end: float, direction: str = "inbound") -> bytes:
    return line(
        classifier=f"object_{direction}",
        start_time=f"{NOON_MS / 1000 + start:.3f}",
        end_time=f"{NOON_MS / 1000 + end:.3f}",
        max_speed_mps=10.0,
        length_m=4.5,
    )


def run(driver: Ops24x, *chunks: tuple[float, bytes]) -> list[VehiclePassage]:
    passages: list[VehiclePassage] = []
    for seconds, data in chunks:
        passages += driver.receive(data, at(seconds)).passages
        passages += driver.settle(at(seconds))
    return passages + list(driver.finish())


def test_a_measured_object_is_one_vehicle_with_speed_length_and_class() -> None:
    [vehicle] = run(Ops24x("gate"), (0, measured(0.0, 0.4, "outbound")))
    assert vehicle.direction is Direction.OUTBOUND
    assert vehicle.speed_kmh == Decimal("36.00")
    assert (vehicle.length_m, vehicle.vehicle_class) == (Decimal("4.5"), "short")
    assert vehicle.passed_at == NOON_MS
    assert vehicle.device_time == f"{NOON_MS / 1000:.3f}"
    assert "object_outbound" in vehicle.raw


def test_a_faster_report_of_the_same_object_is_not_a_second_vehicle() -> None:
    [vehicle] = run(Ops24x("gate"), (0, found(20, 0)), (0.3, found(25, 0.3)), (0.6, found(31, 0.6)))
    assert vehicle.speed_kmh == Decimal("31.00")
    assert vehicle.passed_at == NOON_MS


def test_a_slower_object_in_the_same_direction_is_the_next_vehicle() -> None:
    vehicles = run(Ops24x("gate"), (0, found(40, 0)), (0.5, found(30, 0.5)))
    assert [vehicle.speed_kmh for vehicle in vehicles] == [Decimal("40.00"), Decimal("30.00")]


def test_a_faster_object_after_a_gap_is_the_next_vehicle_even_in_one_burst() -> None:
    burst = found(20, 0) + found(25, 4)
    assert len(run(Ops24x("gate"), (0, burst))) == 2


def test_two_directions_are_two_vehicles() -> None:
    vehicles = run(Ops24x("gate"), (0, found(20, 0) + found(25, 0.1, "outbound")))
    assert {vehicle.direction for vehicle in vehicles} == {Direction.INBOUND, Direction.OUTBOUND}


def test_the_sign_is_the_direction_when_the_radar_names_none() -> None:
    vehicles = run(Ops24x("gate"), (0, line(DetectedObjectVelocity=-22.5, unit="mph")))
    assert vehicles[0].direction is Direction.OUTBOUND
    assert vehicles[0].speed_kmh == Decimal("36.21")


def test_raw_speeds_become_one_vehicle_when_they_stop() -> None:
    driver = Ops24x("gate")
    reports = b"".join(
        line(speed=speed, direction="inbound", unit="mps") for speed in (8.1, 9.4, 9.0)
    )
    assert driver.receive(reports, at(0)).passages == ()
    assert driver.pending
    assert driver.settle(at(0.9)) == ()
    [vehicle] = driver.settle(at(1.1))
    assert vehicle.speed_kmh == Decimal("33.84")
    assert not driver.pending


def test_a_single_raw_report_and_a_walker_are_no_vehicles() -> None:
    walker = line(speed=1.1, direction="inbound", unit="mps")
    assert run(Ops24x("gate"), (0, line(speed=9.0, unit="mps"))) == []
    assert run(Ops24x("gate"), (0, walker), (0.2, walker), (0.4, walker)) == []


def test_a_vehicle_that_stays_in_the_beam_is_told_in_time_and_once() -> None:
    driver = Ops24x("gate")
    told = [
        (second, vehicle)
        for second in range(60)
        for vehicle in driver.receive(
            line(speed=9.0, direction="inbound", unit="mps"), at(second)
        ).passages
    ]
    assert [second for second, _ in told] == [21]
    assert driver.finish() == ()


def test_a_vehicle_is_told_in_time_while_something_else_keeps_moving() -> None:
    driver = Ops24x("gate")
    car = line(speed=12.0, direction="outbound", unit="mps")
    branch = line(speed=0.4, direction="inbound", unit="mps")
    driver.receive(car + car, at(0))
    told = [
        (second, vehicle.direction)
        for second in range(1, 60)
        for vehicle in driver.receive(branch, at(second)).passages
    ]
    assert told == [(21, Direction.OUTBOUND)]


def test_a_radar_that_sends_everything_at_once_counts_each_vehicle_once() -> None:
    driver = Ops24x("gate")
    vehicles = run(
        driver,
        (0.0, line(speed=8.0, direction="inbound") + line(speed=9.0, direction="inbound")),
        (0.2, found(30, 0.2)),
        (0.5, measured(0.0, 0.5)),
        (9.0, line(speed=8.0, direction="inbound") + line(speed=9.0, direction="inbound")),
        (9.2, found(30, 9.2)),
        (9.5, measured(9.0, 9.5)),
    )
    assert len(vehicles) == 2
    assert all(vehicle.length_m is not None for vehicle in vehicles)


def test_a_vehicle_told_before_its_length_arrives_is_not_counted_again() -> None:
    vehicles = run(Ops24x("gate"), (0.0, found(30, 0.0)), (2.0, b""), (2.5, measured(0.0, 2.4)))
    assert len(vehicles) == 1


def test_the_same_object_line_twice_is_one_vehicle() -> None:
    assert len(run(Ops24x("gate"), (0, measured(0.0, 0.4) * 2))) == 1


def test_a_speed_without_a_unit_is_never_guessed_and_the_vehicle_still_counts() -> None:
    driver = Ops24x("gate")
    [vehicle] = run(driver, (0, line(DetectedObjectVelocity=22.5, direction="inbound")))
    assert vehicle.speed_kmh is None
    assert vehicle.quality is Quality.SPEED_UNKNOWN
    driver.receive(line(Units="km-per-hr"), at(5))
    [vehicle] = run(driver, (9, line(DetectedObjectVelocity=22.5, direction="inbound")))
    assert vehicle.speed_kmh == Decimal("22.50")


def test_an_impossible_speed_is_left_out_and_the_vehicle_counts() -> None:
    [vehicle] = run(Ops24x("gate"), (0, found(900, 0)))
    assert vehicle.quality is Quality.SPEED_UNKNOWN


def test_answers_are_proof_of_life_and_identity() -> None:
    driver = Ops24x("gate")
    decoded = driver.receive(line(Product="OPS243") + line(Version="1.3.1"), at())
    assert decoded.alive
    assert decoded.identity is not None
    assert (decoded.identity.product, decoded.identity.version) == ("OPS243", "1.3.1")


def test_noise_and_other_devices_prove_nothing() -> None:
    decoded = Ops24x("gate").receive(b"\x00\xf3garb\r\n" + line(temperature=21), at())
    assert decoded == Decoded(discarded_bytes=6)


def test_set_up_never_resets_the_radar_nor_saves_over_the_installer() -> None:
    commands = Ops24x("gate").opening(at())
    assert commands[0] == b"?P\n"
    assert b"C=%d\n" % (NOON_MS // 1000) in commands
    assert not any(command.startswith((b"AX", b"A!")) for command in commands)


def test_a_radar_that_lost_power_is_set_up_again_and_its_unit_forgotten() -> None:
    driver = Ops24x("gate")
    driver.receive(line(Units="km-per-hr"), at())
    driver.receive(found(20, 0), at(0))
    decoded = driver.receive(line(DetectedObjectVelocity=9.0, time=3.25), at(60))
    assert b"UK\n" in decoded.commands
    assert driver.receive(line(DetectedObjectVelocity=8.0, time=3.5), at(60.2)).commands == ()
    assert driver.finish()[0].speed_kmh is None


def test_a_radar_clock_that_is_off_is_set_again_at_most_once_a_minute() -> None:
    driver = Ops24x("gate")
    driver.opening(at(0))
    assert driver.receive(found(20, 0), at(30)).commands == ()
    assert driver.receive(found(20, 0), at(61)).commands == (b"C=%d\n" % (NOON_MS // 1000 + 61),)
    assert driver.receive(found(20, 0), at(62)).commands == ()


def test_the_documented_noise_resyncs(serial_vectors: list[dict[str, Any]]) -> None:
    [vector] = [entry for entry in serial_vectors if entry["protocol"] == "ops json noise"]
    driver = Ops24x("gate")
    decoded = driver.receive(vector["raw"].encode("latin-1"), at())
    assert decoded.alive
    assert decoded.discarded_bytes == len(b'\x00\xf3garb{"spe')
    assert driver.receive(b'ctedObjectCount":1}\r\n', at()).alive


STREAM = (
    line(Units="km-per-hr")
    + b"\xff\xfe\x00noise"
    + found(20, 0)
    + found(26, 0.4)
    + b'{"DetectedObj'
    + found(33, 5, "outbound")
    + b"\r\n\r\n"
    + b"x" * 1500
    + b"\n"
    + measured(9.0, 9.4)
    + line(speed=[8.0, -3.0])
    + b'{"Dete'
)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=80))
def test_chunks_make_no_difference(sizes: list[int]) -> None:
    whole = Ops24x("gate")
    once = whole.receive(STREAM, at())
    chunked = Ops24x("gate")
    parts: list[Decoded] = []
    begin = 0
    for size in [*sizes, len(STREAM)]:
        parts.append(chunked.receive(STREAM[begin : begin + size], at()))
        begin += size
    assert [vehicle for part in parts for vehicle in part.passages] == list(once.passages)
    assert sum(part.discarded_bytes for part in parts) == once.discarded_bytes
    assert chunked.finish() == whole.finish()


@given(st.lists(st.binary(max_size=80), max_size=20))
@settings(max_examples=300)
def test_noise_never_breaks_the_driver_nor_hides_the_vehicle_after_it(noise: list[bytes]) -> None:
    driver = Ops24x("gate")
    for data in noise:
        driver.receive(data, at())
    driver.finish()
    decoded = driver.receive(b"\r\n" + measured(100.0, 100.4), at(100))
    assert len(decoded.passages) == 1
