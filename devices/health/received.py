"""What one session has received: frames stamped on arrival, each distinct one once.

Frames are kept as bytes and passed on at once. Nothing here decodes a reading.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import tzinfo
from typing import Final

from devices.health.clock_check import ClockCheck, kiosk_ms
from devices.health.date_time import HONG_KONG
from devices.health.decoding import frame_time, identity_slice
from devices.health.delivery import Delivery
from devices.health.distinct import Distinct
from devices.health.errors import FrameCorrupt
from devices.health.events import (
    CuffPressure,
    Ended,
    Frame,
    HostClock,
    InstrumentIdentity,
    SessionEvent,
    SessionReport,
    SignalSettling,
)
from devices.health.gatt import InstrumentKind, short_name
from devices.health.instrument_memory import InstrumentMemory
from devices.health.limits import Limits
from devices.health.link import Link
from devices.health.profiles.blood_pressure import decode_cuff_pressure, in_mmhg
from devices.health.quiet import Quiet
from devices.health.settling import Settling

_log = logging.getLogger(__name__)

_RECORD: Final = "2A18"

OnLate = Callable[[str, str, bytes], None]
"""Told of a value that is of no session any more: address, characteristic, value."""


class Received:
    """The state of one session; `devices.health.measuring` drives it."""

    def __init__(
        self,
        clock: HostClock,
        delivery: Delivery,
        limits: Limits,
        memory: InstrumentMemory,
        on_late: OnLate,
        zone: tzinfo = HONG_KONG,
    ) -> None:
        self.frames: list[Frame] = []
        self.connections = 0
        self.ended = Ended.FAILED
        self.enough = asyncio.Event()
        self.listening = False
        self.feature: int | None = None
        self.battery_percent: int | None = None
        self.records_open = False  # a meter was asked for its records
        self.records_complete = False  # and has said that these were all
        self._clock = clock
        self._delivery = delivery
        self._limits = limits
        self._memory = memory
        self._on_late = on_late
        self._zone = zone
        self._link: Link | None = None
        self._kind: InstrumentKind | None = None
        self._identity: InstrumentIdentity | None = None
        self._clock_check = ClockCheck(zone=zone)
        self._found_offset_s: float | None = None  # before the clock was set
        self._clock_set = False
        self._settling = Settling(limits.stable_samples, limits.stable_s)
        self._goes_on = False  # continuous values have come over this link
        self._settled = False  # and what is to be kept of them has come
        self._quiet = Quiet(limits.quiet_s)
        self._distinct = Distinct(limits.same_delivery_s)
        self._duplicates = 0
        self._corrupt_cuff_pressures = 0

    @property
    def has_all(self) -> bool:
        """Whether there is nothing left for which to connect once more."""
        return self.records_complete or (bool(self.frames) and not self.records_open)

    @property
    def unfinished(self) -> str | None:
        """The address of a meter that has given a part of its records: no other has the rest."""
        record = None if self.records_complete else self._newest_record()
        return None if record is None else record.identity.address

    def newest_record(self) -> bytes | None:
        """What identifies the last record of a meter that has come in this session."""
        record = self._newest_record()
        return None if record is None else record.raw[identity_slice(_RECORD)]

    def _newest_record(self) -> Frame | None:
        if not self.records_open:
            return None
        return next((one for one in reversed(self.frames) if one.characteristic == _RECORD), None)

    def post(self, event: SessionEvent) -> None:
        """Tell the listener, after everything told before."""
        self._delivery.post(event)

    def hear(self, link: Link, kind: InstrumentKind) -> None:
        """From now on values come over this link."""
        if self._identity is not None and self._identity.address != link.identity.address:
            self._found_offset_s, self._clock_set = None, False  # that was another instrument
        self._link, self._kind, self._identity = link, kind, link.identity
        self.feature = self.battery_percent = None
        self._clock_check = ClockCheck(
            zone=self._zone,
            earlier=self._memory.clock_of(link.identity.address),
            kiosk_ms=kiosk_ms(self._clock.now()),
        )
        self._settling = Settling(self._limits.stable_samples, self._limits.stable_s)
        self._goes_on = self._settled = False
        self._quiet.stop()
        self._quiet = Quiet(self._limits.quiet_s)

    def hear_no_more(self) -> None:
        """The link is gone; what it says in its last moment is not of this session."""
        if self._link is not None:
            self._identity = self._link.identity
            self._memory.met(self._identity)
        self._link = None
        self._quiet.stop()

    def hears(self, address: str) -> bool:
        """Whether values of this instrument are of this session."""
        return self._link is not None and self._link.identity.address == address

    def know_clock(self, check: ClockCheck) -> None:
        """The clock of the instrument was read or set."""
        self._clock_check = check
        if self._found_offset_s is None:
            self._found_offset_s = check.offset_s
        self._clock_set = self._clock_set or check.set_at_ms is not None
        if self._link is not None:
            self._memory.know_clock(self._link.identity.address, check)

    def value_of(self, address: str, uuid: str, raw: bytes) -> None:
        """A value of a measurement characteristic, over the link or over the kiosk's own line.

        BlueZ has confirmed it to the instrument: when it is of no session, it is nobody's.
        """
        characteristic = short_name(uuid)
        if (
            self._link is not None
            and self._kind is not None
            and self.hears(address)
            and uuid in self._kind.kept  # not another kind's, of an instrument that is several
        ):
            self._take(characteristic, raw, self._link.identity, self._kind)
        elif self._is_new(address, characteristic, raw):
            self._on_late(address, uuid, raw)

    def advertised(
        self, characteristic: str, raw: bytes, identity: InstrumentIdentity, kind: InstrumentKind
    ) -> None:
        """A reading has come with an advertisement, without a connection."""
        self._identity = identity
        self._take(characteristic, raw, identity, kind)

    def continuous(self, uuid: str, raw: bytes) -> None:
        """One of many values of a measurement that goes on: kept when it has become stable.

        Not once the instrument itself has said what it found of this finger.
        """
        if self._link is None or self._kind is None or self._settled:
            return
        self._quiet.prolong()  # it goes on measuring: a frame before was not its last word
        self._goes_on = True
        characteristic = short_name(uuid)
        before = self._settling.alike
        if self._settling.add(characteristic, raw, self.feature, self._clock.now().mono_ms):
            self._take(characteristic, raw, self._link.identity, self._kind)
        elif self._settling.alike != before:
            self.post(SignalSettling(self._settling.alike, self._settling.needed))

    def cuff_pressure(self, raw: bytes) -> None:
        """A value of the live characteristic has arrived; what is no pressure is only counted."""
        if self._link is None:
            return
        try:
            live = decode_cuff_pressure(raw)
        except FrameCorrupt:
            self._corrupt_cuff_pressures += 1
            return
        self._quiet.prolong()  # it is measuring again: a stored frame was not its last word
        if live.pressure is not None:
            self.post(CuffPressure(round(in_mmhg(live.pressure, live.unit))))

    async def until_enough(self, gone: asyncio.Event, records_done: asyncio.Event | None) -> None:
        """Listen until the instrument leaves, has said all or falls silent, or until `enough`.

        With `records_done` silence means nothing: a meter says itself when it has said all, and
        asking ends by itself when it leaves.
        """
        if records_done is None:
            reasons = {
                gone: Ended.INSTRUMENT_LEFT,
                self.enough: Ended.STOPPED,
                self._quiet.fell: Ended.QUIET,
            }
        else:
            reasons = {records_done: Ended.COMPLETE, self.enough: Ended.STOPPED}
        waiting = [asyncio.ensure_future(event.wait()) for event in reasons]
        self.listening = True
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            self.ended = next(ended for event, ended in reasons.items() if event.is_set())
        finally:
            self.listening = False
            for task in waiting:
                task.cancel()

    def report(self, ending: Ended | None) -> SessionReport:
        """All of it, when the last event has been delivered."""
        self._quiet.stop()
        return SessionReport(
            ended=ending or self.ended,
            identity=self._link.identity if self._link else self._identity,
            frames=tuple(self.frames),
            not_kept=tuple(self._delivery.not_kept),
            duplicates=self._duplicates,
            corrupt_cuff_pressures=self._corrupt_cuff_pressures,
            connections=self.connections,
            device_clock_offset_s=self._found_offset_s,
            clock_set=self._clock_set,
            battery_percent=self.battery_percent,
        )

    def _take(
        self, characteristic: str, raw: bytes, identity: InstrumentIdentity, kind: InstrumentKind
    ) -> None:
        self._quiet.stir()
        if not self._is_new(identity.address, characteristic, raw):
            return
        self._settled = self._goes_on
        now = self._clock.now()
        device_time = frame_time(characteristic, raw)
        frame = Frame(
            raw=raw,
            characteristic=characteristic,
            kind=kind.name,
            identity=identity,
            wall_ms=now.wall_ms,
            mono_ms=now.mono_ms,
            boot_id=now.boot_id,
            device_clock_offset_s=self._clock_check.offset_at(device_time, now),
            feature=self.feature,
        )
        self.frames.append(frame)
        self.post(frame)
        if len(self.frames) >= self._limits.most_frames:
            _log.warning("%s sends without end: not listened to any more", identity.address)
            self.enough.set()

    def _is_new(self, address: str, characteristic: str, raw: bytes) -> bool:
        device_time, mono_ms = frame_time(characteristic, raw), self._clock.now().mono_ms
        if self._distinct.is_new(address, characteristic, raw, device_time, mono_ms):
            return True
        self._duplicates += 1
        return False
