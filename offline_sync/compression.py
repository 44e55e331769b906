"""Packs and unpacks what travels between a kiosk and the hub, for both of them.

Zstandard (RFC 8878), and gzip (RFC 1952) where a hub does not take it. A handful of ops says
little that a compressor could learn from, so those are packed with a dictionary that both sides
have. Nothing is unpacked beyond the length that the caller allows: every frame says how long it
is, and one that says nothing, or lies, is refused. This module never trusts what it unpacks.
"""

from __future__ import annotations

import gzip
import zlib
from functools import cache
from importlib.resources import files
from typing import Final

import zstandard

ZSTD: Final = "zstd"
GZIP: Final = "gzip"
PLAIN: Final = "identity"

DICTIONARY: Final = "2026a"
"""The dictionary for short bodies. Its content never changes; a better one gets another name."""

TRICKLE_OPS: Final = 20
"""A push of fewer ops than this is packed with the dictionary."""

_DICTIONARIES: Final = frozenset({DICTIONARY})
_LEVEL: Final = 3
_TRICKLE_LEVEL: Final = 19  # a few kilobytes: the time is not felt, the bytes are
_GZIP: Final = 16 + zlib.MAX_WBITS


class PackingUnknown(ValueError):
    """It is packed in a way, or with a dictionary, that is not known here."""


class PackingDamaged(ValueError):
    """It cannot be unpacked: cut, changed on the way, or not what it says it is."""


class UnpacksTooLarge(ValueError):
    """Unpacked, it would be longer than allowed."""

    def __init__(self, most: int) -> None:
        super().__init__(f"unpacked, this would be longer than {most} bytes")
        self.most = most


def pack(content: bytes, encoding: str, dictionary: str = "") -> bytes:
    """The content as it travels under this Content-Encoding; `dictionary` is for ZSTD alone.

    Raises:
        PackingUnknown: no such encoding, or no such dictionary.
    """
    if encoding == PLAIN:
        return content
    if encoding == GZIP:
        return gzip.compress(content, mtime=0)
    if encoding != ZSTD:
        raise PackingUnknown(f"{encoding!r} is not an encoding that is spoken here")
    if dictionary:
        how = zstandard.ZstdCompressor(
            level=_TRICKLE_LEVEL, dict_data=_dictionary(dictionary), write_checksum=True
        )
    else:
        how = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
    return how.compress(content)


def unpack(content: bytes, encoding: str, most: int, dictionary: str = "") -> bytes:
    """What was packed, if it is at most `most` bytes.

    Raises:
        PackingUnknown: no such encoding, or no such dictionary.
        PackingDamaged: it is cut or changed, or packed with another dictionary than named.
        UnpacksTooLarge: nothing was unpacked beyond the bound.
    """
    if encoding in ("", PLAIN):
        if len(content) > most:
            raise UnpacksTooLarge(most)
        return content
    if encoding == GZIP:
        return _gunzip(content, most)
    if encoding == ZSTD:
        return _unzstd(content, most, dictionary)
    raise PackingUnknown(f"{encoding!r} is not an encoding that is spoken here")


def dictionary_bytes(name: str) -> bytes:
    """A dictionary as it is kept (RFC 8878 section 5).

    Raises:
        PackingUnknown: there is none of this name.
    """
    if name not in _DICTIONARIES:
        raise PackingUnknown(f"there is no dictionary {name!r} here")
    return (files("offline_sync") / "dictionaries" / f"{name}.dict").read_bytes()


@cache
def _dictionary(name: str) -> zstandard.ZstdCompressionDict:
    made = zstandard.ZstdCompressionDict(
        dictionary_bytes(name), dict_type=zstandard.DICT_TYPE_FULLDICT
    )
    made.precompute_compress(level=_TRICKLE_LEVEL)
    return made


def _unzstd(content: bytes, most: int, dictionary: str) -> bytes:
    known = _dictionary(dictionary) if dictionary else None
    try:
        says = zstandard.get_frame_parameters(content)
        if says.content_size == zstandard.CONTENTSIZE_UNKNOWN:
            raise PackingDamaged("it does not say how long it is")
        if says.content_size > most:
            raise UnpacksTooLarge(most)
        if says.dict_id != (known.dict_id() if known else 0):
            raise PackingDamaged("it is packed with another dictionary than it says")
        # The length that the frame says is the room that is made for it: no more is ever written.
        how = zstandard.ZstdDecompressor(dict_data=known)
        return how.decompress(content, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise PackingDamaged(f"it cannot be unpacked: {error}") from error


def _gunzip(content: bytes, most: int) -> bytes:
    how = zlib.decompressobj(_GZIP)
    try:
        plain = how.decompress(content, most + 1)
    except zlib.error as error:
        raise PackingDamaged(f"it cannot be unpacked: {error}") from error
    if len(plain) > most:
        raise UnpacksTooLarge(most)
    if not how.eof or how.unused_data:
        raise PackingDamaged("it is cut, or goes on after its end")
    return plain
