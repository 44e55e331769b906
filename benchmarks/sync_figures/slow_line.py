"""A line as villages have them, between a kiosk and a hub on one computer: it really delays every
byte, lets through only so many a second, and cuts all connections again and again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

_PIECE: Final = 128


@dataclass(frozen=True, slots=True)
class Line:
    """Bits a second each way, seconds for a round trip, and seconds between two cuts."""

    bits_per_s: float
    round_trip_s: float
    cut_every_s: float


@dataclass(slots=True)
class Passed:
    """What went through so far: bytes that arrived at the other end, and cuts."""

    bytes_up: int = 0
    bytes_down: int = 0
    cuts: int = 0


class _Direction:
    """One way of the line, shared by all connections on it."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._free_at = 0.0

    def arrives_at(self, length: int) -> float:
        """When so many bytes that are handed over now arrive (loop time)."""
        now = asyncio.get_running_loop().time()
        self._free_at = max(now, self._free_at) + length * 8 / self._line.bits_per_s
        return self._free_at + self._line.round_trip_s / 2


@asynccontextmanager
async def slow_line(line: Line, port: int) -> AsyncIterator[tuple[str, Passed]]:
    """The address at which the hub at `port` answers over the line, and what passed."""
    passed = Passed()
    up, down = _Direction(line), _Direction(line)
    open_now: set[asyncio.StreamWriter] = set()
    serving: set[asyncio.Task[None] | None] = set()

    async def carry(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: _Direction, name: str
    ) -> None:
        loop = asyncio.get_running_loop()
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, piece = await on_the_way.get()
                await asyncio.sleep(due - loop.time())
                if not piece:
                    return
                if writer.is_closing():
                    return
                writer.write(piece)
                setattr(passed, name, getattr(passed, name) + len(piece))

        async with asyncio.TaskGroup() as group:
            group.create_task(deliver())
            while piece := await reader.read(_PIECE):
                due = way.arrives_at(len(piece))
                await on_the_way.put((due, piece))
                # No more is taken up than the line lets through.
                await asyncio.sleep(due - line.round_trip_s / 2 - loop.time())
            await on_the_way.put((loop.time() + line.round_trip_s / 2, b""))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.current_task())
        await asyncio.sleep(line.round_trip_s)  # the handshake, which this computer did at once
        hub_reader, hub_writer = await asyncio.open_connection("127.0.0.1", port)
        open_now.update((writer, hub_writer))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(carry(reader, hub_writer, up, "bytes_up"))
                group.create_task(carry(hub_reader, writer, down, "bytes_down"))
        except* OSError:
            pass  # cut: that is what this line does
        finally:
            for end in (writer, hub_writer):
                open_now.discard(end)
                end.transport.abort()

    async def cut() -> None:
        while True:
            await asyncio.sleep(line.cut_every_s)
            passed.cuts += 1
            for end in list(open_now):
                end.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    cutting = asyncio.create_task(cut())
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", passed
    finally:
        cutting.cancel()
        with suppress(asyncio.CancelledError):
            await cutting
        server.close()
        for end in list(open_now):
            end.transport.abort()
        left = [task for task in serving if task is not None and not task.done()]
        if left:
            await asyncio.wait(left)
