"""The check-in without a window: what is asked, kept, shown and forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from devices.health.errors import (
    AdapterReason,
    AdapterUnavailable,
    ConnectionLost,
    InstrumentNotFound,
    InstrumentRefused,
)
from kiosk.civil_time import civil_time
from kiosk.paths import ASSETS
from kiosk.records.residents import PICTURES
from kiosk.viewmodels.sitting_end import SittingEnd
from offline_sync.errors import StoreFull
from tests.builders import resident_change
from tests.kiosk.resident_side import CARD, ResidentSide, resident_side


@pytest.fixture
def side(tmp_path: Path, qapp: object) -> Iterator[ResidentSide]:
    it = resident_side(tmp_path)
    yield it
    it.close()


def test_a_check_in_from_card_to_goodbye(side: ResidentSide) -> None:
    check_in, shell = side.check_in, side.shell

    check_in.cardShown(CARD)
    assert (shell.route, check_in.address, check_in.picture) == ("who", "陳婆婆", "junk")
    check_in.itIsMe()
    assert shell.route == "notice"
    check_in.agree()
    assert shell.route == "rest"
    assert check_in.secondsLeft == 300
    side.wait(150)
    assert check_in.timeShare == pytest.approx(0.5)
    side.wait(150)
    assert check_in.step == "rested"
    check_in.imBack()
    assert shell.route == "cuff"
    check_in.cuffIsOn()
    assert shell.route == "measuring"
    side.cuff.measures(142, 84)
    assert (shell.route, check_in.secondsLeft) == ("pause", 60)
    side.wait(60)
    assert (shell.route, check_in.readingNumber) == ("measuring", 2)
    side.cuff.measures(138, 82, pulse=70)

    assert shell.route == "result"
    shown = check_in.result
    assert (shown["systolic"], shown["diastolic"], shown["pulse"]) == ("140", "83", "71")
    assert (shown["band"], shown["because"]) == ("watch", ["systolic_high"])
    assert check_in.saved == "saved"
    check_in.finish()
    assert shell.route == "goodbye"
    assert check_in.address == ""
    side.wait(8)
    assert shell.route == "home"


def test_each_reading_is_on_record_at_once_and_complete_at_the_end(side: ResidentSide) -> None:
    side.ready_to_measure()
    frame_id = side.cuff.measures(142, 84)

    (first,) = side.rows("vital")
    assert first["id"] == frame_id
    assert first["completeness"] == "incomplete"
    assert first["in_mean"] is None
    assert json.loads(str(first["reading"]))["systolic"] == "142"
    assert first["taken_on"] == "left_arm_sitting"
    assert side.rows("reading_inbox") == []

    side.wait(60)
    side.cuff.measures(138, 82)
    readings = side.rows("vital")
    assert {row["completeness"] for row in readings} == {"complete"}
    assert {row["in_mean"] for row in readings} == {1}
    assert {(row["band"], row["rules"]) for row in readings} == {("watch", "demo-2026.1")}


def test_a_third_reading_is_asked_and_the_first_leaves_the_mean(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.two_readings((160, 84), (142, 84))

    assert side.shell.route == "pause"
    assert (side.check_in.readingNumber, side.check_in.readingsPlanned) == (3, 3)
    side.wait(60)
    side.cuff.measures(140, 82)
    assert side.check_in.result["systolic"] == "141"
    assert sorted(row["in_mean"] for row in side.rows("vital")) == [0, 1, 1]


def test_leaving_half_way_keeps_the_reading_and_forgets_the_person(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.measures(142, 84)
    side.shell.home()

    (row,) = side.rows("vital")
    assert row["completeness"] == "incomplete"
    assert (side.check_in.address, side.check_in.picture, side.check_in.step) == ("", "", "")
    assert side.check_in.result == {}


def test_an_unknown_card_says_so_and_names_nobody(side: ResidentSide) -> None:
    side.check_in.cardShown("NOT-A-CARD")

    assert side.shell.route == "card"
    assert side.check_in.cardUnknown
    assert side.check_in.address == ""


def test_part_of_a_card_finds_nobody(side: ResidentSide) -> None:
    side.check_in.cardShown(CARD[:-1])

    assert side.check_in.cardUnknown


@pytest.mark.parametrize("status", ["died", "moved"])
def test_the_card_of_somebody_who_is_gone_is_not_recognised(
    side: ResidentSide, status: str
) -> None:
    side.store.save([resident_change(card_token="GONE1", status=status)], "test")
    side.check_in.cardShown("GONE1")

    assert side.check_in.cardUnknown


def test_a_card_on_two_people_names_neither(side: ResidentSide) -> None:
    side.store.save([resident_change()], "test")
    side.check_in.cardShown(CARD)

    assert side.check_in.cardUnknown


def test_a_second_card_never_changes_the_person(side: ResidentSide) -> None:
    side.store.save([resident_change(card_token="OTHER", preferred_address="李伯")], "test")
    side.ready_to_measure()
    side.check_in.cardShown("OTHER")

    assert side.check_in.address == "陳婆婆"


def test_not_me_forgets_and_asks_for_the_card_again(side: ResidentSide) -> None:
    side.check_in.cardShown(CARD)
    side.check_in.notMe()

    assert (side.shell.route, side.check_in.address) == ("card", "")


def test_the_notice_is_shown_once(side: ResidentSide) -> None:
    side.sit_down()
    side.shell.home()
    side.check_in.cardShown(CARD)
    side.check_in.itIsMe()

    assert side.shell.route == "rest"
    (consent,) = side.rows("consent")
    assert (consent["decision"], consent["recorded_by"]) == ("agreed", "resident")


def test_an_agreement_that_could_not_be_saved_does_not_count(side: ResidentSide) -> None:
    side.check_in.cardShown(CARD)
    side.check_in.itIsMe()
    side.background.fail_next = StoreFull("disk full")
    side.check_in.agree()

    assert (side.shell.route, side.check_in.noticeProblem) == ("notice", "not_saved")
    side.check_in.agree()
    assert side.shell.route == "rest"


def test_measuring_without_saving_leaves_nothing(side: ResidentSide) -> None:
    side.check_in.cardShown(CARD)
    side.check_in.itIsMe()
    side.check_in.measureWithoutSaving()
    side.rest()
    side.two_readings((142, 84), (138, 82))

    assert side.check_in.result["systolic"] == "140"
    assert side.check_in.saved == "not_kept"
    for table in ("vital", "consent", "reading_inbox"):
        assert side.rows(table) == []


def test_leaving_an_unsaved_measurement_half_way_leaves_nothing(side: ResidentSide) -> None:
    side.check_in.cardShown(CARD)
    side.check_in.itIsMe()
    side.check_in.measureWithoutSaving()
    side.rest()
    side.cuff.measures(142, 84)
    side.shell.home()

    assert side.rows("reading_inbox") == side.rows("vital") == []


def test_an_unsaved_measurement_has_the_same_emergency_path(side: ResidentSide) -> None:
    side.check_in.cardShown(CARD)
    side.check_in.itIsMe()
    side.check_in.measureWithoutSaving()
    side.rest()
    side.cuff.measures(190, 100)

    assert side.check_in.step == "symptoms"
    assert side.call.waiting
    (act,) = side.rows("task_act")
    assert (act["act"], act["resident_id"]) == ("call_staff", None)


def test_a_red_flag_calls_staff_and_asks_how_the_person_feels(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.measures(184, 96)

    assert (side.shell.route, side.check_in.step) == ("pause", "symptoms")
    (act,) = side.rows("task_act")
    assert (act["act"], act["reason"]) == ("call_staff", "red_flag")
    assert act["resident_id"] == side.resident_id
    side.check_in.noSymptoms()
    side.wait(60)
    side.cuff.measures(178, 94)
    assert side.check_in.result["band"] == "call"
    side.check_in.finish()
    assert side.shell.route == "call"
    assert side.check_in.address == ""


def test_a_symptom_leads_to_999(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.measures(184, 96)
    side.check_in.haveSymptoms()

    assert side.shell.route == "unwell"
    assert {act["reason"] for act in side.rows("task_act")} >= {"red_flag", "symptoms"}


def test_live_without_a_signature_shows_numbers_and_no_band(tmp_path: Path, qapp: object) -> None:
    side = resident_side(tmp_path, demo=False)
    side.ready_to_measure()
    side.two_readings((142, 84), (138, 82))

    shown = side.check_in.result
    assert (shown["systolic"], shown["band"], shown["because"]) == ("140", "", [])
    assert side.check_in.trend["ordinaryHigh"] == 0
    assert {row["band"] for row in side.rows("vital")} == {None}
    side.close()


def test_live_without_a_signature_keeps_the_emergency_path(tmp_path: Path, qapp: object) -> None:
    side = resident_side(tmp_path, demo=False)
    side.ready_to_measure()
    side.cuff.measures(184, 96)

    assert side.check_in.step == "symptoms"
    assert side.call.waiting
    side.close()


def test_a_signed_rule_file_shows_bands_live(tmp_path: Path, qapp: object) -> None:
    side = resident_side(tmp_path, demo=False, signed=True)
    side.ready_to_measure()
    side.two_readings((120, 80), (122, 80))

    assert side.check_in.result["band"] == "ok"
    side.close()


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (AdapterUnavailable(AdapterReason.NO_ADAPTER), "adapter"),
        (InstrumentNotFound("nothing heard"), "no_instrument"),
        (ConnectionLost("gone"), "lost"),
        (InstrumentRefused("no", pairing=True), "not_paired"),
        (InstrumentRefused("no", pairing=False), "refused"),
        (AdapterUnavailable(AdapterReason.STUCK), "adapter_stuck"),
        (AdapterUnavailable(AdapterReason.NO_BLUETOOTH_SERVICE), "no_bluetooth"),
    ],
)
def test_a_failed_session_says_why_and_tries_again_by_itself(
    side: ResidentSide, error: Exception, problem: str
) -> None:
    side.ready_to_measure()
    side.cuff.fails(error)  # type: ignore[arg-type]

    assert side.check_in.cuff.problem == problem
    assert side.cuff.sessions == 1
    side.wait(3)
    assert side.cuff.sessions == 2
    side.cuff.measures(142, 84)
    assert side.check_in.step == "pause"


def test_after_half_a_minute_of_silence_it_says_what_to_do(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.wait(29)
    assert side.check_in.cuff.problem == ""
    side.wait(1)
    assert side.check_in.cuff.problem == "no_instrument"
    side.cuff.connects()
    assert side.check_in.cuff.problem == ""


def test_a_frame_that_cannot_be_read_is_kept_for_staff(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.measures(0, 0, raw=b"\x04\x8e")

    assert side.check_in.step == "measuring"
    assert side.check_in.cuff.problem == "unreadable"
    (kept,) = side.rows("reading_inbox")
    assert (kept["raw"], kept["check_in_id"]) == (b"\x04\x8e", None)
    side.wait(3)
    side.cuff.measures(142, 84)
    assert side.check_in.step == "pause"


def test_a_reading_from_another_time_is_nobody_here(side: ResidentSide) -> None:
    side.ready_to_measure()
    earlier = civil_time(side.clock.now().wall_ms).replace(tzinfo=None) - timedelta(hours=2)
    side.cuff.measures(170, 99, device_time=earlier, clock_offset_s=0.0)

    assert side.check_in.cuff.problem == "not_yours"
    assert side.rows("vital") == []
    (kept,) = side.rows("reading_inbox")
    assert kept["check_in_id"] is None


def test_a_wrong_clock_that_is_known_to_be_wrong_is_no_obstacle(side: ResidentSide) -> None:
    side.ready_to_measure()
    stamp = civil_time(side.clock.now().wall_ms + 30_000).replace(tzinfo=None)
    day = timedelta(days=1)
    side.cuff.measures(142, 84, device_time=stamp - day, clock_offset_s=-day.total_seconds())

    (row,) = side.rows("vital")
    assert row["clock_offset_s"] == -86_400
    assert abs(int(str(row["taken_at"])) - int(str(row["received_at"]))) < 60_000


def test_a_full_disk_says_not_saved_and_keeps_the_numbers(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.background.fail_next = StoreFull("disk full")
    side.cuff.measures(142, 84, kept=False)

    assert side.shell.route == "measuring"
    assert side.check_in.cuff.problem == "not_saved"
    assert side.check_in.cuff.unsaved == {"systolic": "142", "diastolic": "84", "pulse": "72"}
    side.check_in.stop()
    assert side.shell.route == "measuring"
    side.wait(5)
    assert side.shell.route == "pause"
    (row,) = side.rows("vital")
    assert row["source"] == "measured"


def test_an_end_that_could_not_be_saved_is_said_and_tried_again(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.measures(142, 84)
    side.wait(60)
    side.check_in.cuff.accepted.connect(
        lambda _: setattr(side.background, "fail_next", StoreFull("disk full"))
    )
    # the failure is armed before the view model hears of the reading
    side.check_in.cuff.accepted.disconnect(side.check_in._reading_accepted)
    side.check_in.cuff.accepted.connect(side.check_in._reading_accepted)
    side.cuff.measures(138, 82)

    assert (side.shell.route, side.check_in.saved) == ("result", "not_saved")
    side.check_in.saveAgain()
    assert side.check_in.saved == "saved"


def end_that_is_not_saved(side: ResidentSide) -> SittingEnd:
    side.ready_to_measure()
    side.cuff.measures(142, 84)
    side.wait(60)
    arm = lambda _: setattr(side.background, "fail_next", StoreFull("disk full"))  # noqa: E731
    side.check_in.cuff.accepted.disconnect(side.check_in._reading_accepted)
    side.check_in.cuff.accepted.connect(arm)
    side.check_in.cuff.accepted.connect(side.check_in._reading_accepted)
    side.cuff.measures(138, 82)
    side.check_in.cuff.accepted.disconnect(arm)
    assert side.check_in.saved == "not_saved"
    end = side.check_in.findChild(SittingEnd)
    assert end is not None
    return end


def completeness(side: ResidentSide) -> set[object]:
    return {row["completeness"] for row in side.rows("vital")}


def test_an_end_that_could_not_be_saved_is_saved_when_the_person_has_gone(
    side: ResidentSide,
) -> None:
    end = end_that_is_not_saved(side)
    side.check_in.finish()
    assert completeness(side) == {"incomplete"}
    timer = end.findChild(QTimer)
    assert timer is not None
    assert (timer.isActive(), timer.interval()) == (True, 5_000)

    side.background.fail_next = StoreFull("disk full")
    end.try_again()
    assert completeness(side) == {"incomplete"}
    assert timer.isActive()
    end.try_again()
    assert completeness(side) == {"complete"}
    assert not timer.isActive()
    assert (side.shell.route, side.check_in.saved) == ("goodbye", "")


def test_an_end_that_is_saved_by_itself_is_said_to_the_person_who_waits(
    side: ResidentSide,
) -> None:
    end = end_that_is_not_saved(side)
    end.try_again()

    assert side.check_in.saved == "saved"


def test_stopping_goes_back_to_the_cuff(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.check_in.stop()

    assert side.shell.route == "cuff"
    side.check_in.backToRest()
    assert (side.shell.route, side.check_in.step) == ("rest", "rested")


def test_a_reading_that_arrives_under_the_call_page_waits_for_the_way_back(
    side: ResidentSide,
) -> None:
    side.ready_to_measure()
    side.shell.go("call")
    side.cuff.measures(142, 84)

    assert side.shell.route == "call"
    side.shell.back()
    assert side.shell.route == "pause"


def test_somebody_who_never_comes_back_is_forgotten(side: ResidentSide) -> None:
    side.sit_down()
    side.wait(300)
    side.wait(299)
    assert side.shell.route == "rest"
    side.wait(2)
    assert (side.shell.route, side.check_in.address) == ("home", "")


@pytest.mark.parametrize(
    ("warnings", "arm", "not_to_use"),
    [
        ({"arm_not_to_use": "right"}, "left", "right"),
        ({"arm_not_to_use": "left"}, "right", "left"),
        ({"arm_not_to_use": "none"}, "left", "none"),
        ({"arm_not_to_use": "both"}, "", "both"),
        (None, "left", ""),
    ],
)
def test_the_arm_follows_the_record(
    tmp_path: Path, qapp: object, warnings: object, arm: str, not_to_use: str
) -> None:
    side = resident_side(tmp_path, **({} if warnings is None else {"warnings": warnings}))
    side.sit_down()

    assert (side.check_in.arm, side.check_in.armNotToUse) == (arm, not_to_use)
    side.close()


def test_a_picture_that_this_kiosk_does_not_have_is_left_out(tmp_path: Path, qapp: object) -> None:
    side = resident_side(tmp_path, picture="dragon")
    side.sit_down()

    assert side.check_in.picture == ""
    side.close()


@pytest.mark.parametrize("picture", sorted(PICTURES))
def test_every_picture_has_a_drawing(picture: str) -> None:
    assert (ASSETS / "pictures" / f"{picture}.svg").is_file()


def test_staff_can_leave_a_reading_that_cannot_be_saved(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.background.fail_next = StoreFull("disk full")
    side.cuff.measures(142, 84)
    side.shell.home()

    assert side.check_in.cuff.unsaved == {}
    (kept,) = side.rows("reading_inbox")
    assert (kept["check_in_id"], kept["why"]) == (None, "left")
    assert side.rows("vital") == []


def test_the_cuff_line_rises_and_falls(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.connects()
    side.cuff.inflates(20, 90, 160)
    assert (side.check_in.cuff.phase, side.check_in.cuff.pressure) == ("inflating", 160)
    side.cuff.inflates(150)
    assert side.check_in.cuff.phase == "deflating"
    assert [point[1] for point in side.check_in.cuff.trace] == [20, 90, 160, 150]


def test_hiding_lasts_until_the_person_leaves(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.two_readings((142, 84), (138, 82))
    side.check_in.toggleHidden()
    assert side.check_in.hidden
    side.shell.home()
    assert not side.check_in.hidden


def test_the_trend_compares_with_the_time_before(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.two_readings((142, 84), (138, 82))
    assert side.check_in.trend["change"] == "first"
    side.shell.home()
    side.clock.ms += 31 * 86_400_000
    side.ready_to_measure()
    side.two_readings((150, 84), (148, 82))

    trend = side.check_in.trend
    assert (trend["change"], trend["sinceLastMonth"]) == ("higher", True)
    assert [value for value in trend["upper"] if value is not None] == [140, 149]
    assert side.check_in.result["lastSystolic"] == "140"
