"""Finds residents at this hub by what an office knows of them: a name, a telephone, a card.

For whoever must name a resident to a command, which takes the ID alone. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select

from hub.erasure_search import AT_ONCE, batches
from hub.standing import read_records
from hub.tables import record
from offline_sync.catalogue import RESIDENT

_LOOKED_AT: Final = ("preferred_address", "phone", "card_token")


@dataclass(frozen=True, slots=True)
class FoundResident:
    """A resident as the hub shows one: enough to tell two of the same name apart."""

    record_id: str
    village: str
    name: Any
    birth_date: str | None
    address: str | None
    status: str


def find_residents(
    connection: Connection, words: str, village: str | None = None
) -> Iterator[FoundResident]:
    """The residents in whose name, form of address, telephone or card token `words` stand.

    Spaces and capitals do not count. Who was erased is not found.
    """
    wanted = _plain(words)
    of_type = select(record.c.record_id, record.c.bucket).where(
        record.c.record_type == RESIDENT.name
    )
    if village is not None:
        of_type = of_type.where(record.c.bucket == village)
    rows = connection.execute(of_type.order_by(record.c.bucket, record.c.record_id)).all()
    for some in batches(rows, AT_ONCE):
        bucket = {row.record_id: row.bucket for row in some}
        for one in read_records(connection, [(RESIDENT.name, each) for each in bucket]):
            values = {name: msgspec.json.decode(value) for name, value in one.values.items()}
            if values and wanted and any(wanted in _plain(text) for text in _texts(values)):
                yield FoundResident(
                    record_id=one.record_id,
                    village=bucket[one.record_id],
                    name=values.get("name"),
                    birth_date=values.get("birth_date"),
                    address=values.get("address"),
                    status=values.get("status", ""),
                )


def _texts(values: Mapping[str, Any]) -> Iterator[str]:
    name = values.get("name")
    parts = name if isinstance(name, dict) else {}
    yield "".join(str(parts.get(part, "")) for part in ("family", "given"))
    yield from (str(part) for part in parts.values())
    yield from (str(values.get(field) or "") for field in _LOOKED_AT)


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
