"""The visit form's view model: nothing answers itself, nothing is lost, saved means on disk."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from kiosk.records import visits
from kiosk.records.visits import ASKED, QUESTIONS, Answer, FinishedVisit, changes_for_visit
from kiosk.roles import Role
from kiosk.viewmodels.visit import VisitViewModel
from offline_sync.errors import StoreFull
from offline_sync.identity import new_record_id
from tests.builders import resident_change
from tests.kiosk.staff_desk import DAY, StaffDesk

MUST_ASK = [one.key for one in QUESTIONS if one.must_ask]


@pytest.fixture
def resident(desk: StaffDesk) -> str:
    change = resident_change()
    desk.store.save([change], "test")
    return change.record_id


@pytest.fixture
def form(desk: StaffDesk) -> VisitViewModel:
    desk.at_work(desk.wong)
    return VisitViewModel(desk.background, desk.shifts, desk.clock)


def earlier_visit(desk: StaffDesk, resident: str, **given: object) -> None:
    answers = tuple(Answer(one.key, one.options[1], ASKED) for one in QUESTIONS)
    fields = {"promise": "帶藥盒", "answers": answers} | given
    then = desk.now_ms - 12 * DAY
    desk.store.save(
        changes_for_visit(
            FinishedVisit(new_record_id(), resident, desk.wong, "home", then, then, **fields)
        ),
        desk.wong,
    )


def states(form: VisitViewModel) -> dict[str, tuple[str, int]]:
    return {key: (row["answer"], row["chosen"]) for key, row in form.answers.items()}


def ask_everything(form: VisitViewModel) -> None:
    for key in MUST_ASK:
        form.answer(key, 0)


def test_a_first_visit_starts_with_nothing_asked(form: VisitViewModel, resident: str) -> None:
    form.start(resident)
    assert set(states(form).values()) == {("none", -1)}
    assert form.missing == len(MUST_ASK)
    assert form.head["lastVisit"] == ""
    assert form.head["vital"] == {}


def test_only_what_may_be_is_carried_over(
    desk: StaffDesk, form: VisitViewModel, resident: str
) -> None:
    earlier_visit(desk, resident)
    form.start(resident)
    for row in form.questions:
        expected = ("none", -1) if row["mustAsk"] else ("carried", 1)
        assert states(form)[row["key"]] == expected
    assert form.missing == len(MUST_ASK)
    assert form.head["lastPromise"] == "帶藥盒"
    assert form.head["lastVisit"] == "2026-11-10"


def test_asking_a_carried_answer_makes_it_asked(
    desk: StaffDesk, form: VisitViewModel, resident: str
) -> None:
    earlier_visit(desk, resident)
    form.start(resident)
    form.answer("appetite", 1)
    assert states(form)["appetite"] == ("asked", 1)


def test_the_option_after_the_last_declines(form: VisitViewModel, resident: str) -> None:
    form.start(resident)
    form.answer("falls", 2)
    assert states(form)["falls"] == ("declined", -1)
    form.answer("falls", 3)
    form.answer("shoe_size", 0)
    assert states(form)["falls"] == ("declined", -1)


def test_a_visit_with_something_not_asked_is_not_saved(
    desk: StaffDesk, form: VisitViewModel, resident: str
) -> None:
    form.start(resident)
    for key in MUST_ASK[1:]:
        form.answer(key, 0)
    form.save()
    assert form.problem == "not_asked"
    assert [key for key, row in form.answers.items() if row["missed"]] == MUST_ASK[:1]
    assert desk.rows("SELECT count(*) FROM visit") == [(0,)]
    form.answer(MUST_ASK[0], 0)
    assert form.problem == ""


def test_a_finished_visit_is_on_disk_when_saved_is_told(
    desk: StaffDesk, form: VisitViewModel, resident: str, qtbot: QtBot
) -> None:
    form.start(resident)
    ask_everything(form)
    form.setPromise("  帶藥盒 ")
    form.setNote("")
    form.setNextInDays(14)
    seen: list[object] = []
    form.saved.connect(lambda _: seen.extend(desk.rows("SELECT promise, note FROM visit")))
    desk.clock.pass_ms(60_000)
    with qtbot.waitSignal(form.saved):
        form.save()
    assert seen == [("帶藥盒", None)]
    row = desk.rows(
        "SELECT resident_id, staff_id, contact, saved_at - started_at, next_visit_on FROM visit"
    )
    assert row == [(resident, desk.wong, "centre", 60_000, "2026-12-06")]
    assert desk.rows("SELECT count(*) FROM answer") == [(len(MUST_ASK),)]
    assert desk.rows("SELECT action FROM audit WHERE subject_type = 'visit'") == [("visit",)]
    assert not form.open


def test_a_visit_that_cannot_be_saved_stays_whole_and_saves_later(
    desk: StaffDesk, form: VisitViewModel, resident: str
) -> None:
    form.start(resident)
    ask_everything(form)
    form.setPromise("帶藥盒")
    desk.background.fail_next = StoreFull("disk full")
    form.save()
    assert form.problem == "not_saved"
    assert form.open
    assert form.promise == "帶藥盒"
    assert not form.saving
    form.save()
    assert desk.rows("SELECT promise FROM visit") == [("帶藥盒",)]


def test_a_second_touch_on_save_saves_once(
    desk: StaffDesk, form: VisitViewModel, resident: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting: list[object] = []
    monkeypatch.setattr(desk.background, "write", lambda *job: waiting.append(job))
    form.start(resident)
    ask_everything(form)
    form.save()
    form.save()
    assert len(waiting) == 1
    assert form.saving


def test_nothing_is_taken_while_the_form_is_being_saved(
    desk: StaffDesk, form: VisitViewModel, resident: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is typed now is in no record: it must not be shown as if it were."""
    waiting: list[tuple[Any, ...]] = []
    monkeypatch.setattr(desk.background, "write", lambda *job: waiting.append(job))
    form.start(resident)
    ask_everything(form)
    form.setNote("hears badly")
    form.save()
    before = (form.head, form.answers, form.promise, form.note, form.nextOn)
    form.answer("falls", 1)
    form.setContact("phone")
    form.setPromise("帶藥盒")
    form.setNote("hears badly on the left")
    form.setNextInDays(7)
    assert (form.head, form.answers, form.promise, form.note, form.nextOn) == before
    _, _, failed = waiting[0]
    failed(StoreFull("disk full"))
    form.setNote("hears badly on the left")
    assert form.note == "hears badly on the left"


