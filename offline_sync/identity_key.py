"""The key with which this kiosk signs its requests: an Ed25519 key (RFC 8032) of its own.

It is kept beside the key of the store, by the same kinds of provider and apart from the
database, so that neither the database nor a backup of it lets anybody speak as this kiosk. A key
is made for one enrolment, in files of its own name; it is never overwritten and never logged.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from nacl.signing import SigningKey

from offline_sync.database import sync_directory
from offline_sync.errors import SigningKeyMissing
from offline_sync.keys import FileKeyProvider, KeyProvider, Tpm2KeyProvider, keep_key

_CREDENTIAL: Final = "smart-village-kiosk-signing"
_FILE: Final = re.compile(r"signing-([0-9a-f]{16})\.key(\.tpm2)?")


class KeySigner:
    """Signs with a key in memory. It never shows the key."""

    __slots__ = ("_key",)

    def __init__(self, seed: bytes) -> None:
        """`seed` is the private half: 32 bytes."""
        self._key = SigningKey(seed)

    @property
    def public_key(self) -> bytes:
        """The 32 bytes by which its signatures are checked."""
        return bytes(self._key.verify_key)

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of a signature over `message`."""
        return self._key.sign(message).signature


def new_signer() -> KeySigner:
    """A signer with a new key that nobody keeps."""
    return KeySigner(secrets.token_bytes(32))


def load_signer(folder: Path, key_name: str) -> KeySigner:
    """The signer whose key is kept in `folder` under the name that the enrolment gave it.

    Raises:
        SigningKeyMissing: it is not there.
        KeyUnreadable, KeyUnsafe: it is there, and must not or cannot be used.
    """
    for provider in _providers(folder, key_name):
        seed = provider.load()
        if seed is not None:
            return KeySigner(seed)
    raise SigningKeyMissing("The key with which this kiosk signs what it sends is not here.")


def make_signer(folder: Path, used: str | None) -> tuple[str, KeySigner]:
    """A key for a new enrolment, with its name; it is on the disk when this returns.

    One that was made before and that no enrolment uses yet is taken again, because its enrolment
    may have reached the hub without an answer. `used` is the name of the key in use.
    """
    for name in key_names(folder):
        if name != used:
            return name, load_signer(folder, name)
    name = secrets.token_hex(8)
    seed = secrets.token_bytes(32)
    keep_key(_providers(folder, name), seed)
    return name, KeySigner(seed)


def remove_unused(folder: Path, used: str) -> None:
    """Delete the keys of earlier enrolments: the hub takes nothing that they sign any more."""
    for path in _files(folder):
        if _name(path) != used:
            path.unlink(missing_ok=True)
    sync_directory(folder)


def key_names(folder: Path) -> list[str]:
    """The names of the keys that are kept in `folder`."""
    return sorted({_name(path) for path in _files(folder)})


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if _FILE.fullmatch(path.name)]


def _name(path: Path) -> str:
    return path.name.partition(".")[0].removeprefix("signing-")


def _providers(folder: Path, key_name: str) -> Sequence[KeyProvider]:
    file = f"signing-{key_name}.key"
    return (
        Tpm2KeyProvider(folder / f"{file}.tpm2", credential=_CREDENTIAL),
        FileKeyProvider(folder / file),
    )
