"""The residents' view model: real data, only for who may see it, and not left for the next."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from kiosk.records import visits
from kiosk.records.visits import FinishedVisit, changes_for_visit
from kiosk.records.vitals import SittingMean
from kiosk.roles import Role
from kiosk.viewmodels.pressure_trend import month_trend
from kiosk.viewmodels.residents import ResidentsViewModel
from offline_sync.errors import StoreFull
from offline_sync.identity import new_record_id
from offline_sync.oplog import FeedEntry, OpReceipt
from offline_sync.store import Change
from tests.builders import resident_change
from tests.kiosk.staff_desk import DAY, MORNING, StaffDesk

NOW = int(MORNING.timestamp() * 1000)


@pytest.fixture
def people(desk: StaffDesk) -> ResidentsViewModel:
    desk.at_work(desk.wong)
    return ResidentsViewModel(desk.background, desk.shifts, desk.clock)


@pytest.fixture
def chan(desk: StaffDesk) -> str:
    change = resident_change(
        address="坑口村 23 號", birth_date="1948-11-23", warnings={"arm_not_to_use": "right"}
    )
    desk.store.save([change], "test")
    return change.record_id


def visit(desk: StaffDesk, resident: str, days_ago: int, **given: object) -> None:
    then = desk.now_ms - days_ago * DAY
    fields = {"contact": "attempted"} | given
    finished = FinishedVisit(
        new_record_id(), resident, desk.wong, started_at=then, saved_at=then, **fields
    )
    desk.store.save(changes_for_visit(finished), desk.wong)


def measured(desk: StaffDesk, resident: str, days_ago: int, systolic: int, diastolic: int) -> None:
    desk.store.save(
        [
            Change(
                "vital",
                new_record_id(),
                {
                    "resident_id": resident,
                    "check_in_id": new_record_id(),
                    "vital": "blood_pressure",
                    "reading": {
                        "systolic": str(systolic),
                        "diastolic": str(diastolic),
                        "unit": "mmHg",
                    },
                    "taken_at": desk.now_ms - days_ago * DAY,
                    "received_at": desk.now_ms - days_ago * DAY,
                    "clock_quality": "absent",
                    "source": "measured",
                    "started_by": "resident",
                    "in_mean": 1,
                    "completeness": "complete",
                },
            )
        ],
        "test",
    )


def test_the_list_shows_what_is_on_record(
    desk: StaffDesk, people: ResidentsViewModel, chan: str
) -> None:
    visit(desk, chan, 30, next_visit_on="2026-11-01")
    visit(desk, chan, 12, next_visit_on="2026-12-06")
    people.search("")
    assert people.rows == [
        {
            "key": chan,
            "name": "陳美玲",
            "romanised": "Chan Mei Ling",
            "age": 77,
            "address": "坑口村 23 號",
            "lastVisit": "2026-11-10",
            "nextVisit": "2026-12-06",
        }
    ]


def test_one_absurd_time_hides_nobody(
    desk: StaffDesk, people: ResidentsViewModel, chan: str
) -> None:
    desk.store.save([resident_change(name={"family": "李", "given": "二"})], "test")
    visit(desk, chan, 12)
    with desk.store.transaction() as db:  # as an earlier version may have kept it
        db.execute("UPDATE visit SET saved_at = ?", (2**62,))
    people.search("")
    assert len(people.rows) == 2
    people.open(chan)


def test_a_visit_of_an_absurd_time_from_the_feed_is_kept_aside(
    desk: StaffDesk, people: ResidentsViewModel, chan: str
) -> None:
    fields = {
        "resident_id": chan,
        "contact": "home",
        "staff_id": "w",
        "started_at": 0,
        "saved_at": 2**62,
    }
    desk.store.apply_feed("V", "E1", [FeedEntry(1, "put", "op-1", "visit", "v-1", fields)], 1)
    ((why,),) = desk.store.connection.execute("SELECT why FROM inbox_quarantine").fetchall()
    assert "1900 to 2200" in why
    people.search("")
    assert [row["lastVisit"] for row in people.rows] == [""]


def test_searching_narrows_the_list(desk: StaffDesk, people: ResidentsViewModel, chan: str) -> None:
    desk.store.save(
        [resident_change(name={"family": "何", "given": "建國"}, village="上窰村")], "t"
    )
    people.search("")
    assert len(people.rows) == 2
    people.search("chan mei")
    assert [row["key"] for row in people.rows] == [chan]
    people.search("%")
    assert people.rows == []


def test_typing_searches_once_when_it_pauses(
    people: ResidentsViewModel, chan: str, qtbot: QtBot
) -> None:
    told: list[int] = []
    people.changed.connect(lambda: told.append(len(people.rows)))
    for text in ("c", "ch", "cha", "chan"):
        people.typed(text)
    assert (people.query, people.rows, told) == ("chan", [], [])
    with qtbot.waitSignal(people.changed, timeout=2_000):
        pass
    assert [row["key"] for row in people.rows] == [chan]
    assert told == [1]


def test_what_was_typed_is_not_found_for_another_worker(
    desk: StaffDesk, people: ResidentsViewModel, chan: str
) -> None:
    people.search("")
    people.typed("chan")
    desk.at_work(desk.ho, Role.TECHNICIAN)
    assert not people._typing.isActive()
    people._typing.timeout.emit()
    assert (people.query, people.rows) == ("", [])


def test_searching_at_once_forgets_what_is_still_to_be_found(
    people: ResidentsViewModel, chan: str
) -> None:
    people.typed("nobody")
    people.search("chan")
    assert not people._typing.isActive()
    assert [row["key"] for row in people.rows] == [chan]


def test_the_list_reads_the_visits_of_those_it_shows(
    desk: StaffDesk, people: ResidentsViewModel, chan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.store.save([resident_change(village="上窰村", card_token="CARD2")], "t")
    asked: list[list[str]] = []
    whole = visits.visit_dates
    monkeypatch.setattr(
        visits, "visit_dates", lambda db, ids: asked.append(list(ids)) or whole(db, ids)
    )
    people.search("坑口村")
    assert asked == [[chan]]


def test_readings_of_more_than_two_years_ago_are_not_read(
    desk: StaffDesk, people: ResidentsViewModel, chan: str
) -> None:
    measured(desk, chan, 800, 150, 90)
    people.open(chan)
    assert people.record["events"] == []


def test_the_record_has_the_promise_the_readings_and_what_happened(
    desk: StaffDesk, people: ResidentsViewModel, chan: str
) -> None:
    visit(desk, chan, 12, promise="帶藥盒", note="門鈴壞了")
    measured(desk, chan, 40, 150, 90)
    measured(desk, chan, 2, 142, 84)
    people.open(chan)
    record = people.record
    assert (record["name"], record["age"], record["preferred"]) == ("陳美玲", 77, "陳婆婆")
    assert record["armNotToUse"] == "right"
    assert record["promise"]["text"] == "帶藥盒"
    assert [event["kind"] for event in record["events"]] == ["reading", "attempted", "reading"]
    assert record["events"][1]["note"] == "門鈴壞了"
    assert {event["sync"] for event in record["events"]} == {"unsent"}
    desk.store.acknowledge([OpReceipt(op.op_id, 1) for op in desk.store.unsent(100)])
    people.reload()
    assert {event["sync"] for event in people.record["events"]} == {"acknowledged"}
    assert (record["trend"]["systolic"], record["trend"]["diastolic"]) == (142, 84)


def test_reading_a_record_is_in_the_audit(
    desk: StaffDesk, people: ResidentsViewModel, chan: str
) -> None:
    people.open(chan)
    people.reload()
    rows = desk.rows("SELECT staff_id, subject_type, subject_id FROM audit WHERE action = 'read'")
    assert rows == [(desk.wong, "resident", chan)]


def test_a_record_that_is_not_here_says_so(desk: StaffDesk, people: ResidentsViewModel) -> None:
    people.open("nobody")
    assert people.record == {}
    assert people.problem == "no_such_resident"
    assert desk.rows("SELECT count(*) FROM audit WHERE action = 'read'") == [(0,)]


@pytest.mark.parametrize(("kept", "act"), [(True, "promise_kept"), (False, "promise_not_kept")])
def test_a_promise_is_settled_once(
    desk: StaffDesk, people: ResidentsViewModel, chan: str, kept: bool, act: str
) -> None:
    visit(desk, chan, 12, promise="帶藥盒")
    people.open(chan)
    people.settlePromise(kept)
    assert people.record["promise"]["act"] == act
    people.settlePromise(not kept)
    assert desk.rows("SELECT act, staff_id FROM task_act") == [(act, desk.wong)]


def test_a_promise_that_could_not_be_settled_stays_open(
    desk: StaffDesk, people: ResidentsViewModel, chan: str
) -> None:
    visit(desk, chan, 12, promise="帶藥盒")
    people.open(chan)
    desk.background.fail_next = StoreFull("disk full")
    people.settlePromise(True)
    assert people.problem == "not_saved"
    assert people.record["promise"]["act"] == ""


def test_a_volunteer_sees_address_and_promise_only(
    desk: StaffDesk, people: ResidentsViewModel, chan: str
) -> None:
    visit(desk, chan, 12, promise="帶藥盒")
    measured(desk, chan, 2, 142, 84)
    desk.at_work(desk.ho, Role.VOLUNTEER)
    people.open(chan)
    record = people.record
    assert record["promise"]["text"] == "帶藥盒"
    assert record["address"] == "坑口村 23 號"
    assert not record["healthShown"]
    assert (record["trend"], record["events"], record["armNotToUse"]) == ({}, [], "")


def test_nobody_sees_anything_without_signing_in(
    desk: StaffDesk, people: ResidentsViewModel, chan: str
) -> None:
    desk.shifts.end(desk.wong)
    refused: list[str] = []
    people.refused.connect(refused.append)
    people.search("")
    people.open(chan)
    assert refused == ["sign_in_needed", "sign_in_needed"]
    assert (people.rows, people.record) == ([], {})


def test_what_one_worker_opened_is_gone_for_the_next(
    desk: StaffDesk, people: ResidentsViewModel, chan: str
) -> None:
    people.search("chan")
    people.open(chan)
    desk.shifts.lock()
    assert people.record
    desk.at_work(desk.ho, Role.VOLUNTEER)
    assert (people.query, people.rows, people.record) == ("", [], {})


def sitting(days_ago: int, systolic: int, diastolic: int = 80) -> SittingMean:
    return SittingMean(new_record_id(), NOW - days_ago * DAY, systolic, diastolic, 70, 2, "")


def test_a_month_without_readings_is_a_gap() -> None:
    trend = month_trend([sitting(95, 150), sitting(90, 140), sitting(3, 142)], NOW)
    assert trend["months"] == [8, 9, 10, 11]
    assert trend["upper"] == [145, None, None, 142]
    assert trend["sittings"] == 3


def test_the_last_point_is_the_latest_sitting_of_this_month() -> None:
    trend = month_trend([sitting(10, 160, 90), sitting(1, 142, 84)], NOW)
    assert (trend["upper"][-1], trend["lower"][-1]) == (142, 84)
    assert trend["thisMonth"]


def test_readings_of_long_ago_make_no_trend() -> None:
    assert month_trend([sitting(400, 150)], NOW) == {}
    assert month_trend([], NOW) == {}


def delivered(desk: StaffDesk) -> None:
    """The hub has all that was saved, so that what arrives is later."""
    desk.store.acknowledge([OpReceipt(op.op_id, 0) for op in desk.store.unsent(100)])


def test_records_that_arrive_show_in_the_open_list_and_record(
    people: ResidentsViewModel, desk: StaffDesk, chan: str, qtbot: QtBot
) -> None:
    delivered(desk)
    people.search("")
    people.open(chan)
    newcomer = resident_change(
        name={"family": "何", "given": "建國", "romanised": "Ho Kin Kwok"}, card_token="CARD9"
    )
    moved = FeedEntry(1, "put", "hub-op-1", "resident", chan, {"address": "坑口村 9 號"})
    came = FeedEntry(2, "put", "hub-op-2", "resident", newcomer.record_id, newcomer.fields)
    outcome = desk.store.apply_feed("village", "E1", [moved, came], 2)
    with qtbot.waitSignals([people.changed, people.recordChanged]):
        people.arrived(outcome.changed)
    assert {row["key"] for row in people.rows} == {chan, newcomer.record_id}
    assert people.record["address"] == "坑口村 9 號"
    with qtbot.assertNotEmitted(people.changed, wait=0):
        people.arrived(outcome.changed)  # what looks the same leaves the list where it is


def test_a_receipt_shows_in_the_open_record(
    people: ResidentsViewModel, desk: StaffDesk, chan: str, qtbot: QtBot
) -> None:
    visit(desk, chan, 12)
    people.open(chan)
    assert [event["sync"] for event in people.record["events"]] == ["unsent"]
    desk.shifts.lock()
    delivered(desk)
    with qtbot.assertNotEmitted(people.recordChanged, wait=0):
        people.delivered()
    assert desk.shifts.unlock(desk.wong)
    people.delivered()
    assert [event["sync"] for event in people.record["events"]] == ["acknowledged"]


def test_what_arrives_is_not_looked_up_for_who_may_not_see_it_and_waits_for_the_pin(
    people: ResidentsViewModel, desk: StaffDesk, chan: str, qtbot: QtBot
) -> None:
    delivered(desk)
    people.search("")
    desk.shifts.lock()
    moved = FeedEntry(1, "put", "hub-op-1", "resident", chan, {"address": "坑口村 9 號"})
    outcome = desk.store.apply_feed("village", "E1", [moved], 1)
    with qtbot.assertNotEmitted(people.changed, wait=0):
        people.arrived(outcome.changed)
    assert people.rows[0]["address"] == "坑口村 23 號"
    assert desk.shifts.unlock(desk.wong)
    assert people.rows[0]["address"] == "坑口村 9 號"
