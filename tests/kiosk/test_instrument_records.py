"""What the kiosk keeps of its instruments, and of frames that are nobody's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from devices.health.pairing import Consent
from kiosk.records import instruments, reading_inbox
from kiosk.records.reading_inbox import Why
from offline_sync.clock import Instant
from offline_sync.store import Store
from tests.builders import open_test_store
from tests.kiosk.instrument_side import CUFF, SCALE, cuff_frame, keep, oximeter_frame
from tests.kiosk.resident_side import NOON

IDENTITY = {"address": SCALE, "name": "BF720", "maker": "Beurer", "model": "BF 720", "serial": None}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_test_store(tmp_path) as opened:
        yield opened


def pair(store: Store, **given: object) -> instruments.KnownInstrument:
    more = {"seen_at": NOON, "battery_percent": 85, "consent": Consent(2, 4711)} | given
    return instruments.note_paired(store, IDENTITY, "weight", NOON, "staff-1", **more)  # type: ignore[arg-type]


def records(store: Store) -> list[dict[str, object]]:
    return list(store.connection["instrument"].rows)


def audit(store: Store) -> list[tuple[str, str, str]]:
    rows = store.connection["audit"].rows
    return [(row["action"], row["staff_id"], row["subject_id"]) for row in rows]


def test_a_paired_instrument_is_a_record_that_travels(store: Store) -> None:
    known = pair(store)

    (record,) = records(store)
    assert record["id"] == known.record_id
    assert (record["vital"], record["address"], record["status"]) == ("weight", SCALE, "in_use")
    assert (record["maker"], record["model"], record["name"]) == ("Beurer", "BF 720", "BF720")
    assert record["serial"] is None
    assert audit(store) == [("pair_instrument", "staff-1", known.record_id)]
    ops = store.connection.execute("SELECT tbl FROM op_out ORDER BY position").fetchall()
    assert ops == [("instrument",), ("audit",)]


def test_the_code_of_a_scale_is_kept_here_and_never_travels(store: Store) -> None:
    pair(store)

    assert instruments.consents(store.connection) == {SCALE: Consent(2, 4711)}
    bodies = [json.loads(body) for (body,) in store.connection.execute("SELECT body FROM op_out")]
    assert len(bodies) == 2
    for body in bodies:
        assert not {"user", "code", "consent"} & set(body)


def test_a_forgotten_instrument_is_retired_and_its_code_gone(store: Store) -> None:
    known = pair(store)
    assert instruments.any_paired(store.connection)
    instruments.note_forgotten(store, SCALE, NOON, "staff-2")

    (record,) = records(store)
    assert record["status"] == "retired"
    assert instruments.consents(store.connection) == {}
    assert not instruments.any_paired(store.connection)
    known_now = instruments.known_at(store.connection, SCALE)
    assert known_now is not None
    assert (known_now.user, known_now.code) == (None, None)
    assert audit(store)[-1] == ("forget_instrument", "staff-2", known.record_id)


def test_pairing_again_goes_on_with_the_same_record(store: Store) -> None:
    before = pair(store)
    instruments.note_forgotten(store, SCALE, NOON, "staff-1")
    after = pair(store, consent=None)

    (record,) = records(store)
    assert (record["id"], record["status"]) == (before.record_id, "in_use")
    assert after.record_id == before.record_id
    assert instruments.consents(store.connection) == {}


def test_a_bond_that_was_found_has_no_worker_in_the_audit(store: Store) -> None:
    instruments.note_paired(store, {"address": CUFF}, "blood_pressure", NOON, "kiosk")

    assert [row["staff_id"] for row in store.connection["audit"].rows] == [None]


def test_an_instrument_that_was_heard_keeps_what_it_said_of_its_battery(store: Store) -> None:
    pair(store)
    instruments.note_heard(store, SCALE, NOON + 5, 40)
    instruments.note_heard(store, SCALE, NOON + 9, None)

    known = instruments.known_at(store.connection, SCALE)
    assert known is not None
    assert (known.seen_at, known.battery_percent) == (NOON + 9, 40)


def test_nothing_is_remembered_of_an_instrument_that_is_not_paired(store: Store) -> None:
    instruments.note_heard(store, CUFF, NOON, 40)
    pair(store)
    instruments.note_forgotten(store, SCALE, NOON, "staff-1")
    instruments.note_heard(store, SCALE, NOON + 5, 40)

    assert set(instruments.known(store.connection)) == {SCALE}
    known = instruments.known_at(store.connection, SCALE)
    assert known is not None
    assert (known.seen_at, known.battery_percent) == (NOON, None)


# ---- the inbox


def test_what_a_sitting_of_an_earlier_run_left_is_for_staff(store: Store) -> None:
    """After a crash nobody is in a sitting; one that has begun meanwhile is not touched."""
    waits = {"why": None, "started_by": "resident"}
    before = cuff_frame(NOON, check_in_id="a", boot_id="b1", mono_ms=900, **waits)
    rebooted = cuff_frame(NOON, check_in_id="b", boot_id="b0", mono_ms=9_000, **waits)
    meanwhile = cuff_frame(NOON, check_in_id="c", boot_id="b1", mono_ms=1_500, **waits)
    stray = oximeter_frame(NOON)
    keep(store, before, rebooted, meanwhile, stray)

    assert reading_inbox.leave_interrupted(store, Instant(NOON, 1_000, "b1")) == 2
    nobodys = {one.id: one.why for one in reading_inbox.nobodys(store.connection)}
    assert nobodys == {before.id: Why.LEFT, rebooted.id: Why.LEFT, stray.id: Why.STRAY}
    kept = next(one for one in reading_inbox.nobodys(store.connection) if one.id == before.id)
    assert kept.started_by == "resident"
    assert reading_inbox.leave_interrupted(store, Instant(NOON, 1_000, "b1")) == 0


def test_the_first_reason_why_it_is_nobody_s_stays(store: Store) -> None:
    kept = cuff_frame(NOON, why=None, check_in_id="sitting-1")
    keep(store, kept)
    for why in (Why.EARLIER, Why.LEFT):
        reading_inbox.leave_unattributed(store, kept.id, why)

    assert [one.why for one in reading_inbox.nobodys(store.connection)] == [Why.EARLIER]


def test_the_clock_is_noted_for_the_frames_of_that_instrument_and_session_alone(
    store: Store,
) -> None:
    mine = cuff_frame(NOON, session_id="s1")
    known = cuff_frame(NOON, session_id="s1", clock_offset_s=5.0)
    later = cuff_frame(NOON, session_id="s2")
    other = replace(oximeter_frame(NOON), session_id="s1")
    keep(store, mine, known, later, other)
    reading_inbox.note_clock(store, "s1", CUFF, -42.5)

    offsets = {one.id: one.clock_offset_s for one in reading_inbox.nobodys(store.connection)}
    assert offsets == {mine.id: -42.5, known.id: 5.0, later.id: None, other.id: None}


def test_what_is_set_aside_leaves_the_list_and_stays_in_the_store(store: Store) -> None:
    kept = cuff_frame(NOON)
    keep(store, kept)
    with store.transaction():
        assert reading_inbox.set_aside(store, kept.id, NOON, "staff-1", "test")
        assert not reading_inbox.set_aside(store, kept.id, NOON, "staff-2", "not_usable")

    assert reading_inbox.nobodys(store.connection) == []
    assert reading_inbox.waiting(store.connection, kept.id) is None
    (row,) = store.connection["reading_inbox"].rows
    assert row["raw"] == kept.raw
    assert json.loads(row["set_aside"]) == {"at": NOON, "by": "staff-1", "reason": "test"}
