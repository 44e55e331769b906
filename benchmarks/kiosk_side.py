"""What the sync costs on the kiosk itself, beside a person who is working. Prints one JSON object.

    log_ops          ops in the log, of which only the last thousand wait
    next_batch_ms    taking the next 500 of them to be sent, in its transaction
    counts_ms        the counts of the sync page, on a reader
    feed             entries a second, applied in chunks of 50 with the cursor, by kind of entry
    save_ms          a person's save while a feed is applied: median, 95th percentile, longest

The store is a real encrypted one, synced to disk, behind the writer thread of the kiosk.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, Final

from sync_figures.ends import STORE_KEY, save
from sync_figures.records import VILLAGE, residents, visits

from kiosk.workers import Urgency, Writer
from offline_sync.changes import Change
from offline_sync.clock import SystemClock
from offline_sync.database import open_reader
from offline_sync.oplog import FeedEntry
from offline_sync.outbox import outbox_counts
from offline_sync.store import Store
from offline_sync.sync_jobs import take_batch

_CHUNK: Final = 50
_WAITING: Final = 1_000
_ROUNDS: Final = 21
_SAVE_EVERY_S: Final = 0.02
_HLC: Final = "019f00000000.00000001"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--log", type=int, default=100_000)
    parser.add_argument("--feed", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kiosk.db"
        figures = {
            "benchmark": "kiosk_side",
            **_log(path, arguments.log),
            **_feed(path, arguments.feed),
        }
    print(json.dumps(figures, indent=None if arguments.json else 2))


def _log(path: Path, ops: int) -> dict[str, Any]:
    with Store.open(path, STORE_KEY, SystemClock()) as store:
        save(store, visits(ops))
        with store.transaction() as db:
            db.execute(
                "UPDATE op_out SET state = 2, hub_seq = position, acked_ms = 1 WHERE position <= ?",
                (ops - _WAITING,),
            )
        now = SystemClock().now()
        batches, counts = [], []
        reader = open_reader(path, STORE_KEY)
        for _ in range(_ROUNDS):
            batches.append(_ms(partial(take_batch, store, "k1", VILLAGE, 500, "bench", now)))
            counts.append(_ms(partial(outbox_counts, reader)))
        reader.close()
    return {
        "log_ops": ops,
        "next_batch_ms": round(statistics.median(batches), 2),
        "counts_ms": round(statistics.median(counts), 3),
    }


def _feed(path: Path, many: int) -> dict[str, Any]:
    writer = Writer(lambda: Store.open(path, STORE_KEY, SystemClock()))
    writer.start().result()
    try:
        people = list(residents(many))
        after = 0
        speeds: dict[str, int] = {}
        for name, entries in (
            ("new_append_only", _puts(visits(many), 0)),
            ("new_editable", _puts(people, many)),
        ):
            speeds[name] = _apply(writer, entries, after)
            after += many
        edits = [Change(one.record_type, one.record_id, {"phone": str(n)})
                 for n, one in enumerate(people)]  # fmt: skip
        speeds["edits"] = _apply(writer, _puts(edits, after), after)
        after += many
        return {"feed": speeds, "save_ms": _saves_meanwhile(writer, after, many)}
    finally:
        writer.stop()


def _puts(changes: Iterable[Change], after: int) -> list[FeedEntry]:
    return [
        FeedEntry(seq, "put", f"hub-op-{seq:032d}", one.record_type, one.record_id, one.fields,
                  hlc=_HLC, by="w-031")
        for seq, one in enumerate(changes, after + 1)
    ]  # fmt: skip


def _apply(writer: Writer, entries: list[FeedEntry], after: int) -> int:
    began = time.perf_counter()
    for start in range(0, len(entries), _CHUNK):
        part = entries[start : start + _CHUNK]
        writer.submit(partial(_apply_part, part, part[-1].seq), Urgency.MACHINE).result()
    return round(len(entries) / (time.perf_counter() - began))


def _apply_part(part: list[FeedEntry], reached: int, store: Store) -> None:
    store.apply_feed(VILLAGE, "E1", part, reached)


def _saves_meanwhile(writer: Writer, after: int, many: int) -> dict[str, float]:
    entries = _puts(residents(many), after)
    feeding = threading.Thread(target=_apply, args=(writer, entries, after))
    feeding.start()
    took = []
    for change in visits(many):
        if not feeding.is_alive():
            break
        took.append(_ms(lambda change=change: _saved(writer, change)))
        time.sleep(_SAVE_EVERY_S)
    feeding.join()
    took.sort()
    return {
        "saves": len(took),
        "median": round(statistics.median(took), 1),
        "p95": round(took[len(took) * 95 // 100], 1),
        "longest": round(took[-1], 1),
    }


def _saved(writer: Writer, change: Change) -> None:
    writer.submit(lambda store: store.save([change], "w-031")).result()


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
