"""A kiosk without a window, which saves and syncs until it is told to finish, or is killed.

The store, the client and the key are the real ones. It prints one line a step: "saved ID" when a
check-in's save has returned, "ok" or "failed KIND" after a run of the sync. When its standard
input ends it saves no more, sends what it has, and prints "finished".
Run: syncing_kiosk.py FOLDER NAME URL VILLAGE KIOSK_ID SIGNING_KEY_NAME HUB_KEY
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from offline_sync.client import Pace, SyncClient, SyncOutcome
from offline_sync.clock import SystemClock
from offline_sync.identity_key import load_signer
from offline_sync.request_auth import Identity
from offline_sync.store import Store
from tests.builders import open_test_store, resident_change
from tests.faults.saving_kiosk import RESIDENT_ID, check_in

_T = TypeVar("_T")

_MOST_WAITING: Final = 120
"""Ops. So that a hub that was away is caught up with quickly."""
_PACE: Final = Pace(
    poll_s=0.05, first_backoff_s=0.01, longest_backoff_s=0.05, request_limit_s=2, largest_batch=25
)


def say(line: str) -> None:
    print(line, flush=True)


class StoreOfOneThread:
    """`delivery.Outbox` straight over the store; the sync and the saves take turns."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def on_store(self, job: Callable[[Store], _T]) -> _T:
        return job(self._store)

    def receipts_stored(self) -> None:
        """Counts are read when they are wanted."""

    def records_changed(self, records: frozenset[tuple[str, str]]) -> None:
        """Nothing is shown here."""


async def work(store: Store, client: SyncClient, progress: asyncio.Event) -> None:
    wake, stop = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin, stop.set)
    syncing = asyncio.create_task(client.run_for_ever(wake))
    while not stop.is_set():
        if store.outbox_counts().unsent < _MOST_WAITING:
            say(f"saved {check_in(store)}")
            wake.set()
            await asyncio.sleep(0)  # the sync has its turn between two saves
        else:
            progress.clear()
            await progress.wait()
    loop.remove_reader(sys.stdin)
    while (counts := store.outbox_counts()).acknowledged < counts.total:
        progress.clear()
        wake.set()
        await progress.wait()
    syncing.cancel()
    say("finished")


async def sync_and_work(store: Store, url: str, enrolment: tuple[str, Identity, bytes]) -> None:
    village, identity, hub_key = enrolment
    progress = asyncio.Event()

    def tell(outcome: SyncOutcome) -> None:
        say("ok" if outcome.ok else f"failed {type(outcome.error).__name__}")
        progress.set()

    async with SyncClient(
        *(url, identity, hub_key, village, StoreOfOneThread(store), SystemClock()),
        pace=_PACE,
        on_outcome=tell,
    ) as client:
        await work(store, client, progress)


def main(folder: Path, name: str, url: str, *enrolment: str) -> None:
    village, kiosk_id, key_name, hub_key = enrolment
    identity = Identity(kiosk_id, load_signer(folder, key_name))
    with open_test_store(folder, f"{name}.db") as store:
        say("ready")
        if store.outbox_counts().total == 0:
            store.save([resident_change(record_id=RESIDENT_ID)], by="staff-1")
        asyncio.run(sync_and_work(store, url, (village, identity, bytes.fromhex(hub_key))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
