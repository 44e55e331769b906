"""Steps of a run: what lines, clocks, disks and hubs do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from offline_sync import retention
from offline_sync.hub_errors import SyncError

DAY_MS: Final = 25 * 3600 * 1000
"""Long enough for a kiosk to compare again."""

if TYPE_CHECKING:
    from tests.faults.model.world import World


def sync(
    world: World,
    kiosk: int,
    fates: Sequence[str] = (),
    at_most: int = 500,
    dies_after: int | None = None,
    meanwhile: Mapping[str, Any] | None = None,
) -> None:
    """A run of the sync client. `meanwhile` is a step that happens while a push is on its
    way; the power may go before the transaction after `dies_after` others."""
    happens = None if meanwhile is None else partial(world.take, meanwhile)
    side = world.kiosks[kiosk]
    world.hub.line.refuse = partial(world.refuse, side)
    outcome = side.sync(fates, at_most=at_most, in_flight=happens, dies_after=dies_after)
    if outcome is None:
        return
    if outcome.error is not None:
        assert isinstance(outcome.error, SyncError), f"the store failed: {outcome.error!r}"
    world.note_peace(kiosk, outcome)


def late(world: World, request: int) -> None:
    """A request that was held up, or was here before, arrives; nobody hears the answer."""
    line = world.hub.line
    waiting = [*line.late, *line.past]
    if not waiting:
        return
    sent = waiting[request % len(waiting)]
    if sent in line.late:
        line.late.remove(sent)
    world.loop.run_until_complete(line.deliver(sent))


def clock(world: World, kiosk: int, seconds: int) -> None:
    world.kiosks[kiosk].clock.wrong_by_ms = seconds * 1_000


def a_day(world: World) -> None:
    """A day passes; kiosks compare their records with the hub's at their next contact."""
    world.time.pass_by(DAY_MS)
    world.days += 1


def upkeep(world: World, kiosk: int) -> None:
    """What the kiosk does once a day by itself: what it has kept long enough goes."""
    side = world.kiosks[kiosk]
    with side.store.transaction() as db:
        retention.end_periods(db, side.clock.now().wall_ms)


def restart(world: World, kiosk: int) -> None:
    world.kiosks[kiosk].restart()


def power_cut(world: World, kiosk: int) -> None:
    world.kiosks[kiosk].die()


def back_up_kiosk(world: World, kiosk: int) -> None:
    world.copies[kiosk] = world.kiosks[kiosk].copy()


def restore_kiosk(world: World, kiosk: int) -> None:
    """The disk died; the last backup is played back."""
    if kiosk in world.copies:
        world.kiosks[kiosk].set_back(world.copies[kiosk])


def replace_disk(world: World, kiosk: int) -> None:
    """The disk died and there is no backup: a new store, let in by a new code."""
    side = world.kiosks[kiosk]
    side.replace_disk(world.premises.fresh_files)
    side.be_let_in(world.hub)


def back_up_hub(world: World) -> None:
    world.hub_copy = world.hub.copy(world.folder)


def restore_hub_by_command(world: World) -> None:
    """`village-hub restore` begins a new history."""
    if world.hub_copy is not None:
        world.hub.restore(world.hub_copy.path)
        world.book.hub_was_set_back(world.hub_copy.op_ids)


def restore_hub_by_copy(world: World) -> None:
    """Somebody lays an older file in the place of the hub's database, and tells nobody."""
    if world.hub_copy is not None:
        world.hub.put_back(world.hub_copy.path)
        world.hub.start()
        world.book.hub_was_set_back(world.hub_copy.op_ids, told=False)


def erase(world: World, resident: int) -> None:
    """A resident wants to be forgotten, and the office does that."""
    known = sorted({saved.record_id for saved in world.book.saved.values()})
    residents = [record_id for record_id in known if record_id.startswith("resident-")]
    if residents:
        record_id = residents[resident % len(residents)]
        world.hub.erase("resident", record_id)
        world.book.erased.add(record_id)
