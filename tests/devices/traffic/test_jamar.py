from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from devices.traffic.classes import is_heavy
from devices.traffic.errors import CountFileInvalid
from devices.traffic.events import Direction, Quality
from devices.traffic.intervals import percentile
from devices.traffic.jamar import coverage, passages, read_jamar

PROJECT = Path(__file__).parents[3]

HEADER = (
    b"Date/Time:, 11/6/2023 10:58:00 AM\r\nSite Code:, 000001\r\nStation ID:, \r\n"
    b"Veh. No., Date, Time, Channel, Class, Speed\r\n"
)


def test_lines_are_read_with_their_exact_values_in_civil_time() -> None:
    count = read_jamar(HEADER + b"1, 11/6/2023, 10:59:45 AM, 1, 3, 34.3\r\n")
    [vehicle] = count.vehicles
    assert (vehicle.number, vehicle.channel, vehicle.fhwa_class) == (1, 1, "3")
    assert vehicle.at.isoformat() == "2023-11-06T10:59:45"
    assert vehicle.speed_mph == Decimal("34.3")
    assert count.site_code == "000001"


@pytest.mark.parametrize(
    ("time", "hour"), [("12:00:00 AM", 0), ("12:00:00 PM", 12), ("1:00:00 PM", 13)]
)
def test_twelve_hour_times(time: str, hour: int) -> None:
    count = read_jamar(HEADER + f"1, 11/7/2023, {time}, 1, 2, 30.0\r\n".encode())
    assert count.vehicles[0].at.hour == hour


def test_records_out_of_order_are_kept_in_the_file_and_sorted_as_passages() -> None:
    count = read_jamar(
        HEADER
        + b"1, 11/6/2023, 11:00:05 AM, 1, 2, 30.0\r\n2, 11/6/2023, 11:00:04 AM, 2, 2, 30.0\r\n"
    )
    assert [vehicle.number for vehicle in count.vehicles] == [1, 2]
    assert [passage.lane for passage in passages(count, "tube")] == [2, 1]


def test_a_zone_makes_the_civil_time_a_time_and_keeps_what_the_file_said() -> None:
    count = read_jamar(HEADER + b"1, 11/6/2023, 11:00:00 AM, 1, 3, 10.0\r\n")
    [passage] = passages(count, "tube", ZoneInfo("Asia/Hong_Kong"), {1: Direction.INBOUND})
    assert passage.passed_at == int(datetime(2023, 11, 6, 3, tzinfo=UTC).timestamp()) * 1000
    assert passage.device_time == "2023-11-06T11:00:00"
    assert passage.direction is Direction.INBOUND
    assert passage.speed_kmh == Decimal("16.09")
    assert passage.raw == "1, 11/6/2023, 11:00:00 AM, 1, 3, 10.0"


def test_an_unclassified_or_unmeasured_vehicle_still_counts() -> None:
    count = read_jamar(HEADER + b"1, 11/6/2023, 11:00:00 AM, 1, 14, 0.0\r\n")
    [passage] = passages(count, "tube")
    assert passage.vehicle_class is None
    assert passage.speed_kmh is None
    assert passage.quality is Quality.SPEED_UNKNOWN


def test_coverage_runs_from_the_header_to_the_last_vehicle() -> None:
    count = read_jamar(HEADER + b"1, 11/6/2023, 11:00:00 AM, 1, 2, 30.0\r\n")
    span = coverage(count, "tube")
    assert span.ends_at - span.starts_at == 120_000


@pytest.mark.parametrize(
    "started", ["11/6/2023 11:00:01 AM", "1/1/2000 12:00:00 AM", "11/5/2023 10:59:59 AM", ""]
)
def test_a_start_that_cannot_be_true_is_not_believed(started: str) -> None:
    header = HEADER.replace(b"11/6/2023 10:58:00 AM", started.encode())
    count = read_jamar(header + b"1, 11/6/2023, 11:00:00 AM, 1, 2, 30.0\r\n")
    span = coverage(count, "tube")
    assert span.starts_at == span.ends_at


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", None, "empty"),
        (b"\x00\x01\x02", None, "not a text file"),
        (HEADER, None, "no vehicles"),
        (b"Site Code:, 1\r\n", None, "Veh. No."),
        (b"hello\r\n", 1, "not a JAMAR"),
        (HEADER + b"1, 11/6/2023, 10:59:45 AM, 1, 3\r\n", 5, "5 found"),
        (HEADER + b"1, 13/6/2023, 10:59:45 AM, 1, 3, 34.3\r\n", 5, "no date and time"),
        (HEADER + b"1, 11/6/2023, 22:59:45, 1, 3, 34.3\r\n", 5, "no date and time"),
        (HEADER + b"1, 11/6/2023, 10:59:45 AM, x, 3, 34.3\r\n", 5, "whole numbers"),
        (HEADER + b"1, 11/6/2023, 10:59:45 AM, 1, 99, 34.3\r\n", 5, "class 99"),
        (HEADER + b"1, 11/6/2023, 10:59:45 AM, 1, 3, NaN\r\n", 5, "no speed"),
        (HEADER + b"1, 11/6/2023, 10:59:45 AM, 1, 3, fast\r\n", 5, "no speed"),
        (HEADER + b"\xff\xfe\r\n", 5, "plain text"),
        (b'"Number","Date","Time","Channel 1"\r\n', 1, "15-minute volumes"),
    ],
)
def test_a_bad_file_names_its_line_and_nothing_is_taken(
    data: bytes, line: int | None, words: str
) -> None:
    with pytest.raises(CountFileInvalid, match=words) as refusal:
        read_jamar(data)
    assert refusal.value.line == line
    assert refusal.value.next_step


def test_the_real_count_has_the_statistics_found_by_others(real_count: bytes) -> None:
    count = read_jamar(real_count)
    assert len(count.vehicles) == 8706
    speeds = [vehicle.speed_mph for vehicle in count.vehicles]
    assert percentile(speeds, 0.5) == pytest.approx(33.3)
    assert percentile(speeds, 0.85) == pytest.approx(37.9, abs=0.05)
    heavy = sum(
        bool(is_heavy(one.vehicle_class, one.class_scheme)) for one in passages(count, "tube")
    )
    assert heavy / len(speeds) == pytest.approx(0.071, abs=0.0005)


def test_the_shipped_sample_is_what_its_generator_makes(tmp_path: Path) -> None:
    made = tmp_path / "made.txt"
    tool = PROJECT / "tools" / "make_traffic_sample.py"
    subprocess.run([sys.executable, tool, made], check=True, timeout=60)
    shipped = (PROJECT / "assets" / "demo" / "traffic" / "village_road.txt").read_bytes()
    assert made.read_bytes() == shipped
    count = read_jamar(shipped)
    assert 4_200 < len(count.vehicles) < 4_800
    assert {vehicle.channel for vehicle in count.vehicles} == {1, 2}
