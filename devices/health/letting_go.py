"""Lets go of instruments in the background: it takes BlueZ seconds, and nobody should wait.

The scanner stays paused until the radio is free again.
"""

from __future__ import annotations

import asyncio

from devices.health.link import Link
from devices.health.scanner import Scanner


class LettingGo:
    """The links that are being closed."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._going: set[asyncio.Task[None]] = set()

    def start(self, link: Link | None) -> None:
        """Close this link, and resume the scanner that was paused for it. Returns at once."""
        task = asyncio.create_task(self._let_go(link), name="letting go")
        self._going.add(task)
        task.add_done_callback(self._going.discard)

    async def done(self) -> None:
        """Return when all have been let go of."""
        while self._going:
            await asyncio.wait(self._going)

    async def _let_go(self, link: Link | None) -> None:
        try:
            if link is not None:
                await link.close()
        finally:
            self._scanner.resume()
