"""Finds out why a database does not open: wrong key, damage, another's journal. Only reads.

SQLCipher 4 ends every 4,096-byte page with a 16-byte IV and an HMAC-SHA512 over the encrypted
content, the IV and the page number (zetetic.net/sqlcipher/design). One page with a valid HMAC
proves that the key is right, even when the first page, which SQLite reads first, is destroyed.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import struct
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Final

PAGE: Final = 4096
_SALT: Final = 16
_HMAC: Final = 64
_PLAIN_HEADER: Final = b"SQLite format 3\x00"
_SAMPLED_PAGES: Final = 64
_TOO_SHORT_TO_TELL: Final = 64
_JOURNAL_HEADER: Final = 32
_FRAME_HEADER: Final = 24
_BYTE_ORDERS: Final = {0x377F0682: "<", 0x377F0683: ">"}


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


def journal_is_foreign(database: Path, journal: Path, key: bytes) -> bool:
    """Whether the write-ahead journal was written to another database than the one beside it.

    Tells by the first frame that SQLite would take for valid (sqlite.org/fileformat2.html,
    section 4). False where nothing can be told: no valid frame, or a key that does not fit the
    database either.
    """
    if not journal.exists():
        return False
    with journal.open("rb") as file:
        frame = _first_valid_frame(file)
    if frame is None:
        return False
    with database.open("rb") as file:
        first = file.read(PAGE)
    hmac_key = _hmac_key(key, first[:_SALT])
    return _is_signed(first, 1, hmac_key) and not _is_signed(frame[1], frame[0], hmac_key)


def _first_valid_frame(journal: BinaryIO) -> tuple[int, bytes] | None:
    """Number and content of the page in the first frame; None when SQLite would pass it over."""
    header = journal.read(_JOURNAL_HEADER)
    frame = journal.read(_FRAME_HEADER + PAGE)
    if len(header) < _JOURNAL_HEADER or len(frame) < _FRAME_HEADER + PAGE:
        return None
    magic, _, page_size, _, *salts_and_sum = struct.unpack(">8I", header)
    order = _BYTE_ORDERS.get(magic)
    if order is None or page_size != PAGE:
        return None
    number, _, *of_frame = struct.unpack(">6I", frame[:_FRAME_HEADER])
    page = frame[_FRAME_HEADER:]
    header_sum = _journal_sum(header[:24], order, (0, 0))
    frame_sum = _journal_sum(frame[:8] + page, order, header_sum)
    if salts_and_sum[2:] != [*header_sum] or of_frame != [*salts_and_sum[:2], *frame_sum]:
        return None
    return number, page


def _journal_sum(content: bytes, order: str, start: tuple[int, int]) -> tuple[int, int]:
    """The checksum of SQLite's write-ahead journal (same document, section 4.2)."""
    first, second = start
    for one, other in struct.iter_unpack(f"{order}2I", content):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return first, second


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
