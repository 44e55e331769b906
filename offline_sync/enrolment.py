"""What a kiosk and its hub say to each other when the kiosk is let in, shared by both.

The kiosk makes its own key and proves that it holds it; the one-time code says which kiosk it is.
Nothing here is kept or sent: this module only knows the words.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Annotated, Final

import msgspec
from nacl.bindings import crypto_box_SEALBYTES
from nacl.public import PublicKey, SealedBox

from offline_sync.request_auth import Signer, base64url, from_base64url, is_signature

ENROL_PATH: Final = "/v1/enrol"
HUB_PATH: Final = "/v1/hub"
SEALED_KEY_PATH: Final = "/v1/sealed-key"
MAX_ENROL_BYTES: Final = 8 * 1024

KEY_BYTES: Final = 32
_CODE_BYTES: Final = 16
_CODE_DIGITS: Final = 26
_GROUPS: Final = re.compile(".{1,4}")
# Base32 as Douglas Crockford wrote it down: no letter that is taken for a digit.
_DIGITS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_SEALED_BYTES: Final = KEY_BYTES + crypto_box_SEALBYTES

_Short = Annotated[str, msgspec.Meta(max_length=128)]
_Sealed = Annotated[str, msgspec.Meta(max_length=256)]


class EnrolRequest(msgspec.Struct, frozen=True):
    """A kiosk asks to be let in. Keys and proof are base64url.

    `sealed_store_key` is empty when the district has no recovery key.
    """

    code: _Short
    public_key: _Short
    origin: _Short
    epoch: _Short
    sealed_store_key: _Sealed
    proof: _Short


class EnrolAnswer(msgspec.Struct, frozen=True):
    """What the kiosk keeps: who it is, and the hub that signs its receipts."""

    hub: str
    kiosk_id: str
    name: str
    village: str
    hub_key: str
    hub_epoch: str
    recovery_key: str


class HubKeys(msgspec.Struct, frozen=True):
    """What anybody may know of a hub: the keys by which it is known. An empty recovery key: the
    district has made none."""

    hub: str
    hub_key: str
    recovery_key: str


class SealedKeyRequest(msgspec.Struct, frozen=True):
    """A new computer asks for the sealed store key of the kiosk that it takes the place of."""

    code: _Short


class SealedKeyAnswer(msgspec.Struct, frozen=True):
    """The key as that kiosk sealed it to the district's recovery key."""

    hub: str
    name: str
    village: str
    sealed_store_key: str


def new_code() -> str:
    """A one-time code of 128 random bits, in groups that a person can type."""
    number = int.from_bytes(secrets.token_bytes(_CODE_BYTES))
    digits = [_DIGITS[number >> 5 * place & 31] for place in range(_CODE_DIGITS)]
    return "-".join(_GROUPS.findall("".join(digits)))


def code_digest(code: str) -> str:
    """SHA-256 of a code (hex), however it was typed: small letters, no dashes, O for 0."""
    plain = code.upper().translate(_READ_AS)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def enrol_request(
    signer: Signer, code: str, origin: str, epoch: str, sealed_store_key: str
) -> EnrolRequest:
    """The request, with the proof that this kiosk holds the key that it names."""
    public_key = base64url(signer.public_key)
    proof = signer.sign(_proven(code, public_key, origin, epoch, sealed_store_key))
    return EnrolRequest(code, public_key, origin, epoch, sealed_store_key, base64url(proof))


def proven_key(request: EnrolRequest) -> bytes | None:
    """The public key of a request whose sender holds its private half; None otherwise."""
    key = from_base64url(request.public_key, KEY_BYTES)
    proof = from_base64url(request.proof, 64)
    if key is None or proof is None:
        return None
    message = _proven(
        request.code, request.public_key, request.origin, request.epoch, request.sealed_store_key
    )
    return key if is_signature(proof, message, key) else None


def seal_for(recovery_key: str, store_key: bytes) -> str:
    """The store's key, to be opened only with the private half of the recovery key.

    Raises ValueError when the recovery key is none.
    """
    key = from_base64url(recovery_key, KEY_BYTES)
    if key is None:
        raise ValueError("the recovery key of the hub is not a key")
    return base64url(SealedBox(PublicKey(key)).encrypt(store_key))


def is_sealed(text: str) -> bool:
    """Whether the text can be a sealed store key."""
    return from_base64url(text, _SEALED_BYTES) is not None


def _proven(code: str, public_key: str, origin: str, epoch: str, sealed: str) -> bytes:
    parts = ("village enrol 1", code_digest(code), public_key, origin, epoch, sealed)
    return msgspec.json.encode(parts)
