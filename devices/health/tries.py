"""How often and how long one session may try to get through to an instrument."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from devices.health.errors import InstrumentError, InstrumentNotFound, SessionTimeout
from devices.health.limits import Limits

T = TypeVar("T")


class Tries:
    """Counts the tries of one session and keeps their one budget."""

    def __init__(self, limits: Limits) -> None:
        self.count = 0
        self._limits = limits
        self._deadline: float | None = None
        self._last: InstrumentError | None = None
        self._was_connected = False

    def begin(self) -> float:
        """Count a try; the seconds it may take."""
        now = asyncio.get_running_loop().time()
        self.count += 1
        if self._deadline is None:
            self._deadline = now + self._limits.connect_total_s
        return min(self._limits.connect_s, max(self._deadline - now, 0.0))

    def connected(self) -> None:
        """It got through: the time for connecting starts anew if the link breaks."""
        self._deadline = self._last = None
        self._was_connected = True

    def progressed(self) -> None:
        """Part of what there is has come: the rest may take as many tries and as long again."""
        self.count = 0
        self._deadline = asyncio.get_running_loop().time() + self._limits.connect_total_s

    def failed(self, error: InstrumentError) -> None:
        """Remember why; raises `error` after the last try."""
        self._last = error
        if self.count >= self._limits.connect_tries:
            raise error

    async def before_deadline(self, search: Coroutine[None, None, T]) -> T:
        """Search again; between tries only for as long as connecting may still take."""
        try:
            async with asyncio.timeout_at(self._deadline):
                return await search
        except TimeoutError:
            raise self._last or InstrumentNotFound("no instrument was heard") from None

    def what_time_up_means(self) -> InstrumentError:
        """The error of a session whose time ran out before any frame."""
        if self.count and self._last is None:
            step = "reading" if self._was_connected else "connect"
            return SessionTimeout("the instrument was heard, and no reading came", step=step)
        return self._last or InstrumentNotFound("no instrument was heard")
