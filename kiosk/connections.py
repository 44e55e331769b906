"""The kiosk's lines to the world outside: its vehicle counters and its hub.

Imported and started after the first page is on the screen, because none of it is needed to
greet a person. Nothing here touches Qt objects or ends by itself: a fault of the program is
logged, shown as "offline", and tried again.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress
from functools import partial
from typing import Final

from devices.traffic.clock import Clock as CountingClock
from devices.traffic.events import CounterEvent
from devices.traffic.ops24x import Ops24x
from devices.traffic.reader import CounterReader
from devices.traffic.timing import ReaderTiming
from devices.traffic.transport import open_serial
from kiosk.counting import CounterNews, Counting
from kiosk.network_hint import watch_network
from kiosk.outbox import Records, WriterOutbox
from kiosk.records.settings import HubSetting, counter_record_id, hub_key
from kiosk.site import CounterSite
from kiosk.workers import AsyncLoop, Writer
from offline_sync.client import SyncClient
from offline_sync.clock import Clock
from offline_sync.delivery import Pace
from offline_sync.outbox import SyncRun
from offline_sync.request_auth import Identity
from offline_sync.store import Change, Store

log = logging.getLogger(__name__)

PROGRAM_FAULT: Final = "ProgramFault"
"""`SyncRun.error_kind` of a run that a fault of the program ended."""

_AFTER_FAULT_S: Final = 30.0
_STOP_WITHIN_S: Final = 10.0


class HubConnection:
    """The sync client on the asyncio thread: runs for as long as the kiosk does."""

    def __init__(
        self,
        hub: HubSetting,
        identity: Identity,
        writer: Writer,
        loop: AsyncLoop,
        clock: Clock,
        on_receipts: Callable[[], None],
        on_changed: Callable[[Records], None],
        on_contact: Callable[[bool], None],
        pace: Pace | None = None,
    ) -> None:
        """All are called from the asyncio thread: `on_receipts` (the hub has some records of
        this kiosk), `on_changed` (records came from the hub) and `on_contact` (a run has ended,
        and whether all of it went through).

        Raises ValueError for an address or a hub key that can never work.
        """
        self._loop = loop
        self._on_contact = on_contact
        self._clock = clock
        self._outbox = WriterOutbox(writer, on_receipts, on_changed)
        self._wake = asyncio.Event()
        self._client = SyncClient(
            hub.url,
            identity,
            hub_key(hub),
            hub.village,
            self._outbox,
            clock,
            pace=pace,
            on_outcome=lambda outcome: on_contact(outcome.ok),
        )
        self._task: asyncio.Task[None] | None = None
        self._running: Future[None] | None = None

    def start(self) -> None:
        self._running = self._loop.run(self._run())

    def wake(self) -> None:
        """Something was saved, or a person asked: try now."""
        self._loop.call(self._wake.set)

    def stop(self) -> None:
        """Stop between two steps; what has no receipt stays unsent."""
        if self._running is not None:
            ending = self._loop.run(self._end())
            if wait([ending], _STOP_WITHIN_S).not_done:
                log.warning("the sync does not end; not waiting for it")

    async def _run(self) -> None:
        self._task = asyncio.current_task()
        hints = asyncio.create_task(watch_network(self._wake.set))
        try:
            while True:
                await self._tell(await self._until_a_fault())
                with suppress(TimeoutError):
                    async with asyncio.timeout(_AFTER_FAULT_S):
                        await self._wake.wait()
        finally:
            hints.cancel()
            await asyncio.wait([hints])
            await self._client.close()

    async def _until_a_fault(self) -> BaseException:
        """Sync until that ends by a fault of the program, which must not keep records here for
        months, unseen. It is a task of its own, because a fault may also cancel the task that it
        is in: only `stop`, or the end of the loop, cancels this one."""
        sync = asyncio.create_task(self._client.run_for_ever(self._wake))
        try:
            await asyncio.wait([sync])
        finally:
            sync.cancel()
            await asyncio.wait([sync])
        try:
            sync.result()
        except BaseException as fault:  # noqa: BLE001 - a cancel that nobody asked for as well
            return fault

    async def _tell(self, fault: BaseException) -> None:
        """The badge says offline, and the sync page why the last try failed."""
        log.error("the sync ended by a fault of the program; it starts again", exc_info=fault)
        now_ms = self._clock.now().wall_ms
        said = f"A program fault: {type(fault).__name__}."
        run = SyncRun(now_ms, now_ms, ok=False, error=said, error_kind=PROGRAM_FAULT)
        try:
            self._on_contact(False)
            await self._outbox.on_store(lambda store: store.record_sync_run(run))
        except Exception:
            log.exception("that the sync has a fault could not be recorded")

    async def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])


class Counters:
    """The vehicle counters that the site file names."""

    def __init__(
        self,
        sites: Sequence[CounterSite],
        counter_ids: Sequence[str],
        writer: Writer,
        clock: CountingClock,
        on_news: Callable[[CounterNews], None],
        on_saved: Callable[[], None],
        timing: ReaderTiming | None = None,
    ) -> None:
        """`counter_ids` are what `counter_records` gave for `sites`."""
        self._counting = Counting(writer, clock, on_news, on_saved)
        for site, counter_id in zip(sites, counter_ids, strict=True):
            self._counting.add(counter_id, partial(_reader, counter_id, site, clock, timing))

    def start(self) -> None:
        self._counting.start()

    def stop(self) -> None:
        self._counting.stop()


def counter_records(store: Store, sites: Sequence[CounterSite]) -> tuple[str, ...]:
    """The record ids of the site file's counters; a record is written where it says news."""
    with store.transaction():
        return tuple(_counter_record(store, site) for site in sites)


def _counter_record(store: Store, site: CounterSite) -> str:
    counter_id = counter_record_id(store, site.counter_id)
    fields = {
        "name": site.name,
        "protocol": site.protocol,
        "port": site.port,
        "lanes": site.lanes,
        "inbound_means": site.inbound_means,
        "status": "in_use",
    }
    row = store.connection.execute(
        f"SELECT {', '.join(fields)} FROM counter WHERE id = ?", (counter_id,)
    ).fetchone()
    if row is None or {**dict(zip(fields, row, strict=True)), "name": json.loads(row[0])} != fields:
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
