"""Readings that are nobody's become somebody's by a worker's word, and by nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import readings
from kiosk.roles import Role
from kiosk.shifts import IDLE_LOCK_MS
from kiosk.viewmodels import attribution
from kiosk.viewmodels.attribution import REASONS
from offline_sync.errors import StoreFull
from tests.kiosk.instrument_side import (
    cuff_frame,
    keep,
)
from tests.kiosk.nobodys_page import Page
from tests.kiosk.staff_desk import DAY, quick_hashes


@pytest.fixture(scope="module", autouse=True)
def smallest_hashes() -> Iterator[None]:
    with quick_hashes():
        yield


@pytest.fixture
def page(tmp_path: Path, qapp: object) -> Iterator[Page]:
    it = Page(tmp_path)
    yield it
    it.close()


def test_the_list_has_each_measurement_once_with_its_value_and_why_it_is_nobody_s(
    page: Page,
) -> None:
    page.at_work()
    rows = page.model.property("rows")

    assert page.listed() == [
        page.cuff.id,
        *sorted((page.weight.id,), reverse=True),
        page.glucose.id,
        page.control.id,
        page.temperature.id,
        page.oxygen.id,
    ]
    assert rows[0] == {
        "key": page.cuff.id,
        "kind": "blood_pressure",
        "state": "reading",
        "values": {"systolic": "142", "diastolic": "84", "pulse": "72"},
        "taken": {"on": "2026-11-21", "time": "10:42"},
        "byItsClock": True,
        "arrived": {"on": "2026-11-22", "time": "10:42"},
        "instrument": "Village cuff",
        "why": "earlier",
    }
    assert [(row["state"], row["values"]) for row in rows[1:]] == [
        ("reading", {"weight": "64.2"}),
        ("reading", {"glucose": "6.1"}),
        ("control", {"glucose": "6.1"}),
        ("reading", {"temperature": "36.6"}),
        ("reading", {"spo2": "97", "pulse": "68"}),
    ]
    assert page.model.waiting == 6


def test_choosing_a_resident_writes_nothing(page: Page) -> None:
    page.at_work()
    page.model.open(page.cuff.id)
    page.model.choose(page.chan)

    assert page.model.resident["key"] == page.chan
    assert page.model.resident["name"] == "陳美玲"
    assert page.vitals() == []
    page.model.chooseNobody()
    assert (page.model.resident, page.vitals()) == ({}, [])


def test_a_confirmed_reading_becomes_a_vital_with_the_worker_s_name(page: Page) -> None:
    page.at_work()
    page.give_to_chan(page.cuff.id)

    (vital,) = page.vitals()
    assert (vital["id"], vital["resident_id"]) == (page.cuff.id, page.chan)
    assert (vital["started_by"], vital["source"]) == (page.desk.wong, "measured")
    assert (vital["taken_at"], vital["received_at"]) == (
        page.desk.now_ms - DAY,
        page.desk.now_ms,
    )
    assert vital["device_time"] == page.yesterday.isoformat()
    assert (vital["raw"], vital["decoder"]) == (page.cuff.raw.hex(), "blood_pressure/1")
    assert (vital["completeness"], vital["in_mean"], vital["check_in_id"]) == ("complete", 1, None)
    assert page.cuff.id not in page.inbox()
    assert page.audit("attribute_reading") == [(page.desk.wong, "vital", page.cuff.id, None)]
    assert page.settled == ["filed"]
    assert page.cuff.id not in page.listed()
    assert page.model.opened == {}


@pytest.mark.parametrize(
    ("main", "more", "kind"),
    [
        ("weight", "fat", "weight"),
        ("glucose", "notes", "glucose"),
        ("temperature", "temperature", "temperature"),
        ("oxygen", "oxygen", "oxygen_saturation"),
    ],
)
def test_every_kind_can_be_given_to_a_resident_with_all_its_frames(
    page: Page, main: str, more: str, kind: str
) -> None:
    page.at_work()
    before = page.inbox()
    kept = getattr(page, main)
    page.give_to_chan(kept.id)

    (vital,) = page.vitals()
    assert (vital["id"], vital["vital"]) == (kept.id, kind)
    assert before - page.inbox() == {kept.id, getattr(page, more).id}
    if more != main:
        assert getattr(page, more).raw.hex() in vital["reading"]


def test_the_rules_say_whether_it_counts_for_the_means(page: Page) -> None:
    page.at_work()
    page.give_to_chan(page.cuff.id)
    assert [one.pressures for one in page.counts] == [(142, 84)]


@pytest.mark.parametrize(
    ("opened", "chosen", "confirmed", "of"),
    [
        ("cuff", "chan", "cuff", "other"),  # another resident than was shown
        ("cuff", "chan", "weight", "chan"),  # another reading than was shown
        ("cuff", None, "cuff", "chan"),  # nobody was shown
        ("control", "chan", "control", "chan"),  # nobody's blood
    ],
)
def test_only_what_was_shown_can_be_confirmed(
    page: Page, opened: str, chosen: str | None, confirmed: str, of: str
) -> None:
    page.at_work()
    page.model.open(getattr(page, opened).id)
    if chosen is not None:
        page.model.choose(getattr(page, chosen))
    page.model.confirm(getattr(page, confirmed).id, getattr(page, of))

    assert (page.vitals(), page.settled) == ([], [])
    assert len(page.inbox()) == 8


ACTIONS = ("open", "choose", "chooseNobody", "setAside", "look", "lock", "other_worker", "leave")


@settings(max_examples=30)
@given(st.lists(st.sampled_from(ACTIONS), max_size=12))
def test_nothing_is_ever_attributed_without_a_confirmation(
    tmp_path_factory: pytest.TempPathFactory, qapp: object, actions: list[str]
) -> None:
    """Whatever a worker touches, in whatever order: without the answer nothing is filed."""
    page = Page(tmp_path_factory.mktemp("nobodys"))
    page.at_work()
    key = page.cuff.id
    do = {
        "open": lambda: page.model.open(key),
        "choose": lambda: page.model.choose(page.chan),
        "chooseNobody": page.model.chooseNobody,
        "setAside": lambda: page.model.setAside(key, "test"),
        "look": page.model.arrived,
        "lock": page.desk.shifts.lock,
        "other_worker": lambda: page.desk.at_work(page.desk.ho, Role.SUPERVISOR),
        "leave": lambda: page.model.leave("list"),
    }
    for action in actions:
        do[action]()
    filed = page.vitals()
    page.close()
    assert filed == []


def test_what_is_set_aside_leaves_the_list_with_a_reason_and_stays(page: Page) -> None:
    page.at_work()
    page.model.open(page.glucose.id)
    page.model.setAside(page.glucose.id, "not_on_record")

    assert page.settled == ["set_aside"]
    assert page.glucose.id not in page.listed()
    assert {page.glucose.id, page.notes.id} <= page.inbox()
    (entry,) = page.audit("set_reading_aside")
    assert entry[:3] == (page.desk.wong, "reading", page.glucose.id)
    assert json.loads(str(entry[3])) == {"reason": "not_on_record"}
    assert "6.1" not in str(entry)


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_can_be_given(page: Page, reason: str) -> None:
    page.at_work()
    page.model.open(page.control.id)
    page.model.setAside(page.control.id, reason)
    assert page.settled == ["set_aside"]


def test_a_reason_of_its_own_is_a_fault_of_the_page(page: Page) -> None:
    page.at_work()
    page.model.open(page.control.id)
    with pytest.raises(ValueError, match="no such reason"):
        page.model.setAside(page.control.id, "boring")


def test_what_could_not_be_saved_stays_nobody_s_and_can_be_tried_again(page: Page) -> None:
    page.at_work()
    page.model.open(page.cuff.id)
    page.model.choose(page.chan)
    page.desk.background.fail_next = StoreFull("disk full")
    page.model.confirm(page.cuff.id, page.chan)
    assert (page.model.problem, page.vitals()) == ("not_saved", [])
    assert page.cuff.id in page.inbox()
    page.give_to_chan(page.cuff.id)

    assert len(page.vitals()) == 1


def test_a_reading_that_somebody_else_has_dealt_with_is_not_filed_twice(page: Page) -> None:
    page.at_work()
    page.model.open(page.cuff.id)
    page.model.choose(page.chan)
    with page.desk.store.transaction() as db:
        db.execute("DELETE FROM reading_inbox WHERE id = ?", [page.cuff.id])
    page.model.confirm(page.cuff.id, page.chan)

    assert (page.model.problem, page.vitals(), page.settled) == ("gone", [], [])
    assert page.audit("attribute_reading") == []


def test_filing_is_one_transaction(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the audit entry cannot be written, the reading is not filed either."""
    page.at_work()
    save = page.desk.store.save

    def no_audit(changes: Any, by: str) -> Any:
        if any(change.record_type == "audit" for change in changes):
            raise StoreFull("disk full")
        return save(changes, by)

    monkeypatch.setattr(page.desk.store, "save", no_audit)
    page.give_to_chan(page.cuff.id)

    assert (page.model.problem, page.vitals()) == ("not_saved", [])
    assert page.cuff.id in page.inbox()


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.TECHNICIAN])
def test_who_may_not_see_health_sees_no_reading(page: Page, role: Role) -> None:
    page.at_work(role)
    page.model.count()
    page.give_to_chan(page.cuff.id)

    assert not page.model.property("allowed")
    assert (page.model.property("rows"), page.model.waiting) == ([], 0)
    assert page.vitals() == []


