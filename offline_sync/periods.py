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

NAMING: Final = (RESIDENT_FIELD, "visit_id", "about", "about_id", "corrects")
"""The fields by which records name others."""

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


def names_any(record_type: str, fields: Mapping[str, Any], erased: Collection[str]) -> bool:
    """Whether a record with these fields speaks of one of the records `erased` (ids)."""
    return speaks_of(record_type, named_ids(fields), erased)


def speaks_of(record_type: str, named: Iterable[str], erased: Collection[str]) -> bool:
    """As `names_any`, of a record that names these ids."""
    return record_type not in _KEPT_ALL_THE_SAME and any(one in erased for one in named)


def named_ids(fields: Mapping[str, Any]) -> Iterator[str]:
    """The ids of other records that these fields name."""
    for name in NAMING:
        value = fields.get(name)
        if isinstance(value, str):
            yield value


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
