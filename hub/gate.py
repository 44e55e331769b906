"""Decides who may speak: every request of a kiosk is signed, numbered, and taken once.

The signature is checked before a body is read and covers the digest of the body, which is
checked after; the number is used up in the transaction of what the request does, so that a
request which was refused can be sent again and one that was taken cannot. Nothing here logs a
signature or a body.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from sqlalchemy import Connection, Engine, bindparam, select, text, update

from hub.clock import NowMs
from hub.database import reading, writing
from hub.enrolment import EnrolledKiosk, contact_is_stale, note_contact
from hub.meta import read_meta, write_meta
from hub.refused import Refused
from hub.tables import former_key, kiosk, request_number
from offline_sync.answers import LAST_HEADER
from offline_sync.refusals import REPLAYED, REVOKED, SIGNATURE, UNKNOWN
from offline_sync.request_auth import (
    AUTHORIZATION,
    CONTENT_DIGEST,
    KEY_BYTES,
    Claim,
    from_base64url,
    is_signed,
    read_claim,
    read_digest,
)

_FLOOR: Final = "request_floor"
_RAISED_BY: Final = 1 << 32
_STEP_MS: Final = 16
# Made once: a statement that is put together anew costs SQLAlchemy six times as much.
_KIOSK: Final = select(kiosk).where(kiosk.c.kiosk_id == bindparam("of"))
_LAST: Final = select(request_number.c.number).where(
    request_number.c.kiosk_id == bindparam("of"), request_number.c.epoch == bindparam("in_epoch")
)
_USE: Final = text(
    "INSERT INTO request_number (kiosk_id, epoch, number) VALUES (:kiosk_id, :epoch, :number)"
    " ON CONFLICT (kiosk_id, epoch) DO UPDATE SET number = excluded.number"
    " WHERE request_number.number < excluded.number"
)


@dataclass(frozen=True, slots=True)
class Caller:
    """An enrolled kiosk whose signature under this request holds. Its number is not used up yet,
    and of the body only the digest is known."""

    kiosk: EnrolledKiosk
    epoch: str
    number: int
    public_key: str
    body_digest: bytes


class Gate:
    """The one way in for kiosks, over an open database."""

    def __init__(self, engine: Engine, now_ms: NowMs) -> None:
        self._engine = engine
        self._now_ms = now_ms

    def look(self, request: Request) -> Caller:
        """Who sent this, from its head alone.

        Raises:
            Refused: `unknown`, `signature`, `revoked` or `replayed`; nothing was changed.
        """
        claim = read_claim(request.headers.get(AUTHORIZATION, ""))
        digest = read_digest(request.headers.get(CONTENT_DIGEST))
        if claim is None or digest is None:
            raise _unknown()
        with reading(self._engine) as connection:
            caller = _caller(connection, claim, request.method, _target(request), digest)
            last = _last_number(connection, claim)
        if claim.number <= last:
            raise _replayed(last)
        return caller

    def enter(self, request: Request) -> Caller:
        """Who sent a request without a body; its number is used up before the answer.

        Raises:
            Refused: as `look`; nothing was changed.
        """
        caller = self.look(request)
        check_body(caller, b"")
        now = self._now_ms()
        with writing(self._engine) as connection:
            use_number(connection, caller)
            if contact_is_stale(connection, caller.kiosk.kiosk_id, now):
                note_contact(connection, caller.kiosk.kiosk_id, now)
        return caller


def check_body(caller: Caller, body: bytes) -> None:
    """Refuse a body that is not the one which was signed."""
    if not hmac.compare_digest(hashlib.sha256(body).digest(), caller.body_digest):
        raise Refused(401, SIGNATURE, "The body is not the one that was signed.")


def use_number(connection: Connection, caller: Caller) -> None:
    """Take a request: its number, and every lower one of its stream epoch, counts no more.

    To be called first in the transaction of what the request does.

    Raises:
        Refused: another request used it meanwhile, or the kiosk was revoked meanwhile.
    """
    kiosk_id = caller.kiosk.kiosk_id
    used = {"kiosk_id": kiosk_id, "epoch": caller.epoch, "number": caller.number}
    if connection.execute(_USE, used).rowcount != 1:
        last = {"of": kiosk_id, "in_epoch": caller.epoch}
        raise _replayed(connection.execute(_LAST, last).scalar_one())
    row = connection.execute(_KIOSK, {"of": kiosk_id}).one()
    if row.revoked_ms is not None or row.public_key != caller.public_key:
        raise _revoked(caller.kiosk.name)


def raise_numbers(connection: Connection, now_ms: int) -> None:
    """Take no request any more that was sent before now, in a database that does not know which
    numbers were used: every kiosk is told to go on above (`replayed`).

    By 2^32, and by the time in steps of 16 ms: so that a request which came between two restores
    of one backup, at fewer than 60 a second, is not taken after the second either. An epoch that
    the database does not know begins above that number: however many restores there were, a new
    kiosk follows (`offline_sync.request_numbers.FURTHEST`).
    """
    by = _RAISED_BY + max(now_ms, 0) // _STEP_MS
    connection.execute(update(request_number).values(number=request_number.c.number + by))
    write_meta(connection, _FLOOR, str(max(_floor(connection), by)))


def _last_number(connection: Connection, claim: Claim) -> int:
    of = {"of": claim.kiosk_id, "in_epoch": claim.epoch}
    known: int | None = connection.execute(_LAST, of).scalar()
    return _floor(connection) if known is None else known


def _floor(connection: Connection) -> int:
    """The number above which an epoch begins that this database does not know: it may have begun
    after the backup that was restored here."""
    return int(read_meta(connection, _FLOOR) or -1)


def _caller(
    connection: Connection, claim: Claim, method: str, target: str, digest: bytes
) -> Caller:
    row = connection.execute(_KIOSK, {"of": claim.kiosk_id}).first()
    if row is None or row.public_key is None:
        raise _unknown()
    if _fits(claim, row.public_key, method, target, digest):
        if row.revoked_ms is not None:
            raise _revoked(row.name)
        known = EnrolledKiosk(row.kiosk_id, row.name, row.village)
        return Caller(known, claim.epoch, claim.number, row.public_key, digest)
    earlier = select(former_key.c.public_key).where(former_key.c.kiosk_id == claim.kiosk_id)
    for public_key in connection.execute(earlier).scalars():
        if _fits(claim, public_key, method, target, digest):
            raise _revoked(row.name)
    raise Refused(401, SIGNATURE, "The signature is not that of this kiosk.", unread=True)


def _fits(claim: Claim, public_key: str, method: str, target: str, digest: bytes) -> bool:
    key = from_base64url(public_key, KEY_BYTES)
    return key is not None and is_signed(claim, key, method, target, digest)


def _target(request: Request) -> str:
    path: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    return (path + b"?" + query if query else path).decode("latin-1")


def _unknown() -> Refused:
    return Refused(401, UNKNOWN, "No such kiosk is enrolled here.", unread=True)


def _revoked(name: str) -> Refused:
    return Refused(
        403,
        REVOKED,
        f"The district has withdrawn the enrolment of {name} on this computer. Its records stay "
        "here; to send them, the district office has to enrol it anew.",
        unread=True,
    )


def _replayed(last: int) -> Refused:
    return Refused(
        409,
        REPLAYED,
        f"A request with this number, or a higher one, was here already (up to {last}).",
        {LAST_HEADER: str(last)},
        unread=True,
    )
