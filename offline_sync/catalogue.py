"""The record catalogue: what a kiosk may keep and send, shared by kiosk and hub.

Each record type names its fields, how two versions of a field are merged, and how
long a record is kept. The tables of `offline_sync.migrations` follow this list
(a test compares them). A name here is a name on the wire: it is never reused for
another meaning, and a field that goes is left in place and marked in the changelog.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

CATALOGUE_VERSION: Final = 2
"""Travels with every op as `sv`; raised whenever a type or a field is added."""


class Kind(StrEnum):
    """How a field's value is written in SQLite and in JSON."""

    TEXT = "TEXT"
    INTEGER = "INTEGER"  # whole numbers; 0 and 1 for no and yes
    REAL = "REAL"
    JSON = "JSON"  # one JSON document in a TEXT column: merged as a whole, never in parts


class Merge(StrEnum):
    """What the hub does when two people changed one field without seeing each other.

    Whatever the policy, the value that does not show is kept as a conflict until a person settles
    it. An edit of the very value that stands always applies.
    """

    NEVER = "never"  # the field is written once, with the record
    LAST_WRITE = "lww"  # the later change shows
    KEEP_BOTH = "keep_both"  # the later change shows; both are to be read until a person picks
    MAX = "max"  # the larger one shows: numbers by size, texts by their letters; no value is least
    MIN = "min"  # the smaller one shows; any value comes before no value
    STATE_MACHINE = "state_machine"  # the state that is further on in `Field.order` shows
    GROUP = "group"  # all fields of one `Field.group` are one: the later change shows whole


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record type.

    `order` are the states of a STATE_MACHINE, the first one first. `group` is the name that the
    fields of a GROUP share within their record type. `since` is the first CATALOGUE_VERSION that
    has the field. A `moment` is a time in ms since 1970, UTC: a calendar shows it.
    """

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    merge: Merge = Merge.LAST_WRITE
    order: tuple[str, ...] = ()
    group: str = ""
    since: int = 1
    moment: bool = False


@dataclass(frozen=True, slots=True)
class RecordType:
    """One record type. What was observed is written once; a correction is a new record."""

    name: str
    fields: tuple[Field, ...]
    retention_days: int
    since: int = 1  # the first CATALOGUE_VERSION that has the type
    # Asked for with every op of every kiosk, and so worked out once.
    by_name: Mapping[str, Field] = dataclasses.field(init=False, repr=False, compare=False)
    required: frozenset[str] = dataclasses.field(init=False, repr=False, compare=False)
    once: frozenset[str] = dataclasses.field(init=False, repr=False, compare=False)
    groups: Mapping[str, tuple[str, ...]] = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        groups: dict[str, tuple[str, ...]] = {}
        for field in self.fields:
            if field.group:
                groups[field.group] = (*groups.get(field.group, ()), field.name)
        worked_out = {
            "by_name": {field.name: field for field in self.fields},
            "required": frozenset(field.name for field in self.fields if field.required),
            "once": frozenset(f.name for f in self.fields if f.merge is Merge.NEVER),
            "groups": groups,
        }
        for name, value in worked_out.items():
            object.__setattr__(self, name, value)

    @property
    def append_only(self) -> bool:
        """Whether nothing of a record ever changes: a correction names it, a void ends it."""
        return len(self.once) == len(self.fields)

    def field(self, name: str) -> Field | None:
        """The field called `name`, or None when this version does not know it."""
        return self.by_name.get(name)

    def unit(self, name: str) -> tuple[str, ...]:
        """The fields that are merged as one with `name`, itself among them."""
        field = self.by_name.get(name)
        return self.groups[field.group] if field is not None and field.group else (name,)


def _once(name: str, kind: Kind = Kind.TEXT, *, required: bool = False) -> Field:
    return Field(name, kind, required, Merge.NEVER)


def _moment(name: str) -> Field:
    return Field(name, Kind.INTEGER, required=True, merge=Merge.NEVER, moment=True)


def _together(group: str, name: str, kind: Kind = Kind.TEXT, *, required: bool = False) -> Field:
    return Field(name, kind, required, Merge.GROUP, group=group)


def _status(*order: str) -> Field:
    return Field("status", required=True, merge=Merge.STATE_MACHINE, order=order)


def _corrects() -> Field:
    """The record of the same type that this one is written in the place of."""
    return Field("corrects", merge=Merge.NEVER, since=2)


_YEARS: Final = 366
_CARE_RETENTION_DAYS: Final = 7 * _YEARS  # common practice for adult care records in Hong Kong
_TRAFFIC_RETENTION_DAYS: Final = 3 * _YEARS

RESIDENT: Final = RecordType(
    "resident",
    (
        # Parts of a name only make sense together, so they travel as one document:
        # {"family": "陳", "given": "美玲", "romanised": "Chan Mei Ling"}
        Field("name", Kind.JSON, required=True),
        Field("preferred_address", required=True),  # 稱呼: all that a shared screen may show
        Field("picture", required=True),  # key of the picture tile the resident chose
        Field("language", required=True),  # zh_HK | zh_CN | en
        Field("birth_date"),  # partial dates allowed: "1944", "1944-05", "1944-05-02"
        Field("sex"),  # female | male | other
        Field("village", required=True),
        Field("address"),
        Field("phone"),
        Field("card_token"),  # random token printed on the card as a QR code
        Field("warnings", Kind.JSON, merge=Merge.KEEP_BOTH),  # {"arm_not_to_use": "right", ...}
        # A death that one kiosk heard of is not undone by a removal that another one notes.
        _status("active", "moved", "died"),
    ),
    _CARE_RETENTION_DAYS,
)

STAFF: Final = RecordType(
    "staff",
    (
        Field("name", required=True),
        Field("role", required=True),  # volunteer | social_worker | supervisor | technician
        _status("active", "left"),  # whoever left is let in again only by who knows of it
    ),
    _CARE_RETENTION_DAYS,
)

CONSENT: Final = RecordType(
    "consent",
    (
        _once("resident_id", required=True),
        _once("notice", required=True),  # which notice was shown: "purpose"
        _once("notice_version", required=True),
        _once("decision", required=True),  # agreed | declined
        _moment("decided_at"),  # ms since 1970, UTC
        _once("recorded_by", required=True),  # staff id, or "resident"
        _corrects(),
    ),
    _CARE_RETENTION_DAYS,
)

VISIT: Final = RecordType(
    "visit",
    (
        _once("resident_id", required=True),
        _once("contact", required=True),  # home | centre | phone | attempted
        _moment("started_at"),
        _moment("saved_at"),
        _once("staff_id", required=True),
        _once("since_last"),  # better | same | worse
        _once("promise"),  # what was promised to the resident: shown first next time
        _once("next_visit_on"),  # civil date in Asia/Hong_Kong, "2026-12-01"
        _once("next_visit_reason"),
        _once("note"),
        _corrects(),
    ),
    _CARE_RETENTION_DAYS,
)

VITAL: Final = RecordType(
    "vital",
    (
        _once("resident_id", required=True),
        _once("visit_id"),
        _once("check_in_id"),  # readings of one sitting share it
        _once("vital", required=True),  # blood_pressure | ...
        # All that the instrument said, as one document with exact decimals as text, so that
        # systolic and diastolic can never come from two different readings:
        # {"systolic": "142", "diastolic": "84", "pulse": "72", "unit": "mmHg", "status": {...}}
        _once("reading", Kind.JSON, required=True),
        _moment("taken_at"),  # best known time, ms UTC
        _moment("received_at"),  # kiosk's own clock on receipt
        _once("device_time"),  # what the instrument's clock said, local, no zone
        _once("clock_offset_s", Kind.REAL),  # instrument clock minus kiosk clock, when it was read
        _once("clock_quality", required=True),  # set | not_set | absent | unchecked
        _once("instrument_id"),
        _once("instrument", Kind.JSON),  # identity as read: address, maker, model, serial
        _once("raw"),  # the frame as it came, hex
        _once("decoder"),  # name and version of the decoder
        _once("source", required=True),  # measured | typed
        _once("started_by", required=True),  # resident | a staff id
        _once("taken_on"),  # arm and posture: "left_arm_sitting"
        # What was concluded when the sitting ended. The reading is on disk before that, so that
        # no power cut loses it; these four are written again, all together, and nothing else is.
        _together("conclusion", "in_mean", Kind.INTEGER),  # 1: it entered the mean that was shown
        _together("conclusion", "completeness", required=True),  # incomplete | complete
        _together("conclusion", "band"),  # what was shown: ok | watch | call
        _together("conclusion", "rules"),  # version of the rule file behind the band
        _corrects(),
    ),
    _CARE_RETENTION_DAYS,
)

ANSWER: Final = RecordType(
    "answer",
    (
        _once("resident_id", required=True),
        _once("visit_id"),
        _once("question", required=True),
        _once("value"),
        _once("how", required=True),  # asked | carried_over | declined
        _moment("answered_at"),
        _corrects(),
    ),
    _CARE_RETENTION_DAYS,
)

TASK_ACT: Final = RecordType(
    "task_act",
    (
        _once("resident_id"),
        _once("act", required=True),  # snooze | reassign | close | call_staff | answer_call | ...
        _once("about"),  # the record or task it concerns
        _once("reason"),
        _once("until_on"),
        _once("staff_id"),
        _moment("acted_at"),
        _corrects(),
    ),
    _CARE_RETENTION_DAYS,
)

INSTRUMENT: Final = RecordType(
    "instrument",
    (
        Field("vital", required=True),
        # One appliance: a serial number of one and the address of another would be neither.
        _together("appliance", "maker"),
        _together("appliance", "model"),
        _together("appliance", "serial"),
        _together("appliance", "address", required=True),  # Bluetooth address
        Field("name"),
        Field("cuff"),
        _status("in_use", "retired"),
    ),
    _CARE_RETENTION_DAYS,
)

COUNTER: Final = RecordType(
    "counter",
    (
        Field("name", Kind.JSON, required=True),  # {"en": "Village gate", "zh_HK": "村口", ...}
        # How it is mounted and wired: one entry of one site file.
        _together("mounting", "protocol", required=True),  # ops24x: what the site file may name
        _together("mounting", "port", required=True),  # identity of the port, never ttyUSB0
        _together("mounting", "lanes", Kind.INTEGER, required=True),
        _together("mounting", "inbound_means", required=True),  # into_village | out_of_village
        _status("in_use", "retired"),
    ),
    _TRAFFIC_RETENTION_DAYS,
)

VEHICLE_INTERVAL: Final = RecordType(
    "vehicle_interval",
    (
        _once("counter_id", required=True),
        _once("lane", Kind.INTEGER, required=True),
        _once("direction", required=True),  # inbound | outbound | unknown
        _moment("starts_at"),  # ms UTC, on a quarter hour
        _once("minutes", Kind.INTEGER, required=True),
        _once("vehicles", Kind.INTEGER, required=True),  # 0 is a count, not an absence
        _once("coverage", Kind.REAL, required=True),  # share of the interval that was listened to
        _once("mean_speed_kmh", Kind.REAL),
        _once("p85_speed_kmh", Kind.REAL),
        _once("heavy", Kind.INTEGER),
        _corrects(),
    ),
    _TRAFFIC_RETENTION_DAYS,
)

AUDIT: Final = RecordType(
    "audit",
    (
        _moment("at"),
        _once("staff_id"),
        _once("action", required=True),
        _once("subject_type"),
        _once("subject_id"),
        _once("detail", Kind.JSON),
        _corrects(),
    ),
    _CARE_RETENTION_DAYS,
)

VOID: Final = RecordType(
    "void",
    (
        # The record that is not valid any more. It stays, and so does who said so and why.
        _once("about_type", required=True),
        _once("about_id", required=True),
        _once("reason", required=True),
        _once("by", required=True),  # staff id
        _moment("at"),
    ),
    _CARE_RETENTION_DAYS,
    since=2,
)
"""Ends a record of an append-only type. A void has no void: who erred enters the record anew."""

CATALOGUE: Final[Mapping[str, RecordType]] = MappingProxyType(
    {
        record_type.name: record_type
        for record_type in (
            RESIDENT,
            STAFF,
            CONSENT,
            VISIT,
            VITAL,
            ANSWER,
            TASK_ACT,
            INSTRUMENT,
            COUNTER,
            VEHICLE_INTERVAL,
            AUDIT,
            VOID,
        )
    }
)
