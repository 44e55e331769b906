"""Readings that bonded instruments send while nobody measures: kept by the listener, as nobody's.

They arrive because the kiosk keeps listening to what it is paired with; BlueZ has confirmed them
to the instrument, so they exist nowhere else.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from devices.health.decoding import frame_time
from devices.health.delivery import Delivery
from devices.health.distinct import Distinct
from devices.health.events import Frame, HostClock, InstrumentIdentity, SessionEvent
from devices.health.gatt import InstrumentKind, short_name
from devices.health.limits import Limits

_log = logging.getLogger(__name__)

OnStray = Callable[[Frame], Awaitable[None]]

_REMEMBERED: Final = 512  # frames, before what was heard is forgotten and begun anew


class Strays:
    """Hands stray frames to their listener, each distinct one once."""

    def __init__(
        self,
        kinds: tuple[InstrumentKind, ...],
        clock: HostClock,
        limits: Limits,
        on_stray: OnStray | None,
    ) -> None:
        self._kind_of = {uuid: kind for kind in kinds for uuid in kind.kept}
        self._clock = clock
        self._limits = limits
        self._on_stray = on_stray
        self._distinct = Distinct(limits.same_delivery_s)
        self._heard = 0
        self._delivery: Delivery | None = None

    def take(self, address: str, uuid: str, raw: bytes) -> None:
        """A value came, and no session runs with this instrument."""
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
        self._heard += 1
        if self._heard % _REMEMBERED == 0:
            self._distinct = Distinct(self._limits.same_delivery_s)
        if self._delivery is None:
            self._delivery = Delivery(self._pass_on)
        self._delivery.post(
            Frame(
                raw=raw,
                characteristic=characteristic,
                kind=kind.name,
                identity=InstrumentIdentity(address),
                wall_ms=now.wall_ms,
                mono_ms=now.mono_ms,
                boot_id=now.boot_id,
                device_clock_offset_s=None,
            )
        )

    async def close(self) -> None:
        """Return when every stray frame has been handed over."""
        if self._delivery is not None:
            await self._delivery.close()
            if self._delivery.not_kept:
                _log.error("stray readings were not kept: %d", len(self._delivery.not_kept))
            self._delivery = None

    async def _pass_on(self, event: SessionEvent) -> None:
        if isinstance(event, Frame) and self._on_stray is not None:
            await self._on_stray(event)
