"""Knows in one look the ops that are plainly right: whole new records of a type known here.

Nearly every op is one, and looking at each of its values in turn costs more than all the rest of
taking it. What is not plainly right is not wrong: `hub.checks` looks at it closely and says why.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec

from hub.checks import SURELY_SHORT_ENOUGH, why_not_named
from offline_sync.catalogue import CATALOGUE, CATALOGUE_VERSION, Kind, RecordType
from offline_sync.changes import MOMENTS
from offline_sync.wire import OpLine

_Whole = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_InCalendar = Annotated[int, msgspec.Meta(ge=MOMENTS.start, lt=MOMENTS.stop)]
_Simple = str | _Whole | float | bool | None
# Documents of the catalogue are not nested deeper than this; others are looked at closely.
_Inner = str | _Whole | float | bool | dict[str, _Simple] | list[_Simple] | None
_TYPES: Final[dict[Kind, Any]] = {
    Kind.TEXT: str,
    Kind.INTEGER: _Whole,
    Kind.REAL: float,
    Kind.JSON: dict[str, _Inner] | list[_Inner],
}
_decoders: dict[str, tuple[RecordType, msgspec.json.Decoder[Any]]] = {}


def plainly_begins(op: OpLine) -> bool:
    """Whether these are all the values that a new record needs, each of its kind, and no others,
    under ids that a kiosk can keep."""
    known_type = CATALOGUE.get(op.record_type)
    if known_type is None or op.about.version > CATALOGUE_VERSION or op.about.erased:
        return False
    made = _decoders.get(op.record_type)
    if made is None or made[0] is not known_type:
        made = _decoders[op.record_type] = known_type, _decoder(known_type)
    try:
        made[1].decode(op.fields)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return len(memoryview(op.fields)) <= SURELY_SHORT_ENOUGH and why_not_named(op) is None


def _decoder(record_type: RecordType) -> msgspec.json.Decoder[Any]:
    fields: list[Any] = []
    for field in record_type.fields:
        kind = _InCalendar if field.moment else _TYPES[field.kind]
        fields.append((field.name, kind) if field.required else (field.name, kind | None, None))
    shape = msgspec.defstruct(
        record_type.name, fields, kw_only=True, forbid_unknown_fields=True, gc=False
    )
    return msgspec.json.Decoder(shape)
