"""Which kiosks may speak to this hub: enrolment, tokens, blocking.

A token is shown once, when it is made; only its SHA-256 is kept. Nothing here logs a token.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, insert, select, update

from hub.errors import HubError
from hub.tables import kiosk

_MAX_NAME: Final = 80
_CONTACT_STEP_MS: Final = 15_000


class EnrolmentError(HubError):
    """A kiosk cannot be enrolled, blocked or found as asked."""


@dataclass(frozen=True, slots=True)
class EnrolledKiosk:
    """A kiosk that may push and read: its id, its name, and the village whose feed it gets."""

    kiosk_id: str
    name: str
    village: str


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the technician gives to the kiosk, once. No origin: the kiosk keeps the one it has."""

    origin: str | None
    token: str
    village: str


def enrol(
    connection: Connection, name: str, village: str, now_ms: int, *, replace: bool = False
) -> Enrolment:
    """Enrol a kiosk and make its token.

    With `replace`, a kiosk already enrolled under this name gets a new token and a new origin,
    and its old token stops working: for a kiosk whose disk was exchanged.

    Raises:
        EnrolmentError: the name or village cannot be used, or the name is taken.
    """
    name, village = _plain(name, "name"), _plain(village, "village")
    origin, token = secrets.token_hex(16), secrets.token_urlsafe(32)
    known = connection.execute(select(kiosk.c.village).where(kiosk.c.name == name)).first()
    if known is None:
        connection.execute(
            insert(kiosk).values(
                kiosk_id=secrets.token_hex(8),
                name=name,
                village=village,
                token_sha256=_digest(token),
                blocked=0,
                enrolled_ms=now_ms,
            )
        )
    elif not replace:
        raise EnrolmentError(
            f"A kiosk named {name} is enrolled already.",
            "When its token leaked or was lost, use village-hub token; when its disk was "
            "exchanged, add --replace. Another kiosk needs another name.",
        )
    elif known.village != village:
        raise EnrolmentError(
            f"The kiosk {name} belongs to {known.village}.",
            "Enrol it for another village under another name.",
        )
    else:
        connection.execute(
            update(kiosk)
            .where(kiosk.c.name == name)
            .values(token_sha256=_digest(token), blocked=0, enrolled_ms=now_ms)
        )
    return Enrolment(origin, token, village)


def renew_token(connection: Connection, name: str) -> Enrolment:
    """A new token for the same kiosk with the same disk: for a token that leaked or was lost.

    The old token stops working. A blocked kiosk stays blocked.

    Raises:
        EnrolmentError: no kiosk has this name.
    """
    name, token = _plain(name, "name"), secrets.token_urlsafe(32)
    village = connection.execute(select(kiosk.c.village).where(kiosk.c.name == name)).scalar()
    if village is None:
        raise _nobody(name)
    connection.execute(
        update(kiosk).where(kiosk.c.name == name).values(token_sha256=_digest(token))
    )
    return Enrolment(None, token, village)


def set_blocked(connection: Connection, name: str, blocked: bool) -> None:
    """Shut a kiosk out, or let it in again. What it sent before stays.

    Raises:
        EnrolmentError: no kiosk has this name.
    """
    changed = connection.execute(
        update(kiosk).where(kiosk.c.name == name).values(blocked=int(blocked))
    )
    if changed.rowcount == 0:
        raise _nobody(name)


def find_by_token(connection: Connection, token: str) -> EnrolledKiosk | None:
    """The kiosk that this token belongs to; None for a wrong token and for a blocked kiosk."""
    digest = _digest(token)
    row = connection.execute(select(kiosk).where(kiosk.c.token_sha256 == digest)).first()
    if row is None or not hmac.compare_digest(row.token_sha256, digest) or row.blocked:
        return None
    return EnrolledKiosk(row.kiosk_id, row.name, row.village)


def contact_is_stale(connection: Connection, kiosk_id: str, now_ms: int) -> bool:
    """Whether the last contact on the page is old enough to be worth a write."""
    last = connection.execute(
        select(kiosk.c.last_contact_ms).where(kiosk.c.kiosk_id == kiosk_id)
    ).scalar_one()
    return last is None or now_ms - last >= _CONTACT_STEP_MS


def note_contact(connection: Connection, kiosk_id: str, now_ms: int) -> None:
    """This kiosk was heard of just now."""
    connection.execute(
        update(kiosk).where(kiosk.c.kiosk_id == kiosk_id).values(last_contact_ms=now_ms)
    )


def _nobody(name: str) -> EnrolmentError:
    return EnrolmentError(f"No kiosk is named {name}.", "The hub's page lists the names.")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(text: str, what: str) -> str:
    text = unicodedata.normalize("NFC", text).strip()
    if not text or len(text) > _MAX_NAME or any(not letter.isprintable() for letter in text):
        raise EnrolmentError(
            f"This is no usable {what}.", f"Give one of 1 to {_MAX_NAME} printable letters."
        )
    return text
