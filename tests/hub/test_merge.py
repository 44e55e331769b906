"""Which value shows when two people changed one field."""

from __future__ import annotations

import pytest

from hub.merge import FUTURE_LIMIT_MS, FieldValue, WrittenOnce, effective_ms, merge
from offline_sync.catalogue import Merge


def value(op_id: str, text: str, at: int) -> FieldValue:
    return FieldValue(op_id, text, at, f"{at:012x}.00000000")


OLD = value("old", '"1"', 100)


def test_an_edit_of_what_was_on_the_screen_applies_whatever_the_clocks_say() -> None:
    earlier_clock = value("new", '"2"', 5)
    merged = merge({"phone": earlier_clock}, {"phone": "old"}, {"phone": OLD}, lww)
    assert merged.applied == {"phone": earlier_clock}
    assert merged.conflicts == ()


def test_of_two_concurrent_edits_the_later_shows_and_the_earlier_is_kept() -> None:
    later, earlier = value("new", '"2"', 200), value("new", '"2"', 50)
    won = merge({"phone": later}, {"phone": "seen"}, {"phone": OLD}, lww)
    assert (won.applied, won.conflicts[0].loser) == ({"phone": later}, OLD)
    lost = merge({"phone": earlier}, {}, {"phone": OLD}, lww)
    assert (lost.applied, lost.standing) == ({}, {"phone": OLD})
    assert (lost.conflicts[0].winner, lost.conflicts[0].loser) == (OLD, earlier)


def test_two_people_who_write_the_same_are_no_conflict() -> None:
    merged = merge({"phone": value("new", '"1"', 200)}, {}, {"phone": OLD}, lww)
    assert (merged.applied, merged.standing, merged.conflicts) == ({}, {"phone": OLD}, ())


def test_fields_are_merged_one_by_one() -> None:
    current = {"phone": OLD, "address": value("a", '"here"', 100)}
    edit = {"phone": value("new", '"2"', 50), "address": value("new", '"there"', 50)}
    merged = merge(edit, {"phone": "old", "address": "before"}, current, lww)
    assert list(merged.applied) == ["phone"]
    assert [conflict.field for conflict in merged.conflicts] == ["address"]


def test_a_field_written_once_takes_no_second_value() -> None:
    def once(_: str) -> Merge:
        return Merge.NEVER

    assert merge({"reading": value("new", '"1"', 200)}, {}, {"reading": OLD}, once).applied == {}
    with pytest.raises(WrittenOnce):
        merge({"reading": value("new", '"2"', 200)}, {}, {"reading": OLD}, once)


def test_a_clock_far_ahead_wins_no_tie_by_it() -> None:
    now = 1_000_000_000
    assert effective_ms(f"{now - 5:012x}.00000000", now) == now - 5
    assert effective_ms(f"{now * 50:012x}.00000000", now) == now + FUTURE_LIMIT_MS


def lww(_: str) -> Merge:
    return Merge.LAST_WRITE
