"""The kiosk's pairing agent on a line to a simulated bluetoothd, and what may happen to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from devices.health.bluez_line import DEVICE, device_path
from devices.health.pairing_agent import AGENT, AGENT_PATH, PairingAgent
from devices.simulators.blood_pressure_monitor import MEASUREMENT, SimulatedCuff
from tests.devices.health.bench import run
from tests.devices.health.bluez_bench import LineBench, Person, call, pair, until


class AgentBench(LineBench):
    """A line with a pairing agent that BlueZ knows."""

    def __init__(self) -> None:
        super().__init__()
        self.agent = PairingAgent(self.line)

    async def begin(self) -> None:
        self.bluetoothd = await self.other_program()
        await self.line.start()
        await self.agent.registered.wait()

    async def ask_agent(
        self, member: str, signature: str, *values: object
    ) -> tuple[str, list[object]]:
        """Call our agent as BlueZ does, for what the simulated one never asks: (error, values)."""
        [name] = self.bluez.agents
        reply = await self.bluetoothd.call(
            Message(
                destination=name,
                path=AGENT_PATH,
                interface=AGENT,
                member=member,
                signature=signature,
                body=list(values),
            )
        )
        assert reply is not None
        if reply.message_type is MessageType.ERROR:
            return str(reply.error_name), []
        return "", list(reply.body)

    async def pair(self, cuff: SimulatedCuff, person: Person) -> str:
        """This person pairs this cuff; "paired", or the last word of the error."""
        program = await self.hear(cuff)
        async with self.agent.allowed(cuff.address, person):
            return await pair(program, cuff)

    @asynccontextmanager
    async def being_paired(
        self, cuff: SimulatedCuff, person: Person
    ) -> AsyncIterator[asyncio.Task[str]]:
        """From the moment that the person is asked; the task ends as `pair` does."""
        program = await self.hear(cuff)
        async with self.agent.allowed(cuff.address, person):
            pairing = asyncio.create_task(pair(program, cuff))
            await person.was_asked.wait()
            yield pairing


def run_with_agent(scenario: Callable[[AgentBench], Awaitable[None]]) -> None:
    """Run a scenario with an agent that is registered; hanging is failing."""

    async def on_bench() -> None:
        async with AgentBench() as bench:
            await bench.begin()
            try:
                await scenario(bench)
            finally:
                await bench.agent.close()

    run(on_bench())


async def protected_value(program: MessageBus, cuff: SimulatedCuff) -> str:
    """Connect, as a session does without pairing; the path of the protected measurement."""
    await call(program, device_path("hci0", cuff.address), DEVICE, "Connect")
    measurement = cuff.characteristic(MEASUREMENT)
    await until(lambda: bool(measurement.path))
    return measurement.path
