"""A hub on an ephemeral port: in a thread for most tests, in a process to be killed for others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import IO

import uvicorn
from sqlalchemy import Engine, select

from hub import tables
from hub.api import NowMs, create_app, system_now_ms
from hub.database import open_database, reading, writing
from hub.enrolment import offer, redeem
from hub.listening import listen
from hub.receiving import Patience
from hub.signing import KEY_NAME, hub_signer
from offline_sync.enrolment import enrol_request
from offline_sync.identity import new_random_id
from offline_sync.identity_key import new_signer
from offline_sync.request_auth import Identity, Signer
from tests.programs import Program

VILLAGE = "坑口村"
LISTENS = b"The hub listens on"


@dataclass(frozen=True, slots=True)
class Pass:
    """A kiosk that is let in: who it is, its key, and the hub's (`hub_key`, 32 bytes)."""

    identity: Identity
    village: str
    hub_key: bytes
    numbers: Iterator[int] = field(default_factory=lambda: count(1), repr=False)

    def headers(
        self, method: str, target: str, body: bytes | None = None, epoch: str = "e1"
    ) -> dict[str, str]:
        """The headers of the next request of this kiosk."""
        return self.identity.headers(method, target, epoch, next(self.numbers), body)


@dataclass(frozen=True, slots=True)
class ServedHub:
    """A hub that answers, and its database."""

    port: int
    engine: Engine
    folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def enrol(self, name: str, village: str = VILLAGE, signer: Signer | None = None) -> Pass:
        """Let a new kiosk in, with a new key when it has none."""
        return enrol_in(self.engine, self.folder, name, village, signer)

    def count(self, table: str) -> int:
        with self.engine.connect() as connection:
            number: int = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
        return number

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql)]


def enrol_in(
    engine: Engine, folder: Path, name: str, village: str = VILLAGE, signer: Signer | None = None
) -> Pass:
    """Let a new kiosk into the hub of this database, as one that has sent nothing yet."""
    signer, hub = signer or new_signer(), hub_signer(engine, folder / KEY_NAME)
    with writing(engine) as connection:
        code = offer(connection, name, village, system_now_ms()).code
        asked = enrol_request(signer, code, new_random_id(), "e1", "")
        kiosk = redeem(connection, asked, system_now_ms())
    return Pass(Identity(kiosk.kiosk_id, signer), village, hub.public_key)


@contextmanager
def running_hub(
    folder: Path,
    port: int = 0,
    now_ms: NowMs = system_now_ms,
    patience: Patience | None = None,
) -> Iterator[ServedHub]:
    """A hub served by a real uvicorn in a thread of this process."""
    engine = open_database(folder)
    listening = listen("127.0.0.1", port)
    config = uvicorn.Config(
        create_app(engine, hub_signer(engine, folder / KEY_NAME), folder, now_ms, patience),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="hub")
    thread.start()
    try:
        yield ServedHub(listening.getsockname()[1], engine, folder)
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
        engine.dispose()


class HubProcess:
    """`village-hub serve` in a process of its own, on one port for all its lives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self._port_file = folder / "port"
        self._program: Program | None = None
        self._log: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *more: str) -> None:
        """Start it and return when it has said that it listens."""
        words = ["serve", "--data", self.folder / "data", "--port-file", self._port_file, *more]
        self._program = Program("hub.cli", *words, "--port", str(self.port))
        wait_until_it_listens(self._program.stderr)
        # A hub whose log nobody reads would stand still when the pipe is full.
        self._log = threading.Thread(target=_read_to_the_end, args=(self._program.stderr,))
        self._log.start()
        self.port = int(self._port_file.read_text())

    @property
    def program(self) -> Program:
        assert self._program is not None
        return self._program

    @property
    def pid(self) -> int:
        return self.program.pid

    def kill(self) -> None:
        """kill -9: no handler, no flush, no goodbye."""
        self.program.kill()
        self._ended()

    def stop(self) -> int:
        """SIGTERM; gives how it ended."""
        self.program.terminate()
        return self._ended()

    def end_input(self) -> int:
        """Close its standard input; gives how it ended."""
        self.program.stdin.close()
        return self._ended()

    def _ended(self) -> int:
        code = self.program.wait()
        if self._log is not None:
            self._log.join()
        self.program.close()
        return code


def wait_until_it_listens(log: IO[bytes]) -> None:
    """Read what a hub says until it listens; its end is the end of what it says."""
    said = []
    for line in log:
        said.append(line)
        if line.startswith(LISTENS):
            return
    raise AssertionError(f"the hub ended while it started: {b''.join(said)!r}")


def _read_to_the_end(log: IO[bytes]) -> None:
    for _ in log:
        pass


def hub_op_ids(folder: Path) -> set[str]:
    """The ids of all ops in a hub's database, whether or not the hub is running."""
    engine = open_database(folder, create=False)
    try:
        with reading(engine) as connection:
            return set(connection.execute(select(tables.op.c.op_id)).scalars())
    finally:
        engine.dispose()
