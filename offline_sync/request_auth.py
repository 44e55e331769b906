"""How a kiosk signs its requests and how the hub reads the signature, shared by both.

A signature covers the method, the whole target, the kiosk, its stream epoch, the number of the
request and the digest of the body as it is sent: none of them can be changed on the way, and a
request that was captured is worth nothing, because its number was used. This module never keeps
a key and never decides who may do what; that a number is new is the hub's to know.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final, Protocol

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

AUTHORIZATION: Final = "Authorization"
CONTENT_DIGEST: Final = "Content-Digest"
"""RFC 9530, with the one algorithm `sha-256`."""

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
LARGEST_NUMBER: Final = 2**53
"""Numbers of requests stay inside what every JSON reader can hold."""

_CLAIM: Final = re.compile(
    r'Village kiosk="([0-9A-Za-z_-]{1,64})", epoch="([0-9A-Za-z_-]{1,64})",'
    r' n="([1-9][0-9]{0,15})", signature="([0-9A-Za-z_-]{86})"'
)
_DIGEST: Final = re.compile(r"sha-256=:([0-9A-Za-z+/]{43}=):")
_NOTHING: Final = hashlib.sha256(b"").digest()


class Signer(Protocol):
    """Whoever holds an Ed25519 key (RFC 8032) and signs with it."""

    @property
    def public_key(self) -> bytes:
        """The 32 bytes by which its signatures are checked."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of a signature over `message`."""
        ...


@dataclass(frozen=True, slots=True)
class Claim:
    """Who a request says it is from; nothing of it holds before `is_signed` says so."""

    kiosk_id: str
    epoch: str
    number: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class Identity:
    """A kiosk as its hub knows it: the id that the enrolment gave, and its key."""

    kiosk_id: str
    signer: Signer

    def headers(
        self, method: str, target: str, epoch: str, number: int, body: bytes | None = None
    ) -> dict[str, str]:
        """The headers of one request.

        `target` is the path with its query, exactly as it is sent; `number` has never been used
        in this stream epoch; `body` is as it is sent, packed, or None when there is none.
        """
        digest = _NOTHING if body is None else hashlib.sha256(body).digest()
        message = signed_bytes(method, target, self.kiosk_id, epoch, number, digest)
        signature = base64url(self.signer.sign(message))
        headers = {
            AUTHORIZATION: f'Village kiosk="{self.kiosk_id}", epoch="{epoch}", n="{number}", '
            f'signature="{signature}"'
        }
        if body is not None:
            headers[CONTENT_DIGEST] = f"sha-256=:{base64.b64encode(digest).decode()}:"
        return headers


def signed_bytes(
    method: str, target: str, kiosk_id: str, epoch: str, number: int, body_digest: bytes
) -> bytes:
    """What the signature of a request is over. None of the parts can hold a line break."""
    parts = (
        *("village request 1", method, target),
        *(kiosk_id, epoch, str(number), body_digest.hex()),
    )
    return "\n".join(parts).encode("utf-8", "surrogatepass")


def read_claim(authorization: str) -> Claim | None:
    """The claim in an Authorization header; None when it is not one."""
    found = _CLAIM.fullmatch(authorization)
    if found is None or int(found[3]) > LARGEST_NUMBER:
        return None
    signature = from_base64url(found[4], SIGNATURE_BYTES)
    return None if signature is None else Claim(found[1], found[2], int(found[3]), signature)


def read_digest(content_digest: str | None) -> bytes | None:
    """The SHA-256 that a Content-Digest header names, that of no body without the header; None
    for a header that is not one."""
    if content_digest is None:
        return _NOTHING
    found = _DIGEST.fullmatch(content_digest)
    return None if found is None else base64.b64decode(found[1])


def is_signed(
    claim: Claim, public_key: bytes, method: str, target: str, body_digest: bytes
) -> bool:
    """Whether the holder of `public_key` signed this very request."""
    message = signed_bytes(method, target, claim.kiosk_id, claim.epoch, claim.number, body_digest)
    return is_signature(claim.signature, message, public_key)


def is_signature(signature: bytes, message: bytes, public_key: bytes) -> bool:
    """Whether `signature` is one by the holder of `public_key` over `message` (Ed25519)."""
    try:
        VerifyKey(public_key).verify(message, signature)
    except (CryptoError, ValueError, TypeError):
        return False
    return True


def base64url(content: bytes) -> str:
    """Base64 for addresses and headers, without padding (RFC 4648 section 5)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def from_base64url(text: str, length: int) -> bytes | None:
    """The bytes behind `base64url`; None unless the text is the one way to write `length` bytes."""
    try:
        content = base64.b64decode(f"{text}{'=' * (-len(text) % 4)}", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if len(content) == length and base64url(content) == text else None
