"""What the sync client needs from a kiosk and what it tells it: the outbox, the pace, the outcome.

Only shapes: nothing here sends, stores or waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from offline_sync.errors import StoreError
from offline_sync.hub_link import REQUEST_LIMIT_S, SyncError
from offline_sync.link_pace import GROW_UNDER_S
from offline_sync.store import Store

_T = TypeVar("_T")

LARGEST_BATCH: Final = 500


class Outbox(Protocol):
    """The store as the client sees it: each call is one job of the thread that writes."""

    async def on_store(self, job: Callable[[Store], _T]) -> _T:
        """Run `job` with the store, to its end even when the caller is cancelled.

        May raise a StoreError; the run then ends with it and is tried again later.
        """
        ...

    def receipts_stored(self) -> None:
        """The hub's receipts for some records of this kiosk are stored now."""
        ...

    def records_changed(self, records: frozenset[tuple[str, str]]) -> None:
        """These records, by (type, id), came from the hub and can be read here now."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to wait, in seconds: between runs that went well, after failures, for an answer;
    how many ops may travel together at most, and under how many seconds they become more.

    With `fixed_batch` always `largest_batch` travel together, whatever the line does: to compare.
    """

    poll_s: float = 60.0
    first_backoff_s: float = 2.0
    longest_backoff_s: float = 300.0
    request_limit_s: float = REQUEST_LIMIT_S
    largest_batch: int = LARGEST_BATCH
    grow_under_s: float = GROW_UNDER_S
    fixed_batch: bool = False


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

    @property
    def moved(self) -> bool:
        """Something went through, whatever came after it."""
        return self.acknowledged + self.quarantined + self.received > 0
