"""What tests of the instruments share: frames of every kind, and a desk that a test speaks for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from devices.health.errors import FrameNotKept
from devices.health.events import Ended, Frame, InstrumentIdentity, SessionEvent, SessionReport
from devices.health.pairing import Bond, Consent, Paired, PairingAnswer, PairingQuestion
from kiosk.instrument_desk import Asked, HeardNews, NoLongerAsked, PairingNews, PairingOver
from kiosk.readings import identity_of
from kiosk.records import reading_inbox
from kiosk.records.reading_inbox import InboxReading, Why
from offline_sync.errors import StoreFull
from offline_sync.identity import new_record_id
from offline_sync.store import Store
from tests.kiosk.resident_side import NOON, frame

CUFF = "AA:BB:CC:00:18:10"
THERMOMETER = "AA:BB:CC:00:18:09"
OXIMETER = "AA:BB:CC:00:18:22"
SCALE = "AA:BB:CC:00:18:1D"
METER = "AA:BB:CC:00:18:08"
NAMES = {
    CUFF: "Village cuff",
    THERMOMETER: "Ear thermometer",
    OXIMETER: "Finger oximeter",
    SCALE: "Clinic scale",
    METER: "Glucose meter",
}


@dataclass(frozen=True)
class Near:
    """An instrument as the engine tells of it."""

    address: str
    name: str | None
    kind: str | None
    bonded: bool = False


class ScriptedDesk:
    """A `kiosk.instrument_desk.InstrumentDesk` whose Bluetooth is the test."""

    def __init__(self) -> None:
        self.paired: tuple[Bond, ...] = ()
        self.error: Exception | None = None  # whatever is asked
        self.listener: Callable[[HeardNews], None] | None = None
        self.talk: Callable[[PairingNews], None] | None = None
        self.pairing_with = ""
        self.answers: list[PairingAnswer] = []
        self.given_up = 0
        self.forgotten: list[str] = []

    # what the view models call

    def look(self, listener: Callable[[HeardNews], None]) -> None:
        self.listener = listener

    def stop_looking(self) -> None:
        self.listener = None

    def bonds(
        self, then: Callable[[tuple[Bond, ...]], None], failed: Callable[[Exception], None]
    ) -> None:
        failed(self.error) if self.error else then(self.paired)

    def forget(
        self, address: str, then: Callable[[None], None], failed: Callable[[Exception], None]
    ) -> None:
        if self.error:
            failed(self.error)
            return
        self.forgotten.append(address)
        self.paired = tuple(bond for bond in self.paired if bond.address != address)
        then(None)

    def pair(self, address: str, listener: Callable[[PairingNews], None]) -> None:
        self.pairing_with, self.talk = address, listener

    def answer(self, answer: PairingAnswer) -> None:
        self.answers.append(answer)

    def give_up(self) -> None:
        if self.talk is not None:
            self.given_up += 1
        self.talk = None

    # what the test says

    def hears(self, news: HeardNews) -> None:
        assert self.listener is not None, "nobody looks for instruments"
        self.listener(news)

    def asks(self, question: PairingQuestion) -> None:
        self._tell(Asked(question))

    def takes_its_question_back(self) -> None:
        self._tell(NoLongerAsked())

    def ends(self, outcome: Paired | Exception) -> None:
        self._tell(PairingOver(outcome))
        self.talk = None

    def pairs(self, kind: str = "blood_pressure", consent: Consent | None = None) -> None:
        """The instrument is paired now, as the operating system knows too."""
        address = self.pairing_with
        name = NAMES[address]
        self.paired += (Bond(address, name, kind, connected=True),)
        identity = InstrumentIdentity(address, name, "A&D", "UA-651BLE", "SN-1")
        self.ends(Paired(identity, kind, 85, consent))

    def _tell(self, news: PairingNews) -> None:
        assert self.talk is not None, "nothing is being paired"
        self.talk(news)


def inbox_frame(
    characteristic: str,
    raw: bytes,
    kind: str,
    address: str,
    received_at: int,
    why: Why | None = Why.STRAY,
    **given: object,
) -> InboxReading:
    """A frame in the inbox, nobody's unless told otherwise."""
    made = InboxReading(
        id=new_record_id(),
        session_id=new_record_id(),
        characteristic=characteristic,
        raw=raw,
        instrument={"address": address, "name": NAMES[address]},
        device_time=None,
        clock_offset_s=None,
        received_at=received_at,
        mono_ms=10,
        boot_id="boot",
        check_in_id=None,
        kind=kind,
        why=why,
    )
    return replace(made, **given)  # type: ignore[arg-type]


def keep(store: Store, *frames: InboxReading) -> None:
    """As they come to the inbox."""
    for one in frames:
        reading_inbox.keep(store, one, identity_of(one))


