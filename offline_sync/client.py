"""Brings the outbox to the hub and the hub's feed to the kiosk, for ever, over any line.

An op is delivered when the hub's signed receipt for that very op is checked and stored, and not
before. What has no receipt goes back to unsent and is sent again; the hub knows it by its id. This
module never touches SQLite: its jobs (`sync_jobs`) run on the thread that writes.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NoReturn, Self

from offline_sync import epochs, sync_jobs
from offline_sync.clock import Clock
from offline_sync.delivery import Outbox, Pace, SyncOutcome
from offline_sync.errors import StoreError
from offline_sync.first_fill import fill, fill_is_due
from offline_sync.hub_errors import (
    BatchRefused,
    HubBusy,
    HubFault,
    HubForked,
    HubRefused,
    HubRevoked,
    HubSetBack,
    HubUnreachable,
    NotAHub,
    SnapshotNeeded,
    SyncElsewhere,
    SyncError,
)
from offline_sync.hub_link import HubLink
from offline_sync.identity import new_random_id
from offline_sync.outbox import SyncRun
from offline_sync.parity import compare, parity_is_due
from offline_sync.pulling import FeedReader
from offline_sync.pushing import Sender
from offline_sync.receipts import Witness
from offline_sync.request_auth import Identity
from offline_sync.request_numbers import NumbersUsedUp, StoredNumbers
from offline_sync.store import Store
from offline_sync.tally import Tally

_DOUBLINGS: Final = 16


class SyncClient:
    """One kiosk's sync. Use it in one asyncio loop; two runs never overlap."""

    def __init__(
        self,
        url: str,
        identity: Identity,
        hub_key: bytes,
        bucket: str,
        outbox: Outbox,
        clock: Clock,
        *,
        pace: Pace | None = None,
        on_outcome: Callable[[SyncOutcome], None] | None = None,
    ) -> None:
        """`identity`, `hub_key` (32 bytes) and `bucket`, the village, are those of the enrolment.

        Raises ValueError for an unusable address.
        """
        self._pace = pace or Pace()
        self._outbox = outbox
        self._bucket = bucket
        self._kiosk_id = identity.kiosk_id
        self._clock = clock
        self._on_outcome = on_outcome
        self._holder = new_random_id()
        numbers = StoredNumbers(outbox)
        self._link = HubLink(url, identity, numbers, limit_s=self._pace.request_limit_s)
        self._reader = FeedReader(self._link, outbox, bucket, clock, self._pace)
        self._sender = Sender(
            *(self._link, outbox, bucket, clock, self._reader, self._holder),
            *(identity.kiosk_id, hub_key, self._pace),
        )
        self._one_run = asyncio.Lock()
        self._chance = random.Random()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection to the hub."""
        await self._link.close()

    async def run_for_ever(self, wake: asyncio.Event) -> NoReturn:
        """Run, wait, run again. `wake` (a save, a button, a network) cuts a wait short, but not a
        hub's wish to be left alone."""
        failures = 0
        while True:
            wake.clear()
            outcome = await self.run_once()
            # A line that breaks again and again still brings some through: that is no failure.
            failures = 0 if outcome.ok or outcome.moved else failures + 1
            await self._wait(outcome, failures, wake)

    async def run_once(self) -> SyncOutcome:
        """Send all that waits, then read the feed to its end. Trouble is told in the outcome."""
        async with self._one_run:
            started_ms = self._clock.now().wall_ms
            tally = Tally()
            error: SyncError | StoreError | None = None
            try:
                await self._as_the_worker(tally)
            except (SyncError, StoreError) as trouble:
                error = trouble
            outcome = await self._keep(started_ms, tally, error)
        if self._on_outcome is not None:
            self._on_outcome(outcome)
        return outcome

    async def _as_the_worker(self, tally: Tally) -> None:
        holder, now = self._holder, self._clock.now()
        await self._outbox.on_store(lambda store: sync_jobs.begin_run(store, holder, now))
        try:
            await self._work(tally)
        finally:
            await self._outbox.on_store(lambda store: sync_jobs.end_run(store, holder))

    async def _work(self, tally: Tally) -> None:
        """Both ways, to the end. What a kiosk can mend by itself it mends once in a run.

        All is done once more at the end, without a word to the hub when there is nothing to do: by
        the feed or the comparison the kiosk may learn that the hub lacks what it had confirmed.
        """
        mended: set[type[Exception]] = set()
        needs_snapshot = is_second_time = False
        while True:
            try:
                await self._sender.send_all(tally)
                if needs_snapshot or await fill_is_due(self._outbox, self._bucket):
                    await self._fill(tally)
                    needs_snapshot = False
                await self._reader.read_all(tally)
                await self._compare(tally)
                if is_second_time:
                    return
                is_second_time = True
            except (HubForked, HubSetBack, NumbersUsedUp, SnapshotNeeded) as trouble:
                if type(trouble) in mended:
                    if isinstance(trouble, NumbersUsedUp):
                        raise HubFault("The hub has every number of requests already.") from trouble
                    raise
                mended.add(type(trouble))
                if isinstance(trouble, SnapshotNeeded):
                    needs_snapshot = True
                elif isinstance(trouble, HubForked):
                    await self._begin_epoch(epochs.FORKED)
                elif isinstance(trouble, NumbersUsedUp):
                    await self._begin_epoch(epochs.USED_UP)
                else:
                    await self._bear_witness(trouble)

    async def _fill(self, tally: Tally) -> None:
        async def send_meanwhile() -> None:
            # One batch: a kiosk that is in use must not put off its own fill for ever.
            await self._sender.send_batch(tally)

        arriving = _Arriving(self._outbox, tally)
        await fill(self._link, arriving, self._bucket, self._clock, between=send_meanwhile)

    async def _compare(self, tally: Tally) -> None:
        """Once a day, when all is sent and read: are these the hub's records?"""
        if await parity_is_due(self._outbox, self._bucket, self._clock):
            arriving = _Arriving(self._outbox, tally)
            await compare(self._link, arriving, self._bucket, self._clock)

    async def _begin_epoch(self, reason: str) -> None:
        now_ms = self._clock.now().wall_ms
        await self._outbox.on_store(lambda store: sync_jobs.begin_epoch(store, reason, now_ms))

    async def _bear_witness(self, trouble: HubSetBack) -> None:
        """Show the hub what it gave this kiosk, and go on in the history that it begins then."""

        def gather(store: Store) -> Witness:
            held = sync_jobs.held_by(store.connection, self._kiosk_id)
            cursor = store.cursor(self._bucket)
            text, signature = (held.text, held.signature) if held else ("", "")
            return Witness(text, signature, cursor.hub_epoch, cursor.after)

        witness = await self._outbox.on_store(gather)
        hub_epoch = await self._link.bear_witness(witness)
        if hub_epoch == witness.hub_epoch:
            raise trouble
        now_ms = self._clock.now().wall_ms
        await self._outbox.on_store(
            lambda store: sync_jobs.begin_history(store, self._bucket, hub_epoch, now_ms)
        )

    async def _keep(
        self, started_ms: int, tally: Tally, error: SyncError | StoreError | None
    ) -> SyncOutcome:
        ended_ms = self._clock.now().wall_ms
        run = SyncRun(
            started_ms=started_ms,
            ended_ms=ended_ms,
            ok=error is None,
            sent=tally.acknowledged + tally.quarantined,
            received=tally.received,
            bytes_up=tally.bytes_up,
            bytes_down=tally.bytes_down,
            error="" if error is None else str(error),
            error_kind="" if error is None else type(error).__name__,
            clock=tally.clock,
        )
        try:
            await self._outbox.on_store(lambda store: store.record_sync_run(run))
        except StoreError as trouble:
            error = error or trouble
        return SyncOutcome(
            started_ms=started_ms,
            ended_ms=ended_ms,
            acknowledged=tally.acknowledged,
            quarantined=tally.quarantined,
            set_aside=tally.set_aside,
            received=tally.received,
            bytes_up=tally.bytes_up,
            bytes_down=tally.bytes_down,
            error=error,
        )

    async def _wait(self, outcome: SyncOutcome, failures: int, wake: asyncio.Event) -> None:
        if outcome.ok:
            seconds = self._pace.poll_s
        elif isinstance(outcome.error, SyncError) and outcome.error.retry_after_s is not None:
            # Spread, or every kiosk of the district comes back in the same second.
            await asyncio.sleep(outcome.error.retry_after_s * self._chance.uniform(1.0, 1.5))
            return
        else:
            seconds = self._chance.uniform(
                0,
                min(
                    self._pace.longest_backoff_s,
                    self._pace.first_backoff_s * 2.0 ** min(failures, _DOUBLINGS),
                ),
            )
        # Not wait_for, which in Python 3.11 forgets a cancel that comes together with `wake`.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await wake.wait()


class _Arriving:
    """`first_fill.FillOutbox` that counts what arrives."""

    def __init__(self, outbox: Outbox, tally: Tally) -> None:
        self.on_store = outbox.on_store
        self._outbox = outbox
        self._tally = tally

    def records_changed(self, records: frozenset[tuple[str, str]]) -> None:
        self._tally.received += len(records)
        self._outbox.records_changed(records)


__all__ = [
    "BatchRefused",
    "HubBusy",
    "HubFault",
    "HubForked",
    "HubRefused",
    "HubRevoked",
    "HubSetBack",
    "HubUnreachable",
    "NotAHub",
    "Outbox",
    "Pace",
    "SnapshotNeeded",
    "SyncClient",
    "SyncElsewhere",
    "SyncError",
    "SyncOutcome",
]
