"""Steps of a run: what programs do that are newer than this one, or broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_sync import records
from offline_sync.catalogue import CATALOGUE, CATALOGUE_VERSION
from tests.faults.model.book import Saved
from tests.faults.model.choosing import one_of

if TYPE_CHECKING:
    from tests.faults.model.world import World


def newer_edit(world: World, kiosk: int, resident: int) -> None:
    """A kiosk of a newer version sets a field that nobody else knows."""
    found = one_of(world.kiosks[kiosk].ids("resident"), resident)
    if found is None:
        return
    fields = {"likes": world.book.new_value("v")}
    store = world.kiosks[kiosk].store
    kind = CATALOGUE["resident"]
    with store.transaction() as db:
        base = records.shown_ops(db, kind, found, fields)
        stored = world.shown(kiosk, "resident", found)
        op_id = world.append(kiosk, "resident", found, fields, base, CATALOGUE_VERSION + 1)
        records.keep_unknown_fields(db, kind, found, fields)
        records.show_op(db, kind, found, fields, op_id)
    seen = {name: stored[name] for name in fields if name in stored}
    world.write_down(Saved(op_id, kiosk, "resident", found, fields, seen))


def newer_record(world: World, kiosk: int) -> None:
    """A kiosk of a newer version keeps a type of record that nobody else knows."""
    fields = {"litres": world.book.new_value("v")}
    record_id = world.book.new_value("water-")
    with world.kiosks[kiosk].store.transaction():
        op_id = world.append(kiosk, "water_test", record_id, fields, {}, CATALOGUE_VERSION + 1)
    world.write_down(Saved(op_id, kiosk, "water_test", record_id, fields, {}))
    world.book.newer.add(op_id)


def poison(world: World, kiosk: int, resident: int) -> None:
    """A broken program writes a change that no catalogue knows."""
    found = one_of(world.kiosks[kiosk].ids("resident"), resident)
    if found is None:
        return
    fields = {"colour": world.book.new_value("v")}
    with world.kiosks[kiosk].store.transaction():
        op_id = world.append(kiosk, "resident", found, fields, {}, CATALOGUE_VERSION)
    world.write_down(Saved(op_id, kiosk, "resident", found, fields, {}))
    world.book.poisoned.add(op_id)


def choke(world: World, kiosk: int) -> None:
    """The hub cannot read the change that this kiosk saved last, whatever is wrong with it;
    a newer hub, in the end, can."""
    row = (
        world.kiosks[kiosk]
        .db.execute("SELECT op_id FROM op_out WHERE state = 0 ORDER BY position DESC LIMIT 1")
        .fetchone()
    )
    if row is not None:
        world.unreadable.add(row[0])
