"""The sync page's numbers always add up, and success and try are two times."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from kiosk.roles import Role
from kiosk.viewmodels.sync_status import SyncViewModel
from offline_sync.oplog import OpReceipt, OpRejection
from offline_sync.outbox import SyncRun
from tests.builders import resident_change
from tests.kiosk.staff_desk import DAY, StaffDesk


@pytest.fixture
def page(desk: StaffDesk) -> Iterator[SyncViewModel]:
    desk.at_work(desk.wong)
    page = SyncViewModel(desk.background, desk.shifts, desk.clock)
    yield page
    page.leave()


def test_the_four_numbers_add_up_whatever_happens(desk: StaffDesk, page: SyncViewModel) -> None:
    dice = random.Random(3)
    for _ in range(30):
        desk.store.save([resident_change()], "test")
        waiting = [op.op_id for op in desk.store.unsent(100)]
        chosen = dice.sample(waiting, min(3, len(waiting)))
        desk.store.mark_sending(chosen)
        fate = dice.randrange(4)
        if fate == 0:
            desk.store.acknowledge([OpReceipt(op_id, 1) for op_id in chosen])
        elif fate == 1:
            desk.store.quarantine([OpRejection(op_id, "no") for op_id in chosen])
        elif fate == 2:
            desk.store.release(chosen)
        page.watch()
        status = page.status
        parts = ("unsent", "sent", "acknowledged", "attention")
        assert sum(status[part] for part in parts) == status["total"]
        assert status["total"] == desk.store.outbox_counts().total


def test_a_kiosk_that_never_reached_the_hub_says_never(page: SyncViewModel) -> None:
    page.watch()
    assert (page.status["success"], page.status["tried"], page.status["reason"]) == ({}, {}, "")
    assert page.problems == []


def test_last_success_and_last_try_are_two_times(desk: StaffDesk, page: SyncViewModel) -> None:
    now = desk.now_ms
    desk.store.record_sync_run(SyncRun(now - 2 * DAY, now - 2 * DAY, ok=True))
    desk.store.record_sync_run(SyncRun(now - 1, now, ok=False, error="The hub did not answer."))
    page.watch()
    assert page.status["success"] == {"on": "2026-11-20", "time": "10:42"}
    assert page.status["tried"] == {"on": "2026-11-22", "time": "10:42"}
    assert page.status["reason"] == "The hub did not answer."


def test_what_needs_a_person_is_listed_with_its_reason(
    desk: StaffDesk, page: SyncViewModel
) -> None:
    (aside,) = desk.store.save([resident_change()], "test")
    (stuck,) = desk.store.save([resident_change()], "test")
    desk.store.quarantine([OpRejection(aside, "date in the future")])
    desk.store.set_aside([OpRejection(stuck, "field too long")])
    page.watch()
    assert [(one["key"], one["type"], one["reason"], one["stuck"]) for one in page.problems] == [
        (aside, "resident", "date in the future", False),
        (stuck, "resident", "field too long", True),
    ]


def test_no_resident_data_is_on_the_page(desk: StaffDesk, page: SyncViewModel) -> None:
    (aside,) = desk.store.save([resident_change()], "test")
    desk.store.quarantine([OpRejection(aside, "no")])
    page.watch()
    assert "陳" not in f"{page.status} {page.problems}"


def test_asking_for_a_try_reaches_the_sync_client(
    desk: StaffDesk, page: SyncViewModel, qtbot: object
) -> None:
    with qtbot.waitSignal(page.tryNowRequested):
        page.tryNow()
    desk.shifts.lock()
    with qtbot.assertNotEmitted(page.tryNowRequested, wait=0):
        page.tryNow()


def test_a_technician_may_look_at_sync(desk: StaffDesk, page: SyncViewModel) -> None:
    desk.at_work(desk.ho, Role.TECHNICIAN)
    page.watch()
    assert page.status["total"] > 0
