"""A simulated cuff on one side, the kiosk's session engine on the other, real bleak between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, TypeVar

import pytest

from devices.health.errors import InstrumentError
from devices.health.events import Frame, SessionEvent, SessionReport
from devices.health.limits import Limits
from devices.health.session import Instruments
from devices.simulators.blood_pressure_monitor import SimulatedCuff, SimulatedReading
from devices.simulators.bluez import SimulatedBluez

T = TypeVar("T")

# Limits that no working step comes near, even on a busy machine; those that a test waits for
# are shorter.
TEST_LIMITS = Limits(
    connect_s=10,
    connect_total_s=20,
    disconnect_s=5,
    quiet_s=0.3,
    stable_s=0.0,
    rather_another_s=0.05,
    adapter_grace_s=0.2,
    sighting_age_s=5,
    retry_first_s=0.02,
    retry_longest_s=0.2,
)
READING = SimulatedReading(142, 84, 72)
WITHIN_S = 30.0


@dataclass(frozen=True)
class Moment:
    wall_ms: int
    mono_ms: int
    boot_id: str


class TestClock:
    """The machine's clocks, as the store's clock gives them."""

    __test__ = False

    def now(self) -> Moment:
        return Moment(time.time_ns() // 1_000_000, time.monotonic_ns() // 1_000_000, "boot")


@dataclass
class Listener:
    """Collects events; `at_frame` stands for the commit to the reading inbox."""

    events: list[SessionEvent] = field(default_factory=list)
    at_frame: Callable[[Frame], Awaitable[None]] | None = None
    heard: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __call__(self, event: SessionEvent) -> None:
        if isinstance(event, Frame) and self.at_frame is not None:
            await self.at_frame(event)
        async with self.heard:
            self.events.append(event)
            self.heard.notify_all()

    async def until(self, kind: type[Any], count: int = 1) -> None:
        async with self.heard:
            await self.heard.wait_for(lambda: len(self.of(kind)) >= count)

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]


class Bench:
    """One adapter, one cuff, one kiosk."""

    def __init__(self, *, limits: Limits = TEST_LIMITS, cuff: SimulatedCuff | None = None) -> None:
        self.bluez = SimulatedBluez()
        self.cuff = cuff or quick_cuff()
        self.instruments = Instruments(TestClock(), limits=limits)
        self.stop = asyncio.Event()
        self.listener = Listener()
        self._pressed: list[asyncio.Task[bool]] = []

    async def __aenter__(self) -> Bench:
        await self.bluez.__aenter__()
        self.bluez.add(self.cuff)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._pressed:
            task.cancel()
        await self.instruments.close()
        await self.bluez.__aexit__(kind, error, trace)
        await nothing_left()

    def press(self, *readings: SimulatedReading | bytes, seconds: float = 0.05) -> None:
        """The person presses start on the cuff."""
        task = asyncio.create_task(self.cuff.measure(readings or (READING,), seconds))
        self._pressed.append(task)

    async def measure(self, timeout_s: float = WITHIN_S) -> SessionReport:
        return await self.instruments.measure(
            on_event=self.listener, stop=self.stop, timeout_s=timeout_s
        )

    async def fails(self, kind: type[InstrumentError], timeout_s: float = WITHIN_S) -> Any:
        """Measure, and give back the error it must end with."""
        with pytest.raises(kind) as caught:
            await self.measure(timeout_s)
        assert caught.value.next_step.endswith(".")
        assert caught.value.report is not None
        return caught.value

    def called(self, *members: str) -> list[str]:
        """Those of BlueZ's methods that were called, in order."""
        return [member for member, _ in self.bluez.calls if member in members]


def quick_cuff(**given: Any) -> SimulatedCuff:
    """A cuff that does in milliseconds what takes a real one half a minute."""
    return SimulatedCuff(**({"advertise_every_s": 0.01, "linger_s": 0.05} | given))


async def adapter_is_back(instruments: Instruments) -> None:
    """Return when there is a usable adapter."""
    await instruments.start()
    await instruments._host.adapters.until(lambda state: state.name is not None)


def shorter(**limits: float) -> Limits:
    return replace(TEST_LIMITS, **limits)  # type: ignore[arg-type]


async def nothing_left() -> None:
    """bleak keeps one D-Bus connection until the daemon ends; then no task may be left."""
    if left := asyncio.all_tasks() - {asyncio.current_task()}:
        _, still_there = await asyncio.wait(left, timeout=5)
        assert not still_there, still_there


def loop_complaints() -> list[str]:
    """What the loop complains of from now on, as of a failed task that nobody has asked.

    Complete after `gc.collect()`: it complains when such a task is thrown away.
    """
    complaints: list[str] = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: complaints.append(f"{context['message']}: {context.get('exception')!r}")
    )
    return complaints


def run(scenario: Coroutine[Any, Any, T]) -> T:
    """Run a scenario on a loop of its own; hanging is failing."""

    async def bounded() -> T:
        async with asyncio.timeout(60):
            return await scenario

    return asyncio.run(bounded())
