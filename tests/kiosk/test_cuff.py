"""Whose reading it is: none counts twice, and none is given to the next person who sits there."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from devices.health.events import CuffPressure
from kiosk.civil_time import civil_time
from kiosk.cuff_session import KnownReading, SessionEnded
from kiosk.records.reading_inbox import Why
from offline_sync.errors import StoreFull
from tests.kiosk.resident_side import CARD, ResidentSide, frame, resident_side


@pytest.fixture
def side(tmp_path: Path, qapp: object) -> Iterator[ResidentSide]:
    it = resident_side(tmp_path)
    yield it
    it.close()


def ago(side: ResidentSide, **before: float) -> datetime:
    """What a clock that goes right showed then, to the second."""
    stamp = civil_time(side.clock.now().wall_ms) - timedelta(**before)
    return stamp.replace(tzinfo=None, microsecond=0)


def test_the_same_stamped_frame_in_a_later_session_is_no_second_reading(
    side: ResidentSide,
) -> None:
    side.ready_to_measure()
    stamp = ago(side)
    first = side.cuff.measures(142, 84, device_time=stamp, clock_offset_s=0.0)
    side.wait(60)
    side.cuff.measures(142, 84, device_time=stamp, clock_offset_s=0.0)

    assert (side.check_in.step, side.check_in.readingNumber) == ("measuring", 2)
    assert side.check_in.cuff.problem == "not_yours"
    assert [row["id"] for row in side.rows("vital")] == [first]
    assert side.rows("reading_inbox") == []

    side.wait(3)
    side.cuff.measures(142, 84, device_time=ago(side), clock_offset_s=0.0)
    assert side.check_in.step == "finished"
    assert len(side.rows("vital")) == 2


def test_a_frame_that_staff_have_still_to_look_at_is_not_taken_when_it_comes_again(
    side: ResidentSide,
) -> None:
    side.ready_to_measure()
    stamp = ago(side, hours=2)
    first = side.cuff.measures(170, 99, device_time=stamp, clock_offset_s=0.0)
    side.wait(3)
    side.cuff.measures(170, 99, device_time=stamp, clock_offset_s=-7_200.0)

    assert [row["id"] for row in side.rows("reading_inbox")] == [first]
    assert side.rows("vital") == []


def test_two_equal_measurements_without_a_stamp_are_two(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.two_readings((142, 84), (142, 84))

    assert len(side.rows("vital")) == 2


def test_a_frame_that_came_again_on_a_full_disk_does_not_count_when_there_is_room(
    side: ResidentSide,
) -> None:
    side.ready_to_measure()
    stamp = ago(side)
    side.cuff.measures(142, 84, device_time=stamp, clock_offset_s=0.0)
    side.wait(60)
    side.background.fail_next = StoreFull("disk full")
    side.cuff.measures(142, 84, kept=False, device_time=stamp)
    assert side.check_in.cuff.problem == "not_saved"
    side.wait(5)

    assert side.check_in.cuff.problem == "not_yours"
    assert not side.check_in.cuff.saving
    assert len(side.rows("vital")) == 1
    side.cuff.measures(138, 82, device_time=ago(side), clock_offset_s=0.0)
    assert side.check_in.step == "finished"


def test_the_pressure_that_rises_after_an_old_frame_is_shown(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.connects()
    side.cuff.tell(KnownReading())
    assert side.check_in.cuff.problem == "not_yours"
    side.cuff.inflates(20, 60)

    assert (side.check_in.cuff.problem, side.check_in.cuff.phase) == ("", "inflating")


def test_an_old_stamp_of_a_clock_that_could_not_be_read_is_not_this_person_s(
    side: ResidentSide,
) -> None:
    side.ready_to_measure()
    side.cuff.measures(170, 99, device_time=ago(side, minutes=6))

    assert (side.check_in.step, side.check_in.cuff.problem) == ("measuring", "not_yours")
    assert side.rows("vital") == []
    (kept,) = side.rows("reading_inbox")
    assert kept["check_in_id"] is None


def test_a_fresh_stamp_of_a_clock_that_could_not_be_read_is_this_person_s(
    side: ResidentSide,
) -> None:
    side.ready_to_measure()
    side.cuff.measures(142, 84, device_time=ago(side, minutes=3))

    assert side.check_in.step == "pause"


def test_a_clock_that_was_never_set_is_no_obstacle(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.measures(142, 84, device_time=datetime.fromisoformat("2017-01-01T00:03:00"))

    assert side.check_in.step == "pause"
    assert side.rows("vital")[0]["clock_quality"] == "not_set"


def test_a_cuff_that_was_seen_measuring_gave_this_person_s_reading(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.inflates(60, 120, 170, 90)
    side.cuff.measures(142, 84, device_time=ago(side, days=3))

    assert side.check_in.step == "pause"


def test_what_the_cuff_did_in_an_earlier_session_proves_nothing(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.inflates(60, 120, 170, 90)
    side.cuff.fails(None)
    side.wait(3)
    side.cuff.measures(170, 99, device_time=ago(side, hours=3))

    assert side.check_in.cuff.problem == "not_yours"


def test_of_a_frame_that_cannot_be_read_the_log_has_its_length_and_no_byte(
    side: ResidentSide, caplog: pytest.LogCaptureFixture
) -> None:
    raw = frame(142, 84, 72)[:-1]
    side.ready_to_measure()
    with caplog.at_level(logging.DEBUG):
        frame_id = side.cuff.measures(0, 0, raw=raw)

    assert f"{len(raw)} bytes" in caplog.text
    assert frame_id in caplog.text
    assert raw[:3].hex() not in caplog.text


def test_several_old_frames_of_one_session_are_one_reading_even_without_saving(
    side: ResidentSide,
) -> None:
    side.check_in.cardShown(CARD)
    side.check_in.itIsMe()
    side.check_in.measureWithoutSaving()
    side.rest()
    unset = datetime.fromisoformat("2017-01-01T00:03:00")
    side.cuff.arrives(frame(150, 90, 70, unset))
    side.cuff.measures(142, 84, device_time=unset + timedelta(minutes=2))

    assert side.check_in.step == "pause"
    assert not side.check_in.cuff.saving
    side.wait(60)
    side.cuff.measures(138, 82)
    assert side.check_in.result["systolic"] == "140"


def test_what_was_taken_during_the_rest_is_not_of_this_step(side: ResidentSide) -> None:
    side.ready_to_measure()
    side.cuff.measures(170, 99, device_time=ago(side, seconds=120), clock_offset_s=0.0)

    assert (side.check_in.step, side.check_in.cuff.problem) == ("measuring", "not_yours")
    assert side.rows("vital") == []
    (kept,) = side.rows("reading_inbox")
    assert kept["check_in_id"] is None


def test_a_cuff_that_was_started_just_before_the_button_gave_this_person_s_reading(
    side: ResidentSide,
) -> None:
    side.ready_to_measure()
    side.cuff.measures(142, 84, device_time=ago(side, seconds=50), clock_offset_s=0.0)

    assert side.check_in.step == "pause"


def test_the_second_step_takes_nothing_from_before_the_pause(side: ResidentSide) -> None:
    side.ready_to_measure()
    before_the_pause = ago(side, seconds=10)
    side.cuff.measures(142, 84)
    side.wait(60)
    side.cuff.measures(170, 99, device_time=before_the_pause, clock_offset_s=0.0)

    assert (side.check_in.step, side.check_in.cuff.problem) == ("measuring", "not_yours")
    assert len(side.rows("vital")) == 1


@pytest.mark.parametrize("offset_comes_late", [False, True])
def test_of_several_frames_of_one_session_the_newest_of_this_step_counts(
    side: ResidentSide, offset_comes_late: bool
) -> None:
    side.ready_to_measure()
    side.wait(60)
    side.cuff.connects()
    offset_s = None if offset_comes_late else 0.0
    ids = {
        seconds: side.cuff.arrives(
            frame(100 + number, 70, 60, ago(side, seconds=seconds)), clock_offset_s=offset_s
        )
        for number, seconds in enumerate((200, 40, 20, 150))
    }
    assert (side.check_in.cuff.phase, side.check_in.step) == ("reading", "measuring")
    side.cuff.tell(SessionEnded(None, 0.0))

    assert side.check_in.step == "pause"
    assert [row["id"] for row in side.rows("vital")] == [ids[20]]
    left = side.rows("reading_inbox")
    why = {row["id"]: row["why"] for row in left}
    assert why == {ids[200]: "earlier", ids[40]: "extra", ids[150]: "earlier"}
    assert {row["check_in_id"] for row in left} == {None}


def test_a_reading_that_was_just_taken_by_a_clock_that_is_known_counts_at_once(
    side: ResidentSide,
) -> None:
    side.ready_to_measure()
    side.wait(40)
    side.cuff.connects()
    taken = side.cuff.arrives(frame(142, 84, 72, ago(side, seconds=2)), clock_offset_s=0.0)

    assert side.check_in.step == "pause"
    assert [row["id"] for row in side.rows("vital")] == [taken]


@pytest.mark.parametrize(
    ("seconds", "offset_s"),
    [(20, 0.0), (2, None), (2, 30.0)],
    ids=["time for another", "clock not read", "taken before the step began"],
)
def test_a_reading_that_may_be_followed_by_a_newer_one_waits_for_the_end(
    side: ResidentSide, seconds: int, offset_s: float | None
) -> None:
    side.ready_to_measure()
    side.wait(25)
    side.cuff.connects()
    side.cuff.arrives(frame(142, 84, 72, ago(side, seconds=seconds)), clock_offset_s=offset_s)

    assert (side.check_in.cuff.phase, side.check_in.step) == ("reading", "measuring")
    assert side.rows("vital") == []


def test_a_stamp_that_the_clock_cannot_have_given_is_nobody_s(side: ResidentSide) -> None:
    """Its battery was changed: the stored reading is of yesterday, the clock begins in 2020."""
    side.ready_to_measure()
    side.wait(30)
    six_years_back_s = -6 * 366 * 86_400.0
    stored = side.cuff.measures(
        170, 99, device_time=ago(side, hours=24), clock_offset_s=six_years_back_s
    )

    assert side.check_in.cuff.problem == "not_yours"
    assert side.rows("vital") == []
    assert [row["id"] for row in side.rows("reading_inbox")] == [stored]


def test_a_reading_taken_after_the_clock_was_set_counts_although_it_was_off_before(
    side: ResidentSide,
) -> None:
    side.ready_to_measure()
    side.wait(40)
    side.cuff.connects()
    taken = side.cuff.arrives(frame(142, 84, 72, ago(side, seconds=20)), clock_offset_s=0.0)
    side.cuff.tell(SessionEnded(None, -6 * 366 * 86_400.0))  # as it was found

    assert [row["id"] for row in side.rows("vital")] == [taken]


def test_a_reading_that_is_being_placed_in_time_is_left_for_staff_when_the_person_leaves(
    side: ResidentSide,
) -> None:
    side.ready_to_measure()
    side.cuff.connects()
    side.cuff.arrives(frame(142, 84, 72, ago(side)))  # its clock is not read yet
    side.check_in.stop()
    assert side.check_in.step == "measuring"  # it is about to count
    side.shell.home()

    (left,) = side.rows("reading_inbox")
    assert left["check_in_id"] is None
    assert side.rows("vital") == []


def test_a_first_frame_that_is_not_kept_is_nobody_s_when_a_second_follows(
    side: ResidentSide,
) -> None:
    side.ready_to_measure()
    side.wait(30)
    side.background.fail_next = StoreFull("disk full")
    side.cuff.connects()
    first = side.cuff.arrives(frame(142, 84, 72), kept=False)
    side.cuff.arrives(frame(138, 82, 72), kept=False)
    side.cuff.tell(SessionEnded(None))

    assert side.check_in.cuff.unsaved["systolic"] == "138"
    assert side.cuff.left_for_staff == [(first, Why.EXTRA)]


@pytest.mark.parametrize(
    "stamp", [None, datetime.fromisoformat("2019-01-01T00:07:00")], ids=["none", "not set"]
)
def test_of_readings_that_say_no_time_the_last_counts(
    side: ResidentSide, stamp: datetime | None
) -> None:
    """Instruments send the oldest first: what they had stored was another person's."""
    side.ready_to_measure()
    side.wait(40)
    side.cuff.connects()
    another_s = side.cuff.arrives(frame(190, 110, 70, stamp))
    mine = side.cuff.arrives(frame(128, 78, 66, stamp and stamp + timedelta(minutes=9)))
    assert side.rows("vital") == []
    side.cuff.tell(SessionEnded(None))

    assert [row["id"] for row in side.rows("vital")] == [mine]
    assert [row["id"] for row in side.rows("reading_inbox")] == [another_s]


@pytest.mark.parametrize(
    "stamp", [None, datetime.fromisoformat("2019-01-01T00:07:00")], ids=["none", "not set"]
)
def test_a_reading_without_a_time_that_comes_too_soon_is_not_this_person_s(
    side: ResidentSide, stamp: datetime | None
) -> None:
    side.ready_to_measure()
    side.wait(5)
    side.cuff.connects()
    stored = side.cuff.arrives(frame(190, 110, 70, stamp))
    side.cuff.tell(SessionEnded(None))

    assert side.check_in.cuff.problem == "not_yours"
    assert side.rows("vital") == []
    assert [row["id"] for row in side.rows("reading_inbox")] == [stored]


def test_a_reading_without_a_time_counts_at_once_when_the_cuff_was_seen_measuring(
    side: ResidentSide,
) -> None:
    side.ready_to_measure()
    side.cuff.connects()
    side.cuff.tell(CuffPressure(120))
    mine = side.cuff.arrives(frame(128, 78, 66))

    assert [row["id"] for row in side.rows("vital")] == [mine]
