"""Packing: what is packed comes out the same, and nothing unpacks beyond its bound."""

from __future__ import annotations

import tracemalloc

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from offline_sync.compression import (
    DICTIONARY,
    GZIP,
    PLAIN,
    ZSTD,
    PackingDamaged,
    PackingUnknown,
    UnpacksTooLarge,
    dictionary_bytes,
    pack,
    unpack,
)
from tools.train_dictionary import measured

MOST = 1024 * 1024
WAYS = [(PLAIN, ""), (GZIP, ""), (ZSTD, ""), (ZSTD, DICTIONARY)]
TEXT = b'{"resident_id":"r1","contact":"home"}\n' * 50


@pytest.mark.parametrize(("encoding", "dictionary"), WAYS)
@given(content=st.binary(max_size=2_000))
def test_what_is_packed_comes_out_the_same(encoding: str, dictionary: str, content: bytes) -> None:
    packed = pack(content, encoding, dictionary)
    assert unpack(packed, encoding, MOST, dictionary) == content


@pytest.mark.parametrize(("encoding", "dictionary"), WAYS)
def test_exactly_the_bound_is_unpacked_and_one_byte_more_is_not(
    encoding: str, dictionary: str
) -> None:
    packed = pack(TEXT, encoding, dictionary)
    assert unpack(packed, encoding, len(TEXT), dictionary) == TEXT
    with pytest.raises(UnpacksTooLarge):
        unpack(packed, encoding, len(TEXT) - 1, dictionary)


@pytest.mark.parametrize("encoding", [GZIP, ZSTD])
def test_a_bomb_is_refused_without_the_memory_it_asks_for(encoding: str) -> None:
    bomb = pack(bytes(200 * MOST), encoding)
    assert len(bomb) < MOST
    tracemalloc.start()
    try:
        with pytest.raises(UnpacksTooLarge):
            unpack(bomb, encoding, MOST)
        assert tracemalloc.get_traced_memory()[1] < 4 * MOST
    finally:
        tracemalloc.stop()


def test_a_frame_that_lies_about_its_length_or_says_none_is_refused() -> None:
    honest = zstandard.ZstdCompressor(write_content_size=True).compress(bytes(70_000))
    # Frame header: magic, descriptor, then (single segment) the length in the next four bytes.
    at = honest.index((70_000).to_bytes(4, "little"))
    for said in (60_000, 80_000):
        lying = honest[:at] + said.to_bytes(4, "little") + honest[at + 4 :]
        with pytest.raises(PackingDamaged):
            unpack(lying, ZSTD, MOST)
    silent = zstandard.ZstdCompressor(write_content_size=False).compress(bytes(70_000))
    with pytest.raises(PackingDamaged, match="how long"):
        unpack(silent, ZSTD, MOST)


@pytest.mark.parametrize(("encoding", "dictionary"), WAYS[1:])
def test_a_cut_anywhere_and_anything_behind_the_end_is_noticed(
    encoding: str, dictionary: str
) -> None:
    packed = pack(TEXT, encoding, dictionary)
    for length in range(len(packed)):
        with pytest.raises(PackingDamaged):
            unpack(packed[:length], encoding, MOST, dictionary)
    with pytest.raises(PackingDamaged):
        unpack(packed + b"more", encoding, MOST, dictionary)


@pytest.mark.parametrize("dictionary", ["", DICTIONARY])
def test_a_changed_byte_is_noticed(dictionary: str) -> None:
    packed = pack(TEXT, ZSTD, dictionary)
    for place in range(len(packed)):
        damaged = bytearray(packed)
        damaged[place] ^= 0x55
        try:
            assert unpack(bytes(damaged), ZSTD, MOST, dictionary) == TEXT
        except (PackingDamaged, UnpacksTooLarge):
            continue


def test_another_dictionary_than_named_is_told() -> None:
    with pytest.raises(PackingDamaged, match="dictionary"):
        unpack(pack(TEXT, ZSTD, DICTIONARY), ZSTD, MOST)
    with pytest.raises(PackingDamaged, match="dictionary"):
        unpack(pack(TEXT, ZSTD), ZSTD, MOST, DICTIONARY)
    for name in ("2031b", "../keys", "2026a.dict"):
        with pytest.raises(PackingUnknown):
            unpack(pack(TEXT, ZSTD), ZSTD, MOST, name)


def test_another_encoding_is_told() -> None:
    for encoding in ("br", "gzip, gzip", "deflate"):
        with pytest.raises(PackingUnknown):
            unpack(TEXT, encoding, MOST)
        with pytest.raises(PackingUnknown):
            pack(TEXT, encoding)


@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_unpacked_or_refused(content: bytes) -> None:
    for encoding, dictionary in WAYS[1:]:
        try:
            unpack(content, encoding, MOST, dictionary)
        except (PackingDamaged, UnpacksTooLarge):
            continue


def test_the_dictionary_is_the_one_that_every_kiosk_and_hub_has() -> None:
    # Never made anew under this name: what one packed with it another could not unpack.
    assert len(dictionary_bytes(DICTIONARY)) == 16_384
    assert zstandard.ZstdCompressionDict(dictionary_bytes(DICTIONARY)).dict_id() == 0x56494C41


def test_a_few_ops_take_far_fewer_bytes_with_the_dictionary() -> None:
    for found in measured().values():
        assert found["zstd with dictionary"] < 0.7 * found["zstd"]
