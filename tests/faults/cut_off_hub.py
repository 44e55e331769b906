"""A hub that is made, lets kiosks in and takes their pushes, to be cut off at any moment.

Requests go through the whole of the hub but the sockets. Whatever it prints it has answered: a
kiosk that is enrolled, an op that is acknowledged. Run: cut_off_hub.py WORK FOLDER.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from pathlib import Path
from typing import Final

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine, event

from hub.api import create_app
from hub.database import open_database
from hub.signing import KEY_NAME, hub_signer
from offline_sync.answers import decode_answer
from tests.faults.cut_off_kiosk import say
from tests.hub.logs import VISIT, OpLog
from tests.hub.serving import Pass, enrol_in

ENROLLED: Final = "enrolled"
ACKNOWLEDGED: Final = "op"
_BATCHES: Final = 24


def _serve(folder: Path, *, waits_for_disk: bool) -> None:
    engine = _opened(folder, waits_for_disk=waits_for_disk)
    app = create_app(engine, hub_signer(engine, folder / KEY_NAME), folder)
    for name in ("one", "two"):
        kiosk = enrol_in(engine, folder, name)
        say(f"{ENROLLED} {name}")
        asyncio.run(_deliver(app, kiosk, OpLog()))
    engine.dispose()


def _opened(folder: Path, *, waits_for_disk: bool) -> Engine:
    """The hub's database, with a journal that is written into it often where the disk is waited
    for, and seldom where not, so that what is lost then is not saved by a lucky checkpoint."""
    engine = open_database(folder)
    engine.dispose()  # connections made from here on are set up as said below

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA wal_autocheckpoint = {40 if waits_for_disk else 4000}")
        if not waits_for_disk:
            connection.execute("PRAGMA synchronous = NORMAL")

    return engine


async def _deliver(app: FastAPI, kiosk: Pass, log: OpLog) -> None:
    """Push after push; each has new workers, visits, and an edit of an earlier worker."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://hub"
    ) as client:
        for batch in range(_BATCHES):
            (worker, *_) = fresh = log.add_workers(1 + batch % 5)
            fresh.append(log.add("visit", f"visit-{log.epoch}-{batch}", VISIT))
            seen = {"name": worker.op_id}
            fresh.append(log.add("staff", worker.record_id, {"name": f"{batch}"}, seen))
            body = log.body_of(fresh)
            headers = kiosk.headers("POST", "/v1/sync", body, log.epoch)
            response = await client.post("/v1/sync", content=body, headers=headers)
            answer = decode_answer(response.content)
            if answer is None or answer.receipt is None:
                raise AssertionError(f"the hub refused: {response.text}")
            for first, last, _ in answer.ack:
                for op in log.ops[first - 1 : last]:
                    say(f"{ACKNOWLEDGED} {op.op_id}")


def day(folder: Path) -> None:
    """From the first start on: two kiosks are let in and deliver."""
    _serve(folder, waits_for_disk=True)


def careless_day(folder: Path) -> None:
    """The same, with a setting that does not wait for the disk: it must be found out."""
    _serve(folder, waits_for_disk=False)


WORKS: Final = {work.__name__: work for work in (day, careless_day)}

if __name__ == "__main__":
    WORKS[sys.argv[1]](Path(sys.argv[2]))
