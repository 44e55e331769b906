"""Calling staff: it stands until a worker answers with a PIN, and says only what is true."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import shiboken6

from kiosk.records import staff_calls
from kiosk.viewmodels.shell import ShellViewModel
from kiosk.viewmodels.staff_call import StaffCallViewModel
from offline_sync.errors import StoreFull
from offline_sync.identity import new_record_id
from offline_sync.oplog import FeedEntry
from tests.kiosk.resident_side import MORNING, PIN, SITE, ResidentSide, resident_side


@pytest.fixture
def side(tmp_path: Path, qapp: object) -> Iterator[ResidentSide]:
    it = resident_side(tmp_path)
    it.shifts.open(it.worker)
    yield it
    it.close()


def test_a_call_goes_on_record_with_the_page(side: ResidentSide) -> None:
    side.shell.go("call")

    (act,) = side.rows("task_act")
    assert (act["act"], act["reason"], act["resident_id"]) == ("call_staff", "asked", None)
    assert side.call.waiting
    assert not side.call.notOnRecord


def test_a_call_in_a_check_in_names_the_person_and_the_sitting(side: ResidentSide) -> None:
    side.sit_down()
    side.shell.go("call")

    (act,) = side.rows("task_act")
    assert act["resident_id"] == side.resident_id
    assert act["about"]


def test_calling_twice_is_one_call(side: ResidentSide) -> None:
    side.shell.go("call")
    side.shell.back()
    side.shell.go("call")

    assert len(side.rows("task_act")) == 1


def test_after_a_minute_it_says_that_nobody_has_answered(side: ResidentSide) -> None:
    side.shell.go("call")
    side.wait(59)
    assert not side.call.nobodyAnswered
    side.wait(1)
    assert side.call.nobodyAnswered
    assert side.call.telephone == SITE.telephone


def test_the_call_stays_over_home_until_it_is_answered(side: ResidentSide) -> None:
    side.sit_down()
    side.shell.go("call")
    side.shell.home()

    assert side.shell.route == "call"
    assert side.check_in.address == ""


def test_a_pin_answers_and_the_person_goes_on(side: ResidentSide) -> None:
    side.sit_down()
    side.shell.go("call")
    side.call.askPin()
    assert side.call.workers == [{"id": "worker-1", "name": "黃詠詩"}]
    side.call.enterPin("worker-1", PIN)

    assert (side.shell.route, side.call.waiting) == ("rest", False)
    answer = next(act for act in side.rows("task_act") if act["act"] == "answer_call")
    assert answer["staff_id"] == "worker-1"
    assert staff_calls.open_calls(side.background.reader, 0) == []


def test_a_wrong_pin_answers_nothing(side: ResidentSide) -> None:
    side.shell.go("call")
    side.call.askPin()
    side.call.enterPin("worker-1", "000000")

    assert side.call.pinProblem == "wrong_pin"
    assert (side.shell.route, side.call.waiting) == ("call", True)


def test_without_a_shift_the_passphrase_answers(tmp_path: Path, qapp: object) -> None:
    side = resident_side(tmp_path)
    side.shell.go("call")
    side.call.askPin()
    assert side.shell.route == "signIn"
    side.shifts.open(side.worker)
    side.shell.set_staff(side.worker.staff_id, side.worker.name, "social_worker")
    side.shell.unlock()

    assert (side.shell.route, side.call.waiting) == ("residents", False)
    side.close()


def test_coming_back_to_the_page_of_an_answered_call_makes_no_new_one(side: ResidentSide) -> None:
    side.shell.go("call")
    side.shell.go("signIn")
    side.shifts.open(side.worker)
    side.shell.back()

    assert side.shell.route == "home"
    assert not side.call.waiting


def test_feeling_unwell_shows_999_and_calls(side: ResidentSide) -> None:
    side.shell.go("unwell")

    (act,) = side.rows("task_act")
    assert act["reason"] == "unwell"
    assert side.call.address["zh_HK"] == "坑口村 12 號地下"
    side.call.feelingBetter()
    assert (side.shell.route, side.call.waiting) == ("call", True)


def test_unwell_during_a_call_is_another_reason_and_one_answer_ends_both(
    side: ResidentSide,
) -> None:
    side.shell.go("call")
    side.shell.go("unwell")
    side.call.enterPin("worker-1", PIN)

    acts = [act["act"] for act in side.rows("task_act")]
    assert sorted(acts) == ["answer_call", "answer_call", "call_staff", "call_staff"]
    assert staff_calls.open_calls(side.background.reader, 0) == []


def test_a_call_that_cannot_be_saved_stands_all_the_same_and_is_saved_later(
    side: ResidentSide,
) -> None:
    side.background.fail_next = StoreFull("disk full")
    side.shell.go("call")

    assert side.call.waiting
    assert side.call.notOnRecord
    side.wait(5)
    assert not side.call.notOnRecord
    assert len(side.rows("task_act")) == 1


@contextmanager
def after_a_restart(side: ResidentSide, seconds: int = 0) -> Iterator[StaffCallViewModel]:
    """The kiosk's own store and a new window, that much later."""
    side.call._timer.stop()
    side.clock.ms += seconds * 1000
    shell = ShellViewModel(monotonic=lambda: side.clock.ms / 1000, now=lambda: MORNING)
    after = StaffCallViewModel(
        side.background, shell, side.shifts, lambda *_: side.worker, SITE, side.clock
    )
    after.resume()
    assert shell.route == ("call" if after.waiting else "home")
    yield after
    shiboken6.delete(after)
    shiboken6.delete(shell)