def test_saved_names_its_visit_and_leaves_another_form_open(
    desk: StaffDesk, form: VisitViewModel, resident: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    neighbour = resident_change(card_token="CARD2")
    desk.store.save([neighbour], "test")
    waiting: list[tuple[Any, ...]] = []
    monkeypatch.setattr(desk.background, "write", lambda *job: waiting.append(job))
    told: list[str] = []
    form.saved.connect(told.append)
    form.start(resident)
    ask_everything(form)
    first = form.visitId
    form.save()
    form.start(neighbour.record_id)
    form.setNote("on the bench outside")
    job, then, _ = waiting[0]
    then(job(desk.store))
    assert told == [first] == [row[0] for row in desk.rows("SELECT id FROM visit")]
    assert form.visitId not in ("", first)
    assert form.note == "on the bench outside"


def test_an_attempt_asks_nothing_and_keeps_what_was_answered(
    desk: StaffDesk, form: VisitViewModel, resident: str
) -> None:
    form.start(resident)
    form.answer("falls", 1)
    form.setContact("attempted")
    assert form.answers == {}
    assert form.missing == 0
    form.setContact("phone")
    assert states(form)["falls"] == ("asked", 1)
    form.setContact("attempted")
    form.save()
    assert desk.rows("SELECT contact FROM visit") == [("attempted",)]
    assert desk.rows("SELECT count(*) FROM answer") == [(0,)]


def test_urgent_symptoms_are_told_at_once(form: VisitViewModel, resident: str) -> None:
    form.start(resident)
    assert not form.redFlag
    form.answer("red_flags", 1)
    assert form.redFlag
    form.answer("red_flags", 0)
    assert not form.redFlag


@pytest.mark.parametrize(
    ("days", "expected"), [(7, "2026-11-29"), (366, "2027-11-23"), (0, ""), (-3, ""), (367, "")]
)
def test_the_next_date_is_a_coming_one_within_a_year(
    form: VisitViewModel, resident: str, days: int, expected: str
) -> None:
    form.start(resident)
    form.setNextInDays(days)
    assert form.nextOn == expected
    assert form.nextInDays == (days if expected else 0)


def test_a_draft_outlives_the_lock(desk: StaffDesk, form: VisitViewModel, resident: str) -> None:
    form.start(resident)
    form.answer("falls", 1)
    refused: list[str] = []
    form.refused.connect(refused.append)
    desk.shifts.lock()
    form.answer("falls", 0)
    form.save()
    assert refused == ["pin_needed", "pin_needed"]
    desk.shifts.unlock(desk.wong)
    assert states(form)["falls"] == ("asked", 1)


def test_another_worker_does_not_see_the_draft_and_it_is_kept(
    desk: StaffDesk, form: VisitViewModel, resident: str
) -> None:
    form.start(resident)
    form.answer("falls", 1)
    form.setPromise("帶藥盒")
    desk.at_work(desk.ho, Role.VOLUNTEER)
    assert not form.open
    assert form.head == {}
    form.start(resident)
    assert form.promise == ""
    desk.shifts.unlock(desk.wong)
    form.start(resident)
    assert form.promise == "帶藥盒"
    assert states(form)["falls"] == ("asked", 1)


def test_a_volunteer_sees_no_earlier_answers_and_no_reading(
    desk: StaffDesk, form: VisitViewModel, resident: str
) -> None:
    earlier_visit(desk, resident)
    desk.at_work(desk.ho, Role.VOLUNTEER)
    form.start(resident)
    assert set(states(form).values()) == {("none", -1)}
    assert form.head["vital"] == {}
    assert form.head["lastPromise"] == "帶藥盒"


def test_a_technician_writes_no_visit(desk: StaffDesk, form: VisitViewModel, resident: str) -> None:
    refused: list[str] = []
    form.refused.connect(refused.append)
    desk.at_work(desk.ho, Role.TECHNICIAN)
    form.start(resident)
    assert refused == ["not_allowed"]
    assert not form.open


def test_a_visit_to_nobody_opens_no_form(form: VisitViewModel) -> None:
    form.start("nobody")
    assert not form.open


def test_saved_visits_are_what_the_next_form_starts_from(
    desk: StaffDesk, form: VisitViewModel, resident: str
) -> None:
    form.start(resident)
    ask_everything(form)
    form.answer("appetite", 2)
    form.save()
    assert visits.carried_answers(desk.background.reader, resident) == {"appetite": "worse"}
    form.start(resident)
    assert states(form)["appetite"] == ("carried", 2)
    assert form.missing == len(MUST_ASK)
