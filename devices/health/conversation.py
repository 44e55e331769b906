"""One connection's talk with one instrument: subscribe first, then ask, then listen to the end.

It knows the order in which each kind of instrument, and each model that needs its own way, wants
to be spoken to. It decodes no reading.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from devices.health.clock_setting import ClockSetting
from devices.health.decoding import identity_slice
from devices.health.ending import ended
from devices.health.equipment import Equipment
from devices.health.errors import ConnectionLost, InstrumentError, InstrumentRefused
from devices.health.events import BatteryLevel, Ended
from devices.health.gatt import USER_CONTROL_POINT, InstrumentKind
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
        self, link: Link, kind: InstrumentKind, received: Received, equipment: Equipment
    ) -> None:
        self._link = link
        self._kind = kind
        self._received = received
        self._limits = equipment.limits
        self._row: QuirkRow | None = row_for(link.identity.name)
        self._clock = ClockSetting(
            link,
            self._row,
            equipment.clock,
            equipment.zone,
            received.know_clock,
            equipment.memory.clock_of(link.identity.address),
        )
        self._records: Records | None = None
        self._clock_is_read = asyncio.Event()

    async def subscribe(self, consent: Consent | None) -> None:
        """Ask for everything that the instrument measures, in the order that it needs.

        Raises:
            ConnectionLost, InstrumentRefused, SessionTimeout
        """
        row = self._row
        if row is not None and row.settle_s:
            await asyncio.sleep(row.settle_s)  # it hangs up on who asks at once
        keeps_apart = row is not None and row.consent and self._link.has(USER_CONTROL_POINT)
        if keeps_apart and consent is None:
            raise InstrumentRefused("no code for this scale is known here", pairing=True)
        if self._clock.rule is ClockRule.BEFORE_READINGS:
            await self._clock.set_now()
        if keeps_apart and consent is not None:
            await give_consent(self._link, consent, self._limits)
        subscribed = 0
        for uuid in self._kind.kept:
            if uuid in self._kind.measurements or self._link.has(uuid):
                came = partial(self._value, self._link.identity.address, uuid)
                await self._link.subscribe(uuid, came)
                subscribed += 1
        if self._kind.continuous is not None and self._link.has(self._kind.continuous):
            came = partial(self._received.continuous, self._kind.continuous)
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
        received, link = self._received, self._link
        details = asyncio.create_task(self._read_details())
        asking = [details]
        records_done: asyncio.Event | None = None
        if self._records is not None:
            records_done = asyncio.Event()
            received.records_open = True
            asking.append(asyncio.create_task(self._fetch(self._records, last_known, records_done)))
        try:
            await received.until_enough(link.gone, records_done)
            if received.records_complete and not link.gone.is_set():
                # Records may have come faster than the battery and the names were read.
                await asyncio.wait({details}, timeout=self._limits.read_s)
        finally:
            for task in asking:
                task.cancel()
            for task in asking:
                await ended(task)
        for task in asking:
            if not task.cancelled() and (fault := task.exception()) is not None:
                if isinstance(fault, InstrumentError):
                    received.ended = Ended.FAILED
                    raise fault
                _log.error("a question to the instrument failed", exc_info=fault)
        if received.records_open and not received.records_complete and not received.enough.is_set():
            raise ConnectionLost("the meter left before it had given all its records")

    async def say_goodbye(self) -> None:
        """Stop what is subscribed to, and send the model off as it wants. Best effort."""
        if self._link.gone.is_set():
            return
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

    def _value(self, address: str, uuid: str, raw: bytes) -> None:
        self._received.value_of(address, uuid, raw)
        if self._records is not None:
            self._records.stir()

    async def _fetch(self, records: Records, last_known: bytes | None, done: asyncio.Event) -> None:
        """Ask for the records; when that ends, for good or ill, so does listening.

        What the meter can report, and how its clock stands, belongs to each record: a meter has
        the patience to be asked for that first.
        """
        try:
            await self._clock_is_read.wait()
            await records.fetch(last_known, self._has_come)
            self._received.records_complete = True
        finally:
            done.set()

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
        try:
            if kind.live is not None and link.has(kind.live):
                try:
                    await link.subscribe(kind.live, received.cuff_pressure)
                except InstrumentError as error:
                    _log.info("no live pressure: %s", error)
            received.feature = await link.read_feature(kind)
            await self._clock.read()
        finally:
            self._clock_is_read.set()
        tells = asyncio.create_task(self._until_told_of_the_clock())
        try:
            await link.read_identity()
            received.battery_percent = await link.read_battery()
            if received.battery_percent is not None:
                received.post(BatteryLevel(received.battery_percent))
            await tells
        finally:
            tells.cancel()

    async def _until_told_of_the_clock(self) -> None:
        if self._clock.rule is ClockRule.ONCE_WHEN_NOTIFIED_IF_OFF:
            await self._clock.set_when_notified_far_off()
