"""Vehicle counting at the kiosk: what the counters say is kept, and every quarter hour told.

Passages and listening spans are kept as they come, in batches; a finished quarter hour becomes
one `vehicle_interval` record per lane and direction, which travels. After a restart the
unfinished past is computed again from what was kept, so nothing is counted twice or left out.
What is lost all the same, or comes too late for its quarter hour, is said in the log.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Final, Protocol, TypeVar

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
from kiosk.civil_time import civil_time
from kiosk.records import traffic
from kiosk.records.traffic_intervals import quarters_told, save_finished_quarters
from kiosk.workers import Urgency, Writer, WriterStopped
from offline_sync.errors import StoreError
from offline_sync.store import Store

log = logging.getLogger(__name__)
T = TypeVar("T")

_KEEP_EVERY_S: Final = 0.5
_ROUNDS_TO_QUARTERS: Final = 10
_LARGEST_BATCH: Final = 500
_STOP_WITHIN_S: Final = 5.0


class Reader(Protocol):
    """`devices.traffic.reader.CounterReader`, as far as it is used here."""

    @property
    def running(self) -> bool: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


MakeReader = Callable[[Callable[[CounterEvent], None]], Reader]
CounterNews = CounterConnected | CounterLost


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
        self._told_late: set[tuple[str, int]] = set()
        self._noisy: set[str] = set()
        self._ended = False
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
        """Stop listening and keep what was heard; what cannot be kept in time is told as lost."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_WITHIN_S)
        for counter_id, reader in self._readers.items():
            reader.stop()
            if reader.running:
                log.error("the reader of counter %s does not end; not waiting for it", counter_id)
        kept = not self._thread.is_alive() and self._keep_waiting()
        with self._lock:
            self._ended = True
            vehicles, spans = len(self._passages), len(self._spans)
        if not kept:
            log.error(
                "%d vehicles are lost, and %d times of listening: the store did not take them",
                vehicles,
                spans,
            )

    def _heard(self, event: CounterEvent) -> None:
        if isinstance(event, VehiclePassage | CoverageSpan):
            with self._lock:
                if self._ended:
                    log.error("lost, for it came after the end: %r", event)
                elif isinstance(event, VehiclePassage):
                    self._passages.append(event)
                else:
                    self._spans[event.counter_id, event.starts_at] = event
        elif isinstance(event, CounterIdentified):
            log.info("counter %s is a %s, %s", event.counter_id, event.product, event.version)
        elif isinstance(event, CounterNoise):
            self._tell_noise(event)
        else:
            self._noisy.discard(event.counter_id)
            self._on_news(event)

    def _tell_noise(self, noise: CounterNoise) -> None:
        """Once for each connection: a wrong baud rate is noise without end."""
        if noise.counter_id not in self._noisy:
            self._noisy.add(noise.counter_id)
            log.warning(
                "counter %s: %d bytes could not be read; is its baud right in site.toml?",
                noise.counter_id,
                noise.discarded_bytes,
            )

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
            batches = len(self._passages) // _LARGEST_BATCH + 1
        return all(self._keep_batch() for _ in range(batches))

    def _keep_batch(self) -> bool:
        with self._lock:
            passages = self._passages[:_LARGEST_BATCH]
            # A span vouches for the vehicles in it, so it is kept with the last of them.
            vouched = {} if len(self._passages) > len(passages) else dict(self._spans)
        if not (passages or vouched):
            return True
        told = self._done(
            partial(_keep, passages, list(vouched.values())),
            "vehicles could not be kept; they wait in memory",
        )
        if told is None:
            return False
        with self._lock:
            del self._passages[: len(passages)]
            for key, span in vouched.items():
                if self._spans.get(key) is span:  # else it has grown, and is kept again
                    del self._spans[key]
        self._tell_late(told)
        return True

    def _tell_late(self, told: set[tuple[str, int]]) -> None:
        for counter_id, starts_at in sorted(told - self._told_late):
            self._told_late.add((counter_id, starts_at))
            log.warning(
                "counter %s: vehicles came late for the quarter hour of %s, which is saved and"
                " stays as it is; they are kept here (was the clock set back?)",
                counter_id,
                f"{civil_time(starts_at):%Y-%m-%d %H:%M}",
            )

    def _save_quarters(self) -> None:
        now_ms = self._clock.now().wall_ms
        for counter_id in self._readers:
            # One short job after another, so that a person's save goes between them.
            while not self._stopping.is_set():
                rows = self._done(
                    partial(self._save_finished, counter_id, now_ms),
                    "quarter hours could not be saved; they are computed again later",
                )
                if not rows:
                    break

    def _start_again_what_ended(self) -> None:
        for counter_id, reader in self._readers.items():
            if not reader.running:
                log.error("the reader of counter %s ended by a fault; it starts again", counter_id)
                self._readers[counter_id] = self._make_reader[counter_id](self._heard)
                self._readers[counter_id].start()

    def _save_finished(self, counter_id: str, now_ms: int, store: Store) -> int:
        rows = save_finished_quarters(store, counter_id, now_ms)
        if rows:
            self._on_saved()
        return rows

    def _done(self, job: Callable[[Store], T], trouble: str) -> T | None:
        """What `job` returned on the writer's thread; None, and a word in the log, if it failed.

        The kiosk's end is waited for no longer than a person waits for a screen to close.
        """
        future: Future[T] | None = None
        try:
            future = self._writer.submit(job, Urgency.MACHINE)
            result = future.result(_STOP_WITHIN_S if self._stopping.is_set() else None)
        except Exception as error:
            if future is not None:
                future.cancel()  # what is told as lost must not be kept after all
            if trouble not in self._troubles:  # twice a second for days would fill the log
                self._troubles.add(trouble)
                by_disk = isinstance(error, StoreError | WriterStopped | TimeoutError)
                log.warning(
                    "%s: %s: %s", trouble, type(error).__name__, error, exc_info=not by_disk
                )
            return None
        if trouble in self._troubles:
            self._troubles.remove(trouble)
            log.info("no longer so: %s", trouble)
        return result


def _keep(
    passages: Sequence[VehiclePassage], spans: Sequence[CoverageSpan], store: Store
) -> set[tuple[str, int]]:
    """Returns the quarter hours of `passages` that were saved before these came."""
    told = quarters_told(store, passages)
    try:
        with store.transaction():
            traffic.keep_passages(store, passages)
            traffic.keep_spans(store, spans)
    except StoreError:
        raise
    except Exception:  # a fault in one of them must not hold up all that comes after it
        log.exception("something that was heard cannot be kept; the rest is")
        _keep_what_can_be_kept(passages, spans, store)
    return told


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
