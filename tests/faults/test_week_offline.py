"""A kiosk's week without a line, and the drain over a line that keeps breaking.

Every step is printed with both sides' counts (`pytest -s`): what the kiosk says it has not
delivered is, at each step, exactly what the hub does not have.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.disk import DataOnDisk
from kiosk.records.settings import HubSetting, hub_key
from offline_sync.changes import Change
from offline_sync.client import HubUnreachable, Pace, SyncClient, SyncOutcome
from offline_sync.clock import Instant
from offline_sync.identity import new_record_id
from offline_sync.outbox import OutboxCounts
from offline_sync.store import Store
from tests.builders import resident_change, staff_change
from tests.faults.fault_proxy import (
    CutComingBack,
    CutGoingUp,
    Fault,
    FaultProxy,
    Late,
    Pass,
    Twice,
    http_answer,
)
from tests.hub.serving import hub_op_ids
from tests.kiosk.district import NOBODY, District, connected_district
from tests.offline_sync.kiosks import StoreOutbox

DAYS = 7
VISITS_A_DAY = 12
READINGS_A_DAY = 40
QUARTER_HOURS = 96
DAY_MS = 24 * 3_600_000
# The week ends today, so that the hub's own clock fits.
MONDAY_MS = time.time_ns() // 1_000_000 - (DAYS + 1) * DAY_MS
WORKER = "w-031"
# A village's line in the rain: about one request in three does not come through whole.
TROUBLES: Sequence[type[Fault]] = (CutGoingUp, CutComingBack, Late, Twice)


class WeekClock:
    """The kiosk's clock: with each day of the story the kiosk is started anew."""

    def __init__(self, day: int) -> None:
        self._day = day
        self._ticks = 0

    def now(self) -> Instant:
        self._ticks += 1
        mono_ms = self._ticks * 20
        return Instant(MONDAY_MS + self._day * DAY_MS + mono_ms, mono_ms, f"boot-{self._day}")


@pytest.fixture
def district(tmp_path: Path) -> Iterator[District]:
    with connected_district(tmp_path) as made:
        yield made


class Story:
    """The kiosk of the story, day by day, and what it has saved so far."""

    def __init__(self, district: District) -> None:
        self.district = district
        setting = district.setting()
        assert setting is not None
        self.setting: HubSetting = setting
        self.residents: list[str] = []
        self.saved: set[str] = set()

    def open(self, day: int) -> tuple[DataOnDisk, Store]:
        disk = DataOnDisk(self.district.data, WeekClock(day))
        return disk, disk.open_store()

    def save(self, store: Store, day: int) -> int:
        """What a village's kiosk writes in a day. Gives how many changes."""
        before = len(self.saved)
        if not self.residents:
            people = [resident_change(card_token=f"CARD{number:06d}") for number in range(30)]
            self.saved |= set(store.save([staff_change(record_id=WORKER), *people], WORKER))
            self.residents = [person.record_id for person in people]
        self.saved |= set(store.save(list(_of_a_day(day, self.residents)), WORKER))
        return len(self.saved) - before

    async def sync(self, disk: DataOnDisk, store: Store, url: str) -> SyncOutcome:
        identity = disk.identity(self.setting.kiosk_id, self.setting.key_name)
        async with SyncClient(
            *(url, identity, hub_key(self.setting), self.setting.village, StoreOutbox(store)),
            disk.clock,
            pace=replace(Pace(), request_limit_s=20.0),
        ) as client:
            return await client.run_once()

    def judge(self, store: Store, words: str) -> OutboxCounts:
        """Print both sides' counts, and hold them against each other."""
        counts, here = store.outbox_counts(), hub_op_ids(self.district.hub_data)
        print(
            f"{words}: unsent {counts.unsent} + sent {counts.sent} + acknowledged"
            f" {counts.acknowledged} + needs a person {counts.needs_attention}"
            f" = {counts.total} changes; the hub has {len(here)}"
        )
        delivered = _ids(store, "state = 2")
        assert counts.total == len(self.saved)
        assert _ids(store, "1") == self.saved
        assert delivered <= here <= self.saved
        return counts