def test_a_locked_screen_files_nothing(page: Page) -> None:
    page.at_work()
    page.model.open(page.cuff.id)
    page.model.choose(page.chan)
    page.desk.clock.pass_ms(IDLE_LOCK_MS)
    page.model.confirm(page.cuff.id, page.chan)

    assert page.vitals() == []


def test_what_one_worker_had_open_is_not_shown_to_the_next(page: Page) -> None:
    page.at_work()
    page.model.open(page.cuff.id)
    page.model.choose(page.chan)
    page.desk.at_work(page.desk.ho, Role.VOLUNTEER)

    assert (page.model.property("rows"), page.model.opened, page.model.resident) == ([], {}, {})


def test_any_staff_page_knows_how_many_wait(page: Page) -> None:
    page.desk.at_work(page.desk.wong)
    page.model.count()
    assert page.model.waiting == 6
    assert page.model.property("rows") == []


def test_a_reading_that_comes_while_the_page_is_open_appears(page: Page) -> None:
    page.at_work()
    late = cuff_frame(page.desk.now_ms + 1_000)
    keep(page.desk.store, late)
    page.model.arrived()
    assert page.listed()[0] == late.id


def test_an_open_list_is_not_made_anew_when_nothing_has_changed(page: Page) -> None:
    page.at_work()
    changes: list[None] = []
    page.model.changed.connect(lambda: changes.append(None))
    page.model.arrived()
    assert changes == []


def test_what_comes_while_another_staff_page_is_open_is_counted(page: Page) -> None:
    page.desk.at_work(page.desk.wong)
    assert page.model.waiting == 6
    keep(page.desk.store, cuff_frame(page.desk.now_ms + 1_000))
    page.model.arrived()
    assert page.model.waiting == 7


def test_a_full_inbox_is_shown_in_part_and_counted_in_all(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attribution, "MOST_AT_ONCE", 3)
    page.at_work()

    assert page.listed() == [page.cuff.id, page.weight.id]
    assert page.model.waiting == 6
    for key in page.listed():
        page.model.open(key)
        page.model.setAside(key, "test")
    assert page.glucose.id in page.listed()
    assert page.model.waiting == 4


def test_an_inbox_that_has_not_changed_is_not_decoded_again(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[str] = []
    decode = readings.decode
    monkeypatch.setattr(readings, "decode", lambda kept: (decoded.append(kept.id), decode(kept))[1])
    page.at_work()
    page.model.count()
    page.model.arrived()
    assert sorted(decoded) == sorted(page.inbox())
