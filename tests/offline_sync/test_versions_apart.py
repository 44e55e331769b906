"""Kiosks and hubs of different versions: what one of them does not know survives the round trip."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import Engine, select

from hub import checks, sequencer, tables
from hub.database import in_batch, open_database, reading
from hub.feed import read_page
from hub.sequencer import Taken, take_push
from hub.standing import read_records
from offline_sync import changes, conflicts, feed, laying_out, standing
from offline_sync.answers import feed_entry
from offline_sync.catalogue import CATALOGUE, CATALOGUE_VERSION, Field, Kind, Merge, RecordType
from offline_sync.changes import Change
from offline_sync.store import Store
from tests.builders import TEST_KEY, resident_change
from tests.hub.logs import VILLAGE, OpLog
from tests.offline_sync.conftest import DrivenClock

NEWER = CATALOGUE_VERSION + 1
SHOE: dict[str, object] = {"size": "40", "colour": {"en": "red"}}
RESIDENT = resident_change(record_id="r1").fields
RESIDENT_LATER = replace(
    CATALOGUE["resident"],
    fields=(*CATALOGUE["resident"].fields, Field("steps", Kind.INTEGER, merge=Merge.MAX)),
)
SHOE_TYPE = RecordType("shoe", (Field("size", required=True), Field("colour", Kind.JSON)), 366)
LATER = MappingProxyType({**CATALOGUE, "resident": RESIDENT_LATER, "shoe": SHOE_TYPE})


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path / "hub")
    yield engine
    engine.dispose()


def push(hub: Engine, log: OpLog, *args: Any, **given: Any) -> Taken:
    """The next op of a kiosk, taken by the hub; of a newer version unless told otherwise."""
    made = log.push(log.add(*args, **({"version": NEWER} | given)))
    return in_batch(hub, lambda connection: take_push(connection, log.kiosk, made, 5))


def fill(hub: Engine, store: Store) -> tuple[int, ...]:
    """Let a kiosk read what the hub's feed has; gives what it kept raw."""
    cursor = store.cursor(VILLAGE)
    with reading(hub) as connection:
        page = read_page(connection, VILLAGE, cursor.hub_epoch, cursor.after)
    entries = [feed_entry(line) for line in page.lines]
    return store.apply_feed(VILLAGE, page.hub_epoch, entries, page.next_after).set_aside


