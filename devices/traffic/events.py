"""What a vehicle counter tells the kiosk: vehicles, its own state, and when it was listened to.

Plain values only. Nothing here reads a clock, a port or a database. Times are milliseconds
since 1970 UTC by the kiosk's clock; what the counter's own clock said is kept beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Direction(StrEnum):
    """Seen from the counter. What it means for the village is said by the counter's record."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    UNKNOWN = "unknown"


class Quality(StrEnum):
    """How far one passage can be trusted. Every passage counts; only a GOOD one has a speed."""

    GOOD = "good"
    SPEED_UNKNOWN = "speed_unknown"


@dataclass(frozen=True, slots=True)
class VehiclePassage:
    """One vehicle. `raw` is what the counter said, as it said it."""

    counter_id: str
    lane: int
    direction: Direction
    passed_at: int
    speed_kmh: Decimal | None
    length_m: Decimal | None
    vehicle_class: str | None
    class_scheme: str | None
    device_time: str | None
    raw: str
    quality: Quality


class SpanReason(StrEnum):
    """Why a span of listening ended; LISTENING while it still grows."""

    LISTENING = "listening"
    LOST = "lost"
    STOPPED = "stopped"
    CLOCK_CHANGED = "clock_changed"  # the kiosk's clock was set, or the kiosk slept
    GAP = "gap"  # the kiosk itself did not listen for a while
    RECORDED = "recorded"  # told by a file, not by a port


@dataclass(frozen=True, slots=True)
class CoverageSpan:
    """A time in which the counter was listened to and had proved itself alive.

    `ends_at` is the last proof of life: a span never reaches into a silence that nobody
    has questioned. The same (counter_id, starts_at) comes again, longer, while it grows:
    keep the latest `ends_at`.
    """

    counter_id: str
    starts_at: int
    ends_at: int
    reason: SpanReason


@dataclass(frozen=True, slots=True)
class CounterConnected:
    """The first proof of life after a port was opened."""

    counter_id: str
    at: int


@dataclass(frozen=True, slots=True)
class CounterIdentified:
    """What the counter says it is; a field it did not answer is None."""

    counter_id: str
    at: int
    product: str | None
    version: str | None


class LossReason(StrEnum):
    """Why a counter cannot be heard."""

    PORT_MISSING = "port_missing"
    PORT_REFUSED = "port_refused"
    PORT_BUSY = "port_busy"
    PORT_UNUSABLE = "port_unusable"
    UNPLUGGED = "unplugged"
    NOT_ANSWERING = "not_answering"


@dataclass(frozen=True, slots=True)
class CounterLost:
    """The counter cannot be heard; sent once per reason, not once per attempt."""

    counter_id: str
    at: int
    reason: LossReason
    message: str
    next_step: str


@dataclass(frozen=True, slots=True)
class CounterNoise:
    """Bytes that were no message of this counter and were thrown away."""

    counter_id: str
    at: int
    discarded_bytes: int


CounterEvent = (
    VehiclePassage
    | CoverageSpan
    | CounterConnected
    | CounterIdentified
    | CounterLost
    | CounterNoise
)

FHWA_SCHEME: Final = "fhwa"
LENGTH_SCHEME: Final = "length/1"
