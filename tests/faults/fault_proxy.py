"""A proxy between kiosk and hub that breaks single requests on purpose, in a written order."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Pass:
    """Carry the request up and the answer back."""


@dataclass(frozen=True)
class CutGoingUp:
    """Carry a share of the request's body, then cut both connections."""

    share: float = 0.5


@dataclass(frozen=True)
class CutComingBack:
    """Carry the request whole; cut while the answer comes back."""

    share: float = 0.5


@dataclass(frozen=True)
class Say:
    """Answer with these bytes and close; the hub sees nothing."""

    answer: bytes


@dataclass(frozen=True)
class Twice:
    """Carry the request up two times, as a network may; bring back the second answer."""


@dataclass(frozen=True)
class Silence:
    """Take the request and never answer."""


@dataclass(frozen=True)
class StallComingBack:
    """Carry the request whole and a share of the answer, and then nothing more."""

    share: float = 0.5


@dataclass(frozen=True)
class Late:
    """Take the request and cut; carry it up when a newer one has been answered."""


@dataclass(frozen=True)
class GarbledGoingUp:
    """Change one bit of the request, `share` of the way into it."""

    share: float
    bit: int


@dataclass(frozen=True)
class GarbledComingBack:
    """Change one bit of the answer, `share` of the way into it."""

    share: float
    bit: int


Fault = (
    Pass
    | CutGoingUp
    | CutComingBack
    | Say
    | Twice
    | Silence
    | StallComingBack
    | Late
    | GarbledGoingUp
    | GarbledComingBack
)


def http_answer(status: str, content: str = "", *headers: str) -> Say:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content.encode())}", *headers]
    return Say("\r\n".join([*lines, "Connection: close", "", content]).encode())


class FaultProxy:
    """Each request takes the next fault of the script; after its end all requests pass."""

    def __init__(self, upstream_port: int, script: Iterable[Fault] = ()) -> None:
        self.upstream_port = upstream_port
        self._script = iter(script)
        self._late: list[bytes] = []
        self.requests = 0
        self.done: Counter[str] = Counter()
        self.last_answer = b""
        self._serving: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        tasks = [task for task in self._serving.values() if task is not None]
        for writer in self._serving:
            writer.transport.abort()
        await asyncio.gather(*tasks)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._serving[writer] = asyncio.current_task()
        try:
            while await self._one_request(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass  # one of the two ends went away: that is what this proxy is for
        finally:
            del self._serving[writer]
            writer.transport.abort()

    async def _one_request(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        length = _body_length(head)
        self.requests += 1
        fault = next(self._script, Pass())
        self.done[type(fault).__name__] += 1
        match fault:
            case CutGoingUp(share):
                part = await reader.readexactly(int(length * share))
                _, upstream = await asyncio.open_connection("127.0.0.1", self.upstream_port)
                upstream.write(head + part)
                await upstream.drain()
                upstream.transport.abort()
                return False
            case Say(answer):
                await reader.readexactly(length)
                writer.write(answer)
                await writer.drain()
                writer.close()
                return False
            case Silence():
                await reader.read()
                return False
        request = head + await reader.readexactly(length)
        match fault:
            case Late():
                self._late.append(request)
                return False
            case Twice():
                await self._upstream(request)
            case GarbledGoingUp(share, bit):
                answer = await self._garbled_upstream(request, len(head), share, bit)
                writer.write(answer)
                await writer.drain()
                return False
        answer = await self._upstream(request)
        late, self._late = self._late, []
        for older in late:
            await self._upstream(older)
        match fault:
            case CutComingBack(share) | StallComingBack(share):
                writer.write(answer[: int(len(answer) * share)])
                await writer.drain()
                if isinstance(fault, StallComingBack):
                    await reader.read()  # until the kiosk gives up
                return False
            case GarbledComingBack(share, bit):
                writer.write(_with_a_bit_changed(answer, share, bit))
                await writer.drain()
                return False
        writer.write(answer)
        await writer.drain()
        return True

    async def _garbled_upstream(self, request: bytes, head: int, share: float, bit: int) -> bytes:
        garbled = _with_a_bit_changed(request, share, bit)
        # A changed head may promise more than there is, and the hub would wait for it.
        return await self._upstream(garbled, ends=garbled[:head] != request[:head])

    async def _upstream(self, request: bytes, *, ends: bool = False) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream_port)
        try:
            writer.write(request)
            if ends:
                writer.write_eof()
            head = await reader.readuntil(b"\r\n\r\n")
            self.last_answer = head + await reader.readexactly(_body_length(head))
            return self.last_answer
        finally:
            writer.transport.abort()


def _with_a_bit_changed(content: bytes, share: float, bit: int) -> bytes:
    changed = bytearray(content)
    changed[int(len(content) * share)] ^= 1 << bit
    return bytes(changed)


def _body_length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
