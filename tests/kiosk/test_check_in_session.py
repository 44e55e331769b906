"""A frame is committed before the window hears of it, and never lost when it cannot be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Condition
from typing import Any

import pytest
import sqlite_utils

from devices.health.errors import ConnectionLost, FrameNotKept
from devices.health.events import (
    Connected,
    Ended,
    Frame,
    InstrumentIdentity,
    SessionEvent,
    SessionReport,
)
from kiosk.cuff_session import (
    CuffNews,
    CuffSessions,
    KnownReading,
    ReadingArrived,
    SessionEnded,
)
from kiosk.records.reading_inbox import Why
from kiosk.workers import AsyncLoop, Writer
from offline_sync.database import open_reader
from offline_sync.errors import StoreFull
from offline_sync.store import Change, Store
from tests.builders import TEST_KEY, open_test_store
from tests.kiosk.instrument_side import STAMPED, FramesOnDemand
from tests.kiosk.resident_side import NOON, frame

IDENTITY = STAMPED.identity
FRAME = Frame(
    b"\x00\x8e\x00T\x00g\x00", "2A35", "blood_pressure", IDENTITY, 1_000, 10, "boot", None
)
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
        return SessionReport(Ended.STOPPED, IDENTITY, (), (), 0, 0, 1, 12.0)


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

    def _submit(self, job: Callable[[Store], bool]) -> Future[bool]:
        done: Future[bool] = Future()
        if self._full:
            done.set_exception(StoreFull("disk full"))
        else:
            self.told.append("committed")
            done.set_result(True)
        return done

    def _deliver(self, function: Callable[..., None], *args: Any) -> None:
        function(*args)

    def _hear(self, news: CuffNews) -> None:
        self.told.append(news)
        if isinstance(news, SessionEnded):
            self._ended.set_result(None)

    def start(self) -> None:
        self.sessions.start("sitting-1", True, self._hear)

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
    listening = Listening(
        loop, OneSession(Connected(IDENTITY, "blood_pressure"), FRAME, error=ConnectionLost("x"))
    )
    listening.start()
    ended = listening.until_ended()

    connected, committed, arrived, _ = listening.told
    assert (connected, committed) == (Connected(IDENTITY, "blood_pressure"), "committed")
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
    listening = Listening(loop, OneSession(Connected(IDENTITY, "blood_pressure")))
    listening.start()
    listening.until_told(1)
    listening.sessions.close()

    assert listening.told == [Connected(IDENTITY, "blood_pressure")]


def test_a_fault_of_ours_ends_the_session_and_is_logged(
    loop: AsyncLoop, caplog: pytest.LogCaptureFixture
) -> None:
    listening = Listening(loop, OneSession(error=RuntimeError("a fault")))
    listening.start()

    assert isinstance(listening.until_ended().error, RuntimeError)
    assert "a measuring session failed" in caplog.text


@dataclass
class OnDisk:
    """Sessions over a real writer thread and a real store."""

    loop: AsyncLoop
    writer: Writer
    reader: sqlite_utils.Database
    instruments: FramesOnDemand
    sessions: CuffSessions
    told: list[CuffNews]
    news: Condition
    full: bool = False  # the disk
    refused: int = 0

    def hear(self, news: CuffNews) -> None:
        with self.news:
            self.told.append(news)
            self.news.notify_all()

    def submit(self, job: Callable[[Store], bool]) -> Future[bool]:
        def on_a_full_disk(store: Store) -> bool:
            if self.full:
                raise StoreFull("disk full")
            return job(store)

        done = self.writer.submit(on_a_full_disk)
        done.add_done_callback(self._looked)
        return done

    def _looked(self, done: Future[bool]) -> None:
        with self.news:
            self.refused += done.exception() is not None
            self.news.notify_all()

    def until_refused(self, times: int) -> None:
        with self.news:
            assert self.news.wait_for(lambda: self.refused >= times, WITHIN_S)

    def until_kept(self, count: int) -> list[dict[str, Any]]:
        """The rows of the inbox, when there are so many."""
        with self.news:
            assert self.news.wait_for(lambda: self.reader["reading_inbox"].count == count, WITHIN_S)
        return list(self.reader["reading_inbox"].rows)

    def gives(self, *frames: Frame) -> None:
        """The cuff sends these; returns when the page has heard of each."""
        before = len(self.told)
        for one in frames:
            self.loop.call(self.instruments.waiting.put_nowait, one)
        with self.news:
            assert self.news.wait_for(lambda: len(self.told) == before + len(frames), WITHIN_S)

    def inbox(self) -> list[bytes]:
        """The bytes in the inbox when the writer has done all it was given."""
        self.writer.submit(lambda _: None).result(WITHIN_S)
        return [row["raw"] for row in self.reader["reading_inbox"].rows]


@pytest.fixture
def on_disk(loop: AsyncLoop, tmp_path: Path) -> Iterator[OnDisk]:
    writer = Writer(lambda: open_test_store(tmp_path))
    writer.start().result(WITHIN_S)
    reader = open_reader(tmp_path / "kiosk.db", TEST_KEY)
    instruments = FramesOnDemand()
    it = OnDisk(loop, writer, reader, instruments, None, [], Condition())  # type: ignore[arg-type]
    it.sessions = CuffSessions(
        instruments,
        loop.run,
        loop.call,
        it.submit,
        lambda function, *args: function(*args),
        keep_again_s=0.01,
    )
    yield it
    it.sessions.close()
    reader.close()
    writer.stop()


def test_nothing_is_written_of_a_person_who_wants_nothing_saved(on_disk: OnDisk) -> None:
    on_disk.instruments.late = [replace(STAMPED, raw=frame(150, 90, 80))]
    on_disk.sessions.start("sitting-1", False, on_disk.hear)
    on_disk.gives(STAMPED, FRAME)
    assert on_disk.inbox() == []

    on_disk.sessions.close()  # the person pressed Home; one more frame was under way
    assert on_disk.inbox() == []
    assert [isinstance(one, ReadingArrived) and one.kept for one in on_disk.told] == [False, False]


def test_the_same_late_frame_of_a_person_on_record_is_kept_for_staff(on_disk: OnDisk) -> None:
    on_disk.instruments.late = [STAMPED]
    on_disk.sessions.start("sitting-1", True, on_disk.hear)
    on_disk.gives(FRAME)
    on_disk.sessions.close()

    assert sorted(on_disk.inbox()) == sorted([FRAME.raw, STAMPED.raw])


@pytest.mark.parametrize("first_on_record", [True, False])
@pytest.mark.parametrize("then_on_record", [True, False])
def test_a_stamped_frame_of_an_earlier_session_is_told_as_known(
    on_disk: OnDisk, first_on_record: bool, then_on_record: bool
) -> None:
    on_disk.sessions.start("sitting-1", first_on_record, on_disk.hear)
    on_disk.gives(STAMPED)
    on_disk.sessions.close()
    on_disk.sessions.start("sitting-2", then_on_record, on_disk.hear)
    on_disk.gives(STAMPED)

    assert isinstance(on_disk.told[0], ReadingArrived)
    assert on_disk.told[1] == KnownReading()
    assert on_disk.inbox() == ([STAMPED.raw] if first_on_record else [])


def test_frames_without_a_stamp_may_be_alike(on_disk: OnDisk) -> None:
    for sitting in ("sitting-1", "sitting-2"):
        on_disk.sessions.start(sitting, True, on_disk.hear)
        on_disk.gives(FRAME)
        on_disk.sessions.close()

    assert all(isinstance(one, ReadingArrived) for one in on_disk.told)
    assert on_disk.inbox() == [FRAME.raw, FRAME.raw]


def test_the_same_bytes_of_another_cuff_are_another_reading(on_disk: OnDisk) -> None:
    other = replace(STAMPED, identity=InstrumentIdentity("02:00:00:00:18:11"))
    on_disk.sessions.start("sitting-1", True, on_disk.hear)
    on_disk.gives(STAMPED, other)

    assert all(isinstance(one, ReadingArrived) for one in on_disk.told)


def not_kept(on_disk: OnDisk, *frames: Frame) -> list[str]:
    """These come while the disk is full. Returns their ids."""
    on_disk.full = True
    on_disk.sessions.start("sitting-1", True, on_disk.hear)
    on_disk.gives(*frames)
    arrived = [one for one in on_disk.told if isinstance(one, ReadingArrived)]
    assert [one.kept for one in arrived] == [False] * len(frames)
    return [one.reading.id for one in arrived]


def test_what_the_disk_refused_is_kept_when_it_has_room_though_the_person_has_left(
    on_disk: OnDisk,
) -> None:
    not_kept(on_disk, STAMPED)
    on_disk.sessions.stop()
    on_disk.until_refused(3)
    on_disk.full = False

    (kept,) = on_disk.until_kept(1)
    assert (kept["raw"], kept["check_in_id"]) == (STAMPED.raw, None)


def test_of_two_refused_frames_both_are_kept_and_say_their_sitting_while_it_stands(
    on_disk: OnDisk,
) -> None:
    mine, other = not_kept(on_disk, STAMPED, FRAME)
    on_disk.sessions.leave_for_staff(other, Why.EXTRA)
    on_disk.full = False

    kept = {row["id"]: row["check_in_id"] for row in on_disk.until_kept(2)}
    assert kept == {mine: "sitting-1", other: None}


def test_a_frame_refused_after_the_person_left_is_nobody_s(on_disk: OnDisk) -> None:
    on_disk.instruments.late = [STAMPED]
    on_disk.sessions.start("sitting-1", True, on_disk.hear)
    on_disk.gives(FRAME)
    on_disk.full = True
    on_disk.sessions.stop()
    on_disk.until_refused(2)
    on_disk.full = False

    kept = {row["raw"]: row["check_in_id"] for row in on_disk.until_kept(2)}
    assert kept == {FRAME.raw: "sitting-1", STAMPED.raw: None}


def test_closing_tries_once_more_and_keeps_what_it_can(on_disk: OnDisk) -> None:
    on_disk.instruments.late = [STAMPED]
    not_kept(on_disk, FRAME)
    on_disk.full = False
    on_disk.sessions.close()

    assert sorted(on_disk.inbox()) == sorted([FRAME.raw, STAMPED.raw])


def test_closing_with_a_full_disk_says_how_many_are_lost_and_no_byte(
    on_disk: OnDisk, caplog: pytest.LogCaptureFixture
) -> None:
    not_kept(on_disk, STAMPED, FRAME)
    on_disk.sessions.close()

    lost = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
    assert lost == ["readings that the disk refused to the end, and are lost: 2"]
    assert STAMPED.raw.hex() not in caplog.text
    on_disk.full = False
    assert on_disk.inbox() == []


def test_what_was_measured_without_saving_is_not_tried_again(on_disk: OnDisk) -> None:
    on_disk.full = True
    on_disk.sessions.start("sitting-1", False, on_disk.hear)
    on_disk.gives(STAMPED)
    on_disk.full = False
    on_disk.sessions.close()

    assert on_disk.inbox() == []


def test_a_refused_frame_that_became_a_vital_is_not_kept_again(on_disk: OnDisk) -> None:
    (reading_id,) = not_kept(on_disk, FRAME)
    filed = {
        "resident_id": "resident-1",
        "vital": "blood_pressure",
        "reading": {"systolic": "142", "diastolic": "84"},
        "taken_at": NOON,
        "received_at": NOON,
        "clock_quality": "absent",
        "source": "measured",
        "started_by": "resident",
        "completeness": "incomplete",
    }
    on_disk.writer.submit(lambda store: store.save([Change("vital", reading_id, filed)], "test"))
    on_disk.full = False
    on_disk.sessions.close()

    assert on_disk.inbox() == []
