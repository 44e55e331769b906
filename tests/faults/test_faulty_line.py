"""Every connection between two kiosks and their hub goes wrong in some way, for a long time.

Requests and answers are cut, stalled, doubled, changed in one bit, or come after newer ones. At
the end each op is at the hub once, both kiosks hold the same records to the last byte, and no
changed bit was taken for something that a person had written.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.fault_proxy import (
    CutComingBack,
    CutGoingUp,
    Fault,
    FaultProxy,
    GarbledComingBack,
    GarbledGoingUp,
    Late,
    Pass,
    Silence,
    StallComingBack,
    Twice,
)
from tests.hub.serving import Pass as Enrolled
from tests.hub.serving import ServedHub, running_hub
from tests.offline_sync.invariants import records_as_kept
from tests.offline_sync.kiosks import QUICK, Kiosk

_IMPATIENT = replace(QUICK, request_limit_s=0.5)
_LARGEST_BATCH = 40


def faults_without_end(chance: random.Random) -> Iterator[Fault]:
    while True:
        share = chance.random()
        yield chance.choices(
            [
                *(Pass(), CutGoingUp(share), CutComingBack(share), Twice(), Late()),
                GarbledGoingUp(share, chance.randrange(8)),
                GarbledComingBack(share, chance.randrange(8)),
                *(Silence(), StallComingBack(share)),
            ],
            weights=[8, 3, 3, 3, 3, 4, 4, 0.3, 0.3],
        )[0]


async def sync_through_faults(
    hub: ServedHub, kiosks: list[tuple[Kiosk, Enrolled]], rounds: list[int], chance: random.Random
) -> FaultProxy:
    async with FaultProxy(hub.port, faults_without_end(chance)) as proxy:
        for records in rounds:
            for kiosk, _ in kiosks:
                kiosk.save_residents(records)
            for kiosk, who in kiosks:
                async with kiosk.client(
                    proxy.url, who, pace=_IMPATIENT, largest_batch=_LARGEST_BATCH
                ) as client:
                    while not (await client.run_once()).ok:
                        pass
        return proxy


async def sync_in_peace(hub: ServedHub, kiosks: list[tuple[Kiosk, Enrolled]]) -> None:
    for kiosk, who in kiosks:
        async with kiosk.client(hub.url, who) as client:
            assert (await client.run_once()).ok


def run_over_a_faulty_line(folder: Path, chance: random.Random, rounds: list[int]) -> None:
    records_of_each = sum(rounds)
    with (
        running_hub(folder / "hub") as hub,
        Kiosk(folder, "one") as one,
        Kiosk(folder, "two") as two,
    ):
        kiosks = [(one, hub.enrol("one")), (two, hub.enrol("two"))]
        proxy = asyncio.run(sync_through_faults(hub, kiosks, rounds, chance))
        print(f"{proxy.requests} requests: {dict(proxy.done)}")
        assert {*proxy.done} >= {"Twice", "Late", "GarbledGoingUp", "GarbledComingBack"}
        asyncio.run(sync_in_peace(hub, kiosks))
        both = 2 * records_of_each
        assert hub.count("op") == hub.count("record") == hub.count("feed") == both
        assert hub.count("conflict") == hub.count("quarantine") == 0
        for kiosk, _ in kiosks:
            assert kiosk.counts() == (0, 0, records_of_each, 0)
            db = kiosk.store.connection
            assert db["inbox_quarantine"].count == db["inbox_unknown"].count == 0
        theirs, ours = (records_as_kept(kiosk.store.connection) for kiosk, _ in kiosks)
        assert len(ours) == both
        assert theirs == ours


@pytest.mark.timeout(600)
def test_nothing_is_missing_doubled_or_changed_over_a_faulty_line(
    tmp_path: Path, chance: random.Random
) -> None:
    run_over_a_faulty_line(tmp_path, chance, [100, 100, 100])


@pytest.mark.nightly
@pytest.mark.timeout(7_200)
def test_twenty_thousand_ops_pass_a_faulty_line_unharmed(
    tmp_path: Path, chance: random.Random
) -> None:
    run_over_a_faulty_line(tmp_path, chance, [500] * 20)
