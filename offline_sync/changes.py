"""What may be written: one change of one record, checked against the record catalogue.

Values come out in the one form in which they are stored and sent: text, whole numbers in
64 bits, finite reals, plain JSON documents. Nothing here touches the database.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from offline_sync.canonical import canonical_json
from offline_sync.catalogue import CATALOGUE, Field, Kind, RecordType
from offline_sync.errors import InvalidChange

MAX_FIELDS_BYTES: Final = 128 * 1024
"""The largest content of one op: far above any form or frame, far below what the wire takes."""

MOMENTS: Final = range(
    int(datetime(1900, 1, 1, tzinfo=UTC).timestamp()) * 1000,
    int(datetime(2201, 1, 1, tzinfo=UTC).timestamp()) * 1000,
)
"""The times that a record may have, in ms since 1970, UTC: the years 1900 to 2200. No calendar
shows what lies far outside, and no clock says it that is to be believed."""

_MAX_ID_LENGTH: Final = 64
_ID: Final = re.compile(rf"[!-~]{{1,{_MAX_ID_LENGTH}}}")  # asked of every id of every op
_MAX_DEPTH: Final = 32
_INT64: Final = range(-(1 << 63), 1 << 63)


@dataclass(frozen=True, slots=True)
class Change:
    """New values for some fields of one record; a record id not seen before makes a new record.

    `settles` names, per field, the ops whose values lost in a conflict that this change settles
    (`conflicts.settling`).
    """

    record_type: str
    record_id: str
    fields: Mapping[str, object]
    settles: Mapping[str, Sequence[str]] = field(default_factory=dict)


def record_type_named(name: str) -> RecordType:
    """The record type called `name`. Raises InvalidChange when the catalogue has none."""
    found = CATALOGUE.get(name)
    if found is None:
        raise InvalidChange(f"There is no record type {name!r} in the catalogue.")
    return found


def is_id(text: str) -> bool:
    """Whether `text` can serve as an id: 1 to 64 visible ASCII characters."""
    return _ID.fullmatch(text) is not None


def check_id(text: object, what: str) -> str:
    """`text` when it can serve as an id: 1 to 64 visible ASCII characters."""
    if not isinstance(text, str) or not is_id(text):
        raise InvalidChange(f"{what} must be 1 to {_MAX_ID_LENGTH} visible ASCII characters.")
    return str.__str__(text)


def checked_fields(record_type: RecordType, fields: Mapping[str, object]) -> dict[str, object]:
    """The fields in stored form. Raises InvalidChange for an unknown field or an unfit value."""
    if not fields:
        raise InvalidChange(f"A change of a {record_type.name} record names no field.")
    checked: dict[str, object] = {}
    for name, value in fields.items():
        known = record_type.field(name)
        if known is None:
            raise InvalidChange(f"A {record_type.name} record has no field {name!r}.")
        checked[name] = checked_value(record_type, known, value)
    refuse_oversize(checked, record_type.name)
    return checked


def checked_value(record_type: RecordType, field: Field, value: object) -> object:
    """One value in stored form, or None for "no value"."""
    if type(value) is str and field.kind is Kind.TEXT and value.isascii():
        return value  # as nearly always, of the thousands that a feed brings
    where = f"{record_type.name}.{field.name}"
    if value is None:
        if field.required:
            raise InvalidChange(f"{where} must have a value.")
        return None
    match field.kind:
        case Kind.TEXT:
            return _text(value, where)
        case Kind.INTEGER:
            number = _integer(value, where)
            if field.moment and number not in MOMENTS:
                raise InvalidChange(f"{where} is no time of the years 1900 to 2200.")
            return number
        case Kind.REAL:
            return _real(value, where)
        case Kind.JSON:
            if not isinstance(value, Mapping | list | tuple):
                raise InvalidChange(f"{where} takes a JSON object or list, not {_kind(value)}.")
            return plain_json(value, where)


def refuse_missing(record_type: RecordType, fields: Mapping[str, object]) -> None:
    """Raise InvalidChange when a new record would lack a required field."""
    if any(fields.get(name) is None for name in record_type.required):
        missing = [f.name for f in record_type.fields if f.required and fields.get(f.name) is None]
        raise InvalidChange(f"A new {record_type.name} record lacks {', '.join(missing)}.")


def refuse_oversize(fields: Mapping[str, object], what: str) -> None:
    """Raise InvalidChange when the fields together are longer than an op may be."""
    size = len(canonical_json(fields).encode())
    if size > MAX_FIELDS_BYTES:
        raise InvalidChange(
            f"A change of a {what} record has {size} bytes; the limit is {MAX_FIELDS_BYTES}."
        )


def column_value(value: object) -> object:
    """A checked value as SQLite keeps it: JSON documents become text."""
    return canonical_json(value) if isinstance(value, dict | list) else value


def plain_json(value: object, where: str, depth: int = 0) -> object:
    """A copy of a JSON value in plain dicts and lists, with nothing JSON cannot carry."""
    if depth > _MAX_DEPTH:
        raise InvalidChange(f"{where} is nested deeper than {_MAX_DEPTH} levels.")
    match value:
        case None | bool():
            return value
        case str():
            return _text(value, where)
        case int():
            return _integer(value, where)
        case float():
            return _real(value, where)
        case Mapping():
            return {
                _text(key, where): plain_json(inner, where, depth + 1)
                for key, inner in value.items()
            }
        case list() | tuple():
            return [plain_json(inner, where, depth + 1) for inner in value]
    raise InvalidChange(f"{where} holds {_kind(value)}, which JSON cannot carry.")


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise InvalidChange(f"{where} takes text, not {_kind(value)}.")
    text = str.__str__(value)  # the letters alone, when it is a member of a text enum
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidChange(f"{where} has a letter that cannot be written: {error}.") from error
    return text


def _integer(value: object, where: str) -> int:
    if not isinstance(value, int):
        raise InvalidChange(f"{where} takes a whole number, not {_kind(value)}.")
    number = int(value)
    if number not in _INT64:
        raise InvalidChange(f"{where} does not fit into 64 bits.")
    return number


def _real(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidChange(f"{where} takes a number, not {_kind(value)}.")
    try:
        number = float(value)
    except OverflowError as error:
        raise InvalidChange(f"{where} is too large.") from error
    if not math.isfinite(number):
        raise InvalidChange(f"{where} must be a finite number.")
    return number


def _kind(value: object) -> str:
    return type(value).__name__
