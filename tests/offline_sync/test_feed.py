from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_sync.canonical import json_of_anything
from offline_sync.feed import FeedOutcome, give_way, unread_entries
from offline_sync.feed_page import FeedGap
from offline_sync.oplog import UNREADABLE, Cursor, FeedEntry, OpReceipt, OpRejection
from offline_sync.store import Change, Store
from tests.builders import open_test_store, resident_change
from tests.offline_sync.invariants import records_as_kept

RESIDENT = resident_change(record_id="r1", phone="1", address="old")


def put(seq: int, fields: Mapping[str, object], **given: object) -> FeedEntry:
    entry: dict[str, object] = {
        "kind": "put",
        "op_id": f"hub-op-{seq}",
        "record_type": "resident",
        "record_id": "r1",
    }
    return FeedEntry(seq=seq, fields=fields, **(entry | given))  # type: ignore[arg-type]


def arrive(store: Store, *entries: FeedEntry, epoch: str = "E1") -> FeedOutcome:
    return store.apply_feed("village", epoch, entries, max(entry.seq for entry in entries))


def shown(store: Store, field: str, record_id: str = "r1") -> object:
    row = store.connection.execute(
        f"SELECT {field} FROM resident WHERE id = ?", (record_id,)
    ).fetchone()
    return row[0] if row else None


def edit(store: Store, **fields: object) -> str:
    (op_id,) = store.save([Change("resident", "r1", fields)], by="staff-1")
    return op_id


def base_of(store: Store, op_id: str) -> Mapping[str, str]:
    return next(op.base for op in store.unsent(1000) if op.op_id == op_id)


def kept_raw(store: Store) -> list[tuple[int, str]]:
    return list(store.connection.execute("SELECT seq, why FROM inbox_quarantine ORDER BY seq"))


def test_nothing_was_read_of_a_bucket_never_heard_of(store: Store):
    assert store.cursor("village") == Cursor("", 0)


def test_a_record_of_another_kiosk_arrives_with_its_cursor(store: Store):
    outcome = store.apply_feed("village", "E1", [put(1, RESIDENT.fields)], 1)
    assert outcome == FeedOutcome(frozenset({("resident", "r1")}), ())
    assert store.cursor("village") == Cursor("E1", 1)
    assert shown(store, "phone") == "1"
    assert store.outbox_counts().total == 0


def test_an_edit_of_what_the_feed_brought_names_the_hubs_op_as_seen(store: Store):
    arrive(store, put(1, RESIDENT.fields), put(2, {"phone": "2"}))
    op_id = edit(store, phone="3", address="new")
    assert base_of(store, op_id) == {"phone": "hub-op-2", "address": "hub-op-1"}


def test_values_and_cursor_are_kept_together_or_not_at_all(store: Store):
    def arrive_and_fail() -> None:
        with store.transaction():
            arrive(store, put(1, RESIDENT.fields))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        arrive_and_fail()
    assert store.cursor("village") == Cursor("", 0)
    assert records_as_kept(store.connection) == {}


def test_a_page_that_comes_again_changes_nothing(store: Store):
    page = [put(1, RESIDENT.fields), put(2, {"phone": "2"})]
    arrive(store, *page)
    arrive(store, put(3, {"phone": "3"}))
    assert arrive(store, *page) == FeedOutcome(frozenset(), ())
    assert shown(store, "phone") == "3"
    assert store.cursor("village") == Cursor("E1", 3)


def test_a_hub_that_counts_anew_is_read_from_its_beginning(store: Store):
    arrive(store, put(1, RESIDENT.fields), put(2, {"phone": "1"}))
    arrive(store, put(1, {"phone": "2"}), epoch="E2")
    assert store.cursor("village") == Cursor("E2", 1)
    assert shown(store, "phone") == "2"


def test_a_hub_that_begins_another_history_gets_all_again_that_it_ever_took(store: Store):
    arrive(store, put(1, RESIDENT.fields))
    own, aside = edit(store, phone="mine"), edit(store, address="mine")
    store.acknowledge([OpReceipt(own, 2)])
    store.quarantine([OpRejection(aside, "why")])
    arrive(store, put(1, RESIDENT.fields), put(2, {"phone": "theirs"}), epoch="E2")
    assert [op.op_id for op in store.unsent(9)] == [own, aside]
    assert shown(store, "phone") == "mine"  # on its way again


