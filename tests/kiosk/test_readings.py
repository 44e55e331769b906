"""A frame of every kind becomes a vital with all that the instrument said, and is known again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from devices.health.errors import FrameCorrupt
from kiosk.civil_time import civil_time
from kiosk.frame_keeping import Came, keep_once
from kiosk.leftovers import State, leftovers, vital_of
from kiosk.reading_documents import document
from kiosk.readings import Recognised, decode, how_recognised, identity_of
from kiosk.records import reading_inbox, vitals
from kiosk.records.reading_inbox import InboxReading, Why
from offline_sync.catalogue import VITAL
from offline_sync.changes import checked_fields
from offline_sync.identity import new_record_id
from offline_sync.store import Change, Store
from tests.builders import open_test_store
from tests.kiosk.instrument_side import (
    CUFF,
    SCALE,
    composition_frame,
    context_frame,
    cuff_frame,
    glucose_frame,
    inbox_frame,
    keep,
    oximeter_frame,
    temperature_frame,
    weight_frame,
)
from tests.kiosk.resident_side import NOON, frame

YESTERDAY = (civil_time(NOON) - timedelta(days=1)).replace(tzinfo=None)
NEVER_SET = datetime.fromisoformat("2017-01-01T00:03:00")
MINUTE = 60_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_test_store(tmp_path) as opened:
        yield opened


def again(kept: InboxReading, after_ms: int = MINUTE) -> InboxReading:
    """The same bytes once more, in a later session."""
    return replace(
        kept,
        id=new_record_id(),
        session_id=new_record_id(),
        received_at=kept.received_at + after_ms,
    )


def one(*frames: InboxReading) -> Change:
    """The vital that a worker's word makes of these frames, checked against the catalogue."""
    (leftover,) = leftovers(frames)
    change = vital_of(leftover, "resident-1", "staff-1", in_mean=True)
    checked_fields(VITAL, change.fields)
    return change


# ---- what a vital says


def test_a_temperature_keeps_its_site_and_its_exact_decimals() -> None:
    vital = one(temperature_frame(NOON, YESTERDAY)).fields

    assert vital["vital"] == "temperature"
    assert vital["reading"] == {
        "temperature": "36.6",
        "unit": "C",
        "site": "ear_lobe",
        "site_code": 3,
    }
    assert vital["decoder"] == "temperature/1"
    assert (vital["source"], vital["started_by"]) == ("measured", "staff-1")
    assert (vital["device_time"], vital["clock_quality"]) == (YESTERDAY.isoformat(), "set")
    assert vital["taken_at"] == NOON - 24 * 60 * MINUTE
    assert vital["received_at"] == NOON
    assert vital["raw"] == temperature_frame(NOON, YESTERDAY).raw.hex()
    assert "in_mean" not in vital
    assert vital["completeness"] == "complete"


def test_an_oxygen_saturation_has_its_pulse() -> None:
    vital = one(oximeter_frame(NOON)).fields

    assert vital["vital"] == "oxygen_saturation"
    assert vital["reading"] == {"spo2": "97", "pulse": "68", "unit": "%"}
    assert (vital["taken_at"], vital["clock_quality"]) == (NOON, "absent")


def test_a_weight_and_the_composition_beside_it_are_one_vital() -> None:
    weight, composition = weight_frame(NOON), composition_frame(NOON + 900)
    vital = one(weight, composition)

    assert vital.record_id == weight.id
    assert vital.fields["reading"] == {
        "weight": "64.200",
        "unit": "kg",
        "user": 1,
        "composition": {"fat_share": "24.3", "unit": "kg", "user": 1},
        "also": [f"2A9C:{composition.raw.hex()}"],
    }
    assert vital.fields["decoder"] == "weight/1 body_composition/1"


