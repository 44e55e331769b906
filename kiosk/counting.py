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
from kiosk.workers import Urgency, Writer, WriterStopped
from offline_sync.errors import StoreError
from offline_sync.store import Store

log = logging.getLogger(__name__)

_KEEP_EVERY_S: Final = 0.5
_ROUNDS_TO_QUARTERS: Final = 10
_LARGEST_BATCH: Final = 500


class Reader(Protocol):
    """`devices.traffic.reader.CounterReader`, as far as it is used here."""

    @property
    def running(self) -> bool: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


MakeReader = Callable[[Callable[[CounterEvent], None]], Reader]
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
        self._make_reader: dict[str, MakeReader] = {}
        self._readers: dict[str, Reader] = {}
        self._passages: list[VehiclePassage] = []
        self._spans: dict[tuple[str, int], CoverageSpan] = {}  # a growing one is kept once
        self._troubles: set[str] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="counting", daemon=True)

    def add(self, counter_id: str, make_reader: MakeReader) -> None:
        """One more counter; call before `start`."""
        self._make_reader[counter_id] = make_reader
        self._readers[counter_id] = make_reader(self._heard)

    def start(self) -> None:
        self._thread.start()
        for reader in self._readers.values():
            reader.start()

    def stop(self) -> None:
        """Stop listening and keep everything that was heard."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        for reader in self._readers.values():
            reader.stop()
        if not self._keep_waiting():
            log.error("%d vehicles are lost: the store did not take them", len(self._passages))

    def _heard(self, event: CounterEvent) -> None:
        if isinstance(event, VehiclePassage):
            with self._lock:
                self._passages.append(event)
        elif isinstance(event, CoverageSpan):
            with self._lock:
                self._spans[event.counter_id, event.starts_at] = event
        else:
            self._on_news(event)

    def _run(self) -> None:
        rounds = 0
        while not self._stopping.wait(_KEEP_EVERY_S):
            all_kept = self._keep_waiting()
            if rounds % _ROUNDS_TO_QUARTERS == 0:
                self._start_again_what_ended()
                # A quarter hour is told once: never while vehicles of it may still be waiting.
                if all_kept:
                    self._save_quarters()
            rounds += 1

    def _keep_waiting(self) -> bool:
        """Keep what was heard until now; False when something of it has to wait."""
        with self._lock:
            passages, self._passages = self._passages, []
            spans, self._spans = self._spans, {}
        while passages or spans:
            batch, rest = passages[:_LARGEST_BATCH], passages[_LARGEST_BATCH:]
            # A span vouches for the vehicles in it, so it is kept with the last of them.
            vouched = [] if rest else list(spans.values())
            if not self._kept(batch, vouched):
                with self._lock:  # back to the front: kept when the disk takes it again
                    self._passages = passages + self._passages
                    self._spans = spans | self._spans
                return False
            passages, spans = rest, spans if rest else {}
        return True

    def _kept(self, passages: Sequence[VehiclePassage], spans: Sequence[CoverageSpan]) -> bool:
        return self._done(
            partial(_keep, passages, spans), "vehicles could not be kept; they wait in memory"
        )

    def _save_quarters(self) -> None:
        now_ms = self._clock.now().wall_ms
        for counter_id in self._readers:
            self._done(
                partial(self._save_finished, counter_id, now_ms),
                "quarter hours could not be saved; they are computed again later",
            )

    def _start_again_what_ended(self) -> None:
        for counter_id, reader in self._readers.items():
            if not reader.running:
                log.error("the reader of counter %s ended by a fault; it starts again", counter_id)
                self._readers[counter_id] = self._make_reader[counter_id](self._heard)
                self._readers[counter_id].start()

    def _save_finished(self, counter_id: str, now_ms: int, store: Store) -> None:
        if save_finished_quarters(store, counter_id, now_ms):
            self._on_saved()

    def _done(self, job: Callable[[Store], object], trouble: str) -> bool:
        try:
            self._writer.submit(job, Urgency.MACHINE).result()
        except Exception as error:
            if trouble not in self._troubles:  # twice a second for days would fill the log
                self._troubles.add(trouble)
                by_disk = isinstance(error, StoreError | WriterStopped)
                log.warning(
                    "%s: %s: %s", trouble, type(error).__name__, error, exc_info=not by_disk
                )
            return False
        if trouble in self._troubles:
            self._troubles.remove(trouble)
            log.info("no longer so: %s", trouble)
        return True


def _keep(passages: Sequence[VehiclePassage], spans: Sequence[CoverageSpan], store: Store) -> None:
    try:
        with store.transaction():
            traffic.keep_passages(store, passages)
            traffic.keep_spans(store, spans)
    except StoreError:
        raise
    except Exception:  # a fault in one of them must not hold up all that comes after it
        log.exception("something that was heard cannot be kept; the rest is")
        _keep_what_can_be_kept(passages, spans, store)


def _keep_what_can_be_kept(
    passages: Sequence[VehiclePassage], spans: Sequence[CoverageSpan], store: Store
) -> None:
    alone: list[Callable[[], None]] = [
        *(partial(traffic.keep_passages, store, [passage]) for passage in passages),
        *(partial(traffic.keep_spans, store, [span]) for span in spans),
    ]
    with store.transaction():
        for keep_one in alone:
            try:
                keep_one()
            except StoreError:
                raise
            except Exception:
                log.exception("left out: %r", keep_one)