def test_numbers_that_did_not_come_stop_the_cursor_unless_they_are_own_ops(store: Store):
    first, second = edit(store, **RESIDENT.fields), edit(store, phone="2")
    other = put(3, {"address": "theirs"})
    with pytest.raises(FeedGap, match="2 numbers between 0 and 3"):
        arrive(store, other)
    store.acknowledge([OpReceipt(first, 1)])
    with pytest.raises(FeedGap, match="1 numbers between 0 and 3"):
        arrive(store, other)
    assert store.cursor("village") == Cursor("", 0)
    assert shown(store, "address") == "old"
    store.acknowledge([OpReceipt(second, 2)])
    arrive(store, other)
    assert store.cursor("village") == Cursor("E1", 3)
    with pytest.raises(FeedGap):
        store.apply_feed("village", "E1", [], 2**53)


def test_an_own_op_may_come_in_the_feed_as_well(store: Store):
    own = edit(store, **RESIDENT.fields)
    store.acknowledge([OpReceipt(own, 1)])
    arrive(store, put(1, RESIDENT.fields, op_id=own), put(2, {"phone": "2"}))
    with pytest.raises(FeedGap, match="1 numbers"):
        arrive(store, put(4, {"phone": "3"}))
    assert store.cursor("village") == Cursor("E1", 2)


def test_an_op_that_the_hub_had_all_along_gives_way_to_what_was_merged_after_it(store: Store):
    """The answer to a push was lost, and the feed went on before the op was sent again."""
    arrive(store, put(1, RESIDENT.fields))
    own = edit(store, phone="mine", address="mine")
    arrive(store, put(2, {"phone": "mine", "address": "mine"}, op_id=own))
    arrive(store, put(3, {"phone": "theirs"}))
    later = edit(store, address="mine again")
    assert shown(store, "phone") == "mine"
    with store.transaction() as db:
        assert give_way(db, [own]) == {("resident", "r1")}
    assert (shown(store, "phone"), shown(store, "address")) == ("theirs", "mine again")
    assert base_of(store, edit(store, phone="x", address="y")) == {
        "phone": "hub-op-3",
        "address": later,
    }


def test_buckets_have_their_own_cursors(store: Store):
    arrive(store, put(1, RESIDENT.fields))
    assert store.cursor("another") == Cursor("", 0)


def test_an_own_edit_on_its_way_stays_in_sight_over_another_kiosks_value(store: Store):
    arrive(store, put(1, RESIDENT.fields))
    own = edit(store, phone="mine")
    arrive(store, put(2, {"phone": "theirs", "address": "theirs"}))
    assert (shown(store, "phone"), shown(store, "address")) == ("mine", "theirs")
    # The next edit was made in sight of the own value: theirs must not look as if it was seen.
    assert base_of(store, edit(store, phone="mine again")) == {"phone": own}
    state = store.connection.execute(
        "SELECT hub_op_id, hub_value FROM field_state WHERE field = 'phone'"
    ).fetchone()
    assert state == ("hub-op-2", '"theirs"')


def test_an_own_edit_that_won_at_the_hub_stays(store: Store):
    arrive(store, put(1, RESIDENT.fields))
    own = edit(store, phone="mine")
    store.mark_sending([own])
    store.acknowledge([OpReceipt(own, 3)])
    arrive(store, put(2, {"phone": "theirs"}))
    assert shown(store, "phone") == "mine"
    arrive(store, put(3, {"phone": "mine"}, op_id=own))
    assert shown(store, "phone") == "mine"
    assert base_of(store, edit(store, phone="x")) == {"phone": own}


def test_an_own_edit_that_lost_at_the_hub_gives_way_to_the_winner(store: Store):
    arrive(store, put(1, RESIDENT.fields))
    own = edit(store, phone="mine")
    store.acknowledge([OpReceipt(own, 3)])
    arrive(store, put(2, {"phone": "theirs"}))
    arrive(store, put(3, {"phone": "theirs"}, op_id=own, winners={"phone": "hub-op-2"}))
    assert shown(store, "phone") == "theirs"
    assert base_of(store, edit(store, phone="x")) == {"phone": "hub-op-2"}


def test_a_later_own_edit_outlasts_the_echo_of_an_earlier_one(store: Store):
    arrive(store, put(1, RESIDENT.fields))
    first = edit(store, phone="first")
    store.acknowledge([OpReceipt(first, 2)])
    edit(store, phone="second")
    arrive(store, put(2, {"phone": "first"}, op_id=first))
    assert shown(store, "phone") == "second"


