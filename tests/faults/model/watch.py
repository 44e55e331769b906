"""What must hold at every moment of a run, whatever has just happened."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database

from offline_sync.catalogue import CATALOGUE, Kind

if TYPE_CHECKING:
    from tests.faults.model.kiosk_side import KioskSide
    from tests.faults.model.world import World


class Broken(AssertionError):
    """Something that must hold does not. `rule` names what."""

    def __init__(self, rule: str, detail: object = "") -> None:
        super().__init__(f"{rule}: {detail}")
        self.rule = rule


def look_at(world: World, number: int) -> None:
    """One kiosk, between two steps."""
    kiosk = world.kiosks[number]
    rows = kiosk.db.execute(
        "SELECT op_id, tbl, rid, body, state FROM op_out ORDER BY position"
    ).fetchall()
    counts = kiosk.store.outbox_counts()
    parts = counts.unsent + counts.sent + counts.acknowledged + counts.needs_attention
    if parts != counts.total:
        raise Broken("the counts do not add up", counts)
    in_sight: dict[tuple[str, str, str], Any] = {}
    for op_id, tbl, rid, body, state in rows:
        if state in (2, 3):
            if op_id not in world.book.ever_at_hub:
                raise Broken("acknowledged without being at the hub", (kiosk.name, op_id))
            world.book.receipted.add(op_id)
        elif op_id not in world.book.poisoned | world.book.newer | world.book.receipted and (
            not world.book.is_erased(world.book.saved[op_id])
        ):
            for name, value in (json.loads(body) or {}).items():
                in_sight[tbl, rid, name] = value
    pages: dict[str, dict[str, dict[str, Any]]] = {}
    for (tbl, rid, name), value in in_sight.items():
        if tbl not in pages:
            pages[tbl] = shown(kiosk.db, tbl)
        if pages[tbl].get(rid, {}).get(name) != value:
            raise Broken("an unsent edit went out of sight", (kiosk.name, tbl, rid, name, value))
    _look_at_what_lost(world, kiosk, {row[0]: row[4] for row in rows})


def _look_at_what_lost(world: World, kiosk: KioskSide, states: dict[str, int]) -> None:
    """An own value that lost, and that nobody has settled, stays in sight until its op is at the
    hub again, whatever the hub forgot."""
    here: dict[tuple[str, str, str, str], Any] = {
        (tbl, rid, name, op_id): json.loads(value)
        for tbl, rid, name, op_id, value in kiosk.db.execute(
            "SELECT tbl, rid, field, loser_op, value FROM conflict"
            " WHERE loser_op IN (SELECT op_id FROM op_out)"
        ).fetchall()
    }
    for (tbl, rid, name, op_id), value in kiosk.lost_in_sight.items():
        if (
            states.get(op_id) in (0, 1, 4)
            and (tbl, rid, name, op_id) not in here
            and not world.book.is_settled((tbl, rid), name, op_id)
            and not world.book.has_forgotten((tbl, rid))
            and shown(kiosk.db, tbl).get(rid, {}).get(name) != value
        ):
            raise Broken("a value that lost went out of sight", (kiosk.name, tbl, rid, name, value))
    kiosk.lost_in_sight = here


def shown(db: Database, record_type: str) -> dict[str, dict[str, Any]]:
    """What a kiosk shows of a type of record, by id; empty fields are left out."""
    known = CATALOGUE[record_type]
    names = ", ".join(f'"{field.name}"' for field in known.fields)
    found: dict[str, dict[str, Any]] = {}
    for record_id, extra, *row in db.execute(
        f'SELECT id, extra, {names} FROM "{record_type}"'
    ).fetchall():
        fields = json.loads(extra)
        for field, value in zip(known.fields, row, strict=True):
            if value is not None:
                fields[field.name] = json.loads(value) if field.kind is Kind.JSON else value
        found[record_id] = fields
    return found
