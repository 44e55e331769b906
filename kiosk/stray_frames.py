"""Frames that a paired instrument sends while nobody measures: kept, and nobody's.

Runs on the asyncio thread. The instrument has been told that they arrived, so they are committed
before anything else happens, and tried again until the disk takes them. Nothing here gives one
to anybody, and what a person measures without saving is not written.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

from devices.health.events import Frame, InstrumentIdentity
from kiosk.frame_keeping import AGAIN_S, Came, UnkeptFrames, inbox_reading, keep_once
from kiosk.records.reading_inbox import InboxReading, Why
from offline_sync.identity import new_record_id
from offline_sync.store import Store

log = logging.getLogger(__name__)


class StrayFrames:
    """The listener of `devices.health.session.Instruments` for what comes outside a session."""

    def __init__(
        self,
        call: Callable[..., None],
        submit: Callable[[Callable[[Store], bool]], Future[bool]],
        is_private: Callable[[Frame], bool],
        on_heard: Callable[[InstrumentIdentity, int | None], None],
        on_kept: Callable[[], None],
        keep_again_s: float = AGAIN_S,
    ) -> None:
        """All are called on the asyncio thread; `is_private` says whether a frame is of a person
        who wants nothing saved, `on_kept` is told when something new is in the inbox."""
        self._submit = submit
        self._is_private = is_private
        self._on_heard = on_heard
        self._on_kept = on_kept
        self._unkept = UnkeptFrames(call, submit, keep_again_s)

    async def take(self, frame: Frame) -> None:
        """Keep one frame as nobody's. Never raises: what cannot be kept now is held."""
        self._on_heard(frame.identity, None)
        if self._is_private(frame):
            log.info("a %s frame came after a measurement without saving: not kept", frame.kind)
            return
        reading = inbox_reading(frame, new_record_id(), None, why=Why.STRAY)
        try:
            is_new = await asyncio.wrap_future(self._submit(partial(_keep, reading=reading)))
        except Exception as error:  # noqa: BLE001 - whatever it is, the frame is only here
            log.warning("a stray reading is held and tried again: %s", type(error).__name__)
            self._unkept.add(reading)
        else:
            if is_new:
                self._on_kept()

    def close(self) -> None:
        """Try once more what is held, and say how much is lost: the kiosk is closing."""
        self._unkept.close()


def _keep(store: Store, reading: InboxReading) -> bool:
    return keep_once(store, reading) is not Came.AGAIN
