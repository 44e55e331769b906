"""What one session has received: frames stamped on arrival, each distinct one once.

Frames are kept as bytes and passed on at once. Nothing here decodes a reading.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from devices.health.clock_check import ClockCheck
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
from devices.health.limits import Limits
from devices.health.link import Link
from devices.health.profiles.blood_pressure import decode_cuff_pressure, in_mmhg
from devices.health.settling import Settling

_log = logging.getLogger(__name__)

_RECORD: Final = "2A18"


class Received:
    """The state of one session; `Instruments.measure` drives it."""

    def __init__(self, clock: HostClock, delivery: Delivery, limits: Limits) -> None:
        self.frames: list[Frame] = []
        self.connections = 0
        self.ended = Ended.FAILED
        self.enough = asyncio.Event()
        self.listening = False
        self.feature: int | None = None
        self.battery_percent: int | None = None
        self.clock_check = ClockCheck()
        self.records_open = False  # a meter was asked for its records
        self.records_complete = False  # and has said that these were all
        self._clock = clock
        self._delivery = delivery
        self._limits = limits
        self._link: Link | None = None
        self._kind: InstrumentKind | None = None
        self._identity: InstrumentIdentity | None = None
        self._settling = Settling(limits.stable_samples)
        self._quiet = asyncio.Event()
        self._quiet_timer: asyncio.TimerHandle | None = None
        self._distinct = Distinct(limits.same_delivery_s)
        self._duplicates = 0
        self._corrupt_cuff_pressures = 0

    @property
    def has_all(self) -> bool:
        """Whether there is nothing left for which to connect once more."""
        return self.records_complete or (bool(self.frames) and not self.records_open)

    def newest_record(self) -> bytes | None:
        """What identifies the last record of a meter that has come in this session."""
        if not self.records_open or not self.frames:
            return None
        frame = next((one for one in reversed(self.frames) if one.characteristic == _RECORD), None)
        return None if frame is None else frame.raw[identity_slice(_RECORD)]

    def post(self, event: SessionEvent) -> None:
        """Tell the listener, after everything told before."""
        self._delivery.post(event)

    def hear(self, link: Link, kind: InstrumentKind) -> None:
        """From now on values come over this link."""
        self._link, self._kind, self._identity = link, kind, link.identity
        self.feature = self.battery_percent = None  # another instrument may answer this time
        self.clock_check = ClockCheck()
        self._settling = Settling(self._limits.stable_samples)

    def hear_no_more(self) -> None:
        """The link is gone; what it says in its last moment is not of this session."""
        if self._link is not None:
            self._identity = self._link.identity
        self._link = None

    def hears(self, address: str) -> bool:
        """Whether values of this instrument are of this session."""
        return self._link is not None and self._link.identity.address == address

    def value(self, characteristic: str, raw: bytes) -> None:
        """A value of a measurement characteristic has arrived over the link."""
        if self._link is None or self._kind is None:
            _log.warning("a %s value came after its session had ended", characteristic)
            return
        self._take(characteristic, raw, self._link.identity, self._kind)

    def value_of(self, uuid: str, raw: bytes) -> None:
        """The same, heard over the kiosk's own line to BlueZ."""
        if self._kind is not None and uuid in self._kind.kept:
            self.value(short_name(uuid), raw)

    def advertised(
        self, characteristic: str, raw: bytes, identity: InstrumentIdentity, kind: InstrumentKind
    ) -> None:
        """A reading has come with an advertisement, without a connection."""
        self._identity = identity
        self._take(characteristic, raw, identity, kind)

    def continuous(self, characteristic: str, raw: bytes) -> None:
        """One of many values of a measurement that goes on: kept when it has become stable."""
        if self._quiet_timer is not None:
            self._await_quiet()  # it goes on measuring: a frame before was not its last word
        if self.frames:
            return
        before = self._settling.alike
        if self._settling.add(characteristic, raw, self.feature):
            self.value(characteristic, raw)
        elif self._settling.alike != before:
            self.post(SignalSettling(self._settling.alike, self._settling.needed))

    def cuff_pressure(self, raw: bytes) -> None:
        """A value of the live characteristic has arrived; what is no pressure is only counted."""
        try:
            live = decode_cuff_pressure(raw)
        except FrameCorrupt:
            self._corrupt_cuff_pressures += 1
            return
        if self._quiet_timer is not None:
            self._await_quiet()  # it is measuring again: a stored frame was not its last word
        if live.pressure is not None:
            self.post(CuffPressure(round(in_mmhg(live.pressure, live.unit))))

    async def until_enough(self, gone: asyncio.Event, records_done: asyncio.Event | None) -> None:
        """Listen until the instrument leaves, has said all or falls silent, or until `enough`.

        With `records_done` silence means nothing: a meter says itself when it has said all.
        """
        reasons = {gone: Ended.INSTRUMENT_LEFT, self.enough: Ended.STOPPED}
        if records_done is None:
            reasons[self._quiet] = Ended.QUIET
        else:
            reasons[records_done] = Ended.COMPLETE
        waiting = [asyncio.ensure_future(event.wait()) for event in reasons]
        self.listening = True
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            self.ended = next(ended for event, ended in reasons.items() if event.is_set())
        finally:
            self.listening = False
            for task in waiting:
                task.cancel()

    async def until_quiet(self) -> None:
        """Return when nothing more has come for a while after a frame."""
        await self._quiet.wait()
        self.ended = Ended.QUIET

    def report(self, ending: Ended | None) -> SessionReport:
        """All of it, when the last event has been delivered."""
        if self._quiet_timer is not None:
            self._quiet_timer.cancel()
        return SessionReport(
            ended=ending or self.ended,
            identity=self._link.identity if self._link else self._identity,
            frames=tuple(self.frames),
            not_kept=tuple(self._delivery.not_kept),
            duplicates=self._duplicates,
            corrupt_cuff_pressures=self._corrupt_cuff_pressures,
            connections=self.connections,
            device_clock_offset_s=self.clock_check.offset_s,
            clock_set=self.clock_check.set_at_ms is not None,
            battery_percent=self.battery_percent,
        )

    def _take(
        self, characteristic: str, raw: bytes, identity: InstrumentIdentity, kind: InstrumentKind
    ) -> None:
        now = self._clock.now()
        device_time = frame_time(characteristic, raw)
        self._await_quiet()
        if not self._distinct.is_new(
            identity.address, characteristic, raw, device_time, now.mono_ms
        ):
            self._duplicates += 1
            return
        frame = Frame(
            raw=raw,
            characteristic=characteristic,
            kind=kind.name,
            identity=identity,
            wall_ms=now.wall_ms,
            mono_ms=now.mono_ms,
            boot_id=now.boot_id,
            device_clock_offset_s=self.clock_check.offset_for(device_time, now.wall_ms),
            feature=self.feature,
        )
        self.frames.append(frame)
        self.post(frame)

    def _await_quiet(self) -> None:
        if self._quiet_timer is not None:
            self._quiet_timer.cancel()
        self._quiet_timer = asyncio.get_running_loop().call_later(
            self._limits.quiet_s, self._quiet.set
        )
