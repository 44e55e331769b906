"""One connection's talk with one instrument: subscribe first, then ask, then listen to the end.

It knows the order in which each kind of instrument, and each model that needs its own way, wants
to be spoken to. It decodes no reading.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import tzinfo
from functools import partial

from devices.health.clock_check import ClockCheck
from devices.health.clock_setting import ClockSetting
from devices.health.decoding import identity_slice
from devices.health.errors import ConnectionLost, InstrumentError, InstrumentRefused
from devices.health.events import BatteryLevel, HostClock
from devices.health.gatt import USER_CONTROL_POINT, InstrumentKind, short_name
from devices.health.limits import Limits
from devices.health.link import Link
from devices.health.pairing import Consent
from devices.health.quirks import ClockRule, QuirkRow, row_for
from devices.health.received import Received
from devices.health.records import Records
from devices.health.user_consent import give_consent

_log = logging.getLogger(__name__)


class Conversation:
    """Speaks with the instrument at the other end of an open link."""

    def __init__(
        self,
        link: Link,
        kind: InstrumentKind,
        received: Received,
        clock: HostClock,
        zone: tzinfo,
        limits: Limits,
    ) -> None:
        self._link = link
        self._kind = kind
        self._received = received
        self._limits = limits
        self._row: QuirkRow | None = row_for(link.identity.name)
        self._clock = ClockSetting(link, self._row, clock, zone, limits, self._know_clock)
        self._records: Records | None = None
        self._records_done: asyncio.Event | None = None

    async def subscribe(self, consent: Consent | None) -> None:
        """Ask for everything that the instrument measures, in the order that it needs.

        Raises:
            ConnectionLost, InstrumentRefused, SessionTimeout
        """
        if self._row is not None and self._row.settle_s:
            await asyncio.sleep(self._row.settle_s)  # it hangs up on who asks at once
        if self._clock.rule is ClockRule.BEFORE_READINGS:
            await self._clock.set_now()
            if consent is not None and self._link.has(USER_CONTROL_POINT):
                await give_consent(self._link, consent, self._limits)
        subscribed = 0
        for uuid in self._kind.kept:
            if uuid in self._kind.measurements or self._link.has(uuid):
                await self._link.subscribe(uuid, partial(self._value, short_name(uuid)))
                subscribed += 1
        if self._kind.continuous is not None and self._link.has(self._kind.continuous):
            came = partial(self._received.continuous, short_name(self._kind.continuous))
            await self._link.subscribe(self._kind.continuous, came)
            subscribed += 1
        if not subscribed:
            raise InstrumentRefused("it has nothing that this kind measures", pairing=False)
        if self._kind.records is not None:
            self._records = Records(self._link, self._kind.records, self._limits)
            await self._records.subscribe()
        if self._clock.rule is ClockRule.AT_ONCE:
            await self._clock.set_now()

    async def listen(self, last_known: bytes | None) -> None:
        """Listen until the instrument has said all, leaves, or is not wanted any more.

        Raises:
            ConnectionLost, InstrumentRefused, SessionTimeout: it did not say all.
        """
        asking = [asyncio.create_task(self._read_details())]
        if self._records is not None:
            self._records_done = asyncio.Event()
            self._received.records_open = True
            asking.append(asyncio.create_task(self._fetch(self._records, last_known)))
        try:
            await self._received.until_enough(self._link.gone, self._records_done)
        finally:
            for task in asking:
                task.cancel()
            await asyncio.wait(asking)
        for task in asking:
            if not task.cancelled() and (fault := task.exception()) is not None:
                if isinstance(fault, InstrumentError):
                    raise fault
                _log.error("a question to the instrument failed", exc_info=fault)
        received = self._received
        if (
            received.records_open
            and not received.records_complete
            and not self._received.enough.is_set()
        ):
            raise ConnectionLost("the meter left before it had given all its records")

    async def say_goodbye(self) -> None:
        """Set the clock if the model wants it now, and stop what is subscribed to. Best effort."""
        if self._link.gone.is_set():
            return
        if self._clock.rule is ClockRule.AFTER_READINGS:
            await self._clock.set_now()
        elif self._clock.rule is ClockRule.ONCE_WHEN_NOTIFIED_IF_OFF:
            await self._clock.set_if_notified_far_off()
        for uuid in self._kind.kept:
            if self._link.has(uuid):
                await self._link.unsubscribe(uuid)
        if self._row is not None and self._row.farewell is not None:
            uuid, value = self._row.farewell
            if self._link.has(uuid):
                try:
                    await self._link.write(uuid, value)
                except InstrumentError as error:
                    _log.info("%s was not told goodbye: %s", self._link.identity.address, error)

    def _value(self, characteristic: str, raw: bytes) -> None:
        self._received.value(characteristic, raw)
        if self._records is not None:
            self._records.stir()

    def _know_clock(self, check: ClockCheck) -> None:
        self._received.clock_check = check

    async def _fetch(self, records: Records, last_known: bytes | None) -> None:
        """Ask for the records; when that ends, for good or ill, so does listening."""
        assert self._records_done is not None
        try:
            await records.fetch(last_known, self._has_come)
            self._received.records_complete = True
        finally:
            self._records_done.set()

    def _has_come(self, marks: bytes) -> bool:
        address = self._link.identity.address
        return any(
            frame.identity.address == address
            and frame.raw[identity_slice(frame.characteristic)] == marks
            for frame in self._received.frames
        )

    async def _read_details(self) -> None:
        """All that is good to know and never worth losing a reading for."""
        kind, link, received = self._kind, self._link, self._received
        if kind.live is not None and link.has(kind.live):
            try:
                await link.subscribe(kind.live, received.cuff_pressure)
            except InstrumentError as error:
                _log.info("no live pressure: %s", error)
        if self._clock.rule is ClockRule.ONCE_WHEN_NOTIFIED_IF_OFF:
            try:
                await self._clock.follow_first_notification()
            except InstrumentError as error:
                _log.info("its clock says nothing by itself: %s", error)
        received.feature = await link.read_feature(kind)
        await self._clock.read()
        await link.read_identity()
        received.battery_percent = await link.read_battery()
        if received.battery_percent is not None:
            received.post(BatteryLevel(received.battery_percent))
