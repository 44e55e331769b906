"""The sync page's numbers always add up, and success and try are two times."""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import kiosk.ui
import offline_sync
from kiosk.connections import PROGRAM_FAULT
from kiosk.records.settings import HubSetting, keep_hub
from kiosk.roles import Role
from kiosk.sync_commands import next_step
from kiosk.viewmodels.sync_status import SyncViewModel
from offline_sync import filling, parity_rows
from offline_sync.errors import (
    DatabaseDamaged,
    KeyUnreadable,
    KeyUnsafe,
    SigningKeyMissing,
    StoreFull,
    StoreInUse,
    StoreUnavailable,
)
from offline_sync.filling import Snapshot
from offline_sync.hub_link import SyncError
from offline_sync.oplog import FeedEntry, OpReceipt, OpRejection
from offline_sync.outbox import ClockSample, SyncRun
from offline_sync.parity_rows import ParityRun
from offline_sync.reasons import Reason
from tests.builders import resident_change
from tests.kiosk.staff_desk import DAY, StaffDesk

MINUTE = 60 * 1_000


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


def test_how_long_the_hub_was_not_reached_is_told_in_whole_days(
    desk: StaffDesk, page: SyncViewModel
) -> None:
    page.watch()
    assert (page.status["silentDays"], page.status["connected"]) == (0, False)
    keep_hub(desk.store, HubSetting("https://hub.example", "village", "k1", "key", "name"))
    then = desk.now_ms - 7 * DAY
    desk.store.record_sync_run(SyncRun(then, then, ok=True))
    page.watch()
    assert (page.status["silentDays"], page.status["connected"]) == (7, True)
    desk.clock.set_wall_by(-30 * DAY)
    page.watch()
    assert page.status["silentDays"] == 0


def test_a_clock_that_differs_from_the_hub_s_is_told_until_it_is_set(
    desk: StaffDesk, page: SyncViewModel
) -> None:
    def heard(hub_ms: int) -> None:
        now = desk.clock.now()
        sample = ClockSample(now.boot_id, now.mono_ms, now.wall_ms, hub_ms, 20)
        desk.store.record_sync_run(SyncRun(now.wall_ms, now.wall_ms, ok=True, clock=sample))
        page.watch()

    hub_ms = desk.now_ms - 4 * MINUTE
    heard(hub_ms)
    assert page.status["clockAheadMinutes"] == 0
    desk.clock.pass_ms(MINUTE)
    desk.clock.set_wall_by(-11 * MINUTE)
    heard(hub_ms + MINUTE)
    assert page.status["clockAheadMinutes"] == -7
    desk.clock.set_wall_by(7 * MINUTE)
    page.watch()
    assert page.status["clockAheadMinutes"] == 0
    desk.clock.set_wall_by(180 * MINUTE)
    desk.clock.pass_ms(MINUTE)
    heard(hub_ms + 2 * MINUTE)
    desk.clock.reboot()
    page.watch()
    assert page.status["clockAheadMinutes"] == 180


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


def test_a_reason_comes_with_its_code_for_the_page_s_own_words(
    desk: StaffDesk, page: SyncViewModel
) -> None:
    known, free = desk.store.save([resident_change(), resident_change()], "test")
    said = Reason.UNKNOWN_FIELD.saying("unknown field resident.pet")
    desk.store.quarantine([OpRejection(known, said), OpRejection(free, "later_code: who knows")])
    page.watch()
    assert [(one["code"], one["reason"]) for one in page.problems] == [
        ("unknown_field", said),
        ("", "later_code: who knows"),
    ]


def kinds_of(error: type[SyncError]) -> list[type[SyncError]]:
    below = error.__subclasses__()
    return [*below, *(kind for one in below for kind in kinds_of(one))]


def troubles_of_sync() -> list[type[SyncError]]:
    for module in pkgutil.iter_modules(offline_sync.__path__, "offline_sync."):
        importlib.import_module(module.name)  # a kind of error is known once it is defined
    return [kind for kind in kinds_of(SyncError) if kind.__module__.startswith("offline_sync.")]


def test_every_reason_and_every_trouble_has_words_on_the_page() -> None:
    qml = (Path(kiosk.ui.__file__).parent / "Kiosk" / "pages" / "SyncWords.qml").read_text("utf-8")
    of_the_store = [StoreFull, StoreUnavailable, StoreInUse, DatabaseDamaged]
    of_the_key = [SigningKeyMissing, KeyUnsafe, KeyUnreadable, ValueError]
    kinds = [kind.__name__ for kind in (*troubles_of_sync(), *of_the_store, *of_the_key)]
    assert {"HubRevoked", "SnapshotDamaged", "HubFault"} <= set(kinds)
    table = (Path(kiosk.__file__).parents[1] / "assets" / "translations" / "words.tsv").read_text()
    words = {line.split("\t")[0]: line.split("\t") for line in table.splitlines()}
    for name in (*Reason, *kinds, PROGRAM_FAULT):
        said = re.search(rf'^ +{name}: qsTr\("(.*)"\),?$', qml, re.MULTILINE)
        assert said, name
        assert len([text for text in words[said[1]] if text]) == 3, "in three languages"


