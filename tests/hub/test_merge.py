"""Which value shows when two people changed one field."""

from __future__ import annotations

import pytest

from hub.merge import FieldValue, Merged, WrittenOnce, merge
from hub.stamps import FUTURE_LIMIT_MS, effective_ms
from offline_sync.catalogue import Field, Kind, Merge, RecordType


def value(op_id: str, text: str, at: int) -> FieldValue:
    return FieldValue(op_id, text, at, f"{at:012x}.00000000")


OLD = value("old", '"1"', 100)

APPLIANCE = ("maker", "serial", "address")
TYPE = RecordType(
    "test",
    (
        Field("phone"),
        Field("address_line"),
        Field("warnings", Kind.JSON, merge=Merge.KEEP_BOTH),
        Field("reading", merge=Merge.NEVER),
        Field("most", Kind.REAL, merge=Merge.MAX),
        Field("least", Kind.REAL, merge=Merge.MIN),
        Field("status", merge=Merge.STATE_MACHINE, order=("active", "moved", "died")),
        *(Field(name, merge=Merge.GROUP, group="appliance") for name in APPLIANCE),
    ),
    1,
)


def test_an_edit_of_what_was_on_the_screen_applies_whatever_the_clocks_say() -> None:
    earlier_clock = value("new", '"2"', 5)
    merged = merge({"phone": earlier_clock}, {"phone": "old"}, {"phone": OLD}, TYPE)
    assert merged.applied == {"phone": earlier_clock}
    assert merged.conflicts == ()


def test_of_two_concurrent_edits_the_later_shows_and_the_earlier_is_kept() -> None:
    later, earlier = value("new", '"2"', 200), value("new", '"2"', 50)
    won = merge({"phone": later}, {"phone": "seen"}, {"phone": OLD}, TYPE)
    assert (won.applied, won.conflicts[0].loser) == ({"phone": later}, OLD)
    lost = merge({"phone": earlier}, {}, {"phone": OLD}, TYPE)
    assert (lost.applied, lost.standing) == ({}, {"phone": OLD})
    assert (lost.conflicts[0].winner, lost.conflicts[0].loser) == (OLD, earlier)


def test_two_people_who_write_the_same_are_no_conflict_and_the_later_one_counts() -> None:
    """Else a third edit, between the two, would win or lose by which of them came first."""
    later, earlier = value("new", '"1"', 200), value("new", '"1"', 50)
    merged = merge({"phone": later}, {}, {"phone": OLD}, TYPE)
    assert (merged.applied, merged.standing, merged.conflicts) == ({"phone": later}, {}, ())
    merged = merge({"phone": earlier}, {}, {"phone": OLD}, TYPE)
    assert (merged.applied, merged.standing, merged.conflicts) == ({}, {"phone": OLD}, ())


def test_fields_are_merged_one_by_one() -> None:
    current = {"phone": OLD, "address_line": value("a", '"here"', 100)}
    edit = {"phone": value("new", '"2"', 50), "address_line": value("new", '"there"', 50)}
    merged = merge(edit, {"phone": "old", "address_line": "before"}, current, TYPE)
    assert list(merged.applied) == ["phone"]
    assert [conflict.field for conflict in merged.conflicts] == ["address_line"]


def test_a_field_written_once_takes_no_second_value() -> None:
    assert merge({"reading": value("new", '"1"', 200)}, {}, {"reading": OLD}, TYPE).applied == {}
    with pytest.raises(WrittenOnce):
        merge({"reading": value("new", '"2"', 200)}, {}, {"reading": OLD}, TYPE)


def test_a_clock_far_ahead_wins_no_tie_by_it() -> None:
    now = 1_000_000_000
    assert effective_ms(f"{now - 5:012x}.00000000", now) == now - 5
    assert effective_ms(f"{now * 50:012x}.00000000", now) == now + FUTURE_LIMIT_MS


def of(name: str, new: FieldValue, old: FieldValue, base: str | None = None) -> Merged:
    return merge({name: new}, {name: base} if base else {}, {name: old}, TYPE)


@pytest.mark.parametrize(
    ("name", "wins", "loses"),
    [
        ("most", "7", "3.5"),
        ("most", "10", "9"),
        ("most", "-1", "null"),
        ("most", '"2026-12-01"', '"2026-11-30"'),
        ("least", "3.5", "7"),
        ("least", "9", "10"),
        ("least", "7", "null"),
        ("least", '"2026-11-30"', '"2026-12-01"'),
        ("status", '"died"', '"moved"'),
        ("status", '"moved"', '"active"'),
        ("status", '"active"', '"abroad"'),  # a state of a newer version
    ],
)
def test_the_policy_decides_between_concurrent_values_and_not_the_clock(
    name: str, wins: str, loses: str
) -> None:
    first, second = value("a", wins, 100), value("b", loses, 900)
    stays = of(name, second, first)
    assert (stays.applied, stays.standing) == ({}, {name: first})
    gives_way = of(name, first, second)
    assert (gives_way.applied, gives_way.standing) == ({name: first}, {})
    assert [one.loser for one in (*stays.conflicts, *gives_way.conflicts)] == [second, second]
    assert of(name, second, first, base="a").applied == {name: second}


