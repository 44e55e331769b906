"""What one session has received: frames stamped on arrival, each distinct one once.

Frames are kept as bytes and passed on at once. Nothing here decodes a reading.
"""

from __future__ import annotations

import asyncio
import logging

from devices.health.delivery import Delivery
from devices.health.errors import FrameCorrupt
from devices.health.events import CuffPressure, Ended, Frame, HostClock, SessionEvent, SessionReport
from devices.health.gatt import InstrumentKind
from devices.health.limits import Limits
from devices.health.link import Link
from devices.health.profiles.blood_pressure import decode_cuff_pressure, in_mmhg

_log = logging.getLogger(__name__)


class Received:
    """The state of one session; `Instruments.measure` drives it."""

    def __init__(
        self, kind: InstrumentKind, clock: HostClock, delivery: Delivery, limits: Limits
    ) -> None:
        self.kind = kind
        self.frames: list[Frame] = []
        self.connections = 0
        self.ended = Ended.FAILED
        self.enough = asyncio.Event()
        self.listening = False
        self.feature: int | None = None
        self.clock_offset_s: float | None = None
        self._clock = clock
        self._delivery = delivery
        self._limits = limits
        self._link: Link | None = None
        self._last_link: Link | None = None
        self._quiet = asyncio.Event()
        self._quiet_timer: asyncio.TimerHandle | None = None
        self._last_seen: dict[tuple[str, str, bytes], int] = {}
        self._duplicates = 0
        self._corrupt_cuff_pressures = 0

    def post(self, event: SessionEvent) -> None:
        """Tell the listener, after everything told before."""
        self._delivery.post(event)

    def hear(self, link: Link | None) -> None:
        """From now on values come over this link; None ends it."""
        self._link = link
        self._last_link = link or self._last_link
        if link is not None:  # another instrument may have answered this time
            self.feature = self.clock_offset_s = None

    def frame(self, characteristic: str, raw: bytes) -> None:
        """A value of a measurement characteristic has arrived."""
        if self._link is None:
            _log.warning("a %s value came after its session had ended", characteristic)
            return
        now = self._clock.now()
        key = (self._link.identity.address, characteristic, raw)
        before = self._last_seen.get(key)
        self._last_seen[key] = now.mono_ms
        self._await_quiet()
        if before is not None and (
            (raw and raw[0] & self.kind.time_stamp_flag)
            or now.mono_ms - before < self._limits.same_delivery_s * 1000
        ):
            self._duplicates += 1
            return
        frame = Frame(
            raw=raw,
            characteristic=characteristic,
            identity=self._link.identity,
            wall_ms=now.wall_ms,
            mono_ms=now.mono_ms,
            boot_id=now.boot_id,
            device_clock_offset_s=self.clock_offset_s,
            feature=self.feature,
        )
        self.frames.append(frame)
        self.post(frame)

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

    async def until_enough(self, gone: asyncio.Event) -> None:
        """Listen until the instrument leaves or falls silent, or until `enough`."""
        reasons = {
            gone: Ended.INSTRUMENT_LEFT,
            self._quiet: Ended.QUIET,
            self.enough: Ended.STOPPED,
        }
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
        if self._quiet_timer is not None:
            self._quiet_timer.cancel()
        return SessionReport(
            ended=ending or self.ended,
            identity=self._last_link.identity if self._last_link else None,
            frames=tuple(self.frames),
            not_kept=tuple(self._delivery.not_kept),
            duplicates=self._duplicates,
            corrupt_cuff_pressures=self._corrupt_cuff_pressures,
            connections=self.connections,
            device_clock_offset_s=self.clock_offset_s,
        )

    def _await_quiet(self) -> None:
        if self._quiet_timer is not None:
            self._quiet_timer.cancel()
        self._quiet_timer = asyncio.get_running_loop().call_later(
            self._limits.quiet_s, self._quiet.set
        )
