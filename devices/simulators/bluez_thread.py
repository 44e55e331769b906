"""The simulated Bluetooth on a thread of its own, for the demo: one cuff, pressed from anywhere.

`start()` must come before bleak is first used in the process.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

from devices.simulators.blood_pressure_monitor import SimulatedCuff, SimulatedReading
from devices.simulators.bluez import SimulatedBluez

T = TypeVar("T")
_START_WITHIN_S = 10.0


class SimulatedBluezThread:
    """Thread-safe control of a simulated adapter and one cuff within its range."""

    def __init__(self, cuff: Callable[[], SimulatedCuff] = SimulatedCuff) -> None:
        """`cuff` builds the instrument on the thread."""
        self._make_cuff = cuff
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._bluez: SimulatedBluez | None = None
        self._cuff: SimulatedCuff | None = None
        self._ending: asyncio.Event | None = None

    def start(self) -> None:
        """Return when the simulated Bluetooth answers.

        Raises:
            SimulatorUnavailable: this machine has no dbus-daemon.
        """
        started: Future[None] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run(started)), name="simulated bluetooth", daemon=True
        )
        self._thread.start()
        try:
            started.result(_START_WITHIN_S)
        except BaseException:
            self._thread.join(_START_WITHIN_S)
            raise

    def stop(self) -> None:
        """End the simulation; bleak sees its system bus go away."""
        if self._thread is not None and self._loop is not None and self._ending is not None:
            self._loop.call_soon_threadsafe(self._ending.set)
            self._thread.join()
            self._thread = None

    def press_start(
        self, readings: Sequence[SimulatedReading], seconds: float = 3.0
    ) -> Future[bool]:
        """Press the cuff's start button; it measures for `seconds` once the kiosk listens.

        The future tells whether all readings were sent; it need not be waited for.
        """
        cuff, loop = self._cuff, self._loop
        if cuff is None or loop is None:
            raise RuntimeError("the simulated Bluetooth has not been started")
        return asyncio.run_coroutine_threadsafe(cuff.measure(readings, seconds), loop)

    @property
    def powered(self) -> bool:
        """Whether the adapter is plugged in and on. May be set: the rfkill switch."""
        return self._on_thread(lambda bluez: bluez.powered)

    @powered.setter
    def powered(self, on: bool) -> None:
        self._on_thread(lambda bluez: bluez.power(on))

    @property
    def plugged(self) -> bool:
        """Whether the adapter is there at all. May be set: pull it out, put it in."""
        return self._on_thread(lambda bluez: bluez.plugged)

    @plugged.setter
    def plugged(self, there: bool) -> None:
        self._on_thread(lambda bluez: bluez.plug() if there else bluez.unplug())

    def _on_thread(self, act: Callable[[SimulatedBluez], T]) -> T:
        bluez, loop = self._bluez, self._loop
        if bluez is None or loop is None:
            raise RuntimeError("the simulated Bluetooth has not been started")

        async def do() -> T:
            return act(bluez)

        return asyncio.run_coroutine_threadsafe(do(), loop).result()

    async def _run(self, started: Future[None]) -> None:
        self._ending = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        try:
            async with SimulatedBluez() as bluez:
                self._cuff = self._make_cuff()
                bluez.add(self._cuff)
                self._bluez = bluez
                started.set_result(None)
                await self._ending.wait()
        except Exception as error:
            if started.done():
                raise
            started.set_exception(error)
