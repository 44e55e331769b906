"""Time as a kiosk knows it: a wall clock that may be wrong, and a monotonic one that is not.

Many kiosks have no battery clock and no network for days. So every op carries both times and
the boot they belong to, and the hub can work out the real time later. Nothing here corrects
or refuses a time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from offline_sync.identity import new_random_id

_BOOT_ID_FILE: Final = Path("/proc/sys/kernel/random/boot_id")
_MAX_WALL_MS: Final = (1 << 48) - 1
_MAX_COUNTER: Final = (1 << 32) - 1


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment: ms since 1970 UTC as the wall clock says, ms since boot, and which boot."""

    wall_ms: int
    mono_ms: int
    boot_id: str


class Clock(Protocol):
    """Where the store takes its times from; tests drive their own."""

    def now(self) -> Instant:
        """The present moment."""
        ...


def _read_boot_id() -> str:
    try:
        return _BOOT_ID_FILE.read_text(encoding="ascii").strip()
    except OSError:
        # Without the kernel's id two runs must not be taken for one boot.
        return f"process-{new_random_id()}"


class SystemClock:
    """The computer's own clocks."""

    def __init__(self) -> None:
        self._boot_id = _read_boot_id()
        # BOOTTIME goes on while the computer sleeps; MONOTONIC does not.
        self._mono_clock: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

    def now(self) -> Instant:
        """The present moment by the computer's clocks."""
        return Instant(
            wall_ms=time.time_ns() // 1_000_000,
            mono_ms=time.clock_gettime_ns(self._mono_clock) // 1_000_000,
            boot_id=self._boot_id,
        )


class HybridLogicalClock:
    """Stamps that never go back, even when the wall clock does.

    A stamp is text that sorts by time: 12 hex digits of milliseconds, a dot, 8 hex digits
    of a counter. The counter has 32 bits because 16 overflowed for others in one large load.
    """

    def __init__(self, last: str = "") -> None:
        self.last = last

    def stamp(self, wall_ms: int) -> str:
        """The next stamp: the wall time when it has moved on, else the last one and a count."""
        last_ms, counter = _parts(self.last)
        wall_ms = min(max(wall_ms, 0), _MAX_WALL_MS)
        if wall_ms > last_ms or not self.last:
            last_ms, counter = wall_ms, 0
        elif counter < _MAX_COUNTER:
            counter += 1
        else:
            last_ms, counter = last_ms + 1, 0
        self.last = f"{last_ms:012x}.{counter:08x}"
        return self.last


def _parts(stamp: str) -> tuple[int, int]:
    if not stamp:
        return 0, 0
    wall, counter = stamp.split(".")
    return int(wall, 16), int(counter, 16)
