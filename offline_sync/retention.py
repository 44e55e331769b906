"""Ends what this kiosk has kept for its whole period, once a day, without waiting for a hub.

The hub ends the period of a record first and says so; after some days of grace the kiosk does it by
itself, for records that are written once. Whose period runs from a last change or a last visit
(residents, staff, instruments) is for the hub, which knows of all of them. Nothing that the hub
has not acknowledged is ever touched, and no clock of this kiosk that went ahead ends anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

from offline_sync import erasure
from offline_sync.catalogue import CATALOGUE, RecordType
from offline_sync.erasure import PERIOD
from offline_sync.oplog import OpState
from offline_sync.periods import DAY_MS, Key, is_over, runs_from_ms

GRACE_DAYS: Final = 7
"""How much later than the hub a kiosk ends a period: what the two compare stays equal."""

OPS_KEPT_DAYS: Final = 90
"""How long an op stays after its receipt, to be sent again to a hub that was set back."""

PASSAGES_KEPT_DAYS: Final = 90
"""Single vehicles; their quarter hours are records with a period of their own."""

SET_ASIDE_KEPT_DAYS: Final = 366
"""Frames that staff said are nobody's: by then no instrument sends them again."""

_AT_ONCE: Final = 2_000
_DONE: Final = "retention"
_EVERY_MS: Final = 20 * 3600 * 1000

# Local rows that end by age: the table, which rows, and the days.
_LOCAL: Final = (
    ("vehicle_passage", "passed_at < ?", PASSAGES_KEPT_DAYS),
    ("counter_coverage", "ends_at < ?", PASSAGES_KEPT_DAYS),
    ("reading_inbox", "set_aside IS NOT NULL AND received_at < ?", SET_ASIDE_KEPT_DAYS),
    ("clock_sample", "wall_ms < ?", OPS_KEPT_DAYS),
    ("parity_run", "at_ms < ?", OPS_KEPT_DAYS),
    ("inbox_quarantine", "kept_ms < ?", 7 * 366),
    ("inbox_unknown", "kept_ms < ?", 7 * 366),
)


@dataclass(frozen=True, slots=True)
class Over:
    """What is to end: records, delivered ops, and local rows by table."""

    records: frozenset[Key]
    ops: int
    local: Mapping[str, int]

    def counts(self) -> dict[str, int]:
        """How many of each kind, those of which there are none left out."""
        numbers = Counter(record_type for record_type, _ in self.records)
        found = {**dict(sorted(numbers.items())), "delivered ops": self.ops, **self.local}
        return {name: number for name, number in found.items() if number}


def believed_now_ms(db: Database, now_ms: int) -> int | None:
    """The time by which periods end: no later than a while after the hub's last word on it.

    None when the hub never said what time it is: then nothing is acknowledged either.
    """
    row = db.execute("SELECT max(hub_ms) FROM clock_sample").fetchone()
    if row[0] is None:
        return None
    return min(now_ms, int(row[0]) + GRACE_DAYS * DAY_MS)


def periods_over(db: Database, now_ms: int) -> Over:
    """Look through what is kept; changes nothing. At most some thousand of each kind."""
    now = believed_now_ms(db, now_ms)
    if now is None:
        return Over(frozenset(), 0, {})
    keys: set[Key] = set()
    for record_type in CATALOGUE.values():
        keys |= _records_over(db, record_type, now - GRACE_DAYS * DAY_MS)
    ops = db.execute(f"SELECT count(*) FROM ({_OLD_OPS})", _old_ops(now)).fetchone()[0]
    local = {
        table: int(
            db.execute(
                f"SELECT count(*) FROM {table} WHERE {which}", (now - days * DAY_MS,)
            ).fetchone()[0]
        )
        for table, which, days in _LOCAL
    }
    return Over(frozenset(keys), int(ops), local)


def end_periods(db: Database, now_ms: int) -> Over:
    """End all of it; the caller holds the transaction."""
    over = periods_over(db, now_ms)
    now = believed_now_ms(db, now_ms)
    if now is None:
        return over
    erasure.erase(db, over.records, PERIOD, now_ms)
    erasure.erase_delivered_leftovers(db)
    if over.ops:
        db.execute(f"DELETE FROM op_out WHERE position IN ({_OLD_OPS})", _old_ops(now))
        db.execute(
            "INSERT INTO pruned (tbl, number) VALUES ('op_out', ?)"
            " ON CONFLICT DO UPDATE SET number = number + excluded.number",
            (over.ops,),
        )
    for table, which, days in _LOCAL:
        if over.local[table]:
            db.execute(f"DELETE FROM {table} WHERE {which}", (now - days * DAY_MS,))
    erasure.note_upkeep(db, _DONE, now_ms)
    return over


def is_due(db: Database, now_ms: int) -> bool:
    """Whether the day's pass was not made yet, by a clock that may have been set back."""
    last = erasure.upkeep_noted(db, _DONE)
    return last is None or abs(now_ms - last) > _EVERY_MS


# Not one of a record that still waits for a receipt.
_OLD_OPS: Final = (
    f"SELECT position FROM op_out WHERE state = {int(OpState.ACKNOWLEDGED)} AND acked_ms < ?"
    f" ORDER BY position LIMIT {_AT_ONCE}"
)


def _old_ops(now_ms: int) -> tuple[int]:
    return (now_ms - OPS_KEPT_DAYS * DAY_MS,)


def _records_over(db: Database, record_type: RecordType, now_ms: int) -> set[Key]:
    name = record_type.name
    rows = db.execute(
        f'SELECT * FROM "{name}" WHERE NOT EXISTS (SELECT 1 FROM op_out WHERE op_out.tbl = ?'
        f' AND op_out.rid = "{name}".id AND op_out.state <> ?) ORDER BY id',
        (name, OpState.ACKNOWLEDGED),
    )
    columns = [column[0] for column in rows.description]
    found: set[Key] = set()
    for row in rows:
        fields = dict(zip(columns, row, strict=True))
        began = runs_from_ms(name, fields, now_ms)
        if began is None or not record_type.once:
            continue
        if is_over(name, began, _arrived_ms(db, name, fields["id"], began), now_ms):
            found.add((name, fields["id"]))
            if len(found) == _AT_ONCE:
                break
    return found


def _arrived_ms(db: Database, record_type: str, record_id: str, began: int) -> int:
    """When the hub acknowledged it, for a record that was made here not long ago."""
    row = db.execute(
        "SELECT max(acked_ms) FROM op_out WHERE tbl = ? AND rid = ?", (record_type, record_id)
    ).fetchone()
    return began if row[0] is None else int(row[0])
