"""The floor: the same records sent in bulk into one table, with no log, no merge and no receipt.

All that a sync adds is measured against this. It has the same driver and durability, the same HTTP
server and client, the same packing and as many records in a request; each answer comes after the
commit. Run as a program, it is the server.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
import psycopg
import uvicorn
import zstandard
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from offline_sync.compression import ZSTD, pack
from offline_sync.driver import dbapi2
from offline_sync.store import Store

BATCH: Final = 500
_TABLE: Final = "CREATE TABLE document (id TEXT NOT NULL PRIMARY KEY, document TEXT NOT NULL)"
_LISTENS: Final = "listens on "


class _Id(msgspec.Struct):
    id: str


_decoder: Final = msgspec.json.Decoder(_Id)


class _OnSqlite:
    def __init__(self, path: str) -> None:
        self._connection = dbapi2.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -16384"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("PRAGMA wal_autocheckpoint = 4000")
        self._connection.execute(f"{_TABLE} STRICT")

    def keep(self, rows: list[tuple[str, str]]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT INTO document VALUES (?, ?)", rows)
        self._connection.execute("COMMIT")


class _OnPostgres:
    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address)
        self._connection.execute(_TABLE)
        self._connection.commit()

    def keep(self, rows: list[tuple[str, str]]) -> None:
        with (
            self._connection.cursor() as cursor,
            cursor.copy("COPY document (id, document) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
        self._connection.commit()


def _application(table: _OnSqlite | _OnPostgres) -> FastAPI:
    app = FastAPI()

    def keep(body: bytes) -> None:
        lines = zstandard.ZstdDecompressor().decompress(body).split(b"\n")
        table.keep([(_decoder.decode(line).id, line.decode()) for line in lines])

    @app.post("/bulk")
    async def bulk(request: Request) -> Response:
        body = await request.body()
        await run_in_threadpool(keep, body)
        return Response(status_code=204)

    return app


@contextmanager
def serving_floor(path: Path, database: str | None) -> Iterator[int]:
    """The server's port: over a new SQLite at `path`, or the empty PostgreSQL `database`."""
    server = subprocess.Popen(
        [sys.executable, "-m", "sync_figures.floor", database or str(path)],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        yield int(server.stdout.readline().removeprefix(_LISTENS))
    finally:
        server.stdin.close()
        server.wait()
        server.stdout.close()


async def floor_ops_per_s(store: Store, record_type: str, port: int) -> float:
    """Records a second, from the rows of a kiosk's store to the committed table."""
    began, count = time.perf_counter(), 0
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
        for rows in _pages(store, record_type):
            body = pack(b"\n".join(msgspec.json.encode(row) for row in rows), ZSTD)
            answer = await http.post("/bulk", content=body)
            answer.raise_for_status()
            count += len(rows)
    return count / (time.perf_counter() - began)


def _pages(store: Store, record_type: str) -> Iterator[list[dict[str, Any]]]:
    cursor = store.connection.execute(f'SELECT * FROM "{record_type}"')
    names = [column[0] for column in cursor.description]
    while rows := cursor.fetchmany(BATCH):
        yield [dict(zip(names, row, strict=True)) for row in rows]


def _serve() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("where")
    where = parser.parse_args().where
    table = _OnPostgres(where) if "://" in where else _OnSqlite(where)
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    config = uvicorn.Config(_application(table), log_config=None, access_log=False, http="h11")
    server = uvicorn.Server(config)
    print(f"{_LISTENS}{listening.getsockname()[1]}", flush=True)
    asyncio.run(_until_input_ends(server, listening))


async def _until_input_ends(server: uvicorn.Server, listening: socket.socket) -> None:
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    await run_in_threadpool(sys.stdin.read)
    server.should_exit = True
    await serving


if __name__ == "__main__":
    _serve()
