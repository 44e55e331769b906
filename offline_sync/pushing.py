"""Sends what waits, batch by batch, and believes only signed receipts.

A batch is as large as the line lets through. An op that the hub does not take at all is found by
halving and set aside, so that it holds up nothing but its own record. Whatever has no receipt at
the end is unsent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from offline_sync import sync_jobs
from offline_sync.answers import SyncAnswer, acknowledged
from offline_sync.catalogue import CATALOGUE_VERSION
from offline_sync.clock import Clock, Instant
from offline_sync.delivery import Outbox, Pace
from offline_sync.errors import StoreError
from offline_sync.hub_errors import BatchRefused, HubBusy, HubFault, HubRefused, HubUnreachable
from offline_sync.hub_link import Exchange, HubLink, Meanwhile
from offline_sync.link_pace import Portion
from offline_sync.oplog import Cursor, OpRejection, ReadyOp
from offline_sync.pulling import FeedReader
from offline_sync.receipts import HeldReceipt, ReceiptRefused, Sent, checked_receipt, receipt_digest
from offline_sync.sync_jobs import Batch, Passed, Settled
from offline_sync.tally import Tally
from offline_sync.wire import Clocks, PushHeader, encode_push

FIRST_BATCH: Final = 50
_TRIES_OF_ONE: Final = 3


@dataclass(frozen=True, slots=True)
class _Answered:
    """An answer whose receipt was checked and is not stored yet. `passes` is the end of the feed
    that it names, when nothing came."""

    batch: Batch
    answer: SyncAnswer
    settled: Settled
    passes: Passed | None

    @property
    def read_up_to(self) -> int:
        """How far this kiosk had read the history of the answer when the batch was sent."""
        cursor = self.batch.cursor
        return cursor.after if cursor.hub_epoch == self.answer.hub_epoch else 0

    def going_on(self, batch: Batch) -> Batch:
        """The next batch, which knows of this answer."""
        told = self.settled
        held = HeldReceipt(
            *(told.receipt.no, receipt_digest(told.text), told.receipt.hub_epoch),
            *(told.text, told.signature),
        )
        cursor = self.passes.cursor if self.passes else batch.cursor
        return replace(batch, held=held, cursor=cursor)


class Sender:
    """Guards how much is sent at once, how often an op was refused alone, and what of the batch
    before is still to be stored."""

    def __init__(
        self,
        link: HubLink,
        outbox: Outbox,
        bucket: str,
        clock: Clock,
        reader: FeedReader,
        holder: str,
        kiosk_id: str,
        hub_key: bytes,
        pace: Pace,
    ) -> None:
        self._link = link
        self._outbox = outbox
        self._bucket = bucket
        self._clock = clock
        self._reader = reader
        self._holder = holder
        self._kiosk_id = kiosk_id
        self._hub_key = hub_key
        self._portion = Portion(FIRST_BATCH, pace.largest_batch, pace.grow_under_s)
        if pace.fixed_batch:
            most = pace.largest_batch
            self._portion = Portion(most, most, fixed=True)
        self._tries: dict[str, int] = {}
        self._histories = 0
        # Marked as sent, and not on the wire yet.
        self._ahead: Sequence[ReadyOp] = ()
        self._answered: _Answered | None = None

    async def send_all(self, tally: Tally) -> None:
        """Send until nothing waits. Raises a SyncError or a StoreError."""
        self._histories = 0
        # Left by a run that ended in between: its ops are unsent again.
        self._answered = None
        while await self.send_batch(tally, take_ahead=True):
            pass

    async def send_batch(self, tally: Tally, *, take_ahead: bool = False) -> bool:
        """Send what waits, as much as goes at once; False when nothing waited. Raises as
        `send_all`.

        With `take_ahead` the answer is stored, and the next batch made ready, while the hub is at
        work on the one after it: to be called again at once. What was made ready is let go when
        not all of this batch was settled, so that the order of sending stays that of saving.
        """
        batch = await self._next_batch(tally)
        if batch is None:
            return False
        unsettled = {op.op_id for op in batch.ops}
        meanwhile = partial(self._meanwhile, tally, more=take_ahead and self._may_be_more(batch))
        went_well = False
        try:
            await self._send_batch(batch, unsettled, tally, meanwhile)
            went_well = not unsettled
        finally:
            if not went_well:
                await self._let_go(unsettled)
        return True

    async def _next_batch(self, tally: Tally) -> Batch | None:
        """What was made ready, if it can still go as it is; else what waits now."""
        size, now, ahead = self._portion.size, self._clock.now(), self._ahead
        self._ahead = ()
        if ahead and len(ahead) <= size:
            batch = await self._outbox.on_store(
                lambda store: sync_jobs.go_on_with(store, self._kiosk_id, self._bucket, ahead)
            )
            if batch is not None:
                return self._answered.going_on(batch) if self._answered else batch
        await self._keep_answer(tally)
        return await self._outbox.on_store(
            lambda store: sync_jobs.take_batch(
                store, self._kiosk_id, self._bucket, size, self._holder, now
            )
        )

    async def _let_go(self, unsettled: set[str]) -> None:
        left = [*unsettled, *(op.op_id for op in self._ahead)]
        self._ahead = ()
        if left:
            await self._outbox.on_store(lambda store: store.release(left))

    def _may_be_more(self, batch: Batch) -> bool:
        """Only where the line takes the most that goes at once: elsewhere the size of the next
        batch is not known before the answer, and the line is what takes long."""
        return self._portion.is_largest and len(batch.ops) == self._portion.size

    async def _meanwhile(self, tally: Tally, *, more: bool) -> None:
        await self._keep_answer(tally)
        if more and not self._ahead:  # else the batch before had to be sent once more
            size, now = self._portion.size, self._clock.now()
            self._ahead = await self._outbox.on_store(
                lambda store: sync_jobs.take_ahead(store, size, self._holder, now)
            )

    async def _send_batch(
        self, batch: Batch, unsettled: set[str], tally: Tally, meanwhile: Meanwhile
    ) -> None:
        before = self._clock.now()
        last = batch.ops[-1]
        lines = [op.line for op in batch.ops]
        header = self._header(batch, before)
        body = encode_push(header, lines, last.seq, last.chain.hex(), batch.said)
        try:
            exchange = await self._push(body, len(lines), meanwhile, tally)
        except BatchRefused as refusal:
            self._portion.halve(len(lines))
            await self._after_refusal(batch, refusal, unsettled, tally)
            return
        except (HubUnreachable, HubBusy):
            self._portion.halve(len(lines))
            if self._reader.page.size > len(lines):
                # It may have been the answer that did not come through.
                self._reader.page.halve(self._reader.page.size)
            raise
        answer = exchange.answer
        took_s = tally.note(before, self._clock.now(), exchange)
        self._portion.went_through(len(lines), took_s)
        if answer.hint is not None:
            self._portion.no_more_than(answer.hint.batch)
        if batch.history not in ("", answer.hub_epoch):
            await self._begin_history(answer.hub_epoch)
            return
        self._answered = self._checked(batch, answer)
        if self._answered is None:
            if not batch.filling:
                await self._reader.apply(answer, batch.cursor, tally)
        else:
            told = self._answered.settled
            unsettled -= {op.op_id for op, _ in (*told.acknowledged, *told.quarantined)}
            if unsettled or not self._may_wait(self._answered):
                await self._keep_answer(tally)
        if unsettled:
            raise HubRefused("silent", "The hub said nothing about some of the records.")

    async def _push(self, body: bytes, ops: int, meanwhile: Meanwhile, tally: Tally) -> Exchange:
        try:
            return await self._link.push(body, ops, meanwhile)
        finally:
            # Where the line broke first, nothing was done meanwhile.
            await self._keep_answer(tally)

    async def _begin_history(self, hub_epoch: str) -> None:
        """The hub has left the history that this kiosk knows. What was sent just now may have
        another number since, which no receipt names: it is sent again with all the rest."""
        self._histories += 1
        if self._histories > 1:
            raise HubFault("The hub begins another history with every answer.")
        now_ms = self._clock.now().wall_ms
        await self._outbox.on_store(
            lambda store: sync_jobs.begin_history(store, self._bucket, hub_epoch, now_ms)
        )

    def _header(self, batch: Batch, now: Instant) -> PushHeader:
        stream, held = batch.stream, batch.held
        history = batch.cursor.hub_epoch or batch.history
        # A receipt of an older history says nothing about this one.
        shows = held is not None and held.hub_epoch == history
        return PushHeader(
            origin=stream.origin,
            epoch=stream.epoch,
            next_seq=stream.next_seq,
            chain=stream.chain.hex(),
            version=CATALOGUE_VERSION,
            hub_epoch=history,
            clocks=Clocks(now.wall_ms, now.mono_ms, now.boot_id),
            after=batch.cursor.after,
            lines=1 if batch.filling else self._reader.page.size,
            first=batch.ops[0].seq,
            receipt=(held.no, held.digest) if held and shows else (0, ""),
        )

    def _may_wait(self, answered: _Answered) -> bool:
        """Whether to store an answer while the next batch is under way: when that is ready to go,
        and the answer says nothing but that all is well."""
        plain = not (answered.settled.quarantined or answered.answer.more)
        return bool(self._ahead) and plain and answered.passes is not None

    async def _keep_answer(self, tally: Tally) -> None:
        """Store what is checked and not stored yet: the receipt, what it delivers, the feed."""
        answered, self._answered = self._answered, None
        if answered is None:
            return
        settled, batch = answered.settled, answered.batch
        try:
            changed = await self._outbox.on_store(
                lambda store: sync_jobs.settle(store, settled, answered.read_up_to, answered.passes)
            )
        except StoreError:
            # Not stored is not delivered: it is sent again.
            left = [op.op_id for op, _ in (*settled.acknowledged, *settled.quarantined)]
            await self._outbox.on_store(lambda store: store.release(left))
            raise
        if changed.records:
            self._outbox.records_changed(changed.records)
        tally.acknowledged += len(settled.acknowledged)
        tally.quarantined += len(settled.quarantined)
        if settled.acknowledged:
            self._outbox.receipts_stored()
        if not batch.filling:
            await self._reader.apply(answered.answer, batch.cursor, tally, passed=changed.passed)

    def _checked(self, batch: Batch, answer: SyncAnswer) -> _Answered | None:
        """What the hub said about the ops of this batch; it never speaks for any other."""
        sent = {op.seq: op for op in batch.ops}
        acked = [(sent[seq], number) for seq, number in acknowledged(answer.ack, sent)]
        aside = [(sent[seq], why) for seq, why in answer.quarantined if seq in sent]
        if not acked and not aside:
            return None
        if answer.receipt is None:
            raise HubFault("The hub gave no receipt for what it says it has.")
        text, signature = answer.receipt.text, answer.receipt.signature
        claim = Sent(
            kiosk_id=self._kiosk_id,
            origin=batch.stream.origin,
            epoch=batch.stream.epoch,
            hub_epoch=answer.hub_epoch,
            op_ids={seq: op.op_id for seq, op in sent.items()},
            acked=[op.seq for op, _ in acked],
            quarantined=[op.seq for op, _ in aside],
            held=batch.held,
        )
        try:
            receipt = checked_receipt(text, signature, self._hub_key, claim)
        except ReceiptRefused as error:
            raise HubFault(str(error)) from error
        passes = None
        same_history = batch.cursor.hub_epoch == answer.hub_epoch
        if same_history and not (batch.filling or answer.feed) and answer.bucket == self._bucket:
            passes = Passed(self._bucket, Cursor(answer.hub_epoch, answer.next_after))
        return _Answered(batch, answer, Settled(acked, aside, receipt, text, signature), passes)

    async def _after_refusal(
        self, batch: Batch, refusal: BatchRefused, unsettled: set[str], tally: Tally
    ) -> None:
        """Smaller parts find the op that the hub does not take; alone, it gets three tries."""
        if len(batch.ops) > 1:
            return
        if not refusal.by_hub:
            raise refusal
        op: ReadyOp = batch.ops[0]
        self._tries[op.op_id] = self._tries.get(op.op_id, 0) + 1
        if self._tries[op.op_id] < _TRIES_OF_ONE:
            raise refusal
        del self._tries[op.op_id]
        rejection = OpRejection(op.op_id, refusal.reason.saying(str(refusal)))
        await self._outbox.on_store(lambda store: store.set_aside([rejection]))
        tally.set_aside += 1
        unsettled.discard(op.op_id)
