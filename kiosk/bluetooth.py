"""The Bluetooth instruments, loaded when the first person measures.

bleak takes a while to import and nobody needs it to be greeted. Runs on the asyncio thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from devices.health.events import SessionEvent, SessionReport
from offline_sync.clock import Clock

if TYPE_CHECKING:
    from devices.health.session import Instruments


class BluetoothInstruments:
    """`devices.health.session.Instruments`, made at its first measurement."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._instruments: Instruments | None = None

    async def measure(
        self,
        *,
        on_event: Callable[[SessionEvent], Awaitable[None]],
        stop: asyncio.Event,
        timeout_s: float,
    ) -> SessionReport:
        """As `Instruments.measure`, for blood pressure."""
        if self._instruments is None:
            from devices.health.session import Instruments

            self._instruments = Instruments(self._clock)
        return await self._instruments.measure(on_event=on_event, stop=stop, timeout_s=timeout_s)

    async def close(self) -> None:
        """Let go of the adapter; call when no session runs."""
        if self._instruments is not None:
            await self._instruments.close()
