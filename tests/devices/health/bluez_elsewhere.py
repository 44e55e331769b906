"""A simulated BlueZ on a thread of its own, for programs that have a loop of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self, TypeVar

from devices.simulators.bluez import SimulatedBluez
from devices.simulators.peripheral import SimulatedInstrument

T = TypeVar("T")
_WITHIN_S = 10.0


class BluezElsewhere:
    """Use as a context manager; `instruments` are built on the thread by the given functions."""

    def __init__(self, *make: Callable[[], SimulatedInstrument]) -> None:
        self.instruments: list[Any] = []
        self._make = make
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None
        self._bluez: SimulatedBluez | None = None
        self._persons: list[Future[Any]] = []
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        started: Future[None] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run(started)), name="simulated bluetooth"
        )
        self._thread.start()
        started.result(_WITHIN_S)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._loop is not None
        assert self._ending is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(_WITHIN_S)

    def meanwhile(self, what: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """A person does something at an instrument while the program runs."""
        assert self._loop is not None

        async def do() -> None:
            await what()

        self._persons.append(asyncio.run_coroutine_threadsafe(do(), self._loop))

    def on_bluez(self, act: Callable[[SimulatedBluez], T]) -> T:
        """What the simulated BlueZ is told, on its thread."""
        assert self._loop is not None

        async def do() -> T:
            assert self._bluez is not None
            return act(self._bluez)

        return asyncio.run_coroutine_threadsafe(do(), self._loop).result(_WITHIN_S)

    async def _run(self, started: Future[None]) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        async with SimulatedBluez() as self._bluez:
            for make in self._make:
                instrument = make()
                self.instruments.append(instrument)
                self._bluez.add(instrument)
            started.set_result(None)
            await self._ending.wait()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others & {t for t in others if "meanwhile" in repr(t.get_coro())}:
                task.cancel()
