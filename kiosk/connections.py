"""The kiosk's lines to the world outside: its vehicle counters and its hub.

Imported and started after the first page is on the screen, because none of it is needed to
greet a person. Nothing here touches Qt objects: what it hears goes through `deliver`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

from devices.traffic.clock import Clock as CountingClock
from devices.traffic.connection import ReaderTiming
from devices.traffic.events import CounterEvent
from devices.traffic.ops24x import Ops24x
from devices.traffic.reader import CounterReader
from devices.traffic.transport import open_serial
from kiosk.counting import Counting, CounterNews
from kiosk.outbox import WriterOutbox
from kiosk.records.settings import HubSetting, counter_record_id
from kiosk.site import CounterSite
from kiosk.workers import AsyncLoop, Writer
from offline_sync.client import SyncClient
from offline_sync.clock import Clock
from offline_sync.delivery import Pace, SyncOutcome
from offline_sync.store import Change, Store


class HubConnection:
    """The sync client on the asyncio thread: runs for as long as the kiosk does."""

    def __init__(
        self,
        hub: HubSetting,
        writer: Writer,
        loop: AsyncLoop,
        clock: Clock,
        on_receipts: Callable[[], None],
        on_outcome: Callable[[SyncOutcome], None],
        pace: Pace | None = None,
    ) -> None:
        """`on_receipts` (some records have arrived) and `on_outcome` (a run has ended) are
        called from the asyncio thread."""
        self._loop = loop
        self._wake = asyncio.Event()
        self._client = SyncClient(
            hub.url,
            hub.token,
            hub.village,
            WriterOutbox(writer, on_receipts),
            clock,
            pace=pace,
            on_outcome=on_outcome,
        )
        self._running: Future[None] | None = None

    def start(self) -> None:
        self._running = self._loop.run(self._client.run_for_ever(self._wake))

    def wake(self) -> None:
        """Something was saved, or a person asked: try now."""
        self._loop.call(self._wake.set)

    def stop(self) -> None:
        """Stop between two steps; what has no receipt stays unsent."""
        if self._running is not None:
            self._running.cancel()
        self._loop.run(self._client.close()).result()


class Counters:
    """The vehicle counters that the site file names."""

    def __init__(
        self,
        sites: tuple[CounterSite, ...],
        writer: Writer,
        clock: CountingClock,
        on_news: Callable[[CounterNews], None],
        on_saved: Callable[[], None],
        timing: ReaderTiming | None = None,
    ) -> None:
        self._counting = Counting(writer, clock, on_news, on_saved)
        for site in sites:
            counter_id = writer.submit(partial(_counter_record, site=site)).result()
            self._counting.add(counter_id, partial(_reader, counter_id, site, clock, timing))

    def start(self) -> None:
        self._counting.start()

    def stop(self) -> None:
        self._counting.stop()


def _counter_record(store: Store, site: CounterSite) -> str:
    """The counter's record, written when the site file names something new."""
    counter_id = counter_record_id(store, site.counter_id)
    fields = {
        "name": site.name,
        "protocol": site.protocol,
        "port": site.port,
        "lanes": site.lanes,
        "inbound_means": site.inbound_means,
        "status": "in_use",
    }
    known = store.connection.execute(
        "SELECT protocol, port, lanes, inbound_means FROM counter WHERE id = ?", (counter_id,)
    ).fetchone()
    wanted = (site.protocol, site.port, site.lanes, site.inbound_means)
    if known is None or tuple(known) != wanted:
        store.save([Change("counter", counter_id, fields)], "site-file")
    return counter_id


def _reader(
    counter_id: str,
    site: CounterSite,
    clock: CountingClock,
    timing: ReaderTiming | None,
    on_event: Callable[[CounterEvent], None],
) -> CounterReader:
    return CounterReader(
        counter_id, partial(open_serial, site.port, site.baud), Ops24x, on_event, clock, timing
    )
