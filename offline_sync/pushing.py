"""Sends what waits, batch by batch, and believes only signed receipts.

A batch is as large as the line lets through. An op that the hub does not take at all is found by
halving and set aside, so that it holds up nothing but its own record. Whatever has no receipt at
the end is unsent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from offline_sync import sync_jobs
from offline_sync.answers import SyncAnswer, acknowledged
from offline_sync.catalogue import CATALOGUE_VERSION
from offline_sync.clock import Clock, Instant
from offline_sync.delivery import Outbox, Pace
from offline_sync.hub_errors import BatchRefused, HubBusy, HubFault, HubRefused, HubUnreachable
from offline_sync.hub_link import HubLink, Meanwhile
from offline_sync.link_pace import Portion
from offline_sync.oplog import Cursor, OpRejection, ReadyOp
from offline_sync.pulling import FeedReader
from offline_sync.receipts import ReceiptRefused, Sent, checked_receipt
from offline_sync.sync_jobs import Batch, Passed, Settled
from offline_sync.tally import Tally
from offline_sync.wire import Clocks, PushHeader, encode_push

FIRST_BATCH: Final = 50
_TRIES_OF_ONE: Final = 3


class Sender:
    """Guards how much is sent at once, and how often an op was refused alone."""

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

    async def send_all(self, tally: Tally) -> None:
        """Send until nothing waits. Raises a SyncError or a StoreError."""
        self._histories = 0
        while await self.send_batch(tally, take_ahead=True):
            pass

    async def send_batch(self, tally: Tally, *, take_ahead: bool = False) -> bool:
        """Send what waits, as much as goes at once; False when nothing waited. Raises as
        `send_all`.

        With `take_ahead` the next batch is made ready while the hub is at work on this one: to be
        called again at once. It is let go when not all of this one was settled, so that the order
        of sending stays that of saving.
        """
        size, now, ahead = self._portion.size, self._clock.now(), self._ahead
        self._ahead = ()
        batch = await self._outbox.on_store(
            lambda store: sync_jobs.take_batch(
                *(store, self._kiosk_id, self._bucket, size, self._holder, now), ahead
            )
        )
        if batch is None:
            return False
        unsettled = {op.op_id for op in batch.ops}
        meanwhile = self._make_ready if take_ahead and self._may_be_more(batch) else None
        went_well = False
        try:
            await self._send_batch(batch, unsettled, tally, meanwhile)
            went_well = not unsettled
        finally:
            if not went_well:
                await self._let_go(unsettled)
        return True

    async def _let_go(self, unsettled: set[str]) -> None:
        left = [*unsettled, *(op.op_id for op in self._ahead)]
        self._ahead = ()
        if left:
            await self._outbox.on_store(lambda store: store.release(left))

    def _may_be_more(self, batch: Batch) -> bool:
        """Only where the line takes the most that goes at once: elsewhere the size of the next
        batch is not known before the answer, and the line is what takes long."""
        return self._portion.is_largest and len(batch.ops) == self._portion.size

    async def _make_ready(self) -> None:
        if self._ahead:
            return  # the batch before has to be sent once more
        size, now = self._portion.size, self._clock.now()
        self._ahead = await self._outbox.on_store(
            lambda store: sync_jobs.take_ahead(store, size, self._holder, now)
        )

    async def _send_batch(
        self, batch: Batch, unsettled: set[str], tally: Tally, meanwhile: Meanwhile | None
    ) -> None:
        before = self._clock.now()
        last = batch.ops[-1]
        lines = [op.line for op in batch.ops]
        header = self._header(batch, before)
        body = encode_push(header, lines, last.seq, last.chain.hex(), batch.said)
        try:
            exchange = await self._link.push(body, len(lines), meanwhile)
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
        passed = await self._settle(batch, answer, unsettled, tally)
        if not batch.filling:
            await self._reader.apply(answer, batch.cursor, tally, passed=passed)
        if unsettled:
            raise HubRefused("silent", "The hub said nothing about some of the records.")

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

    async def _settle(
        self, batch: Batch, answer: SyncAnswer, unsettled: set[str], tally: Tally
    ) -> bool:
        """Keep the receipt; gives whether the cursor moved with it, over a page without lines."""
        settled = self._checked(batch, answer)
        if settled is None:
            return False
        same_history = batch.cursor.hub_epoch == answer.hub_epoch
        read_up_to = batch.cursor.after if same_history else 0
        passes = None
        if same_history and not (batch.filling or answer.feed) and answer.bucket == self._bucket:
            passes = Passed(self._bucket, Cursor(answer.hub_epoch, answer.next_after))
        changed = await self._outbox.on_store(
            lambda store: sync_jobs.settle(store, settled, read_up_to, passes)
        )
        if changed.records:
            self._outbox.records_changed(changed.records)
        tally.acknowledged += len(settled.acknowledged)
        tally.quarantined += len(settled.quarantined)
        unsettled -= {op.op_id for op, _ in (*settled.acknowledged, *settled.quarantined)}
        if settled.acknowledged:
            self._outbox.receipts_stored()
        return changed.passed

    def _checked(self, batch: Batch, answer: SyncAnswer) -> Settled | None:
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
        return Settled(acked, aside, receipt, text, signature)

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
