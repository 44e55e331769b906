"""How a frame comes to the reading inbox: once, and in the end, also when the disk refuses it.

What was refused exists nowhere else, for the instrument has been told that it arrived. It is
held in memory and tried again, whoever stands at the kiosk by then; once its sitting is over
it is committed as nobody's. Nothing of a person who wants nothing saved may be held here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import replace
from threading import Lock
from typing import Final

from kiosk.cuff_readings import is_time_stamped
from kiosk.records import reading_inbox, vitals
from kiosk.records.reading_inbox import InboxReading
from kiosk.workers import WriterStopped
from offline_sync.store import Store

log = logging.getLogger(__name__)

AGAIN_S: Final = 5.0
_LAST_TRY_WITHIN_S: Final = 5.0


def keep_if_new(store: Store, reading: InboxReading) -> bool:
    """Commit a frame; False when it came before with the same time stamp: it is out again."""
    reading_inbox.keep(store, reading)  # first of all, whatever it is
    if nowhere_yet(store, reading):
        return True
    with store.transaction():
        reading_inbox.remove(store, reading.id)
    return False


def keep_late(store: Store, reading: InboxReading) -> bool:
    """Commit a frame that was refused before, unless it is a vital by now."""
    return not vitals.is_on_record(store.connection, reading.id) and keep_if_new(store, reading)


def nowhere_yet(store: Store, reading: InboxReading) -> bool:
    """Whether this is no frame that came before with the same time stamp."""
    return not (
        is_time_stamped(reading.raw) and reading_inbox.stands_already(store.connection, reading)
    )


class UnkeptFrames:
    """What is in memory only. Filled on the asyncio thread, let go of on the GUI thread."""

    def __init__(
        self,
        call: Callable[..., None],
        submit: Callable[[Callable[[Store], bool]], Future[bool]],
        again_s: float = AGAIN_S,
    ) -> None:
        self._call = call
        self._submit = submit
        self._again_s = again_s
        self._lock = Lock()
        self._frames: dict[str, InboxReading] = {}  # by id
        self._trying: asyncio.Task[None] | None = None

    def add(self, reading: InboxReading) -> None:
        """Hold a frame, and try again until it is kept. On the asyncio thread."""
        with self._lock:
            self._frames[reading.id] = reading
        if self._trying is None or self._trying.done():
            self._trying = asyncio.create_task(self._until_kept(), name="unkept frames")

    def leave_for_staff(self, reading_id: str) -> None:
        """This frame, if it is here, is not of the sitting it arrived in."""
        with self._lock:
            if (reading := self._frames.get(reading_id)) is not None:
                self._frames[reading_id] = replace(reading, check_in_id=None)

    def leave_all_for_staff(self) -> None:
        """The sitting in which these arrived is over."""
        for reading_id in self._held():
            self.leave_for_staff(reading_id)

    def close(self) -> None:
        """Try once more, and say how many are lost: the kiosk is closing."""
        if (trying := self._trying) is not None:
            self._call(trying.cancel)
        self.leave_all_for_staff()
        try:
            tries = {reading_id: self._try(reading_id) for reading_id in self._held()}
        except WriterStopped:
            tries = {}
        wait(tries.values(), _LAST_TRY_WITHIN_S)
        for reading_id, done in tries.items():
            if done.done() and done.exception() is None:
                self._kept(reading_id)
        if left := len(self._held()):
            log.error("readings that the disk refused to the end, and are lost: %d", left)

    async def _until_kept(self) -> None:
        while held := self._held():
            await asyncio.sleep(self._again_s)
            for reading_id in held:
                try:
                    await asyncio.wrap_future(self._try(reading_id))
                except Exception as error:  # noqa: BLE001 - whatever it is, the frame is only here
                    log.info("a reading is still not kept: %s", type(error).__name__)
                else:
                    self._kept(reading_id)

    def _try(self, reading_id: str) -> Future[bool]:
        def job(store: Store) -> bool:
            with self._lock:
                reading = self._frames.get(reading_id)
            return reading is not None and keep_late(store, reading)

        return self._submit(job)

    def _held(self) -> list[str]:
        with self._lock:
            return list(self._frames)

    def _kept(self, reading_id: str) -> None:
        with self._lock:
            self._frames.pop(reading_id, None)
