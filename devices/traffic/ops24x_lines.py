"""One line of an OmniPreSense OPS241/242/243 radar, as a typed message.

Sources: OPS243-A manual UM-003-A pages 7, 8 and 14; OPS242-A manual OPS-UM-001-C pages 5
and 8; the captured object lines of the velocity.report project. Lines are told apart by their
JSON keys, never by substrings ("RequiredMinSpeed" contains "speed"). Numbers stay exact.

Nothing here knows what a vehicle is: see `devices.traffic.vehicles`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Final

import msgspec

from devices.traffic.events import Direction


class Unit(Enum):
    """A speed unit of the radar; the value is km/h for one of it."""

    METRES_PER_SECOND = Decimal("3.6")
    KILOMETRES_PER_HOUR = Decimal(1)
    MILES_PER_HOUR = Decimal("1.609344")
    FEET_PER_SECOND = Decimal("1.09728")
    CENTIMETRES_PER_SECOND = Decimal("0.036")


_UNIT_NAMES: Final = {
    # "km-per-hr" is the manual's own example; "mps" and "mph" were captured; the others are
    # the spellings that the same firmware family is documented with.
    **dict.fromkeys(("mps", "m/s", "m-per-sec", "meters-per-sec"), Unit.METRES_PER_SECOND),
    **dict.fromkeys(("kmph", "kph", "km/h", "kmh", "km-per-hr"), Unit.KILOMETRES_PER_HOUR),
    **dict.fromkeys(("mph", "mi-per-hr", "miles-per-hr", "miles-per-hour"), Unit.MILES_PER_HOUR),
    **dict.fromkeys(("fps", "ft/s", "ft-per-sec", "feet-per-sec"), Unit.FEET_PER_SECOND),
    **dict.fromkeys(("cmps", "cm/s", "cm-per-sec"), Unit.CENTIMETRES_PER_SECOND),
}

_DIRECTIONS: Final = {
    "inbound": Direction.INBOUND,
    "in": Direction.INBOUND,
    "object_inbound": Direction.INBOUND,
    "outbound": Direction.OUTBOUND,
    "out": Direction.OUTBOUND,
    "object_outbound": Direction.OUTBOUND,
}

_METRES_PER_FOOT: Final = Decimal("0.3048")
_LARGEST_NUMBER: Final = Decimal("1e10")


class LineMalformed(ValueError):
    """The line is no message of this radar: noise, or a line that was cut."""


@dataclass(frozen=True, slots=True)
class SpeedReport:
    """What moves in the beam at this instant, several times a second; not a vehicle."""

    speeds: tuple[Decimal, ...]
    direction: Direction | None
    time: Decimal | None
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class DetectedObject:
    """Object mode (ON): an object's greatest speed so far; a faster one is reported again."""

    speed: Decimal
    direction: Direction | None
    time: Decimal | None
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class MeasuredObject:
    """Object with start, end and length (OC, OPS9243 firmware): one line for one vehicle."""

    direction: Direction | None
    start_time: Decimal | None
    end_time: Decimal | None
    speed: Decimal | None
    unit: Unit | None
    length_m: Decimal | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The radar's reply to a command, or a report that is no vehicle (timed counts)."""

    product: str | None = None
    version: str | None = None
    unit: Unit | None = None
    clock: Decimal | None = None
    object_count: int | None = None


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """A whole JSON object with no key of this radar: no error, and no proof of life."""


Message = SpeedReport | DetectedObject | MeasuredObject | Answer | Unrecognised


class _Keys(msgspec.Struct):
    """Every key that tells lines apart or carries a value; others are skipped."""

    classifier: str | None = None
    start_time: Decimal | None = None
    end_time: Decimal | None = None
    max_speed_mps: Decimal | None = None
    max_speed_mph: Decimal | None = None
    max_speed_kmph: Decimal | None = None
    max_speed_kph: Decimal | None = None
    max_speed_fps: Decimal | None = None
    length_m: Decimal | None = None
    length_ft: Decimal | None = None
    DetectedObjectVelocity: Decimal | None = None
    speed: Decimal | list[Decimal] | None = None
    magnitude: Any = None
    direction: str | None = None
    dir: str | None = None
    time: Decimal | None = None
    unit: str | None = None
    Product: str | None = None
    Version: str | None = None
    Units: str | None = None
    Clock: Decimal | None = None
    DetectedObjectCount: int | None = None
    TimedSpeedCounts: Any = None
    MotionSignal: Any = None
    RequiredMinSpeed: Any = None
    SamplingRate: Any = None


_decode: Final = msgspec.json.Decoder(_Keys).decode

