"""A voided record is not shown as valid; a correction is shown in the place of the corrected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.records import consents, visits, vitals
from kiosk.records.visits import change_for_promise, changes_for_visit
from offline_sync.identity import new_record_id
from offline_sync.store import Change, Store
from tests.builders import open_test_store, resident_change
from tests.kiosk.test_check_in_records import vital
from tests.kiosk.test_visits import visit_to


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_test_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def resident(store: Store) -> str:
    change = resident_change()
    store.save([change], "test")
    return change.record_id


def void(store: Store, record_type: str, record_id: str) -> str:
    """Say that a record is not valid; gives the void's id."""
    fields = {
        "about_type": record_type,
        "about_id": record_id,
        "reason": "another person's",
        "by": "wong",
        "at": 9_000,
    }
    change = Change("void", new_record_id(), fields)
    store.save([change], "wong")
    return change.record_id


def save_visit(store: Store, resident: str, at: int, corrects: str = "", **given: object) -> str:
    visit = visit_to(resident, at, **given)
    first, *answers = changes_for_visit(visit)
    naming = {"corrects": corrects} if corrects else {}
    changes = [Change("visit", first.record_id, {**first.fields, **naming}), *answers]
    store.save(changes, "wong")
    return visit.visit_id


def shown(store: Store, resident: str) -> list[str]:
    return [one.visit_id for one in visits.recent_visits(store.connection, resident, 10)]


def test_a_voided_visit_is_not_listed_and_stays(store: Store, resident: str) -> None:
    kept = save_visit(store, resident, 1_000, next_visit_on="2026-12-01")
    wrong = save_visit(store, resident, 2_000, next_visit_on="2026-12-24", promise="a doctor")
    void(store, "visit", wrong)
    assert shown(store, resident) == [kept]
    (dates,) = visits.visit_dates(store.connection, [resident]).values()
    assert (dates.last_saved_at, dates.next_visit_on) == (1_000, "2026-12-01")
    assert visits.last_promise(store.connection, resident) is None
    assert store.connection["visit"].count == 2


def test_a_void_ends_the_record_of_the_type_that_it_names(store: Store, resident: str) -> None:
    kept = save_visit(store, resident, 1_000)
    void(store, "vital", kept)
    assert shown(store, resident) == [kept]


def test_the_correction_is_listed_in_the_place_of_the_corrected(
    store: Store, resident: str
) -> None:
    wrong = save_visit(store, resident, 1_000, promise="a doctor")
    right = save_visit(store, resident, 1_500, corrects=wrong, promise="a nurse")
    later = save_visit(store, resident, 1_700, corrects=right, promise="a volunteer")
    assert shown(store, resident) == [later]
    promise = visits.last_promise(store.connection, resident)
    assert promise is not None
    assert promise.promise == "a volunteer"


def test_a_correction_that_is_voided_corrects_nothing(store: Store, resident: str) -> None:
    first = save_visit(store, resident, 1_000)
    void(store, "visit", save_visit(store, resident, 1_500, corrects=first))
    assert shown(store, resident) == [first]


def test_a_record_that_names_itself_is_shown(store: Store, resident: str) -> None:
    own = new_record_id()
    save_visit(store, resident, 1_000, visit_id=own, corrects=own)
    assert shown(store, resident) == [own]


def test_answers_of_a_visit_that_is_not_valid_are_not_carried(store: Store, resident: str) -> None:
    appetite = (*visit_to(resident).answers, visits.Answer("appetite", "same", visits.ASKED))
    save_visit(store, resident, 1_000, answers=appetite)
    worse = (*visit_to(resident).answers, visits.Answer("appetite", "worse", visits.ASKED))
    wrong = save_visit(store, resident, 2_000, answers=worse)
    assert visits.carried_answers(store.connection, resident) == {"appetite": "worse"}
    void(store, "visit", wrong)
    assert visits.carried_answers(store.connection, resident) == {"appetite": "same"}


def test_a_promise_that_was_kept_stays_so_when_its_visit_is_corrected(
    store: Store, resident: str
) -> None:
    first = save_visit(store, resident, 1_000, promise="a nurse")
    act = change_for_promise(first, resident, True, "wong", 1_200)
    store.save([act], "wong")
    save_visit(store, resident, 1_500, corrects=first, promise="a nurse")
    promise = visits.last_promise(store.connection, resident)
    assert promise is not None
    assert promise.act == visits.PROMISE_KEPT
    void(store, "task_act", act.record_id)
    promise = visits.last_promise(store.connection, resident)
    assert promise is not None
    assert promise.act is None


def test_voided_and_corrected_readings_are_in_no_mean(store: Store, resident: str) -> None:
    readings = [
        vital(resident, "s1", 1_000 + at, systolic)
        for at, systolic in enumerate(("120", "180", "240"))
    ]
    store.save(readings, "test")
    void(store, "vital", readings[2].record_id)
    store.save([vital(resident, "s1", 1_001, "130", corrects=readings[1].record_id)], "test")
    (sitting,) = vitals.past_sittings(store.connection, resident, 0)
    assert (sitting.systolic, sitting.readings) == (125, 2)
    last = vitals.last_sitting(store.connection, resident)
    assert last is not None
    assert last.systolic == 125
    assert vitals.is_on_record(store.connection, readings[2].record_id)


def test_a_consent_that_was_voided_is_none(store: Store, resident: str) -> None:
    agreed = consents.agreed(resident, consents.PURPOSE, "1", 5)
    store.save([agreed], "resident")
    assert consents.has_agreed(store.connection, resident, consents.PURPOSE, "1")
    void(store, "consent", agreed.record_id)
    assert not consents.has_agreed(store.connection, resident, consents.PURPOSE, "1")
