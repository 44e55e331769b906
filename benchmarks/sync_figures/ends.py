"""Both ends of a sync as they run in a village: `village-hub serve` in a process of its own, and a
kiosk's encrypted store with the client that it has. Only the Qt application is left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, TextIO, TypeVar

from offline_sync.changes import Change
from offline_sync.client import SyncClient
from offline_sync.clock import SystemClock
from offline_sync.delivery import Pace
from offline_sync.enrol_link import ask_to_enrol
from offline_sync.enrolment import KEY_BYTES, enrol_request
from offline_sync.identity_key import new_signer
from offline_sync.request_auth import Identity, from_base64url
from offline_sync.store import Store
from sync_figures.records import VILLAGE

STORE_KEY: Final = bytes(range(32))
_WORKER: Final = "w-031"
_SAVED_TOGETHER: Final = 1_000
_LISTENS: Final = "The hub listens on "
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub that answers at `url`, whose kiosks are let in by the one who has its folder."""

    url: str
    where: tuple[str, ...]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def code(self, name: str) -> str:
        """A one-time code for a new kiosk."""
        said = self.command("enrol", "--name", name, "--village", VILLAGE)
        code: str = json.loads(said)["code"]
        return code

    def command(self, name: str, *words: str) -> str:
        """What a command of the district office writes."""
        with tempfile.TemporaryDirectory() as folder:
            paper = Path(folder) / "paper"
            whole = [sys.executable, "-m", "hub.cli", name, *self.where, *words]
            done = subprocess.run(
                [*whole, "--out", str(paper)], stderr=subprocess.PIPE, text=True, check=False
            )
            if done.returncode != 0:
                raise RuntimeError(done.stderr)
            return paper.read_text()


@contextmanager
def serving_hub(folder: Path, database: str | None) -> Iterator[Hub]:
    """A hub over SQLite in `folder`, or over the PostgreSQL at the address `database`."""
    where = ["--data", str(folder / "hub")]
    if database is not None:
        where += ["--database", database]
    process = subprocess.Popen(
        [sys.executable, "-m", "hub.cli", "serve", *where, "--port", "0", "--until-input-ends"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stderr is not None
    said: list[str] = []
    try:
        for line in process.stderr:
            said.append(line)
            if line.startswith(_LISTENS):
                break
        else:
            raise RuntimeError(f"the hub did not start: {''.join(said)}")
        log = threading.Thread(target=_read_to_the_end, args=(process.stderr,))
        log.start()
        hub = Hub(said[-1].removeprefix(_LISTENS).strip(), tuple(where))
        hub.command("recovery-key")
        yield hub
    finally:
        process.stdin.close()
        process.wait()


def _read_to_the_end(log: TextIO) -> None:
    """A hub whose log nobody reads would stand still when the pipe is full."""
    for _ in log:
        pass


class StoreOutbox:
    """`delivery.Outbox` over a store of this thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def on_store(self, job: Callable[[Store], _T]) -> _T:
        return job(self._store)

    def receipts_stored(self) -> None:
        """Nobody watches."""

    def records_changed(self, records: frozenset[tuple[str, str]]) -> None:
        """Nobody watches."""


def save(store: Store, changes: Iterable[Change]) -> None:
    """Save as a busy kiosk would, many in one commit."""
    waiting = iter(changes)
    while some := list(islice(waiting, _SAVED_TOGETHER)):
        store.save(some, _WORKER)


def enrolled_client(
    store: Store,
    hub: Hub,
    name: str,
    *,
    url: str = "",
    pace: Pace | None = None,
    outbox: StoreOutbox | None = None,
) -> SyncClient:
    """The kiosk's client, let in at the hub. `url` is the line's end, when there is one between."""
    signer, stream = new_signer(), store.stream()
    asked = enrol_request(signer, hub.code(name), stream.origin, stream.epoch, "")
    answer = ask_to_enrol(hub.url, asked)
    hub_key = from_base64url(answer.hub_key, KEY_BYTES)
    assert hub_key is not None
    identity = Identity(answer.kiosk_id, signer)
    clock = SystemClock()
    outbox = outbox or StoreOutbox(store)
    return SyncClient(url or hub.url, identity, hub_key, VILLAGE, outbox, clock, pace=pace)
