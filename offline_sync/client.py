"""Brings the outbox to the hub and the hub's feed to the kiosk, for ever, over any line.

An op is delivered when the outbox has stored the hub's receipt for that very op, and not before.
What has no receipt goes back to unsent and is sent again; the hub knows it by its id. This
module never touches SQLite: it works through an `Outbox`, which the kiosk puts on its writer
thread.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Self

from offline_sync.catalogue import CATALOGUE_VERSION
from offline_sync.clock import Clock, Instant
from offline_sync.delivery import Outbox, Pace, SyncOutcome
from offline_sync.errors import StoreError
from offline_sync.hub_link import (
    BatchRefused,
    Exchange,
    HubBusy,
    HubLink,
    HubRefused,
    HubUnreachable,
    NotAHub,
    SyncError,
)
from offline_sync.oplog import Cursor, FeedEntry, OpReceipt, OpRejection, OutgoingOp
from offline_sync.outbox import ClockSample, SyncRun
from offline_sync.reasons import Reason
from offline_sync.wire import (
    Clocks,
    PushHeader,
    SyncAnswer,
    WireError,
    acknowledged,
    encode_op,
    encode_push,
    feed_entry,
)

FIRST_BATCH: Final = 50
LARGEST_BATCH: Final = 500
_GROW_UNDER_S: Final = 8.0
_TRIES_OF_ONE: Final = 3
_DOUBLINGS: Final = 16
_FEED_CHUNK: Final = 50  # a page of 500 in one go keeps a person's save waiting 50 ms


@dataclass(slots=True)
class _Tally:
    acknowledged: int = 0
    quarantined: int = 0
    set_aside: int = 0
    received: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    feed_has_more: bool = True
    clock: ClockSample | None = None


@dataclass(slots=True)
class _Batch:
    """Ops handed to the wire; `unsettled` are those nobody has spoken for yet."""

    ops: Sequence[OutgoingOp]
    unsettled: dict[str, OutgoingOp] = field(init=False)

    def __post_init__(self) -> None:
        self.unsettled = {op.op_id: op for op in self.ops}


class SyncClient:
    """One kiosk's sync. Use it in one asyncio loop; two runs never overlap."""

    def __init__(
        self,
        url: str,
        token: str,
        bucket: str,
        outbox: Outbox,
        clock: Clock,
        *,
        pace: Pace | None = None,
        on_outcome: Callable[[SyncOutcome], None] | None = None,
    ) -> None:
        """`bucket` is the village of the enrolment. Raises ValueError for an unusable address."""
        self._pace = pace or Pace()
        self._link = HubLink(url, token, limit_s=self._pace.request_limit_s)
        self._bucket = bucket
        self._outbox = outbox
        self._clock = clock
        self._on_outcome = on_outcome
        self._one_run = asyncio.Lock()
        self._batch_size = FIRST_BATCH
        self._tries: dict[str, int] = {}
        self._chance = random.Random()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection to the hub."""
        await self._link.close()

    async def run_for_ever(self, wake: asyncio.Event) -> None:
        """Run, wait, run again. `wake` (a save, a button) cuts a wait short, but not a hub's wish
        to be left alone."""
        failures = 0
        while True:
            wake.clear()
            outcome = await self.run_once()
            failures = 0 if outcome.ok else failures + 1
            await self._wait(outcome, failures, wake)

    async def run_once(self) -> SyncOutcome:
        """Send all that waits, then read the feed to its end. Trouble is told in the outcome."""
        async with self._one_run:
            started = self._clock.now()
            tally = _Tally()
            error: SyncError | StoreError | None = None
            try:
                while ops := await self._outbox.next_batch(self._batch_size):
                    await self._send(_Batch(ops), tally)
                while tally.feed_has_more:
                    await self._read(tally)
            except (SyncError, StoreError) as trouble:
                error = trouble
            outcome = await self._keep(started, tally, error)
        if self._on_outcome is not None:
            self._on_outcome(outcome)
        return outcome

    async def _send(self, batch: _Batch, tally: _Tally) -> None:
        try:
            lines = await self._lines(batch, tally)
            if not lines:
                return
            cursor = await self._outbox.cursor(self._bucket)
            before = self._clock.now()
            body = encode_push(
                await self._header(before, cursor),
                lines,
                max(op.seq for op in batch.unsettled.values()),
            )
            try:
                exchange = await self._link.push(body)
            except BatchRefused as refusal:
                await self._after_refusal(batch, refusal, tally)
                return
            except (HubUnreachable, HubBusy):
                self._batch_size = max(1, len(lines) // 2)
                raise
            took = self._note(before, exchange, tally)
            if took < _GROW_UNDER_S and len(lines) >= self._batch_size:
                self._batch_size = min(LARGEST_BATCH, self._batch_size * 2)
            await self._settle(batch, exchange.answer, tally)
            await self._apply(exchange.answer, cursor, tally)
            if batch.unsettled:
                raise HubRefused("silent", "The hub said nothing about some of the records.")
        finally:
            if batch.unsettled:
                await self._outbox.release(tuple(batch.unsettled))

    async def _lines(self, batch: _Batch, tally: _Tally) -> list[bytes]:
        lines: list[bytes] = []
        impossible: list[OpRejection] = []
        for op in batch.ops:
            try:
                lines.append(encode_op(op))
            except WireError as error:
                impossible.append(OpRejection(op.op_id, Reason.UNWRITABLE.saying(str(error))))
        await self._set_aside(batch, impossible, tally)
        return lines

    async def _header(self, now: Instant, cursor: Cursor) -> PushHeader:
        stream = await self._outbox.stream()
        return PushHeader(
            origin=stream.origin,
            epoch=stream.epoch,
            next_seq=stream.next_seq,
            chain=stream.chain.hex(),
            version=CATALOGUE_VERSION,
            hub_epoch=cursor.hub_epoch,
            clocks=Clocks(now.wall_ms, now.mono_ms, now.boot_id),
            after=cursor.after,
        )

    async def _after_refusal(self, batch: _Batch, refusal: BatchRefused, tally: _Tally) -> None:
        """Smaller parts find the op that the hub does not take; alone, it gets three tries."""
        waiting = list(batch.unsettled)
        self._batch_size = max(1, len(waiting) // 2)
        if len(waiting) > 1:
            return
        if not refusal.by_hub:
            raise refusal
        (op_id,) = waiting
        self._tries[op_id] = self._tries.get(op_id, 0) + 1
        if self._tries[op_id] < _TRIES_OF_ONE:
            raise refusal
        del self._tries[op_id]
        why = refusal.reason.saying(str(refusal))
        await self._set_aside(batch, [OpRejection(op_id, why)], tally)

    async def _set_aside(
        self, batch: _Batch, rejections: Sequence[OpRejection], tally: _Tally
    ) -> None:
        if rejections:
            await self._outbox.set_aside(rejections)
            tally.set_aside += len(rejections)
            for rejection in rejections:
                del batch.unsettled[rejection.op_id]

    async def _settle(self, batch: _Batch, answer: SyncAnswer, tally: _Tally) -> None:
        # Only ops of this batch: an answer can never speak for what was not sent with it.
        sent = {op.seq: op.op_id for op in batch.unsettled.values()}
        receipts = [OpReceipt(sent[seq], number) for seq, number in acknowledged(answer.ack, sent)]
        rejections = [OpRejection(sent[seq], why) for seq, why in answer.quarantined if seq in sent]
        if receipts:
            await self._outbox.acknowledge(receipts)
        if rejections:
            await self._outbox.quarantine(rejections)
        tally.acknowledged += len(receipts)
        tally.quarantined += len(rejections)
        for settled in (*receipts, *rejections):
            batch.unsettled.pop(settled.op_id, None)

    async def _read(self, tally: _Tally) -> None:
        cursor = await self._outbox.cursor(self._bucket)
        before = self._clock.now()
        exchange = await self._link.pull(self._bucket, cursor)
        self._note(before, exchange, tally)
        await self._apply(exchange.answer, cursor, tally)

    async def _apply(self, answer: SyncAnswer, cursor: Cursor, tally: _Tally) -> None:
        if answer.bucket != self._bucket:
            raise HubRefused("bucket", "The hub has this kiosk under another village.")
        same_history = answer.hub_epoch == cursor.hub_epoch
        begins = cursor.after if same_history else 0
        if answer.next_after > max([begins, *(line.seq for line in answer.feed)]):
            # Believed, it would pass over all that the hub has between, without a word.
            raise NotAHub("The hub's feed goes on after numbers that it did not send.")
        moved = not same_history or answer.next_after > cursor.after
        if answer.more and not (moved and answer.feed):
            raise NotAHub("The hub's feed does not move.")
        if moved:
            for part, reached in _chunks(answer):
                await self._outbox.apply_feed(self._bucket, answer.hub_epoch, part, reached)
                tally.received += len(part)
        tally.feed_has_more = answer.more

    def _note(self, before: Instant, exchange: Exchange, tally: _Tally) -> float:
        """Count an exchange and pair the two clocks; gives its seconds."""
        after = self._clock.now()
        took_ms = max(0, after.mono_ms - before.mono_ms)
        tally.bytes_up += exchange.bytes_up
        tally.bytes_down += exchange.bytes_down
        tally.clock = ClockSample(
            boot_id=after.boot_id,
            mono_ms=after.mono_ms - took_ms // 2,
            wall_ms=after.wall_ms - took_ms // 2,
            hub_ms=exchange.answer.hub_time_ms,
            rtt_ms=took_ms,
        )
        return took_ms / 1000

    async def _keep(
        self, started: Instant, tally: _Tally, error: SyncError | StoreError | None
    ) -> SyncOutcome:
        ended_ms = self._clock.now().wall_ms
        run = SyncRun(
            started_ms=started.wall_ms,
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
            await self._outbox.record_run(run)
        except StoreError as trouble:
            error = error or trouble
        return SyncOutcome(
            started_ms=started.wall_ms,
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
        with suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), seconds)


def _chunks(answer: SyncAnswer) -> Iterator[tuple[list[FeedEntry], int]]:
    """The feed in parts that the writer thread applies quickly, each with its own cursor."""
    entries = [feed_entry(line) for line in answer.feed]
    starts = range(0, len(entries), _FEED_CHUNK) or (0,)
    for start in starts:
        part = entries[start : start + _FEED_CHUNK]
        last = start + _FEED_CHUNK >= len(entries)
        yield part, answer.next_after if last else part[-1].seq


__all__ = [
    "BatchRefused",
    "HubBusy",
    "HubRefused",
    "HubUnreachable",
    "NotAHub",
    "Outbox",
    "Pace",
    "SyncClient",
    "SyncError",
    "SyncOutcome",
]
