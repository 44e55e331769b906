"""The Bluetooth instruments, loaded when they are first needed, never before the first page.

bleak takes a while to import and nobody needs it to be greeted. Runs on the asyncio thread.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

from devices.health.events import Frame, SessionEvent, SessionReport
from devices.health.gatt import BLOOD_PRESSURE
from devices.health.pairing import AskPerson, Bond, Paired
from kiosk.instrument_desk import Heard
from offline_sync.clock import Clock

if TYPE_CHECKING:
    from devices.health.session import Instruments

log = logging.getLogger(__name__)


class BluetoothInstruments:
    """`devices.health.session.Instruments`, made when something is asked of it."""

    def __init__(self, clock: Clock, on_stray: Callable[[Frame], Awaitable[None]]) -> None:
        """`on_stray` is awaited for a frame that came while no session ran."""
        self._clock = clock
        self._on_stray = on_stray
        self._instruments: Instruments | None = None

    async def listen(self) -> None:
        """Hear what paired instruments send from now on, also while nobody measures."""
        try:
            await self._made().start()
        except Exception:  # the kiosk goes on; the first session tries, and says, again
            log.exception("Bluetooth could not be started")

    async def measure(
        self,
        *,
        on_event: Callable[[SessionEvent], Awaitable[None]],
        stop: asyncio.Event,
        timeout_s: float,
    ) -> SessionReport:
        """As `Instruments.measure`, for blood pressure."""
        return await self._made().measure(
            (BLOOD_PRESSURE,), on_event=on_event, stop=stop, timeout_s=timeout_s
        )

    async def nearby(self) -> AsyncIterator[Heard]:
        """As `Instruments.nearby`."""
        async for heard in self._made().nearby():
            yield heard

    async def pair(self, address: str, *, ask: AskPerson, timeout_s: float) -> Paired:
        """As `Instruments.pair`."""
        return await self._made().pair(address, ask=ask, timeout_s=timeout_s)

    async def bonds(self) -> tuple[Bond, ...]:
        """As `Instruments.bonds`."""
        return await self._made().bonds()

    async def forget(self, address: str) -> None:
        """As `Instruments.forget`."""
        await self._made().forget(address)

    async def close(self) -> None:
        """Let go of the adapter; call when no session runs."""
        if self._instruments is not None:
            await self._instruments.close()

    def _made(self) -> Instruments:
        if self._instruments is None:
            from devices.health.session import Instruments

            self._instruments = Instruments(self._clock, on_stray=self._on_stray)
        return self._instruments
