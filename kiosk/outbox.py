"""The store as the sync client sees it: every call is one job of the writer thread.

The asyncio thread never touches SQLite; it awaits the writer's answer. A person's save always
goes before these jobs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from kiosk.workers import Urgency, Writer
from offline_sync.store import Store

T = TypeVar("T")

Records = frozenset[tuple[str, str]]
"""Records by (type, id)."""


class WriterOutbox:
    """`offline_sync.delivery.Outbox` over the kiosk's writer thread."""

    def __init__(
        self,
        writer: Writer,
        on_receipts: Callable[[], None],
        on_changed: Callable[[Records], None],
    ) -> None:
        """Both are called on the asyncio thread: `on_receipts` when receipts were stored,
        `on_changed` when records came from the hub and can be read here."""
        self._writer = writer
        self._on_receipts = on_receipts
        self._on_changed = on_changed

    async def on_store(self, job: Callable[[Store], T]) -> T:
        # Shielded: a job that was handed over runs to its end even when the sync is cancelled.
        return await asyncio.shield(asyncio.wrap_future(self._writer.submit(job, Urgency.MACHINE)))

    def receipts_stored(self) -> None:
        self._on_receipts()

    def records_changed(self, records: Records) -> None:
        self._on_changed(records)
