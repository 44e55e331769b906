"""Bluetooth next door: a simulated BlueZ with instruments, in a process of its own.

So that what is measured here is the kiosk's share alone. `NextDoor` starts this file
as a program and tells it what happens to the instruments, a line at a time; the program ends when
its input does. It measures nothing itself but the moment at which a reading went to D-Bus.

    advertise                     three instruments call ten times a second from now on
    silence                       and stop; answers how often they called
    measure CUFF SYS DIA SECONDS  somebody measures, and the cuff sends; one after the other
    when                          answers when the last reading was sent, and when its cuff left
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from types import TracebackType
from typing import Final, Self

from devices.simulators.blood_pressure_monitor import (
    MEASUREMENT,
    SimulatedCuff,
    SimulatedReading,
)
from devices.simulators.bluez import SimulatedBluez
from devices.simulators.omron_cuff import SimulatedOmronCuff
from devices.simulators.peripheral import SimulatedInstrument
from devices.simulators.private_bus import SYSTEM_BUS_VARIABLE
from devices.simulators.pulse_oximeter import SimulatedOximeter
from devices.simulators.thermometer import SimulatedThermometer
from devices.simulators.transmission import Habits

ADVERTISE_EVERY_S: Final = 0.1
LINGER_S: Final = 0.2
"""How long a cuff stays after its last word, before it leaves."""

_STAYS_S: Final = 20.0
_ENDS_WITHIN_S: Final = 10.0


class NextDoor:
    """The other process. While it is entered, this process's system bus is the simulated one."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        os.environ[SYSTEM_BUS_VARIABLE] = self._answer()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del os.environ[SYSTEM_BUS_VARIABLE]
        self._process.communicate(timeout=_ENDS_WITHIN_S)

    def tell(self, *words: object) -> None:
        """Something happens to the instruments."""
        if self._process.stdin is None:
            raise AssertionError("it was started without an input")
        print(*words, file=self._process.stdin, flush=True)

    def ask(self, question: str) -> list[int]:
        """Waits for the numbers it answers with, when all that was told before has happened."""
        self.tell(question)
        return [int(word) for word in self._answer().split()]

    def _answer(self) -> str:
        if self._process.stdout is None:
            raise AssertionError("it was started without an output")
        line = self._process.stdout.readline().strip()
        if not line:
            raise AssertionError("the simulated Bluetooth has ended")
        return line


class _NotingRadio:
    """The air, which notes when a reading was sent and when its instrument left; in ns."""

    def __init__(self, bluez: SimulatedBluez) -> None:
        self._bluez = bluez
        self.sent_ns = 0
        self.left_ns = 0

    def advertise(self, instrument: SimulatedInstrument) -> None:
        self._bluez.advertise(instrument)

    def send(self, instrument: SimulatedInstrument, uuid: str, value: bytes) -> bool:
        if uuid == MEASUREMENT:
            self.sent_ns = time.monotonic_ns()
        return self._bluez.send(instrument, uuid, value)

    async def confirmed(self) -> None:
        await self._bluez.confirmed()

    def drop(self, instrument: SimulatedInstrument) -> None:
        self.left_ns = time.monotonic_ns()
        self._bluez.drop(instrument)


class _Room:
    """The instruments, and what is done with them."""

    def __init__(self, bluez: SimulatedBluez) -> None:
        self._bluez = bluez
        self._radio = _NotingRadio(bluez)
        self._live = SimulatedCuff(linger_s=LINGER_S)
        self._quick = SimulatedCuff(
            address="02:00:00:00:18:11", advertise_every_s=0.003, linger_s=0
        )
        self._stored = SimulatedOmronCuff(habits=Habits(linger_s=LINGER_S))
        self._stays = SimulatedOmronCuff(
            address="02:00:00:00:73:23", habits=Habits(linger_s=_STAYS_S)
        )
        self._heard_only = (
            SimulatedCuff(address="02:00:00:00:18:12"),
            SimulatedThermometer(),
            SimulatedOximeter(),
        )
        for one in (self._live, self._quick, self._stored, self._stays, *self._heard_only):
            bluez.add(one)
            one.radio = self._radio
        self._calling: asyncio.Task[None] | None = None
        self._calls = 0

    async def do(self, *words: str) -> str | None:
        """One line; what is to be answered, if anything."""
        match words:
            case ["advertise"]:
                self._calling = asyncio.create_task(self._call())
            case ["silence"]:
                if self._calling is not None:
                    self._calling.cancel()
                return str(self._calls)
            case ["measure", cuff, systolic, diastolic, seconds]:
                reading = SimulatedReading(int(systolic), int(diastolic))
                await self._measure(cuff, reading, float(seconds))
            case ["when"]:
                return f"{self._radio.sent_ns} {self._radio.left_ns}"
            case _:
                raise ValueError(f"nobody here understands {words}")
        return None

    async def _measure(self, cuff: str, reading: SimulatedReading, seconds: float) -> None:
        match cuff:
            case "live":
                sent = await self._live.measure([reading], seconds)
            case "quick":
                sent = await self._quick.measure([reading], seconds)
            case "stored":
                sent = await self._stored.measure([reading])
            case "stays":
                sent = await self._stays.measure([reading])
            case _:
                raise ValueError(f"there is no cuff {cuff!r}")
        if not sent:
            raise AssertionError(f"nobody took the reading of the cuff {cuff!r}")
        self._bluez.calls.clear()

    async def _call(self) -> None:
        while True:
            for one in self._heard_only:
                self._radio.advertise(one)
                self._calls += 1
            await asyncio.sleep(ADVERTISE_EVERY_S)


async def _play() -> None:
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async with SimulatedBluez() as bluez:
        room = _Room(bluez)
        print(bluez.bus_address, flush=True)
        while line := await lines.readline():
            if (answer := await room.do(*line.decode().split())) is not None:
                print(answer, flush=True)


if __name__ == "__main__":
    asyncio.run(_play())
