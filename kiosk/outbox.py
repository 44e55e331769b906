"""The store as the sync client sees it: every call is one job of the writer thread.

The asyncio thread never touches SQLite; it awaits the writer's answer. A person's save always
goes before these jobs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from kiosk.workers import Urgency, Writer
from offline_sync.oplog import Cursor, FeedEntry, OpReceipt, OpRejection, OutgoingOp, Stream
from offline_sync.outbox import SyncRun, release_all_sent
from offline_sync.store import Store

log = logging.getLogger(__name__)
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

    async def stream(self) -> Stream:
        return await self._on_writer(Store.stream)

    async def next_batch(self, limit: int) -> Sequence[OutgoingOp]:
        def take(store: Store) -> list[OutgoingOp]:
            with store.transaction() as db:
                # No batch is on the wire when the next one is asked for. What is still marked
                # as sent was never released, by a full disk or a fault: it is unsent.
                release_all_sent(db)
                ops = store.unsent(limit)
                store.mark_sending([op.op_id for op in ops])
            return ops

        return await self._on_writer(take)

    async def acknowledge(self, receipts: Sequence[OpReceipt]) -> None:
        await self._on_writer(lambda store: store.acknowledge(receipts))
        self._on_receipts()

    async def quarantine(self, rejections: Sequence[OpRejection]) -> None:
        await self._on_writer(lambda store: store.quarantine(rejections))

    async def set_aside(self, rejections: Sequence[OpRejection]) -> None:
        await self._on_writer(lambda store: store.set_aside(rejections))

    async def release(self, op_ids: Sequence[str]) -> None:
        await self._on_writer(lambda store: store.release(op_ids))

    async def cursor(self, bucket: str) -> Cursor:
        return await self._on_writer(lambda store: store.cursor(bucket))

    async def apply_feed(
        self, bucket: str, hub_epoch: str, entries: Sequence[FeedEntry], next_after: int
    ) -> None:
        outcome = await self._on_writer(
            lambda store: store.apply_feed(bucket, hub_epoch, entries, next_after)
        )
        if outcome.set_aside:
            numbers = ", ".join(map(str, outcome.set_aside))
            log.warning("kept, but not to be read here yet: entries %s of the feed", numbers)
        if outcome.changed:
            self._on_changed(outcome.changed)

    async def record_run(self, run: SyncRun) -> None:
        await self._on_writer(lambda store: store.record_sync_run(run))

    async def _on_writer(self, job: Callable[[Store], T]) -> T:
        # Shielded: a job that was handed over runs to its end even when the sync is cancelled.
        return await asyncio.shield(asyncio.wrap_future(self._writer.submit(job, Urgency.MACHINE)))
