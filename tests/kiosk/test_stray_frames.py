"""What an instrument sends while nobody measures is kept as nobody's, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Condition
from typing import Any

import pytest
import sqlite_utils

from devices.health.events import (
    BatteryLevel,
    Connected,
    Frame,
    InstrumentIdentity,
    SessionEvent,
    SignalSettling,
)
from kiosk.cuff_session import CuffSessions, KnownReading, ReadingArrived
from kiosk.records.instruments import note_paired
from kiosk.stray_frames import StrayFrames
from kiosk.workers import AsyncLoop, Writer
from offline_sync.database import open_reader
from offline_sync.errors import StoreFull
from offline_sync.store import Store
from tests.builders import TEST_KEY, open_test_store
from tests.kiosk.instrument_side import CUFF, STAMPED, FramesOnDemand, temperature_frame
from tests.kiosk.resident_side import NOON, frame

WITHIN_S = 10
HEARD = Frame(
    frame(142, 84, 72), "2A35", "blood_pressure", InstrumentIdentity(CUFF), NOON, 5, "b", None
)
MINE = replace(STAMPED, identity=HEARD.identity)


@dataclass
class Kept:
    """A listener over a real writer thread and a real store."""

    loop: AsyncLoop
    writer: Writer
    reader: sqlite_utils.Database
    news: Condition = field(default_factory=Condition)
    full: bool = False
    tries: int = 0
    told: int = 0
    private: bool = False
    heard: list[str] = field(default_factory=list)

    def submit(self, job: Callable[[Store], bool]) -> Future[bool]:
        def on_a_full_disk(store: Store) -> bool:
            with self.news:
                self.tries += 1
                self.news.notify_all()
            if self.full:
                raise StoreFull("disk full")
            return job(store)

        done = self.writer.submit(on_a_full_disk)
        done.add_done_callback(lambda _: self._notify())
        return done

    def _notify(self) -> None:
        with self.news:
            self.news.notify_all()

    def note(self) -> None:
        with self.news:
            self.told += 1
            self.news.notify_all()

    def strays(self) -> StrayFrames:
        return StrayFrames(
            self.loop.call,
            self.submit,
            lambda _: self.private,
            lambda identity, battery: self.heard.append(identity.address),
            self.note,
            keep_again_s=0.01,
        )

    def until(self, so: Callable[[], bool]) -> None:
        with self.news:
            assert self.news.wait_for(so, WITHIN_S)

    def rows(self) -> list[dict[str, Any]]:
        self.writer.submit(lambda _: None).result(WITHIN_S)
        return list(self.reader["reading_inbox"].rows)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    loop = AsyncLoop()
    loop.start()
    writer = Writer(lambda: open_test_store(tmp_path))
    writer.start().result(WITHIN_S)
    reader = open_reader(tmp_path / "kiosk.db", TEST_KEY)
    yield Kept(loop, writer, reader)
    loop.stop()
    reader.close()
    writer.stop()


def test_a_stray_frame_is_nobody_s_and_says_so(kept: Kept) -> None:
    kept.loop.run(kept.strays().take(HEARD)).result(WITHIN_S)

    (row,) = kept.rows()
    assert (row["raw"], row["kind"], row["characteristic"]) == (HEARD.raw, "blood_pressure", "2A35")
    assert (row["check_in_id"], row["why"], row["started_by"]) == (None, "stray", None)
    assert (kept.told, kept.heard) == (1, [CUFF])


def test_a_stray_frame_gets_the_name_that_the_kiosk_knows(kept: Kept) -> None:
    paired = {"address": CUFF, "name": "BM85", "model": "BM 85", "maker": "Beurer"}
    kept.writer.submit(
        lambda store: note_paired(store, paired, "blood_pressure", NOON, "staff-1")
    ).result(WITHIN_S)
    kept.loop.run(kept.strays().take(HEARD)).result(WITHIN_S)

    (row,) = kept.rows()
    assert json.loads(row["instrument"]) == paired


def test_a_stray_frame_that_the_disk_refuses_is_tried_until_it_is_kept(kept: Kept) -> None:
    kept.full = True
    strays = kept.strays()
    kept.loop.run(strays.take(HEARD)).result(WITHIN_S)
    kept.until(lambda: kept.tries >= 3)
    assert kept.rows() == []
    kept.full = False
    kept.until(lambda: kept.reader["reading_inbox"].count == 1)

    (row,) = kept.rows()
    assert (row["check_in_id"], row["why"]) == (None, "stray")
    strays.close()


def test_what_is_refused_to_the_end_is_tried_once_more_at_closing(kept: Kept) -> None:
    kept.full = True
    strays = kept.strays()
    kept.loop.run(strays.take(HEARD)).result(WITHIN_S)
    kept.full = False
    strays.close()

    assert [row["raw"] for row in kept.rows()] == [HEARD.raw]


def test_the_same_stamped_stray_is_kept_and_told_once(kept: Kept) -> None:
    strays = kept.strays()
    stamped = replace(STAMPED, wall_ms=NOON)
    for _ in range(2):
        kept.loop.run(strays.take(stamped)).result(WITHIN_S)

    assert (len(kept.rows()), kept.told) == (1, 1)


def test_a_private_frame_is_not_written(kept: Kept) -> None:
    kept.private = True
    kept.loop.run(kept.strays().take(HEARD)).result(WITHIN_S)

    assert (kept.rows(), kept.told) == ([], 0)


# ---- a cuff that sends once more after a measurement without saving


class Cuff:
    """Measuring sessions whose frames the test gives."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self.instruments = FramesOnDemand()
        self.told: list[object] = []
        self.sessions = CuffSessions(
            self.instruments,
            kept.loop.run,
            kept.loop.call,
            kept.submit,
            lambda function, *args: function(*args),
            keep_again_s=0.01,
            on_heard=lambda identity, battery: kept.heard.append(identity.address),
        )

    def start(self, sitting: str, *, on_record: bool = True) -> None:
        self.sessions.start(sitting, on_record, self._hear)

    def gives(self, event: SessionEvent) -> None:
        """The cuff says this; returns when the page has heard of it."""
        told = len(self.told)
        self._kept.loop.call(self.instruments.waiting.put_nowait, event)
        self._kept.until(lambda: len(self.told) > told)

    def is_private(self, one: Frame) -> bool:
        async def ask() -> bool:
            return self.sessions.is_private(one)

        return self._kept.loop.run(ask()).result(WITHIN_S)

    def _hear(self, news: object) -> None:
        with self._kept.news:
            self.told.append(news)
            self._kept.news.notify_all()


