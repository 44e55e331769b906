"""Conflicts at the screen: who sees them, who settles them, and what has moved meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from kiosk.roles import Role
from kiosk.viewmodels.sync_status import SyncViewModel
from offline_sync.conflicts import open_conflicts
from offline_sync.errors import StoreFull
from offline_sync.oplog import FeedEntry, OpReceipt
from offline_sync.store import Change
from tests.builders import resident_change
from tests.kiosk.staff_desk import DAY, NAME, VOLUNTEER, StaffDesk

KEY = "resident-r1-phone"


@pytest.fixture
def page(desk: StaffDesk) -> Iterator[SyncViewModel]:
    """The sync page of a social worker; two others set the telephone of one resident."""
    stamp = f"{desk.now_ms - DAY:012x}.00000000"
    (op,) = desk.store.save([resident_change(record_id="r1", phone="1")], desk.wong)
    entries = [
        FeedEntry(2, "put", "op2", "resident", "r1", {"phone": "2"}, by=desk.ho, hlc=stamp),
        FeedEntry(
            *(3, "conflict", "op3", "resident", "r1", {"phone": "3"}),
            by="resident",
            hlc=stamp,
            winners={"phone": "op2"},
            authors={"op2": (desk.ho, stamp)},
        ),
    ]
    desk.store.acknowledge([OpReceipt(op, 1)])
    assert desk.store.apply_feed("village", "E1", entries, 3).set_aside == ()
    desk.at_work(desk.wong)
    page = SyncViewModel(desk.background, desk.shifts, desk.clock)
    page.watch()
    yield page
    page.leave()


def phone(desk: StaffDesk) -> object:
    return desk.rows("SELECT phone FROM resident WHERE id = 'r1'")[0][0]


def test_a_conflict_is_counted_and_listed_for_who_may_settle_it(page: SyncViewModel) -> None:
    assert page.status["conflicts"] == 1
    (row,) = page.conflicts.rows
    assert (row["key"], row["type"], row["fields"], row["values"]) == (
        *(KEY, "resident", ["phone"]),
        2,
    )
    assert row["about"]["family"] == "陳"
    assert "陳" not in str(page.status)


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.TECHNICIAN])
def test_others_see_the_count_alone(desk: StaffDesk, page: SyncViewModel, role: Role) -> None:
    desk.at_work(desk.ho, role)
    page.watch()
    assert page.status["conflicts"] == 1
    assert page.conflicts.rows == []
    page.conflicts.open(KEY)
    page.conflicts.settle(1)
    assert (page.conflicts.opened, phone(desk)) == ({}, "2")


def test_both_values_are_shown_with_who_set_them_and_when(page: SyncViewModel) -> None:
    page.conflicts.open(KEY)
    shown, other = page.conflicts.opened["versions"]
    yesterday = {"on": "2026-11-21", "time": "10:42"}
    assert (shown["values"], shown["shown"], shown["by"]) == ({"phone": "2"}, True, VOLUNTEER)
    assert (other["values"], other["shown"], other["byResident"]) == ({"phone": "3"}, False, True)
    assert shown["at"] == other["at"] == yesterday


def test_that_the_values_were_read_is_in_the_audit(desk: StaffDesk, page: SyncViewModel) -> None:
    page.conflicts.open(KEY)
    read = "SELECT staff_id, subject_id FROM audit WHERE action = 'read'"
    assert desk.rows(read) == [(desk.wong, "r1")]


@pytest.mark.parametrize(("number", "stands"), [(0, "2"), (1, "3")])
def test_what_is_picked_stands_and_the_conflict_is_over(
    desk: StaffDesk, page: SyncViewModel, qtbot: QtBot, number: int, stands: str
) -> None:
    page.conflicts.open(KEY)
    with qtbot.waitSignal(page.conflicts.settled):
        page.conflicts.settle(number)
    assert phone(desk) == stands
    assert (page.conflicts.rows, page.conflicts.opened) == ([], {})
    (op,) = [one for one in desk.store.unsent(100) if one.record_id == "r1"]
    assert (op.by, op.settles) == (desk.wong, {"phone": ["op3"]})
    page.watch()
    assert page.status["conflicts"] == 0


def test_what_was_changed_meanwhile_is_said_and_shown_anew(
    desk: StaffDesk, page: SyncViewModel
) -> None:
    page.conflicts.open(KEY)
    desk.store.save([Change("resident", "r1", {"phone": "4"})], desk.wong)
    page.conflicts.settle(1)
    assert (page.conflicts.problem, phone(desk)) == ("moved", "4")
    shown = page.conflicts.opened["versions"][0]
    assert (shown["values"], shown["by"]) == ({"phone": "4"}, NAME)
    page.conflicts.settle(1)
    assert phone(desk) == "3"


def test_what_another_has_settled_is_gone_and_said(desk: StaffDesk, page: SyncViewModel) -> None:
    page.conflicts.open(KEY)
    (one,) = open_conflicts(desk.store.connection)
    desk.store.settle(one, {"phone": "2"}, desk.boss)
    page.conflicts.settle(1)
    assert (page.conflicts.problem, page.conflicts.opened) == ("moved", {})
    assert phone(desk) == "2"


def test_a_full_disk_settles_nothing_and_says_so(desk: StaffDesk, page: SyncViewModel) -> None:
    page.conflicts.open(KEY)
    desk.background.fail_next = StoreFull("the disk is full")
    page.conflicts.settle(1)
    assert (page.conflicts.problem, phone(desk)) == ("not_saved", "2")
    page.conflicts.settle(1)
    assert (page.conflicts.problem, phone(desk)) == ("", "3")


def test_a_number_that_is_not_on_the_page_settles_nothing(
    desk: StaffDesk, page: SyncViewModel
) -> None:
    page.conflicts.settle(0)
    page.conflicts.open(KEY)
    page.conflicts.settle(-1)
    page.conflicts.settle(2)
    assert open_conflicts(desk.store.connection)


def test_nothing_of_a_resident_is_left_for_the_next_worker(
    desk: StaffDesk, page: SyncViewModel
) -> None:
    page.conflicts.open(KEY)
    desk.at_work(desk.ho, Role.VOLUNTEER)
    assert (page.conflicts.rows, page.conflicts.opened) == ([], {})
