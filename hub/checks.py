"""Says whether an op can be applied, by the record catalogue. Changes nothing, asks no database.

Only what no kiosk could apply is refused. An op of a newer catalogue than this hub's may name
types and fields that are not known yet: those are kept and passed on as they are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from offline_sync.catalogue import CATALOGUE, CATALOGUE_VERSION, Kind
from offline_sync.changes import MAX_FIELDS_BYTES, MOMENTS, is_id, plain_json, refuse_oversize
from offline_sync.errors import InvalidChange
from offline_sync.reasons import Reason
from offline_sync.wire import OpLine

SURELY_SHORT_ENOUGH: Final = MAX_FIELDS_BYTES // 8
"""Fields that were sent in so many bytes need not be measured as the catalogue measures them:
written canonically, a number or a letter may be longer, but not so much."""


def why_not_named(line: OpLine) -> str | None:
    """Why this op must be put aside whatever it sets, or None: no kiosk could keep what has such
    an id, and no person could read it."""
    names = {
        "id": line.op_id,
        "record type": line.record_type,
        "record id": line.record_id,
        "author": line.about.by,
    }
    for what, text in names.items():
        if not is_id(text):
            return Reason.BAD_NAME.saying(f"its {what} is not 1 to 64 visible ASCII characters")
    return None


def why_not(
    record_type: str, version: int, fields: Mapping[str, Any], size: int | None = None
) -> str | None:
    """Why this op must be put aside (`Reason.saying`), or None when it can be applied.

    `size` is the length in bytes of the fields as they were sent, where that is known: few are
    so long that they have to be measured.
    """
    if not fields:
        return Reason.MISSING_FIELD.saying("it sets no field")
    if "" in fields or any(len(name) > 128 for name in fields):
        return Reason.UNKNOWN_FIELD.saying("a field has no usable name")
    newer = version > CATALOGUE_VERSION
    known_type = CATALOGUE.get(record_type)
    if known_type is None and not newer:
        return Reason.UNKNOWN_TYPE.saying(f"unknown record type {record_type!r}")
    known_fields = known_type.by_name if known_type is not None else {}
    for name, value in fields.items():
        field = known_fields.get(name)
        if field is None:
            where = f"{record_type}.{name}"
            if not newer:
                return Reason.UNKNOWN_FIELD.saying(f"unknown field {where}")
            if not _is_plain(value):
                return Reason.WRONG_KIND.saying(f"{where} is nothing that can be kept")
        elif value is None:
            if field.required:
                return Reason.MISSING_FIELD.saying(f"{record_type}.{name} may not be empty")
        elif not _fits(field.kind, value):
            return Reason.WRONG_KIND.saying(f"{record_type}.{name} is not {field.kind}")
        elif field.moment and value not in MOMENTS:
            words = f"{record_type}.{name} is no time of the years 1900 to 2200"
            return Reason.IMPOSSIBLE_TIME.saying(words)
    if size is None or size > SURELY_SHORT_ENOUGH:
        try:
            refuse_oversize(fields, record_type)
        except InvalidChange as error:
            return Reason.TOO_LARGE.saying(str(error))
    return None


def why_not_new(record_type: str, version: int, fields: Mapping[str, Any]) -> str | None:
    """Why this op cannot begin a record, or None when it can.

    An edit whose record never arrived, or was put aside itself, would be a record without its
    beginning at every other kiosk. A newer catalogue may ask for other fields: it is let through.
    """
    known_type = CATALOGUE.get(record_type)
    if known_type is None or version > CATALOGUE_VERSION:
        return None
    if known_type.required <= fields.keys() and None not in fields.values():
        return None
    missing = [f.name for f in known_type.fields if f.required and fields.get(f.name) is None]
    if not missing:
        return None
    words = f"the record is not known here and its {', '.join(missing)} is missing"
    return Reason.MISSING_FIELD.saying(words)


def _fits(kind: Kind, value: Any) -> bool:
    if kind is Kind.TEXT:
        return isinstance(value, str)
    match kind:
        case Kind.INTEGER:
            whole = isinstance(value, int) and not isinstance(value, bool)
            return whole and -(2**63) <= value < 2**63
        case Kind.REAL:
            return _is_finite(value)
        case Kind.JSON:
            return isinstance(value, dict | list) and _is_plain(value)


def _is_finite(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _is_plain(value: Any) -> bool:
    """Whether a kiosk can keep the document: numbers in 64 bits, nested within reason."""
    try:
        plain_json(value, "")
    except InvalidChange:
        return False
    return True
