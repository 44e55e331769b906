"""The kiosk's threads: who goes first, what stop() keeps, and that every future ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, cast

import pytest
from pytestqt.qtbot import QtBot

from kiosk.workers import (
    AsyncLoop,
    Background,
    GuiDelivery,
    LoopStopped,
    Urgency,
    Writer,
    WriterStopped,
)
from offline_sync.database import StoreFull, WrongKey
from offline_sync.store import Store
from tests.builders import open_test_store, resident_change

WAIT_S = 10.0


class Shelf:
    """Stands in for a store where only its closing matters."""

    def __init__(self) -> None:
        self.closed_in = ""

    def close(self) -> None:
        self.closed_in = threading.current_thread().name


class Gate:
    """A job that has begun, and goes on when it is let."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def __call__(self, _: Store) -> str:
        self.begun.set()
        assert self.go_on.wait(WAIT_S)
        return "done"


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def writer(shelf: Shelf) -> Iterator[Writer]:
    writer = Writer(lambda: cast(Store, shelf))
    writer.start().result(WAIT_S)
    yield writer
    writer.stop()


def test_a_person_goes_before_the_machine(writer: Writer) -> None:
    gate, order = Gate(), list[str]()
    writer.submit(gate)
    assert gate.begun.wait(WAIT_S)
    last = [
        writer.submit(lambda _, name=name: order.append(name), urgency)
        for name, urgency in (
            ("feed 1", Urgency.MACHINE),
            ("feed 2", Urgency.MACHINE),
            ("visit", Urgency.PERSON),
            ("reading", Urgency.PERSON),
        )
    ]
    gate.go_on.set()
    for job in last:
        job.result(WAIT_S)
    assert order == ["visit", "reading", "feed 1", "feed 2"]


def test_stop_finishes_what_was_accepted_and_closes_the_store_in_its_own_thread(
    writer: Writer, shelf: Shelf
) -> None:
    gate = Gate()
    running = writer.submit(gate)
    waiting = writer.submit(lambda _: "too", Urgency.MACHINE)
    assert gate.begun.wait(WAIT_S)
    stopping = threading.Thread(target=writer.stop)
    stopping.start()
    gate.go_on.set()
    stopping.join(WAIT_S)
    assert (running.result(0), waiting.result(0)) == ("done", "too")
    assert shelf.closed_in == "store-writer"


def test_a_save_accepted_before_stop_is_on_disk_after_it(tmp_path: Path) -> None:
    writer = Writer(lambda: open_test_store(tmp_path))
    writer.start().result(WAIT_S)
    change = resident_change()
    saved = writer.submit(lambda store: store.save([change], "test"))
    writer.stop()
    assert len(saved.result(0)) == 1
    with open_test_store(tmp_path) as store:
        assert store.connection.execute("SELECT id FROM resident").fetchall() == [
            (change.record_id,)
        ]


def test_a_job_after_stop_is_refused_and_stop_may_come_twice(writer: Writer) -> None:
    writer.stop()
    writer.stop()
    with pytest.raises(WriterStopped):
        writer.submit(lambda _: None)


def test_a_store_that_does_not_open_leaves_nobody_waiting() -> None:
    opening = Gate()

    def open_store() -> Store:
        opening(cast(Store, None))
        raise WrongKey("not this key")

    writer = Writer(open_store)
    opened = writer.start()
    assert opening.begun.wait(WAIT_S)
    early = writer.submit(lambda _: "never")
    given_up = writer.submit(lambda _: "never")
    given_up.cancel()
    opening.go_on.set()
    with pytest.raises(WrongKey):
        opened.result(WAIT_S)
    with pytest.raises(WrongKey):
        early.result(WAIT_S)
    with pytest.raises(WriterStopped):
        writer.submit(lambda _: None)
    writer.stop()


def test_a_job_that_fails_tells_who_waits_and_the_next_one_runs(writer: Writer) -> None:
    def full(_: Store) -> None:
        raise StoreFull("the disk is full")

    with pytest.raises(StoreFull):
        writer.submit(full).result(WAIT_S)
    assert writer.submit(lambda _: 1).result(WAIT_S) == 1


def test_a_job_that_was_cancelled_in_time_is_not_run(writer: Writer) -> None:
    gate, ran = Gate(), list[int]()
    writer.submit(gate)
    assert gate.begun.wait(WAIT_S)
    cancelled = writer.submit(lambda _: ran.append(1))
    assert cancelled.cancel()
    gate.go_on.set()
    writer.submit(lambda _: None).result(WAIT_S)
    assert ran == []