_CSV: Final = re.compile(
    rb'(?:"([a-z/-]+)",)?((?:-?\d{1,10}(?:\.\d{1,6})?,){0,2})(-?\d{1,4}\.\d{1,6})'
)
"""JSON off: [unit,][[time,]magnitude,]speed; the speed comes last and has a decimal point."""


def read_line(line: bytes) -> Message:
    """The message on one line (without its line end). Raises LineMalformed."""
    if line[:1] == b"{":
        return _read_json(line)
    return _read_csv(line)


def salvage(line: bytes) -> tuple[list[tuple[bytes, Message]], int]:
    """The whole messages inside a damaged line, and how many bytes belong to none.

    Noise on the wire joins lines and glues garbage to them; a vehicle's line is one flat JSON
    object, so each one that is whole inside the damage is still good.
    """
    found: list[tuple[bytes, Message]] = []
    for candidate in re.findall(rb"\{[^{}]*\}", line):
        try:
            message = _read_json(candidate)
        except LineMalformed:
            continue
        if not isinstance(message, Unrecognised):
            found.append((candidate, message))
    return found, len(line) - sum(len(candidate) for candidate, _ in found)


def _read_json(line: bytes) -> Message:
    try:
        keys = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise LineMalformed(str(problem)) from problem
    if keys.classifier is not None:
        return _measured_object(keys)
    if keys.DetectedObjectVelocity is not None:
        return DetectedObject(
            _number(keys.DetectedObjectVelocity),
            _direction(keys.direction or keys.dir),
            _time(keys.time),
            _unit(keys.unit),
        )
    if keys.speed is not None:
        speeds = keys.speed if isinstance(keys.speed, list) else (keys.speed,)
        return SpeedReport(
            tuple(_number(speed) for speed in speeds),
            _direction(keys.direction or keys.dir),
            _time(keys.time),
            _unit(keys.unit),
        )
    if keys.start_time is not None and keys.end_time is not None:
        return _measured_object(keys)
    return _answer(keys)


def _measured_object(keys: _Keys) -> MeasuredObject:
    speed, unit = _greatest_speed(keys)
    length_m = keys.length_m
    if length_m is None and keys.length_ft is not None:
        length_m = _number(keys.length_ft) * _METRES_PER_FOOT
    return MeasuredObject(
        _direction(keys.classifier or keys.direction or keys.dir),
        _time(keys.start_time),
        _time(keys.end_time),
        None if speed is None else _number(speed),
        unit,
        None if length_m is None else _number(length_m),
    )


def _greatest_speed(keys: _Keys) -> tuple[Decimal | None, Unit | None]:
    """The unit is in the name of the key."""
    if keys.max_speed_mps is not None:
        return keys.max_speed_mps, Unit.METRES_PER_SECOND
    if keys.max_speed_mph is not None:
        return keys.max_speed_mph, Unit.MILES_PER_HOUR
    if keys.max_speed_fps is not None:
        return keys.max_speed_fps, Unit.FEET_PER_SECOND
    kmh = keys.max_speed_kmph or keys.max_speed_kph
    return kmh, None if kmh is None else Unit.KILOMETRES_PER_HOUR


def _answer(keys: _Keys) -> Answer | Unrecognised:
    known = (
        keys.Product,
        keys.Version,
        keys.Units,
        keys.Clock,
        keys.DetectedObjectCount,
        keys.TimedSpeedCounts,
        keys.MotionSignal,
        keys.RequiredMinSpeed,
        keys.SamplingRate,
        keys.magnitude,
    )
    if all(value is None for value in known):
        return Unrecognised()
    return Answer(
        keys.Product, keys.Version, _unit(keys.Units), _time(keys.Clock), keys.DetectedObjectCount
    )


def _read_csv(line: bytes) -> SpeedReport:
    match = _CSV.fullmatch(line)
    if match is None:
        raise LineMalformed("neither JSON nor numbers")
    unit, leading, speed = match.groups()
    fields = leading.split(b",")
    # A single leading number may be a time or a magnitude: only three columns name the time.
    time = Decimal(fields[0].decode()) if len(fields) == 3 else None
    return SpeedReport(
        (Decimal(speed.decode()),), None, time, _unit(unit.decode() if unit else None)
    )


def _number(value: Decimal) -> Decimal:
    # Also false for NaN: a number that cannot be one is a damaged line.
    if not value.is_finite() or value.copy_abs() > _LARGEST_NUMBER:  # abs() may overflow
        raise LineMalformed(f"{value} cannot be a measured value")
    return value


def _time(value: Decimal | None) -> Decimal | None:
    return None if value is None else _number(value)


def _unit(name: str | None) -> Unit | None:
    return None if name is None else _UNIT_NAMES.get(name.lower())


def _direction(name: str | None) -> Direction | None:
    return None if name is None else _DIRECTIONS.get(name.lower())
