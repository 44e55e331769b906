"""Reads an instrument's clock, and sets it where its model allows: never before it was read.

Unknown models are left alone. Their offset is known all the same, and corrects what they stamp.
A clock that can not be read (a Contour's own) has no rule in the table and is never set: what it
has stamped before could not be corrected any more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Final

from devices.health.clock_check import ClockCheck, kiosk_ms
from devices.health.date_time import clock_offset_s, encode_date_time
from devices.health.errors import InstrumentError
from devices.health.events import HostClock
from devices.health.gatt import CURRENT_TIME, DATE_TIME
from devices.health.link import Link
from devices.health.profiles.current_time import encode_current_time
from devices.health.quirks import ClockRule, QuirkRow

_log = logging.getLogger(__name__)

_STANDARD: Final = (CURRENT_TIME, DATE_TIME)


class ClockSetting:
    """The clock of one instrument during one connection. `changed` is told what is known of it."""

    def __init__(
        self,
        link: Link,
        row: QuirkRow | None,
        clock: HostClock,
        zone: tzinfo,
        changed: Callable[[ClockCheck], None],
        earlier: ClockCheck | None = None,
    ) -> None:
        self.rule = ClockRule.LEAVE_ALONE if row is None else row.clock
        self.check = ClockCheck(zone=zone, earlier=earlier)
        self._link = link
        self._clock = clock
        self._zone = zone
        self._may_be_off_s = (None if row is None else row.clock_off_s) or 0.0
        self._changed = changed
        own = None if row is None else row.clock_characteristic
        candidates = _STANDARD if own is None else (own, *_STANDARD)
        self._uuid = next((uuid for uuid in candidates if link.has(uuid)), None)
        self._first_told: asyncio.Queue[bytes] = asyncio.Queue(1)

    async def read(self) -> None:
        """Read the clock and note how far it is off."""
        if self.check.offset_s is None and self.check.set_at_ms is None:
            self._note(await self._link.read(self._uuid))

    async def set_now(self) -> None:
        """Read the clock if it was not read yet, and set it, right or not: these models say
        nothing before."""
        await self.read()
        if self.check.set_at_ms is None:
            await self._write()

    async def set_when_notified_far_off(self) -> None:
        """Set the clock when the instrument itself speaks of it, at once and once, if far off.

        To be called when the clock was read: BlueZ hands the answer to a read over like a
        notification, and this instrument may only be set after one of its own.
        """
        if self._uuid != CURRENT_TIME:
            return
        try:
            await self._link.subscribe(CURRENT_TIME, self._told)
        except InstrumentError as error:
            _log.info("its clock says nothing by itself: %s", error)
            return
        self._note(await self._first_told.get())
        offset_s = self.check.offset_s
        if offset_s is not None and abs(offset_s) > self._may_be_off_s:
            await self._write()

    def _told(self, raw: bytes) -> None:
        if self._first_told.empty():
            self._first_told.put_nowait(raw)

    def _note(self, raw: bytes | None) -> None:
        now = self._clock.now()
        offset_s = clock_offset_s(raw, now.wall_ms, self._zone)
        if offset_s is not None and self.check.set_at_ms is None:
            self._know(replace(self.check, offset_s=offset_s, kiosk_ms=kiosk_ms(now)))

    async def _write(self) -> None:
        if self._uuid is None:
            return
        now = self._clock.now()
        local = datetime.fromtimestamp(now.wall_ms / 1000, self._zone)
        encoded = encode_date_time(local) if self._uuid == DATE_TIME else encode_current_time(local)
        try:
            await self._link.write(self._uuid, encoded)
        except InstrumentError as error:
            _log.info("the clock of %s was not set: %s", self._link.identity.address, error)
            return
        found_s = self.check.offset_at(None, now)
        self._know(
            replace(self.check, offset_s=found_s, set_at_ms=now.wall_ms, kiosk_ms=kiosk_ms(now))
        )

    def _know(self, check: ClockCheck) -> None:
        self.check = check
        self._changed(check)
