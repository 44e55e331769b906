"""Turns at work that takes a large village seconds: one at a time, and whoever waits costs nothing.

A request that waited in a thread would hold one of the few that answer everybody; here it waits on
the loop. A kiosk has one turn at most, or one that lies could wait in every place.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hub.refused import Refused


class Turns:
    """Guards who is at work or waits, in one loop."""

    def __init__(self, most: int | None, retry_s: int) -> None:
        """At most `most` at work and waiting together (None: one of each kiosk); who finds no place
        is to come again after `retry_s` seconds."""
        self._most = most
        self._retry_s = retry_s
        self._inside: set[str] = set()
        self._lanes: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def of(self, kiosk_id: str, lane: str = "") -> AsyncIterator[None]:
        """The turn of this kiosk; only those of one lane wait for each other.

        Raises:
            Refused: it has a turn already, or too many wait.
        """
        if kiosk_id in self._inside or (self._most is not None and len(self._inside) >= self._most):
            detail = "The hub is at work for this kiosk already, or for too many others."
            raise Refused(503, "busy", detail, {"Retry-After": str(self._retry_s)})
        self._inside.add(kiosk_id)
        try:
            async with self._lanes[lane]:
                yield
        finally:
            self._inside.discard(kiosk_id)
