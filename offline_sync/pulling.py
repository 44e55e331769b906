"""Reads the hub's feed page by page and lays it over the records, in chunks that no save waits for.

The hub leaves out what this kiosk sent itself. Whether it left out anything else is checked where
the cursor moves (`feed_page`): a page with a gap is read again whole, and a gap that stays is
a fault of the hub. Nothing here moves a cursor by itself.
"""

from __future__ import annotations

import logging
from typing import Final

from offline_sync.answers import SyncAnswer, feed_entry
from offline_sync.clock import Clock
from offline_sync.delivery import Outbox, Pace
from offline_sync.feed import FeedOutcome
from offline_sync.feed_page import FeedGap
from offline_sync.hub_errors import HubBusy, HubFault, HubRefused, HubUnreachable, NotAHub
from offline_sync.hub_link import HubLink
from offline_sync.link_pace import Portion
from offline_sync.oplog import Cursor, FeedEntry
from offline_sync.receipts import shown_with_a_pull
from offline_sync.store import Store
from offline_sync.tally import Tally
from offline_sync.wire import MOST_LINES

log = logging.getLogger(__name__)

FIRST_PAGE: Final = 100
_LARGEST_CHUNK: Final = 50  # a page of 500 in one go keeps a person's save waiting 50 ms
_SMALLEST_CHUNK: Final = 20  # below it, a slow disk spends its time on commits
_CHUNK_MS: Final = 15  # what a person's save may wait for one


class FeedReader:
    """Guards how many lines are asked for at once, and whether own ones are to come too."""

    def __init__(
        self, link: HubLink, outbox: Outbox, bucket: str, clock: Clock, pace: Pace
    ) -> None:
        self._link = link
        self._outbox = outbox
        self._bucket = bucket
        self._clock = clock
        self._whole = False
        self._chunk = _LARGEST_CHUNK
        self.page = Portion(FIRST_PAGE, MOST_LINES, pace.grow_under_s)

    async def read_all(self, tally: Tally) -> None:
        """Read the feed to its end."""
        while tally.feed_has_more:
            cursor, receipt = await self._outbox.on_store(self._where_it_goes_on)
            before, asked = self._clock.now(), self.page.size
            try:
                exchange = await self._link.pull(
                    self._bucket, cursor, asked, own=self._whole, receipt=receipt
                )
            except (HubUnreachable, HubBusy):
                self.page.halve(asked)
                raise
            took_s = tally.note(before, self._clock.now(), exchange)
            self.page.went_through(len(exchange.answer.feed), took_s)
            await self.apply(exchange.answer, cursor, tally, whole=self._whole)
        self._whole = False

    def _where_it_goes_on(self, store: Store) -> tuple[Cursor, str]:
        cursor = store.cursor(self._bucket)
        kiosk_id = self._link.kiosk_id
        return cursor, shown_with_a_pull(store.connection, kiosk_id, cursor.hub_epoch)

    async def apply(
        self,
        answer: SyncAnswer,
        cursor: Cursor,
        tally: Tally,
        *,
        whole: bool = False,
        passed: bool = False,
    ) -> None:
        """Lay a page over the records. `cursor` is where the hub was asked to begin, `whole` says
        that it was asked to leave out nothing, `passed` that the page was empty and the cursor has
        moved over it.

        A page with a gap is passed over, to be read again whole.
        """
        if answer.bucket != self._bucket:
            raise HubRefused("bucket", "The hub has this kiosk under another village.")
        same_history = answer.hub_epoch == cursor.hub_epoch
        moved = not same_history or answer.next_after > cursor.after
        if answer.more and not moved:
            raise NotAHub("The hub's feed does not move.")
        if any(line.seq > answer.next_after for line in answer.feed):
            raise HubFault("The hub's feed has lines beyond its own end.")
        tally.feed_has_more = answer.more
        if not moved or passed:
            return
        try:
            await self._apply_in_chunks(answer, tally)
        except FeedGap as gap:
            if whole:
                raise HubFault(f"The hub left out a part of its feed: {gap}") from gap
            self._whole = tally.feed_has_more = True

    async def _apply_in_chunks(self, answer: SyncAnswer, tally: Tally) -> None:
        entries = [feed_entry(line) for line in answer.feed]
        while True:
            part, entries = entries[: self._chunk], entries[self._chunk :]
            reached = part[-1].seq if entries else answer.next_after
            await self._apply_part(answer.hub_epoch, part, reached, tally)
            if not entries:
                return

    async def _apply_part(
        self, hub_epoch: str, part: list[FeedEntry], reached: int, tally: Tally
    ) -> None:
        def job(store: Store) -> tuple[FeedOutcome, int]:
            began_ms = self._clock.now().mono_ms
            outcome = store.apply_feed(self._bucket, hub_epoch, part, reached)
            return outcome, self._clock.now().mono_ms - began_ms

        outcome, took_ms = await self._outbox.on_store(job)
        if took_ms > _CHUNK_MS:
            self._chunk = max(_SMALLEST_CHUNK, self._chunk // 2)
        elif took_ms * 2 < _CHUNK_MS and len(part) == self._chunk:
            self._chunk = min(_LARGEST_CHUNK, self._chunk * 2)
        tally.received += len(part)
        if outcome.set_aside:
            numbers = ", ".join(map(str, outcome.set_aside))
            log.warning("kept, but not to be read here yet: entries %s of the feed", numbers)
        if outcome.changed:
            self._outbox.records_changed(outcome.changed)
