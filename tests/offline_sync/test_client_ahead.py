"""While the hub is at work on a batch, the client stores the answer to the one before it and makes
the one behind it ready."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from offline_sync import sync_jobs
from offline_sync.client import HubUnreachable, SyncClient, SyncOutcome
from offline_sync.clock import SystemClock
from offline_sync.errors import StoreFull
from offline_sync.store import Store
from tests.faults.fault_proxy import CutComingBack, CutGoingUp, Fault, FaultProxy
from tests.faults.fault_proxy import Pass as Let
from tests.hub.serving import Pass, running_hub
from tests.offline_sync.kiosks import VILLAGE, Kiosk

_T = TypeVar("_T")


def run(client: SyncClient) -> SyncOutcome:
    async def once() -> SyncOutcome:
        async with client:
            return await client.run_once()

    return asyncio.run(once())


class Watched(Kiosk):
    """A kiosk that notes how many ops are unsent and sent whenever its store was used."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(folder, name)
        self.seen: list[tuple[int, int]] = []
        on_store = self.outbox.on_store

        async def noted(job: Callable[[Store], _T]) -> _T:
            done = await on_store(job)
            self.seen.append(self.counts()[:2])
            return done

        self.outbox.on_store = noted  # type: ignore[method-assign]


def test_the_next_batch_is_made_ready_while_the_hub_is_at_work(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub, Watched(tmp_path, "one") as one:
        one.save_residents(25)
        assert run(one.client(hub.url, hub.enrol("one"), largest_batch=10)).ok
        assert one.pushes() == [10, 10, 5]
        assert (5, 20) in one.seen  # both under way: one at the hub, one ready to go
        assert one.counts() == (0, 0, 25, 0)


def test_what_was_made_ready_waits_again_when_the_batch_before_it_got_no_answer(
    tmp_path: Path,
) -> None:
    async def scenario(port: int, who: Pass, one: Kiosk) -> None:
        async with (
            FaultProxy(port, [CutComingBack(0)]) as proxy,
            one.client(proxy.url, who, largest_batch=10) as client,
        ):
            outcome = await client.run_once()
            assert isinstance(outcome.error, HubUnreachable)
            assert one.counts() == (25, 0, 0, 0)
            assert (await client.run_once()).ok

    with running_hub(tmp_path / "hub") as hub, Watched(tmp_path, "one") as one:
        one.save_residents(25)
        port = int(hub.url.rpartition(":")[2])
        asyncio.run(scenario(port, hub.enrol("one"), one))
        assert (5, 20) in one.seen
        assert one.counts() == (0, 0, 25, 0)
        assert hub.count("op") == 25


@pytest.mark.parametrize("fault", [CutGoingUp(0), CutGoingUp(0.5), CutComingBack(0)])
def test_an_answer_is_stored_also_when_the_line_breaks_under_the_next_batch(
    tmp_path: Path, fault: Fault
) -> None:
    async def scenario(port: int, who: Pass, one: Kiosk) -> None:
        async with (
            FaultProxy(port, [Let(), fault]) as proxy,
            one.client(proxy.url, who, largest_batch=10) as client,
        ):
            outcome = await client.run_once()
            assert isinstance(outcome.error, HubUnreachable)
            assert outcome.acknowledged == 10
            assert one.counts() == (15, 0, 10, 0)
            assert (await client.run_once()).ok

    with running_hub(tmp_path / "hub") as hub, Watched(tmp_path, "one") as one:
        one.save_residents(25)
        port = int(hub.url.rpartition(":")[2])
        asyncio.run(scenario(port, hub.enrol("one"), one))
        assert one.counts() == (0, 0, 25, 0)
        assert hub.count("op") == 25


def test_an_answer_that_cannot_be_stored_while_the_next_batch_is_under_way_delivers_nothing(
    tmp_path: Path,
) -> None:
    async def scenario(url: str, who: Pass, one: Kiosk) -> None:
        one.outbox.fail_next_receipt = StoreFull("The disk is full.")
        async with one.client(url, who, largest_batch=10) as client:
            outcome = await client.run_once()
            assert isinstance(outcome.error, StoreFull)
            assert one.counts() == (25, 0, 0, 0)
            assert (await client.run_once()).ok

    with running_hub(tmp_path / "hub") as hub, Kiosk(tmp_path, "one") as one:
        one.save_residents(25)
        asyncio.run(scenario(hub.url, hub.enrol("one"), one))
        assert one.counts() == (0, 0, 25, 0)
        assert hub.count("op") == 25


def test_what_was_erased_after_it_was_made_ready_is_taken_anew(tmp_path: Path) -> None:
    clock = SystemClock()
    with Kiosk(tmp_path, "one") as one:
        one.save_residents(3)
        ahead = sync_jobs.take_ahead(one.store, 3, "worker", clock.now())
        assert one.counts() == (0, 3, 0, 0)
        with one.store.transaction() as db:
            db.execute("UPDATE op_out SET body = 'null' WHERE seq = 2")
        assert sync_jobs.go_on_with(one.store, "k", VILLAGE, ahead) is None
        batch = sync_jobs.take_batch(one.store, "k", VILLAGE, 3, "worker", clock.now())
        assert batch is not None
        assert [op.seq for op in batch.ops] == [1, 2, 3]
        assert b",null," in batch.ops[1].line
