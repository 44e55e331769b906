"""Reads JAMAR per-vehicle text files (STARneXt export): date, time, channel, FHWA class, mph.

The file knows no time zone, so its times stay civil until somebody says where it was. A file
is read whole or not at all: a bad line names itself and nothing of the file is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Final

from devices.traffic.errors import CountFileInvalid
from devices.traffic.events import (
    FHWA_SCHEME,
    CoverageSpan,
    Direction,
    Quality,
    SpanReason,
    VehiclePassage,
)

_COLUMNS: Final = ["veh. no.", "date", "time", "channel", "class", "speed"]
_UNCLASSIFIED: Final = frozenset(("0", "14", "15"))
_KMH_PER_MPH: Final = Decimal("1.609344")
_HUNDREDTH: Final = Decimal("0.01")
_LONGEST_QUIET_START_MS: Final = 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class JamarVehicle:
    """One line of the file. `at` has no zone; `channel` is the counter's lane or direction."""

    number: int
    at: datetime
    channel: int
    fhwa_class: str
    speed_mph: Decimal
    raw: str


@dataclass(frozen=True, slots=True)
class JamarCount:
    """One file: what its header says, and its vehicles in the file's own order."""

    began: datetime | None
    site_code: str
    station_id: str
    vehicles: tuple[JamarVehicle, ...]


def read_jamar(data: bytes) -> JamarCount:
    """The whole count. Raises CountFileInvalid with the line that is wrong."""
    lines = _lines(data)
    header: dict[str, str] = {}
    began: datetime | None = None
    vehicles: list[JamarVehicle] = []
    in_vehicles = False
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        fields = [field.strip() for field in line.split(",")]
        if in_vehicles:
            vehicles.append(_vehicle(fields, line.strip(), number))
        elif [field.lower() for field in fields] == _COLUMNS:
            in_vehicles = True
        elif fields[0].endswith(":"):
            header[fields[0].rstrip(":").lower()] = fields[1] if len(fields) > 1 else ""
            if fields[0].lower() == "date/time:":
                began = _began(header["date/time"], number)
        else:
            raise CountFileInvalid(_not_per_vehicle(fields), number)
    if not in_vehicles:
        raise CountFileInvalid("there is no 'Veh. No., Date, Time, ...' line in the file")
    if not vehicles:
        raise CountFileInvalid("the file holds no vehicles")
    return JamarCount(
        began,
        header.get("site code", ""),
        header.get("station id", ""),
        tuple(vehicles),
    )


def passages(
    count: JamarCount,
    counter_id: str,
    zone: tzinfo = UTC,
    directions: Mapping[int, Direction] | None = None,
) -> list[VehiclePassage]:
    """The count as passages in order of time; its civil times are taken as times in `zone`.

    A channel is the lane; its direction is unknown unless `directions` says it.
    """
    known = directions or {}
    return sorted(
        (
            VehiclePassage(
                counter_id,
                vehicle.channel,
                known.get(vehicle.channel, Direction.UNKNOWN),
                _ms(vehicle.at, zone),
                _kmh(vehicle.speed_mph),
                None,
                None if vehicle.fhwa_class in _UNCLASSIFIED else vehicle.fhwa_class,
                FHWA_SCHEME,
                vehicle.at.isoformat(),
                vehicle.raw,
                Quality.GOOD if vehicle.speed_mph else Quality.SPEED_UNKNOWN,
            )
            for vehicle in count.vehicles
        ),
        key=lambda passage: passage.passed_at,
    )


def coverage(count: JamarCount, counter_id: str, zone: tzinfo = UTC) -> CoverageSpan:
    """From the start the header names to the last vehicle: the file does not say when it ended.

    A header that lies after the first vehicle, or more than a day before it, is a counter whose
    start was set wrongly: then the first vehicle is the first thing known.
    """
    times = [_ms(vehicle.at, zone) for vehicle in count.vehicles]
    first = min(times)
    began = first if count.began is None else _ms(count.began, zone)
    starts_at = began if first - _LONGEST_QUIET_START_MS <= began <= first else first
    return CoverageSpan(counter_id, starts_at, max(times), SpanReason.RECORDED)


def _lines(data: bytes) -> list[str]:
    if not data.strip():
        raise CountFileInvalid("the file is empty")
    if b"\0" in data:
        raise CountFileInvalid("this is not a text file")
    try:
        return data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise CountFileInvalid("this is not plain text", line) from problem


def _not_per_vehicle(fields: list[str]) -> str:
    if [field.strip('"').lower() for field in fields[:3]] == ["number", "date", "time"]:
        return "this is a file of 15-minute volumes; the per-vehicle file is needed"
    return "this is not a JAMAR per-vehicle file"


def _vehicle(fields: list[str], raw: str, line: int) -> JamarVehicle:
    if len(fields) != len(_COLUMNS):
        raise CountFileInvalid(f"{len(_COLUMNS)} values expected, {len(fields)} found", line)
    number, date, time, channel, fhwa_class, speed = fields
    try:
        at = _civil(date, time)
    except ValueError as problem:
        raise CountFileInvalid(f"'{date} {time}' is no date and time", line) from problem
    if not (number.isdecimal() and channel.isdecimal() and fhwa_class.isdecimal()):
        raise CountFileInvalid("number, channel and class must be whole numbers", line)
    if int(fhwa_class) > 15:
        raise CountFileInvalid(f"there is no vehicle class {fhwa_class}", line)
    return JamarVehicle(
        int(number), at, int(channel), str(int(fhwa_class)), _speed(speed, line), raw
    )


def _speed(text: str, line: int) -> Decimal:
    try:
        speed = Decimal(text)
    except InvalidOperation as problem:
        raise CountFileInvalid(f"'{text}' is no speed", line) from problem
    if not speed.is_finite() or not 0 <= speed < 200:
        raise CountFileInvalid(f"'{text}' is no speed", line)
    return speed


def _began(text: str, line: int) -> datetime | None:
    if not text:
        return None
    date, _, time = text.partition(" ")
    try:
        return _civil(date, time)
    except ValueError as problem:
        raise CountFileInvalid(f"'{text}' is no date and time", line) from problem


def _civil(date: str, time: str) -> datetime:
    """M/D/YYYY and h:mm:ss AM|PM. Several times faster than strptime, which a year's file feels."""
    month, day, year = date.split("/")
    clock, half = time.split(" ")
    hour, minute, second = clock.split(":")
    if half not in ("AM", "PM") or not 1 <= int(hour) <= 12:
        raise ValueError(f"{time} is not a 12-hour time")
    hour_24 = int(hour) % 12 + (12 if half == "PM" else 0)
    # Civil on purpose: the file knows no zone.
    return datetime(int(year), int(month), int(day), hour_24, int(minute), int(second))  # noqa: DTZ001


def _ms(civil: datetime, zone: tzinfo) -> int:
    return int(civil.replace(tzinfo=zone).timestamp()) * 1000


def _kmh(speed_mph: Decimal) -> Decimal | None:
    return (speed_mph * _KMH_PER_MPH).quantize(_HUNDREDTH) if speed_mph else None
