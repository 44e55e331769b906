"""Vehicle counting at the kiosk: what the counters say is kept, and every quarter hour told.

Passages and listening spans are kept as they come, in batches; a finished quarter hour becomes
one `vehicle_interval` record per lane and direction, which travels. After a restart the
unfinished past is computed again from what was kept, so nothing is counted twice or left out.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Protocol

from devices.traffic.clock import Clock
from devices.traffic.events import (
    CounterConnected,
    CounterEvent,
    CounterIdentified,
    CounterLost,
    CounterNoise,
    CoverageSpan,
    VehiclePassage,
)
from kiosk.records import traffic
from kiosk.records.traffic_intervals import save_finished_quarters
from kiosk.workers import Urgency, Writer
from offline_sync.store import Store

log = logging.getLogger(__name__)

_KEEP_EVERY_S: Final = 0.5
_ROUNDS_TO_QUARTERS: Final = 10
_LARGEST_BATCH: Final = 500


class Reader(Protocol):
    """`devices.traffic.reader.CounterReader`, as far as it is used here."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


CounterNews = CounterConnected | CounterIdentified | CounterLost | CounterNoise


class Counting:
    """Listens to all counters of the kiosk. `make_reader` gets where to hand events to."""

    def __init__(
        self,
        writer: Writer,
        clock: Clock,
        on_news: Callable[[CounterNews], None],
        on_saved: Callable[[], None],
    ) -> None:
        """`on_news` is called from the readers' threads, `on_saved` from the writer's when
        quarter hours became records."""
        self._writer = writer
        self._clock = clock
        self._on_news = on_news
        self._on_saved = on_saved
        self._readers: list[Reader] = []
        self._counter_ids: list[str] = []
        self._waiting: list[VehiclePassage | CoverageSpan] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="counting", daemon=True)

    def add(
        self, counter_id: str, make_reader: Callable[[Callable[[CounterEvent], None]], Reader]
    ) -> None:
        """One more counter; call before `start`."""
        self._counter_ids.append(counter_id)
        self._readers.append(make_reader(self._heard))

    def start(self) -> None:
        self._thread.start()
        for reader in self._readers:
            reader.start()

    def stop(self) -> None:
        """Stop listening and keep everything that was heard."""
        for reader in self._readers:
            reader.stop()
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _heard(self, event: CounterEvent) -> None:
        if isinstance(event, VehiclePassage | CoverageSpan):
            with self._lock:
                self._waiting.append(event)
        else:
            self._on_news(event)

    def _run(self) -> None:
        rounds = 0
        while not self._stopping.wait(_KEEP_EVERY_S):
            self._keep_waiting()
            if rounds % _ROUNDS_TO_QUARTERS == 0:
                self._save_quarters()
            rounds += 1
        self._keep_waiting()

    def _keep_waiting(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting[:_LARGEST_BATCH], self._waiting[_LARGEST_BATCH:]
        while batch:
            if not self._kept(batch):
                with self._lock:  # back to the front: kept when the disk takes it again
                    self._waiting = [*batch, *self._waiting]
                return
            with self._lock:
                batch = self._waiting[:_LARGEST_BATCH]
                self._waiting = self._waiting[_LARGEST_BATCH:]

    def _kept(self, batch: Sequence[VehiclePassage | CoverageSpan]) -> bool:
        passages = [event for event in batch if isinstance(event, VehiclePassage)]
        spans = [event for event in batch if isinstance(event, CoverageSpan)]

        def keep(store: Store) -> None:
            with store.transaction():
                traffic.keep_passages(store, passages)
                traffic.keep_spans(store, spans)

        return self._done(keep, "vehicles could not be kept; they wait in memory")

    def _save_quarters(self) -> None:
        now_ms = self._clock.now().wall_ms
        for counter_id in self._counter_ids:
            self._done(
                partial(self._save_finished, counter_id, now_ms),
                "quarter hours could not be saved; they are computed again later",
            )

    def _save_finished(self, counter_id: str, now_ms: int, store: Store) -> None:
        if save_finished_quarters(store, counter_id, now_ms):
            self._on_saved()

    def _done(self, job: Callable[[Store], object], trouble: str) -> bool:
        try:
            self._writer.submit(job, Urgency.MACHINE).result()
        except Exception as error:
            log.warning("%s: %s", trouble, type(error).__name__)
            return False
        return True
