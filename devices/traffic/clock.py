"""The clock a counter is listened to by. Passed in, so that tests and the demo drive their own."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol


class Moment(Protocol):
    """One reading of the kiosk's clocks; `offline_sync.clock.Instant` fits it."""

    @property
    def wall_ms(self) -> int:
        """Milliseconds since 1970 UTC; may jump when somebody sets the clock."""

    @property
    def mono_ms(self) -> int:
        """Milliseconds that only go forward. The kiosk's go on while the machine sleeps
        (BOOTTIME), those of `HostClock` stand still: either way a sleep ends a span, by
        the long silence or by the wall clock that has run away from this one."""


class Clock(Protocol):
    """Tells the time; asked from the reader's thread."""

    def now(self) -> Moment:
        """Both clocks, read together."""


@dataclass(frozen=True, slots=True)
class HostMoment:
    """A reading of this machine's clocks."""

    wall_ms: int
    mono_ms: int


class HostClock:
    """This machine's clocks."""

    def now(self) -> HostMoment:
        """Both clocks, read together."""
        return HostMoment(time.time_ns() // 1_000_000, time.monotonic_ns() // 1_000_000)
