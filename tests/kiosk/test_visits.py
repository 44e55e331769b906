"""Visits in the store: one whole or nothing, and what is carried to the next one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.records import visits
from kiosk.records.visits import (
    ASKED,
    CARRIED_OVER,
    DECLINED,
    QUESTIONS,
    Answer,
    FinishedVisit,
    VisitNotReady,
    change_for_promise,
    changes_for_visit,
)
from offline_sync.identity import new_record_id
from offline_sync.store import Store
from tests.builders import open_test_store, resident_change, staff_change

EVERYTHING = tuple(Answer(one.key, one.options[0], ASKED) for one in QUESTIONS if one.must_ask)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_test_store(tmp_path) as store:
        yield store


@pytest.fixture
def resident(store: Store) -> str:
    change = resident_change()
    store.save([change], "test")
    return change.record_id


def visit_to(resident: str, saved_at: int = 1_000, **given: object) -> FinishedVisit:
    visit = FinishedVisit(
        visit_id=new_record_id(),
        resident_id=resident,
        staff_id="wong",
        contact="home",
        started_at=saved_at - 500,
        saved_at=saved_at,
        answers=EVERYTHING,
    )
    return replace(visit, **given)


def save(store: Store, visit: FinishedVisit) -> FinishedVisit:
    store.save(changes_for_visit(visit), "wong")
    return visit


def test_a_visit_and_its_answers_are_saved_together(store: Store, resident: str) -> None:
    visit = save(store, visit_to(resident, promise="帶藥盒", next_visit_on="2026-12-06"))
    assert [one.visit_id for one in visits.recent_visits(store.connection, resident, 5)] == [
        visit.visit_id
    ]
    rows = store.connection.execute("SELECT visit_id, question, value, how FROM answer").fetchall()
    assert {row[0] for row in rows} == {visit.visit_id}
    assert {(row[1], row[2], row[3]) for row in rows} == {
        (answer.question, answer.value, ASKED) for answer in EVERYTHING
    }
    assert store.outbox_counts().total == 1 + 1 + len(EVERYTHING)


@pytest.mark.parametrize("left_out", [one.key for one in QUESTIONS if one.must_ask])
def test_what_must_be_asked_must_be_asked(resident: str, left_out: str) -> None:
    answers = tuple(answer for answer in EVERYTHING if answer.question != left_out)
    with pytest.raises(VisitNotReady) as refused:
        changes_for_visit(visit_to(resident, answers=answers))
    assert refused.value.code == "not_asked"
    assert refused.value.missing == (left_out,)
    assert refused.value.next_step


@pytest.mark.parametrize("key", [one.key for one in QUESTIONS if one.must_ask])
def test_what_must_be_asked_is_never_carried_over(resident: str, key: str) -> None:
    answers = tuple(
        replace(answer, how=CARRIED_OVER) if answer.question == key else answer
        for answer in EVERYTHING
    )
    with pytest.raises(VisitNotReady):
        changes_for_visit(visit_to(resident, answers=answers))


@pytest.mark.parametrize(
    "answer",
    [
        Answer("appetite", "enormous", ASKED),
        Answer("appetite", None, ASKED),
        Answer("appetite", "same", DECLINED),
        Answer("appetite", "same", "guessed"),
        Answer("shoe_size", "42", ASKED),
    ],
)
def test_an_answer_that_is_not_possible_is_refused(resident: str, answer: Answer) -> None:
    with pytest.raises(VisitNotReady):
        changes_for_visit(visit_to(resident, answers=(*EVERYTHING, answer)))


def test_one_question_has_one_answer(resident: str) -> None:
    twice = (*EVERYTHING, Answer("falls", "yes", ASKED))
    with pytest.raises(VisitNotReady):
        changes_for_visit(visit_to(resident, answers=twice))


def test_declining_is_an_answer(store: Store, resident: str) -> None:
    declined = tuple(Answer(answer.question, None, DECLINED) for answer in EVERYTHING)
    save(store, visit_to(resident, answers=declined))
    past = visits.recent_visits(store.connection, resident, 1)[0]
    assert past.since_last is None


def test_an_attempt_has_no_answers(store: Store, resident: str) -> None:
    save(store, visit_to(resident, contact="attempted"))
    assert store.connection.execute("SELECT count(*) FROM answer").fetchone() == (0,)
    assert visits.recent_visits(store.connection, resident, 1)[0].contact == "attempted"


def test_visits_come_newest_first_with_the_workers_name(store: Store, resident: str) -> None:
    store.save([staff_change(record_id="wong")], "test")
    for at in (3_000, 1_000, 2_000):
        save(store, visit_to(resident, at))
    found = visits.recent_visits(store.connection, resident, 2)
    assert [one.saved_at for one in found] == [3_000, 2_000]
    assert found[0].staff_name == "黃詠詩"


def test_last_answers_are_carried_over(store: Store, resident: str) -> None:
    first = (*EVERYTHING, Answer("appetite", "worse", ASKED), Answer("home_safety", "same", ASKED))
    save(store, visit_to(resident, 1_000, answers=first))
    second = (*EVERYTHING, Answer("appetite", "better", ASKED))
    save(store, visit_to(resident, 2_000, answers=second))
    assert visits.carried_answers(store.connection, resident) == {
        "appetite": "better",
        "home_safety": "same",
    }


def test_a_declined_answer_is_asked_afresh(store: Store, resident: str) -> None:
    asked = (*EVERYTHING, Answer("appetite", "same", ASKED))
    declined = (*EVERYTHING, Answer("appetite", None, DECLINED))
    save(store, visit_to(resident, 1_000, answers=asked))
    save(store, visit_to(resident, 2_000, answers=declined))
    assert visits.carried_answers(store.connection, resident) == {}


def test_the_last_promise_stays_until_something_became_of_it(store: Store, resident: str) -> None:
    assert visits.last_promise(store.connection, resident) is None
    visit = save(store, visit_to(resident, 1_000, promise="帶藥盒"))
    save(store, visit_to(resident, 2_000, contact="attempted"))
    promise = visits.last_promise(store.connection, resident)
    assert promise is not None
    assert (promise.promise, promise.visit_id, promise.act) == ("帶藥盒", visit.visit_id, None)
    store.save([change_for_promise(visit.visit_id, resident, True, "wong", 3_000)], "wong")
    settled = visits.last_promise(store.connection, resident)
    assert settled is not None
    assert settled.act == "promise_kept"


def test_dates_of_everybody_come_from_the_last_visit(store: Store, resident: str) -> None:
    save(store, visit_to(resident, 1_000, next_visit_on="2026-12-01"))
    save(store, visit_to(resident, 2_000, next_visit_on="2026-12-06"))
    found = visits.visit_dates(store.connection, [resident, "nobody"])
    assert list(found) == [resident]
    assert (found[resident].last_saved_at, found[resident].next_visit_on) == (2_000, "2026-12-06")
    assert visits.visit_dates(store.connection, []) == {}
