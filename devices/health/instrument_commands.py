"""`village-devices scan | read | pair | forget`: a technician's view of the Bluetooth instruments.

What an instrument gives to `read` it may not give again: it is printed, raw and decoded, and
filed for nobody.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from devices.health.as_json import as_json
from devices.health.decoding import decode
from devices.health.errors import (
    AdapterReason,
    AdapterUnavailable,
    BondBroken,
    FrameCorrupt,
    InstrumentError,
    InstrumentRefused,
)
from devices.health.events import (
    BatteryLevel,
    Connected,
    CuffPressure,
    Disconnected,
    Frame,
    Searching,
    SessionEvent,
    SignalSettling,
)
from devices.health.gatt import ALL_KINDS
from devices.health.pairing import (
    Allowed,
    AllowPairing,
    CompareDigits,
    Consent,
    Digits,
    PairingAnswer,
    PairingQuestion,
    Refused,
    ShowDigits,
    TypeDigits,
)

if TYPE_CHECKING:
    from devices.health.session import Instruments

_FAILED: Final = 1
_AT_A_TERMINAL: Final = {
    AdapterReason.NO_SYSTEM_BUS: "See that D-Bus runs: systemctl status dbus.",
    AdapterReason.NO_BLUETOOTH_SERVICE: "Start it: systemctl start bluetooth.",
    AdapterReason.NO_ADAPTER: "Plug an adapter in, or see what bluetoothctl list says.",
    AdapterReason.POWERED_OFF: "Turn it on: bluetoothctl power on (or rfkill unblock bluetooth).",
    AdapterReason.STUCK: "Start it again: systemctl restart bluetooth.",
}
_KINDS: Final = {kind.name: kind for kind in ALL_KINDS}


def add_parsers(commands: Any) -> None:
    """The four commands, each with its own `--help`."""
    scan = commands.add_parser("scan", help="list the instruments that can be heard")
    read = commands.add_parser("read", help="take what an instrument has to say, and print it")
    read.add_argument("--model", metavar="NAME", help="only an instrument whose name has this")
    read.add_argument("--kind", choices=sorted(_KINDS), help="only an instrument of this kind")
    read.add_argument(
        "--consent",
        type=_consent,
        metavar="USER:CODE",
        help="who stands on a scale that keeps people apart; `pair` printed both",
    )
    pair = commands.add_parser("pair", help="pair this computer with an instrument")
    forget = commands.add_parser("forget", help="undo pairing, or list what is paired")
    pair.add_argument("instrument", metavar="NAME|ADDRESS")
    forget.add_argument("instrument", metavar="NAME|ADDRESS", nargs="?")
    for command, seconds in ((scan, 15), (read, 120), (pair, 60), (forget, 10)):
        command.add_argument("--adapter", metavar="hciN", help="this Bluetooth adapter only")
        command.add_argument("--seconds", type=_seconds, default=seconds, metavar="N")
        command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs one of the commands; returns the exit code."""
    works = {"scan": _scan, "read": _read, "pair": _pair, "forget": _forget}
    try:
        return asyncio.run(_with_instruments(options, works[options.command]))
    except InstrumentError as problem:
        print(f"village-devices: {problem}. {_next_step(problem)}", file=sys.stderr)
        return _FAILED
    except KeyboardInterrupt:
        return 0


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds")
    return seconds


def _consent(text: str) -> Consent:
    user, _, code = text.partition(":")
    if not (user.isdecimal() and code.isdecimal() and int(user) <= 255 and int(code) <= 9999):
        raise argparse.ArgumentTypeError(f"'{text}' is no user and code, as in 1:3752")
    return Consent(int(user), int(code))


def _next_step(problem: InstrumentError) -> str:
    """What to do, for who has a terminal; the kiosk's own words are for the people before it."""
    if isinstance(problem, AdapterUnavailable):
        return _AT_A_TERMINAL.get(problem.reason, problem.next_step)
    if isinstance(problem, BondBroken):
        return "Forget it and pair it again: village-devices forget, village-devices pair."
    if isinstance(problem, InstrumentRefused) and problem.pairing:
        return "Pair it: village-devices pair NAME. A scale's code is given with --consent."
    return problem.next_step


@dataclass(frozen=True, slots=True)
class _Moment:
    wall_ms: int
    mono_ms: int
    boot_id: str = ""


