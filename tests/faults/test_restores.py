"""Yesterday's copy is put back, of the hub or of a kiosk, with real processes.

Nothing that any disk still holds is lost, nothing is doubled, and what was erased stays erased.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from hub.database import hub_epoch, open_database, reading
from hub.folder import private_folder
from offline_sync.driver import dbapi2
from offline_sync.marker import marker_path
from offline_sync.oplog import read_stream
from tests.builders import resident_change
from tests.hub.serving import HubProcess, Pass, enrol_in
from tests.offline_sync.kiosks import Kiosk

SECRET = "安眠藥一粒"
_RUNS = 12


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    hub = HubProcess(tmp_path)
    hub.start()
    yield hub
    hub.stop()


def enrolled(hub: HubProcess, name: str) -> Pass:
    engine = open_database(private_folder(hub.folder / "data"))
    try:
        return enrol_in(engine, hub.folder / "data", name)
    finally:
        engine.dispose()


def command(hub: HubProcess, *words: str) -> str:
    """Run village-hub as a person does; gives what it printed for programs."""
    done = subprocess.run(
        [sys.executable, "-m", "hub.cli", words[0], "--data", hub.folder / "data", *words[1:]],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def back_up(hub: HubProcess) -> Path:
    return Path(json.loads(command(hub, "backup", "--to", str(hub.folder / "copies")))["backup"])


def sync(hub: HubProcess, kiosk: Kiosk, who: Pass) -> None:
    """Run until everything is sent and read; how often that takes is bounded."""

    async def run() -> None:
        async with kiosk.client(hub.url, who) as client:
            said = []
            for _ in range(_RUNS):
                outcome = await client.run_once()
                said.append(outcome.error)
                if outcome.ok and kiosk.counts()[:2] == (0, 0):
                    return
            raise AssertionError(f"it does not come to rest: {said!r}")

    asyncio.run(run())


def epoch_of(hub: HubProcess) -> str:
    engine = open_database(hub.folder / "data", create=False)
    try:
        with reading(engine) as connection:
            return hub_epoch(connection)
    finally:
        engine.dispose()


def hub_records(hub: HubProcess) -> list[str]:
    """The record of each op of the hub, sorted: one that was doubled stands twice."""
    connection = dbapi2.connect(str(hub.folder / "data" / "hub.sqlite3"))
    try:
        return sorted(row[0] for row in connection.execute("SELECT record_id FROM op"))
    finally:
        connection.close()


def all_saved(*kiosks: tuple[Kiosk, list[str]]) -> list[str]:
    return sorted(record_id for _, saved in kiosks for record_id in saved)


@pytest.mark.parametrize("how", ["command", "file"])
def test_a_hub_that_was_put_back_gets_again_what_it_lost(
    hub: HubProcess, tmp_path: Path, how: str
) -> None:
    with Kiosk(tmp_path, "one") as one, Kiosk(tmp_path, "two") as two:
        first, second = enrolled(hub, "one"), enrolled(hub, "two")
        mine, theirs = one.save_residents(30), two.save_residents(20)
        for kiosk, who in ((one, first), (two, second), (one, first)):
            sync(hub, kiosk, who)
        old_epoch = epoch_of(hub)
        copy = back_up(hub)
        # What the copy does not have: of both, edits of what it has too.
        mine += one.save_residents(25)
        theirs += two.save_residents(15)
        one.store.save([resident_change(record_id=mine[0], phone="2472 0001")], "w-031")
        for kiosk, who in ((one, first), (two, second), (one, first)):
            sync(hub, kiosk, who)
        hub.stop()
        if how == "command":
            command(hub, "restore", "--from", str(copy), "--replace")
        else:
            for file in (hub.folder / "data").glob("hub.sqlite3*"):
                file.unlink()
            copyfile(copy, hub.folder / "data" / "hub.sqlite3")
        hub.start()
        theirs += two.save_residents(5)  # saved before the kiosk knows of anything
        for kiosk, who in ((two, second), (one, first), (two, second), (one, first)):
            sync(hub, kiosk, who)
        assert epoch_of(hub) != old_epoch
        edited = [*all_saved((one, mine), (two, theirs)), mine[0]]
        assert hub_records(hub) == sorted(edited)
        assert set(one.residents()) == set(two.residents()) == {*mine, *theirs}
        assert two.residents()[mine[0]]["phone"] == "2472 0001"
        assert one.counts() == (0, 0, 56, 0)
        assert two.counts() == (0, 0, 40, 0)


def put_back(tmp_path: Path, name: str, copy: Path) -> None:
    """What a technician does with yesterday's copy of a kiosk (docs/kiosk.md)."""
    database = tmp_path / f"{name}.db"
    for file in tmp_path.glob(f"{name}.db*"):
        file.rename(file.with_name(f"aside-{file.name}"))
    copyfile(copy, database)
    marker_path(database).unlink(missing_ok=True)


