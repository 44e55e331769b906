"""Kiosk and hub compare their rows: a real hub on either database, spoken to without a line."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from hub import parity as hub_parity
from hub.database import hub_epoch, in_batch, reading
from hub.feed import read_page
from hub.refused import Refused
from hub.sequencer import take_push
from hub.standing import feed_end
from offline_sync.answers import feed_entry
from offline_sync.first_fill import SnapshotDamaged
from offline_sync.hub_link import Download, HubRefused
from offline_sync.oplog import OpReceipt
from offline_sync.parity import compare, parity_is_due
from offline_sync.parity_rows import BETWEEN_MS, ParityRun, last_parity
from offline_sync.store import GIVEN_BACK, Change, Store
from tests.builders import TEST_KEY, resident_change
from tests.hub.logs import VISIT, OpLog
from tests.offline_sync.conftest import DrivenClock
from tests.offline_sync.snapshots import VILLAGE, FillingStore, rows


@dataclass
class HubAtHand:
    """The hub's answers without HTTP; `first_fill.DownloadLink`."""

    engine: Engine
    asked: list[str] = field(default_factory=list)
    version: int | None = None
    shorten: bool = False

    @asynccontextmanager
    async def download(
        self, path: str, query: Mapping[str, str | int], headers: Mapping[str, str]
    ) -> AsyncIterator[Download]:
        self.asked.append(path)
        bucket, hub, upto = str(query["bucket"]), str(query["hub"]), int(query["upto"])
        try:
            with reading(self.engine) as connection:
                if path == "/v1/digest":
                    version = self.version or int(query["sv"])
                    answer = hub_parity.digests(connection, bucket, hub, upto, version)
                    content = msgspec.json.encode(answer)
                else:
                    parts = {int(part) for part in str(query["parts"]).split(",")}
                    content = b"".join(
                        hub_parity.packed_parts(connection, bucket, hub, upto, parts)
                    )
        except Refused as refusal:
            raise HubRefused(refusal.error, refusal.detail) from refusal
        yield Download(200, {}, _pieces(content[:-30] if self.shorten else content))

    def take(self, log: OpLog) -> None:
        in_batch(self.engine, lambda connection: take_push(connection, log.kiosk, log.push(), 5))

    def feed_to(self, store: Store) -> None:
        """Bring a kiosk's records up to the hub's."""
        more = True
        while more:
            with reading(self.engine) as connection:
                cursor = store.cursor(VILLAGE)
                page = read_page(connection, VILLAGE, cursor.hub_epoch, cursor.after)
                epoch = hub_epoch(connection)
            entries = [feed_entry(line) for line in page.lines]
            store.apply_feed(VILLAGE, epoch, entries, page.next_after)
            more = page.more

    def do(self, *statements: str) -> None:
        with self.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), 1000):
        yield content[at : at + 1000]


@pytest.fixture
def clock() -> DrivenClock:
    return DrivenClock()


@pytest.fixture
def store(tmp_path: Path, clock: DrivenClock) -> Iterator[Store]:
    with Store.open(tmp_path / "kiosk.db", TEST_KEY, clock) as store:
        yield store


@pytest.fixture
def hub(engine: Engine) -> HubAtHand:
    return HubAtHand(engine)


@pytest.fixture
def log() -> OpLog:
    """What another kiosk has sent: three residents with visits, one edited."""
    log = OpLog()
    for name in ("r1", "r2", "r3"):
        first = log.add("resident", name, resident_change(record_id=name, phone="1").fields)
        log.add("visit", f"v-{name}", VISIT | {"resident_id": name, "note": "血壓正常"})
        log.add(
            "vehicle_interval",
            f"i-{name}",
            {"counter_id": "c", "lane": 1, "direction": "inbound", "starts_at": 1, "minutes": 15,
             "vehicles": 0, "coverage": 1, "mean_speed_kmh": 41.5},
        )  # fmt: skip
    log.add(
        "resident", "r3", {"phone": "3", "warnings": {"b": 1, "a": [2.5]}}, {"phone": first.op_id}
    )
    return log


def run(store: Store, hub: HubAtHand, clock: DrivenClock) -> ParityRun:
    found = asyncio.run(compare(hub, FillingStore(store), VILLAGE, clock))
    assert found is not None
    assert last_parity(store.connection, VILLAGE) == found
    return found


def spoil(store: Store, sql: str) -> None:
    with store.transaction() as db:
        db.execute(sql)


def test_a_kiosk_that_read_everything_has_the_same(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock
) -> None:
    hub.take(log)
    hub.feed_to(store)
    found = run(store, hub, clock)
    assert (found.records, found.differing, found.equal) == (9, 0, True)
    assert hub.asked == ["/v1/digest"]


