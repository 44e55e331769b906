"""The list of revocations, kept outside of the database: which keys and codes count no more.

An older copy of the database would let in again whoever was shut out since. A key that was
withdrawn is never taken again, so this list never has to be shortened: a kiosk that is let in anew
has another key. It is written before the revocation itself is committed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine, delete, select, update

from hub import audit, kept_list
from hub.database import in_batch
from hub.tables import enrolment_code, kiosk

log = logging.getLogger(__name__)

LIST_NAME: Final = "revocations.jsonl"


class Revoked(msgspec.Struct, frozen=True):
    """One revocation: the kiosk's id, its key (base64url, empty when it had none yet), the SHA-256
    of its codes that nobody had used, and when (ms since 1970 UTC)."""

    kiosk_id: str
    public_key: str
    codes: tuple[str, ...]
    at_ms: int


def add(folder: Path, revoked: Revoked) -> None:
    """Write a revocation down, on the disk when this returns."""
    kept_list.append(folder / LIST_NAME, revoked)


def read(folder: Path) -> list[Revoked]:
    """Every revocation, oldest first. Raises HubError when a line cannot be read."""
    return kept_list.read(folder / LIST_NAME, Revoked)


def revoke_listed(connection: Connection, listed: Iterable[Revoked]) -> int:
    """Shut out again whom this database lets in; gives how many it did not know to be revoked."""
    lacked = 0
    for one in listed:
        row = connection.execute(select(kiosk).where(kiosk.c.kiosk_id == one.kiosk_id)).first()
        # One that has another key by now was let in anew.
        counts = row is not None and (row.public_key or "") == one.public_key
        if row is not None and counts and row.revoked_ms is None:
            connection.execute(
                update(kiosk).where(kiosk.c.kiosk_id == one.kiosk_id).values(revoked_ms=one.at_ms)
            )
            lacked += 1
        connection.execute(
            delete(enrolment_code).where(
                enrolment_code.c.code_sha256.in_(one.codes), enrolment_code.c.used_ms.is_(None)
            )
        )
    return lacked


def catch_up(engine: Engine, folder: Path, now_ms: int) -> int:
    """Revoke again what an older database that was put back does not know of; gives how many it
    lacked. To be called before the hub serves."""
    listed = read(folder)

    def job(connection: Connection) -> int:
        lacked = revoke_listed(connection, listed)
        if lacked:
            audit.note(connection, "hub", "revoke again", "", {"kiosks": lacked}, now_ms)
        return lacked

    lacked = in_batch(engine, job) if listed else 0
    if lacked:
        log.warning("an older database was put back: %d kiosks are shut out again", lacked)
    return lacked
