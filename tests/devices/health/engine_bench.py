"""Any simulated instruments on one side, the kiosk's session engine on the other, bleak between."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from types import TracebackType
from typing import Any, Self

import pytest

from devices.health.errors import InstrumentError
from devices.health.events import Frame, HostClock, SessionReport
from devices.health.gatt import ALL_KINDS, InstrumentKind
from devices.health.limits import Limits
from devices.health.pairing import AskPerson, Paired
from devices.health.session import Instruments
from devices.simulators.bluez import SimulatedBluez
from devices.simulators.peripheral import SimulatedInstrument
from devices.simulators.transmission import Habits
from tests.devices.health.bench import (
    TEST_LIMITS,
    WITHIN_S,
    Listener,
    TestClock,
    nothing_left,
)

# What a real instrument takes half a minute for, in milliseconds.
QUICK = Habits(advertise_every_s=0.01, linger_s=0.05)
STAYS = Habits(advertise_every_s=0.01, linger_s=30)


class EngineBench:
    """One adapter, some instruments within its range, one kiosk."""

    def __init__(
        self,
        *instruments: SimulatedInstrument,
        limits: Limits = TEST_LIMITS,
        adapter: str | None = None,
        clock: HostClock | None = None,
    ) -> None:
        self.bluez = SimulatedBluez()
        self.in_range = instruments
        self.strays: list[Frame] = []
        self.instruments = Instruments(
            clock or TestClock(), adapter=adapter, limits=limits, on_stray=self._keep_stray
        )
        self.stop = asyncio.Event()
        self.listener = Listener()
        self._persons: list[asyncio.Task[Any]] = []

    async def __aenter__(self) -> Self:
        await self.bluez.__aenter__()
        for instrument in self.in_range:
            self.bluez.add(instrument)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._persons:
            task.cancel()
        await self.instruments.close()
        await self.bluez.__aexit__(kind, error, trace)
        await nothing_left()
        for task in self._persons:
            if not task.cancelled():
                task.result()  # what went wrong at the instrument is the test's fault

    async def _keep_stray(self, frame: Frame) -> None:
        self.strays.append(frame)

    def meanwhile(self, what: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """A person does something at an instrument while the test goes on."""
        task = asyncio.create_task(what)
        self._persons.append(task)
        return task

    async def measure(
        self,
        kinds: Sequence[InstrumentKind] = ALL_KINDS,
        *,
        timeout_s: float = WITHIN_S,
        **given: Any,
    ) -> SessionReport:
        return await self.instruments.measure(
            kinds, on_event=self.listener, stop=self.stop, timeout_s=timeout_s, **given
        )

    async def fails(self, kind: type[InstrumentError], **given: Any) -> Any:
        """Measure, and give back the error it must end with."""
        with pytest.raises(kind) as caught:
            await self.measure(**given)
        assert caught.value.next_step.endswith(".")
        assert caught.value.report is not None
        return caught.value

    async def pair(
        self, instrument: SimulatedInstrument, ask: AskPerson, timeout_s: float = WITHIN_S
    ) -> Paired:
        return await self.instruments.pair(instrument.address, ask=ask, timeout_s=timeout_s)

    async def ready(self) -> None:
        """The kiosk is up: it scans, and answers when an instrument wants to be paired."""
        await self.instruments.start()
        while not (self.called("StartDiscovery") and self.bluez.agents):
            await asyncio.sleep(0)

    def called(self, *members: str) -> list[str]:
        """Those of BlueZ's methods that were called, in order."""
        return [member for member, _ in self.bluez.calls if member in members]

    def connected_to(self) -> set[str]:
        """The addresses that were ever called."""
        return {
            path.rpartition("/dev_")[2].replace("_", ":")
            for member, path in self.bluez.calls
            if member == "Connect"
        }


def raws(frames: Sequence[Frame]) -> list[bytes]:
    return [frame.raw for frame in frames]
