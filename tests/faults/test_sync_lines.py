"""Bad lines, a broken hub, a stranger on the port: nothing is lost, and sync recovers by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from offline_sync.answers import HUB_NAME, Refusal, encode_answer
from offline_sync.client import (
    BatchRefused,
    HubBusy,
    HubRefused,
    HubUnreachable,
    NotAHub,
    Pace,
    SyncOutcome,
)
from offline_sync.epochs import begin_epoch
from offline_sync.reasons import Reason, reason_code
from tests.builders import resident_change
from tests.faults.fault_proxy import (
    CutComingBack,
    CutGoingUp,
    Fault,
    FaultProxy,
    Pass,
    Say,
    Silence,
    Twice,
    http_answer,
)
from tests.hub.serving import Pass as Enrolled
from tests.hub.serving import ServedHub, running_hub
from tests.offline_sync.kiosks import STRANGER, Kiosk

PORTAL = "<html><body>Welcome to Village Wi-Fi. Please sign in.</body></html>"


def runs_through(
    hub_port: int, kiosk: Kiosk, who: Enrolled, script: Sequence[Fault], runs: int
) -> list[SyncOutcome]:
    async def work() -> list[SyncOutcome]:
        async with (
            FaultProxy(hub_port, script) as proxy,
            kiosk.client(proxy.url, who) as client,
        ):
            return [await client.run_once() for _ in range(runs)]

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (http_answer("500 Internal Server Error", "oops"), HubBusy),
        (http_answer("502 Bad Gateway", PORTAL), HubBusy),
        (http_answer("429 Too Many Requests", "", "Retry-After: 1"), HubBusy),
        (http_answer("200 OK", PORTAL, "Content-Type: text/html"), NotAHub),
        (http_answer("200 OK", '{"ack":[["x",1]],"ok":true}'), NotAHub),
        (http_answer("302 Found", "", "Location: http://portal.example/"), NotAHub),
        (http_answer("401 Unauthorized", "who are you"), NotAHub),
        (http_answer("404 Not Found", PORTAL), NotAHub),
        (Say(b"+OK this is a mail server\r\n\r\n"), NotAHub),
        # Hangs up without the blank line that ends a head: cannot be told from a cut.
        (Say(b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n"), HubUnreachable),
        (Say(b""), HubUnreachable),
        (CutGoingUp(0.0), HubUnreachable),
        (CutGoingUp(0.5), HubUnreachable),
        (CutGoingUp(0.99), HubUnreachable),
        (CutComingBack(0.0), HubUnreachable),
        (CutComingBack(0.1), HubUnreachable),
        (CutComingBack(0.9), HubUnreachable),
    ],
)
def test_one_fault_delays_the_records_and_loses_none(
    tmp_path: Path, fault: Fault, error: type[Exception]
) -> None:
    with running_hub(tmp_path / "hub") as hub, Kiosk(tmp_path, "one") as one:
        one.save_residents(20)
        failed, good = runs_through(hub.port, one, hub.enrol("one"), [fault], runs=2)
        assert isinstance(failed.error, error)
        assert failed.error.next_step
        assert failed.acknowledged == 0
        assert good.ok
        assert good.acknowledged == 20
        assert one.counts() == (0, 0, 20, 0)
        assert hub.count("op") == hub.count("record") == 20


def test_a_cut_halves_the_batch(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub, Kiosk(tmp_path, "one") as one:
        one.save_residents(40)
        cuts = [CutGoingUp(), CutGoingUp(), CutGoingUp()]
        outcomes = runs_through(hub.port, one, hub.enrol("one"), cuts, runs=4)
        assert [outcome.ok for outcome in outcomes] == [False, False, False, True]
        assert one.pushes() == [5, 10, 20, 5]
        assert one.counts() == (0, 0, 40, 0)
        assert hub.count("op") == 40


def test_a_hub_that_never_answers_is_given_up_after_the_limit(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one:
        one.save_residents(1)

        async def work() -> SyncOutcome:
            pace = Pace(request_limit_s=0.2)
            async with (
                FaultProxy(1, [Silence()]) as proxy,
                one.client(proxy.url, STRANGER, pace=pace) as client,
            ):
                return await client.run_once()

        assert isinstance(asyncio.run(work()).error, HubUnreachable)
        assert one.counts() == (1, 0, 0, 0)


def test_a_request_that_arrives_twice_is_applied_once(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub, Kiosk(tmp_path, "one") as one:
        one.save_residents(30)
        (outcome,) = runs_through(hub.port, one, hub.enrol("one"), [Twice()], runs=1)
        assert outcome.ok
        assert one.counts() == (0, 0, 30, 0)
        assert hub.count("op") == hub.count("feed") == 30
        assert hub.rows("SELECT seq FROM feed_head") == [(30,)]


def test_a_lost_answer_is_asked_again_and_doubles_nothing(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub, Kiosk(tmp_path, "one") as one:
        one.save_residents(12)
        lost, good = runs_through(hub.port, one, hub.enrol("one"), [CutComingBack(0.0)], runs=2)
        assert (lost.ok, good.acknowledged) == (False, 12)
        assert hub.count("op") == 12


def test_the_kiosk_works_with_no_hub_and_drains_when_one_appears(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub:
        port, who = hub.port, hub.enrol("one")
    with Kiosk(tmp_path, "one") as one:
        one.save_residents(60)

        async def work() -> None:
            outcomes: asyncio.Queue[SyncOutcome] = asyncio.Queue()
            async with one.client(
                f"http://127.0.0.1:{port}", who, on_outcome=outcomes.put_nowait
            ) as client:
                forever = asyncio.create_task(client.run_for_ever(asyncio.Event()))
                for _ in range(3):
                    assert isinstance((await outcomes.get()).error, HubUnreachable)
                one.save_residents(5)
                assert one.counts() == (65, 0, 0, 0)
                with running_hub(tmp_path / "hub", port):
                    while not (await outcomes.get()).ok:
                        pass
                    forever.cancel()
                    await asyncio.wait([forever])

        asyncio.run(asyncio.wait_for(work(), 30))
        assert one.counts() == (0, 0, 65, 0)


def test_a_kiosk_that_is_not_enrolled_is_told_apart_from_a_hub_that_is_none(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub, Kiosk(tmp_path, "one") as one:
        one.save_residents(3)
        (outcome,) = runs_through(hub.port, one, STRANGER, [], runs=1)
        assert isinstance(outcome.error, HubRefused)
        assert outcome.error.code == "unknown"
        assert one.counts() == (3, 0, 0, 0)
        assert hub.count("op") == 0


def test_two_kiosks_with_one_identity_are_stopped(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub, Kiosk(tmp_path, "one") as one:
        one.save_residents(1)
        assert runs_through(hub.port, one, hub.enrol("one"), [], runs=1)[0].ok
        one.save_residents(1)
        (copied,) = runs_through(hub.port, one, hub.enrol("two"), [], runs=1)
        assert isinstance(copied.error, HubRefused)
        assert copied.error.code == "stream"
        assert one.counts() == (1, 0, 1, 0)


def test_413_halves_until_the_batch_passes(tmp_path: Path) -> None:
    too_large = http_answer("413 Request Entity Too Large", "<html>nginx</html>")
    with running_hub(tmp_path / "hub") as hub, Kiosk(tmp_path, "one") as one:
        one.save_residents(16)
        (outcome,) = runs_through(hub.port, one, hub.enrol("one"), [too_large] * 3, runs=1)
        assert outcome.ok
        assert one.pushes() == [2, 4, 8, 2]
        assert one.counts() == (0, 0, 16, 0)


def test_a_record_too_large_for_the_hub_is_set_aside_and_the_rest_goes_on(tmp_path: Path) -> None:
    refusal = encode_answer(Refusal(HUB_NAME, "too_large", "")).decode()
    too_large = http_answer("413 Request Entity Too Large", refusal)
    with running_hub(tmp_path / "hub") as hub, Kiosk(tmp_path, "one") as one:
        one.save_residents(7)
        outcomes = runs_through(hub.port, one, hub.enrol("one"), [too_large] * 5, runs=3)
        assert [type(outcome.error) for outcome in outcomes[:2]] == [BatchRefused] * 2
        assert outcomes[2].ok
        assert outcomes[2].set_aside == 1
        assert one.counts() == (0, 0, 6, 1)
        assert hub.count("op") == 6
        ((why,),) = one.store.connection.execute("SELECT why FROM op_out WHERE state = 4")
        assert reason_code(why) == Reason.TOO_LARGE


def test_a_stranger_that_refuses_everything_condemns_no_record(tmp_path: Path) -> None:
    script = [http_answer("413 Request Entity Too Large", "<html>no</html>")] * 12
    with running_hub(tmp_path / "hub") as hub, Kiosk(tmp_path, "one") as one:
        one.save_residents(5)
        outcomes = runs_through(hub.port, one, hub.enrol("one"), script, runs=12)
        assert isinstance(outcomes[0].error, BatchRefused)
        assert outcomes[-1].ok
        assert sum(outcome.set_aside for outcome in outcomes) == 0
        assert one.counts() == (0, 0, 5, 0)


def test_a_poison_record_is_kept_by_the_hub_and_listed_on_both_sides(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub, Kiosk(tmp_path, "one") as one:
        one.save_residents(2)
        _, poison = one.store.save([resident_change(), resident_change()], "w-031")
        one.save_residents(2)
        with one.store.transaction() as db:
            db.execute("UPDATE op_out SET tbl = 'horoscope' WHERE op_id = ?", (poison,))
            begin_epoch(db, "the chain is to be that of what is sent", 1)
        script = [CutComingBack(0.0)]  # and it is listed once, however often it comes
        lost, good = runs_through(hub.port, one, hub.enrol("one"), script, runs=2)
        assert (lost.ok, good.ok, good.quarantined) == (False, True, 1)
        assert one.counts() == (0, 0, 5, 1)
        assert hub.count("op") == 5
        ((reason, raw),) = hub.rows("SELECT reason, raw FROM quarantine")
        assert reason == "unknown_type: unknown record type 'horoscope'"
        assert "陳婆婆".encode() in bytes(raw)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(3))
def test_a_thousand_records_pass_through_a_line_that_keeps_breaking(
    tmp_path: Path, seed: int
) -> None:
    import random

    chance = random.Random(seed)
    faults: list[Fault] = [
        chance.choice(
            [
                CutGoingUp(chance.random()),
                CutComingBack(chance.random()),
                Twice(),
                Pass(),
                http_answer("500 Internal Server Error"),
            ]
        )
        for _ in range(60)
    ]
    with running_hub(tmp_path / "hub") as hub, Kiosk(tmp_path, "one") as one:
        one.save_residents(1_000)
        outcomes = runs_through(hub.port, one, hub.enrol("one"), faults, runs=70)
        assert outcomes[-1].ok
        assert one.counts() == (0, 0, 1_000, 0)
        _everything_once(hub, 1_000)


def _everything_once(hub: ServedHub, number: int) -> None:
    assert hub.count("op") == hub.count("record") == hub.count("feed") == number
    assert hub.count("conflict") == hub.count("quarantine") == 0
    seqs = [seq for (seq,) in hub.rows("SELECT seq FROM op ORDER BY feed_seq")]
    assert seqs == list(range(1, number + 1))
