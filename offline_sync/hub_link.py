"""One exchange with the hub over HTTP, signed and numbered: its answer, or a typed error.

Everything that a bad line, a broken hub or a stranger on the port can do ends in one of the
errors of `hub_errors`. A request is repeated only where the hub has said that it did not take it:
under a higher number, or packed in another way. Nothing is unpacked beyond a bound.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self

import httpx
import msgspec

from offline_sync import refusals
from offline_sync.answers import (
    HUB_NAME,
    LAST_HEADER,
    MAX_ANSWER_BYTES,
    Refusal,
    SyncAnswer,
    decode_answer,
    decode_refusal,
)
from offline_sync.compression import (
    DICTIONARY,
    GZIP,
    PLAIN,
    TRICKLE_OPS,
    ZSTD,
    PackingDamaged,
    PackingUnknown,
    UnpacksTooLarge,
    pack,
    unpack,
)
from offline_sync.hub_errors import (
    BatchRefused,
    HubBusy,
    HubForked,
    HubRefused,
    HubRevoked,
    HubSetBack,
    HubUnreachable,
    NotAHub,
    SnapshotNeeded,
    SyncError,
)
from offline_sync.oplog import Cursor
from offline_sync.reasons import Reason
from offline_sync.receipts import WITNESS_PATH, Witness, WitnessAnswer
from offline_sync.request_auth import Identity
from offline_sync.wire import DICTIONARY_HEADER, PUSH_TYPE

REQUEST_LIMIT_S: Final = 120.0
"""A whole exchange; 500 ops take about 40 s on the slowest link that kiosks have (GPRS)."""

SYNC_PATH: Final = "/v1/sync"
FEED_PATH: Final = "/v1/feed"
_CONNECT_LIMIT_S: Final = 15.0
_KEPT_OPEN_S: Final = 30.0
_MAX_RETRY_AFTER_S: Final = 3600.0
_CHANGED_ON_THE_WAY: Final = ("wire.cut", "wire.digest", "wire.count", "cut")
_PACKINGS: Final = ((ZSTD, DICTIONARY), (ZSTD, ""), (GZIP, ""), (PLAIN, ""))
"""How a push is packed: from the best to what every hub takes. The dictionary is for few ops."""
_DOWNLOADED: Final = frozenset({200, 206, 416})


Meanwhile = Callable[[], Awaitable[None]]


class RequestNumbers(Protocol):
    """Where the numbers of requests come from: none is ever given twice in one epoch."""

    async def next(self) -> tuple[str, int]:
        """The stream epoch and the next number in it. May raise a StoreError, and whatever says
        that there are no more: that is for whoever began the request."""
        ...

    async def go_above(self, last: int) -> None:
        """The hub has seen `last` in this epoch: the next numbers are higher, and stay so."""
        ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """A hub's answer and the bytes of both bodies, without HTTP's own."""

    answer: SyncAnswer
    bytes_up: int
    bytes_down: int


@dataclass(frozen=True, slots=True)
class Download:
    """An answer whose body is still coming. `headers` are by lower-case name."""

    status: int
    headers: Mapping[str, str]
    parts: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class _Said:
    """What came back, and how many bytes of body went up for it."""

    status: int
    headers: httpx.Headers
    content: bytes
    bytes_up: int


class _Parts:
    """A body that is still coming, all of it within a time.

    The timer runs only while a part is waited for. One that ran on while the part is worked with
    would cancel that work, or, left behind by an error, whatever its task does later.
    """

    def __init__(self, response: httpx.Response, limit_s: float) -> None:
        self._raw = response.aiter_raw()
        self._until_s = asyncio.get_running_loop().time() + limit_s

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        with _line_trouble():
            async with asyncio.timeout_at(self._until_s):
                return await anext(self._raw)


@dataclass(frozen=True, slots=True)
class _Sending(httpx.AsyncByteStream):
    """A body, and what is to be done as soon as all of it is on its way."""

    body: bytes
    meanwhile: Meanwhile

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.body
        await self.meanwhile()


class HubLink:
    """The connection to one hub, kept open between exchanges."""

    def __init__(
        self,
        url: str,
        identity: Identity,
        numbers: RequestNumbers,
        *,
        limit_s: float = REQUEST_LIMIT_S,
    ) -> None:
        """Raises ValueError for an address that is not http(s)://host."""
        try:
            address = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise ValueError(f"{url!r} is not an address: {error}") from error
        if address.scheme not in ("http", "https") or not address.host:
            raise ValueError(f"{url!r} is not an address that begins with http:// or https://")
        self._identity = identity
        self._numbers = numbers
        self._limit_s = limit_s
        self._packing = 0
        self._http = httpx.AsyncClient(
            base_url=address,
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

    @property
    def kiosk_id(self) -> str:
        """Whose requests these are."""
        return self._identity.kiosk_id

    async def push(self, body: bytes, ops: int, meanwhile: Meanwhile | None = None) -> Exchange:
        """Send a whole push of so many ops (`wire.encode_push`); raises a SyncError.

        `meanwhile` is done while the hub is at work, as often as the push has to be sent.
        """
        while True:
            encoding, dictionary = _PACKINGS[self._packing]
            if ops >= TRICKLE_OPS:
                dictionary = ""
            headers = {"Content-Type": PUSH_TYPE, "Content-Encoding": encoding}
            if dictionary:
                headers[DICTIONARY_HEADER] = dictionary
            packed = pack(body, encoding, dictionary)
            said = await self._exchange(
                "POST", SYNC_PATH, meanwhile, content=packed, headers=headers
            )
            if not _is_about_packing(said) or self._packing == len(_PACKINGS) - 1:
                return _exchanged(said)
            # Where the dictionary was not used, the step without it would be the same again.
            self._packing += 1 if dictionary or self._packing else 2

    async def pull(
        self,
        bucket: str,
        cursor: Cursor,
        limit: int | None = None,
        *,
        own: bool = False,
        receipt: str = "",
    ) -> Exchange:
        """Read the next page of the feed, at most `limit` lines of it, with `own` also what this
        kiosk sent; `receipt` is what `receipts.shown_with_a_pull` says. Raises a SyncError."""
        asked: dict[str, str | int] = {
            "bucket": bucket,
            "hub": cursor.hub_epoch,
            "after": cursor.after,
        }
        if limit is not None:
            asked["limit"] = limit
        if own:
            asked["own"] = 1
        if receipt:
            asked["receipt"] = receipt
        return _exchanged(await self._exchange("GET", FEED_PATH, params=asked))

    async def bear_witness(self, witness: Witness) -> str:
        """Show a hub what it once said; gives the history that it goes on with. Raises a
        SyncError."""
        body = msgspec.json.encode(witness)
        headers = {"Content-Type": "application/json"}
        said = await self._exchange("POST", WITNESS_PATH, content=body, headers=headers)
        if said.status != httpx.codes.OK:
            raise _trouble(said.status, said.headers, said.content)
        try:
            answer = msgspec.json.decode(said.content, type=WitnessAnswer)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise NotAHub("Another program answers at the hub's address.") from error
        if answer.hub != HUB_NAME:
            raise NotAHub("Another program answers at the hub's address.")
        return answer.hub_epoch

    @asynccontextmanager
    async def download(
        self, path: str, query: Mapping[str, str | int], headers: Mapping[str, str]
    ) -> AsyncIterator[Download]:
        """Ask for `path`; gives an answer of status 200, 206 or 416. Raises a SyncError, also
        while its parts are read."""
        identity = {**headers, "Accept-Encoding": "identity"}
        with _line_trouble():
            for last_try in (False, True):
                request = await self._request("GET", path, params=query, headers=identity)
                async with asyncio.timeout(self._limit_s):
                    response = await self._http.send(request, stream=True)
                try:
                    if response.status_code in _DOWNLOADED:
                        parts = _Parts(response, self._limit_s)
                        yield Download(response.status_code, response.headers, parts)
                        return
                    async with asyncio.timeout(self._limit_s):
                        content = await _read(response)
                finally:
                    await response.aclose()
                if last_try or not await self._numbered_anew(response, content):
                    raise _trouble(response.status_code, response.headers, content)

    async def _exchange(
        self, method: str, path: str, meanwhile: Meanwhile | None = None, **what: Any
    ) -> _Said:
        what.setdefault("headers", {})["Accept-Encoding"] = ZSTD
        with _line_trouble():
            said = await self._once(method, path, meanwhile, **what)
            if await self._numbered_anew(said, said.content):
                said = await self._once(method, path, meanwhile, **what)
        return said

    async def _once(
        self, method: str, path: str, meanwhile: Meanwhile | None, **what: Any
    ) -> _Said:
        request = await self._request(method, path, **what)
        if meanwhile is not None:
            request.stream = _Sending(what["content"], meanwhile)
        async with asyncio.timeout(self._limit_s):
            response = await self._http.send(request, stream=True)
            try:
                content = await _read(response)
            finally:
                await response.aclose()
        sent = len(what.get("content") or b"")
        return _Said(response.status_code, response.headers, content, sent)

    async def _request(self, method: str, path: str, **what: Any) -> httpx.Request:
        request = self._http.build_request(method, path, **what)
        epoch, number = await self._numbers.next()
        target = request.url.raw_path.decode("latin-1")
        request.headers.update(
            self._identity.headers(method, target, epoch, number, what.get("content"))
        )
        return request

    async def _numbered_anew(self, said: httpx.Response | _Said, content: bytes) -> bool:
        """Whether the hub took the request for a repeated one, and the numbers are above now."""
        status = said.status if isinstance(said, _Said) else said.status_code
        if status != httpx.codes.CONFLICT:
            return False
        refusal = decode_refusal(content)
        last = said.headers.get(LAST_HEADER, "")
        if refusal is None or refusal.error != refusals.REPLAYED or not last.isdecimal():
            return False
        await self._numbers.go_above(int(last[:16]))
        return True


@contextmanager
def _line_trouble() -> Iterator[None]:
    """What a line can do, as errors with a next step."""
    try:
        yield
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


async def _read(response: httpx.Response) -> bytes:
    content = bytearray()
    async for part in response.aiter_raw():
        content += part
        if len(content) > MAX_ANSWER_BYTES:
            raise NotAHub("What answers at the hub's address never stops talking.")
    return bytes(content)


def _is_about_packing(said: _Said) -> bool:
    if said.status == httpx.codes.UNSUPPORTED_MEDIA_TYPE:
        return True
    refusal = decode_refusal(said.content) if said.status == httpx.codes.BAD_REQUEST else None
    return refusal is not None and refusal.error == refusals.PACKING


def _exchanged(said: _Said) -> Exchange:
    if said.status != httpx.codes.OK:
        raise _trouble(said.status, said.headers, said.content)
    try:
        content = unpack(
            said.content, said.headers.get("content-encoding", "").lower(), MAX_ANSWER_BYTES
        )
    except PackingUnknown as error:
        raise NotAHub("What answers at the hub's address packs its words.") from error
    except UnpacksTooLarge as error:
        raise NotAHub("What answers at the hub's address never stops talking.") from error
    except PackingDamaged as error:
        raise HubUnreachable("The hub's answer arrived damaged.") from error
    answer = decode_answer(content)
    if answer is None:
        raise NotAHub("Another program answers at the hub's address.")
    return Exchange(answer, said.bytes_up, len(said.content))


def _trouble(status: int, headers: httpx.Headers, content: bytes) -> SyncError:
    if status >= 500 or status == httpx.codes.TOO_MANY_REQUESTS:
        return HubBusy(f"The hub is in trouble just now (HTTP {status}).", _retry_after_s(headers))
    refusal = decode_refusal(content)
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        return BatchRefused(
            "This batch is too large to pass.",
            by_hub=refusal is not None,
            reason=Reason.TOO_LARGE,
        )
    if refusal is None:
        return NotAHub(f"Another program answers at the hub's address (HTTP {status}).")
    return _refused(refusal)


def _refused(refusal: Refusal) -> SyncError:
    if refusal.error in _CHANGED_ON_THE_WAY:
        return HubUnreachable("What was sent arrived damaged.")
    if refusal.error == "wire.line":
        return BatchRefused(
            f"The hub cannot read this batch: {refusal.detail}",
            by_hub=True,
            reason=Reason.UNREADABLE,
        )
    if refusal.error == refusals.SNAPSHOT:
        return SnapshotNeeded(refusal.detail)
    kind = _KIND_OF_REFUSAL.get(refusal.error, HubRefused)
    return kind(refusal.error, refusal.detail)


_KIND_OF_REFUSAL: Final[Mapping[str, type[HubRefused]]] = {
    refusals.SET_BACK: HubSetBack,
    refusals.FORK: HubForked,
    refusals.REVOKED: HubRevoked,
}


def _retry_after_s(headers: httpx.Headers) -> float | None:
    """Seconds to wait. A date is passed over: a kiosk's clock is not good enough for one."""
    wish = headers.get("retry-after", "").strip()
    return min(float(wish), _MAX_RETRY_AFTER_S) if wish.isdecimal() else None


__all__ = [
    "REQUEST_LIMIT_S",
    "BatchRefused",
    "Download",
    "Exchange",
    "HubBusy",
    "HubLink",
    "HubRefused",
    "HubSetBack",
    "HubUnreachable",
    "NotAHub",
    "RequestNumbers",
    "SyncError",
]
