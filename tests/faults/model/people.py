"""Steps of a run: what people do at a kiosk. Each saves as the pages of the kiosk do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from offline_sync.conflicts import open_conflicts
from offline_sync.store import Change
from tests.builders import resident_change
from tests.faults.model.book import Saved
from tests.faults.model.choosing import one_of

if TYPE_CHECKING:
    from tests.faults.model.world import World

EDITED: Final = ("phone", "address", "preferred_address", "warnings")
STATES: Final = ("active", "moved", "died")
WORKER: Final = "w-031"


def new_resident(world: World, kiosk: int) -> None:
    values = {name: world.book.new_value("v") for name in EDITED if name != "warnings"}
    values["village"] = world.kiosks[kiosk].enrolled.village
    values["warnings"] = {"note": world.book.new_value("v")}
    record_id = world.book.new_value("resident-")
    world.save(kiosk, resident_change(record_id=record_id, **values))


def edit(world: World, kiosk: int, resident: int, fields: Sequence[int]) -> None:
    """A worker changes what is on the screen."""
    found = one_of(world.kiosks[kiosk].ids("resident"), resident)
    if found is None:
        return
    values: dict[str, Any] = {}
    for number in fields:
        name = EDITED[number % len(EDITED)]
        value = world.book.new_value("v")
        values[name] = {"note": value} if name == "warnings" else value
    world.save(kiosk, Change("resident", found, values))


def visit(world: World, kiosk: int, resident: int) -> None:
    found = one_of(world.kiosks[kiosk].ids("resident"), resident)
    if found is None:
        return
    now = world.kiosks[kiosk].clock.now().wall_ms
    fields = {
        "resident_id": found,
        "contact": "home",
        "started_at": now,
        "saved_at": now,
        "staff_id": WORKER,
        "note": world.book.new_value("v"),
    }
    world.save(kiosk, Change("visit", world.book.new_value("visit-"), fields))


def vital(world: World, kiosk: int, resident: int) -> None:
    found = one_of(world.kiosks[kiosk].ids("resident"), resident)
    if found is None:
        return
    now = world.kiosks[kiosk].clock.now().wall_ms
    fields = {
        "resident_id": found,
        "vital": "blood_pressure",
        "reading": {"systolic": "142", "diastolic": "84", "note": world.book.new_value("v")},
        "taken_at": now,
        "received_at": now,
        "clock_quality": "set",
        "source": "measured",
        "started_by": WORKER,
        "completeness": "complete",
        "band": world.book.new_value("v"),
    }
    world.save(kiosk, Change("vital", world.book.new_value("vital-"), fields))


def correct(world: World, kiosk: int, vital: int) -> None:
    """A reading was filed wrongly: another record is written in its place."""
    found = one_of(world.kiosks[kiosk].ids("vital"), vital)
    if found is None:
        return
    fields = {**world.shown(kiosk, "vital", found), "corrects": found}
    fields |= {"reading": {"systolic": "124", "note": world.book.new_value("v")}}
    fields.pop("likes", None)
    world.save(kiosk, Change("vital", world.book.new_value("vital-"), fields))


def void(world: World, kiosk: int, visit: int) -> None:
    """A visit that was never made is ended."""
    found = one_of(world.kiosks[kiosk].ids("visit"), visit)
    if found is None:
        return
    fields = {
        "about_type": "visit",
        "about_id": found,
        "reason": world.book.new_value("v"),
        "by": WORKER,
        "at": world.kiosks[kiosk].clock.now().wall_ms,
    }
    world.save(kiosk, Change("void", world.book.new_value("void-"), fields))


def status(world: World, kiosk: int, resident: int, state: int) -> None:
    """A resident moved, or died, or did neither after all."""
    found = one_of(world.kiosks[kiosk].ids("resident"), resident)
    if found is not None:
        world.save(kiosk, Change("resident", found, {"status": STATES[state % len(STATES)]}))


def settle(world: World, kiosk: int, conflict: int, version: int) -> None:
    """A person picks one of the values that two people set, or keeps what shows."""
    store = world.kiosks[kiosk].store
    found = [one for one in open_conflicts(store.connection) if one.can_be_settled]
    if not found:
        return
    one = found[conflict % len(found)]
    versions = (one.shown, *one.others)
    picked = versions[version % len(versions)]
    values = {**one.shown.values, **picked.values}
    op_id = store.settle(one, values, WORKER)
    seen = {name: value for name, value in one.shown.values.items() if value is not None}
    losers = {name: tuple(v.ops[name] for v in one.others if name in v.ops) for name in values}
    world.write_down(Saved(op_id, kiosk, one.record_type, one.record_id, values, seen, losers))


def reband(world: World, kiosk: int, vital: int) -> None:
    """A reading that was filed gets another band: what can change in what was observed."""
    found = one_of(world.kiosks[kiosk].ids("vital"), vital)
    if found is not None:
        world.save(kiosk, Change("vital", found, {"band": world.book.new_value("v")}))
