"""Forms vehicles from what a radar says about the things in its beam.

A radar speaks of one vehicle once (object with length), a few times (object mode repeats a
faster speed) or many times (raw speeds). Each vehicle must be counted once, with its greatest
speed, whichever of these the radar sends, and also when it sends several at the same time:
the best source heard on a connection counts, the others are echoes of it.

A speed is never guessed: without a known unit the vehicle counts and has no speed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Final

from devices.traffic.classes import class_of_length
from devices.traffic.clock import Moment
from devices.traffic.events import LENGTH_SCHEME, Direction, Quality, VehiclePassage
from devices.traffic.ops24x_lines import DetectedObject, MeasuredObject, SpeedReport, Unit

GAP_S: Final = 1.0
"""Silence that ends a vehicle. Two cars closer than this in one direction count as one."""

LONGEST_PASSAGE_MS: Final = 20_000
"""A vehicle that stays in the beam is reported after this time and not counted again."""

_LEAST_RAW_REPORTS: Final = 2  # the radar's own rule for an object
_LEAST_RAW_SPEED_KMH: Final = Decimal(5)  # slower raw movement is a walker or a branch
_GREATEST_SPEED_KMH: Final = Decimal(250)
_GREATEST_LENGTH_M: Final = Decimal(40)
_HUNDREDTH: Final = Decimal("0.01")


class _Source(IntEnum):
    RAW = 1
    OBJECT = 2
    MEASURED = 3


@dataclass(slots=True)
class _Track:
    """A vehicle that may still be in the beam."""

    source: _Source
    direction: Direction
    first: Moment
    last_mono_ms: int
    first_device_time: Decimal | None
    last_device_time: Decimal | None
    speed: Decimal
    unit: Unit | None
    raw: str
    reports: int = 1
    told: bool = False


class VehicleFormer:
    """Takes the messages of one connection in order and hands out whole vehicles."""

    def __init__(self, counter_id: str, lane: int) -> None:
        self._counter_id = counter_id
        self._lane = lane
        self._tracks: dict[Direction, _Track] = {}
        self._best_source = _Source.RAW
        self._last_formed_time: dict[Direction, Decimal] = {}
        self._last_measured: tuple[Direction | None, Decimal | None] | None = None

    @property
    def pending(self) -> bool:
        """Whether a vehicle is still open."""
        return bool(self._tracks)

    def take_speeds(
        self, report: SpeedReport, raw: str, at: Moment, unit: Unit | None
    ) -> list[VehiclePassage]:
        """Raw speeds: the vehicle ends when its direction falls silent."""
        if self._best_source > _Source.RAW:
            return []
        formed: list[VehiclePassage] = []
        fastest: dict[Direction, Decimal] = {}
        for speed in report.speeds:
            direction = _direction_of(report.direction, speed)
            fastest[direction] = max(fastest.get(direction, Decimal(0)), abs(speed))
        for direction, speed in fastest.items():
            track = self._tracks.get(direction)
            if track is not None and _gap_s(track, at, report.time) > GAP_S:
                formed += self._close(track)
                track = None
            if track is None:
                self._open(_Source.RAW, direction, at, report.time, speed, unit, raw)
            else:
                self._extend(track, at, report.time, speed, raw)
        return formed

    def take_object(
        self, report: DetectedObject, raw: str, at: Moment, unit: Unit | None
    ) -> list[VehiclePassage]:
        """Object mode: only a faster speed of the same object is reported again."""
        if self._best_source > _Source.OBJECT:
            return []
        direction = _direction_of(report.direction, report.speed)
        self._prefer(_Source.OBJECT, direction)
        speed = abs(report.speed)
        track = self._tracks.get(direction)
        if track is not None:
            if speed > track.speed and _gap_s(track, at, report.time) <= GAP_S:
                self._extend(track, at, report.time, speed, raw)
                return []
            formed = self._close(track)
        else:
            formed = []
        self._open(_Source.OBJECT, direction, at, report.time, speed, unit, raw)
        return formed

    def take_measured(self, report: MeasuredObject, raw: str, at: Moment) -> list[VehiclePassage]:
        """Object with length: one line, one vehicle."""
        direction = report.direction or Direction.UNKNOWN
        said = (report.direction, report.start_time)
        if report.start_time is not None and said == self._last_measured:
            return []
        self._last_measured = said
        first_of_its_kind = self._best_source < _Source.MEASURED
        self._prefer(_Source.MEASURED, direction)
        if first_of_its_kind and self._already_formed(report, direction):
            return []
        length_m = report.length_m
        if length_m is not None and not 0 < length_m <= _GREATEST_LENGTH_M:
            length_m = None
        return [
            self._passage(
                direction, at, report.speed, report.unit, length_m, report.start_time, raw
            )
        ]

    def settle(self, at: Moment) -> list[VehiclePassage]:
        """The vehicles that have left the beam by now."""
        formed: list[VehiclePassage] = []
        for track in list(self._tracks.values()):
            if at.mono_ms - track.last_mono_ms > GAP_S * 1000:
                formed += self._close(track)
        return formed

    def overdue(self, at: Moment) -> list[VehiclePassage]:
        """Vehicles that must be told now, though something still moves in the beam: their
        quarter hour must not be written without them."""
        formed: list[VehiclePassage] = []
        for track in self._tracks.values():
            if not track.told and at.mono_ms - track.first.mono_ms > LONGEST_PASSAGE_MS:
                formed += self._form(track)
                track.told = True
        return formed

    def finish(self) -> list[VehiclePassage]:
        """Every open vehicle: the connection ends, and none of them may be lost with it."""
        formed: list[VehiclePassage] = []
        for track in list(self._tracks.values()):
            formed += self._close(track)
        return formed

    def _prefer(self, source: _Source, direction: Direction) -> None:
        self._best_source = max(self._best_source, source)
        track = self._tracks.get(direction)
        if track is not None and track.source < source:
            # The same vehicle, seen by the coarser source.
            del self._tracks[direction]

    def _already_formed(self, report: MeasuredObject, direction: Direction) -> bool:
        earlier = self._last_formed_time.get(direction)
        if earlier is None or report.start_time is None or report.end_time is None:
            return False
        return report.start_time - 1 <= earlier <= report.end_time + 1

    def _open(
        self,
        source: _Source,
        direction: Direction,
        at: Moment,
        time: Decimal | None,
        speed: Decimal,
        unit: Unit | None,
        raw: str,
    ) -> None:
        self._tracks[direction] = _Track(
            source, direction, at, at.mono_ms, time, time, speed, unit, raw
        )

    def _extend(
        self, track: _Track, at: Moment, time: Decimal | None, speed: Decimal, raw: str
    ) -> None:
        track.last_mono_ms = at.mono_ms
        track.last_device_time = time
        track.reports += 1
        if speed > track.speed:
            track.speed = speed
            track.raw = raw

    def _close(self, track: _Track) -> list[VehiclePassage]:
        del self._tracks[track.direction]
        return [] if track.told else self._form(track)

    def _form(self, track: _Track) -> list[VehiclePassage]:
        if track.source is _Source.RAW:
            if track.reports < _LEAST_RAW_REPORTS:
                return []
            if track.unit and track.speed * track.unit.value < _LEAST_RAW_SPEED_KMH:
                return []
        if track.last_device_time is not None:
            self._last_formed_time[track.direction] = track.last_device_time
        return [
            self._passage(
                track.direction,
                track.first,
                track.speed,
                track.unit,
                None,
                track.first_device_time,
                track.raw,
            )
        ]

    def _passage(
        self,
        direction: Direction,
        at: Moment,
        speed: Decimal | None,
        unit: Unit | None,
        length_m: Decimal | None,
        device_time: Decimal | None,
        raw: str,
    ) -> VehiclePassage:
        speed_kmh = _in_kmh(speed, unit)
        return VehiclePassage(
            self._counter_id,
            self._lane,
            direction,
            at.wall_ms,
            speed_kmh,
            length_m,
            None if length_m is None else class_of_length(length_m),
            None if length_m is None else LENGTH_SCHEME,
            None if device_time is None else str(device_time),
            raw,
            Quality.SPEED_UNKNOWN if speed_kmh is None else Quality.GOOD,
        )


def _in_kmh(speed: Decimal | None, unit: Unit | None) -> Decimal | None:
    if speed is None or unit is None:
        return None
    speed_kmh = (abs(speed) * unit.value).quantize(_HUNDREDTH)
    return speed_kmh if 0 < speed_kmh <= _GREATEST_SPEED_KMH else None


def _direction_of(said: Direction | None, speed: Decimal) -> Direction:
    """What the radar said; else the sign: towards the radar is positive."""
    if said is not None:
        return said
    if speed == 0:
        return Direction.UNKNOWN
    return Direction.INBOUND if speed > 0 else Direction.OUTBOUND


def _gap_s(track: _Track, at: Moment, time: Decimal | None) -> float:
    """Seconds since the track was last heard.

    The radar's own clock is the better one, as lines reach the kiosk in bursts; but a clock
    of whole seconds cannot tell a gap of one second.
    """
    before = track.last_device_time
    if time is not None and before is not None and time >= before and _has_fraction(time, before):
        return float(time - before)
    return (at.mono_ms - track.last_mono_ms) / 1000


def _has_fraction(time: Decimal, before: Decimal) -> bool:
    return time.as_tuple().exponent != 0 and before.as_tuple().exponent != 0
