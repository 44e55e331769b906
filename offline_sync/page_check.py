"""Finds out why a database does not open: wrong key, damage, or no database at all. Only reads.

SQLCipher 4 ends every 4,096-byte page with a 16-byte IV and an HMAC-SHA512 over the encrypted
content, the IV and the page number (zetetic.net/sqlcipher/design). One page with a valid HMAC
proves that the key is right, even when the first page, which SQLite reads first, is destroyed.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Final

PAGE: Final = 4096
_SALT: Final = 16
_HMAC: Final = 64
_PLAIN_HEADER: Final = b"SQLite format 3\x00"
_SAMPLED_PAGES: Final = 64
_TOO_SHORT_TO_TELL: Final = 64


class Verdict(Enum):
    """What a file that does not open is."""

    PLAIN_DATABASE = "an unencrypted SQLite database"
    SOMETHING_ELSE = "not an encrypted database"
    CUT_OFF = "shorter than one page"
    DAMAGED = "the key fits some pages, others are damaged"
    WRONG_KEY = "no page fits the key"


def examine(path: Path, key: bytes) -> Verdict:
    """Look at the beginning and at up to 64 pages spread over the file."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        first = file.read(PAGE)
        if first.startswith(_PLAIN_HEADER):
            return Verdict.PLAIN_DATABASE
        if size < PAGE:
            return Verdict.CUT_OFF if _looks_encrypted(first) else Verdict.SOMETHING_ELSE
        pages = _sample(file, size // PAGE)
    hmac_key = _hmac_key(key, first[:_SALT])
    if any(_is_signed(page, number, hmac_key) for number, page in pages):
        return Verdict.DAMAGED
    if _looks_encrypted(first):
        return Verdict.WRONG_KEY
    if any(_looks_encrypted(page) for _, page in pages):
        return Verdict.DAMAGED  # the beginning, with the salt, was overwritten
    return Verdict.SOMETHING_ELSE


def _sample(file: BinaryIO, page_count: int) -> list[tuple[int, bytes]]:
    step = max(1, page_count // _SAMPLED_PAGES)
    pages = []
    for number in range(1, page_count + 1, step):
        file.seek((number - 1) * PAGE)
        pages.append((number, file.read(PAGE)))
    return pages


def _hmac_key(key: bytes, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", key, bytes(byte ^ 0x3A for byte in salt), 2, 32)


def _is_signed(page: bytes, number: int, hmac_key: bytes) -> bool:
    content = page[_SALT if number == 1 else 0 : PAGE - _HMAC]
    expected = hmac.digest(hmac_key, content + number.to_bytes(4, "little"), "sha512")
    return hmac.compare_digest(expected, page[PAGE - _HMAC :])


def _looks_encrypted(content: bytes) -> bool:
    """Whether nearly as many different bytes occur as in random ones; text has far fewer."""
    expected = 256 * (1 - math.exp(-len(content) / 256))
    return len(content) >= _TOO_SHORT_TO_TELL and len(set(content)) >= 0.75 * expected
