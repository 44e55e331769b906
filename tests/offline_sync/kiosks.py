"""A kiosk's half of sync without a window: a real store behind the client's outbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from offline_sync.client import Pace, SyncClient, SyncOutcome
from offline_sync.clock import SystemClock
from offline_sync.identity_key import new_signer
from offline_sync.request_auth import Identity
from offline_sync.store import Store
from tests.builders import open_test_store, resident_change
from tests.hub.serving import Pass

VILLAGE = "坑口村"
QUICK = Pace(poll_s=0.02, first_backoff_s=0.005, longest_backoff_s=0.02, request_limit_s=60.0)
STRANGER = Pass(Identity("nobody", new_signer()), VILLAGE, bytes(32))
"""Who is enrolled nowhere: for hubs that are played."""

_T = TypeVar("_T")


class StoreOutbox:
    """`delivery.Outbox` straight over a store, on the thread of the test.

    `fail_next_receipt` is raised in place of storing the next receipt.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.changed: list[frozenset[tuple[str, str]]] = []
        self.receipts = 0
        self.fail_next_receipt: Exception | None = None

    async def on_store(self, job: Callable[[Store], _T]) -> _T:
        if self.fail_next_receipt is None:
            return job(self.store)
        with self.store.transaction() as db:
            held = _receipts(db)
            done = job(self.store)
            if _receipts(db) != held:
                error, self.fail_next_receipt = self.fail_next_receipt, None
                raise error
        return done

    def receipts_stored(self) -> None:
        self.receipts += 1

    def records_changed(self, records: frozenset[tuple[str, str]]) -> None:
        self.changed.append(records)


class Kiosk:
    """One kiosk's store and outbox."""

    def __init__(self, folder: Path, name: str) -> None:
        self.store = open_test_store(folder, f"{name}.db")
        self.outbox = StoreOutbox(self.store)

    def __enter__(self) -> Kiosk:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def client(
        self,
        url: str,
        kiosk: Pass,
        village: str = "",
        pace: Pace = QUICK,
        largest_batch: int = 500,
        on_outcome: Callable[[SyncOutcome], None] | None = None,
    ) -> SyncClient:
        """A client that speaks as `kiosk`, about its own village or about another."""
        return SyncClient(
            url,
            kiosk.identity,
            kiosk.hub_key,
            village or kiosk.village,
            self.outbox,
            SystemClock(),
            pace=replace(pace, largest_batch=largest_batch),
            on_outcome=on_outcome,
        )

    def save_residents(self, count: int) -> list[str]:
        changes = [resident_change() for _ in range(count)]
        self.store.save(changes, "w-031")
        return [change.record_id for change in changes]

    def counts(self) -> tuple[int, int, int, int]:
        counts = self.store.outbox_counts()
        return counts.unsent, counts.sent, counts.acknowledged, counts.needs_attention

    def residents(self) -> dict[str, dict[str, object]]:
        return {row["id"]: row for row in self.store.connection["resident"].rows}

    def pushes(self) -> list[int]:
        """How many ops each receipt that is kept was for, in their order."""
        rows = self.store.connection.execute(
            "SELECT (SELECT sum(json_extract(value, '$[1]') - json_extract(value, '$[0]') + 1)"
            " FROM json_each(text, '$.acked')) FROM hub_receipt ORDER BY id"
        ).fetchall()
        return [ops for (ops,) in rows]

    def runs(self) -> list[tuple[int, str, str]]:
        """Of each run that was recorded: whether it went well, its error and the error's kind."""
        rows: list[tuple[int, str, str]] = self.store.connection.execute(
            "SELECT ok, coalesce(err, ''), coalesce(err_kind, '') FROM sync_run ORDER BY id"
        ).fetchall()
        return rows


def compared_today(store: Store, bucket: str = VILLAGE) -> None:
    """The daily comparison with the hub is done: for hubs that are played by a script."""
    with store.transaction() as db:
        db.execute(
            "INSERT INTO parity_run (bucket, hub_epoch, upto, at_ms, records, differing, mended,"
            " unmended, resent, only_here) VALUES (?, 'E1', 0, ?, 0, 0, 0, 0, 0, 0)",
            (bucket, SystemClock().now().wall_ms),
        )


def _receipts(db: object) -> int:
    row = db.execute("SELECT count(*) FROM hub_receipt").fetchone()  # type: ignore[attr-defined]
    return int(row[0])
