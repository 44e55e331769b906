"""Hands the events of a session to the kiosk, one after another, in the order they happened.

Each callback is awaited before the next event: no reading is spoken of before the kiosk has
kept its frame. A frame whose callback raised stays here for the report; it is never dropped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from devices.health.events import Frame, SessionEvent

OnEvent = Callable[[SessionEvent], Awaitable[None]]


class Delivery:
    """One session's way to its listener. `failed` is set as soon as a callback has raised."""

    def __init__(self, on_event: OnEvent) -> None:
        self.failed = asyncio.Event()
        self.error: Exception | asyncio.CancelledError | None = None
        self.error_at_frame = False
        self.not_kept: list[Frame] = []
        self._on_event = on_event
        self._waiting: asyncio.Queue[SessionEvent | None] = asyncio.Queue()
        self._pump = asyncio.create_task(self._deliver(), name="session events")

    def post(self, event: SessionEvent) -> None:
        """Queue an event; returns at once."""
        self._waiting.put_nowait(event)

    async def close(self) -> None:
        """Return when every event has been delivered. Has no time limit on purpose: the frames
        in the queue are already confirmed to the instrument and exist nowhere else."""
        self._waiting.put_nowait(None)
        await asyncio.shield(self._pump)

    async def _deliver(self) -> None:
        while (event := await self._waiting.get()) is not None:
            try:
                await self._on_event(event)
            except asyncio.CancelledError as error:
                if (pump := asyncio.current_task()) is not None and pump.cancelling():
                    raise
                self._note(event, error)  # what it waited for was cancelled, not the delivery
            except Exception as error:  # noqa: BLE001 - whatever it is, `measure` raises it
                self._note(event, error)

    def _note(self, event: SessionEvent, error: Exception | asyncio.CancelledError) -> None:
        at_frame = isinstance(event, Frame)
        if isinstance(event, Frame):
            self.not_kept.append(event)
        if self.error is None or (at_frame and not self.error_at_frame):
            self.error, self.error_at_frame = error, at_frame
        self.failed.set()
