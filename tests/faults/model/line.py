"""A line between a kiosk and its hub that loses, repeats and delays what it carries.

It stands where httpx has its sockets and hands requests to the hub's real application in this
process. What happens to each request is said beforehand, so that a run can be played again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

import httpx
from fastapi import FastAPI

OK = "ok"
LOST_REQUEST = "lost request"
LOST_ANSWER = "lost answer"
TWICE = "twice"  # the network repeats it; the kiosk hears the first answer
REPEATED = "repeated"  # something between repeats it; the kiosk hears the second answer
LATE = "late"  # the kiosk gives up; the request arrives at some later time
FATES = (OK, LOST_REQUEST, LOST_ANSWER, TWICE, REPEATED, LATE)

_REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it left a kiosk, byte for byte."""

    method: str
    url: httpx.URL
    headers: httpx.Headers
    content: bytes


class _Body(httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content


class Line(httpx.AsyncBaseTransport):
    """The lines of all kiosks to the hub's processes, of which each request reaches one."""

    def __init__(self, processes: Sequence[FastAPI]) -> None:
        self._hubs = [httpx.ASGITransport(app) for app in processes]
        self.carried = 0
        """How many requests have reached a hub."""
        self.brought = 0
        """How many of them brought something."""
        self.fates: deque[str] = deque()
        self.past: deque[Sent] = deque(maxlen=_REMEMBERED)
        self.late: list[Sent] = []
        self.in_flight: Callable[[], None] | None = None
        """Done once, while the next push is on its way."""
        self.refuse: Callable[[Sent], httpx.Response | None] = lambda _sent: None
        """What answers instead of the hub, if anything does."""

    def forget(self) -> None:
        """A new run: nothing is on the line."""
        self.fates.clear()
        self.past.clear()
        self.late.clear()
        self.in_flight = None
        self.refuse = lambda _sent: None
        self.carried = self.brought = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        sent = Sent(request.method, request.url, request.headers, await request.aread())
        self.past.append(sent)
        fate = self.fates.popleft() if self.fates else OK
        if sent.method == "POST" and self.in_flight is not None:
            meanwhile, self.in_flight = self.in_flight, None
            meanwhile()
        if fate == LOST_REQUEST:
            raise httpx.ConnectError("lost on the way there", request=request)
        if fate == LATE:
            self.late.append(sent)
            raise httpx.ReadTimeout("no answer in time", request=request)
        answer = self.refuse(sent) or await self.deliver(sent)
        if fate == LOST_ANSWER:
            raise httpx.ReadError("lost on the way back", request=request)
        if fate in (TWICE, REPEATED):
            again = self.refuse(sent) or await self.deliver(sent)
            answer = again if fate == REPEATED else answer
        return answer

    async def deliver(self, sent: Sent) -> httpx.Response:
        """Hand a request to the hub; gives its answer, which may have nobody to hear it."""
        self.carried += 1
        self.brought += sent.method == "POST"
        hub = self._hubs[self.carried % len(self._hubs)]
        request = httpx.Request(sent.method, sent.url, headers=sent.headers, content=sent.content)
        answer = await hub.handle_async_request(request)
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        content = b"".join([part async for part in answer.stream])
        return httpx.Response(answer.status_code, headers=answer.headers, stream=_Body(content))


def answer_with(status: int, content: bytes) -> httpx.Response:
    """An answer as it comes over a line."""
    return httpx.Response(status, stream=_Body(content))
