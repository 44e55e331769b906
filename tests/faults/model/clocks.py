"""Clocks that a run drives by hand: the true time, and what each kiosk takes for it."""

from __future__ import annotations

from offline_sync.clock import Instant

BEGINNING_MS = 1_790_000_000_000
"""September 2026; ms since 1970 UTC."""


class TrueTime:
    """The time that the hub's clock shows. It moves only when a run says so."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.ms = BEGINNING_MS

    def now_ms(self) -> int:
        return self.ms

    def pass_by(self, ms: int) -> None:
        self.ms += ms


class KioskClock:
    """`offline_sync.clock.Clock` of a kiosk without a battery clock: as wrong as a run makes it."""

    def __init__(self, time: TrueTime, name: str) -> None:
        self._time = time
        self._name = name
        self._boots = 0
        self.wrong_by_ms = 0
        self.boot()

    def boot(self) -> None:
        """The kiosk was switched off and on."""
        self._boots += 1
        self._switched_on_ms = self._time.ms

    def now(self) -> Instant:
        return Instant(
            wall_ms=self._time.ms + self.wrong_by_ms,
            mono_ms=self._time.ms - self._switched_on_ms,
            boot_id=f"{self._name}-boot-{self._boots}",
        )
