"""Timings for tests that wait for conditions, and a log of what a reader told to wait on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, TypeVar

import pytest

from devices.traffic.events import CounterEvent, CoverageSpan, VehiclePassage
from devices.traffic.timing import ReaderTiming

Event = TypeVar("Event", bound=CounterEvent)

QUICK: Final = ReaderTiming(
    probe_after_ms=100,
    answer_within_ms=600,
    report_every_ms=20,
    reopen_after_s=(0.05,),
    look_again_s=0.05,
)


class EventLog:
    """Everything a reader told, in order; `wait_for` waits for a condition, never for a time."""

    def __init__(self) -> None:
        self.events: list[CounterEvent] = []
        self._changed = threading.Condition()

    def __call__(self, event: CounterEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def all_of(self, kind: type[Event]) -> list[Event]:
        with self._changed:
            return [event for event in self.events if isinstance(event, kind)]

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        with self._changed:
            if not self._changed.wait_for(condition, timeout=20):
                pytest.fail(f"never happened: {what}; last: {self.events[-5:]}")

    def wait_for_count(self, kind: type[Event], count: int = 1) -> Event:
        self.wait_for(lambda: len(self.all_of(kind)) >= count, f"{count} x {kind.__name__}")
        return self.all_of(kind)[count - 1]

    @property
    def passages(self) -> list[VehiclePassage]:
        return self.all_of(VehiclePassage)

    @property
    def spans(self) -> list[CoverageSpan]:
        """The latest state of each span, as a kiosk would keep it."""
        latest = {span.starts_at: span for span in self.all_of(CoverageSpan)}
        return [latest[start] for start in sorted(latest)]
