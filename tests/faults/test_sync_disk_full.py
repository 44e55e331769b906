"""A disk that is full while records travel, at the hub or at the kiosk.

The hub asks for a later try and acknowledges nothing that it does not have; the kiosk names the
full disk. With room again, both go on as if nothing had been.
"""

from __future__ import annotations

import asyncio
import resource
import shutil
from pathlib import Path

import pytest

from hub.database import DATABASE_NAME, open_database
from hub.folder import private_folder
from offline_sync.client import HubBusy, SyncOutcome
from offline_sync.driver import dbapi2
from offline_sync.errors import StoreFull
from tests.faults.full_disk import fill
from tests.hub.serving import HubProcess, Pass, enrol_in, hub_op_ids, running_hub
from tests.offline_sync.invariants import check
from tests.offline_sync.kiosks import Kiosk

_MORE_THAN_FITS = 2_000
_ROOM = 1_500_000
"""Bytes in which the hub can take some of these records, and not all."""


def runs(kiosk: Kiosk, url: str, who: Pass, times: int) -> list[SyncOutcome]:
    async def work() -> list[SyncOutcome]:
        async with kiosk.client(url, who, largest_batch=100) as client:
            return [await client.run_once() for _ in range(times)]

    return asyncio.run(work())


def acknowledged(kiosk: Kiosk) -> set[str]:
    rows = kiosk.store.connection.execute("SELECT op_id FROM op_out WHERE state = 2")
    return {op_id for (op_id,) in rows}


def hub_that_serves(folder: Path) -> tuple[HubProcess, Pass]:
    data = private_folder(folder / "data")
    engine = open_database(data)
    who = enrol_in(engine, data, "one")
    engine.dispose()
    hub = HubProcess(folder)
    hub.start()
    return hub, who


def is_asked_to_wait(kiosk: Kiosk, hub: HubProcess, who: Pass) -> None:
    """The hub cannot take all, says so, and has what it acknowledged."""
    for outcome in runs(kiosk, hub.url, who, times=3):
        assert isinstance(outcome.error, HubBusy)
        assert outcome.error.retry_after_s is not None
    there = acknowledged(kiosk)
    assert 0 < len(there) < _MORE_THAN_FITS
    assert there <= hub_op_ids_now(hub.folder)


def takes_the_rest(kiosk: Kiosk, hub: HubProcess, who: Pass) -> None:
    (outcome,) = runs(kiosk, hub.url, who, times=1)
    assert outcome.ok
    assert kiosk.counts() == (0, 0, _MORE_THAN_FITS, 0)
    assert acknowledged(kiosk) == hub_op_ids_now(hub.folder)
    hub.stop()
    with dbapi2.connect(str(hub.folder / "data" / DATABASE_NAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def hub_op_ids_now(folder: Path) -> set[str]:
    """Read beside the running hub, without a migration that a full disk would refuse."""
    path = folder / "data" / DATABASE_NAME
    connection = dbapi2.connect(f"{path.as_uri()}?mode=ro", uri=True)
    found = {op_id for (op_id,) in connection.execute("SELECT op_id FROM op")}
    connection.close()
    return found


def test_a_hub_that_may_write_no_more_asks_to_wait_and_goes_on(tmp_path: Path) -> None:
    hub, who = hub_that_serves(tmp_path)
    try:
        with Kiosk(tmp_path, "one") as one:
            one.save_residents(_MORE_THAN_FITS)
            before = resource.prlimit(hub.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(hub.pid, resource.RLIMIT_FSIZE, (_ROOM, before[1]))
            is_asked_to_wait(one, hub, who)
            resource.prlimit(hub.pid, resource.RLIMIT_FSIZE, before)
            takes_the_rest(one, hub, who)
    finally:
        hub.stop()


@pytest.mark.parametrize("small_disk", ["60m"], indirect=True)
def test_a_hub_whose_disk_is_full_asks_to_wait_and_goes_on(
    tmp_path: Path, small_disk: Path
) -> None:
    ballast = small_disk / "ballast"
    hub, who = hub_that_serves(small_disk)
    ballast.write_bytes(bytes(shutil.disk_usage(small_disk).free - _ROOM))
    try:
        with Kiosk(tmp_path, "one") as one:
            one.save_residents(_MORE_THAN_FITS)
            is_asked_to_wait(one, hub, who)
            ballast.unlink()
            takes_the_rest(one, hub, who)
    finally:
        hub.stop()


def test_a_kiosk_whose_disk_is_full_names_it_and_sends_on_when_there_is_room(
    tmp_path: Path, small_disk: Path
) -> None:
    with running_hub(tmp_path / "hub") as hub, Kiosk(small_disk, "one") as one:
        one.save_residents(200)
        ballast = small_disk / "ballast"
        fill(ballast)
        who = hub.enrol("one")
        for outcome in runs(one, hub.url, who, times=3):
            assert isinstance(outcome.error, StoreFull)
            assert "free some disk space" in outcome.error.next_step
        assert acknowledged(one) <= hub_op_ids(hub.folder)
        ballast.unlink()
        (outcome,) = runs(one, hub.url, who, times=1)
        assert outcome.ok
        assert one.counts() == (0, 0, 200, 0)
        assert hub.count("op") == hub.count("feed") == 200
        check(one.store.connection)
