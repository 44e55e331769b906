"""What a kiosk asks a hub before that hub knows it: its keys, to be let in, a sealed key.

One short question and one short answer each, over HTTP; an error is one of those of the sync
(`hub_link`). Nothing here keeps anything, and no message names a code or a key.
"""

from __future__ import annotations

from typing import Final, TypeVar

import httpx
import msgspec

from offline_sync.answers import HUB_NAME, decode_refusal
from offline_sync.enrolment import (
    ENROL_PATH,
    HUB_PATH,
    MAX_ENROL_BYTES,
    SEALED_KEY_PATH,
    EnrolAnswer,
    EnrolRequest,
    HubKeys,
    SealedKeyAnswer,
    SealedKeyRequest,
)
from offline_sync.hub_errors import HubBusy, HubRefused, HubUnreachable, NotAHub

_LIMIT_S: Final = 30.0
_T = TypeVar("_T", HubKeys, EnrolAnswer, SealedKeyAnswer)


def ask_keys(url: str) -> HubKeys:
    """The public keys of the hub at this address; raises a SyncError, or ValueError for an
    address that can never work."""
    return _ask(url, "GET", HUB_PATH, None, HubKeys)


def ask_to_enrol(url: str, request: EnrolRequest) -> EnrolAnswer:
    """Be let in; raises as `ask_keys`."""
    return _ask(url, "POST", ENROL_PATH, request, EnrolAnswer)


def ask_sealed_key(url: str, code: str) -> SealedKeyAnswer:
    """The sealed store key of the kiosk that this one-time code is for; raises as `ask_keys`."""
    return _ask(url, "POST", SEALED_KEY_PATH, SealedKeyRequest(code), SealedKeyAnswer)


def hub_address(url: str) -> httpx.URL:
    """The address; raises ValueError for what is none."""
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(f"{url!r} is not an address: {error}") from error
    if address.scheme not in ("http", "https") or not address.host:
        raise ValueError(f"{url!r} is not an address that begins with http:// or https://")
    return address


def _ask(
    url: str, method: str, path: str, said: EnrolRequest | SealedKeyRequest | None, kind: type[_T]
) -> _T:
    content = bytearray()
    body = None if said is None else msgspec.json.encode(said)
    try:
        with (
            httpx.Client(
                base_url=hub_address(url),
                # Nothing is unpacked: two kilobytes can unpack to as many gigabytes.
                headers={"Accept-Encoding": "identity", "Content-Type": "application/json"},
                timeout=_LIMIT_S,
                trust_env=False,
                follow_redirects=False,
            ) as http,
            http.stream(method, path, content=body) as response,
        ):
            for part in response.iter_raw():
                content += part
                if len(content) > MAX_ENROL_BYTES:
                    raise NotAHub("Another program answers at the hub's address.")
    except httpx.ConnectError as error:
        raise HubUnreachable("The hub cannot be reached.") from error
    except httpx.TimeoutException as error:
        raise HubUnreachable("The hub did not answer in time.") from error
    except httpx.TransportError as error:
        raise HubUnreachable("The connection was cut before the answer was whole.") from error
    return _answer(response.status_code, bytes(content), kind)


def _answer(status: int, content: bytes, kind: type[_T]) -> _T:
    if status == httpx.codes.OK:
        try:
            answer = msgspec.json.decode(content, type=kind)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise NotAHub("Another program answers at the hub's address.") from error
        if answer.hub != HUB_NAME:
            raise NotAHub("Another program answers at the hub's address.")
        return answer
    refusal = decode_refusal(content)
    if status == httpx.codes.TOO_MANY_REQUESTS and refusal is not None:
        raise HubBusy(refusal.detail)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise HubBusy(f"The hub is in trouble just now (HTTP {status}).")
    if refusal is None:
        raise NotAHub(f"Another program answers at the hub's address (HTTP {status}).")
    raise HubRefused(refusal.error, refusal.detail)
