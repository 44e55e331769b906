"""One emulated instrument on one side, the kiosk's session engine on the other, BlueZ between.

The engine runs with the limits of the kiosk, and one `Instruments` lives through all checks of a
model, as it does in the kiosk.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from devices.health.errors import InstrumentError, PairingFailed, PairingReason
from devices.health.events import Frame, SessionEvent, SessionReport
from devices.health.gatt import BLOOD_PRESSURE, InstrumentKind
from devices.health.pairing import AskPerson, Paired, PairingAnswer, PairingQuestion
from devices.health.session import Instruments
from tests.bluez.wire import Wire

T = TypeVar("T")


@dataclass(frozen=True)
class Moment:
    wall_ms: int
    mono_ms: int
    boot_id: str


class Clock:
    """The guest's clocks."""

    def now(self) -> Moment:
        return Moment(time.time_ns() // 1_000_000, time.monotonic_ns() // 1_000_000, "guest")


@dataclass
class Session:
    """What one call of `Instruments.measure` came to."""

    events: list[SessionEvent]
    seconds: float
    report: SessionReport
    error: InstrumentError | None

    @property
    def frames(self) -> list[Frame]:
        """As the listener got them: what would have been committed."""
        return [event for event in self.events if isinstance(event, Frame)]

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]


@dataclass
class PairingAttempt:
    """What one call of `Instruments.pair` came to."""

    paired: Paired | None
    error: InstrumentError | None
    asked: list[PairingQuestion]
    seconds: float

    @property
    def reason(self) -> PairingReason | None:
        """Why it failed."""
        return self.error.reason if isinstance(self.error, PairingFailed) else None


@dataclass
class Bench:
    """The kiosk, and the person who switches instruments on."""

    wire: Wire
    strays: list[Frame] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    sessions: list[str] = field(default_factory=list)  # of this check, for whoever reads a failure

    def __post_init__(self) -> None:
        self.instruments = Instruments(Clock(), on_stray=self._keep_stray)

    async def _keep_stray(self, frame: Frame) -> None:
        self.strays.append(frame)

    async def begin(self) -> None:
        """A new check: every instrument is off, and both ledgers are empty."""
        await self.instruments.start()
        self.strays.clear()
        self.notes.clear()
        self.sessions.clear()
        self.wire.mark()

    async def end(self) -> None:
        """Let go of the instrument and switch everything off."""
        await self.instruments.disconnected()
        for name in self.addresses:
            # The emulator stumbles over switching off what is not on the air at this moment.
            with suppress(RuntimeError):
                await self.wire.tell("adv", name, "off")

    async def switch_on(self, name: str) -> str:
        """Press the instrument's button; returns its address."""
        await self.wire.tell("adv", name, "on")
        on_air = await self.wire.until(name, "adv-on")
        self.addresses[name] = on_air["address"].split("/")[0]
        return self.addresses[name]

    async def measure(
        self,
        name: str | None,
        *kinds: InstrumentKind,
        timeout_s: float = 60.0,
        stop: asyncio.Event | None = None,
        **given: Any,
    ) -> Session:
        """Measure with this instrument, or with any; the engine's error is part of the result."""
        events: list[SessionEvent] = []

        async def keep(event: SessionEvent) -> None:
            events.append(event)

        began = time.monotonic()
        error: InstrumentError | None = None
        report: SessionReport | None = None
        try:
            report = await self.instruments.measure(
                kinds or (BLOOD_PRESSURE,),
                on_event=keep,
                stop=stop or asyncio.Event(),
                timeout_s=timeout_s,
                accept=lambda heard: name in (None, heard.name),
                **given,
            )
        except InstrumentError as failure:
            error, report = failure, failure.report
        assert report is not None, error
        assert error is None or error.next_step.endswith("."), error.next_step
        session = Session(events, time.monotonic() - began, report, error)
        self.sessions.append(
            f"{name}: {len(session.frames)} frames in {session.seconds:.1f} s, "
            f"{report.connections} connections, ended {report.ended}, {error!r}, "
            f"because of {error and error.__cause__!r}"
        )
        return session

    async def pair(
        self, name: str, answer: PairingAnswer | AskPerson | None, timeout_s: float = 30.0
    ) -> PairingAttempt:
        """Switch the instrument on and pair with it.

        `answer` is the person's to every question, or how it is found; None: never an answer.
        """
        address = await self.switch_on(name)
        asked: list[PairingQuestion] = []

        async def ask(question: PairingQuestion) -> PairingAnswer:
            asked.append(question)
            if answer is None:
                await asyncio.Event().wait()
            return await answer(question) if callable(answer) else answer

        began = time.monotonic()
        paired, error = None, None
        try:
            paired = await self.instruments.pair(address, ask=ask, timeout_s=timeout_s)
        except InstrumentError as failure:
            error = failure
        attempt = PairingAttempt(paired, error, asked, time.monotonic() - began)
        self.sessions.append(f"{name}: {attempt}")
        return attempt

    async def measure_once_on(self, name: str, *kinds: InstrumentKind, **given: Any) -> Session:
        """Switch the instrument on and measure with it."""
        await self.switch_on(name)
        return await self.measure(name, *kinds, **given)

    def each_once(
        self, name: str, frames: Sequence[Frame], *characteristics: str, lost: int = 0
    ) -> None:
        """Hold the kiosk's frames against both ledgers.

        Every value that BlueZ handed out came to the kiosk once, in that order, with those
        bytes, and nothing else did: in a session (`frames`) or outside of one (`strays`). What
        an instrument sent and BlueZ handed to nobody is counted, and is `lost` at most.
        """
        kept = sorted((*frames, *self.strays), key=lambda frame: frame.mono_ms)
        sent = [one.raw for one in self.wire.sent(name, *characteristics)]
        announced = [raw for raw in self.wire.delivered(self.addresses[name]) if raw in sent]
        handed_out = list(dict.fromkeys(announced))
        got = [frame.raw for frame in kept]
        assert got == handed_out, (
            f"BlueZ handed out {len(handed_out)} values, the kiosk has {len(got)}: "
            f"{[raw.hex() for raw in handed_out]} and {[raw.hex() for raw in got]}"
        )
        for frame in kept:
            assert frame.identity.address == self.addresses[name], frame.identity
        if self.strays:
            self.notes.append(f"{len(self.strays)} outside of a session")
        unheard = [raw for raw in dict.fromkeys(sent) if raw not in handed_out]
        if unheard:
            self.notes.append(f"{len(unheard)} of {len(set(sent))} sent, handed to nobody")
        assert len(unheard) <= lost, f"sent and handed to nobody: {[raw.hex() for raw in unheard]}"


def is_error(session: Session, kind: type[T]) -> T:
    """The error that a session must have ended with."""
    assert isinstance(session.error, kind), f"{session.error!r}, {session.report}"
    return session.error


def equal(found: object, expected: object) -> None:
    """Assert that the two are equal, and show both when they are not."""
    assert found == expected, f"{found}, expected {expected}"


def about(value: float | None, expected: float, within: float = 5.0) -> bool:
    """Whether a measured number of seconds is near what it must be."""
    return value is not None and abs(value - expected) < within


async def some_time(seconds: float) -> None:
    """Let a real stack's real time pass: here no clock can be driven."""
    gone = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, gone.set)
    await gone.wait()