def test_a_glucose_record_keeps_its_meal() -> None:
    record, context = glucose_frame(NOON, YESTERDAY), context_frame(NOON + 5)
    vital = one(record, context).fields

    assert vital["reading"] == {
        "glucose": "6.1",
        "unit": "mmol/L",
        "sequence": 7,
        "sample_type": 1,
        "sample_location": 1,
        "context": {"sequence": 7, "meal": "before_meal", "meal_code": 1},
        "also": [f"2A34:{context.raw.hex()}"],
    }
    assert vital["taken_at"] == NOON - 24 * 60 * MINUTE


def test_a_blood_pressure_is_written_as_it_always_was() -> None:
    kept = cuff_frame(NOON, clock_offset_s=-60.0)

    assert document(decode(kept)) == {
        "systolic": "142",
        "diastolic": "84",
        "mean_arterial": "103",
        "pulse": "72",
        "unit": "mmHg",
        "status": {},
    }
    vital = one(kept).fields
    assert (vital["clock_offset_s"], vital["in_mean"]) == (-60.0, 1)


def test_what_is_no_value_says_why() -> None:
    raw = bytes.fromhex("00ff07ff07ff07")
    said = document(decode(inbox_frame("2A35", raw, "blood_pressure", CUFF, NOON)))

    assert said["no_value"] == {
        "systolic": "not_a_number",
        "diastolic": "not_a_number",
        "mean_arterial": "not_a_number",
    }


def test_a_frame_that_was_cut_is_corrupt() -> None:
    with pytest.raises(FrameCorrupt):
        decode(inbox_frame("2A18", b"\x06\x07", "glucose", CUFF, NOON))


# ---- which can be given to somebody


@pytest.mark.parametrize(
    ("kept", "state"),
    [
        (glucose_frame(NOON, YESTERDAY, sample=0x1A), State.CONTROL),
        (glucose_frame(NOON, YESTERDAY, sample=0x41), State.CONTROL),
        (inbox_frame("2A9D", b"\x00\xff\xff", "weight", SCALE, NOON), State.NO_VALUE),
        (inbox_frame("2A9D", b"\x00", "weight", SCALE, NOON), State.UNREADABLE),
        (inbox_frame("2A00", b"\x00", "weight", SCALE, NOON), State.UNREADABLE),
        (context_frame(NOON), State.ADDITION),
    ],
)
def test_what_is_no_measurement_of_a_person_becomes_no_vital(
    kept: InboxReading, state: State
) -> None:
    (leftover,) = leftovers([kept])

    assert (leftover.state, leftover.can_be_filed) == (state, False)
    with pytest.raises(ValueError, match="becomes no vital"):
        vital_of(leftover, "resident-1", "staff-1", in_mean=False)


@pytest.mark.parametrize(
    ("status", "shown"), [(0x0020, {"glucose": "HI"}), (0x0040, {"glucose": "LO"})]
)
def test_hi_and_lo_are_results_too(status: int, shown: dict[str, str]) -> None:
    (leftover,) = leftovers([glucose_frame(NOON, YESTERDAY, mmol_l=None, status=status)])

    assert leftover.shown == shown
    assert leftover.can_be_filed


def test_a_composition_of_another_weighing_stands_alone() -> None:
    found = leftovers([weight_frame(NOON), composition_frame(NOON + 2 * MINUTE)])
    assert len(found) == 2
    stamped = [weight_frame(NOON, YESTERDAY), composition_frame(NOON, YESTERDAY - timedelta(1))]
    assert len(leftovers(stamped)) == 2


def test_the_notes_of_another_record_are_not_given_to_this_one() -> None:
    found = leftovers([glucose_frame(NOON, YESTERDAY), context_frame(NOON, sequence=8)])
    assert [leftover.state for leftover in found] == [State.READING, State.ADDITION]


# ---- when it was taken


@pytest.mark.parametrize(
    ("kept", "before_ms"),
    [
        (cuff_frame(NOON), 0),
        (cuff_frame(NOON, YESTERDAY), 24 * 60 * MINUTE),
        (cuff_frame(NOON, YESTERDAY, clock_offset_s=-3600.0), 23 * 60 * MINUTE),
        (cuff_frame(NOON, NEVER_SET), 0),
        (cuff_frame(NOON, YESTERDAY.replace(year=1600)), 0),  # no time of a record
        (cuff_frame(NOON, YESTERDAY + timedelta(days=1, hours=3)), 0),  # never after it came
    ],
)
def test_a_left_reading_is_placed_at_the_best_known_time(
    kept: InboxReading, before_ms: int
) -> None:
    (leftover,) = leftovers([kept])
    assert NOON - leftover.taken_at == before_ms


