"""Conflicts at the kiosk: both values to be read, settled by an edit, closed by others' edits."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from offline_sync import conflicts
from offline_sync.catalogue import Merge
from offline_sync.changes import Change
from offline_sync.conflicts import ConflictMoved, OpenConflict, open_conflicts
from offline_sync.epochs import send_all_again
from offline_sync.errors import InvalidChange
from offline_sync.oplog import FeedEntry, OpReceipt, OpRejection
from offline_sync.store import Store
from tests.builders import resident_change
from tests.offline_sync.conftest import NOVEMBER_2026

STAMP = f"{NOVEMBER_2026:012x}.00000000"
RESIDENT = resident_change(record_id="r1", phone="1", warnings={"arm_not_to_use": "left"})
APPLIANCE: dict[str, object] = {
    "vital": "blood_pressure",
    "maker": "A&D",
    "model": "UA-651",
    "serial": "1",
    "address": "aa",
    "status": "in_use",
}


def entry(
    seq: int,
    kind: str,
    op_id: str,
    fields: Mapping[str, object],
    of: tuple[str, str] = ("resident", "r1"),
    **given: object,
) -> FeedEntry:
    said = {"hlc": STAMP, "by": "w-9"} | given
    return FeedEntry(seq, kind, op_id, *of, fields, **said)  # type: ignore[arg-type]


def arrive(store: Store, *entries: FeedEntry) -> None:
    outcome = store.apply_feed("village", "E1", entries, max(one.seq for one in entries))
    assert outcome.set_aside == ()


def lost(
    seq: int, op_id: str, field: str, value: object, winner: str, **given: object
) -> FeedEntry:
    said = {"winners": {field: winner}, "authors": {winner: ("w-9", STAMP)}} | given
    return entry(seq, "conflict", op_id, {field: value}, **{"by": "w-2", **said})  # type: ignore[arg-type]


def two_phones(store: Store) -> None:
    """The feed of a record whose phone two others set: "3" shows, "2" does not."""
    arrive(
        store,
        entry(1, "put", "op1", RESIDENT.fields),
        entry(2, "put", "op2", {"phone": "2"}, by="w-2"),
        entry(3, "put", "op3", {"phone": "3"}),
        lost(4, "op2", "phone", "2", "op3"),
    )


def only(store: Store) -> OpenConflict:
    (one,) = conflicts.open_conflicts(store.connection)
    return one


def test_both_values_are_listed_with_who_set_them_and_when(store: Store) -> None:
    two_phones(store)
    one = only(store)
    assert (one.record_type, one.record_id, one.fields) == ("resident", "r1", ("phone",))
    assert (one.policy, one.can_be_settled) == (Merge.LAST_WRITE, True)
    assert (one.shown.values, one.shown.ops) == ({"phone": "3"}, {"phone": "op3"})
    assert (one.shown.by, one.shown.at_ms) == ("w-9", NOVEMBER_2026)
    (other,) = one.others
    assert (other.values, other.ops, other.by) == ({"phone": "2"}, {"phone": "op2"}, "w-2")
    assert len(conflicts.open_conflicts(store.connection)) == 1
    assert conflicts.conflicts_of(store.connection, "resident", "r1") == [one]
    assert conflicts.conflicts_of(store.connection, "resident", "r2") == []


def test_both_values_of_a_field_that_a_person_must_settle_can_be_read(store: Store) -> None:
    arrive(
        store,
        entry(1, "put", "op1", RESIDENT.fields),
        entry(2, "put", "op3", {"warnings": {"arm_not_to_use": "right"}}),
        lost(3, "op2", "warnings", {"arm_not_to_use": "both"}, "op3"),
    )
    one = only(store)
    assert one.policy is Merge.KEEP_BOTH
    assert [version.values["warnings"] for version in (one.shown, *one.others)] == [
        {"arm_not_to_use": "right"},
        {"arm_not_to_use": "both"},
    ]


def test_settling_is_an_edit_over_what_was_seen_that_names_what_lost(store: Store) -> None:
    two_phones(store)
    op_id = store.settle(only(store), {"phone": "2"}, "w-1")
    (op,) = store.unsent(10)
    assert (op.op_id, op.fields, op.by) == (op_id, {"phone": "2"}, "w-1")
    assert (op.base, op.settles) == ({"phone": "op3"}, {"phone": ["op2"]})
    assert store.connection["resident"].get("r1")["phone"] == "2"
    assert conflicts.open_conflicts(store.connection) == []


def test_a_settling_edit_that_the_hub_keeps_aside_has_settled_nothing(store: Store) -> None:
    two_phones(store)
    op_id = store.settle(only(store), {"phone": "2"}, "w-1")
    store.quarantine([OpRejection(op_id, "unreadable")])
    assert len(conflicts.open_conflicts(store.connection)) == 1


def test_what_was_changed_meanwhile_is_not_settled_unseen(store: Store) -> None:
    two_phones(store)
    seen = only(store)
    arrive(store, entry(5, "put", "op5", {"phone": "5"}, by="w-5"))
    with pytest.raises(ConflictMoved, match="Look at the values again"):
        store.settle(seen, {"phone": "2"}, "w-1")
    assert store.unsent(10) == []
    now = only(store)
    assert (now.shown.values, now.shown.by) == ({"phone": "5"}, "w-5")
    store.settle(now, {"phone": "5"}, "w-1")
    with pytest.raises(ConflictMoved):
        store.settle(now, {"phone": "5"}, "w-1")


def test_an_own_edit_of_the_value_that_shows_is_the_one_that_is_listed(store: Store) -> None:
    two_phones(store)
    store.save([Change("resident", "r1", {"phone": "4"})], "w-1")
    assert (only(store).shown.values, only(store).shown.by) == ({"phone": "4"}, "w-1")


def test_an_edit_of_another_kiosk_closes_what_it_settles(store: Store) -> None:
    two_phones(store)
    arrive(store, entry(5, "put", "op5", {"phone": "2"}, settles={"phone": ["op2"]}))
    assert conflicts.open_conflicts(store.connection) == []


def test_a_conflict_that_comes_after_it_was_settled_stays_closed(store: Store) -> None:
    arrive(
        store,
        entry(1, "put", "op1", RESIDENT.fields),
        entry(2, "put", "op5", {"phone": "2"}, settles={"phone": ["op2"]}),
        lost(3, "op2", "phone", "2", "op5"),
        lost(4, "op4", "phone", "4", "op5"),
    )
    assert [one.ops for one in only(store).others] == [{"phone": "op4"}]


def test_the_fields_of_a_group_are_one_conflict_and_settled_together(store: Store) -> None:
    of = ("instrument", "i1")
    group = {"maker": "Omron", "model": "X4", "serial": "9", "address": "bb"}
    arrive(
        store,
        entry(1, "put", "op1", APPLIANCE, of),
        entry(2, "put", "op3", group, of),
        *(
            lost(3 + at, "op2", name, value, "op3", of=of)
            for at, (name, value) in enumerate(
                {"maker": "A&D", "model": "UA-651", "serial": "7", "address": "aa"}.items()
            )
        ),
    )
    one = only(store)
    assert (one.policy, set(one.fields)) == (Merge.GROUP, set(group))
    assert (one.shown.values, len(one.others)) == (group, 1)
    with pytest.raises(InvalidChange, match="a value for"):
        store.settle(one, {"serial": "7"}, "w-1")
    store.settle(one, one.others[0].values, "w-1")
    (op,) = store.unsent(10)
    assert op.fields == {"maker": "A&D", "model": "UA-651", "serial": "7", "address": "aa"}
    assert op.settles == {name: ["op2"] for name in group}
    assert conflicts.open_conflicts(store.connection) == []


def test_a_conflict_in_a_field_of_a_newer_version_is_shown_and_left_alone(store: Store) -> None:
    arrive(
        store,
        entry(1, "put", "op1", {**RESIDENT.fields, "shoe": "40"}, version=9),
        lost(2, "op2", "shoe", "41", "op1", version=9),
    )
    one = only(store)
    assert (one.shown.values, one.others[0].values) == ({"shoe": "40"}, {"shoe": "41"})
    assert not one.can_be_settled
    with pytest.raises(InvalidChange):
        store.settle(one, {"shoe": "41"}, "w-1")


def test_a_conflict_of_a_record_that_is_not_here_is_kept(store: Store) -> None:
    arrive(store, lost(1, "op2", "phone", "2", "op3"))
    assert conflicts.open_conflicts(store.connection) == []
    assert store.connection["conflict"].count == 1


def test_an_edit_of_one_field_of_a_group_says_all_of_the_group(store: Store) -> None:
    store.save([Change("instrument", "i1", APPLIANCE)], "w-1")
    (first,) = store.unsent(10)
    store.save([Change("instrument", "i1", {"serial": "2", "name": "hall"})], "w-1")
    edit = store.unsent(10)[1]
    assert edit.fields == {
        "maker": "A&D",
        "model": "UA-651",
        "serial": "2",
        "address": "aa",
        "name": "hall",
    }
    assert edit.base == dict.fromkeys(("maker", "model", "serial", "address"), first.op_id)
    store.save([Change("instrument", "i1", {"name": "door"})], "w-1")
    assert store.unsent(10)[2].fields == {"name": "door"}


def test_settled_ops_travel_with_their_chain(store: Store) -> None:
    two_phones(store)
    store.settle(only(store), {"phone": "3"}, "w-1")
    row = store.connection.execute("SELECT settles FROM op_out").fetchone()
    assert json.loads(row[0]) == {"phone": ["op2"]}


def an_own_phone_that_lost(store: Store) -> str:
    """The op of an own edit that the hub has, and in whose place "3" shows."""
    arrive(store, entry(1, "put", "op1", RESIDENT.fields))
    (op_id,) = store.save([Change("resident", "r1", {"phone": "4"})], "w-1")
    store.acknowledge([OpReceipt(op_id, 3)])
    arrive(
        store,
        entry(2, "put", "op3", {"phone": "3"}),
        entry(3, "put", op_id, {"phone": "3"}, winners={"phone": "op3"}),
        lost(4, op_id, "phone", "4", "op3"),
    )
    return op_id


def listed(store: Store) -> list[tuple[object, ...]]:
    return [(one.shown.values, one.others[0].values) for one in open_conflicts(store.connection)]


def test_what_lost_stays_in_sight_until_a_hub_that_was_put_back_has_it_again(store: Store) -> None:
    op_id = an_own_phone_that_lost(store)
    with store.transaction() as db:
        send_all_again(db, NOVEMBER_2026)
    assert listed(store) == [({"phone": "3"}, {"phone": "4"})]
    with store.transaction() as db:
        conflicts.come_again(db, [op_id])
    assert listed(store) == [({"phone": "3"}, {"phone": "4"})]
    with store.transaction() as db:
        conflicts.have_receipts(db, [op_id])
    assert listed(store) == []


def test_what_the_hub_says_anew_of_what_lost_outlasts_the_receipt_that_comes_later(
    store: Store,
) -> None:
    op_id = an_own_phone_that_lost(store)
    with store.transaction() as db:
        send_all_again(db, NOVEMBER_2026)
        conflicts.note(db, lost(4, op_id, "phone", "4", "op3"), NOVEMBER_2026)
        conflicts.have_receipts(db, [op_id])
    assert listed(store) == [({"phone": "3"}, {"phone": "4"})]


def test_what_was_settled_is_not_asked_again_while_it_is_sent_again(store: Store) -> None:
    op_id = an_own_phone_that_lost(store)
    arrive(store, entry(5, "put", "op5", {"phone": "3"}, settles={"phone": [op_id]}))
    with store.transaction() as db:
        send_all_again(db, NOVEMBER_2026)
    assert conflicts.open_conflicts(store.connection) == []
