"""Reads an instrument's clock, and sets it where its model allows: never before it was read.

Unknown models are left alone. Their offset is known all the same, and corrects what they stamp.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Final

from devices.health.clock_check import ClockCheck
from devices.health.date_time import clock_offset_s, encode_date_time
from devices.health.errors import InstrumentError
from devices.health.events import HostClock
from devices.health.gatt import CURRENT_TIME, DATE_TIME
from devices.health.limits import Limits
from devices.health.link import Link
from devices.health.profiles.current_time import encode_current_time
from devices.health.quirks import ClockRule, QuirkRow

_log = logging.getLogger(__name__)

# Omron's cuffs misbehave when they are set more often (blessed-android, BluetoothHandler).
_NOTIFIED_CLOCK_OFF_S: Final = 600.0


class ClockSetting:
    """The clock of one instrument during one connection. `check` is told whenever it changes."""

    def __init__(
        self,
        link: Link,
        row: QuirkRow | None,
        clock: HostClock,
        zone: tzinfo,
        limits: Limits,
        changed: Callable[[ClockCheck], None],
    ) -> None:
        self.rule = ClockRule.LEAVE_ALONE if row is None else row.clock
        self.check = ClockCheck(zone=zone)
        self._link = link
        self._clock = clock
        self._zone = zone
        self._limits = limits
        self._changed = changed
        own = None if row is None else row.clock_characteristic
        self._uuid = next((uuid for uuid in (own, CURRENT_TIME, DATE_TIME) if link.has(uuid)), None)
        self._told = False

    async def read(self) -> None:
        """Read the clock and note how far it is off."""
        if self.check.offset_s is None and self.check.set_at_ms is None:
            self._note(await self._link.read(self._uuid))

    async def set_now(self) -> None:
        """Read the clock if it was not read yet, and set it when it is off."""
        await self.read()
        offset_s = self.check.offset_s
        if self._uuid is None or self.check.set_at_ms is not None:
            return
        right = offset_s is not None and abs(offset_s) < self._limits.clock_off_s
        if right and self.rule is ClockRule.AFTER_READINGS:
            return  # the other models say nothing before they are set, right or not
        await self._write()

    async def follow_first_notification(self) -> None:
        """Set the clock when the instrument itself speaks of it, once, when it is far off."""
        if self._uuid == CURRENT_TIME:
            await self._link.subscribe(CURRENT_TIME, self._notified)

    async def set_if_notified_far_off(self) -> None:
        """After the readings: what `follow_first_notification` has found to be necessary."""
        offset_s = self.check.offset_s
        if self._told and offset_s is not None and abs(offset_s) > _NOTIFIED_CLOCK_OFF_S:
            await self._write()

    def _notified(self, raw: bytes) -> None:
        if not self._told:
            self._told = True
            self._note(raw)

    def _note(self, raw: bytes | None) -> None:
        offset_s = clock_offset_s(raw, self._clock.now().wall_ms, self._zone)
        if offset_s is not None and self.check.set_at_ms is None:
            self._know(replace(self.check, offset_s=offset_s))

    async def _write(self) -> None:
        if self._uuid is None:
            return
        now_ms = self._clock.now().wall_ms
        now = datetime.fromtimestamp(now_ms / 1000, self._zone)
        encoded = encode_date_time(now) if self._uuid == DATE_TIME else encode_current_time(now)
        try:
            await self._link.write(self._uuid, encoded)
        except InstrumentError as error:
            _log.info("the clock of %s was not set: %s", self._link.identity.address, error)
            return
        self._know(replace(self.check, set_at_ms=now_ms))

    def _know(self, check: ClockCheck) -> None:
        self.check = check
        self._changed(check)