def upgrade(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the kiosk is of the next version, which knows the field and the type."""
    for module in (changes, conflicts, feed, laying_out, standing):
        monkeypatch.setattr(module, "CATALOGUE", LATER)


def make_room(store: Store) -> None:
    """What that version's migration does."""
    store.connection.executescript(
        "ALTER TABLE resident ADD COLUMN steps INTEGER;"
        "CREATE TABLE shoe (id TEXT NOT NULL PRIMARY KEY, size TEXT NOT NULL, colour TEXT,"
        " extra TEXT NOT NULL DEFAULT '{}') STRICT;"
    )


def row(store: Store, record_id: str = "r1") -> dict[str, Any]:
    return store.connection["resident"].get(record_id)


def stands(hub: Engine, field: str) -> object:
    with reading(hub) as connection:
        (resident,) = read_records(connection, [("resident", "r1")])
    return json.loads(bytes(resident.values[field]))


def test_a_hub_keeps_and_passes_on_what_only_its_kiosks_know(hub: Engine) -> None:
    log = OpLog()
    taken = [
        push(hub, log, "resident", "r1", {**RESIDENT, "steps": 7, "status": "abroad"}),
        push(hub, log, "shoe", "s1", SHOE),
    ]
    assert [one.quarantined for one in taken] == [(), ()]
    with reading(hub) as connection:
        page = read_page(connection, VILLAGE, "", 0)
        kept = connection.execute(select(tables.op.c.fields).order_by(tables.op.c.seq)).scalars()
        assert [json.loads(text) for text in kept] == [dict(op.fields) for op in log.ops]
    assert [line.fields for line in page.lines] == [dict(op.fields) for op in log.ops]
    assert [line.version for line in page.lines] == [NEWER, NEWER]


def test_an_older_hub_keeps_both_values_of_a_field_that_it_does_not_know(hub: Engine) -> None:
    one, other = OpLog(), OpLog()
    push(hub, one, "resident", "r1", {**RESIDENT, "steps": 1})
    seen = {"steps": one.ops[0].op_id}
    push(hub, one, "resident", "r1", {"steps": 9}, seen, hlc="000000000009.00000000")
    push(hub, other, "resident", "r1", {"steps": 5}, seen, hlc="00000000000f.00000000")
    assert stands(hub, "steps") == 5
    with reading(hub) as connection:
        (conflict,) = connection.execute(select(tables.conflict)).all()
    assert (conflict.value, conflict.policy) == ("9", "lww")


def test_a_hub_that_was_upgraded_merges_by_the_policy_that_it_knows_then(
    hub: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = OpLog(), OpLog()
    push(hub, one, "resident", "r1", {**RESIDENT, "steps": 1})
    seen = {"steps": one.ops[0].op_id}
    push(hub, one, "resident", "r1", {"steps": 9}, seen)
    for module in (checks, sequencer):
        monkeypatch.setattr(module, "CATALOGUE", LATER)
    push(hub, other, "resident", "r1", {"steps": 5}, seen, hlc="00000000000f.00000000")
    assert stands(hub, "steps") == 9


def test_an_older_kiosk_keeps_what_it_does_not_know_and_edits_the_rest(
    hub: Engine, store: Store
) -> None:
    log = OpLog()
    push(hub, log, "resident", "r1", {**RESIDENT, "steps": 7, "status": "abroad"})
    push(hub, log, "shoe", "s1", SHOE)
    push(hub, log, "resident", "r1", {"steps": 8}, {"steps": log.ops[0].op_id})
    assert fill(hub, store) == (2,)
    assert (row(store)["extra"], row(store)["status"]) == ('{"steps":8}', "abroad")
    store.save([Change("resident", "r1", {"phone": "1"})], "w-1")
    (own,) = store.unsent(10)
    assert own.fields == {"phone": "1"}
    back = OpLog()
    push(hub, back, "resident", "r1", own.fields, own.base, version=CATALOGUE_VERSION)
    assert (stands(hub, "steps"), stands(hub, "status")) == (8, "abroad")
    assert (row(store)["extra"], row(store)["phone"]) == ('{"steps":8}', "1")


def test_after_the_kiosks_upgrade_what_was_kept_is_laid_out(
    hub: Engine, path: Path, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, other = OpLog(), OpLog()
    push(hub, log, "resident", "r1", {**RESIDENT, "steps": 7, "hat": "blue"})
    push(hub, log, "shoe", "s1", SHOE)
    seen = {"size": log.ops[1].op_id}
    push(hub, log, "shoe", "s1", {"size": "41"}, seen, hlc="00000000000f.00000000")
    push(hub, other, "shoe", "s1", {"size": "42"}, seen)
    push(hub, log, "shoe", "s2", {"colour": {}} | SHOE)
    with Store.open(path, TEST_KEY, clock) as before:
        assert len(fill(hub, before)) == 5  # each op of the type, and the value that lost
        make_room(before)
    upgrade(monkeypatch)
    for _ in range(2):
        with Store.open(path, TEST_KEY, clock) as after:
            assert (row(after)["steps"], row(after)["extra"]) == (7, '{"hat":"blue"}')
            assert [one["size"] for one in after.connection["shoe"].rows] == ["41", "40"]
            assert after.connection["inbox_unknown"].count == 0
            (open_one,) = conflicts.open_conflicts(after.connection)
            assert (open_one.shown.values, open_one.others[0].values) == (
                {"size": "41"},
                {"size": "42"},
            )
    with Store.open(path, TEST_KEY, clock) as after:
        after.save([Change("resident", "r1", {"steps": 9})], "w-1")
        (own,) = after.unsent(10)
        assert own.base == {"steps": log.ops[0].op_id}


def test_what_does_not_fit_after_the_upgrade_either_stays_where_it_was(
    hub: Engine, path: Path, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = OpLog()
    push(hub, log, "resident", "r1", {**RESIDENT, "steps": "many"})
    push(hub, log, "shoe", "s1", {"colour": {"en": "red"}})
    push(hub, log, "shoe", "s2", SHOE)
    with Store.open(path, TEST_KEY, clock) as before:
        fill(hub, before)
        make_room(before)
    upgrade(monkeypatch)
    with Store.open(path, TEST_KEY, clock) as after:
        assert (row(after)["steps"], row(after)["extra"]) == (None, '{"steps":"many"}')
        assert [one["id"] for one in after.connection["shoe"].rows] == ["s2"]
        (kept,) = after.connection["inbox_unknown"].rows
        assert kept["rid"] == "s1"
