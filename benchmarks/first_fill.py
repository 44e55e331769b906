"""How fast a new kiosk gets its village from the hub. Prints one JSON object.

    loopback        seconds for everything on a line that is no limit (aim 60), records a second
                    (aim 1,000), processor seconds of the kiosk, which other work on the machine
                    does not change, and how long a person's save takes meanwhile (p95, aim 30 ms),
                    beside what it takes on the same kiosk when nothing else is written
    slow_line       the same over 250 kbit/s: seconds until everybody who is overdue or due within
                    a week is there with the last visit (aim 60), and share of all bytes until then
    snapshot        bytes, and seconds in which the hub makes it, which are part of both
    parity          seconds in which kiosk and hub compare all that
    load            of the machine, per core, when it began and when it ended: above 1, seconds and
                    milliseconds are those of a machine that had other work as well

The hub is a real `village-hub serve` over SQLite, the kiosk its encrypted store on the kiosk's own
writer thread. Each resident has visits, the last of which names the next: one in twenty is overdue,
the others are spread over sixty days.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from sync_figures.ends import STORE_KEY, Hub, serving_hub
from sync_figures.records import SEED, VILLAGE, residents

from hub.database import in_batch, open_database
from hub.enrolment import EnrolledKiosk
from hub.sequencer import take_push
from kiosk.outbox import Records, WriterOutbox
from kiosk.workers import Urgency, Writer
from offline_sync.catalogue import CATALOGUE_VERSION
from offline_sync.changes import Change
from offline_sync.client import SyncClient
from offline_sync.clock import SystemClock
from offline_sync.enrol_link import ask_to_enrol
from offline_sync.enrolment import KEY_BYTES, enrol_request
from offline_sync.hub_link import HubLink
from offline_sync.identity import new_op_id, new_random_id, new_record_id
from offline_sync.identity_key import new_signer
from offline_sync.oplog import CHAIN_START, OutgoingOp, chain_after
from offline_sync.parity import compare
from offline_sync.parity_rows import ParityRun
from offline_sync.request_auth import Identity, from_base64url
from offline_sync.request_numbers import StoredNumbers
from offline_sync.store import Store
from offline_sync.wire import Clocks, PushHeader, decode_push, encode_op, encode_push

_TODAY: Final = datetime.now(UTC).date()  # the hub sorts by its clock
_DUE_WITHIN: Final = timedelta(days=7)
_PUSHED_TOGETHER: Final = 1_000
_SLOW_BITS: Final = 250_000
_TICK_S: Final = 0.02
_SAVE_EVERY_S: Final = 0.5
_SAVES_ALONE: Final = 40
_SAVE_ALONE_EVERY_S: Final = 0.05
_BEGIN_MS: Final = 1_780_000_000_000


@dataclass
class Village:
    """What the hub knows, and which of it the list of who is due needs."""

    count: int
    visits_each: int
    due: set[tuple[str, str]] = field(default_factory=set)

    @property
    def records(self) -> int:
        return self.count * (1 + self.visits_each)

    def changes(self) -> Iterator[Change]:
        chance = random.Random(SEED)
        people = list(residents(self.count))
        yield from people
        for number in range(self.visits_each):
            for person in people:
                last = number == self.visits_each - 1
                next_on = _next_visit(chance)
                visit = Change("visit", new_record_id(), _visit(chance, person, number, next_on))
                if last and next_on <= _TODAY + _DUE_WITHIN:
                    self.due |= {("resident", person.record_id), ("visit", visit.record_id)}
                yield visit


def _next_visit(chance: random.Random) -> date:
    if chance.random() < 1 / 20:
        return _TODAY - timedelta(days=chance.randrange(1, 30))
    return _TODAY + timedelta(days=chance.randrange(60))


def _visit(chance: random.Random, person: Change, number: int, next_on: date) -> dict[str, Any]:
    started = _BEGIN_MS + number * 2_600_000_000 + chance.randrange(2_600_000_000)
    return {
        "resident_id": person.record_id,
        "contact": chance.choice(("home", "centre", "phone")),
        "started_at": started,
        "saved_at": started + chance.randrange(60_000, 1_200_000),
        "staff_id": f"w-{chance.randrange(40):03d}",
        "since_last": chance.choice(("better", "same", "worse")),
        "next_visit_on": next_on.isoformat(),
        "note": chance.choice(("精神好，行路要扶", "血壓偏高，下次再量", "食得瞓得")),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--residents", type=int, default=50_000)
    parser.add_argument("--visits", type=int, default=1, help="visits of each resident")
    parser.add_argument("--json", action="store_true", help="on one line")
    arguments = parser.parse_args()
    load = [_load()]
    village = Village(arguments.residents, arguments.visits)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _fill_hub(folder / "hub", village)
        with serving_hub(folder, None) as hub:
            figures = _measure(folder, hub, village)
    figures["load"] = [*load, _load()]
    print(json.dumps(figures, indent=None if arguments.json else 2))


def _load() -> float:
    return round(os.getloadavg()[0] / (os.cpu_count() or 1), 1)


def _fill_hub(folder: Path, village: Village) -> None:
    folder.mkdir(mode=0o700)
    engine = open_database(folder)
    kiosk = EnrolledKiosk("elsewhere", "elsewhere", VILLAGE)
    origin, epoch, chain, seq = new_random_id(), new_random_id(), CHAIN_START, 0
    changes = village.changes()
    while some := list(islice(changes, _PUSHED_TOGETHER)):
        lines = []
        for change in some:
            seq += 1
            op = OutgoingOp(
                *(seq, new_op_id(), change.record_type, change.record_id),
                *(f"{seq:012x}.00000000", change.fields, {}, "w-001", CATALOGUE_VERSION),
                *(seq, seq, "boot"),
            )
            chain = chain_after(chain, op)
            lines.append(encode_op(op))
        header = PushHeader(
            *(origin, epoch, seq + 1, chain.hex(), CATALOGUE_VERSION, ""), Clocks(1, 1, "boot"), 0
        )
        push = decode_push(encode_push(header, lines, seq, chain.hex()))
        in_batch(engine, lambda connection, push=push: take_push(connection, kiosk, push, 1))
    engine.dispose()


def _measure(folder: Path, hub: Hub, village: Village) -> dict[str, Any]:
    with _slow_line(hub.port, _SLOW_BITS) as port:
        slow = _Kiosk(folder / "slow.db", hub, village, f"http://127.0.0.1:{port}")
        slow.fill()
    fast = _Kiosk(folder / "fast.db", hub, village, hub.url)
    alone_ms = fast.save_alone()
    fast.fill(saving=True)
    parity_s = fast.compare()
    for kiosk in (slow, fast):
        kiosk.close()
    (snapshot,) = (folder / "hub" / "snapshots").glob("*.zst")
    total = snapshot.stat().st_size
    return {
        "benchmark": "first_fill",
        "residents": village.count,
        "records": village.records,
        "snapshot": {
            "bytes": total,
            "bytes_per_record": round(total / village.records, 1),
            "first_record_after_s": round(slow.first_s, 1),
        },
        "loopback": {
            "seconds": round(fast.seconds, 1),
            "aim_s": 60,
            "records_per_s": round(village.records / fast.seconds),
            "kiosk_cpu_s": round(fast.cpu_s, 1),
            "save_ms_p95": _p95(fast.saves_ms),
            "save_alone_ms_p95": _p95(alone_ms),
            "save_ms_max": round(max(fast.saves_ms), 1),
            "saves": len(fast.saves_ms),
        },
        "slow_line": {
            "kbit_per_s": _SLOW_BITS // 1000,
            "due_residents": len(village.due) // 2,
            "due_usable_s": round(slow.due_s, 1),
            "aim_s": 60,
            "seconds": round(slow.seconds, 1),
        },
        "parity": {"seconds": round(parity_s, 1)},
    }


class _Kiosk:
    """A kiosk without its window: store, writer thread, and who it is at the hub."""

    def __init__(self, path: Path, hub: Hub, village: Village, url: str) -> None:
        self._missing = set(village.due)
        self._url = url
        self._clock = SystemClock()
        self._writer = Writer(lambda: Store.open(path, STORE_KEY, self._clock))
        self._writer.start().result()
        self._outbox = WriterOutbox(self._writer, lambda: None, self._arrived)
        signer, stream = new_signer(), self._writer.submit(Store.stream).result()
        asked = enrol_request(signer, hub.code(path.stem), stream.origin, stream.epoch, "")
        answer = ask_to_enrol(hub.url, asked)
        self._identity = Identity(answer.kiosk_id, signer)
        self._hub_key = from_base64url(answer.hub_key, KEY_BYTES) or b""
        self.due_s = self.first_s = self.seconds = self.cpu_s = 0.0
        self.saves_ms: list[float] = []
        self._began = 0.0
        self._filling = threading.Event()

    def fill(self, *, saving: bool = False) -> None:
        """Take everything, and save like a person meanwhile."""
        person = threading.Thread(target=self._save_now_and_then)
        self._began, cpu_began = time.perf_counter(), time.process_time()
        self._filling.set()
        if saving:
            person.start()
        asyncio.run(self._fill())
        self.seconds = time.perf_counter() - self._began
        self.cpu_s = time.process_time() - cpu_began
        self._filling.clear()
        if saving:
            person.join()

    async def _fill(self) -> None:
        async with SyncClient(
            self._url, self._identity, self._hub_key, VILLAGE, self._outbox, self._clock
        ) as client:
            outcome = await client.run_once()
        if outcome.error is not None:
            raise outcome.error

    def compare(self) -> float:
        """Seconds of one comparison with the hub, which must find both equal."""
        began = time.perf_counter()
        found = asyncio.run(self._compare())
        if found is None or found.differing:
            raise RuntimeError(f"kiosk and hub are not equal: {found}")
        return time.perf_counter() - began

    async def _compare(self) -> ParityRun | None:
        async with HubLink(self._url, self._identity, StoredNumbers(self._outbox)) as link:
            return await compare(link, self._outbox, VILLAGE, self._clock)

    def close(self) -> None:
        self._writer.stop()

    def _arrived(self, records: Records) -> None:
        now = time.perf_counter() - self._began
        self.first_s = self.first_s or now
        if self._missing:
            self._missing -= records
            if not self._missing:
                self.due_s = now

    def _save_now_and_then(self) -> None:
        while self._filling.is_set():
            self.saves_ms.append(self.save())
            time.sleep(_SAVE_EVERY_S)

    def save_alone(self) -> list[float]:
        """Milliseconds of some saves while nothing else is written."""
        took_ms = []
        for _ in range(_SAVES_ALONE):
            took_ms.append(self.save())
            time.sleep(_SAVE_ALONE_EVERY_S)
        return took_ms

    def save(self) -> float:
        """Milliseconds of one save by a person."""
        began = time.perf_counter()
        worker = {"name": "黃詠詩", "role": "volunteer", "status": "active"}
        change = Change("staff", new_record_id(), worker)
        saved: Future[tuple[str, ...]] = self._writer.submit(
            lambda store: store.save([change], "w"), Urgency.PERSON
        )
        saved.result()
        return (time.perf_counter() - began) * 1000


def _p95(took_ms: list[float]) -> float:
    return round(statistics.quantiles(took_ms, n=20)[-1], 1)


@contextmanager
def _slow_line(port: int, bits_per_s: int) -> Iterator[int]:
    """A port of this computer through which the hub is reached at this speed."""
    loop, server = asyncio.new_event_loop(), _SlowLine(port, bits_per_s / 8)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(server.open(), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(server.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class _SlowLine:
    """Passes bytes on no faster than a line of that speed would; both ways have their own."""

    def __init__(self, port: int, bytes_per_s: float) -> None:
        self._port = port
        self._each = int(bytes_per_s * _TICK_S)
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()

    async def open(self) -> int:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    async def _connected(self, down: asyncio.StreamReader, up: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._passing.add(task)
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        with suppress(asyncio.CancelledError):  # the measurement is over
            await asyncio.gather(self._pass_on(down, writer), self._pass_on(reader, up))
        writer.close()
        up.close()

    async def _pass_on(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        free_at = loop.time()
        while piece := await source.read(self._each):
            sink.write(piece)
            await sink.drain()
            free_at = max(free_at, loop.time()) + _TICK_S * len(piece) / self._each
            await asyncio.sleep(free_at - loop.time())
        sink.close()


if __name__ == "__main__":
    main()
