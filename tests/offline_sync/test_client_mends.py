"""What a kiosk mends by itself: older copies on either side, repeated numbers, a long absence."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from hub.database import DATABASE_NAME, hub_epoch, take_new_epoch, writing
from offline_sync.client import (
    HubRefused,
    HubRevoked,
    HubSetBack,
    SnapshotNeeded,
    SyncClient,
    SyncElsewhere,
    SyncOutcome,
)
from offline_sync.clock import SystemClock
from offline_sync.receipts import held_receipt
from offline_sync.store import Change
from offline_sync.sync_jobs import begin_run, end_run
from tests.builders import open_test_store
from tests.hub.serving import VILLAGE, Pass, ServedHub, running_hub
from tests.offline_sync.invariants import check, check_chain
from tests.offline_sync.kiosks import Kiosk, StoreOutbox


def run(client: SyncClient) -> SyncOutcome:
    async def once() -> SyncOutcome:
        async with client:
            return await client.run_once()

    return asyncio.run(once())


def synced(kiosk: Kiosk, hub: ServedHub, who: Pass) -> SyncOutcome:
    outcome = run(kiosk.client(hub.url, who))
    assert outcome.error is None
    return outcome


def op_ids(kiosk: Kiosk) -> set[object]:
    return {op_id for (op_id,) in kiosk.store.connection.execute("SELECT op_id FROM op_out")}


def hub_ops(hub: ServedHub) -> set[object]:
    return {op_id for (op_id,) in hub.rows("SELECT op_id FROM op")}


def copy_of(kiosk: Kiosk, folder: Path, name: str) -> None:
    """A copy of the store as it is now, as a backup makes it."""
    kiosk.store.connection.execute("VACUUM INTO ?", (str(folder / name),))


class PutBack(Kiosk):
    """The kiosk again, from a copy of its store."""

    def __init__(self, folder: Path, name: str) -> None:
        self.store = open_test_store(folder, name)
        self.outbox = StoreOutbox(self.store)


def test_a_kiosk_put_back_from_an_older_copy_numbers_anew_and_loses_nothing(
    tmp_path: Path,
) -> None:
    with running_hub(tmp_path / "hub") as hub:
        who = hub.enrol("one")
        with Kiosk(tmp_path, "one") as one:
            one.save_residents(3)
            synced(one, hub, who)
            waiting = one.save_residents(2)
            copy_of(one, tmp_path, "copy.db")
            later = one.save_residents(4)
            synced(one, hub, who)
        with PutBack(tmp_path, "copy.db") as back:
            epoch = back.store.stream().epoch
            own = back.save_residents(1)
            synced(back, hub, who)
            assert back.store.stream().epoch != epoch
            assert back.counts() == (0, 0, 6, 0)
            check_chain(back.store.connection)
            assert back.residents().keys() >= {*waiting, *later, *own}
            assert len(back.residents()) == 10
            assert op_ids(back) < hub_ops(hub)
            assert (hub.count("op"), hub.count("quarantine")) == (10, 0)
            ((known,),) = hub.rows("SELECT count(*) FROM op_alias")
            assert known == 2  # what had reached the hub under the former numbers


def test_a_copy_that_has_nothing_new_reads_its_own_past_from_the_hub(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub:
        who = hub.enrol("one")
        with Kiosk(tmp_path, "one") as one:
            one.save_residents(1)
            synced(one, hub, who)
            copy_of(one, tmp_path, "copy.db")
            later = one.save_residents(4)
            synced(one, hub, who)
        with PutBack(tmp_path, "copy.db") as back:
            # Its request numbers were used as well: the hub tells it, and it goes above them.
            synced(back, hub, who)
            assert back.residents().keys() > set(later)


@pytest.mark.parametrize("saved", [0, 4])
def test_a_hub_put_back_from_an_older_copy_gets_all_again_that_it_lost(
    tmp_path: Path, saved: int
) -> None:
    with Kiosk(tmp_path, "one") as one, Kiosk(tmp_path, "two") as two:
        with running_hub(tmp_path / "hub") as hub:
            who, other = hub.enrol("one"), hub.enrol("two")
            one.save_residents(2)
            synced(one, hub, who)
            synced(two, hub, other)
        older = (tmp_path / "hub" / DATABASE_NAME).read_bytes()
        with running_hub(tmp_path / "hub") as hub:
            one.save_residents(3)
            synced(one, hub, who)
            synced(two, hub, other)
        (tmp_path / "hub" / DATABASE_NAME).write_bytes(older)
        with running_hub(tmp_path / "hub") as hub:
            before = one.store.cursor(VILLAGE)
            one.save_residents(saved)
            synced(one, hub, who)
            after = one.store.cursor(VILLAGE)
            assert after.hub_epoch != before.hub_epoch
            assert one.counts() == (0, 0, 5 + saved, 0)
            assert hub_ops(hub) == op_ids(one)
            check(one.store.connection)
            synced(two, hub, other)
            assert two.residents() == one.residents()
            assert two.store.cursor(VILLAGE) == after


def test_what_was_acknowledged_in_an_earlier_epoch_is_sent_again_as_well(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one:
        with running_hub(tmp_path / "hub") as hub:
            who = hub.enrol("one")
        empty = (tmp_path / "hub" / DATABASE_NAME).read_bytes()
        with running_hub(tmp_path / "hub") as hub:
            (first,) = one.save_residents(1)
            synced(one, hub, who)
            with one.store.transaction() as db:
                from offline_sync.epochs import begin_epoch

                begin_epoch(db, "as after a fork", 1)
            one.store.save([Change("resident", first, {"phone": "2"})], "w-031")
            synced(one, hub, who)
        (tmp_path / "hub" / DATABASE_NAME).write_bytes(empty)
        with running_hub(tmp_path / "hub") as hub:
            synced(one, hub, who)
            assert one.counts() == (0, 0, 2, 0)
            assert hub.count("conflict") == 0  # the edit came after what it edits
            assert hub.rows("SELECT value FROM field_state WHERE field = 'phone'") == [('"2"',)]


def test_a_new_history_that_only_the_feed_tells_is_answered_with_all_in_the_same_run(
    tmp_path: Path,
) -> None:
    with Kiosk(tmp_path, "one") as one, running_hub(tmp_path / "hub") as hub:
        one.save_residents(3)
        who = hub.enrol("one")
        assert synced(one, hub, who).acknowledged == 3
        with writing(hub.engine) as connection:
            take_new_epoch(connection)
        assert synced(one, hub, who).acknowledged == 3
        assert one.counts() == (0, 0, 3, 0)
        assert synced(one, hub, who).acknowledged == 0


def test_a_hub_that_will_not_begin_another_history_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Kiosk(tmp_path, "one") as one, running_hub(tmp_path / "hub") as hub:
        who = hub.enrol("one")
        one.save_residents(1)
        synced(one, hub, who)
        with one.store.transaction() as db:
            db.execute("UPDATE sync_state SET after_seq = 9")
        monkeypatch.setattr("hub.witness.take_new_epoch", hub_epoch)
        outcome = run(one.client(hub.url, who))
        assert isinstance(outcome.error, HubSetBack)
        assert one.counts() == (0, 0, 1, 0)


def test_numbers_that_the_hub_has_seen_already_are_passed_over_for_good(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one, running_hub(tmp_path / "hub") as hub:
        who = hub.enrol("one")
        one.save_residents(1)
        synced(one, hub, who)
        with writing(hub.engine) as connection:
            connection.exec_driver_sql("UPDATE request_number SET number = 7000")
        one.save_residents(1)
        synced(one, hub, who)
        ((reserved,),) = one.store.connection.execute("SELECT reserved FROM request_number")
        assert reserved == 8000
        ((number,),) = hub.rows("SELECT number FROM request_number")
        assert 7000 < int(str(number)) <= 8000


def test_a_revoked_kiosk_is_told_so_and_keeps_its_records(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one, running_hub(tmp_path / "hub") as hub:
        who = hub.enrol("one")
        with writing(hub.engine) as connection:
            connection.exec_driver_sql("UPDATE kiosk SET revoked_ms = 1")
        one.save_residents(2)
        outcome = run(one.client(hub.url, who))
        assert isinstance(outcome.error, HubRevoked)
        assert "withdrawn" in str(outcome.error)
        assert "enrol this kiosk anew" in outcome.error.next_step
        assert one.counts() == (2, 0, 0, 0)


def test_a_receipt_of_an_earlier_enrolment_is_not_shown_to_the_hub(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one, running_hub(tmp_path / "hub") as hub:
        one.save_residents(1)
        synced(one, hub, hub.enrol("one"))
        one.save_residents(1)
        outcome = run(one.client(hub.url, hub.enrol("two")))
        assert isinstance(outcome.error, HubRefused)
        assert outcome.error.code == "stream"


def test_receipts_follow_each_other_and_are_stored_with_what_they_deliver(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one, running_hub(tmp_path / "hub") as hub:
        who = hub.enrol("one")
        one.save_residents(120)
        synced(one, hub, who)
        texts = [text for (text,) in one.store.connection.execute("SELECT text FROM hub_receipt")]
        said = [json.loads(text) for text in texts]
        assert [receipt["acked"] for receipt in said] == [[[1, 50]], [[51, 120]]]
        assert [receipt["no"] for receipt in said] == [1, 2]
        assert hub.rows("SELECT text FROM receipt ORDER BY no") == [(text,) for text in texts]
        held = held_receipt(one.store.connection)
        assert held is not None
        assert held.no == 2


def test_a_second_worker_on_one_kiosk_stands_back(tmp_path: Path) -> None:
    with Kiosk(tmp_path, "one") as one, running_hub(tmp_path / "hub") as hub:
        who = hub.enrol("one")
        one.save_residents(2)
        begin_run(one.store, "another program", SystemClock().now())
        outcome = run(one.client(hub.url, who))
        assert isinstance(outcome.error, SyncElsewhere)
        assert one.counts() == (2, 0, 0, 0)
        end_run(one.store, "another program")
        synced(one, hub, who)
        ((locks,),) = one.store.connection.execute("SELECT count(*) FROM sync_lock")
        assert locks == 0


def test_a_kiosk_far_behind_takes_a_snapshot_and_goes_on_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        Kiosk(tmp_path, "one") as one,
        Kiosk(tmp_path, "two") as two,
        running_hub(tmp_path / "hub") as hub,
    ):
        who, other = hub.enrol("one"), hub.enrol("two")
        synced(two, hub, other)
        one.save_residents(60)
        synced(one, hub, who)
        far_behind = [True, False]
        monkeypatch.setattr("hub.snapshot.is_better_with_snapshot", lambda *_: far_behind.pop(0))
        assert synced(two, hub, other).received == 60
        assert far_behind == []
        assert two.residents() == one.residents()
        ((filled,),) = two.store.connection.execute("SELECT count(*) FROM first_fill")
        assert filled == 1


def test_a_hub_that_asks_for_a_snapshot_again_and_again_is_not_obeyed_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Kiosk(tmp_path, "one") as one, running_hub(tmp_path / "hub") as hub:
        monkeypatch.setattr("hub.snapshot.is_better_with_snapshot", lambda *_: True)
        outcome = run(one.client(hub.url, hub.enrol("one")))
        assert isinstance(outcome.error, SnapshotNeeded)
