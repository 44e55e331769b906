"""Sittings that were left or could not be closed are noted for staff, once each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.records.unfinished import LEFT_ALONE_FOR_MS, note_unfinished
from offline_sync.identity import new_record_id
from offline_sync.oplog import FeedEntry
from offline_sync.store import Change, Store
from tests.builders import open_test_store
from tests.kiosk.resident_side import NOON

LONG_AFTER = NOON + LEFT_ALONE_FOR_MS + 1


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_test_store(tmp_path) as opened:
        yield opened


def reading(sitting: str | None, at: int = NOON, completeness: str = "incomplete") -> Change:
    fields: dict[str, object] = {
        "resident_id": "resident-1",
        "vital": "blood_pressure",
        "reading": {"systolic": "142", "diastolic": "84"},
        "taken_at": at,
        "received_at": at,
        "clock_quality": "absent",
        "source": "measured",
        "started_by": "resident",
        "completeness": completeness,
    }
    return Change("vital", new_record_id(), fields | ({"check_in_id": sitting} if sitting else {}))


def notes(store: Store) -> list[dict[str, object]]:
    return list(store.connection["task_act"].rows)


def test_an_unfinished_sitting_is_noted_once(store: Store) -> None:
    store.save([reading("left"), reading("left", NOON + 1)], "test")

    assert note_unfinished(store, LONG_AFTER + 1) == 1
    assert note_unfinished(store, LONG_AFTER + 9_999_999) == 0
    (note,) = notes(store)
    assert (note["act"], note["about"]) == ("check_in_unfinished", "left")
    assert (note["resident_id"], note["reason"]) == ("resident-1", "readings_incomplete")


def test_every_kiosk_start_would_write_the_same_note(tmp_path: Path) -> None:
    ids = []
    for name in ("one.db", "other.db"):
        with open_test_store(tmp_path, name) as store:
            store.save([reading("left")], "test")
            note_unfinished(store, LONG_AFTER)
            ids += [note["id"] for note in notes(store)]

    assert ids[0] == ids[1]


@pytest.mark.parametrize(
    "change",
    [reading("going on", NOON + 1), reading("done", NOON, "complete"), reading(None)],
    ids=["going on", "done", "no sitting"],
)
def test_what_is_finished_or_may_go_on_is_not_noted(store: Store, change: Change) -> None:
    store.save([change], "test")

    assert note_unfinished(store, LONG_AFTER) == 0
    assert notes(store) == []


def test_an_unfinished_sitting_of_another_kiosk_is_noted_there(store: Store) -> None:
    theirs = reading("theirs")
    fields = dict(theirs.fields)
    entry = FeedEntry(1, "put", "their-op", "vital", theirs.record_id, fields)
    store.apply_feed("village", "hub-epoch", [entry], 1)
    assert store.connection["vital"].count == 1

    assert note_unfinished(store, LONG_AFTER) == 0
