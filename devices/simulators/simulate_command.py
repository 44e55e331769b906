"""`village-devices simulate`: an instrument that is not there, for programs in another terminal.

Its first line of output is what that other terminal has to say; after that, a line for
everything that happens to the instrument, until Ctrl-C. It never touches the machine's own
Bluetooth.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from datetime import datetime
from typing import Any, Final

from devices.simulators.bluez import SimulatedBluez
from devices.simulators.peripheral import PairingMethod, SimulatedInstrument
from devices.simulators.private_bus import SYSTEM_BUS_VARIABLE, SimulatorUnavailable
from devices.simulators.simulated_models import MODELS, Model
from devices.simulators.transmission import Habits, offer_pairing

_BAD_INPUT: Final = 2
_METHODS: Final = {method.name.lower().replace("_", "-"): method for method in PairingMethod}
_NEVER_PAIRED: Final = (PairingMethod.NONE, PairingMethod.REFUSES)

_MOST_READINGS: Final = 1_000  # no instrument stores more


def add_parser(commands: Any) -> None:
    """`commands` is what `ArgumentParser.add_subparsers` gave."""
    command = commands.add_parser("simulate", help="play an instrument for another program")
    command.add_argument("model", nargs="?", metavar="MODEL", help="see --list")
    command.add_argument("--list", action="store_true", help="list the models")
    command.add_argument("--pairing", choices=sorted(_METHODS), help="how it is paired")
    command.add_argument("--readings", type=_at_least_one, default=1, metavar="N")
    command.add_argument(
        "--every", type=_seconds, default=10.0, metavar="SECONDS", help="rest between measurements"
    )
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Plays until Ctrl-C; returns the exit code."""
    if options.list:
        for name, offered in MODELS.items():
            print(f"{name:15} {offered.what}")
        return 0
    if options.model is None:
        return _refuse("simulate: which MODEL? `simulate --list` names them")
    model = MODELS.get(options.model)
    if model is None:
        return _refuse(f"simulate: no model '{options.model}'; `simulate --list` names them")
    if options.pairing is not None and not model.pairs:
        return _refuse(f"simulate: nobody connects to a {options.model}, so it can not be paired")
    method = None if options.pairing is None else _METHODS[options.pairing]
    try:
        asyncio.run(_play(model, method, options.readings, options.every))
    except SimulatorUnavailable as problem:
        return _refuse(f"simulate: {problem}. {problem.next_step}")
    return 0


async def _play(model: Model, method: PairingMethod | None, readings: int, every_s: float) -> None:
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for ends in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(ends, ending.set)

    def say(_: SimulatedInstrument, what: str) -> None:
        try:
            print(f"{datetime.now().astimezone():%H:%M:%S} {what}", flush=True)
        except BrokenPipeError:  # nobody reads any more
            ending.set()

    instrument = model.make(**({} if method is None else {"pairing": method}))
    async with SimulatedBluez(on_event=say) as bluez:
        bluez.add(instrument)
        print(f"export {SYSTEM_BUS_VARIABLE}={bluez.bus_address}", flush=True)
        say(instrument, f"{instrument.name} {instrument.address} is here; Ctrl-C ends it")
        person = asyncio.create_task(_use(model, instrument, readings, every_s, say))
        asked_to_end = asyncio.create_task(ending.wait())
        await asyncio.wait({person, asked_to_end}, return_when=asyncio.FIRST_COMPLETED)
        for task in (person, asked_to_end):
            task.cancel()
        await asyncio.wait({person, asked_to_end})
        if not person.cancelled():
            person.result()


async def _use(
    model: Model,
    instrument: SimulatedInstrument,
    readings: int,
    every_s: float,
    say: Any,
) -> None:
    """What the person does, again and again; an instrument that pairs is paired first."""
    if instrument.pairing not in _NEVER_PAIRED:
        say(instrument, "waits to be paired")
        while not await offer_pairing(instrument, Habits()):
            continue
    while True:
        say(instrument, "is switched on")
        # What nobody took is offered again, without measuring anew.
        await model.use(instrument, 0 if instrument.stored else readings)
        await asyncio.sleep(every_s)


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= _MOST_READINGS:
        raise argparse.ArgumentTypeError(f"'{text}' is no number from 1 to {_MOST_READINGS}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 86_400:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds")
    return seconds


def _refuse(problem: str) -> int:
    print(f"village-devices: {problem}", file=sys.stderr)
    return _BAD_INPUT
