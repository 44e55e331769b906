"""One exchange with the hub over HTTP: its answer, or a typed error with a next step.

Everything that a bad line, a broken hub or a stranger on the port can do ends in one of the
errors below. Nothing here repeats a request, and no message names a token or a record.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

import httpx

from offline_sync.oplog import Cursor
from offline_sync.reasons import Reason
from offline_sync.refusals import SET_BACK
from offline_sync.wire import (
    MAX_ANSWER_BYTES,
    PUSH_TYPE,
    Refusal,
    SyncAnswer,
    decode_answer,
    decode_refusal,
)

REQUEST_LIMIT_S: Final = 120.0
"""A whole exchange; 500 ops take about 40 s on the slowest link that kiosks have (GPRS)."""

_CONNECT_LIMIT_S: Final = 15.0
_KEPT_OPEN_S: Final = 30.0
_MAX_RETRY_AFTER_S: Final = 3600.0
_CHANGED_ON_THE_WAY: Final = ("wire.cut", "wire.digest", "wire.count", "cut")


class SyncError(Exception):
    """Sync did not go through. Nothing is lost: what has no receipt is sent again."""

    next_step: ClassVar[str] = "The kiosk tries again by itself."
    retry_after_s: float | None = None


class HubUnreachable(SyncError):
    """No connection, or one that was cut or went silent before the answer was whole."""

    next_step = (
        "Records are kept on this kiosk and are sent when the line is back. "
        "If it stays like this for a day, check the network cable or the SIM card."
    )


class NotAHub(SyncError):
    """Something answers at the hub's address, and it is not a hub."""

    next_step = (
        "Check the hub's address in the kiosk's settings, and whether this network shows a "
        "sign-in page of its own. Records are kept on this kiosk."
    )


class HubBusy(SyncError):
    """The hub has trouble of its own or asks to be left alone for a while."""

    next_step = "Nothing to do here: the kiosk tries again by itself. Records are kept."

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class HubRefused(SyncError):
    """The hub does not take anything from this kiosk. `code` is the hub's reason."""

    next_step = (
        "Ask the district office to look at this kiosk's enrolment. Records are kept on this kiosk."
    )

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class HubSetBack(HubRefused):
    """The hub knows less than this kiosk has read from it: an older copy of its database was put
    back. Going on would pass over records in silence, so nothing is sent and nothing is read."""

    next_step = (
        "Tell the district office that its hub is older than what this kiosk has read from it. "
        "Records are kept on this kiosk."
    )


class BatchRefused(SyncError):
    """This batch does not pass as it is; a smaller one may.

    `by_hub` tells the hub's own word from that of something between, which may refuse
    everything and so says nothing about a record. `reason` is what it means for a single op.
    """

    next_step = "The kiosk sends smaller parts by itself. Records are kept."

    def __init__(self, message: str, *, by_hub: bool, reason: Reason) -> None:
        super().__init__(message)
        self.by_hub = by_hub
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Exchange:
    """A hub's answer and the bytes of both bodies, without HTTP's own."""

    answer: SyncAnswer
    bytes_up: int
    bytes_down: int


