"""The hub of a run: the real application over a real database file, without sockets.

A run's database is a copy of one that was made and migrated once. Two applications serve it in
turns, as two processes of a hub would, so that nothing of one request lives on in memory alone.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from hub import erasure_list
from hub.api import create_app
from hub.database import DATABASE_NAME, in_batch, open_database, writing
from hub.enrolment import offer, redeem
from hub.erasure import ORDER, erase, keep_others_out, mark
from hub.erasure_list import Ordered, catch_up
from hub.erasure_search import find
from hub.restore import restore
from hub.signing import KEY_NAME, hub_signer
from offline_sync.enrolment import enrol_request
from offline_sync.identity_key import new_signer
from offline_sync.request_auth import Identity
from offline_sync.store import Store
from tests.faults.model.clocks import TrueTime
from tests.faults.model.line import Line

PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a kiosk knows once it was let in: its village, who it is there, and the hub's key."""

    village: str
    identity: Identity
    hub_key: bytes


@dataclass(frozen=True, slots=True)
class HubCopy:
    """A backup of the hub's database, and the ops that were in it."""

    path: Path
    op_ids: frozenset[str]


def readable(rows: Iterable[Sequence[object]]) -> list[str]:
    """The texts in these rows. Digests and keys are none, even where they look like one."""
    values = [value for row in rows for value in row]
    texts = [value for value in values if isinstance(value, str)]
    lines = [value for value in values if isinstance(value, bytes) and value.startswith(b"[")]
    return [*texts, *(line.decode(errors="replace") for line in lines)]


class HubSide:
    """The hub's files and applications; what it holds is read with `rows`."""

    def __init__(self, folder: Path, time: TrueTime) -> None:
        self._path = folder / DATABASE_NAME
        self._time = time
        self._engines: list[Engine] = [open_database(folder) for _ in range(PROCESSES)]
        self._signer = hub_signer(self.engine, folder / KEY_NAME)
        apps = [create_app(each, self._signer, folder, time.now_ms) for each in self._engines]
        self.line = Line(apps)
        self._copies = 0
        self.hands = 0
        """How often somebody did something at the hub itself."""

    def let_go(self) -> None:
        """Have no file open, until something is asked again."""
        for engine in self._engines:
            engine.dispose()

    @property
    def engine(self) -> Engine:
        return self._engines[0]

    def let_in(self, name: str, village: str, store: Store, *, replace: bool = False) -> Enrolled:
        """Enrol the kiosk that has this store, with a new key."""
        signer = new_signer()
        now = self._time.now_ms()
        stream = store.stream()
        with writing(self.engine) as connection:
            code = offer(connection, name, village, now, replace=replace).code
            asked = enrol_request(signer, code, stream.origin, stream.epoch, "")
            kiosk = redeem(connection, asked, now)
        return Enrolled(village, Identity(kiosk.kiosk_id, signer), self._signer.public_key)

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        pooled = self.engine.raw_connection()
        try:
            cursor = pooled.cursor()
            cursor.execute(sql, values)
            return [tuple(row) for row in cursor.fetchall()]
        finally:
            pooled.close()

    def op_ids(self) -> frozenset[str]:
        """Every op that is here, in the log or aside."""
        found = self.rows("SELECT op_id FROM op UNION ALL SELECT op_id FROM quarantine")
        return frozenset(row[0] for row in found)

    def copy(self, folder: Path) -> HubCopy:
        """A backup, as a file beside."""
        self._copies += 1
        path = folder / f"hub-{self._copies}.sqlite3"
        self._gather()
        shutil.copyfile(self._path, path)
        return HubCopy(path, self.op_ids())

    def put_back(self, copy: Path) -> None:
        """Somebody lays an older file in the place of the database, and tells nobody."""
        self.hands += 1
        self.let_go()
        for suffix in ("-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(copy, self._path)

    def forget(self) -> None:
        """Nothing of an earlier run lies beside the database."""
        folder = self._path.parent
        kept = (self._path.name, KEY_NAME)
        for file in (*folder.iterdir(), *(folder / "snapshots").iterdir()):
            if file.is_file() and file.name not in kept:
                file.unlink()

    def start(self) -> None:
        """What `village-hub serve` does before it serves."""
        catch_up(self.engine, self._path.parent, self._time.now_ms())

    def restore(self, copy: Path) -> None:
        """What `village-hub restore` does."""
        self.hands += 1
        self.let_go()
        restore(copy, self._path.parent, None, self._time.now_ms(), "office", replace=True)

    def erase(self, record_type: str, record_id: str) -> None:
        """What `village-hub erase` does, but for the bytes that files still hold."""
        now = self._time.now_ms()
        self.hands += 1

        def job(connection: Connection) -> None:
            keep_others_out(connection)
            found = find(connection, record_type, record_id)
            erase(connection, found, ORDER, now, (record_type, record_id))
            mark(connection, record_type, record_id, now)
            erasure_list.add(self._path.parent, Ordered(record_type, record_id, now))

        in_batch(self.engine, job)

    def everything(self) -> dict[str, list[str]]:
        """All that can be read in the rows of every table."""
        names = self.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
        return {name: readable(self.rows(f'SELECT * FROM "{name}"')) for (name,) in names}

    def records(self, village: str) -> dict[tuple[str, str], dict[str, Any]]:
        """What stands in the records of a village, by (type, id): worked out from the ops and
        the field states themselves."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for kind, record, fields in self.rows(
            "SELECT record.record_type, record.record_id, op.fields FROM record"
            " JOIN op ON op.op_id = record.first_op WHERE record.bucket = ?",
            village,
        ):
            found[kind, record] = json.loads(fields) if fields else {}
        for kind, record, field, value in self.rows(
            "SELECT record_type, record_id, field, value FROM field_state"
        ):
            if (kind, record) in found:
                found[kind, record][field] = json.loads(value)
        return found

    def conflicts(self) -> dict[tuple[str, str, str, str], Any]:
        """The values that lost, by (type, id, field, op)."""
        rows = self.rows("SELECT record_type, record_id, field, loser_op, value FROM conflict")
        return {(kind, record, field, op): json.loads(v) for kind, record, field, op, v in rows}

    def open_conflicts(self) -> set[tuple[str, str, str, str]]:
        """Those that nobody has settled."""
        rows = self.rows(
            "SELECT record_type, record_id, field, loser_op FROM conflict"
            " WHERE settled_by_op IS NULL"
        )
        return {(kind, record, field, op) for kind, record, field, op in rows}

    def feed_heads(self) -> Mapping[str, int]:
        return dict(self.rows("SELECT bucket, seq FROM feed_head"))  # type: ignore[arg-type]

    def _gather(self) -> None:
        with self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
