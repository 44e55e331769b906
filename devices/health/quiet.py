"""A silence that follows after something was heard: how a session knows that no more will come."""

from __future__ import annotations

import asyncio


class Quiet:
    """`fell` is set when nothing has come for `seconds` since the last `stir()`."""

    def __init__(self, seconds: float) -> None:
        self.fell = asyncio.Event()
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None

    def stir(self) -> None:
        """Something came: the silence begins anew."""
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self.fell.set)

    def prolong(self) -> None:
        """It goes on measuring: if the silence has begun, it begins anew."""
        if self._timer is not None:
            self.stir()

    def stop(self) -> None:
        """Wait for silence no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
