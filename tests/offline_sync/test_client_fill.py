"""A real kiosk fills from a real hub over a real line, and goes on from there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub import erasure, snapshot_shelf
from hub.database import writing
from hub.erasure_search import find
from hub.snapshot_shelf import Shelf
from offline_sync.conflicts import open_conflicts
from offline_sync.delivery import SyncOutcome
from offline_sync.filling import fill_progress
from offline_sync.store import Change
from tests.builders import staff_change
from tests.hub.serving import ServedHub, running_hub
from tests.offline_sync.kiosks import VILLAGE, Kiosk


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[ServedHub]:
    folder = tmp_path / "hub"
    folder.mkdir(mode=0o700)
    with running_hub(folder) as served:
        yield served


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Kiosk]:
    with Kiosk(tmp_path, "one") as kiosk:
        yield kiosk


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Kiosk]:
    with Kiosk(tmp_path, "two") as kiosk:
        yield kiosk


class Line:
    """A kiosk's client that is kept for the test."""

    def __init__(self, hub: ServedHub, kiosk: Kiosk, name: str) -> None:
        self._pass, self._hub, self._kiosk = hub.enrol(name), hub, kiosk

    def run(self, *, compares: bool = False) -> SyncOutcome:
        async def once() -> SyncOutcome:
            async with self._kiosk.client(self._hub.url, self._pass) as client:
                return await client.run_once()

        if compares:
            self._kiosk.store.connection.execute("UPDATE first_fill SET finished_ms = 0")
        outcome = asyncio.run(once())
        assert outcome.ok, outcome.error
        return outcome


def parities(kiosk: Kiosk) -> list[tuple[int, int, int]]:
    return list(
        kiosk.store.connection.execute(
            "SELECT records, differing, mended + unmended + resent + only_here FROM parity_run"
        ).fetchall()
    )


def test_a_new_kiosk_with_records_of_its_own_fills_and_sends_them(
    hub: ServedHub, one: Kiosk, two: Kiosk
) -> None:
    theirs = one.save_residents(40)
    first = Line(hub, one, "one")
    first.run()
    own = two.save_residents(3)
    second = Line(hub, two, "two")
    outcome = second.run()
    assert outcome.acknowledged == 3
    assert sorted(two.residents()) == sorted([*theirs, *own])
    progress = fill_progress(two.store.connection, VILLAGE)
    assert progress is not None
    assert progress.finished
    assert two.store.cursor(VILLAGE).after == 43
    first.run()
    assert sorted(one.residents()) == sorted(two.residents())


def test_a_kiosk_that_is_far_behind_takes_a_snapshot(
    hub: ServedHub, one: Kiosk, two: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_shelf, "FAR", 50)
    first, second = Line(hub, one, "one"), Line(hub, two, "two")
    (resident,) = one.save_residents(1)
    first.run()
    second.run()
    two.store.save([Change("resident", resident, {"address": "two's"})], "w")
    for number in range(60):
        one.store.save([Change("resident", resident, {"phone": str(number)})], "w")
    first.run()
    assert second.run().acknowledged == 1
    assert (two.residents()[resident]["phone"], two.residents()[resident]["address"]) == (
        "59",
        "two's",
    )
    progress = fill_progress(two.store.connection, VILLAGE)
    assert progress is not None
    assert progress.finished
    assert second.run().received == 0


def test_conflicts_come_with_the_snapshot_and_those_that_were_settled_do_not(
    hub: ServedHub, one: Kiosk, two: Kiosk, tmp_path: Path
) -> None:
    first, second = Line(hub, one, "one"), Line(hub, two, "two")
    (resident,) = one.save_residents(1)
    first.run()
    second.run()
    one.store.save([Change("resident", resident, {"phone": "one's"})], "w-1")
    two.store.save([Change("resident", resident, {"phone": "two's"})], "w-2")
    first.run()
    second.run()
    with Kiosk(tmp_path, "three") as three:
        Line(hub, three, "three").run()
        (conflict,) = open_conflicts(three.store.connection)
        assert conflict.shown.values == {"phone": "two's"}
        assert [other.values for other in conflict.others] == [{"phone": "one's"}]
        assert [other.by for other in conflict.others] == ["w-1"]


def test_what_was_erased_while_a_kiosk_was_away_goes_with_the_snapshot(
    hub: ServedHub, one: Kiosk, two: Kiosk, tmp_path: Path
) -> None:
    first, second = Line(hub, one, "one"), Line(hub, two, "two")
    kept, erased = one.save_residents(2)
    first.run()
    second.run()
    with writing(hub.engine) as connection:
        found = find(connection, "resident", erased)
        erasure.erase(connection, found, erasure.ORDER, 5)
    with two.store.transaction() as db:
        db.execute("DELETE FROM sync_state")  # as if it had never read: it fills
    second.run()
    assert sorted(two.residents()) == [kept]
    assert Shelf(hub.engine, tmp_path / "hub", lambda: 5).sweep() == 0


def test_a_kiosk_compares_once_a_day_and_finds_what_a_fault_has_changed(
    hub: ServedHub, one: Kiosk, two: Kiosk
) -> None:
    one.save_residents(20)
    one.store.save([staff_change() for _ in range(5)], "w")
    Line(hub, one, "one").run()
    second = Line(hub, two, "two")
    second.run()
    assert parities(two) == []
    with two.store.transaction() as db:
        db.execute("UPDATE resident SET phone = 'spoilt' WHERE id = (SELECT min(id) FROM resident)")
        db.execute("DELETE FROM staff WHERE id = (SELECT max(id) FROM staff)")
    second.run(compares=True)
    assert parities(two) == [(24, 2, 2)]
    second.run()
    assert len(parities(two)) == 1, "once a day"