# ---- known again

STAMPED: list[Callable[[int, datetime], InboxReading]] = [
    cuff_frame,
    temperature_frame,
    weight_frame,
    composition_frame,
]


@pytest.mark.parametrize("made", STAMPED)
def test_the_same_stamped_frame_is_dropped_when_it_waits_here(
    store: Store, made: Callable[[int, datetime], InboxReading]
) -> None:
    first = made(NOON, YESTERDAY)
    assert keep_once(store, first) is Came.NEW
    assert keep_once(store, again(first)) is Came.AGAIN
    assert [kept.id for kept in reading_inbox.nobodys(store.connection)] == [first.id]


@pytest.mark.parametrize("made", [*STAMPED[:3], glucose_frame])
def test_the_same_stamped_frame_is_dropped_when_it_is_a_vital(
    store: Store, made: Callable[[int, datetime], InboxReading]
) -> None:
    first = made(NOON, YESTERDAY)
    keep(store, first)
    vitals.file_reading(store, one(first), "staff-1")

    assert keep_once(store, again(first)) is Came.AGAIN
    assert reading_inbox.nobodys(store.connection) == []


@pytest.mark.parametrize("made", [cuff_frame, temperature_frame, weight_frame, composition_frame])
def test_equal_frames_without_a_stamp_are_never_taken_for_one(
    store: Store, made: Callable[[int], InboxReading]
) -> None:
    first = made(NOON)
    assert [keep_once(store, each) for each in (first, again(first))] == [Came.NEW, Came.NEW]
    assert len(reading_inbox.nobodys(store.connection)) == 2


@pytest.mark.parametrize("made", STAMPED)
def test_equal_frames_of_a_clock_that_was_never_set_are_both_kept_and_the_later_is_nobody_s(
    store: Store, made: Callable[[int, datetime], InboxReading]
) -> None:
    first = replace(made(NOON, NEVER_SET), check_in_id="sitting-1", why=None)
    later = replace(again(first), check_in_id="sitting-2")

    assert how_recognised(first) is Recognised.BY_UNSURE_DATE
    assert [keep_once(store, each) for each in (first, later)] == [Came.NEW, Came.ALIKE]
    (kept,) = reading_inbox.nobodys(store.connection)
    assert (kept.id, kept.why) == (later.id, Why.CAME_BEFORE)
    assert store.connection["reading_inbox"].count == 2


def test_a_date_in_the_future_proves_nothing(store: Store) -> None:
    first = cuff_frame(NOON, YESTERDAY + timedelta(days=4))
    assert [keep_once(store, each) for each in (first, again(first))] == [Came.NEW, Came.ALIKE]


@pytest.mark.parametrize("filed", [False, True])
def test_a_glucose_record_is_known_by_its_number_and_base_time_alone(
    store: Store, filed: bool
) -> None:
    first = glucose_frame(NOON, YESTERDAY, offset_min=0)
    keep_once(store, first)
    if filed:
        vitals.file_reading(store, one(first), "staff-1")
    # The meter's clock was set meanwhile: it sends the same record with another offset.
    moved = replace(again(first), raw=glucose_frame(NOON, YESTERDAY, offset_min=60).raw)
    assert moved.raw != first.raw
    assert keep_once(store, moved) is Came.AGAIN

    for other in (
        glucose_frame(NOON, YESTERDAY, sequence=8),
        glucose_frame(NOON, YESTERDAY + timedelta(seconds=1)),
        replace(again(first), instrument={"address": CUFF}),
    ):
        assert keep_once(store, other) is Came.NEW


def test_a_glucose_record_is_known_also_when_the_clock_was_never_set(store: Store) -> None:
    first = glucose_frame(NOON, NEVER_SET)
    assert [keep_once(store, each) for each in (first, again(first))] == [Came.NEW, Came.AGAIN]


