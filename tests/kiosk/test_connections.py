"""The lines to the hub and the counters: a fault of the program is seen and tried again."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from kiosk.connections import PROGRAM_FAULT, HubConnection, counter_records
from kiosk.outbox import WriterOutbox
from kiosk.records.settings import HubSetting
from kiosk.site import CounterSite
from kiosk.workers import AsyncLoop, Writer
from offline_sync.client import SyncClient
from offline_sync.clock import SystemClock
from offline_sync.delivery import Pace
from offline_sync.identity_key import new_signer
from offline_sync.outbox import LastContact, last_contact
from offline_sync.request_auth import Identity, base64url
from tests.builders import open_test_store

WAIT_S = 10.0
NOBODY = "http://127.0.0.1:9"  # the port "discard", where nothing listens
PATIENT = Pace(first_backoff_s=60.0, request_limit_s=5.0)
GATE = CounterSite(
    "gate",
    {"en": "Village gate", "zh_HK": "村口", "zh_CN": "村口"},
    "ops24x",
    "/dev/serial/by-id/radar",
    19200,
    1,
    "into_village",
)


class Line:
    """A hub connection of a kiosk that is running, and what it told."""

    def __init__(self, folder: Path, url: str = NOBODY, pace: Pace = PATIENT) -> None:
        self.writer = Writer(lambda: open_test_store(folder))
        self.writer.start().result(WAIT_S)
        self.loop = AsyncLoop()
        self.loop.start()
        self.contacts: queue.Queue[bool] = queue.Queue()
        self.url = url
        self._pace = pace

    def connection(self) -> HubConnection:
        return HubConnection(
            HubSetting(self.url, "坑口村", "k1", base64url(bytes(32)), "key"),
            Identity("k1", new_signer()),
            self.writer,
            self.loop,
            SystemClock(),
            lambda: None,
            lambda _: None,
            self.contacts.put,
            self._pace,
        )

    def last_contact(self) -> LastContact:
        return self.writer.submit(lambda store: last_contact(store.connection)).result(WAIT_S)

    def close(self) -> None:
        self.loop.stop()
        self.writer.stop()


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    line = Line(tmp_path)
    yield line
    line.close()


def test_a_hub_that_does_not_answer_is_told_and_asked_again(line: Line) -> None:
    hub = line.connection()
    hub.start()
    assert line.contacts.get(timeout=WAIT_S) is False
    hub.wake()
    assert line.contacts.get(timeout=WAIT_S) is False
    hub.stop()


def test_a_fault_of_the_program_is_logged_shown_as_offline_and_tried_again(
    line: Line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def faulty(_: SyncClient, wake: asyncio.Event) -> None:
        wake.clear()
        raise LookupError("nobody thought of this")

    hub = line.connection()
    with monkeypatch.context() as fault:
        fault.setattr(SyncClient, "run_for_ever", faulty)
        hub.start()
        assert line.contacts.get(timeout=WAIT_S) is False
        hub.wake()
        assert line.contacts.get(timeout=WAIT_S) is False
    assert "nobody thought of this" in caplog.text
    assert line.last_contact().error == "A program fault: LookupError."
    assert line.last_contact().error_kind == PROGRAM_FAULT
    hub.wake()  # and now the real client runs
    assert line.contacts.get(timeout=WAIT_S) is False
    assert line.last_contact().error_kind == "HubUnreachable"
    hub.stop()


def test_a_sync_that_is_cancelled_by_something_left_behind_is_tried_again(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cancelled(_: SyncClient, wake: asyncio.Event) -> NoReturn:
        wake.clear()
        raise asyncio.CancelledError

    hub = line.connection()
    with monkeypatch.context() as fault:
        fault.setattr(SyncClient, "run_for_ever", cancelled)
        hub.start()
        assert line.contacts.get(timeout=WAIT_S) is False
    hub.wake()
    assert line.contacts.get(timeout=WAIT_S) is False
    assert line.last_contact().error_kind == "HubUnreachable"
    hub.stop()


def test_a_fault_that_cannot_be_recorded_does_not_end_the_sync_either(
    line: Line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def faulty(*_: object) -> None:
        raise LookupError("nobody thought of this")

    hub = line.connection()
    with monkeypatch.context() as fault:
        fault.setattr(WriterOutbox, "on_store", faulty)
        hub.start()
        assert line.contacts.get(timeout=WAIT_S) is False
        hub.wake()
        assert line.contacts.get(timeout=WAIT_S) is False
    hub.wake()
    assert line.contacts.get(timeout=WAIT_S) is False
    assert "could not be recorded" in caplog.text
    hub.stop()


def test_stopping_right_after_starting_ends_the_sync(line: Line) -> None:
    hub = line.connection()
    hub.start()
    hub.stop()
    never_started = line.connection()
    never_started.stop()


def test_an_address_that_can_never_work_is_refused_at_once(tmp_path: Path) -> None:
    line = Line(tmp_path, "the district office")
    with pytest.raises(ValueError, match="http"):
        line.connection()
    line.close()


def test_a_counter_is_written_once_and_again_only_when_the_site_file_changes(
    tmp_path: Path,
) -> None:
    with open_test_store(tmp_path) as store:
        ids = counter_records(store, [GATE, replace(GATE, counter_id="bridge")])
        written = store.outbox_counts().total
        assert written == len(set(ids)) == 2
        assert counter_records(store, [GATE, replace(GATE, counter_id="bridge")]) == ids
        assert store.outbox_counts().total == written

        renamed = replace(GATE, name=GATE.name | {"en": "Old gate"})
        assert counter_records(store, [renamed]) == ids[:1]
        assert store.outbox_counts().total == written + 1
        name = store.connection.execute("SELECT name FROM counter WHERE id = ?", ids[:1])
        assert "Old gate" in name.fetchone()[0]
