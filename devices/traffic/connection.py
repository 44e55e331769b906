"""One opening of a counter's port: set up, listen, and ask when it falls silent.

Ends with a PortProblem when the counter is lost and quietly when it is told to stop. Whatever
was decoded until then has been handed out, and the coverage ends at the last proof of life.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from devices.traffic.clock import Clock, Moment
from devices.traffic.coverage import Listening
from devices.traffic.driver import Decoded, Driver
from devices.traffic.errors import CounterNotAnswering
from devices.traffic.events import (
    CounterConnected,
    CounterEvent,
    CounterIdentified,
    CounterNoise,
    CoverageSpan,
    SpanReason,
)
from devices.traffic.timing import ReaderTiming
from devices.traffic.transport import Transport


class Connection:
    """Listens on one open port; lives and ends in the reader's thread."""

    def __init__(
        self,
        counter_id: str,
        transport: Transport,
        driver: Driver,
        on_event: Callable[[CounterEvent], None],
        clock: Clock,
        timing: ReaderTiming,
    ) -> None:
        self._counter_id = counter_id
        self._transport = transport
        self._driver = driver
        self._on_event = on_event
        self._clock = clock
        self._timing = timing
        self._listening = Listening(counter_id, timing.longest_silence_ms)
        self._proved = False
        self._asked_mono_ms = 0
        self._questions = 0
        self._noise = 0
        self._noise_told_mono_ms: int | None = None
        self._span_told_mono_ms: int | None = None

    def listen(self, stopping: threading.Event) -> None:
        """Until `stopping` is set. Raises PortProblem when the counter is lost."""
        end = SpanReason.LOST
        try:
            self._open()
            while not stopping.is_set():
                data = self._transport.read()
                at = self._clock.now()
                if data:
                    self._heard(self._driver.receive(data, at), at)
                elif self._driver.pending:
                    self._tell(self._driver.settle(at))
                self._ask_if_silent(at)
                self._tell_noise(at)
            end = SpanReason.STOPPED
        finally:
            at = self._clock.now()
            self._tell(self._driver.finish())
            self._tell(self._listening.end(end))
            self._tell_noise(at, now=True)

    def _open(self) -> None:
        self._transport.discard_input()
        at = self._clock.now()
        self._send(self._driver.opening(at))
        self._asked_mono_ms = at.mono_ms
        self._questions = 1

    def _heard(self, decoded: Decoded, at: Moment) -> None:
        self._noise += decoded.discarded_bytes
        if decoded.alive:
            self._questions = 0
            if not self._proved:
                self._proved = True
                self._on_event(CounterConnected(self._counter_id, at.wall_ms))
            self._tell_span(self._listening.proof(at), at, at_once=bool(decoded.passages))
        if decoded.identity is not None:
            self._on_event(
                CounterIdentified(
                    self._counter_id,
                    at.wall_ms,
                    decoded.identity.product,
                    decoded.identity.version,
                )
            )
        self._tell(decoded.passages)
        self._send(decoded.commands)

    def _ask_if_silent(self, at: Moment) -> None:
        if self._questions == 0:
            last = self._listening.last_proof_mono_ms
            if last is not None and at.mono_ms - last < self._timing.probe_after_ms:
                return
        elif at.mono_ms - self._asked_mono_ms < self._timing.answer_within_ms:
            return
        elif self._questions >= self._timing.probes:
            raise CounterNotAnswering(self._transport.port)
        self._send((self._driver.probe(),))
        self._asked_mono_ms = at.mono_ms
        self._questions += 1

    def _tell_span(self, spans: list[CoverageSpan], at: Moment, *, at_once: bool) -> None:
        told = self._span_told_mono_ms
        due = told is None or at.mono_ms - told >= self._timing.report_every_ms
        # A vehicle that is kept never lies outside the time that is kept as listened to.
        if at_once or due or len(spans) > 1:
            self._span_told_mono_ms = at.mono_ms
            self._tell(spans)

    def _tell_noise(self, at: Moment, *, now: bool = False) -> None:
        if not self._noise:
            return
        told = self._noise_told_mono_ms
        if now or told is None or at.mono_ms - told >= self._timing.report_every_ms:
            self._noise_told_mono_ms = at.mono_ms
            self._on_event(CounterNoise(self._counter_id, at.wall_ms, self._noise))
            self._noise = 0

    def _send(self, commands: tuple[bytes, ...]) -> None:
        for command in commands:
            self._transport.write(command)

    def _tell(self, events: Iterable[CounterEvent]) -> None:
        for event in events:
            self._on_event(event)
