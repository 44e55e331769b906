"""One kiosk of a run: the real store on a real encrypted file, and the real sync client.

It can be killed between any two of its transactions, copied, set back to a copy, and given a new
disk. Each start takes the files that lie there, as the computer would.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

import httpx
from sqlite_utils import Database

from offline_sync.client import SyncClient
from offline_sync.delivery import SyncOutcome
from offline_sync.identity import new_random_id
from offline_sync.marker import leave_marker
from offline_sync.store import Store
from tests.builders import TEST_KEY
from tests.faults.model.clocks import KioskClock
from tests.faults.model.hub_side import Enrolled, HubSide, readable
from tests.faults.model.line import Line

_T = TypeVar("_T")
DATABASE = "kiosk.db"
_FILES = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}.marker", f"{DATABASE}.lock")


class Killed(BaseException):
    """The kiosk's power went. Nothing in the program may catch it."""


class MortalStore(Store):
    """A store that dies before one of its transactions, and then does nothing any more."""

    transactions_left: int | None = None

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        if self._depth == 0 and self.transactions_left is not None:
            if self.transactions_left == 0:
                raise Killed
            self.transactions_left -= 1
        with super().transaction() as db:
            yield db


class DirectOutbox:
    """The client's outbox straight over a store, on the thread of the run."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def on_store(self, job: Callable[[Store], _T]) -> _T:
        return job(self._store)

    def receipts_stored(self) -> None:
        """Nobody looks on."""

    def records_changed(self, records: frozenset[tuple[str, str]]) -> None:
        """Nobody looks on."""


@dataclass(frozen=True, slots=True)
class KioskCopy:
    """A backup of a kiosk's files, and the ops that were saved on that disk."""

    folder: Path
    op_ids: frozenset[str]


class KioskSide:
    """One kiosk, from start to start."""

    def __init__(self, name: str, folder: Path, enrolled: Enrolled, clock: KioskClock) -> None:
        self.name = name
        self.enrolled = enrolled
        self.clock = clock
        self.op_ids: set[str] = set()
        """Every op that was saved on the disk that this kiosk has now."""
        self.lost_in_sight: dict[tuple[str, str, str, str], Any] = {}
        """Own values that were listed as lost when this kiosk was looked at last, by
        (type, id, field, op)."""
        self._folder = folder
        self._disks = self._connections = 0

    @property
    def db(self) -> Database:
        return self.store.connection

    def ids(self, record_type: str) -> list[str]:
        """The records of a type that this kiosk has."""
        rows = self.db.execute(f'SELECT id FROM "{record_type}" ORDER BY id')
        return [row[0] for row in rows.fetchall()]

    def everything(self) -> dict[str, list[str]]:
        """All that can be read in the rows of every table."""
        names = self.db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return {
            name: readable(self.db.execute(f'SELECT * FROM "{name}"').fetchall())
            for (name,) in names
        }

    def state(self) -> tuple[object, ...]:
        """Another value whenever a sync of this kiosk may do something that it did not before."""
        return (self._connections, self.clock.wrong_by_ms, self.db.conn.total_changes)

    def start(self, files: Path, line: Line, loop: asyncio.AbstractEventLoop) -> None:
        """Start on a copy of these files."""
        self._disks += 1
        disk = self._folder / f"{self.name}-{self._disks}"
        disk.mkdir()
        for name in _FILES:
            if (files / name).exists():
                shutil.copyfile(files / name, disk / name)
        self._disk = disk
        self._line, self._loop = line, loop
        self.clock.boot()
        self._wake()

    def restart(self) -> None:
        """Switched off in order, and on again."""
        self._put_down()
        self.store.close()
        self.clock.boot()
        self._wake()

    def die(self) -> None:
        """The power goes; the kiosk starts from what the disk has at this moment."""
        old, files = self.store, self._disk
        self._put_down()
        self.start(files, self._line, self._loop)
        _drop(old)

    def copy(self) -> KioskCopy:
        """A backup, as the files lie there between two transactions."""
        self._disks += 1
        folder = self._folder / f"{self.name}-copy-{self._disks}"
        folder.mkdir()
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for name in (DATABASE, f"{DATABASE}.marker"):
            shutil.copyfile(self._disk / name, folder / name)
        return KioskCopy(folder, frozenset(self.op_ids))

    def set_back(self, copy: KioskCopy) -> None:
        """The disk dies; a backup of it is played back."""
        self.replace_disk(copy.folder)
        self.op_ids = set(copy.op_ids)

    def replace_disk(self, files: Path) -> None:
        """The disk dies; the kiosk starts with other files."""
        old = self.store
        self._put_down()
        self.op_ids = set()
        self.lost_in_sight = {}
        self.start(files, self._line, self._loop)
        _drop(old)

    def be_let_in(self, hub: HubSide) -> None:
        """Be a kiosk whose store was made just now, with a key of its own."""
        self._put_down()
        with self.store.transaction() as db:
            stream = (new_random_id(), new_random_id())
            db.execute("UPDATE stream SET origin = ?, epoch = ?", stream)
        leave_marker(self.db, self._disk / DATABASE)
        self._enrol(hub)

    def be_let_in_again(self, hub: HubSide) -> None:
        """Get another key for the store that is here."""
        self._put_down()
        self._enrol(hub)

    def _enrol(self, hub: HubSide) -> None:
        village = self.enrolled.village
        self.enrolled = hub.let_in(self.name, village, self.store, replace=True)
        self._connect()

    def close(self) -> None:
        self._put_down()
        self.store.close()

    def sync(
        self,
        fates: Sequence[str] = (),
        *,
        at_most: int = 500,
        in_flight: Callable[[], None] | None = None,
        dies_after: int | None = None,
    ) -> SyncOutcome | None:
        """One run of the client; None when the kiosk died in it."""
        self._line.fates.clear()
        self._line.fates.extend(fates)
        self._line.in_flight = in_flight
        self._client._sender._portion.no_more_than(at_most)
        self.store.transactions_left = dies_after
        try:
            return self._loop.run_until_complete(self._client.run_once())
        except Killed:
            self.die()
            return None
        finally:
            self._line.fates.clear()
            self._line.in_flight = None
            self.store.transactions_left = None

    def _wake(self) -> None:
        self.store = MortalStore.open(self._disk / DATABASE, TEST_KEY, self.clock)
        self._connect()

    def _connect(self) -> None:
        self._connections += 1
        # The line stands where the sockets would be; all else of httpx is real.
        with mock.patch.object(httpx.AsyncClient, "_init_transport", return_value=self._line):
            self._client = SyncClient(
                "http://hub.example",
                self.enrolled.identity,
                self.enrolled.hub_key,
                self.enrolled.village,
                DirectOutbox(self.store),
                self.clock,
            )

    def _put_down(self) -> None:
        self._loop.run_until_complete(self._client.close())


def _drop(store: Store) -> None:
    """Close what a dead process held; its files are nobody's any more."""
    store.transactions_left = None  # type: ignore[attr-defined]
    store.close()
