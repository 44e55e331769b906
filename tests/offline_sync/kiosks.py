"""A kiosk's half of sync without a window: a real store behind the client's outbox."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from offline_sync.client import Pace, SyncClient
from offline_sync.clock import SystemClock
from offline_sync.oplog import Cursor, FeedEntry, OpReceipt, OpRejection, OutgoingOp, Stream
from offline_sync.outbox import SyncRun
from offline_sync.store import Store
from tests.builders import open_test_store, resident_change

VILLAGE = "坑口村"
QUICK = Pace(poll_s=0.02, first_backoff_s=0.005, longest_backoff_s=0.02, request_limit_s=5.0)


class StoreOutbox:
    """`client.Outbox` straight over a store, on the thread of the test."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.runs: list[SyncRun] = []
        self.batches: list[int] = []
        self.fail_acknowledge: Exception | None = None

    async def stream(self) -> Stream:
        return self.store.stream()

    async def next_batch(self, limit: int) -> Sequence[OutgoingOp]:
        with self.store.transaction():
            ops = self.store.unsent(limit)
            self.store.mark_sending([op.op_id for op in ops])
        if ops:
            self.batches.append(len(ops))
        return ops

    async def acknowledge(self, receipts: Sequence[OpReceipt]) -> None:
        error, self.fail_acknowledge = self.fail_acknowledge, None
        if error is not None:
            raise error
        self.store.acknowledge(receipts)

    async def quarantine(self, rejections: Sequence[OpRejection]) -> None:
        self.store.quarantine(rejections)

    async def set_aside(self, rejections: Sequence[OpRejection]) -> None:
        self.store.set_aside(rejections)

    async def release(self, op_ids: Sequence[str]) -> None:
        self.store.release(op_ids)

    async def cursor(self, bucket: str) -> Cursor:
        return self.store.cursor(bucket)

    async def apply_feed(
        self, bucket: str, hub_epoch: str, entries: Sequence[FeedEntry], next_after: int
    ) -> None:
        self.store.apply_feed(bucket, hub_epoch, entries, next_after)

    async def record_run(self, run: SyncRun) -> None:
        self.runs.append(run)
        self.store.record_sync_run(run)


class Kiosk:
    """One kiosk's store and outbox."""

    def __init__(self, folder: Path, name: str) -> None:
        self.store = open_test_store(folder, f"{name}.db")
        self.outbox = StoreOutbox(self.store)

    def __enter__(self) -> Kiosk:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def client(self, url: str, token: str, village: str = VILLAGE) -> SyncClient:
        return SyncClient(url, token, village, self.outbox, SystemClock(), pace=QUICK)

    def save_residents(self, count: int) -> list[str]:
        changes = [resident_change() for _ in range(count)]
        self.store.save(changes, "w-031")
        return [change.record_id for change in changes]

    def counts(self) -> tuple[int, int, int, int]:
        counts = self.store.outbox_counts()
        return counts.unsent, counts.sent, counts.acknowledged, counts.needs_attention

    def residents(self) -> dict[str, dict[str, object]]:
        return {row["id"]: row for row in self.store.connection["resident"].rows}
