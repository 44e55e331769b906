"""The list of revocations, kept outside of the database: which keys and codes count no more.

An older copy of the database would let in again whoever was shut out since. A key that was
withdrawn or replaced is never taken again, nor a code that was used, so this list never has to be
shortened: a kiosk that is let in anew has another key. A revocation is written here before it is
committed; a key that another one replaced, and the code of that, before the kiosk is answered.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, Row, delete, select, text, update

from hub import audit, kept_list
from hub.database import in_batch, reading
from hub.tables import enrolment_code, former_key, kiosk

log = logging.getLogger(__name__)

LIST_NAME: Final = "revocations.jsonl"
_NEVER_AGAIN: Final = text(
    "INSERT INTO former_key (public_key, kiosk_id, ended_ms) VALUES (:key, :kiosk_id, :at_ms)"
    " ON CONFLICT DO NOTHING"
)


class Revoked(msgspec.Struct, frozen=True):
    """What counts no more of a kiosk, since when (ms since 1970 UTC): a key (base64url, empty for
    none) and codes (their SHA-256). When `replaced`, the kiosk itself went on under another key;
    else it was shut out."""

    kiosk_id: str
    public_key: str
    codes: tuple[str, ...]
    at_ms: int
    replaced: bool = False


def add(folder: Path, revoked: Revoked) -> None:
    """Write a revocation down, on the disk when this returns."""
    kept_list.append(folder / LIST_NAME, revoked)


def read(folder: Path) -> list[Revoked]:
    """Every revocation, oldest first. Raises HubError when a line cannot be read."""
    return kept_list.read(folder / LIST_NAME, Revoked)


def list_withdrawn(engine: Engine, folder: Path) -> None:
    """Write down the keys that were replaced and the codes that were used, as far as this database
    knows them and the list does not. Raises HubError when the list cannot be read or added to."""
    listed = read(folder)
    keys = {one.public_key for one in listed}
    codes = {code for one in listed for code in one.codes}
    with reading(engine) as connection:
        replaced = connection.execute(select(former_key)).all()
        used = connection.execute(
            select(enrolment_code).where(enrolment_code.c.used_ms.is_not(None))
        ).all()
    for row in replaced:
        if row.public_key not in keys:
            add(folder, Revoked(row.kiosk_id, row.public_key, (), row.ended_ms, replaced=True))
    for row in used:
        if row.code_sha256 not in codes:
            add(folder, Revoked(row.kiosk_id, "", (row.code_sha256,), row.used_ms, replaced=True))


def revoke_listed(connection: Connection, listed: Iterable[Revoked]) -> list[str]:
    """Shut out again whom this database lets in; gives the names of those that it did not know to
    be shut out."""
    lacked = []
    for one in listed:
        row = connection.execute(select(kiosk).where(kiosk.c.kiosk_id == one.kiosk_id)).first()
        if row is not None and row.revoked_ms is None and _is_meant(one, row):
            connection.execute(
                update(kiosk).where(kiosk.c.kiosk_id == one.kiosk_id).values(revoked_ms=one.at_ms)
            )
            lacked.append(str(row.name))
        # The key that a kiosk has now becomes a former one when another takes its place.
        if one.public_key and (row is None or row.public_key != one.public_key):
            connection.execute(
                _NEVER_AGAIN,
                {"key": one.public_key, "kiosk_id": one.kiosk_id, "at_ms": one.at_ms},
            )
        connection.execute(
            delete(enrolment_code).where(
                enrolment_code.c.code_sha256.in_(one.codes), enrolment_code.c.used_ms.is_(None)
            )
        )
    return lacked


def _is_meant(one: Revoked, row: Row[Any]) -> bool:
    """Whether it is the kiosk as this database knows it that was shut out. One that has another
    key was let in anew; one that has none yet was shut out later, by whatever key it had."""
    if row.public_key is None:
        return not one.replaced
    return bool(row.public_key == one.public_key)


def catch_up(engine: Engine, folder: Path, now_ms: int) -> int:
    """Revoke again what an older database that was put back does not know of; gives how many it
    lacked. To be called before the hub serves."""
    listed = read(folder)

    def job(connection: Connection) -> int:
        lacked = len(revoke_listed(connection, listed))
        if lacked:
            audit.note(connection, "hub", "revoke again", "", {"kiosks": lacked}, now_ms)
        return lacked

    lacked = in_batch(engine, job) if listed else 0
    if lacked:
        log.warning("an older database was put back: %d kiosks are shut out again", lacked)
    list_withdrawn(engine, folder)
    return lacked
