"""Which records speak of a person, and when the period of a record ends. Pure rules.

Kiosk and hub follow the same ones, so that both come to the same answer. Nothing here reads or
removes anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from offline_sync.catalogue import (
    ANSWER,
    AUDIT,
    CATALOGUE,
    CONSENT,
    COUNTER,
    INSTRUMENT,
    RESIDENT,
    STAFF,
    TASK_ACT,
    VEHICLE_INTERVAL,
    VISIT,
    VITAL,
    VOID,
)

DAY_MS: Final = 24 * 3600 * 1000
RESIDENT_FIELD: Final = "resident_id"
"""The field by which a record names the resident whom it is about."""

OLDEST_BELIEVED_MS: Final = 90 * DAY_MS
"""A record that says it is older than this at its arrival has a clock that nobody believes: its
period runs from its arrival, less this."""

NAMING: Final = (RESIDENT_FIELD, "visit_id", "about", "about_id", "about_type", "corrects")
"""The fields by which records name others."""

ANY_TYPE: Final = ""
"""The type in a reference that does not say of which type the record is that it names."""

Key = tuple[str, str]
"""Record type and record id."""

_OWN_TIME: Final[Mapping[str, tuple[str, ...]]] = {
    CONSENT.name: ("decided_at",),
    VISIT.name: ("saved_at",),
    # The later one: an instrument that lost its clock says that it is the year 2000.
    VITAL.name: ("taken_at", "received_at"),
    ANSWER.name: ("answered_at",),
    TASK_ACT.name: ("acted_at",),
    VEHICLE_INTERVAL.name: ("starts_at",),
    AUDIT.name: ("at",),
    VOID.name: ("at",),
}
"""The time from which the period of a record runs, for types that are written once."""

_ENDED: Final[Mapping[str, str]] = {
    STAFF.name: "left",
    INSTRUMENT.name: "retired",
    COUNTER.name: "retired",
}
"""The state in which the period of an edited record begins to run, with its last change."""

# Who has opened or changed a record is kept, whomever it was about: it holds ids and no values.
_KEPT_ALL_THE_SAME: Final = frozenset({AUDIT.name})


def names_any(
    record_type: str, fields: Mapping[str, Any], erased: Collection[Key], ids: Collection[str]
) -> bool:
    """Whether a record with these fields speaks of one of the records `erased`. `ids` are those of
    them that no other record has: a reference without a type can only mean the erased one."""
    return speaks_of(references(record_type, fields), erased, ids)


def speaks_of(named: Iterable[Key], erased: Collection[Key], ids: Collection[str]) -> bool:
    """As `names_any`, of a record that has these references."""
    return any(key[1] in ids if key[0] == ANY_TYPE else key in erased for key in named)


def references(record_type: str, fields: Mapping[str, Any]) -> Iterator[Key]:
    """The records that a record with these fields names, by the fields that its type has for it.

    Nothing else counts, whatever it is called: otherwise anybody could make a record speak of
    another one. A type of a newer version may have all of them.
    """
    if record_type in _KEPT_ALL_THE_SAME:
        return
    known_type = CATALOGUE.get(record_type)
    about_type = fields.get("about_type")
    types = {
        RESIDENT_FIELD: RESIDENT.name,
        "visit_id": VISIT.name,
        "about": ANY_TYPE,
        "about_id": about_type if isinstance(about_type, str) else ANY_TYPE,
        "corrects": record_type,
    }
    for name, named_type in types.items():
        value = fields.get(name)
        if isinstance(value, str) and (known_type is None or name in known_type.by_name):
            yield named_type, value


def types_naming_residents() -> Iterator[str]:
    """The types whose records each name their resident."""
    for record_type in CATALOGUE.values():
        field = record_type.field(RESIDENT_FIELD)
        if field is not None and field.required:
            yield record_type.name


def runs_from_ms(record_type: str, fields: Mapping[str, Any], changed_ms: int) -> int | None:
    """When the period of a record began, in ms since 1970 UTC; None while it does not run.

    `changed_ms` is when the record last changed. The period of a resident runs from the last
    record about that person, which is for the caller to find: None here.
    """
    if record_type == RESIDENT.name or record_type not in CATALOGUE:
        return None  # what a newer version keeps is that version's to end
    if record_type in _ENDED:
        return changed_ms if fields.get("status") == _ENDED[record_type] else None
    own = [fields.get(name) for name in _OWN_TIME[record_type]]
    return max((time for time in own if isinstance(time, int)), default=changed_ms)


def is_over(record_type: str, began_ms: int, arrived_ms: int, now_ms: int) -> bool:
    """Whether the period of a record that began at `began_ms` has ended.

    `arrived_ms` is when the record came to whoever asks.
    """
    began = max(began_ms, arrived_ms - OLDEST_BELIEVED_MS)
    return began + CATALOGUE[record_type].retention_days * DAY_MS < now_ms
