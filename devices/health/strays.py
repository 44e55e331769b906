"""Readings that come while no session listens: kept by the listener, as nobody's.

They arrive because the kiosk keeps listening to what it is paired with, or because an instrument
went on sending while it was let go of; BlueZ has confirmed them to the instrument, so they exist
nowhere else.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from devices.health.decoding import frame_time
from devices.health.delivery import Delivery
from devices.health.distinct import Distinct
from devices.health.events import Frame, HostClock, SessionEvent
from devices.health.gatt import InstrumentKind, short_name
from devices.health.instrument_memory import InstrumentMemory
from devices.health.limits import Limits

_log = logging.getLogger(__name__)

OnStray = Callable[[Frame], Awaitable[None]]

_REMEMBERED: Final = 512  # frames that are known when they come again


class Strays:
    """Hands stray frames to their listener, each distinct one once.

    One that the listener could not keep is tried again with the next one, and at the end.
    """

    def __init__(
        self,
        kinds: tuple[InstrumentKind, ...],
        clock: HostClock,
        limits: Limits,
        on_stray: OnStray | None,
        memory: InstrumentMemory,
    ) -> None:
        # A meter keeps its records whatever was sent: they are asked for again, in a session.
        pushing = [kind for kind in kinds if kind.records is None]
        self._kind_of = {uuid: kind for kind in pushing for uuid in kind.kept}
        self._clock = clock
        self._on_stray = on_stray
        self._memory = memory
        self._distinct = Distinct(limits.same_delivery_s, _REMEMBERED)
        self._delivery: Delivery | None = None
        self._not_kept: list[Frame] = []

    def know(self, frames: Iterable[Frame]) -> None:
        """A session has had these: the kiosk's own line may hand them over later still."""
        for frame in frames:
            self._distinct.is_new(
                frame.identity.address,
                frame.characteristic,
                frame.raw,
                frame_time(frame.characteristic, frame.raw),
                frame.mono_ms,
            )

    def take(self, address: str, uuid: str, raw: bytes) -> None:
        """A value came, and no session listens to this instrument."""
        if (kind := self._kind_of.get(uuid)) is None:
            return
        if self._on_stray is None:
            _log.warning("a %s reading of %s came, and nobody keeps it", kind.name, address)
            return
        now = self._clock.now()
        characteristic = short_name(uuid)
        device_time = frame_time(characteristic, raw)
        if not self._distinct.is_new(address, characteristic, raw, device_time, now.mono_ms):
            return
        if self._delivery is None:
            self._delivery = Delivery(self._pass_on)
        self._delivery.post(
            Frame(
                raw=raw,
                characteristic=characteristic,
                kind=kind.name,
                identity=self._memory.identity_of(address),
                wall_ms=now.wall_ms,
                mono_ms=now.mono_ms,
                boot_id=now.boot_id,
                device_clock_offset_s=None,
            )
        )

    async def close(self) -> None:
        """Return when every stray frame has been handed over, or has been tried once more."""
        if self._delivery is not None:
            await self._delivery.close()
            self._delivery = None
        await self._hand_over()
        if self._not_kept:
            _log.error("stray readings were not kept, and are lost: %d", len(self._not_kept))

    async def _pass_on(self, event: SessionEvent) -> None:
        if isinstance(event, Frame):
            self._not_kept.append(event)
            await self._hand_over()

    async def _hand_over(self) -> None:
        waiting, self._not_kept = self._not_kept, []
        for frame in waiting:
            try:
                if self._on_stray is not None:
                    await self._on_stray(frame)
            except Exception:  # noqa: BLE001 - whatever it is, the frame exists only here
                _log.exception("a stray reading was not kept")
                self._not_kept.append(frame)
