"""Listens to one vehicle counter: one daemon thread owns its port from opening to closing.

It tells of vehicles, of the counter's state and of the time it was listened to, by calling
`on_event` from its own thread. It never gives up, never touches Qt or a database, and never
calls silence a loss without having asked: a counter that answers is only quiet.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from devices.traffic.clock import Clock, HostClock
from devices.traffic.connection import Connection
from devices.traffic.driver import Driver
from devices.traffic.errors import PortMissing, PortProblem
from devices.traffic.events import CounterConnected, CounterEvent, CounterLost, LossReason
from devices.traffic.timing import ReaderTiming
from devices.traffic.transport import Transport

_STOP_WITHIN_S: Final = 1.0


class CounterReader:
    """Reads one counter until it is stopped.

    `open_transport` opens the port anew each time; `driver` makes a fresh decoder for each
    connection, as half a line before a pulled cable has no other half after it. `on_event`
    must return soon and must not raise.
    """

    def __init__(
        self,
        counter_id: str,
        open_transport: Callable[[], Transport],
        driver: Callable[[str], Driver],
        on_event: Callable[[CounterEvent], None],
        clock: Clock | None = None,
        timing: ReaderTiming | None = None,
    ) -> None:
        self._counter_id = counter_id
        self._open_transport = open_transport
        self._driver = driver
        self._on_event = on_event
        self._clock = clock or HostClock()
        self._timing = timing or ReaderTiming()
        self._stopping = threading.Event()
        self._port_lock = threading.Lock()
        self._transport: Transport | None = None
        self._told_loss: LossReason | None = None
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name=f"counter {counter_id}", daemon=True)

    @property
    def running(self) -> bool:
        """Whether the reader's thread is alive."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Starts listening; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Stops listening, within a second; what was decoded is handed out first."""
        self._stopping.set()
        with self._port_lock:
            if self._transport is not None:
                self._transport.cancel_read()
        if self._thread.is_alive():
            self._thread.join(_STOP_WITHIN_S)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen_once()
            except PortProblem as problem:
                self._tell_loss(problem)
                self._stopping.wait(self._wait_after(problem))

    def _listen_once(self) -> None:
        transport = self._open_transport()
        with self._port_lock:
            self._transport = transport
        try:
            Connection(
                self._counter_id,
                transport,
                self._driver(self._counter_id),
                self._pass_on,
                self._clock,
                self._timing,
            ).listen(self._stopping)
        finally:
            with self._port_lock:
                self._transport = None
            transport.close()

    def _pass_on(self, event: CounterEvent) -> None:
        if isinstance(event, CounterConnected):
            self._told_loss = None
            self._failures = 0
        self._on_event(event)

    def _tell_loss(self, problem: PortProblem) -> None:
        if problem.reason is self._told_loss:
            return
        self._told_loss = problem.reason
        at = self._clock.now().wall_ms
        self._on_event(
            CounterLost(self._counter_id, at, problem.reason, str(problem), problem.next_step)
        )

    def _wait_after(self, problem: PortProblem) -> float:
        if isinstance(problem, PortMissing):
            # Looking for a name costs nothing, so a counter that is plugged in again is heard
            # at once, however long it was away.
            return self._timing.look_again_s
        waits = self._timing.reopen_after_s
        wait_s = waits[min(self._failures, len(waits) - 1)]
        self._failures += 1
        return wait_s