def test_of_two_values_that_the_policy_takes_for_equal_the_later_shows() -> None:
    for name, text, other in (("most", "1", "1.0"), ("status", '"abroad"', '"unknown"')):
        merged = of(name, value("a", text, 5), value("b", other, 4))
        assert (list(merged.applied), len(merged.conflicts)) == ([name], 1)


def test_a_field_that_must_be_settled_says_so_in_its_conflict() -> None:
    merged = of("warnings", value("a", '{"a":1}', 5), value("b", '{"b":1}', 4))
    assert [one.policy for one in merged.conflicts] == [Merge.KEEP_BOTH]


def group(op_id: str, at: int, **texts: str) -> dict[str, FieldValue]:
    return {name: value(op_id, f'"{text}"', at) for name, text in texts.items()}


WHOLE = {"maker": "A&D", "serial": "1", "address": "aa"}
OTHER = {"maker": "Omron", "serial": "1", "address": "bb"}


def test_edits_of_two_fields_of_a_group_are_in_conflict_and_the_later_takes_it_whole() -> None:
    seen = dict.fromkeys(APPLIANCE, "old")
    current = group("theirs", 100, **WHOLE)
    later = merge(group("mine", 200, **OTHER), seen, current, TYPE)
    assert {one.op_id for one in later.applied.values()} == {"mine"}
    assert (set(later.applied), later.standing) == (set(APPLIANCE), {})
    assert {one.field: one.loser.value for one in later.conflicts} == {
        name: f'"{text}"' for name, text in WHOLE.items()
    }
    earlier = merge(group("mine", 50, **OTHER), seen, current, TYPE)
    assert (earlier.applied, earlier.standing) == ({}, current)
    assert {one.loser.op_id for one in earlier.conflicts} == {"mine"}


def test_an_edit_of_a_whole_group_that_was_on_the_screen_applies() -> None:
    seen = dict.fromkeys(APPLIANCE, "theirs")
    merged = merge(group("mine", 1, **OTHER), seen, group("theirs", 100, **WHOLE), TYPE)
    assert (set(merged.applied), merged.conflicts) == (set(APPLIANCE), ())


def test_the_same_group_written_twice_is_no_conflict() -> None:
    current = group("theirs", 100, **WHOLE)
    later, earlier = group("mine", 200, **WHOLE), group("mine", 50, **WHOLE)
    merged = merge(later, {}, current, TYPE)
    assert (merged.applied, merged.standing, merged.conflicts) == (later, {}, ())
    merged = merge(earlier, {}, current, TYPE)
    assert (merged.applied, merged.standing, merged.conflicts) == ({}, current, ())


def test_who_has_not_seen_the_rest_of_a_group_cannot_win_it_with_a_part() -> None:
    current = group("first", 10, maker="A&D", address="aa") | group("theirs", 100, serial="2")
    merged = merge(group("mine", 200, maker="Omron"), {"maker": "first"}, current, TYPE)
    assert (merged.applied, merged.standing) == ({}, {"maker": current["maker"]})
    assert [one.field for one in merged.conflicts] == ["maker"]
    whole = group("first", 10, **WHOLE)
    assert merge(group("m", 1, maker="Omron"), {"maker": "first"}, whole, TYPE).conflicts == ()


def test_what_the_winner_of_a_group_left_empty_stays_empty() -> None:
    current = group("theirs", 100, maker="A&D", address="aa")
    merged = merge(group("mine", 50, **OTHER), {}, current, TYPE)
    assert merged.applied == {"serial": FieldValue("theirs", "null", 100, current["maker"].hlc)}
    assert merged.standing == current | merged.applied
    assert [one.loser.value for one in merged.conflicts if one.field == "serial"] == ['"1"']


def test_an_unknown_type_and_an_unknown_field_follow_the_later_change() -> None:
    for known in (None, TYPE):
        merged = merge({"new": value("b", "2", 9)}, {}, {"new": value("a", "3", 5)}, known)
        assert (list(merged.applied), merged.conflicts[0].policy) == (["new"], Merge.LAST_WRITE)
