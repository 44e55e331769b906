"""Which kiosks may speak to this hub: one-time codes, their keys, revocation.

The hub knows a kiosk by the public half of its key; of a one-time code only the SHA-256 is kept,
so that nobody can speak as a kiosk by what lies in this database. Nothing here logs a code.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from hub.audit import note
from hub.errors import HubError
from hub.refused import Refused
from hub.revocation_list import Revoked
from hub.tables import enrolment_code, former_key, kiosk, origin
from offline_sync.enrolment import (
    EnrolRequest,
    code_digest,
    is_sealed,
    new_code,
    proven_key,
)
from offline_sync.refusals import CODE, CODE_EXPIRED, CODE_USED, KEY, STREAM

DEFAULT_HOURS: Final = 72
LONGEST_HOURS: Final = 24 * 90
_HOUR_MS: Final = 3_600_000
_MAX_NAME: Final = 80
_CONTACT_STEP_MS: Final = 15_000
_LAST_CONTACT: Final = select(kiosk.c.last_contact_ms).where(kiosk.c.kiosk_id == bindparam("of"))


class EnrolmentError(HubError):
    """A kiosk cannot be enrolled, revoked or found as asked."""


@dataclass(frozen=True, slots=True)
class EnrolledKiosk:
    """A kiosk that may push and read: its id, its name, and the village whose feed it gets."""

    kiosk_id: str
    name: str
    village: str


@dataclass(frozen=True, slots=True)
class NewCode:
    """What the technician gives to the kiosk, once, and until when (ms since 1970 UTC)."""

    code: str = field(repr=False)
    village: str
    expires_ms: int
    other_villages: tuple[str, ...] = ()
    """When no other kiosk is of this village: those that there are."""


def offer(
    connection: Connection,
    name: str,
    village: str | None,
    now_ms: int,
    *,
    hours: int = DEFAULT_HOURS,
    replace: bool = False,
    by: str = "office",
) -> NewCode:
    """Make the one-time code of a kiosk; an earlier code of it that was not used counts no more.

    With `replace`, for a kiosk already known by this name: its records go on under a new key,
    and the old key counts no more as soon as the code is used.

    Raises:
        EnrolmentError: the name or village cannot be used, or the name is taken or unknown.
    """
    name = _plain(name, "name")
    known = connection.execute(select(kiosk).where(kiosk.c.name == name)).first()
    if replace:
        if known is None:
            raise _nobody(name)
        if village is not None and _plain(village, "village") != known.village:
            raise EnrolmentError(
                f"The kiosk {name} belongs to {known.village}.",
                "Enrol it for another village under another name.",
            )
        kiosk_id, village = known.kiosk_id, known.village
    else:
        village = _plain(village or "", "village")
        kiosk_id = _begin(connection, name, village, known)
    connection.execute(
        delete(enrolment_code).where(
            enrolment_code.c.kiosk_id == kiosk_id, enrolment_code.c.used_ms.is_(None)
        )
    )
    code, expires_ms = new_code(), now_ms + hours * _HOUR_MS
    connection.execute(
        insert(enrolment_code).values(
            code_sha256=code_digest(code), kiosk_id=kiosk_id, made_ms=now_ms, expires_ms=expires_ms
        )
    )
    note(connection, by, "offer", name, {"replace": replace, "hours": hours}, now_ms)
    return NewCode(code, village, expires_ms, _others(connection, kiosk_id, village))


def redeem(connection: Connection, request: EnrolRequest, now_ms: int) -> EnrolledKiosk:
    """Let in the kiosk that has this code and holds the key that it names.

    The same kiosk with the same code and key is answered again: the first answer may have been
    lost on its way. A revoked kiosk is let in again by a new code, never with its old key.

    Raises:
        Refused: `code`, `code_expired`, `code_used`, `key` or `stream`; nothing was changed.
    """
    offered = _offered(connection, request.code, now_ms)
    if proven_key(request) is None:
        raise Refused(403, KEY, "The kiosk does not prove that it holds its key.")
    if request.sealed_store_key and not is_sealed(request.sealed_store_key):
        raise Refused(403, KEY, "The sealed store key is none.")
    row = connection.execute(select(kiosk).where(kiosk.c.kiosk_id == offered.kiosk_id)).one()
    enrolled = EnrolledKiosk(row.kiosk_id, row.name, row.village)
    if offered.used_ms is not None:
        if (offered.used_by, row.revoked_ms) != (request.public_key, None) or (
            row.public_key != request.public_key
        ):
            raise _used()
        return enrolled
    _refuse_other_stream(connection, request, enrolled)
    _take_key(connection, row, request, now_ms)
    connection.execute(
        update(enrolment_code)
        .where(enrolment_code.c.code_sha256 == offered.code_sha256)
        .values(used_ms=now_ms, used_by=request.public_key)
    )
    detail = {"key": request.public_key, "origin": request.origin, "epoch": request.epoch}
    note(connection, f"kiosk {row.name}", "enrol", row.name, detail, now_ms)
    return enrolled


def sealed_store_key(connection: Connection, code: str, now_ms: int) -> tuple[EnrolledKiosk, str]:
    """The kiosk of a code that was not used, and the store key that it sealed at its enrolment
    (empty when it sealed none). The code stays good.

    Raises:
        Refused: `code`, `code_expired` or `code_used`.
    """
    offered = _offered(connection, code, now_ms)
    if offered.used_ms is not None:
        raise _used()
    row = connection.execute(select(kiosk).where(kiosk.c.kiosk_id == offered.kiosk_id)).one()
    note(connection, f"kiosk {row.name}", "sealed_key_asked", row.name, {}, now_ms)
    return EnrolledKiosk(row.kiosk_id, row.name, row.village), row.sealed_store_key or ""


def revoke(connection: Connection, name: str, now_ms: int, by: str = "office") -> Revoked:
    """Shut a kiosk out for good. What it sent before stays, its codes go. Gives what is to be
    listed outside of the database (`revocation_list.add`) before this is committed.

    Raises:
        EnrolmentError: no kiosk has this name.
    """
    name = _plain(name, "name")
    row = connection.execute(select(kiosk).where(kiosk.c.name == name)).first()
    if row is None:
        raise _nobody(name)
    if row.revoked_ms is None:
        connection.execute(
            update(kiosk).where(kiosk.c.kiosk_id == row.kiosk_id).values(revoked_ms=now_ms)
        )
    codes = connection.execute(
        delete(enrolment_code)
        .where(enrolment_code.c.kiosk_id == row.kiosk_id, enrolment_code.c.used_ms.is_(None))
        .returning(enrolment_code.c.code_sha256)
    ).scalars()
    note(connection, by, "revoke", name, {}, now_ms)
    return Revoked(row.kiosk_id, row.public_key or "", tuple(codes), now_ms)


def kiosk_named(connection: Connection, name: str) -> EnrolledKiosk:
    """The kiosk of this name.

    Raises:
        EnrolmentError: no kiosk has it.
    """
    name = _plain(name, "name")
    row = connection.execute(select(kiosk).where(kiosk.c.name == name)).first()
    if row is None:
        raise _nobody(name)
    return EnrolledKiosk(row.kiosk_id, row.name, row.village)


def contact_is_stale(connection: Connection, kiosk_id: str, now_ms: int) -> bool:
    """Whether the last contact on the page is old enough to be worth a write."""
    last = connection.execute(_LAST_CONTACT, {"of": kiosk_id}).scalar_one()
    return last is None or now_ms - last >= _CONTACT_STEP_MS


def note_contact(connection: Connection, kiosk_id: str, now_ms: int) -> None:
    """This kiosk was heard of just now."""
    connection.execute(
        update(kiosk).where(kiosk.c.kiosk_id == kiosk_id).values(last_contact_ms=now_ms)
    )


def _begin(connection: Connection, name: str, village: str, known: Row[Any] | None) -> str:
    """The id of a kiosk that is not known by this name, or whose first code was never used."""
    if known is None:
        kiosk_id = secrets.token_hex(8)
        connection.execute(insert(kiosk).values(kiosk_id=kiosk_id, name=name, village=village))
        return kiosk_id
    if known.public_key is not None or known.revoked_ms is not None:
        raise EnrolmentError(
            f"A kiosk named {name} is enrolled already.",
            "When it has a new disk or a new computer, or its key is lost, add --replace. "
            "Another kiosk needs another name.",
        )
    connection.execute(
        update(kiosk).where(kiosk.c.kiosk_id == known.kiosk_id).values(village=village)
    )
    return str(known.kiosk_id)


def _offered(connection: Connection, code: str, now_ms: int) -> Row[Any]:
    """The row of a code that still counts, or that was used; locked where rows can be."""
    digest = code_digest(code)
    row = connection.execute(
        select(enrolment_code).where(enrolment_code.c.code_sha256 == digest).with_for_update()
    ).first()
    if row is None or not hmac.compare_digest(row.code_sha256, digest):
        raise Refused(403, CODE, "The hub has made no such code.")
    if row.used_ms is None and row.expires_ms <= now_ms:
        raise Refused(403, CODE_EXPIRED, "This code is no longer good: it was made too long ago.")
    return row


def _refuse_other_stream(
    connection: Connection, request: EnrolRequest, enrolled: EnrolledKiosk
) -> None:
    owner = connection.execute(
        select(kiosk.c.kiosk_id, kiosk.c.name)
        .join(origin, origin.c.kiosk_id == kiosk.c.kiosk_id)
        .where(origin.c.origin == request.origin)
        .limit(1)
    ).first()
    if owner is not None and owner.kiosk_id != enrolled.kiosk_id:
        raise Refused(
            409,
            STREAM,
            f"The records of this kiosk are known here as those of {owner.name}. It needs a code "
            "of that kiosk (village-hub enrol --replace).",
        )


def _take_key(connection: Connection, row: Row[Any], request: EnrolRequest, now_ms: int) -> None:
    key = request.public_key
    revoked_with_it = row.revoked_ms is not None and row.public_key == key
    former = connection.execute(
        select(former_key.c.public_key).where(former_key.c.public_key == key)
    ).first()
    elsewhere = connection.execute(
        select(kiosk.c.kiosk_id).where(kiosk.c.public_key == key, kiosk.c.kiosk_id != row.kiosk_id)
    ).first()
    if revoked_with_it or former is not None or elsewhere is not None:
        raise Refused(403, KEY, "This key was withdrawn, or is another kiosk's.")
    if row.public_key is not None and row.public_key != key:
        connection.execute(
            insert(former_key).values(
                public_key=row.public_key, kiosk_id=row.kiosk_id, ended_ms=now_ms
            )
        )
    connection.execute(
        update(kiosk)
        .where(kiosk.c.kiosk_id == row.kiosk_id)
        .values(
            public_key=key,
            enrolled_ms=now_ms,
            revoked_ms=None,
            sealed_store_key=request.sealed_store_key or None,
        )
    )


def _used() -> Refused:
    return Refused(403, CODE_USED, "This code has been used; a code lets one kiosk in once.")


def _others(connection: Connection, kiosk_id: str, village: str) -> tuple[str, ...]:
    """The villages of the other kiosks, when this one is of none of them."""
    known = set(
        connection.execute(select(kiosk.c.village).where(kiosk.c.kiosk_id != kiosk_id)).scalars()
    )
    return () if village in known else tuple(sorted(known))


def _nobody(name: str) -> EnrolmentError:
    return EnrolmentError(
        f"No kiosk is named {name}.", "village-hub kiosks --data DIR lists the names."
    )


def _plain(text: str, what: str) -> str:
    text = unicodedata.normalize("NFC", text).strip()
    if not 1 <= len(text) <= _MAX_NAME or not text.isprintable():
        raise EnrolmentError(
            f"This is no usable {what}.", f"Give one of 1 to {_MAX_NAME} printable letters."
        )
    return text