def test_an_unanswered_call_is_shown_again_after_a_restart(side: ResidentSide) -> None:
    side.shell.go("call")
    with after_a_restart(side, 90) as after:
        assert after.waiting
        assert after.nobodyAnswered
        assert len(side.rows("task_act")) == 1


def test_all_unanswered_calls_are_shown_again_and_one_pin_answers_each(
    side: ResidentSide,
) -> None:
    side.shell.go("call")
    side.clock.ms += 30_000
    side.shell.go("unwell")
    with after_a_restart(side, 10) as after:
        assert after.seconds == 40
        after.enterPin("worker-1", PIN)
        assert not after.waiting

    calls = {act["id"] for act in side.rows("task_act") if act["act"] == "call_staff"}
    answered = [act["about"] for act in side.rows("task_act") if act["act"] == "answer_call"]
    assert len(calls) == 2
    assert sorted(answered) == sorted(calls)


def test_a_call_of_another_kiosk_is_not_shown_here(side: ResidentSide) -> None:
    theirs = staff_calls.call(new_record_id(), None, None, "asked", side.clock.now().wall_ms)
    entry = FeedEntry(1, "put", "their-op", "task_act", theirs.record_id, theirs.fields)
    side.store.apply_feed("village", "hub-epoch", [entry], 1)

    assert len(side.rows("task_act")) == 1
    with after_a_restart(side) as after:
        assert not after.waiting


def test_a_call_of_yesterday_stays_unanswered_on_record_and_is_not_shown(
    side: ResidentSide,
) -> None:
    side.shell.go("call")
    with after_a_restart(side, 24 * 60 * 60 + 1) as after:
        assert not after.waiting
    assert [act["act"] for act in side.rows("task_act")] == ["call_staff"]


def test_a_right_pin_without_a_shift_answers_nothing(tmp_path: Path, qapp: object) -> None:
    side = resident_side(tmp_path)
    side.shell.go("call")
    side.call.enterPin("worker-1", PIN)

    assert side.call.pinProblem == "passphrase_needed"
    assert (side.shell.route, side.call.waiting) == ("call", True)
    assert [act["act"] for act in side.rows("task_act")] == ["call_staff"]
    side.close()


def test_the_pin_of_a_shift_that_is_over_answers_nothing(side: ResidentSide) -> None:
    side.shell.go("call")
    side.call.askPin()
    side.clock.ms += 10 * 60 * 60 * 1000
    side.call.enterPin("worker-1", PIN)

    assert side.call.pinProblem == "passphrase_needed"
    assert side.call.waiting


def test_a_call_that_nobody_can_answer_here_may_be_closed(tmp_path: Path, qapp: object) -> None:
    side = resident_side(tmp_path, staffed=False)
    side.shell.go("call")
    side.shell.go("unwell")
    side.call.feelingBetter()
    assert side.call.nobodyCanAnswer
    side.call.closePage()

    assert (side.shell.route, side.call.waiting) == ("home", False)
    acts = side.rows("task_act")
    calls = {act["id"] for act in acts if act["act"] == "call_staff"}
    assert {act["about"] for act in acts if act["act"] == "close"} == calls
    assert len(calls) == 2
    assert {
        op["by"] for op in side.background.reader["op_out"].rows if op["tbl"] == "task_act"
    } == {"resident"}
    with after_a_restart(side) as after:
        assert not after.waiting
    side.close()


def test_a_call_of_before_the_restart_may_be_closed_too(tmp_path: Path, qapp: object) -> None:
    side = resident_side(tmp_path, staffed=False)
    side.shell.go("call")
    with after_a_restart(side, 90) as after:
        after.closePage()
        assert not after.waiting
    with after_a_restart(side) as after:
        assert not after.waiting
    side.close()


def test_where_staff_can_sign_in_a_call_is_not_closed_without_them(
    tmp_path: Path, qapp: object
) -> None:
    side = resident_side(tmp_path)
    side.shell.go("call")
    assert not side.call.nobodyCanAnswer
    side.call.closePage()

    assert (side.shell.route, side.call.waiting) == ("call", True)
    assert [act["act"] for act in side.rows("task_act")] == ["call_staff"]
    side.close()
