"""How patiently a counter is listened to: what is silence, and what is a loss."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReaderTiming:
    """Milliseconds are of the clock that the reader is given, seconds are real ones."""

    probe_after_ms: int = 20_000  # silence after which the counter is asked
    answer_within_ms: int = 3_000
    probes: int = 2  # unanswered questions that make a loss: noise may have eaten one
    report_every_ms: int = 5_000  # how often a growing span, and noise, are told
    reopen_after_s: tuple[float, ...] = (1, 2, 4, 8, 16, 30)
    look_again_s: float = 1  # how often to look for a port that is not there

    def __post_init__(self) -> None:
        if self.probes < 1 or not self.reopen_after_s:
            raise ValueError("a reader needs at least one probe and one waiting time")

    @property
    def longest_silence_ms(self) -> int:
        """The longest time between two proofs of life of a counter that is well."""
        return self.probe_after_ms + self.probes * self.answer_within_ms + self.report_every_ms