def _of_a_day(day: int, residents: Sequence[str]) -> Iterator[Change]:
    chance = random.Random(day)
    begin = MONDAY_MS + day * DAY_MS
    for number in range(VISITS_A_DAY):
        at = begin + number * 600_000
        visit = {
            "resident_id": chance.choice(residents),
            "contact": "home",
            "staff_id": WORKER,
            "started_at": at,
            "saved_at": at + 300_000,
            "note": "精神好，行路要扶",
        }
        yield Change("visit", new_record_id(), visit)
    for number in range(READINGS_A_DAY):
        systolic, diastolic = chance.randrange(95, 180), chance.randrange(55, 95)
        taken = {"systolic": f"{systolic}", "diastolic": f"{diastolic}", "unit": "mmHg"}
        at = begin + number * 400_000
        reading = {
            "resident_id": chance.choice(residents),
            "vital": "blood_pressure",
            "reading": taken,
            "taken_at": at,
            "received_at": at,
            "clock_quality": "set",
            "source": "measured",
            "started_by": WORKER,
            "completeness": "complete",
        }
        yield Change("vital", new_record_id(), reading)
    for number in range(QUARTER_HOURS):
        interval = {
            "counter_id": "counter-1",
            "lane": 1,
            "direction": "inbound",
            "minutes": 15,
            "starts_at": begin + number * 900_000,
            "vehicles": chance.randrange(120),
            "coverage": 1.0,
        }
        yield Change("vehicle_interval", new_record_id(), interval)
    phone = {"phone": f"2{chance.randrange(10_000_000):07d}"}
    yield Change("resident", chance.choice(residents), phone)


def _ids(store: Store, where: str) -> set[str]:
    return {row[0] for row in store.connection.execute(f"SELECT op_id FROM op_out WHERE {where}")}


def _a_bad_line(chance: random.Random) -> Iterator[Fault]:
    while True:
        if chance.random() < 0.6:
            yield Pass()
        elif chance.random() < 0.2:
            yield http_answer("502 Bad Gateway", "<html>nginx</html>")
        else:
            trouble = chance.choice(TROUBLES)
            yield trouble(chance.random()) if trouble in (CutGoingUp, CutComingBack) else trouble()


@pytest.mark.timeout(300)
def test_a_week_offline_and_the_drain_over_a_bad_line(
    district: District, chance: random.Random, capsys: pytest.CaptureFixture[str]
) -> None:
    story = Story(district)
    _, store = story.open(0)
    with store:
        story.save(store, 0)
    assert district.sync().ok
    _, store = story.open(0)
    with store:
        assert story.judge(store, "Monday, with a line").acknowledged == len(story.saved)
    for day in range(1, DAYS + 1):
        disk, store = story.open(day)
        with store:
            new = story.save(store, day)
            outcome = asyncio.run(story.sync(disk, store, NOBODY))
            assert isinstance(outcome.error, HubUnreachable)
            counts = story.judge(store, f"day {day} without a line, {new} saved")
            assert counts.unsent == len(story.saved) - counts.acknowledged
    disk, store = story.open(DAYS + 1)
    with store:
        asyncio.run(_drain(story, disk, store, chance))
    _all_is_there(district, story, capsys)


async def _drain(story: Story, disk: DataOnDisk, store: Store, chance: random.Random) -> None:
    async with FaultProxy(story.district.hub.port, _a_bad_line(chance)) as proxy:
        for tries in range(1, 200):
            outcome = await story.sync(disk, store, proxy.url)
            why = "" if outcome.error is None else f" ({type(outcome.error).__name__})"
            story.judge(store, f"try {tries}{why}")
            if outcome.ok:
                break
        assert outcome.ok
        print(f"{proxy.requests} requests: {dict(proxy.done)}")
    counts = store.outbox_counts()
    assert (counts.acknowledged, counts.total) == (len(story.saved), len(story.saved))


def _all_is_there(district: District, story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    """The hub's own word: receipts without a gap, the chain, and as many records as were saved."""
    told = capsys.readouterr().out
    assert district.at_the_hub("receipts", "坑口", "--verify") == 0
    receipts = capsys.readouterr().out
    assert district.at_the_hub("stats", "--json") == 0
    stats = capsys.readouterr().out
    print(told, receipts, stats, sep="")
    assert f"1-{len(story.saved)}, all present" in receipts
    said = json.loads(stats)
    assert (said["ops"], said["quarantined"]) == (len(story.saved), 0)
    assert hub_op_ids(district.hub_data) == story.saved
