"""When a counter was really listened to, so that "no vehicles" and "no data" never look alike.

A span begins and ends with a proof of life and holds no long stretch without one. It never
grows by waiting: a radar that was pulled or that hangs ends its span where it was last heard.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.traffic.clock import Moment
from devices.traffic.events import CoverageSpan, SpanReason

_CLOCK_STEP_MS = 2_000
"""Wall clock and steady clock may drift apart by this much (NTP slews) within one span."""


@dataclass(frozen=True, slots=True)
class _Open:
    starts_at: int
    ends_at: int
    clock_difference_ms: int
    last_mono_ms: int


class Listening:
    """The current span of one counter. Proofs come in, spans go out; nothing waits here."""

    def __init__(self, counter_id: str, longest_silence_ms: int) -> None:
        self._counter_id = counter_id
        self._longest_silence_ms = longest_silence_ms
        self._open: _Open | None = None

    @property
    def last_proof_mono_ms(self) -> int | None:
        """When the counter was last heard, by the steady clock; None before the first proof."""
        return None if self._open is None else self._open.last_mono_ms

    def proof(self, at: Moment) -> list[CoverageSpan]:
        """The counter spoke. Returns the span it ended, if any, and the one it now stands in."""
        ended = self._ended_by(at)
        difference = at.wall_ms - at.mono_ms
        if self._open is None:
            self._open = _Open(at.wall_ms, at.wall_ms, difference, at.mono_ms)
        else:
            self._open = _Open(
                self._open.starts_at,
                max(self._open.ends_at, at.wall_ms),
                self._open.clock_difference_ms,
                at.mono_ms,
            )
        return [*ended, self._span(self._open, SpanReason.LISTENING)]

    def end(self, reason: SpanReason) -> list[CoverageSpan]:
        """Nobody listens any more, or nobody speaks. The span keeps its last proof as its end."""
        if self._open is None:
            return []
        ended = self._span(self._open, reason)
        self._open = None
        return [ended]

    def _ended_by(self, at: Moment) -> list[CoverageSpan]:
        if self._open is None:
            return []
        difference = at.wall_ms - at.mono_ms
        if abs(difference - self._open.clock_difference_ms) > _CLOCK_STEP_MS:
            return self.end(SpanReason.CLOCK_CHANGED)
        if at.mono_ms - self._open.last_mono_ms > self._longest_silence_ms:
            return self.end(SpanReason.GAP)
        return []

    def _span(self, span: _Open, reason: SpanReason) -> CoverageSpan:
        return CoverageSpan(self._counter_id, span.starts_at, span.ends_at, reason)