def stamp(at: datetime) -> bytes:
    """The seven bytes of a date and time."""
    head = at.year.to_bytes(2, "little")
    return head + bytes([at.month, at.day, at.hour, at.minute, at.second])


def cuff_frame(received_at: int, at: datetime | None = None, **given: object) -> InboxReading:
    """142/84, pulse 72."""
    raw = frame(142, 84, 72, at)
    return inbox_frame("2A35", raw, "blood_pressure", CUFF, received_at, **given)  # type: ignore[arg-type]


def temperature_frame(received_at: int, at: datetime | None = None) -> InboxReading:
    """36.6 degrees Celsius, in the ear."""
    raw = bytes([0x04 | (0x02 if at else 0)]) + bytes.fromhex("6e0100ff")
    raw += (stamp(at) if at else b"") + bytes([3])
    return inbox_frame("2A1C", raw, "temperature", THERMOMETER, received_at)


def oximeter_frame(received_at: int) -> InboxReading:
    """97 %, pulse 68."""
    raw = bytes.fromhex("00") + (97).to_bytes(2, "little") + (68).to_bytes(2, "little")
    return inbox_frame("2A5E", raw, "oxygen_saturation", OXIMETER, received_at)


def weight_frame(received_at: int, at: datetime | None = None, kg: float = 64.2) -> InboxReading:
    """64.2 kg, of user 1."""
    raw = bytes([0x04 | (0x02 if at else 0)]) + round(kg / 0.005).to_bytes(2, "little")
    raw += (stamp(at) if at else b"") + bytes([1])
    return inbox_frame("2A9D", raw, "weight", SCALE, received_at)


def composition_frame(received_at: int, at: datetime | None = None) -> InboxReading:
    """24.3 % fat, of user 1."""
    raw = (0x04 | (0x02 if at else 0)).to_bytes(2, "little") + (243).to_bytes(2, "little")
    raw += (stamp(at) if at else b"") + bytes([1])
    return inbox_frame("2A9C", raw, "weight", SCALE, received_at)


def glucose_frame(
    received_at: int,
    at: datetime,
    sequence: int = 7,
    *,
    mmol_l: float | None = 6.1,
    sample: int = 0x11,  # capillary whole blood, finger
    status: int | None = None,
    offset_min: int | None = None,
) -> InboxReading:
    """A record of the meter; without a value only its status speaks."""
    flags = (0x06 if mmol_l is not None else 0) | (0x08 if status is not None else 0)
    flags |= 0x01 if offset_min is not None else 0
    raw = bytes([flags]) + sequence.to_bytes(2, "little") + stamp(at)
    if offset_min is not None:
        raw += offset_min.to_bytes(2, "little", signed=True)
    if mmol_l is not None:
        word = round(mmol_l * 10) | (0xC << 12)  # times 10 to the power of -4, in mol/L
        raw += word.to_bytes(2, "little") + bytes([sample])
    if status is not None:
        raw += status.to_bytes(2, "little")
    return inbox_frame("2A18", raw, "glucose", METER, received_at)


def context_frame(received_at: int, sequence: int = 7) -> InboxReading:
    """It was before a meal."""
    raw = bytes([0x02]) + sequence.to_bytes(2, "little") + bytes([1])
    return inbox_frame("2A34", raw, "glucose", METER, received_at)


STAMPED = Frame(
    frame(142, 84, 72, datetime.fromisoformat("2026-11-22T10:42:00")),
    "2A35",
    "blood_pressure",
    InstrumentIdentity("02:00:00:00:18:10", "Village cuff"),
    NOON,
    10,
    "boot",
    0.0,
)
"""A frame of a cuff, with a believable date."""


class FramesOnDemand:
    """Instruments that give what is put in, whenever that is, until they are stopped."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[SessionEvent] = asyncio.Queue()
        self.late: list[Frame] = []  # on their way when the session is stopped
        self.clock_offset_s = 0.0  # read at the end

    async def measure(
        self,
        *,
        on_event: Callable[[SessionEvent], Awaitable[None]],
        stop: asyncio.Event,
        timeout_s: float,
    ) -> SessionReport:
        refused, given = [], []

        async def give(one: SessionEvent) -> None:
            given.append(one)
            try:
                await on_event(one)
            except StoreFull as error:
                refused.append(error)

        stopped = asyncio.ensure_future(stop.wait())
        while not stop.is_set():
            coming = asyncio.ensure_future(self.waiting.get())
            await asyncio.wait({stopped, coming}, return_when=asyncio.FIRST_COMPLETED)
            if coming.done():
                await give(coming.result())
            coming.cancel()
        for one in self.late:
            await give(one)
        if refused:
            raise FrameNotKept("not kept") from refused[0]
        frames = tuple(one for one in given if isinstance(one, Frame))
        return SessionReport(
            Ended.STOPPED, STAMPED.identity, frames, (), 0, 0, 1, self.clock_offset_s
        )
