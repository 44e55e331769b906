"""Counts what one run of the sync did, and pairs the kiosk's clocks with the hub's. No I/O."""

from __future__ import annotations

from dataclasses import dataclass

from offline_sync.clock import Instant
from offline_sync.hub_link import Exchange
from offline_sync.outbox import ClockSample


@dataclass(slots=True)
class Tally:
    """What a run has done so far."""

    acknowledged: int = 0
    quarantined: int = 0
    set_aside: int = 0
    received: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    feed_has_more: bool = True
    clock: ClockSample | None = None

    def note(self, before: Instant, after: Instant, exchange: Exchange) -> float:
        """Count an exchange and pair the two clocks; gives its seconds."""
        took_ms = max(0, after.mono_ms - before.mono_ms)
        self.bytes_up += exchange.bytes_up
        self.bytes_down += exchange.bytes_down
        self.clock = ClockSample(
            boot_id=after.boot_id,
            mono_ms=after.mono_ms - took_ms // 2,
            wall_ms=after.wall_ms - took_ms // 2,
            hub_ms=exchange.answer.hub_time_ms,
            rtt_ms=took_ms,
        )
        return took_ms / 1000