def test_after_a_quarantined_edit_the_next_value_of_the_hub_shows(store: Store):
    arrive(store, put(1, RESIDENT.fields))
    own = edit(store, phone="mine")
    store.quarantine([OpRejection(own, "not allowed")])
    assert shown(store, "phone") == "mine"
    arrive(store, put(2, {"phone": "theirs"}))
    assert shown(store, "phone") == "theirs"


def test_a_lost_value_is_listed_with_what_stands(store: Store):
    arrive(store, put(1, RESIDENT.fields))
    lost = put(2, {"phone": "lost"}, kind="conflict", winners={"phone": "hub-op-1"})
    assert arrive(store, lost).changed == {("resident", "r1")}
    rows = store.connection.execute(
        "SELECT tbl, rid, field, loser_op, value, winner_op, seen_by FROM conflict"
    ).fetchall()
    assert rows == [("resident", "r1", "phone", "hub-op-2", '"lost"', "hub-op-1", None)]
    assert shown(store, "phone") == "1"


def test_fields_of_a_newer_version_are_kept_until_this_one_knows_them(store: Store):
    arrive(store, put(1, {**RESIDENT.fields, "pet": {"name": "阿福"}}, version=9))
    arrive(store, put(2, {"carer": "none"}, version=9))
    assert json.loads(str(shown(store, "extra"))) == {"pet": {"name": "阿福"}, "carer": "none"}
    edit(store, phone="2")
    assert json.loads(str(shown(store, "extra"))) == {"pet": {"name": "阿福"}, "carer": "none"}


def test_records_of_a_newer_version_are_kept_as_they_came(store: Store):
    entry = put(1, {"a": [1, None]}, record_type="garden_plot", record_id="g1", version=9)
    assert arrive(store, entry) == FeedOutcome(frozenset(), (1,))
    arrive(store, entry, epoch="E2")
    assert unread_entries(store.connection) == 1
    ((table, raw),) = store.connection.execute("SELECT tbl, raw FROM inbox_unknown").fetchall()
    assert table == "garden_plot"
    assert json.loads(raw)["fields"] == {"a": [1, None]}


POISON = {
    "no record to edit": (put(2, {"phone": "1"}, record_id="r9"), "lacks name"),
    "wrong kind of value": (put(2, {"phone": 5}), "takes text, not int"),
    "required value gone": (put(2, {"status": None}), "must have a value"),
    "unwritable letter": (put(2, {"phone": "\ud800"}), "cannot be written"),
    "no number": (put(2, {"pet": float("nan")}), "finite"),
    "unknown kind": (put(2, {"phone": "2"}, kind="remove"), "kind 'remove'"),
    "no id": (put(2, {"phone": "2"}, record_id=""), "A record id"),
    "odd id": (put(2, {"phone": "2"}, record_id="\ud800"), "A record id"),
    "odd type": (put(2, {"phone": "2"}, record_type="\ud800"), "A record type"),
    "odd op": (put(2, {"phone": "2"}, op_id=""), "An op id"),
}


@pytest.mark.parametrize("name", POISON)
def test_an_entry_that_cannot_be_applied_is_kept_raw_and_the_feed_goes_on(store: Store, name: str):
    poison, why = POISON[name]
    outcome = arrive(store, put(1, RESIDENT.fields), poison, put(3, {"phone": "after"}))
    assert outcome.set_aside == (2,)
    assert unread_entries(store.connection) == 1
    assert shown(store, "phone") == "after"
    assert store.cursor("village") == Cursor("E1", 3)
    ((seq, reason),) = kept_raw(store)
    assert seq == 2
    assert why in reason


def test_an_entry_that_fails_halfway_leaves_no_half(store: Store):
    store.connection.execute(
        "CREATE TRIGGER failing BEFORE INSERT ON field_state WHEN new.rid = 'r1'"
        " BEGIN SELECT raise(ABORT, 'the disk forgot this page'); END"
    )
    other = resident_change(record_id="r2")
    outcome = arrive(store, put(1, RESIDENT.fields), put(2, other.fields, record_id="r2"))
    assert outcome == FeedOutcome(frozenset({("resident", "r2")}), (1,))
    assert kept_raw(store) == [(1, "the disk forgot this page")]
    assert list(records_as_kept(store.connection)) == [("resident", "r2")]


