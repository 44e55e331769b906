"""Says whether an op can be applied, by the record catalogue. Changes nothing, asks no database.

Only what can never be right is refused. An op of a newer catalogue than this hub's may name
types and fields that are not known yet: those are kept and passed on as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from offline_sync.catalogue import CATALOGUE, CATALOGUE_VERSION, Kind, Merge


def why_not(record_type: str, version: int, fields: Mapping[str, Any]) -> str | None:
    """Why this op must be put aside, or None when it can be applied."""
    if not fields:
        return "it sets no field"
    if "" in fields or any(len(name) > 128 for name in fields):
        return "a field has no usable name"
    newer = version > CATALOGUE_VERSION
    known_type = CATALOGUE.get(record_type)
    if known_type is None:
        return None if newer else f"unknown record type {record_type!r}"
    for name, value in fields.items():
        field = known_type.field(name)
        if field is None:
            if not newer:
                return f"unknown field {record_type}.{name}"
        elif value is None:
            if field.required:
                return f"{record_type}.{name} may not be empty"
        elif not _fits(field.kind, value):
            return f"{record_type}.{name} is not {field.kind}"
    return None


def policy(record_type: str, name: str) -> Merge:
    """How two versions of a field are merged; a field not known yet follows the later change."""
    known_type = CATALOGUE.get(record_type)
    field = known_type.field(name) if known_type is not None else None
    return field.merge if field is not None else Merge.LAST_WRITE


def _fits(kind: Kind, value: Any) -> bool:
    match kind:
        case Kind.TEXT:
            return isinstance(value, str)
        case Kind.INTEGER:
            whole = isinstance(value, int) and not isinstance(value, bool)
            return whole and -(2**63) <= value < 2**63
        case Kind.REAL:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Kind.JSON:
            return True