class _Everybody(Mapping[str, Consent]):
    """The one consent that was given, whichever scale is met."""

    def __init__(self, consent: Consent) -> None:
        self._consent = consent

    def __getitem__(self, address: str) -> Consent:
        return self._consent

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _Clock:
    def now(self) -> _Moment:
        return _Moment(time.time_ns() // 1_000_000, time.monotonic_ns() // 1_000_000)


async def _with_instruments(
    options: argparse.Namespace,
    work: Callable[[Instruments, argparse.Namespace], Awaitable[int]],
) -> int:
    from devices.health.session import Instruments  # bleak takes a while to load

    async with Instruments(
        _Clock(), adapter=options.adapter, on_stray=_say_stray, alone=False
    ) as instruments:
        return await work(instruments, options)


async def _scan(instruments: Instruments, options: argparse.Namespace) -> int:
    await instruments.bonds()  # says what is wrong with the adapter, however short the time
    heard = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(options.seconds):
            async for one in instruments.nearby():
                heard += 1
                print(
                    f"{one.address}  {one.kind:17}  {one.rssi:4d} dBm  {one.name or '(no name)'}"
                    f"{'  paired' if one.bonded else ''}",
                    flush=True,
                )
    if not heard:
        print("No instrument was heard. Most are silent until their button is pressed.")
    return 0


async def _read(instruments: Instruments, options: argparse.Namespace) -> int:
    kinds = (_KINDS[options.kind],) if options.kind else ALL_KINDS
    report = await instruments.measure(
        kinds,
        on_event=_say,
        stop=asyncio.Event(),
        timeout_s=options.seconds,
        accept=lambda heard: _is_called(options.model, heard.name, heard.device.address),
        consents=None if options.consent is None else _Everybody(options.consent),
    )
    if not report.frames:
        _note("it has no reading stored")
    return 0


async def _pair(instruments: Instruments, options: argparse.Namespace) -> int:
    print("Put the instrument into its pairing mode, near this computer.", flush=True)
    address = await _heard_as(instruments, options.instrument, options.seconds)
    if address is None:
        print(f"village-devices: {options.instrument} was not heard.", file=sys.stderr)
        return _FAILED
    paired = await instruments.pair(address, ask=_ask, timeout_s=options.seconds)
    print(
        json.dumps(
            {
                "paired": paired.identity.address,
                "kind": paired.kind,
                "maker": paired.identity.maker,
                "model": paired.identity.model,
                "battery": paired.battery_percent,
                "consent": None
                if paired.consent is None
                else {"user": paired.consent.user, "code": paired.consent.code},
            },
            ensure_ascii=False,
        )
    )
    return 0


async def _forget(instruments: Instruments, options: argparse.Namespace) -> int:
    bonds = await instruments.bonds()
    if options.instrument is None:
        for bond in bonds:
            print(f"{bond.address}  {bond.kind or 'unknown':17}  {bond.name or '(no name)'}")
        if not bonds:
            print("This computer is paired with no instrument.")
        return 0
    meant = [bond for bond in bonds if _is_called(options.instrument, bond.name, bond.address)]
    if len(meant) != 1:
        found = "no paired instrument is" if not meant else f"{len(meant)} paired instruments are"
        print(f"village-devices: {found} called {options.instrument}.", file=sys.stderr)
        return _FAILED
    await instruments.forget(meant[0].address)
    print(f"{meant[0].address} is forgotten.")
    return 0


async def _heard_as(instruments: Instruments, called: str, seconds: float) -> str | None:
    """The address of the first instrument that is called so, or None."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            async with aclosing(instruments.nearby()) as heard:
                async for one in heard:
                    if _is_called(called, one.name, one.address):
                        return one.address
    return None


def _is_called(called: str | None, name: str | None, address: str) -> bool:
    if called is None:
        return True
    return called.upper() == address.upper() or called.casefold() in (name or "").casefold()


async def _say(event: SessionEvent) -> None:
    match event:
        case Frame():
            print(json.dumps(_frame_as_json(event), ensure_ascii=False), flush=True)
        case Searching():
            _note("listening: press the instrument's start button")
        case Connected(identity=identity, kind=kind):
            _note(f"connected to {identity.name or identity.address} ({kind})")
        case CuffPressure(mmhg=mmhg):
            _note(f"cuff {mmhg} mmHg")
        case SignalSettling(alike=alike, needed=needed):
            _note(f"signal {alike} of {needed}")
        case BatteryLevel(percent=percent):
            _note(f"battery {percent} %")
        case Disconnected():
            _note("disconnected")


async def _say_stray(frame: Frame) -> None:
    _note("a paired instrument sent this by itself:")
    await _say(frame)


def _frame_as_json(frame: Frame) -> dict[str, object]:
    identity = frame.identity
    said: dict[str, object] = {
        "instrument": identity.name or identity.address,
        "characteristic": frame.characteristic,
        "raw": frame.raw.hex(),
        "clock_offset_s": frame.device_clock_offset_s,
    }
    names = [name for name in (identity.name, identity.model) if name is not None]
    try:
        reading = decode(frame.characteristic, frame.raw, feature=frame.feature, names=names)
    except FrameCorrupt as problem:
        return said | {"unreadable": str(problem)}
    return said | {"reading": as_json(reading)}


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


async def _ask(question: PairingQuestion) -> PairingAnswer:
    match question:
        case AllowPairing():
            return await _yes("Pair with it now? [y/N] ")
        case CompareDigits(digits=digits):
            return await _yes(f"Does the instrument show {digits}? [y/N] ")
        case TypeDigits():
            return Digits(await _typed("Type the six digits that the instrument shows: "))
        case ShowDigits(digits=digits):
            print(f"Type these digits on the instrument: {digits}", flush=True)
            return Allowed()


async def _yes(question: str) -> PairingAnswer:
    return Allowed() if (await _typed(question)).casefold() in {"y", "yes"} else Refused()


async def _typed(question: str) -> str:
    """A line from the person. When the question is taken back, nobody has to press Enter."""
    print(question, end="", flush=True)
    loop = asyncio.get_running_loop()
    typed = asyncio.Event()
    try:
        terminal = sys.stdin.fileno()
        loop.add_reader(terminal, typed.set)
    except (OSError, ValueError, NotImplementedError):  # a file, or a system that can not wait
        line: str = await asyncio.to_thread(sys.stdin.readline)
        return line.strip()
    try:
        await typed.wait()
    finally:
        loop.remove_reader(terminal)
    return sys.stdin.readline().strip()
