"""How far one record has come, from what is stored of its changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.records.sync_status import (
    RecordState,
    RecordSync,
    record_sync,
    together_sync,
    visits_sync,
)
from kiosk.records.visits import ASKED, QUESTIONS, Answer, FinishedVisit, changes_for_visit
from offline_sync.conflicts import open_conflicts
from offline_sync.oplog import FeedEntry, OpReceipt, OpRejection
from offline_sync.store import Change, Store
from tests.builders import open_test_store, resident_change

RECORD = ("resident", "r1")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_test_store(tmp_path)


def state(store: Store) -> RecordState:
    return record_sync(store.connection, RECORD).state


def test_a_record_goes_from_unsent_over_sent_to_acknowledged(store: Store) -> None:
    with store:
        (op,) = store.save([resident_change(record_id="r1")], "w")
        assert state(store) is RecordState.UNSENT
        store.mark_sending([op])
        assert state(store) is RecordState.SENT
        store.acknowledge([OpReceipt(op, 1)])
        assert state(store) is RecordState.ACKNOWLEDGED
        store.save([Change(*RECORD, {"phone": "1"})], "w")
        assert state(store) is RecordState.UNSENT


def test_a_change_that_was_not_accepted_is_told_with_its_reason(store: Store) -> None:
    with store:
        first, second = store.save(
            [resident_change(record_id="r1"), Change(*RECORD, {"phone": "1"})], "w"
        )
        store.quarantine([OpRejection(first, "wrong_kind: no")])
        assert record_sync(store.connection, RECORD) == RecordSync(
            RecordState.REFUSED, "wrong_kind: no"
        )
        store.set_aside([OpRejection(second, "too_large: yes")])
        assert record_sync(store.connection, RECORD).reason == "too_large: yes"


def test_a_record_with_an_open_conflict_says_so_until_it_is_settled(store: Store) -> None:
    with store:
        (op,) = store.save([resident_change(record_id="r1", phone="1")], "w")
        store.acknowledge([OpReceipt(op, 1)])
        lost = FeedEntry(2, "conflict", "op2", *RECORD, {"phone": "2"}, winners={"phone": op})
        store.apply_feed("village", "E1", [lost], 2)
        assert state(store) is RecordState.IN_CONFLICT
        (one,) = open_conflicts(store.connection)
        store.settle(one, {"phone": "2"}, "w")
        assert state(store) is RecordState.UNSENT


def test_a_record_that_came_from_the_hub_is_at_the_hub(store: Store) -> None:
    with store:
        came = FeedEntry(1, "put", "op1", *RECORD, resident_change().fields)
        store.apply_feed("village", "E1", [came], 1)
        assert state(store) is RecordState.ACKNOWLEDGED


def test_a_visit_has_come_as_far_as_the_least_of_its_answers(store: Store) -> None:
    answers = tuple(Answer(one.key, one.options[0], ASKED) for one in QUESTIONS)
    with store:
        store.save([resident_change(record_id="r1")], "w")
        for visit in ("v1", "v2"):
            done = FinishedVisit(visit, "r1", "w", "home", 1, 2, answers)
            ops = store.save(changes_for_visit(done), "w")
            store.acknowledge([OpReceipt(op, number) for number, op in enumerate(ops[:-1], 1)])
        found = visits_sync(store.connection, ["v1", "v2"])
        assert {one.state for one in found.values()} == {RecordState.UNSENT}
        store.acknowledge([OpReceipt(ops[-1], 99)])
        found = visits_sync(store.connection, ["v1", "v2"])
        assert found["v1"].state is RecordState.UNSENT
        assert found["v2"].state is RecordState.ACKNOWLEDGED
        assert visits_sync(store.connection, []) == {}


def test_records_that_belong_together_have_come_as_far_as_the_last_of_them(store: Store) -> None:
    with store:
        first, second = store.save([resident_change(record_id=one) for one in "ab"], "w")
        both = {"x": [("resident", "a"), ("resident", "b")], "y": [("resident", "a")]}
        store.acknowledge([OpReceipt(first, 1)])
        found = together_sync(store.connection, both)
        assert (found["x"].state, found["y"].state) == (
            RecordState.UNSENT,
            RecordState.ACKNOWLEDGED,
        )
        store.quarantine([OpRejection(second, "wrong_kind: no")])
        assert together_sync(store.connection, both)["x"] == RecordSync(
            RecordState.REFUSED, "wrong_kind: no"
        )
