"""A hub on an ephemeral port: in a thread for most tests, in a process to be killed for others."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from sqlalchemy import Engine, select

from hub import tables
from hub.api import NowMs, create_app, system_now_ms
from hub.database import open_database, reading, writing
from hub.enrolment import enrol

VILLAGE = "坑口村"
_START_LIMIT_S = 20.0


@dataclass(frozen=True, slots=True)
class ServedHub:
    """A hub that answers, and its database."""

    port: int
    engine: Engine

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def enrol(self, name: str, village: str = VILLAGE) -> str:
        """A new kiosk's token."""
        return enrol_in(self.engine, name, village)

    def count(self, table: str) -> int:
        with self.engine.connect() as connection:
            number: int = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
        return number

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql)]


def enrol_in(engine: Engine, name: str, village: str = VILLAGE) -> str:
    with writing(engine) as connection:
        return enrol(connection, name, village, system_now_ms()).token


@contextmanager
def running_hub(folder: Path, port: int = 0, now_ms: NowMs = system_now_ms) -> Iterator[ServedHub]:
    """A hub served by a real uvicorn in a thread of this process."""
    engine = open_database(folder)
    listening = socket.create_server(("127.0.0.1", port), backlog=64)
    config = uvicorn.Config(
        create_app(engine, now_ms),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="hub")
    thread.start()
    try:
        yield ServedHub(listening.getsockname()[1], engine)
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
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._port_file.unlink(missing_ok=True)
        words = ["serve", "--data", self.folder / "data", "--port-file", self._port_file]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hub.cli", *map(str, words), "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + _START_LIMIT_S
        while not self._port_file.exists():
            assert self._process.poll() is None, "the hub ended while it started"
            assert time.monotonic() < deadline, "the hub did not start"
            time.sleep(0.01)
        self.port = int(self._port_file.read_text())

    def kill(self) -> None:
        """kill -9: no handler, no flush, no goodbye."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        assert self._process is not None
        self._process.terminate()
        return self._process.wait()


def hub_op_ids(folder: Path) -> set[str]:
    """The ids of all ops in a hub's database, whether or not the hub is running."""
    engine = open_database(folder, create=False)
    try:
        with reading(engine) as connection:
            return set(connection.execute(select(tables.op.c.op_id)).scalars())
    finally:
        engine.dispose()
