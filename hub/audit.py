"""The hub's audit: who did what to which record or kiosk, and when. Only ever added to.

It holds ids, counts and reasons as a person gave them, never a value of a record. Each row's digest
covers the one before it, so that a row taken out or changed shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from hub.errors import HubError
from hub.postgres import is_postgres
from hub.tables import audit
from offline_sync.canonical import canonical_json, parse_json

_START: Final = "0" * 64
_MAX_WORDS: Final = 500


@dataclass(frozen=True, slots=True)
class Note:
    """One row. `at_ms` is ms since 1970 UTC by the hub's clock."""

    no: int
    at_ms: int
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]


class AuditBroken(HubError):
    """A row of the audit was changed or taken out."""


def note(
    connection: Connection,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, Any],
    now_ms: int,
) -> None:
    """Add a row, in the transaction of what it tells of.

    `subject` is an id or the name of a kiosk, `detail` holds counts, ids and given reasons.
    """
    if is_postgres(connection.engine):
        # The rows are numbered and chained, so that two writers take turns.
        connection.exec_driver_sql("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE")
    last = connection.execute(
        select(audit.c.no, audit.c.digest).order_by(audit.c.no.desc()).limit(1)
    ).first()
    no, before = (1, _START) if last is None else (last.no + 1, last.digest)
    row = (no, now_ms, actor[:_MAX_WORDS], action, subject, canonical_json(detail))
    names = ("no", "at_ms", "actor", "action", "subject", "detail")
    connection.execute(
        insert(audit).values(**dict(zip(names, row, strict=True)), digest=_digest(before, row))
    )


def read(connection: Connection) -> Iterator[Note]:
    """Every row, oldest first.

    Raises:
        AuditBroken: at the first row that does not follow the one before it.
    """
    before, expected = _START, 1
    for row in connection.execute(select(audit).order_by(audit.c.no)):
        content = (row.no, row.at_ms, row.actor, row.action, row.subject, row.detail)
        if row.no != expected or _digest(before, content) != row.digest:
            raise AuditBroken(
                f"Row {expected} of the audit is not as it was written.",
                "Somebody has changed the hub's database by hand: compare it with a backup.",
            )
        before, expected = row.digest, expected + 1
        detail = parse_json(row.detail)
        yield Note(*content[:5], detail if isinstance(detail, dict) else {})


def _digest(before: str, row: tuple[Any, ...]) -> str:
    return hashlib.sha256(f"{before}\n{canonical_json(list(row))}".encode()).hexdigest()