def test_an_empty_village_is_equal(store: Store, hub: HubAtHand, clock: DrivenClock) -> None:
    hub.feed_to(store)
    assert run(store, hub, clock).equal


def test_own_changes_that_wait_or_were_set_aside_do_not_disturb(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock
) -> None:
    hub.take(log)
    hub.feed_to(store)
    store.save([resident_change()], "w")
    store.save([Change("resident", "r1", {"phone": "mine", "address": "mine"})], "w")
    store.save([Change("resident", "r2", {"phone": "aside"})], "w")
    spoil(store, "UPDATE op_out SET state = 3 WHERE rid = 'r2'")
    store.save([Change("visit", "v-new", VISIT)], "w")
    found = run(store, hub, clock)
    assert (found.records, found.differing) == (9, 0)


def test_own_changes_that_the_hub_merged_later_do_not_disturb(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock
) -> None:
    hub.take(log)
    hub.feed_to(store)
    (op_id,) = store.save([Change("resident", "r1", {"phone": "mine"})], "w")
    store.acknowledge([OpReceipt(op_id, 99)])
    assert run(store, hub, clock).differing == 0


def test_what_others_saved_since_is_left_out_by_both(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock
) -> None:
    hub.take(log)
    hub.feed_to(store)
    seen = log.ops[0].op_id
    log.add("resident", "r1", {"phone": "9"}, {"phone": seen})
    log.add("visit", "v-later", VISIT)
    hub.take(log)
    found = run(store, hub, clock)
    assert (found.records, found.differing) == (8, 0)


def test_too_much_that_others_saved_since_puts_it_off(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_parity, "MOST_MOVED", 1)
    hub.take(log)
    hub.feed_to(store)
    log.add("visit", "v-later", VISIT)
    log.add("visit", "v-later-2", VISIT)
    hub.take(log)
    assert asyncio.run(compare(hub, FillingStore(store), VILLAGE, clock)) is None
    assert last_parity(store.connection, VILLAGE) is None


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE resident SET phone = '666' WHERE id = 'r3'",
        "UPDATE resident SET warnings = NULL WHERE id = 'r3'",
        "UPDATE field_state SET op_id = 'other' WHERE rid = 'r1' AND field = 'phone'",
        "DELETE FROM field_state WHERE rid = 'r1' AND field = 'phone'",
        "DELETE FROM visit WHERE id = 'v-r2'",
    ],
)
def test_what_differs_is_found_and_mended(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock, sql: str
) -> None:
    hub.take(log)
    hub.feed_to(store)
    before = [rows(store, table) for table in ("resident", "visit", "vehicle_interval")]
    spoil(store, sql)
    found = run(store, hub, clock)
    assert (found.differing, found.mended, found.unmended, found.equal) == (1, 1, 0, True)
    assert [rows(store, table) for table in ("resident", "visit", "vehicle_interval")] == before
    assert run(store, hub, clock).differing == 0


def test_mending_leaves_own_changes_in_sight(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock
) -> None:
    hub.take(log)
    hub.feed_to(store)
    store.save([Change("resident", "r3", {"address": "mine"})], "w")
    spoil(store, "UPDATE resident SET phone = '666' WHERE id = 'r3'")
    assert run(store, hub, clock).mended == 1
    assert (rows(store)["r3"]["phone"], rows(store)["r3"]["address"]) == ("3", "mine")
    assert len(store.unsent(9)) == 1


def test_a_value_that_was_written_once_and_differs_is_told_and_left(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock
) -> None:
    hub.take(log)
    hub.feed_to(store)
    spoil(store, "UPDATE visit SET note = 'other' WHERE id = 'v-r2'")
    found = run(store, hub, clock)
    assert (found.mended, found.unmended, found.equal) == (0, 1, False)
    assert rows(store, "visit")["v-r2"]["note"] == "other", "nobody's word is overwritten"


def test_a_value_that_no_change_has_set_is_noticed(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock
) -> None:
    hub.take(log)
    hub.feed_to(store)
    spoil(store, "UPDATE resident SET address = 'from nowhere' WHERE id = 'r1'")
    assert run(store, hub, clock).unmended == 1


def test_a_record_that_the_hub_lost_is_sent_again(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock
) -> None:
    hub.take(log)
    hub.feed_to(store)
    (op_id,) = store.save([resident_change(record_id="mine")], "w")
    store.acknowledge([OpReceipt(op_id, 1)])
    found = run(store, hub, clock)
    assert (found.resent, found.only_here, found.equal) == (1, 0, False)
    assert [op.op_id for op in store.unsent(9)] == [op_id]


