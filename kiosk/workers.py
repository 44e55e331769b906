"""The threads of the kiosk, and the one way their results reach the window.

One writer thread owns the only writing connection to the store. One daemon thread owns
one asyncio loop (Bluetooth and HTTP). Results cross to the GUI thread as frozen values
over a queued signal. Nothing here may let the GUI thread wait for a disk, a device or a
network, and no thread but the writer may write to the store.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import queue
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeVar

import sqlite_utils
from PySide6.QtCore import QObject, Qt, Signal

from offline_sync.store import Store

log = logging.getLogger(__name__)
T = TypeVar("T")

_STOP_WAIT_S = 10.0


class Urgency(IntEnum):
    """Who goes first when both wait: a person at the screen, or the machine's own work."""

    PERSON = 0
    MACHINE = 1


class WriterStopped(RuntimeError):
    """The writer thread has ended or was told to; this job was not run."""


class LoopStopped(RuntimeError):
    """The asyncio thread was told to stop; this work was not begun."""


@dataclass(frozen=True, slots=True)
class _Job:
    """One accepted job: exactly one of the two is called, so that its future always ends."""

    run: Callable[[Store], None]
    refuse: Callable[[BaseException], None]


class Writer:
    """The thread that owns the only writing connection, with a two-level queue."""

    def __init__(
        self, open_store: Callable[[], Store], after_person: Callable[[], None] | None = None
    ) -> None:
        """`after_person` is called on the writer's thread when a person's job is done."""
        self._open_store = open_store
        self._after_person = after_person
        self._jobs: queue.PriorityQueue[tuple[int, int, _Job | None]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._lock = threading.Lock()
        self._stopping = False
        self.opened: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)

    def start(self) -> Future[None]:
        """Open the store on the writer's thread; the future carries a `StoreError` if it fails."""
        self._thread.start()
        return self.opened

    def submit(self, job: Callable[[Store], T], urgency: Urgency = Urgency.PERSON) -> Future[T]:
        """Run `job` with the store on the writer's thread."""
        future: Future[T] = Future()

        def run(store: Store) -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = job(store)
            except BaseException as error:  # noqa: BLE001 - it goes to whoever waits
                future.set_exception(error)
            else:
                future.set_result(result)
                if urgency is Urgency.PERSON:
                    self._tell_person_is_done()

        def refuse(error: BaseException) -> None:
            if future.set_running_or_notify_cancel():
                future.set_exception(error)

        with self._lock:
            if self._stopping:
                raise WriterStopped("the kiosk is closing; nothing more can be saved")
            self._jobs.put((urgency, next(self._order), _Job(run, refuse)))
        return future

    def stop(self) -> None:
        """Finish every job that was accepted, close the store, and end the thread."""
        with self._lock:
            if not self._stopping:
                self._stopping = True
                self._jobs.put((Urgency.MACHINE + 1, next(self._order), None))
        if self._thread.is_alive():
            self._thread.join(_STOP_WAIT_S)
            if self._thread.is_alive():
                log.error("the store is still at work after %.0f s; not waiting", _STOP_WAIT_S)

    def _run(self) -> None:
        try:
            store = self._open_store()
        except BaseException as error:  # noqa: BLE001 - it goes to whoever waits
            self._refuse_all(error)
            self.opened.set_exception(error)
            return
        self.opened.set_result(None)
        try:
            while (job := self._jobs.get()[2]) is not None:
                job.run(store)
        finally:
            self._refuse_all(WriterStopped("the writer thread has ended"))
            store.close()

    def _refuse_all(self, error: BaseException) -> None:
        """Nothing is accepted from here on, and nobody waits for what was not run."""
        with self._lock:
            self._stopping = True
        while not self._jobs.empty():
            job = self._jobs.get()[2]
            if job is not None:
                job.refuse(error)

    def _tell_person_is_done(self) -> None:
        if self._after_person is None:
            return
        try:
            self._after_person()
        except Exception:  # the save is done: what a listener does must not end the writer
            log.exception("what follows a save failed")


class AsyncLoop:
    """A daemon thread that owns the kiosk's one asyncio loop. It never calls SQLite."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._lock = threading.Lock()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="asyncio", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start `work` on the loop; cancel the future to cancel it. Raises LoopStopped."""
        with self._lock:
            if self._stopping:
                work.close()
                raise LoopStopped("the kiosk is closing; nothing more is begun")
            return asyncio.run_coroutine_threadsafe(work, self._loop)

    def call(self, function: Callable[..., None], *args: object) -> None:
        """Call a plain function on the loop's thread; after `stop` there is nobody to call."""
        with self._lock:
            if not self._stopping:
                self._loop.call_soon_threadsafe(function, *args)

    def stop(self) -> None:
        """Cancel what still runs, let it clean up, and end the thread."""
        with self._lock:
            told, self._stopping = self._stopping, True
            if not told:
                self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread.is_alive():
            self._thread.join(_STOP_WAIT_S)
            if self._thread.is_alive():
                log.error("the asyncio thread does not end; not waiting for it")

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            # Again and again, for what is cancelled may begin more while it cleans up.
            while pending := asyncio.all_tasks(self._loop):
                for task in pending:
                    task.cancel()
                self._loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()


class GuiDelivery(QObject):
    """Carries calls from any thread to the GUI thread, in order. Lives on the GUI thread."""

    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = True
        self._arrived.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def deliver(self, function: Callable[..., None], *args: object) -> None:
        """Call `function(*args)` on the GUI thread, soon."""
        if self._open:
            self._arrived.emit(lambda: function(*args))

    def when_done(
        self,
        future: Future[T],
        then: Callable[[T], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Tell the GUI thread how `future` ended; a cancelled one tells nobody."""

        def finished(done: Future[T]) -> None:
            if done.cancelled():
                return
            if (error := done.exception()) is not None:
                self.deliver(failed, error)
            else:
                self.deliver(then, done.result())

        future.add_done_callback(finished)

    def close(self) -> None:
        """Deliver nothing more: the window is going."""
        self._open = False

    def _call(self, function: Callable[[], None]) -> None:
        if self._open:
            function()


class Background:
    """What a view model may use: reads on the GUI thread's own connection, writes elsewhere."""

    def __init__(
        self, writer: Writer, delivery: GuiDelivery, reader: sqlite_utils.Database
    ) -> None:
        self._writer = writer
        self._delivery = delivery
        self.reader = reader

    def write(
        self,
        job: Callable[[Store], T],
        then: Callable[[T], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Run a person's save; `then` is called on the GUI thread after the commit."""
        try:
            future = self._writer.submit(job)
        except WriterStopped as error:
            self._delivery.deliver(failed, error)
        else:
            self._delivery.when_done(future, then, failed)
