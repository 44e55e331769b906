"""`village-devices simulate` as a technician uses it, with bleak in the other terminal."""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice

from devices.simulators.blood_pressure_monitor import MEASUREMENT
from devices.simulators.bluez import SimulatedBluez
from devices.simulators.peripheral import SimulatedInstrument
from devices.simulators.private_bus import SYSTEM_BUS_VARIABLE
from devices.simulators.simulate_command import add_parser, run
from devices.simulators.simulated_models import MODELS, Model
from devices.simulators.thermometer import TEMPERATURE
from tests.devices.health.bench import nothing_left
from tests.devices.health.bench import run as on_a_loop
from tests.devices.simulators.listening import around, heard, take
from tests.devices.simulators.program import Program

PROGRAM = (
    "import argparse, sys\n"
    "from devices.simulators.simulate_command import add_parser, run\n"
    "parser = argparse.ArgumentParser()\n"
    "add_parser(parser.add_subparsers())\n"
    "sys.exit(run(parser.parse_args()))\n"
)
ROOT = Path(__file__).parents[3]


def options(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    return parser.parse_args(["simulate", *words])


@asynccontextmanager
async def playing(monkeypatch: pytest.MonkeyPatch, *words: str) -> AsyncIterator[Process]:
    """The command in its own process; this process does as its first line says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, "simulate", *words, cwd=ROOT, stdout=PIPE, stderr=PIPE
    )
    try:
        first = await line(process)
        named = re.fullmatch(rf"export {SYSTEM_BUS_VARIABLE}=(unix:path=\S+)", first)
        assert named, first
        monkeypatch.setenv(SYSTEM_BUS_VARIABLE, named[1])
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        _, errors = await process.communicate()
        assert errors == b""
        assert process.returncode == 0
    await nothing_left()


async def line(process: Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


async def until(process: Process, *words: str) -> list[str]:
    """The lines up to the one that has the last of these words, which come in this order."""
    seen: list[str] = []
    for word in words:
        async with asyncio.timeout(20):
            while not seen or word not in seen[-1]:
                seen.append(await line(process))
                assert seen[-1], seen
    return seen


async def first_heard() -> BLEDevice:
    heard: asyncio.Queue[BLEDevice] = asyncio.Queue()
    async with BleakScanner(lambda device, _: heard.put_nowait(device)):
        return await heard.get()


def test_every_model_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(options("--list")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(MODELS)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "which MODEL"),
        (("toaster",), "toaster"),
        (("mi-scale", "--pairing", "just-works"), "mi-scale"),
    ],
)
def test_what_can_not_be_played_is_said_in_one_line(
    words: Sequence[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(options(*words)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    [only] = captured.err.splitlines()
    assert complaint in only


def test_a_machine_without_dbus_daemon_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert run(options("cuff")) == 2
    [only] = capsys.readouterr().err.splitlines()
    assert "package `dbus`" in only


@pytest.mark.parametrize(
    "words", [("--readings", "0"), ("--every", "soon"), ("--every", "-1"), ("--pairing", "x")]
)
def test_words_that_make_no_sense_are_refused(words: Sequence[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        options("cuff", *words)
    assert caught.value.code == 2


def test_an_instrument_is_played_for_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with playing(
            monkeypatch, "thermometer", "--readings", "2", "--every", "0"
        ) as process:
            values: asyncio.Queue[bytes] = asyncio.Queue()
            async with BleakClient(await first_heard()) as client:
                await client.start_notify(TEMPERATURE, lambda _, v: values.put_nowait(bytes(v)))
                assert len(await take(values, 2)) == 2
            seen = await until(process, "is here", "connected", "subscribed to 2A1C", "sent 2A1C")
            assert seen[-1].endswith(", confirmed")

    on_a_loop(scenario())


def test_the_passkey_is_shown_in_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with (
            playing(monkeypatch, "and-cuff", "--pairing", "passkey-on-instrument") as process,
            Program() as program,
        ):
            await program.be_agent(RequestPasskey=42100)
            await until(process, "waits to be paired")
            async with BleakClient(await first_heard()) as client:
                await client.start_notify(MEASUREMENT, lambda *_: None)
                await until(process, "shows 042100", "paired", "is switched on")

    on_a_loop(scenario())


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_every_model_calls_or_advertises_when_it_is_used(model: Model) -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedInstrument) -> None:
        using = asyncio.create_task(model.use(one, 2))
        device = await heard(one)
        assert device.name == one.name
        using.cancel()

    around(model.make, act)