class HubLink:
    """The connection to one hub, kept open between exchanges."""

    def __init__(self, url: str, token: str, *, limit_s: float = REQUEST_LIMIT_S) -> None:
        """Raises ValueError for an address that is not http(s)://host or a token not for HTTP."""
        try:
            address = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise ValueError(f"{url!r} is not an address: {error}") from error
        if address.scheme not in ("http", "https") or not address.host:
            raise ValueError(f"{url!r} is not an address that begins with http:// or https://")
        if not token.isascii() or not token.isprintable() or not token.strip():
            raise ValueError("the token has letters that a token never has")
        self._limit_s = limit_s
        self._http = httpx.AsyncClient(
            base_url=address,
            # Nothing is unpacked: two kilobytes can unpack to as many gigabytes.
            headers={"Authorization": f"Bearer {token.strip()}", "Accept-Encoding": "identity"},
            timeout=httpx.Timeout(limit_s, connect=min(_CONNECT_LIMIT_S, limit_s)),
            limits=httpx.Limits(max_connections=1, keepalive_expiry=_KEPT_OPEN_S),
            trust_env=False,
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection."""
        await self._http.aclose()

    async def push(self, body: bytes) -> Exchange:
        """Send a whole push (`wire.encode_push`); raises a SyncError."""
        status, headers, content = await self._exchange(
            "POST", "/v1/sync", content=body, headers={"Content-Type": PUSH_TYPE}
        )
        return Exchange(_answer(status, headers, content), len(body), len(content))

    async def pull(self, bucket: str, cursor: Cursor, limit: int | None = None) -> Exchange:
        """Read the next page of the feed, at most `limit` lines of it; raises a SyncError."""
        asked = {"bucket": bucket, "hub": cursor.hub_epoch, "after": cursor.after}
        if limit is not None:
            asked["limit"] = limit
        status, headers, content = await self._exchange("GET", "/v1/feed", params=asked)
        return Exchange(_answer(status, headers, content), 0, len(content))

    async def _exchange(
        self, method: str, path: str, **request: Any
    ) -> tuple[int, httpx.Headers, bytes]:
        content = bytearray()
        try:
            async with (
                asyncio.timeout(self._limit_s),
                self._http.stream(method, path, **request) as response,
            ):
                if "content-encoding" in response.headers:
                    raise NotAHub("What answers at the hub's address packs its words.")
                async for part in response.aiter_raw():
                    content += part
                    if len(content) > MAX_ANSWER_BYTES:
                        raise NotAHub("What answers at the hub's address never stops talking.")
        except httpx.RemoteProtocolError as error:
            # h11 says "illegal ..." for bytes that are not HTTP; its other words mean a cut.
            if "illegal" in str(error):
                raise NotAHub("What answers at the hub's address does not speak HTTP.") from error
            raise HubUnreachable("The connection was cut before the answer was whole.") from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise HubUnreachable("The hub did not answer in time.") from error
        except httpx.ConnectError as error:
            raise HubUnreachable("The hub cannot be reached.") from error
        except httpx.TransportError as error:
            raise HubUnreachable("The connection to the hub was cut.") from error
        return response.status_code, response.headers, bytes(content)


def _answer(status: int, headers: httpx.Headers, content: bytes) -> SyncAnswer:
    if status == httpx.codes.OK:
        answer = decode_answer(content)
        if answer is None:
            raise NotAHub("Another program answers at the hub's address.")
        return answer
    if status >= 500 or status == httpx.codes.TOO_MANY_REQUESTS:
        raise HubBusy(f"The hub is in trouble just now (HTTP {status}).", _retry_after_s(headers))
    refusal = decode_refusal(content)
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        raise BatchRefused(
            "This batch is too large to pass.",
            by_hub=refusal is not None,
            reason=Reason.TOO_LARGE,
        )
    if refusal is None:
        raise NotAHub(f"Another program answers at the hub's address (HTTP {status}).")
    raise _refused(status, refusal)


def _refused(status: int, refusal: Refusal) -> SyncError:
    if refusal.error in _CHANGED_ON_THE_WAY:
        return HubUnreachable("What was sent arrived damaged.")
    if refusal.error == "wire.line":
        return BatchRefused(
            f"The hub cannot read this batch: {refusal.detail}",
            by_hub=True,
            reason=Reason.UNREADABLE,
        )
    if refusal.error == SET_BACK:
        return HubSetBack(refusal.error, refusal.detail)
    return HubRefused(refusal.error, refusal.detail)


def _retry_after_s(headers: httpx.Headers) -> float | None:
    """Seconds to wait. A date is passed over: a kiosk's clock is not good enough for one."""
    wish = headers.get("retry-after", "").strip()
    return min(float(wish), _MAX_RETRY_AFTER_S) if wish.isdecimal() else None
