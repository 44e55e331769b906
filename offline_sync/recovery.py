"""How the key of a lost computer's store reaches a new one: sealed on the whole way.

The new computer asks with a key of its own; the office opens what the old one had sealed to the
district, and seals it to the new one. Files are carried by people, so each says what is wrong with
it. Nothing here is printed or logged, and nothing writes a store key into a file in clear.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from offline_sync.enrolment import KEY_BYTES
from offline_sync.request_auth import base64url, from_base64url


class Asked(msgspec.Struct, frozen=True):
    """A new computer asks for the store key of the kiosk `name`: what that kiosk sealed, and the
    public key of the asker. Both are base64url."""

    name: str
    village: str
    sealed_store_key: str
    opened_for: str


class Recovery(msgspec.Struct, frozen=True):
    """The private half of the district's recovery key, as the office keeps it."""

    recovery_key: str


class Opened(msgspec.Struct, frozen=True):
    """The store key, sealed to the computer that asked for it."""

    store_key: str


class NotOpened(ValueError):
    """A file is not what it should be, or a key does not open what it was given."""


_T = TypeVar("_T", bound=msgspec.Struct)


def ask(private_key: bytes, name: str, village: str, sealed_store_key: str) -> str:
    """What the new computer writes for the office; `private_key` stays on it."""
    public = bytes(PrivateKey(private_key).public_key)
    asked = Asked(name, village, sealed_store_key, base64url(public))
    return msgspec.json.encode(asked).decode()


def open_for_asker(asked: str, recovery: str) -> str:
    """Open what the lost kiosk sealed with the district's key, and seal it to who asked.

    Raises:
        NotOpened: one of the files is not what it should be, or the recovery key does not fit.
    """
    question = _read(asked, Asked, "the question of village-kiosk recover")
    private = _key(_read(recovery, Recovery, "a recovery key").recovery_key, "the recovery key")
    asker = _key(question.opened_for, "the key of the computer that asked")
    store_key = _open(
        question.sealed_store_key,
        private,
        f"This recovery key does not open what {question.name} sealed.",
    )
    sealed = base64url(bytes(SealedBox(PublicKey(asker)).encrypt(store_key)))
    return msgspec.json.encode(Opened(sealed)).decode()


def opened_store_key(opened: str, private_key: bytes) -> bytes:
    """The store key from what the office gave back.

    Raises:
        NotOpened: it is not that, or was opened for another computer or another question.
    """
    answer = _read(opened, Opened, "what village-hub unseal wrote")
    why = "This was opened for another computer, or for an earlier question of this one."
    store_key = _open(answer.store_key, private_key, why)
    if len(store_key) != KEY_BYTES:
        raise NotOpened("What the office opened is not the key of a store.")
    return store_key


def _open(sealed: str, private_key: bytes, why_not: str) -> bytes:
    content = _content(sealed)
    try:
        return bytes(SealedBox(PrivateKey(private_key)).decrypt(content))
    except CryptoError as error:
        raise NotOpened(why_not) from error


def _content(sealed: str) -> bytes:
    content = from_base64url(sealed, len(sealed) * 3 // 4)
    return b"" if content is None else content


def _key(text: str, what: str) -> bytes:
    key = from_base64url(text, KEY_BYTES)
    if key is None:
        raise NotOpened(f"The file does not hold {what}.")
    return key


def _read(text: str, kind: type[_T], what: str) -> _T:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise NotOpened(f"The file does not hold {what}.") from error
