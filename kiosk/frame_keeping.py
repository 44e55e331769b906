"""How a frame comes to the reading inbox: once, and in the end, also when the disk refuses it.

The same reading is known again by what makes it that reading: sequence number and base time of
a glucose record, all bytes of any other frame that bears a believable date. What has no such
date is never taken for the same, however alike.

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
from enum import StrEnum
from threading import Lock
from typing import Final

from devices.health.events import Frame
from kiosk.readings import Recognised, how_recognised, identity_of
from kiosk.records import instruments, reading_inbox, vitals
from kiosk.records.reading_inbox import InboxReading, Why
from kiosk.workers import WriterStopped
from offline_sync.identity import new_record_id
from offline_sync.store import Store

log = logging.getLogger(__name__)

AGAIN_S: Final = 5.0
_LAST_TRY_WITHIN_S: Final = 5.0


class Came(StrEnum):
    """Whether a frame was here before."""

    NEW = "new"
    AGAIN = "again"  # the same reading for certain: it is dropped
    ALIKE = "alike"  # the same bytes, with a date that proves nothing: kept, and nobody's


def inbox_reading(
    frame: Frame,
    session_id: str,
    check_in_id: str | None,
    started_by: str | None = None,
    why: Why | None = None,
) -> InboxReading:
    """A frame that came, as the inbox keeps it."""
    identity = frame.identity
    said = {
        "address": identity.address,
        "name": identity.name,
        "maker": identity.maker,
        "model": identity.model,
        "serial": identity.serial,
    }
    return InboxReading(
        id=new_record_id(),
        session_id=session_id,
        characteristic=frame.characteristic,
        raw=frame.raw,
        instrument={name: value for name, value in said.items() if value is not None},
        device_time=None,
        clock_offset_s=frame.device_clock_offset_s,
        received_at=frame.wall_ms,
        mono_ms=frame.mono_ms,
        boot_id=frame.boot_id,
        check_in_id=check_in_id,
        kind=frame.kind,
        feature=frame.feature,
        started_by=started_by,
        why=why,
    )


def keep_once(store: Store, reading: InboxReading) -> Came:
    """Commit a frame, unless it came before. One that is only alike is nobody's from now on."""
    reading = _with_names(store, reading)
    reading_inbox.keep(store, reading, identity_of(reading))  # first of all, whatever it is
    came = look_up(store, reading)
    if came is Came.AGAIN:
        with store.transaction():
            reading_inbox.remove(store, [reading.id])
    elif came is Came.ALIKE:
        reading_inbox.leave_unattributed(store, reading.id, Why.CAME_BEFORE)
    return came


def keep_late(store: Store, reading: InboxReading) -> bool:
    """Commit a frame that was refused before, unless it is a vital by now."""
    if vitals.is_on_record(store.connection, reading.id):
        return False
    return keep_once(store, reading) is not Came.AGAIN


def look_up(store: Store, reading: InboxReading) -> Came:
    """Whether this frame was here before, kept or on record. Changes nothing."""
    recognised = how_recognised(reading)
    if recognised is Recognised.BY_NOTHING:
        return Came.NEW
    stands = reading_inbox.stands_already(
        store.connection,
        reading,
        identity_of(reading),
        is_record=recognised is Recognised.BY_RECORD,
    )
    if not stands:
        return Came.NEW
    return Came.ALIKE if recognised is Recognised.BY_UNSURE_DATE else Came.AGAIN


def _with_names(store: Store, reading: InboxReading) -> InboxReading:
    """What the kiosk knows of the instrument beyond what came with this frame."""
    known = instruments.known_at(store.connection, reading.address)
    if known is None:
        return reading
    return replace(reading, instrument={**known.identity, **reading.instrument})


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

    def leave_for_staff(self, reading_id: str, why: Why) -> None:
        """This frame, if it is here, is not of the sitting it arrived in."""
        with self._lock:
            if (reading := self._frames.get(reading_id)) is not None:
                self._frames[reading_id] = replace(
                    reading, check_in_id=None, why=reading.why or why
                )

    def leave_all_for_staff(self) -> None:
        """The sitting in which these arrived is over."""
        for reading_id in self._held():
            self.leave_for_staff(reading_id, Why.LEFT)

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
