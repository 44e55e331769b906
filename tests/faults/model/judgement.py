"""What must hold when the line is good again and everybody has synced until nothing moved.

Nothing that was saved on a disk that still lives is lost, nothing came twice, nothing was
overwritten in silence, and all that a village's kiosks show is what stands at the hub.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from offline_sync.catalogue import CATALOGUE
from offline_sync.oplog import OpState
from tests.faults.model.proofs import is_lost, judge_comparisons, judge_erasures, judge_receipts
from tests.faults.model.watch import Broken, shown

if TYPE_CHECKING:
    from tests.faults.model.world import World

_OPEN_HERE = (
    "SELECT tbl, rid, field, loser_op FROM conflict"
    " EXCEPT SELECT tbl, rid, field, loser_op FROM conflict_settled AS settled WHERE NOT EXISTS"
    # What the hub keeps aside has settled nothing.
    " (SELECT 1 FROM op_out WHERE op_out.op_id = settled.op_id AND state = 3)"
)


def end(world: World) -> None:
    """The line is good again, all sync until nothing moves, and a day later compare what they have.

    Raises Broken for the first thing that does not hold.
    """
    world.heal()
    if not world.book.set_back_unseen:
        judge(world)
    # Whoever alone has read what a hub forgot, without a word, cannot know before he compares.
    for _ in range(2 if world.book.set_back_unseen else 1):
        world.do({"do": "a_day"})
        world.heal()
        for kiosk in range(len(world.kiosks)):
            world.do({"do": "upkeep", "kiosk": kiosk})
    judge(world)
    judge_comparisons(world)


def judge(world: World) -> None:
    """Raise Broken for the first thing that does not hold."""
    _outboxes_are_empty(world)
    _nothing_is_lost(world)
    _nothing_came_twice(world)
    _all_came_in_order(world)
    _all_show_what_stands(world)
    _nothing_was_overwritten(world)
    _cursors_are_complete(world)
    judge_receipts(world)
    judge_erasures(world)


def _outboxes_are_empty(world: World) -> None:
    for kiosk in world.kiosks:
        for op_id, state, why in kiosk.db.execute(
            "SELECT op_id, state, why FROM op_out WHERE state <> ?", (OpState.ACKNOWLEDGED,)
        ).fetchall():
            if state != OpState.QUARANTINED:
                detail = (kiosk.name, op_id, state, why, world.last_error)
                raise Broken("an outbox does not empty", detail)
            if op_id not in world.book.poisoned and not _began_in_what_is_lost(world, op_id):
                raise Broken("put aside without a reason", (kiosk.name, op_id, why))


def _nothing_is_lost(world: World) -> None:
    there = world.hub.op_ids()
    for kiosk in world.kiosks:
        if missing := kiosk.op_ids - there:
            raise Broken("an op is lost", (kiosk.name, sorted(missing)))
    if missing := world.book.at_hub - there:
        raise Broken("an op is lost at the hub", sorted(missing))


def _nothing_came_twice(world: World) -> None:
    twice = world.hub.rows(
        "SELECT op_id, count(*) FROM feed WHERE kind = 'put' GROUP BY op_id HAVING count(*) > 1"
    )
    both = world.hub.rows("SELECT op_id FROM op INTERSECT SELECT op_id FROM quarantine")
    if twice or both:
        raise Broken("an op came twice", (twice, both))


def _all_came_in_order(world: World) -> None:
    """What one person changed after another change of the same record, the hub took after it."""
    if world.book.set_back:
        return
    numbers = dict(world.hub.rows("SELECT op_id, feed_seq FROM op"))
    for kiosk in world.kiosks:
        latest: dict[tuple[str, str], int] = {}
        for saved in world.book.saved.values():
            if saved.op_id not in kiosk.op_ids or saved.op_id not in numbers:
                continue
            number = numbers[saved.op_id]
            if number < latest.get(saved.record, 0):
                raise Broken("changes of a record came out of order", (kiosk.name, saved))
            latest[saved.record] = number


def _all_show_what_stands(world: World) -> None:
    for kiosk in world.kiosks:
        stands = {
            key: {name: value for name, value in fields.items() if value is not None}
            for key, fields in world.hub.records(kiosk.enrolled.village).items()
        }
        here: dict[tuple[str, str], dict[str, Any]] = {}
        for record_type in CATALOGUE:
            for record_id, fields in shown(kiosk.db, record_type).items():
                here[record_type, record_id] = fields
        raw = " ".join(
            row[0] for row in kiosk.db.execute("SELECT raw FROM inbox_unknown").fetchall()
        )
        for key in here.keys() | stands.keys():
            if key[0] not in CATALOGUE:
                newer = {o for o in world.book.newer if world.book.saved[o].record == key}
                for value in stands[key].values():
                    if f'"{value}"' not in raw and not newer <= kiosk.op_ids:
                        raise Broken("a record of a newer version is not kept", (kiosk.name, key))
            elif world.book.has_forgotten(key) or (key not in stands and is_lost(world, key)):
                continue
            elif here.get(key) != stands.get(key):
                detail = (kiosk.name, key, here.get(key), stands.get(key))
                raise Broken("a kiosk shows another state than the hub", detail)
        unsettled = {row for row in kiosk.db.execute(_OPEN_HERE).fetchall() if row[:2] in stands}
        there = {
            key
            for key in world.hub.open_conflicts()
            if key[:2] in stands and not world.book.has_forgotten(key[:2])
        }
        known_types = {key for key in there if key[0] in CATALOGUE}
        if unsettled != known_types:
            detail = (kiosk.name, sorted(unsettled ^ known_types))
            raise Broken("a conflict is settled on one side only", detail)
        lost = {
            key: value
            for key, value in world.hub.conflicts().items()
            if key[:2] in here and not world.book.has_forgotten(key[:2])
        }
        seen = {
            (tbl, rid, field, op): json.loads(value)
            for tbl, rid, field, op, value in kiosk.db.execute(
                "SELECT tbl, rid, field, loser_op, value FROM conflict"
            ).fetchall()
        }
        if missing := {key for key in lost if seen.get(key) != lost[key]}:
            raise Broken("a kiosk does not know of a conflict", (kiosk.name, sorted(missing)))


def _nothing_was_overwritten(world: World) -> None:
    there = {row[0] for row in world.hub.rows("SELECT op_id FROM op")}
    stands: dict[tuple[str, str], dict[str, Any]] = {}
    for village in {kiosk.enrolled.village for kiosk in world.kiosks}:
        stands |= world.hub.records(village)
    replaced = {
        (saved.record, name, json.dumps(value))
        for saved in world.book.saved.values()
        if saved.op_id in there
        for name, value in saved.seen.items()
    }
    conflicts = world.hub.conflicts()
    for op_id in there & world.book.saved.keys():
        saved = world.book.saved[op_id]
        if world.book.is_erased(saved):
            continue
        for name, value in saved.values.items():
            known = (
                stands[saved.record].get(name) == value
                or (saved.record, name, json.dumps(value)) in replaced
                or (*saved.record, name, op_id) in conflicts
            )
            if not known:
                raise Broken("a value was overwritten in silence", (saved, name, value))


def _cursors_are_complete(world: World) -> None:
    heads = world.hub.feed_heads()
    epochs = {row[0] for row in world.hub.rows("SELECT value FROM hub_meta WHERE name='hub_epoch'")}
    for kiosk in world.kiosks:
        village = kiosk.enrolled.village
        cursor = kiosk.store.cursor(village)
        if {cursor.hub_epoch} != epochs or cursor.after != heads.get(village, 0):
            raise Broken("a cursor is not at the end", (kiosk.name, cursor, heads, epochs))


def _began_in_what_is_lost(world: World, op_id: str) -> bool:
    saved = world.book.saved.get(op_id)
    return saved is not None and is_lost(world, saved.record)