@pytest.mark.parametrize("filed", [False, True])
def test_the_notes_of_a_record_that_is_sent_again_are_known(store: Store, filed: bool) -> None:
    record, context = glucose_frame(NOON, YESTERDAY), context_frame(NOON + 5)
    for each in (record, context):
        keep_once(store, each)
    if filed:
        vitals.file_reading(store, one(record, context), "staff-1")
        with store.transaction():
            reading_inbox.remove(store, [context.id])

    assert [keep_once(store, again(each)) for each in (record, context)] == [Came.AGAIN] * 2


def test_every_packet_of_a_composition_on_record_is_known_when_it_comes_again(
    store: Store,
) -> None:
    weight = weight_frame(NOON, YESTERDAY)
    made = composition_frame(NOON + 900, YESTERDAY)
    first = replace(made, raw=bytes([made.raw[0], 0x10]) + made.raw[2:])
    second = replace(
        first,
        id=new_record_id(),
        received_at=NOON + 950,
        mono_ms=first.mono_ms + 1,
        raw=bytes([first.raw[0], 0x12]) + first.raw[2:] + b"\x88\x13",
    )
    for each in (weight, first, second):
        keep_once(store, each)
    vitals.file_reading(store, one(weight, first, second), "staff-1")
    with store.transaction():
        reading_inbox.remove(store, [first.id, second.id])

    assert [keep_once(store, again(each)) for each in (weight, first, second)] == [Came.AGAIN] * 3
    other = replace(again(second), raw=second.raw[:-1] + b"\x14")
    assert keep_once(store, other) is Came.NEW


def test_what_was_set_aside_is_known_when_it_comes_again(store: Store) -> None:
    first = glucose_frame(NOON, YESTERDAY, sample=0x1A)
    keep_once(store, first)
    with store.transaction():
        assert reading_inbox.set_aside(store, first.id, NOON, "staff-1", "test")

    assert keep_once(store, again(first)) is Came.AGAIN
    assert reading_inbox.nobodys(store.connection) == []


def test_a_frame_too_short_to_know_again_is_kept(store: Store) -> None:
    short = inbox_frame("2A18", b"\x06\x07", "glucose", CUFF, NOON)
    assert identity_of(short) == short.raw
    assert [keep_once(store, each) for each in (short, again(short))] == [Came.NEW, Came.NEW]


def test_looking_for_a_frame_reads_no_whole_table(store: Store) -> None:
    statements: list[str] = []
    store.connection.conn.set_trace_callback(statements.append)
    for kept in (
        glucose_frame(NOON, YESTERDAY),
        context_frame(NOON),
        weight_frame(NOON, YESTERDAY),
        composition_frame(NOON, YESTERDAY),
    ):
        reading_inbox.stands_already(
            store.connection,
            kept,
            identity_of(kept),
            is_record=how_recognised(kept) is Recognised.BY_RECORD,
        )
    store.connection.conn.set_trace_callback(None)
    looks = [one for one in statements if one.startswith("SELECT")]
    assert len(looks) == 12
    for statement in looks:
        plan = store.connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
        assert [row[3].split(" ")[0] for row in plan] == ["SEARCH"], (statement, plan)


def test_a_leftover_of_a_crash_is_decoded_with_the_feature_that_was_read(store: Store) -> None:
    # "irregular pulse" in the status of a cuff that says it cannot tell.
    raw = bytes([0x10]) + frame(142, 84, 72)[1:7] + b"\x04\x00"
    kept = inbox_frame(
        "2A35", raw, "blood_pressure", CUFF, NOON, None, check_in_id="s", feature=0x0001
    )
    keep_once(store, kept)
    reading_inbox.leave_unattributed(store, kept.id, Why.LEFT)

    (left,) = leftovers(reading_inbox.nobodys(store.connection))
    assert left.decoded is not None
    assert left.kept.feature == 0x0001
    assert left.decoded.said.irregular_pulse is None
