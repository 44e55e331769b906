"""`kill -9` of the hub in the middle of batches: what was acknowledged is there afterwards."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from hub.database import open_database
from hub.folder import private_folder
from offline_sync.driver import dbapi2
from tests.hub.serving import HubProcess, Pass, enrol_in
from tests.offline_sync.kiosks import Kiosk

KILLS = 3
RECORDS = 2_000


def test_nothing_acknowledged_is_missing_after_the_hub_is_killed(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    hub = HubProcess(tmp_path)
    engine = open_database(private_folder(tmp_path / "data"))
    who = enrol_in(engine, tmp_path / "data", "one")
    engine.dispose()
    hub.start()
    try:
        with Kiosk(tmp_path, "one") as one:
            one.save_residents(RECORDS)
            for _ in range(KILLS):
                asyncio.run(_sync_until_killed(one, hub, who, chance))
                assert _acknowledged(one) <= _ops(tmp_path)
                hub.start()
            asyncio.run(_drain(one, hub, who))
            assert one.counts() == (0, 0, RECORDS, 0)
            assert len(_ops(tmp_path)) == RECORDS
    finally:
        hub.stop()
    with dbapi2.connect(str(tmp_path / "data" / "hub.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


async def _sync_until_killed(one: Kiosk, hub: HubProcess, who: Pass, chance: random.Random) -> None:
    async with one.client(hub.url, who, largest_batch=20) as client:
        before = one.store.outbox_counts().acknowledged
        syncing = asyncio.create_task(client.run_once())
        # Some batches later, at a moment of chance, while another is under way.
        while one.store.outbox_counts().acknowledged < before + 60:
            assert not syncing.done(), "the run ended before the hub was killed"
            await asyncio.sleep(0)
        for _ in range(chance.randrange(300)):
            await asyncio.sleep(0)  # one turn of the loop: no time passes by itself
        hub.kill()
        outcome = await syncing
        assert not outcome.ok


async def _drain(one: Kiosk, hub: HubProcess, who: Pass) -> None:
    async with one.client(hub.url, who) as client:
        for _ in range(3):
            if (await client.run_once()).ok:
                return
    raise AssertionError("the hub did not take the rest")


def _acknowledged(one: Kiosk) -> set[str]:
    rows = one.store.connection.execute("SELECT op_id FROM op_out WHERE state = 2")
    return {op_id for (op_id,) in rows}


def _ops(folder: Path) -> set[str]:
    connection = dbapi2.connect(str(folder / "data" / "hub.sqlite3"))
    found = {op_id for (op_id,) in connection.execute("SELECT op_id FROM op")}
    connection.close()
    return found
