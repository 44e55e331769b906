"""A frame is committed before the window hears of it, and never lost when it cannot be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from devices.health.errors import ConnectionLost, FrameNotKept
from devices.health.events import (
    Connected,
    Ended,
    Frame,
    InstrumentIdentity,
    SessionEvent,
    SessionReport,
)
from kiosk.cuff_session import CuffNews, CuffSessions, ReadingArrived, SessionEnded
from kiosk.workers import AsyncLoop
from offline_sync.errors import StoreFull
from offline_sync.store import Store

IDENTITY = InstrumentIdentity("02:00:00:00:18:10", "Village cuff")
FRAME = Frame(b"\x00\x8e\x00T\x00g\x00", "2A35", IDENTITY, 1_000, 10, "boot", None)
WITHIN_S = 10


class OneSession:
    """Instruments that tell `events` and then end with `error`, or when they are stopped."""

    def __init__(self, *events: SessionEvent, error: Exception | None = None) -> None:
        self._events = events
        self._error = error

    async def measure(
        self,
        *,
        on_event: Callable[[SessionEvent], Awaitable[None]],
        stop: asyncio.Event,
        timeout_s: float,
    ) -> SessionReport:
        for event in self._events:
            try:
                await on_event(event)
            except StoreFull as cause:
                raise FrameNotKept("not kept") from cause
        if self._error is not None:
            raise self._error
        await stop.wait()
        return SessionReport(Ended.STOPPED, IDENTITY, (), (), 0, 0, 1, 12.0, None)


@pytest.fixture
def loop() -> Iterator[AsyncLoop]:
    running = AsyncLoop()
    running.start()
    yield running
    running.stop()


class Listening:
    """Sessions whose news is collected on the loop's own thread."""

    def __init__(self, loop: AsyncLoop, instruments: OneSession, full: bool = False) -> None:
        self.told: list[CuffNews | str] = []
        self._full = full
        self._ended: Future[None] = Future()
        self.sessions = CuffSessions(instruments, loop.run, loop.call, self._submit, self._deliver)
        self._loop = loop

    def _submit(self, job: Callable[[Store], None]) -> Future[None]:
        done: Future[None] = Future()
        if self._full:
            done.set_exception(StoreFull("disk full"))
        else:
            self.told.append("committed")
            done.set_result(None)
        return done

    def _deliver(self, function: Callable[..., None], *args: Any) -> None:
        function(*args)

    def _hear(self, news: CuffNews) -> None:
        self.told.append(news)
        if isinstance(news, SessionEnded):
            self._ended.set_result(None)

    def start(self) -> None:
        self.sessions.start("sitting-1", self._hear)

    def until_ended(self) -> SessionEnded:
        self._ended.result(WITHIN_S)
        last = self.told[-1]
        assert isinstance(last, SessionEnded)
        return last

    def until_told(self, count: int) -> None:
        async def told() -> None:
            while len(self.told) < count:
                await asyncio.sleep(0)

        self._loop.run(told()).result(WITHIN_S)


def test_a_frame_is_committed_before_it_is_told(loop: AsyncLoop) -> None:
    listening = Listening(loop, OneSession(Connected(IDENTITY), FRAME, error=ConnectionLost("x")))
    listening.start()
    ended = listening.until_ended()

    connected, committed, arrived, _ = listening.told
    assert (connected, committed) == (Connected(IDENTITY), "committed")
    assert isinstance(arrived, ReadingArrived)
    assert arrived.kept
    assert (arrived.reading.raw, arrived.reading.check_in_id) == (FRAME.raw, "sitting-1")
    assert isinstance(ended.error, ConnectionLost)


def test_a_frame_that_cannot_be_committed_is_told_as_not_kept(loop: AsyncLoop) -> None:
    listening = Listening(loop, OneSession(FRAME), full=True)
    listening.start()
    ended = listening.until_ended()

    arrived = listening.told[0]
    assert isinstance(arrived, ReadingArrived)
    assert not arrived.kept
    assert arrived.reading.raw == FRAME.raw
    assert ended.error is None  # the page already shows the reading and that it is not saved


def test_a_stopped_session_tells_nothing_more(loop: AsyncLoop) -> None:
    listening = Listening(loop, OneSession(Connected(IDENTITY)))
    listening.start()
    listening.until_told(1)
    listening.sessions.close()

    assert listening.told == [Connected(IDENTITY)]


def test_a_fault_of_ours_ends_the_session_and_is_logged(
    loop: AsyncLoop, caplog: pytest.LogCaptureFixture
) -> None:
    listening = Listening(loop, OneSession(error=RuntimeError("a fault")))
    listening.start()

    assert isinstance(listening.until_ended().error, RuntimeError)
    assert "a measuring session failed" in caplog.text
