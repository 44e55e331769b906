"""Receives the body of a push, within limits of length and time.

Who is not enrolled is answered before anything is read, so that a stranger can neither fill the
hub's memory nor hold its connections for long.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import Response
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from hub.refused import Refused
from offline_sync.compression import (
    DICTIONARY,
    ZSTD,
    PackingDamaged,
    PackingUnknown,
    UnpacksTooLarge,
    unpack,
)
from offline_sync.refusals import ENCODING, PACKING
from offline_sync.wire import DICTIONARY_HEADER, MAX_BODY_BYTES

CLOSE: Final = {"Connection": "close"}
_STRANGER_S: Final = 2


class TooLong(Exception):
    """The body is longer than the bytes that this may have."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class TooSlow(Exception):
    """The body did not come in time."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the hub waits for the next part of a body, and for all of it."""

    part_s: float = 60
    whole_s: float = 180


async def read_body(request: Request, patience: Patience, most: int) -> bytes:
    """The whole body, of at most `most` bytes.

    What is too long is read on for a while and dropped, because a kiosk that is cut off while it
    sends would not see the answer.

    Raises:
        TooLong: after it was read on.
        TooSlow: the connection is to be closed.
    """
    body = bytearray()
    came = 0
    try:
        async with asyncio.timeout(patience.whole_s):
            async for part in _parts(request, patience.part_s):
                came += len(part)
                if came <= most:
                    body += part
                elif came > 4 * most:
                    break
    except TimeoutError as error:
        raise TooSlow from error
    if came > most:
        raise TooLong(most)
    return bytes(body)


def unpacked(request: Request, body: bytes, most: int) -> bytes:
    """What the body was before the kiosk packed it, of at most `most` bytes. To be called after
    the body's signature was checked: nothing of a stranger's is ever unpacked.

    Raises:
        TooLong: it would be longer.
        Refused: `encoding` or `wire.packing`.
    """
    encoding = request.headers.get("content-encoding", "").strip().lower()
    dictionary = request.headers.get(DICTIONARY_HEADER, "").strip()
    try:
        return unpack(body, encoding, most, dictionary)
    except UnpacksTooLarge as error:
        raise TooLong(most) from error
    except PackingUnknown as error:
        known = {"Accept-Encoding": f"{ZSTD}, gzip", DICTIONARY_HEADER: DICTIONARY}
        raise Refused(415, ENCODING, f"This hub cannot take it: {error}.", known) from error
    except PackingDamaged as error:
        raise Refused(400, PACKING, f"This cannot be read: {error}.") from error


async def _parts(request: Request, part_s: float) -> AsyncIterator[bytes]:
    stream = request.stream()
    while True:
        async with asyncio.timeout(part_s):
            part = await anext(stream, None)
        if part is None:
            return
        yield part


class AnswerToStranger(Response):
    """An answer that is sent at once and closes the connection. What is still arriving is dropped
    unread for a moment, as a connection that is cut loses the answer on its way."""

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        super().init_headers({**(headers or {}), **CLOSE})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        came = 0
        try:
            async with asyncio.timeout(_STRANGER_S):
                while came <= MAX_BODY_BYTES:
                    message = await receive()
                    came += len(message.get("body", b""))
                    if not message.get("more_body", False):
                        break
        except TimeoutError:
            pass  # long enough
        await send({"type": "http.response.body", "body": b""})
