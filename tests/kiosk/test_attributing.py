"""What changed between the worker's look and word is said, and nothing is filed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.leftovers import vital_of
from kiosk.records import reading_inbox, vitals
from offline_sync.identity import new_record_id
from offline_sync.store import Change
from tests.kiosk.instrument_side import composition_frame, keep, weight_frame
from tests.kiosk.nobodys_page import Page
from tests.kiosk.staff_desk import quick_hashes


@pytest.fixture(scope="module", autouse=True)
def smallest_hashes() -> Iterator[None]:
    with quick_hashes():
        yield


@pytest.fixture
def page(tmp_path: Path, qapp: object) -> Iterator[Page]:
    it = Page(tmp_path)
    yield it
    it.close()


@pytest.mark.parametrize("status", ["moved", "died"])
def test_a_resident_who_has_moved_or_died_meanwhile_is_given_nothing(
    page: Page, status: str
) -> None:
    page.at_work()
    page.model.open(page.cuff.id)
    page.model.choose(page.chan)
    page.desk.store.save([Change("resident", page.chan, {"status": status})], "sync")
    page.model.confirm(page.cuff.id, page.chan)

    assert (page.model.problem, page.model.concerned) == (status, "陳美玲")
    assert (page.vitals(), page.settled, page.audit("attribute_reading")) == ([], [], [])
    assert page.cuff.id in page.listed()


def test_a_resident_who_is_not_there_any_more_cannot_be_chosen(page: Page) -> None:
    page.at_work()
    page.desk.store.save([Change("resident", page.chan, {"status": "moved"})], "sync")
    page.model.open(page.cuff.id)
    page.model.choose(page.chan)
    assert (page.model.problem, page.model.resident) == ("moved", {})
    page.model.choose("nobody on record")
    assert (page.model.problem, page.model.concerned) == ("unknown_resident", "")


def test_a_reading_that_another_session_has_filed_meanwhile_is_said_to_be_on_record(
    page: Page,
) -> None:
    page.at_work()
    page.model.open(page.cuff.id)
    page.model.choose(page.chan)
    (shown,) = [one for one in page.waiting() if one.id == page.cuff.id]
    vitals.file_reading(
        page.desk.store, vital_of(shown, page.other, "another", in_mean=True), "another"
    )
    page.model.confirm(page.cuff.id, page.chan)

    assert (page.model.problem, page.model.concerned) == ("already_filed", "陳美玲")
    assert [vital["resident_id"] for vital in page.vitals()] == [page.other]
    assert page.settled == []


def test_a_reading_that_came_from_another_kiosk_meanwhile_is_not_filed_twice(page: Page) -> None:
    """The meter was read there too: the same record, under the id that it got there."""
    page.at_work()
    page.model.open(page.glucose.id)
    page.model.choose(page.chan)
    (shown,) = [one for one in page.waiting() if one.id == page.glucose.id]
    there = vital_of(shown, page.other, "another", in_mean=True)
    page.desk.store.save([replace(there, record_id=new_record_id())], "sync")
    page.model.confirm(page.glucose.id, page.chan)

    assert page.model.problem == "already_filed"
    assert [vital["resident_id"] for vital in page.vitals()] == [page.other]
    assert page.glucose.id in page.inbox()


def test_more_that_came_to_a_reading_is_shown_before_it_is_filed(page: Page) -> None:
    page.at_work()
    with page.desk.store.transaction():
        reading_inbox.remove(page.desk.store, [page.fat.id])
    page.model.open(page.weight.id)
    page.model.choose(page.chan)
    late = composition_frame(page.weight.received_at + 900)
    keep(page.desk.store, late)
    page.model.arrived()
    page.model.confirm(page.weight.id, page.chan)

    assert (page.model.problem, page.vitals(), page.settled) == ("changed", [], [])
    assert {page.weight.id, late.id} <= page.inbox()
    page.give_to_chan(page.weight.id)
    (vital,) = page.vitals()
    assert late.raw.hex() in vital["reading"]
    assert page.inbox().isdisjoint({page.weight.id, late.id})


def test_what_has_left_a_reading_is_not_filed_with_it(page: Page) -> None:
    page.at_work()
    page.model.open(page.weight.id)
    page.model.choose(page.chan)
    with page.desk.store.transaction():
        reading_inbox.set_aside(page.desk.store, page.fat.id, 1, "another", "test")
    page.model.confirm(page.weight.id, page.chan)

    assert (page.model.problem, page.vitals()) == ("changed", [])


@pytest.mark.parametrize("how", ["filed", "set aside"])
def test_the_composition_of_a_weight_that_has_left_is_given_to_no_other(
    page: Page, how: str
) -> None:
    """Two people within a minute: the second weight has left before its composition came."""
    page.at_work()
    second = weight_frame(page.weight.received_at + 30_000, kg=64.0)
    keep(page.desk.store, second)
    with page.desk.store.transaction():
        reading_inbox.remove(page.desk.store, [page.fat.id])
    page.model.arrived()
    if how == "filed":
        page.give_to_chan(second.id)
    else:
        page.model.open(second.id)
        page.model.setAside(second.id, "test")
    hers = composition_frame(second.received_at + 1_000)
    keep(page.desk.store, hers)
    page.model.arrived()

    assert {page.weight.id, hers.id} <= set(page.listed())
