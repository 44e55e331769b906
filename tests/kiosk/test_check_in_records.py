"""What the resident side reads and writes: exact cards, past sittings, the reading inbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.readings import identity_of
from kiosk.records import reading_inbox, residents, vitals
from kiosk.records.reading_inbox import InboxReading, Why
from offline_sync.errors import InvalidChange
from offline_sync.identity import new_record_id
from offline_sync.store import Change, Store
from tests.builders import open_test_store, resident_change

DAY_MS = 86_400_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_test_store(tmp_path) as opened:
        yield opened


def vital(resident_id: str, sitting: str, at: int, systolic: str, **given: object) -> Change:
    reading = {"systolic": systolic, "diastolic": "80", "pulse": "70", "unit": "mmHg"}
    fields: dict[str, object] = {
        "resident_id": resident_id,
        "check_in_id": sitting,
        "vital": "blood_pressure",
        "reading": reading,
        "taken_at": at,
        "received_at": at,
        "clock_quality": "absent",
        "source": "measured",
        "started_by": "resident",
        "in_mean": 1,
        "completeness": "complete",
    }
    return Change("vital", new_record_id(), fields | given)


def inbox_reading(check_in_id: str | None = "sitting-1") -> InboxReading:
    return InboxReading(
        id=new_record_id(),
        session_id="session-1",
        characteristic="2A35",
        raw=b"\x00\x8e\x00T\x00g\x00",
        instrument={"address": "02:00:00:00:18:10"},
        device_time=None,
        clock_offset_s=None,
        received_at=1_000,
        mono_ms=10,
        boot_id="boot",
        check_in_id=check_in_id,
    )


def stands(store: Store, reading: InboxReading) -> bool:
    return reading_inbox.stands_already(
        store.connection, reading, identity_of(reading), is_record=False
    )


def inbox(store: Store) -> list[dict[str, object]]:
    return list(store.connection["reading_inbox"].rows)


def test_a_card_gives_the_address_and_picture_and_no_name(store: Store) -> None:
    change = resident_change(warnings={"arm_not_to_use": "left"})
    store.save([change], "test")

    holder = residents.find_by_card(store.connection, "HV7Q2K9M4T")

    assert holder is not None
    assert holder.id == change.record_id
    assert (holder.preferred_address, holder.picture) == ("陳婆婆", "junk")
    assert holder.arm_not_to_use == "left"
    assert "美玲" not in repr(holder)


@pytest.mark.parametrize("token", ["", "%", "hv7q2k9m4t", "HV7Q2K9M4", "HV7Q2K9M4T "])
def test_only_the_exact_card_counts(store: Store, token: str) -> None:
    store.save([resident_change()], "test")

    assert residents.find_by_card(store.connection, token) is None


@pytest.mark.parametrize(
    "text", ["陳", "美玲", "chan mei", "MEI LING", "坑口", "hv7q2k9m4t", "婆婆"]
)
def test_staff_find_a_resident_by_any_part(store: Store, text: str) -> None:
    store.save([resident_change()], "test")

    assert [one.romanised for one in residents.search(store.connection, text)] == ["Chan Mei Ling"]


@pytest.mark.parametrize("text", ["Wong", "%", "_", "chan wong", "'; DROP TABLE resident; --"])
def test_staff_find_nobody_by_something_else(store: Store, text: str) -> None:
    store.save([resident_change()], "test")

    assert residents.search(store.connection, text) == []


def test_those_who_died_or_moved_are_not_found_but_can_be_opened(store: Store) -> None:
    change = resident_change(status="died")
    store.save([change], "test")

    assert residents.search(store.connection, "") == []
    opened = residents.get(store.connection, change.record_id)
    assert opened is not None
    assert (opened.name, opened.status) == ("陳美玲", "died")


def test_past_sittings_are_means_of_the_readings_that_counted(store: Store) -> None:
    store.save(
        [
            vital("r", "s1", 1 * DAY_MS, "160", in_mean=0),
            vital("r", "s1", 1 * DAY_MS + 1, "141"),
            vital("r", "s1", 1 * DAY_MS + 2, "142"),
            vital("r", "s2", 2 * DAY_MS, "150", in_mean=None, completeness="incomplete"),
            vital("r", "s3", 3 * DAY_MS, "130"),
            vital("other", "s4", 3 * DAY_MS, "199"),
        ],
        "test",
    )

    past = vitals.past_sittings(store.connection, "r", 0)

    assert [(one.systolic, one.readings) for one in past] == [(142, 2), (130, 1)]
    assert vitals.past_sittings(store.connection, "r", 0, leave_out="s3") == past[:1]
    assert vitals.past_sittings(store.connection, "r", since_ms=2 * DAY_MS) == past[1:]
    last = vitals.last_sitting(store.connection, "r")
    assert last is not None
    assert (last.check_in_id, last.systolic, last.readings) == ("s3", 130, 1)


def test_the_last_sitting_is_the_mean_of_all_its_readings(store: Store) -> None:
    assert vitals.last_sitting(store.connection, "r") is None
    store.save(
        [vital("r", f"old{day}", day * DAY_MS, "150") for day in range(1, 40)]
        + [
            vital("r", "s1", 50 * DAY_MS, "160", in_mean=0),
            vital("r", "s1", 50 * DAY_MS + 1, "141"),
            vital("r", "s1", 50 * DAY_MS + 2, "142"),
        ],
        "test",
    )

    last = vitals.last_sitting(store.connection, "r")

    assert last == vitals.past_sittings(store.connection, "r", 0)[-1]
    assert (last.systolic, last.readings) == (142, 2)


def test_every_search_reads_the_index_alone(store: Store) -> None:
    statements: list[str] = []
    store.connection.conn.set_trace_callback(statements.append)
    for text in ("", "chan", "chan 坑口"):
        residents.search(store.connection, text)
    store.connection.conn.set_trace_callback(None)
    searches = [one for one in statements if one.startswith("SELECT")]
    assert len(searches) == 3
    for statement in searches:
        plan = store.connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
        steps = [row[3] for row in plan if row[3].startswith("SCAN resident")]
        assert steps == ["SCAN resident USING INDEX resident_by_words"], plan


def test_readings_in_kilopascals_are_shown_in_mmhg(store: Store) -> None:
    reading = {"systolic": "18.9", "diastolic": "11.2", "unit": "kPa"}
    store.save([vital("r", "s1", DAY_MS, "0", reading=reading)], "test")

    (sitting,) = vitals.past_sittings(store.connection, "r", 0)

    assert (sitting.systolic, sitting.diastolic, sitting.pulse) == (142, 84, None)


def test_a_filed_reading_leaves_the_inbox_in_the_same_transaction(store: Store) -> None:
    kept = inbox_reading()
    reading_inbox.keep(store, kept, kept.raw)
    reading_inbox.keep(store, kept, kept.raw)
    assert len(inbox(store)) == 1
    change = vital("r", "sitting-1", 1_000, "142")

    vitals.file_reading(store, Change("vital", kept.id, change.fields), "resident")

    assert inbox(store) == []
    assert store.connection["vital"].count == 1


def test_a_reading_that_cannot_be_filed_stays_in_the_inbox(store: Store) -> None:
    kept = inbox_reading()
    reading_inbox.keep(store, kept, kept.raw)

    with pytest.raises(InvalidChange):
        vitals.file_reading(store, Change("vital", kept.id, {"vital": "blood_pressure"}), "test")

    assert [row["id"] for row in inbox(store)] == [kept.id]


def test_a_frame_left_for_staff_belongs_to_no_sitting(store: Store) -> None:
    kept = inbox_reading("mine")
    reading_inbox.keep(store, kept, kept.raw)
    reading_inbox.leave_unattributed(store, kept.id, Why.EARLIER)

    (left,) = inbox(store)
    assert (left["id"], left["check_in_id"]) == (kept.id, None)


def test_a_frame_stands_already_when_its_bytes_came_from_the_same_instrument(store: Store) -> None:
    first = inbox_reading()
    reading_inbox.keep(store, first, first.raw)
    assert not stands(store, first)

    again = replace(first, id=new_record_id())
    assert stands(store, again)
    other_bytes = replace(again, raw=b"\x00\x8f\x00T\x00g\x00")
    assert not stands(store, other_bytes)
    other_cuff = replace(again, instrument={"address": "02:00:00:00:18:11"})
    assert not stands(store, other_cuff)


def test_a_frame_stands_already_when_it_is_a_vital(store: Store) -> None:
    first = inbox_reading()
    given = {"raw": first.raw.hex(), "instrument": dict(first.instrument)}
    store.save([vital("r", "s1", DAY_MS, "142", **given)], "test")

    assert stands(store, first)
