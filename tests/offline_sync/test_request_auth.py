"""A signature under a request: over all of it, read by one grammar, and by nobody else's key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_sync.identity_key import new_signer
from offline_sync.request_auth import (
    AUTHORIZATION,
    CONTENT_DIGEST,
    LARGEST_NUMBER,
    Identity,
    base64url,
    from_base64url,
    is_signed,
    read_claim,
    read_digest,
)

SIGNER = new_signer()
ME = Identity("0123456789abcdef", SIGNER)


@given(
    method=st.sampled_from(["GET", "POST"]),
    target=st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), max_size=60),
    number=st.integers(1, LARGEST_NUMBER),
    body=st.none() | st.binary(max_size=300),
)
def test_what_was_signed_is_read_as_it_was_meant(
    method: str, target: str, number: int, body: bytes | None
) -> None:
    headers = ME.headers(method, target, "e1", number, body)
    claim = read_claim(headers[AUTHORIZATION])
    digest = read_digest(headers.get(CONTENT_DIGEST))
    assert claim is not None
    assert digest is not None
    assert (claim.kiosk_id, claim.epoch, claim.number) == (ME.kiosk_id, "e1", number)
    assert is_signed(claim, SIGNER.public_key, method, target, digest)
    assert not is_signed(claim, SIGNER.public_key, method, f"{target}x", digest)
    assert not is_signed(claim, new_signer().public_key, method, target, digest)
    assert not is_signed(claim, b"short", method, target, digest)


GOOD = ME.headers("GET", "/", "e1", 5)[AUTHORIZATION]


@pytest.mark.parametrize(
    "spoilt",
    [
        "",
        GOOD.lower(),
        f" {GOOD}",
        f"{GOOD} ",
        GOOD.replace('n="5"', 'n="05"'),
        GOOD.replace('n="5"', 'n="0"'),
        GOOD.replace('n="5"', 'n="-5"'),
        GOOD.replace('n="5"', f'n="{LARGEST_NUMBER + 1}"'),
        GOOD.replace('n="5"', 'n="٥"'),
        GOOD.replace('epoch="e1"', 'epoch=""'),
        GOOD.replace('epoch="e1"', 'epoch="e\n1"'),
        GOOD.replace('"e1", n', '"e1",n'),
        GOOD[:-2] + '"',
        GOOD + ", more=1",
        GOOD.replace("0123456789abcdef", "x" * 65),
    ],
)
def test_a_header_of_any_other_form_is_none(spoilt: str) -> None:
    assert read_claim(GOOD) is not None
    assert read_claim(spoilt) is None


@pytest.mark.parametrize(
    "spoilt", ["", "sha-256=", "sha-256=::", "md5=:AAAA:", "sha-256=:" + "A" * 44 + ":", "x"]
)
def test_a_digest_of_any_other_form_is_none(spoilt: str) -> None:
    assert read_digest(spoilt) is None
    assert read_digest(None) is not None, "no body has its digest"


@given(st.binary(max_size=100))
def test_bytes_have_one_spelling(content: bytes) -> None:
    text = base64url(content)
    assert from_base64url(text, len(content)) == content
    assert from_base64url(text, len(content) + 1) is None
    assert from_base64url(f"{text}=", len(content)) is None
    assert from_base64url(f"{text}\n", len(content)) is None


def test_a_signer_shows_no_key() -> None:
    seed = bytes(range(32))
    assert seed.hex() not in repr(SIGNER)
    assert not hasattr(SIGNER, "__dict__")
