"""The sync client between a real store and a real hub: what counts as delivered, and when."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from offline_sync.answers import HUB_NAME, SyncAnswer, encode_answer
from offline_sync.client import (
    HubBusy,
    HubRefused,
    HubUnreachable,
    NotAHub,
    Pace,
    SyncClient,
    SyncOutcome,
)
from offline_sync.errors import StoreFull
from offline_sync.store import Change
from tests.faults.fault_proxy import FaultProxy, http_answer
from tests.hub.serving import running_hub
from tests.offline_sync.kiosks import STRANGER, VILLAGE, Kiosk


def run(client: SyncClient) -> SyncOutcome:
    async def once() -> SyncOutcome:
        async with client:
            return await client.run_once()

    return asyncio.run(once())


def test_the_outbox_drains_and_another_kiosk_of_the_village_reads_the_records(
    tmp_path: Path,
) -> None:
    with (
        running_hub(tmp_path / "hub") as hub,
        Kiosk(tmp_path, "one") as one,
        Kiosk(tmp_path, "two") as two,
    ):
        ids = one.save_residents(730)
        outcome = run(one.client(hub.url, hub.enrol("one")))
        assert (outcome.ok, outcome.acknowledged) == (True, 730)
        assert one.counts() == (0, 0, 730, 0)
        assert hub.count("op") == hub.count("record") == 730
        outcome = run(two.client(hub.url, hub.enrol("two")))
        assert (outcome.ok, outcome.received) == (True, 730)
        assert sorted(two.residents()) == sorted(ids)
        assert two.residents() == one.residents()


def test_batches_grow_on_a_good_line_up_to_their_limit(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub, Kiosk(tmp_path, "one") as one:
        one.save_residents(1_500)
        assert run(one.client(hub.url, hub.enrol("one"))).ok
        assert one.pushes() == [50, 100, 200, 400, 500, 250]


def test_another_village_sees_nothing(tmp_path: Path) -> None:
    with (
        running_hub(tmp_path / "hub") as hub,
        Kiosk(tmp_path, "one") as one,
        Kiosk(tmp_path, "far") as far,
    ):
        one.save_residents(3)
        run(one.client(hub.url, hub.enrol("one")))
        who = hub.enrol("far", "大澳")
        assert run(far.client(hub.url, who)).received == 0
        trespass = run(far.client(hub.url, who, VILLAGE))
        assert isinstance(trespass.error, HubRefused)
        assert trespass.error.code == "bucket"
        far.store.apply_feed(VILLAGE, "E1", [], 0)
        far.save_residents(1)
        trespass = run(far.client(hub.url, who, VILLAGE))
        assert isinstance(trespass.error, HubRefused)
        assert far.counts() == (0, 0, 1, 0)  # delivered all the same
        assert far.store.cursor(VILLAGE).after == 0


def test_a_receipt_that_could_not_be_stored_is_no_receipt(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub, Kiosk(tmp_path, "one") as one:
        one.save_residents(5)
        who = hub.enrol("one")
        one.outbox.fail_next_receipt = StoreFull("The disk is full.")
        outcome = run(one.client(hub.url, who))
        assert isinstance(outcome.error, StoreFull)
        assert one.counts() == (5, 0, 0, 0)
        assert run(one.client(hub.url, who)).ok
        assert one.counts() == (0, 0, 5, 0)
        assert hub.count("op") == 5


def test_an_answer_speaks_only_for_what_was_sent_with_it(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one:
        first = one.store.save([Change("staff", "s1", _staff())], "w-031")[0]
        later = one.store.save([Change("staff", "s2", _staff())], "w-031")[0]

        async def ask() -> SyncOutcome:
            answer = SyncAnswer(HUB_NAME, "E1", 1, VILLAGE, [(2, 2, 9)], [], [], 0, False)
            ready = http_answer("200 OK", encode_answer(answer).decode())
            async with (
                FaultProxy(1, [ready]) as proxy,
                one.client(proxy.url, STRANGER, largest_batch=1) as client,
            ):
                return await client.run_once()

        outcome = asyncio.run(ask())
        assert isinstance(outcome.error, HubRefused)
        assert outcome.error.code == "silent"
        assert one.counts() == (2, 0, 0, 0)
        assert [op.op_id for op in one.store.unsent(5)] == [first, later]


def test_last_success_and_last_try_are_two_things(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one:
        one.save_residents(1)
        with running_hub(tmp_path / "hub") as hub:
            who, port = hub.enrol("one"), hub.port
            assert run(one.client(hub.url, who)).ok
        failed = run(one.client(f"http://127.0.0.1:{port}", who))
        assert isinstance(failed.error, HubUnreachable)
        good, bad = one.runs()
        assert good == (1, "", "")
        assert bad == (0, str(failed.error), "HubUnreachable")
        ((samples,),) = one.store.connection.execute("SELECT count(*) FROM clock_sample")
        assert samples == 1


def test_a_save_wakes_the_client_between_two_polls(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub, Kiosk(tmp_path, "one") as one:
        who = hub.enrol("one")

        async def work() -> list[SyncOutcome]:
            outcomes: asyncio.Queue[SyncOutcome] = asyncio.Queue()
            wake = asyncio.Event()
            async with one.client(
                hub.url, who, pace=Pace(poll_s=3600.0), on_outcome=outcomes.put_nowait
            ) as client:
                forever = asyncio.create_task(client.run_for_ever(wake))
                first = await outcomes.get()
                one.save_residents(2)
                wake.set()
                second = await outcomes.get()
                forever.cancel()
                await asyncio.wait([forever])
            return [first, second]

        first, second = asyncio.run(asyncio.wait_for(work(), 20))
        assert (first.acknowledged, second.acknowledged) == (0, 2)


@pytest.mark.parametrize("steps", range(4))
def test_a_client_that_is_woken_and_stopped_in_the_same_moment_stops(
    tmp_path: Path, steps: int
) -> None:
    with Kiosk(tmp_path, "one") as one:

        async def work() -> bool:
            outcomes: asyncio.Queue[SyncOutcome] = asyncio.Queue()
            wake = asyncio.Event()
            nobody = "http://127.0.0.1:9"
            async with one.client(
                nobody, STRANGER, pace=Pace(first_backoff_s=3600.0), on_outcome=outcomes.put_nowait
            ) as client:
                forever = asyncio.create_task(client.run_for_ever(wake))
                await outcomes.get()
                await asyncio.sleep(0)  # it waits now
                await asyncio.sleep(0)
                wake.set()
                for _ in range(steps):
                    await asyncio.sleep(0)
                forever.cancel()
                await asyncio.wait([forever], timeout=0.5)
                stopped = forever.cancelled()
                forever.cancel()
                await asyncio.wait([forever])
                return stopped

        assert asyncio.run(work())


def test_a_hub_that_asks_for_quiet_is_left_alone_even_when_woken(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one:

        async def work() -> tuple[SyncOutcome, bool, int]:
            outcomes: asyncio.Queue[SyncOutcome] = asyncio.Queue()
            wake = asyncio.Event()
            busy = http_answer("503 Service Unavailable", "", "Retry-After: 3000")
            async with (
                FaultProxy(1, [busy]) as proxy,
                one.client(proxy.url, STRANGER, on_outcome=outcomes.put_nowait) as client,
            ):
                forever = asyncio.create_task(client.run_for_ever(wake))
                outcome = await outcomes.get()
                wake.set()
                done, _ = await asyncio.wait([forever], timeout=0.2)
                forever.cancel()
                await asyncio.wait([forever])
                return outcome, bool(done), proxy.requests

        outcome, ended, requests = asyncio.run(work())
        assert isinstance(outcome.error, HubBusy)
        assert outcome.error.retry_after_s == 3000
        assert (ended, requests) == (False, 1)


def test_a_client_that_is_stopped_while_it_sends_gives_its_records_back(tmp_path: Path) -> None:
    from tests.faults.fault_proxy import Silence

    with Kiosk(tmp_path, "one") as one:
        one.save_residents(4)

        async def work() -> tuple[int, int, int, int]:
            async with (
                FaultProxy(1, [Silence()]) as proxy,
                one.client(proxy.url, STRANGER) as client,
            ):
                sending = asyncio.create_task(client.run_once())
                while proxy.requests == 0:
                    await asyncio.sleep(0)
                under_way = one.counts()
                sending.cancel()
                await asyncio.wait([sending])
                return under_way

        assert asyncio.run(work()) == (0, 4, 0, 0)
        assert one.counts() == (4, 0, 0, 0)


def test_a_feed_that_does_not_move_ends_the_run(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one:
        one.store.apply_feed(VILLAGE, "E1", [], 0)

        async def work() -> SyncOutcome:
            answer = SyncAnswer(HUB_NAME, "E1", 1, VILLAGE, [], [], [], 0, True)
            ready = http_answer("200 OK", encode_answer(answer).decode())
            async with FaultProxy(1, [ready]) as proxy, one.client(proxy.url, STRANGER) as client:
                return await client.run_once()

        assert isinstance(asyncio.run(work()).error, NotAHub)


@pytest.mark.parametrize(
    "address", ["", "hub.example", "ftp://hub.example", "http://", "http://hub:x"]
)
def test_an_address_that_is_none_is_refused_at_once(tmp_path: Path, address: str) -> None:
    with Kiosk(tmp_path, "one") as one, pytest.raises(ValueError, match="address"):
        one.client(address, STRANGER)


def _staff() -> dict[str, object]:
    return {"name": "黃詠詩", "role": "social_worker", "status": "active"}
