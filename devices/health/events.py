"""What a measuring session tells the kiosk while it runs, and what it reports at its end.

All values are frozen. `Frame` carries bytes exactly as they came: nothing in this package
decodes a reading before the kiosk has kept those bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class HostMoment(Protocol):
    """A moment on the kiosk's clocks; `offline_sync.clock.Instant` is one."""

    @property
    def wall_ms(self) -> int: ...
    @property
    def mono_ms(self) -> int: ...
    @property
    def boot_id(self) -> str: ...


class HostClock(Protocol):
    """The kiosk's clocks; `offline_sync.clock.SystemClock` is one."""

    def now(self) -> HostMoment: ...


@dataclass(frozen=True, slots=True)
class InstrumentIdentity:
    """Who sent a frame. What the instrument says of itself is None until it has said it."""

    address: str
    name: str | None = None
    maker: str | None = None
    model: str | None = None
    serial: str | None = None
    firmware: str | None = None


@dataclass(frozen=True, slots=True)
class Searching:
    """The scanner listens: the person may press the instrument's start button."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The link is up. What the instrument says of itself usually follows with the frames.

    `kind` is the name of its kind in `devices.health.gatt`: "blood_pressure", "glucose"...
    """

    identity: InstrumentIdentity
    kind: str


@dataclass(frozen=True, slots=True)
class CuffPressure:
    """The pressure in the cuff right now. For the eye only: never kept, never a reading."""

    mmhg: int


@dataclass(frozen=True, slots=True)
class SignalSettling:
    """A finger is in the oximeter; so many samples in a row were alike, so many are needed."""

    alike: int
    needed: int


@dataclass(frozen=True, slots=True)
class BatteryLevel:
    """What the instrument says of its battery. Some know only a few steps."""

    percent: int


@dataclass(frozen=True, slots=True)
class Frame:
    """One value of a measurement characteristic, undecoded.

    `device_clock_offset_s` is the instrument's clock minus the kiosk's (None: not known, or
    not known yet); `feature` is what the instrument says it supports, when it was read.
    """

    raw: bytes
    characteristic: str  # "2A35"; "181B" for service data that was advertised
    kind: str  # "blood_pressure"
    identity: InstrumentIdentity
    wall_ms: int
    mono_ms: int
    boot_id: str
    device_clock_offset_s: float | None
    feature: int | None = None


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The link is gone. Searching follows when no frame had come yet."""


SessionEvent = (
    Searching | Connected | CuffPressure | SignalSettling | BatteryLevel | Frame | Disconnected
)


class Ended(StrEnum):
    """Why a session came to its end."""

    INSTRUMENT_LEFT = "instrument_left"
    COMPLETE = "complete"  # the instrument has given all the records it was asked for
    QUIET = "quiet"  # the instrument stays connected and has nothing more to say
    STOPPED = "stopped"  # the person stopped
    TIME_UP = "time_up"
    ADAPTER_LOST = "adapter_lost"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SessionReport:
    """All that a session received, in the order of arrival, each distinct frame once."""

    ended: Ended
    identity: InstrumentIdentity | None
    frames: tuple[Frame, ...]
    not_kept: tuple[Frame, ...]  # those whose callback raised; also in `frames`
    duplicates: int  # frames delivered again within the session, and dropped
    corrupt_cuff_pressures: int
    connections: int  # attempts, the failed ones too
    device_clock_offset_s: float | None
    clock_set: bool = False  # by the kiosk, after the offset had been read
    battery_percent: int | None = None