@pytest.fixture
def cuff(kept: Kept) -> Iterator[Cuff]:
    it = Cuff(kept)
    yield it
    it.sessions.close()


def test_a_stray_of_a_person_who_wants_nothing_saved_is_private_also_after_the_session(
    kept: Kept, cuff: Cuff
) -> None:
    assert not cuff.is_private(MINE)
    cuff.start("sitting-1", on_record=False)
    cuff.gives(HEARD)
    assert cuff.is_private(MINE)
    cuff.sessions.close()

    assert cuff.is_private(replace(MINE, raw=frame(150, 90, 80)))
    assert kept.rows() == []


def test_another_cuff_s_stray_is_not_of_that_person(cuff: Cuff) -> None:
    cuff.start("sitting-1", on_record=False)
    cuff.gives(HEARD)

    assert not cuff.is_private(STAMPED)


def test_when_the_next_person_saves_a_stray_is_kept(cuff: Cuff) -> None:
    cuff.start("sitting-1", on_record=False)
    cuff.gives(HEARD)
    cuff.sessions.close()
    cuff.start("sitting-2")
    cuff.gives(replace(HEARD, raw=frame(150, 90, 80)))

    assert not cuff.is_private(MINE)


def test_another_kind_of_instrument_is_not_of_that_person(cuff: Cuff) -> None:
    cuff.start("sitting-1", on_record=False)
    cuff.gives(HEARD)
    other = replace(HEARD, kind="temperature", raw=temperature_frame(NOON).raw)

    assert not cuff.is_private(other)


def test_a_private_stray_that_comes_again_in_a_session_is_known(kept: Kept, cuff: Cuff) -> None:
    cuff.start("sitting-1", on_record=False)
    cuff.gives(HEARD)
    assert cuff.is_private(MINE)
    cuff.sessions.close()
    cuff.start("sitting-2")
    cuff.gives(MINE)

    assert cuff.told[1] == KnownReading()
    assert kept.rows() == []


def test_a_frame_of_a_session_that_was_stopped_meanwhile_is_nobody_s(
    kept: Kept, cuff: Cuff
) -> None:
    cuff.start("sitting-1")
    cuff.gives(HEARD)
    cuff.instruments.late = [STAMPED]
    cuff.sessions.close()

    waits = {row["raw"]: (row["check_in_id"], row["why"]) for row in kept.rows()}
    assert waits == {HEARD.raw: ("sitting-1", None), STAMPED.raw: (None, "left")}
    assert isinstance(cuff.told[0], ReadingArrived)
    assert len(cuff.told) == 1


def test_an_instrument_that_was_in_contact_is_told(kept: Kept, cuff: Cuff) -> None:
    cuff.start("sitting-1")
    cuff.gives(Connected(InstrumentIdentity(CUFF), "blood_pressure"))

    assert kept.heard == [CUFF]


def test_battery_and_a_settling_signal_are_nothing_for_the_page_of_the_cuff(
    kept: Kept, cuff: Cuff
) -> None:
    cuff.start("sitting-1")
    for event in (BatteryLevel(85), SignalSettling(2, 8)):
        kept.loop.call(cuff.instruments.waiting.put_nowait, event)
    cuff.gives(HEARD)

    assert [type(news) for news in cuff.told] == [ReadingArrived]


def test_the_clock_that_was_read_last_is_noted_at_the_frames_that_came_before(
    kept: Kept, cuff: Cuff
) -> None:
    cuff.instruments.clock_offset_s = -42.5
    cuff.start("sitting-1")
    cuff.gives(replace(STAMPED, device_clock_offset_s=None))
    cuff.sessions.close()

    assert [row["clock_offset_s"] for row in kept.rows()] == [-42.5]