def test_every_trouble_of_sync_has_a_next_step_of_its_own() -> None:
    for kind in troubles_of_sync():
        assert "next_step" in vars(kind), "what to do about the wider kind may be wrong for it"
        assert next_step(kind.__name__) == kind.next_step


def test_a_trouble_of_the_key_or_of_the_program_has_a_next_step_too() -> None:
    for name in ("SigningKeyMissing", "KeyUnsafe", "StoreFull", "ValueError", PROGRAM_FAULT):
        assert next_step(name), name
    assert next_step("a kind of a newer version") == ""


def test_how_far_the_first_fill_has_come_and_the_last_comparison_are_told(
    desk: StaffDesk, page: SyncViewModel
) -> None:
    page.watch()
    assert (page.status["filled"], page.status["parity"]) == (-1, {})
    keep_hub(desk.store, HubSetting("https://hub.example", "village", "k1", "key", "name"))
    with desk.store.transaction() as db:
        filling.begin(db, Snapshot("village", '"a"', "E1", 2, 629, 1_000, 0), desk.now_ms)
        parity_rows.keep_run(db, "village", "E1", ParityRun(desk.now_ms, 2, 40, unmended=1))
    page.watch()
    assert page.status["filled"] == 62
    said = page.status["parity"]
    assert (said["at"]["time"], said["equal"], said["records"]) == ("10:42", False, 40)


def test_a_change_that_was_not_taken_is_tried_again_when_asked(
    desk: StaffDesk, page: SyncViewModel, qtbot: QtBot
) -> None:
    (stuck,) = desk.store.save([resident_change()], "test")
    (behind,) = desk.store.save([resident_change()], "test")
    desk.store.set_aside([OpRejection(stuck, "too_large: longer than the hub takes")])
    page.watch()
    assert page.status["attention"] == 1
    with qtbot.waitSignal(page.tryNowRequested):
        page.tryAgain(stuck)
    assert {stuck, behind} <= {op.op_id for op in desk.store.unsent(100)}
    assert page.status["attention"] == 0
    assert page.problems == []


def test_only_a_change_that_is_stuck_is_tried_again_and_only_by_who_may(
    desk: StaffDesk, page: SyncViewModel, qtbot: QtBot
) -> None:
    aside, under_way, stuck = desk.store.save([resident_change() for _ in range(3)], "test")
    desk.store.mark_sending([under_way])
    desk.store.quarantine([OpRejection(aside, "no")])
    desk.store.set_aside([OpRejection(stuck, "no")])
    page.watch()
    before = page.status
    with qtbot.assertNotEmitted(page.tryNowRequested, wait=0):
        page.tryAgain(aside)
        page.tryAgain(under_way)
        desk.shifts.lock()
        with qtbot.waitSignal(page.refused):
            page.tryAgain(stuck)
    desk.at_work(desk.wong)
    page.watch()
    assert page.status == before


def test_a_full_disk_is_told_when_a_change_cannot_be_released(
    desk: StaffDesk, page: SyncViewModel, qtbot: QtBot
) -> None:
    (stuck,) = desk.store.save([resident_change()], "test")
    desk.store.set_aside([OpRejection(stuck, "no")])
    page.watch()
    desk.background.fail_next = StoreFull("the disk is full")
    with qtbot.assertNotEmitted(page.tryNowRequested, wait=0):
        page.tryAgain(stuck)
    assert page.notSaved
    page.tryAgain(stuck)
    assert not page.notSaved


def test_what_came_from_the_district_and_cannot_be_read_is_counted_beside_the_sum(
    desk: StaffDesk, page: SyncViewModel
) -> None:
    page.watch()
    assert page.status["unread"] == 0
    total = page.status["total"]
    half = FeedEntry(1, "put", "hub-op-1", "resident", "r2", {"phone": "2000 0000"})
    newer = FeedEntry(2, "put", "hub-op-2", "garden_plot", "g1", {"size": 3})
    desk.store.apply_feed("village", "E1", [half, newer], 2)
    page.arrived()
    assert (page.status["unread"], page.status["total"]) == (2, total)


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
