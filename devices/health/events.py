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
    """Who sent a frame. Maker, model and serial are None until the instrument has said them."""

    address: str
    name: str | None = None
    maker: str | None = None
    model: str | None = None
    serial: str | None = None


@dataclass(frozen=True, slots=True)
class Searching:
    """The scanner listens: the person may press the instrument's start button."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The link is up. Maker, model and serial usually follow with the frames."""

    identity: InstrumentIdentity


@dataclass(frozen=True, slots=True)
class CuffPressure:
    """The pressure in the cuff right now. For the eye only: never kept, never a reading."""

    mmhg: int


@dataclass(frozen=True, slots=True)
class Frame:
    """One value of a measurement characteristic, undecoded.

    `device_clock_offset_s` is the instrument's clock minus the kiosk's (None: not known, or
    not known yet); `feature` is what the instrument says it supports, when it was read.
    """

    raw: bytes
    characteristic: str  # "2A35"
    identity: InstrumentIdentity
    wall_ms: int
    mono_ms: int
    boot_id: str
    device_clock_offset_s: float | None
    feature: int | None = None


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The link is gone. Searching follows when no frame had come yet."""


SessionEvent = Searching | Connected | CuffPressure | Frame | Disconnected


class Ended(StrEnum):
    """Why a session came to its end."""

    INSTRUMENT_LEFT = "instrument_left"
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