def test_what_was_written_once_is_not_rewritten_by_the_feed(store: Store):
    visit: dict[str, object] = {
        "resident_id": "r1",
        "contact": "home",
        "started_at": 1,
        "saved_at": 2,
        "staff_id": "s1",
        "note": "as said",
    }
    first = put(1, visit, record_type="visit", record_id="v1")
    again = put(2, visit, record_type="visit", record_id="v1")
    other = put(3, {"note": "otherwise"}, record_type="visit", record_id="v1")
    assert arrive(store, first, again, other).set_aside == (3,)
    assert [seq for seq, _ in kept_raw(store)] == [3]
    assert store.connection.execute("SELECT note FROM visit").fetchall() == [("as said",)]


def everything(store: Store) -> list[list[tuple[object, ...]]]:
    """All that the feed can change but the moment of it."""
    return [
        list(store.connection.execute(f"SELECT {columns} FROM {table}"))
        for table, columns in (
            ("resident", "*"),
            ("field_state", "*"),
            ("inbox_quarantine", "seq, raw, why"),
            ("sync_state", "bucket, hub_epoch, after_seq"),
        )
    ]


edits = st.lists(
    st.dictionaries(
        st.sampled_from(["phone", "address", "status", "newer_field"]),
        st.text(max_size=3),
        min_size=1,
    ),
    max_size=8,
)


@settings(max_examples=15)
@given(edits=edits, cuts=st.lists(st.integers(0, 8), max_size=5))
def test_however_the_feed_is_cut_and_repeated_the_same_records_stand(
    tmp_path_factory: pytest.TempPathFactory, edits: list[dict[str, object]], cuts: list[int]
):
    entries = [put(1, RESIDENT.fields)]
    entries += [put(seq, fields) for seq, fields in enumerate(edits, start=2)]
    with open_test_store(tmp_path_factory.mktemp("whole")) as whole:
        arrive(whole, *entries)
        with open_test_store(tmp_path_factory.mktemp("cut")) as in_pieces:
            for cut in [*sorted(cuts), len(entries)]:
                page = entries[: max(1, cut)]
                in_pieces.apply_feed("village", "E1", page, page[-1].seq)
            assert everything(in_pieces) == everything(whole)


def nested(depth: int) -> object:
    value: object = "within"
    for level in range(depth):
        value = [value] if level % 2 else {"in": value}
    return value


@pytest.mark.parametrize("depth", [33, 300, 960, 100_000])
def test_an_entry_nested_however_deep_is_kept_and_the_feed_goes_on(store: Store, depth: int):
    poison = put(2, {"pet": nested(depth)})
    outcome = arrive(store, put(1, RESIDENT.fields), poison, put(3, {"phone": "after"}))
    assert outcome.set_aside == (2,)
    assert shown(store, "phone") == "after"
    ((raw,),) = store.connection.execute("SELECT raw FROM inbox_quarantine").fetchall()
    assert raw.count("[") + raw.count('{"in": ') == depth
    assert '"within"' in raw


def test_a_deep_entry_of_a_newer_version_is_kept_as_it_came(store: Store):
    entry = put(1, {"a": nested(2_000)}, record_type="garden_plot", version=9)
    assert arrive(store, entry).set_aside == (1,)
    assert unread_entries(store.connection) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"phone\ud800": "1"},
        {"phone\ud800": float("inf")},
        {"pet": 10**5_000},
        {"pet": {"age": 1 << 63}},
        {"pet": {"name": "\ud800"}},
    ],
)
def test_an_entry_that_nothing_can_write_is_kept_in_other_letters(
    store: Store, fields: dict[str, object]
):
    arrive(store, put(1, RESIDENT.fields), put(2, fields), put(3, {"phone": "after"}))
    assert [seq for seq, _ in kept_raw(store)] == [2]
    assert shown(store, "phone") == "after"


def test_an_entry_of_which_only_the_number_could_be_read_is_kept_as_it_came(store: Store):
    line = put(2, {"text": '[2,"put",', "why": "it ends early"}, kind=UNREADABLE, record_id="")
    arrive(store, put(1, RESIDENT.fields), line, put(3, {"phone": "after"}))
    assert kept_raw(store) == [(2, "This entry cannot be read: it ends early")]
    assert shown(store, "phone") == "after"


@pytest.mark.parametrize(
    "value", [None, True, 1.5, "陳", [], {}, [1, {"a": []}], {"a": {"b": [None]}, "c": [[], {}]}]
)
def test_what_json_can_carry_is_written_as_json(value: object):
    assert json.loads(json_of_anything(value)) == value
