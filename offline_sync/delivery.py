"""What the sync client needs from a kiosk and what it tells it: the outbox, the pace, the outcome.

Only shapes: nothing here sends, stores or waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from offline_sync.errors import StoreError
from offline_sync.hub_link import REQUEST_LIMIT_S, SyncError
from offline_sync.oplog import Cursor, FeedEntry, OpReceipt, OpRejection, OutgoingOp, Stream
from offline_sync.outbox import SyncRun


class Outbox(Protocol):
    """The store as the client sees it: each call is one job of the writer thread.

    Every one may raise a StoreError; the run then ends with it and is tried again later.
    """

    async def stream(self) -> Stream:
        """`Store.stream`."""
        ...

    async def next_batch(self, limit: int) -> Sequence[OutgoingOp]:
        """`Store.unsent` and `Store.mark_sending` of what it gave, in one transaction."""
        ...

    async def acknowledge(self, receipts: Sequence[OpReceipt]) -> None:
        """`Store.acknowledge`."""
        ...

    async def quarantine(self, rejections: Sequence[OpRejection]) -> None:
        """`Store.quarantine`."""
        ...

    async def set_aside(self, rejections: Sequence[OpRejection]) -> None:
        """`Store.set_aside`."""
        ...

    async def release(self, op_ids: Sequence[str]) -> None:
        """`Store.release`."""
        ...

    async def cursor(self, bucket: str) -> Cursor:
        """`Store.cursor`."""
        ...

    async def apply_feed(
        self, bucket: str, hub_epoch: str, entries: Sequence[FeedEntry], next_after: int
    ) -> None:
        """`Store.apply_feed`."""
        ...

    async def record_run(self, run: SyncRun) -> None:
        """`Store.record_sync_run`."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to wait, in seconds: between runs that went well, after failures, for an answer."""

    poll_s: float = 60.0
    first_backoff_s: float = 2.0
    longest_backoff_s: float = 300.0
    request_limit_s: float = REQUEST_LIMIT_S


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """What one run did. With an `error`, the counts say what was done before it."""

    started_ms: int
    ended_ms: int
    acknowledged: int
    quarantined: int
    set_aside: int
    received: int
    bytes_up: int
    bytes_down: int
    error: SyncError | StoreError | None

    @property
    def ok(self) -> bool:
        """Everything was sent and everything was read."""
        return self.error is None