def test_only_a_persons_finished_save_is_told(shelf: Shelf) -> None:
    told: list[str] = []
    writer = Writer(lambda: cast(Store, shelf), lambda: told.append("saved"))
    writer.start().result(WAIT_S)

    def full(_: Store) -> None:
        raise StoreFull("the disk is full")

    writer.submit(lambda _: None, Urgency.MACHINE)
    writer.submit(full)
    writer.submit(lambda _: None)
    writer.stop()
    assert told == ["saved"]


def test_a_fault_after_a_save_does_not_end_the_writer(
    shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    def faulty() -> None:
        raise RuntimeError("the badge is gone")

    writer = Writer(lambda: cast(Store, shelf), faulty)
    writer.start().result(WAIT_S)
    assert writer.submit(lambda _: 1).result(WAIT_S) == 1
    assert writer.submit(lambda _: 2).result(WAIT_S) == 2
    writer.stop()
    assert "the badge is gone" in caplog.text


# ---- the asyncio thread


@pytest.fixture
def loop() -> Iterator[AsyncLoop]:
    loop = AsyncLoop()
    loop.start()
    yield loop
    loop.stop()


def test_work_on_the_loop_gives_its_result(loop: AsyncLoop) -> None:
    async def thread_name() -> str:
        return threading.current_thread().name

    assert loop.run(thread_name()).result(WAIT_S) == "asyncio"


def test_stop_cancels_what_runs_and_lets_all_of_it_clean_up(loop: AsyncLoop) -> None:
    begun, told = threading.Event(), list[str]()

    async def farewell() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            told.append("farewell ended")

    async def session() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            farewells.append(asyncio.get_running_loop().create_task(farewell()))
            await asyncio.wait(farewells, timeout=0)
            told.append("session ended")

    farewells: list[asyncio.Task[None]] = []
    running = loop.run(session())
    assert begun.wait(WAIT_S)
    loop.stop()
    assert running.cancelled()
    assert sorted(told) == ["farewell ended", "session ended"]


def test_work_asked_for_just_before_stop_ends_too(loop: AsyncLoop) -> None:
    async def for_ever() -> None:
        await asyncio.Event().wait()

    futures = [loop.run(for_ever()) for _ in range(20)]
    loop.stop()
    assert all(future.done() for future in futures)


def test_after_stop_nothing_is_begun(loop: AsyncLoop) -> None:
    async def late() -> None:
        raise AssertionError("this must not run")

    called: list[int] = []
    loop.stop()
    loop.stop()
    with pytest.raises(LoopStopped):
        loop.run(late())
    loop.call(called.append, 1)
    assert called == []


# ---- back to the window


@pytest.fixture
def delivery(qtbot: QtBot) -> GuiDelivery:
    return GuiDelivery()


def from_another_thread(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(WAIT_S)


def test_calls_from_another_thread_arrive_in_order_on_the_gui_thread(
    delivery: GuiDelivery, qtbot: QtBot
) -> None:
    seen: list[tuple[int, str]] = []

    def see(number: int) -> None:
        seen.append((number, threading.current_thread().name))

    from_another_thread(lambda: [delivery.deliver(see, number) for number in range(50)] and None)
    assert seen == []
    qtbot.waitUntil(lambda: len(seen) == 50)
    assert seen == [(number, threading.current_thread().name) for number in range(50)]


def test_nothing_arrives_after_close_not_even_what_was_on_its_way(
    delivery: GuiDelivery, qtbot: QtBot
) -> None:
    seen: list[str] = []
    other = GuiDelivery()
    delivery.deliver(seen.append, "on its way")
    delivery.close()
    from_another_thread(lambda: delivery.deliver(seen.append, "late"))
    other.deliver(seen.append, "of another window")
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["of another window"]


def test_the_window_hears_how_each_future_ended(delivery: GuiDelivery, qtbot: QtBot) -> None:
    heard: list[object] = []
    futures: list[Future[str]] = [Future() for _ in range(4)]
    futures[0].set_result("before anybody asked")
    for future in futures:
        delivery.when_done(future, heard.append, lambda error: heard.append(type(error)))

    def end() -> None:
        futures[1].set_exception(StoreFull("full"))
        futures[2].cancel()
        futures[3].set_result("last")

    from_another_thread(end)
    qtbot.waitUntil(lambda: "last" in heard)
    assert heard == ["before anybody asked", StoreFull, "last"]


def test_a_save_while_the_kiosk_closes_is_told_as_failed(
    delivery: GuiDelivery, writer: Writer, qtbot: QtBot
) -> None:
    background = Background(writer, delivery, cast(Any, None))
    heard: list[object] = []
    background.write(lambda _: "kept", heard.append, heard.append)
    qtbot.waitUntil(lambda: heard == ["kept"])
    writer.stop()
    background.write(lambda _: "lost", heard.append, lambda error: heard.append(type(error)))
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard == ["kept", WriterStopped]
