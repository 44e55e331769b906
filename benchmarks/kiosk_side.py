"""What the sync costs on the kiosk itself, beside a person who is working. Prints one JSON object.

    log_ops          ops in the log, of which only the last thousand wait
    next_batch_ms    taking the next 500 of them to be sent, in its transaction
    counts_ms        the counts of the sync page, on a reader
    feed             entries a second, pages of 500 applied as the sync does, by kind of entry
    save_ms          a person's save while a feed is applied: median, 95th percentile, longest

The store is a real encrypted one, synced to disk, behind the writer thread of the kiosk.
"""

from __future__ import annotations

import argparse
import asyncio
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

from kiosk.outbox import WriterOutbox
from kiosk.workers import Writer
from offline_sync.answers import HUB_NAME, FeedLine, SyncAnswer
from offline_sync.catalogue import CATALOGUE_VERSION
from offline_sync.changes import Change
from offline_sync.clock import SystemClock
from offline_sync.database import open_reader
from offline_sync.delivery import Pace
from offline_sync.hub_link import HubLink
from offline_sync.identity_key import new_signer
from offline_sync.oplog import Cursor
from offline_sync.outbox import outbox_counts
from offline_sync.pulling import FeedReader
from offline_sync.request_auth import Identity
from offline_sync.request_numbers import StoredNumbers
from offline_sync.store import Store
from offline_sync.sync_jobs import take_batch
from offline_sync.tally import Tally
from offline_sync.wire import MOST_LINES

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
        edits = [
            Change(one.record_type, one.record_id, {"phone": str(number)})
            for number, one in enumerate(people)
        ]
        speeds = {
            "new_append_only": _apply(writer, _lines(visits(many), 0)),
            "new_editable": _apply(writer, _lines(people, many)),
            "edits": _apply(writer, _lines(edits, 2 * many)),
        }
        lines = _lines(residents(many), 3 * many)
        return {"feed": speeds, "save_ms": _saves_meanwhile(writer, lines)}
    finally:
        writer.stop()


def _lines(changes: Iterable[Change], after: int) -> list[FeedLine]:
    return [
        FeedLine(
            *(seq, "put", f"hub-op-{seq:032d}", "k2", one.record_type, one.record_id),
            *(dict(one.fields), {}, _HLC, "w-031", CATALOGUE_VERSION),
        )
        for seq, one in enumerate(changes, after + 1)
    ]


def _apply(writer: Writer, lines: list[FeedLine]) -> int:
    """Entries a second, as the sync applies pages of them: by its own reader, chunk by chunk."""
    began = time.perf_counter()
    asyncio.run(_read_pages(writer, lines))
    return round(len(lines) / (time.perf_counter() - began))


async def _read_pages(writer: Writer, lines: list[FeedLine]) -> None:
    outbox = WriterOutbox(writer, lambda: None, lambda _: None)
    identity = Identity("k1", new_signer())
    async with HubLink("http://127.0.0.1:9", identity, StoredNumbers(outbox)) as nowhere:
        reader = FeedReader(nowhere, outbox, VILLAGE, SystemClock(), Pace())
        for start in range(0, len(lines), MOST_LINES):
            page = lines[start : start + MOST_LINES]
            cursor = Cursor("E1", page[0].seq - 1)
            answer = SyncAnswer(HUB_NAME, "E1", 1, VILLAGE, [], [], page, page[-1].seq, False)
            await reader.apply(answer, cursor, Tally())


def _saves_meanwhile(writer: Writer, lines: list[FeedLine]) -> dict[str, float]:
    feeding = threading.Thread(target=_apply, args=(writer, lines))
    feeding.start()
    took = []
    for change in visits(len(lines)):
        if not feeding.is_alive():
            break
        took.append(_ms(partial(_saved, writer, change)))
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