def test_a_record_of_others_that_the_hub_lost_stays_and_is_given_back_once(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock
) -> None:
    hub.take(log)
    hub.feed_to(store)
    hub.do("DELETE FROM record WHERE record_id = 'v-r2'")
    found = run(store, hub, clock)
    assert (found.resent, found.only_here, found.equal) == (1, 0, False)
    assert "v-r2" in rows(store, "visit")
    assert [(op.record_id, op.by) for op in store.unsent(9)] == [("v-r2", GIVEN_BACK)]


def test_what_an_older_kiosk_does_not_know_is_left_out_by_both(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock
) -> None:
    log.add("visit", "v-c", VISIT | {"corrects": "v-r1"})
    log.add("void", "x1", {"about_type": "visit", "about_id": "v-r2", "reason": "twice",
                           "by": "w", "at": 1})  # fmt: skip
    hub.take(log)
    hub.feed_to(store)
    spoil(store, "UPDATE visit SET corrects = NULL WHERE id = 'v-c'")
    spoil(store, "DELETE FROM void")
    hub.version = 1
    found = run(store, hub, clock)
    assert (found.records, found.differing) == (10, 0)
    hub.version = None
    assert run(store, hub, clock).differing == 2


def test_fields_of_a_newer_version_do_not_count(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock
) -> None:
    log.add("resident", "r4", resident_change(record_id="r4", mood="fine").fields, version=9)
    log.add("rain_gauge", "g1", {"mm": 4}, version=9)
    hub.take(log)
    hub.feed_to(store)
    found = run(store, hub, clock)
    assert (found.records, found.differing) == (10, 0)


def test_records_that_did_not_come_whole_are_no_proof_of_what_the_hub_lacks(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock
) -> None:
    hub.take(log)
    hub.feed_to(store)
    spoil(store, "UPDATE resident SET phone = '666' WHERE id = 'r3'")

    class Cut(HubAtHand):
        def download(self, path: str, query: Any, headers: Any) -> Any:
            self.shorten = path == "/v1/records"
            return super().download(path, query, headers)

    with pytest.raises(SnapshotDamaged):
        asyncio.run(compare(Cut(hub.engine), FillingStore(store), VILLAGE, clock))
    assert last_parity(store.connection, VILLAGE) is None


def is_due(store: Store, clock: DrivenClock) -> bool:
    return asyncio.run(parity_is_due(FillingStore(store), VILLAGE, clock))


def test_it_is_due_once_a_day_when_nothing_waits(
    store: Store, hub: HubAtHand, log: OpLog, clock: DrivenClock
) -> None:
    assert not is_due(store, clock), "nothing was read yet"
    hub.take(log)
    hub.feed_to(store)
    assert is_due(store, clock)
    run(store, hub, clock)
    assert not is_due(store, clock)
    clock.pass_ms(BETWEEN_MS)
    assert is_due(store, clock)
    store.save([resident_change()], "w")
    assert not is_due(store, clock)


@pytest.mark.parametrize("seed", range(4))
def test_kiosk_and_hub_are_equal_after_any_edits(
    store: Store, hub: HubAtHand, clock: DrivenClock, seed: int
) -> None:
    chance = random.Random(seed)
    logs = [OpLog(), OpLog()]
    known: dict[tuple[str, str], str] = {}
    for step in range(60):
        log = logs[chance.randrange(2)]
        name = f"r{chance.randrange(5)}"
        fields: dict[str, Any] = {chance.choice(["phone", "address", "sex"]): f"v{step}"}
        base = {each: known[name, each] for each in fields if (name, each) in known}
        if chance.random() < 0.4:
            base = {}  # set without sight of what stands
        fields = dict(resident_change().fields) | fields if step < 10 else fields
        op = log.add("resident", name, fields, base)
        known |= {(name, each): op.op_id for each in fields}
        if chance.random() < 0.5:
            log.add("visit", f"v{step}", VISIT | {"resident_id": name})
    for log in logs:
        hub.take(log)
    hub.feed_to(store)
    found = run(store, hub, clock)
    with reading(hub.engine) as connection:
        assert found.upto == feed_end(connection, VILLAGE)
    assert (found.differing, found.records > 20) == (0, True)
    victim = chance.choice(sorted(rows(store)))
    spoil(store, f"UPDATE resident SET picture = 'spoilt' WHERE id = '{victim}'")
    assert run(store, hub, clock).mended == 1
