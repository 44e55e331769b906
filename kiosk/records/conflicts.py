"""The conflicts that nobody has settled, as a worker must see them: whose record it is, and who set
each value when. Read only; `Store.settle` is what settles.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

import sqlite_utils

from offline_sync.conflicts import OpenConflict, Version, open_conflicts

RESIDENT: Final = "resident"
"""Who set a value: the resident, at the screen."""

# What each type of record is known by; a reading by the resident it is of.
_ABOUT: Final = {
    "resident": "SELECT name FROM resident WHERE id = ?",
    "vital": "SELECT r.name FROM vital v JOIN resident r ON r.id = v.resident_id WHERE v.id = ?",
    "staff": "SELECT json_object('given', name) FROM staff WHERE id = ?",
    "instrument": "SELECT json_object('given', coalesce(name, model, address)) FROM instrument"
    " WHERE id = ?",
    "counter": "SELECT name FROM counter WHERE id = ?",
}


@dataclass(frozen=True, slots=True)
class Setter:
    """Who set a value: `name` of a worker, as on record; `resident` at the screen; or neither,
    where it is not known here."""

    name: str
    resident: bool


@dataclass(frozen=True, slots=True)
class ListedConflict:
    """A conflict with whose record it is about: `about` is the name in its parts, as it is kept."""

    conflict: OpenConflict
    about: dict[str, str]

    @property
    def key(self) -> str:
        """The same for the same record and fields."""
        one = self.conflict
        return f"{one.record_type}-{one.record_id}-{one.fields[0]}"


def listed_conflicts(db: sqlite_utils.Database) -> list[ListedConflict]:
    """Every conflict that nobody has settled, by record."""
    return [ListedConflict(one, _about(db, one)) for one in open_conflicts(db)]


def setter(db: sqlite_utils.Database, version: Version) -> Setter:
    """Who set the values of a version."""
    row = db.execute("SELECT name FROM staff WHERE id = ?", (version.by,)).fetchone()
    return Setter("" if row is None else row[0], version.by == RESIDENT)


def standing(conflict: OpenConflict, number: int) -> dict[str, object]:
    """The values that would stand after the version `number` was picked; 0 is the one that shows.

    What that version did not set, of fields that are settled together, stays as it shows.
    """
    versions = (conflict.shown, *conflict.others)
    return {**conflict.shown.values, **versions[number].values}


def _about(db: sqlite_utils.Database, conflict: OpenConflict) -> dict[str, str]:
    statement = _ABOUT.get(conflict.record_type)
    row = db.execute(statement, (conflict.record_id,)).fetchone() if statement else None
    if row is None or row[0] is None:
        return {}
    return {part: str(text) for part, text in json.loads(row[0]).items()}