def test_a_kiosk_that_was_put_back_goes_on_in_a_new_epoch(hub: HubProcess, tmp_path: Path) -> None:
    who, other = enrolled(hub, "one"), enrolled(hub, "two")
    copy = tmp_path / "yesterday.copy"
    with Kiosk(tmp_path, "one") as one:
        saved = one.save_residents(10)
        sync(hub, one, who)
        saved += one.save_residents(4)  # not sent when the copy is made
        epoch = read_stream(one.store.connection).epoch
    copyfile(tmp_path / "one.db", copy)
    with Kiosk(tmp_path, "one") as one:
        saved += one.save_residents(6)
        sync(hub, one, who)
    put_back(tmp_path, "one", copy)
    with Kiosk(tmp_path, "one") as one, Kiosk(tmp_path, "two") as two:
        saved += one.save_residents(3)  # under numbers that were given before
        sync(hub, one, who)
        sync(hub, two, other)
        assert read_stream(one.store.connection).epoch != epoch
        assert hub_records(hub) == sorted(saved)
        assert set(one.residents()) == set(two.residents()) == set(saved)
        assert one.counts() == (0, 0, 17, 0)
    said = command(hub, "receipts", "one", "--verify")
    assert "missing" not in said


def test_a_kiosk_with_a_new_disk_has_what_the_hub_has(hub: HubProcess, tmp_path: Path) -> None:
    who = enrolled(hub, "one")
    with Kiosk(tmp_path, "one") as one:
        saved = one.save_residents(12)
        sync(hub, one, who)
        one.save_residents(2)  # only ever on the disk that broke
    for file in tmp_path.glob("one.db*"):
        file.unlink()
    again = enrolled(hub, "one, new disk")
    with Kiosk(tmp_path, "one") as one:
        new = one.save_residents(3)
        sync(hub, one, again)
        assert set(one.residents()) == {*saved, *new}
    assert hub_records(hub) == sorted([*saved, *new])


def test_both_put_back_to_different_days_still_come_together(
    hub: HubProcess, tmp_path: Path
) -> None:
    first, second = enrolled(hub, "one"), enrolled(hub, "two")
    copy = tmp_path / "yesterday.copy"
    with Kiosk(tmp_path, "one") as one, Kiosk(tmp_path, "two") as two:
        mine, theirs = one.save_residents(5), two.save_residents(5)
        for kiosk, who in ((one, first), (two, second), (one, first)):
            sync(hub, kiosk, who)
        hub_copy = back_up(hub)
    copyfile(tmp_path / "one.db", copy)
    with Kiosk(tmp_path, "one") as one, Kiosk(tmp_path, "two") as two:
        lost_here = one.save_residents(5)
        theirs += two.save_residents(5)
        for kiosk, who in ((one, first), (two, second)):
            sync(hub, kiosk, who)
    put_back(tmp_path, "one", copy)
    hub.stop()
    command(hub, "restore", "--from", str(hub_copy), "--replace")
    hub.start()
    with Kiosk(tmp_path, "one") as one, Kiosk(tmp_path, "two") as two:
        mine += one.save_residents(2)
        for kiosk, who in ((one, first), (two, second), (one, first)):
            sync(hub, kiosk, who)
        # Two's disk had read what One's and the hub's had lost: it shows there, and is said so.
        assert set(one.residents()) == {*mine, *theirs}
        assert set(two.residents()) == {*mine, *theirs, *lost_here}
    assert hub_records(hub) == sorted([*mine, *theirs])


def test_what_was_erased_stays_so_on_a_kiosk_that_was_away_and_after_every_restore(
    hub: HubProcess, tmp_path: Path
) -> None:
    first, second = enrolled(hub, "one"), enrolled(hub, "two")
    copy = tmp_path / "yesterday.copy"
    with Kiosk(tmp_path, "one") as one, Kiosk(tmp_path, "two") as two:
        (gone,) = one.save_residents(1)
        (kept,) = one.save_residents(1)
        one.store.save([resident_change(record_id=gone, phone=SECRET)], "w-031")
        sync(hub, one, first)
        sync(hub, two, second)
        assert two.residents()[gone]["phone"] == SECRET
        hub_copy = back_up(hub)
        # While Two is away, with an edit that it never sent, the resident is erased.
        two.store.save([resident_change(record_id=gone, address=SECRET)], "w-031")
        command(hub, "erase", "--resident", gone, "--reason", "paper 17", "--by", "supervisor")
        sync(hub, two, second)
    copyfile(tmp_path / "two.db", copy)
    with Kiosk(tmp_path, "two") as two:
        assert list(two.residents()) == [kept]
    put_back(tmp_path, "two", copy)
    hub.stop()
    command(hub, "restore", "--from", str(hub_copy), "--replace")
    hub.start()
    with Kiosk(tmp_path, "one") as one, Kiosk(tmp_path, "two") as two:
        for kiosk, who in ((one, first), (two, second), (one, first)):
            sync(hub, kiosk, who)
        for kiosk in (one, two):
            assert list(kiosk.residents()) == [kept]
            bodies = kiosk.store.connection.execute(
                "SELECT count(*) FROM op_out WHERE instr(body, ?)", (SECRET,)
            ).fetchone()
            assert bodies == (0,)
    hub.stop()
    assert SECRET.encode() not in (hub.folder / "data" / "hub.sqlite3").read_bytes()
    hub.start()
    assert command(hub, "receipts", "one", "--verify")
