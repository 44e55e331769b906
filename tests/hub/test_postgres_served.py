"""`village-hub serve` on PostgreSQL: two processes on one database, and a server that dies."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path

import pytest

from hub.database import open_database, reading
from hub.folder import private_folder
from hub.signing import KEY_NAME
from offline_sync.client import SyncOutcome
from offline_sync.hub_errors import HubBusy
from tests.builders import resident_change
from tests.hub.postgres import start_server
from tests.hub.serving import HubProcess, Pass, enrol_in
from tests.offline_sync.kiosks import Kiosk

KIOSKS = 4
RECORDS = 60


@pytest.mark.timeout(300)
def test_two_hub_processes_on_one_database_are_one_hub(
    postgres_database: str, tmp_path: Path
) -> None:
    data = tmp_path / "a" / "data"
    engine = open_database(private_folder(data), database=postgres_database)
    let_in = [enrol_in(engine, data, f"kiosk {number}") for number in range(KIOSKS)]
    hubs = [HubProcess(tmp_path / "a"), HubProcess(tmp_path / "b")]
    (tmp_path / "b").mkdir()
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        for hub in hubs:
            hub.start("--database", postgres_database, "--key", str(data / KEY_NAME))
            stack.callback(hub.stop)
        kiosks = [stack.enter_context(Kiosk(tmp_path, str(number))) for number in range(KIOSKS)]
        shared = kiosks[0].save_residents(1)[0]
        asyncio.run(_sync(kiosks[:1], let_in, [hubs[0].url] * KIOSKS))
        asyncio.run(_sync(kiosks, let_in, [hub.url for hub in hubs * 2]))
        for number, kiosk in enumerate(kiosks):
            kiosk.save_residents(RECORDS)
            # Everybody edits what everybody has seen, at once, at either hub.
            edit = {"record_id": shared, "phone": f"2000 000{number}"}
            kiosk.store.save([resident_change(**edit)], "w-031")
        asyncio.run(_sync(kiosks, let_in, [hub.url for hub in hubs * 2]))
        asyncio.run(_sync(kiosks, let_in, [hub.url for hub in reversed(hubs * 2)]))
        everywhere = [kiosk.residents() for kiosk in kiosks]
        assert {len(residents) for residents in everywhere} == {KIOSKS * RECORDS + 1}
        assert len({residents[shared]["phone"] for residents in everywhere}) == 1
        with reading(engine) as connection:
            ops = connection.exec_driver_sql("SELECT count(*), count(DISTINCT op_id) FROM op").one()
            feed = connection.exec_driver_sql("SELECT min(seq), max(seq), count(*) FROM feed").one()
            lost = connection.exec_driver_sql(
                f"SELECT count(*) FROM conflict WHERE record_id = '{shared}' AND field = 'phone'"
            ).scalar()
        assert tuple(ops) == (KIOSKS * (RECORDS + 1) + 1,) * 2
        assert (feed[0], feed[1]) == (1, feed[2])
        # One phone number stands; each of the others is kept, whichever hub it came to.
        assert lost == KIOSKS - 1


async def _sync(kiosks: list[Kiosk], let_in: list[Pass], urls: list[str]) -> None:
    """All of them at once, each at its hub."""
    clients = [
        kiosk.client(url, who, largest_batch=10)
        for kiosk, who, url in zip(kiosks, let_in, urls, strict=False)
    ]
    try:
        outcomes = await asyncio.gather(*(client.run_once() for client in clients))
    finally:
        for client in clients:
            await client.close()
    assert [outcome.error for outcome in outcomes] == [None] * len(kiosks)


@pytest.mark.timeout(300)
def test_a_kiosk_waits_while_the_hubs_server_is_away_and_loses_nothing(tmp_path: Path) -> None:
    server = start_server()
    hub = HubProcess(tmp_path)
    with ExitStack() as stack:
        stack.callback(server.end)
        address = server.make_database()
        data = private_folder(tmp_path / "data")
        engine = open_database(data, database=address)
        stack.callback(engine.dispose)
        who = enrol_in(engine, data, "one")
        hub.start("--database", address)
        stack.callback(hub.stop)
        one = stack.enter_context(Kiosk(tmp_path, "one"))
        asyncio.run(_run_once(one, hub, who))
        one.save_residents(600)

        async def killed_on_the_way() -> SyncOutcome:
            async with one.client(hub.url, who, largest_batch=20) as client:
                syncing = asyncio.create_task(client.run_once())
                while one.store.outbox_counts().acknowledged < 100:
                    assert not syncing.done(), "the run ended before the server was killed"
                    await asyncio.sleep(0)
                await asyncio.to_thread(server.kill)
                return await syncing

        outcome = asyncio.run(killed_on_the_way())
        assert isinstance(outcome.error, HubBusy)
        assert outcome.error.retry_after_s is not None
        assert not asyncio.run(_run_once(one, hub, who)).ok
        server.start_again()
        acknowledged = one.store.outbox_counts().acknowledged
        with reading(engine) as connection:
            kept = connection.exec_driver_sql("SELECT count(*) FROM op").scalar() or 0
        assert 100 <= acknowledged <= kept
        assert asyncio.run(_run_once(one, hub, who)).ok
        assert one.counts() == (0, 0, 600, 0)


async def _run_once(one: Kiosk, hub: HubProcess, who: Pass) -> SyncOutcome:
    async with one.client(hub.url, who) as client:
        return await client.run_once()
