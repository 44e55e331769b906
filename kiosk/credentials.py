"""Passphrases and PINs: what is accepted, how they are kept, how they are checked.

Both are kept as argon2id hashes in the encrypted store, never synced, never logged. A PIN
has a million values, so its hash protects nobody by itself: it only gives back a screen
within a shift that a passphrase has opened (`kiosk.shifts`).
"""

from __future__ import annotations

import base64
import secrets
import unicodedata
from itertools import pairwise
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.low_level import ARGON2_VERSION, Type

# OWASP ASVS 5.0 appendix C asks for t=2 with m >= 19 MiB; 46 MiB takes about 80 ms here.
_HASHER: Final = PasswordHasher(
    time_cost=2, memory_cost=46 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID
)

PASSPHRASE_MIN: Final = 8
PASSPHRASE_MAX: Final = 128
PIN_DIGITS: Final = 6


class SecretRefused(ValueError):
    """A new passphrase or PIN cannot be used; `code` for the page, `next_step` for the person."""

    def __init__(self, code: str, next_step: str) -> None:
        super().__init__(next_step)
        self.code = code
        self.next_step = next_step


def check_new_passphrase(passphrase: str, name: str) -> None:
    """Length is what counts: any characters, none of them required.

    Raises:
        SecretRefused: too short, too long, or the worker's own name.
    """
    text = _normal(passphrase)
    if len(text) < PASSPHRASE_MIN:
        raise SecretRefused(
            "passphrase_short", f"Choose a passphrase of {PASSPHRASE_MIN} characters or more."
        )
    if len(text) > PASSPHRASE_MAX:
        raise SecretRefused(
            "passphrase_long", f"Choose a passphrase of at most {PASSPHRASE_MAX} characters."
        )
    if len(set(text)) == 1 or text.casefold() == _normal(name).casefold():
        raise SecretRefused(
            "passphrase_easy", "Choose words that are not a name and not one repeated character."
        )


def check_new_pin(pin: str) -> None:
    """Six digits, and not the ones that everybody tries first.

    Raises:
        SecretRefused: not six digits, one digit repeated, or a run such as 123456.
    """
    if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        raise SecretRefused("pin_digits", f"Choose a PIN of {PIN_DIGITS} digits.")
    steps = {int(later) - int(earlier) for earlier, later in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise SecretRefused(
            "pin_easy", "Choose a PIN that is not one digit repeated and not a run like 123456."
        )


def hash_secret(secret: str) -> str:
    """The argon2id hash to keep."""
    return _HASHER.hash(_normal(secret))


def matches(kept_hash: str, secret: str) -> bool:
    """Whether `secret` is the one that `kept_hash` was made from. Takes about 80 ms."""
    try:
        return _HASHER.verify(kept_hash, _normal(secret[:PASSPHRASE_MAX]))
    except VerifyMismatchError:
        return False


def unmatchable_hash() -> str:
    """What no secret fits, at the price of a real hash to compare with and none to make."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).rstrip(b"=").decode()
        for size in (_HASHER.salt_len, _HASHER.hash_len)
    )
    cost = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${cost}${salt}${digest}"


def is_outdated(kept_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept_hash)


def _normal(text: str) -> str:
    # One passphrase typed on two keyboards (full width, composed accents) stays one passphrase.
    return unicodedata.normalize("NFKC", text)
