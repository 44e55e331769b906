"""One measuring session between the cuff and the window.

A frame is committed to the reading inbox before the window hears of it; when that fails the
window is told that it is not kept, and gets the bytes all the same; they are held and tried
again until the disk takes them, whoever stands there by then. The frames of a person who wants
nothing saved are never written at all, so that none can be left behind by a page that was left,
a second frame, a power cut, or a cuff that sends once more after the session. Runs on the
asyncio thread; everything it says arrives on the GUI thread, in order. It judges no reading.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Protocol

from devices.health.errors import FrameNotKept, InstrumentError
from devices.health.events import (
    BatteryLevel,
    Connected,
    CuffPressure,
    Disconnected,
    Frame,
    InstrumentIdentity,
    Searching,
    SessionEvent,
    SessionReport,
    SignalSettling,
)
from devices.health.gatt import BLOOD_PRESSURE
from kiosk.frame_keeping import AGAIN_S, Came, UnkeptFrames, inbox_reading, keep_once, look_up
from kiosk.readings import Recognised, how_recognised, identity_of
from kiosk.records import reading_inbox
from kiosk.records.reading_inbox import InboxReading, Why
from kiosk.workers import WriterStopped
from offline_sync.identity import new_record_id
from offline_sync.store import Store

log = logging.getLogger(__name__)

_SEARCH_FOR_S: Final = 120.0
_CLOSE_WITHIN_S: Final = 15.0
_UNRECORDED_KNOWN: Final = 256  # more than any cuff stores
_NOTHING_SAVED_FOR_S: Final = 60.0  # after such a session: a cuff may send once more
_STARTED_BY: Final = "resident"

OnHeard = Callable[[InstrumentIdentity, int | None], None]
"""Called with an instrument that was in contact, and its battery in percent when it said so."""


@dataclass(frozen=True, slots=True)
class ReadingArrived:
    """A new frame came. `kept` is false when it is in memory only: it could not be committed,
    or nothing of this sitting is to be saved."""

    reading: InboxReading
    kept: bool


@dataclass(frozen=True, slots=True)
class KnownReading:
    """A frame came again that is here already: it is no new reading, and was dropped."""


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The session is over; `error` says why when it is not simply done.

    `clock_offset_s` is the instrument's clock minus ours, which may come after its frames.
    """

    error: Exception | None
    clock_offset_s: float | None = None


CuffNews = (
    Searching
    | Connected
    | CuffPressure
    | Disconnected
    | ReadingArrived
    | KnownReading
    | SessionEnded
)


class CuffPort(Protocol):
    """What the check-in needs of a cuff."""

    def start(
        self, check_in_id: str, on_record: bool, listener: Callable[[CuffNews], None]
    ) -> None:
        """Listen for one measurement; news arrives on the GUI thread until SessionEnded.

        Without `on_record` nothing that comes is written anywhere.
        """
        ...

    def stop(self) -> None:
        """End the session that runs; its listener hears nothing more."""
        ...

    def leave_for_staff(self, reading_id: str, why: Why) -> None:
        """A reading that arrived is not of this sitting, also if it is not kept yet."""
        ...


class Measures(Protocol):
    """`devices.health.session.Instruments`, as far as it is used here."""

    async def measure(
        self,
        *,
        on_event: Callable[[SessionEvent], Awaitable[None]],
        stop: asyncio.Event,
        timeout_s: float,
    ) -> SessionReport: ...


class CuffSessions:
    """Starts and stops measuring sessions; one at a time. Lives on the GUI thread."""

    def __init__(
        self,
        instruments: Measures,
        run: Callable[[Coroutine[Any, Any, None]], Future[None]],
        call: Callable[..., None],
        submit: Callable[[Callable[[Store], bool]], Future[bool]],
        deliver: Callable[..., None],
        keep_again_s: float = AGAIN_S,
        on_heard: OnHeard | None = None,
    ) -> None:
        """`on_heard` is called on the asyncio thread."""
        self._instruments = instruments
        self._run = run
        self._call = call
        self._submit = submit
        self._deliver = deliver
        self._on_heard = on_heard
        self._stop: asyncio.Event | None = None  # of the session whose news is wanted
        self._running: list[Future[None]] = []
        self._unkept = UnkeptFrames(call, submit, keep_again_s)
        # What was measured without saving is on no disk, and must still not count twice.
        self._unrecorded: deque[bytes] = deque(maxlen=_UNRECORDED_KNOWN)
        self._nothing_saved_until = 0.0  # on the asyncio loop's clock,
        self._nothing_saved_of: set[str] = set()  # of these instruments, by address

    def start(
        self, check_in_id: str, on_record: bool, listener: Callable[[CuffNews], None]
    ) -> None:
        """Listen for one measurement of this sitting. A session that runs is stopped first."""
        self.stop()
        stop = self._stop = asyncio.Event()
        self._running = [one for one in self._running if not one.done()]
        self._running.append(self._run(self._session(check_in_id, on_record, stop, listener)))

    def stop(self) -> None:
        """End the session that runs. What it already kept stays kept."""
        stop, self._stop = self._stop, None
        if stop is not None:
            self._call(stop.set)
            self._call(self._unkept.leave_all_for_staff)

    def leave_for_staff(self, reading_id: str, why: Why) -> None:
        """The frame is nobody's: in the inbox, and if it is not kept yet, when it will be."""
        self._unkept.leave_for_staff(reading_id, why)
        self._write(partial(_leave, reading_id=reading_id, why=why))

    def is_private(self, frame: Frame) -> bool:
        """Whether a frame that came outside a session is of a person who wants nothing saved.

        On the asyncio thread. What is private is known when it comes again in a session.
        """
        now = asyncio.get_running_loop().time()
        if now >= self._nothing_saved_until or frame.kind != BLOOD_PRESSURE.name:
            return False
        if frame.identity.address not in self._nothing_saved_of:
            return False
        self._know_unrecorded(inbox_reading(frame, "", None))
        return True

    def close(self) -> None:
        """Stop, and wait until the instrument has been let go of: the kiosk is closing."""
        self.stop()
        wait(self._running, _CLOSE_WITHIN_S)
        self._unkept.close()

    async def _session(
        self,
        check_in_id: str,
        on_record: bool,
        stop: asyncio.Event,
        listener: Callable[[CuffNews], None],
    ) -> None:
        session_id = new_record_id()
        if on_record:
            self._nothing_saved_until = 0.0
        else:
            if asyncio.get_running_loop().time() >= self._nothing_saved_until:
                self._nothing_saved_of.clear()  # of another person, before
            self._nothing_saved_until = math.inf

        def tell(news: CuffNews) -> None:
            self._deliver(self._pass_on, stop, listener, news)

        async def on_event(event: SessionEvent) -> None:
            if isinstance(event, Connected | Frame) and not on_record:
                self._nothing_saved_of.add(event.identity.address)
            match event:
                case Frame():
                    await on_frame(event)
                case Connected():
                    self._heard(event.identity)
                    tell(event)
                case BatteryLevel() | SignalSettling():  # the page of the cuff shows neither
                    pass
                case _:
                    tell(event)

        async def on_frame(frame: Frame) -> None:
            reading = inbox_reading(frame, session_id, check_in_id, _STARTED_BY)
            try:
                is_new = await self._is_new(reading, on_record)
            except Exception:
                if on_record:
                    self._unkept.add(
                        replace(reading, check_in_id=None, why=Why.LEFT)
                        if stop.is_set()
                        else reading
                    )
                tell(ReadingArrived(reading, kept=False))
                raise  # the session ends at once: further readings stay in the instrument
            tell(ReadingArrived(reading, kept=on_record) if is_new else KnownReading())

        error: Exception | None = None
        report: SessionReport | None = None
        try:
            report = await self._instruments.measure(
                on_event=on_event, stop=stop, timeout_s=_SEARCH_FOR_S
            )
        except FrameNotKept as problem:
            log.warning("a reading could not be committed; it is held and tried again")
            report = problem.report
        except InstrumentError as problem:
            error, report = problem, problem.report
        except Exception as problem:  # a fault of ours must not leave the page waiting for ever
            log.exception("a measuring session failed")
            error = problem
        finally:
            if not on_record:
                ended_at = asyncio.get_running_loop().time()
                self._nothing_saved_until = ended_at + _NOTHING_SAVED_FOR_S
        self._note_report(report, session_id, on_record)
        tell(SessionEnded(error, report.device_clock_offset_s if report else None))

    def _note_report(self, report: SessionReport | None, session_id: str, on_record: bool) -> None:
        """What is known only now: for frames that will wait for staff, and for the instrument."""
        if report is None or report.identity is None:
            return
        self._heard(report.identity, report.battery_percent)
        if on_record and report.frames and report.device_clock_offset_s is not None:
            self._write(
                partial(
                    _note_clock,
                    session_id=session_id,
                    address=report.identity.address,
                    clock_offset_s=report.device_clock_offset_s,
                )
            )

    def _write(self, job: Callable[[Store], bool]) -> None:
        """Something that is good to have: what a frame says is kept without it."""
        try:
            self._submit(job).add_done_callback(_say_when_not_written)
        except WriterStopped:
            log.info("the kiosk is closing: a frame stays as it is in the inbox")

    def _heard(self, identity: InstrumentIdentity, battery_percent: int | None = None) -> None:
        if self._on_heard is not None:
            self._on_heard(identity, battery_percent)

    async def _is_new(self, reading: InboxReading, on_record: bool) -> bool:
        """Keep a frame, when it is to be kept; False when the same one was here before."""
        if _fingerprint(reading) in self._unrecorded:
            return False
        look = _keep if on_record else _look
        is_new = await asyncio.wrap_future(self._submit(partial(look, reading=reading)))
        if is_new and not on_record:
            self._know_unrecorded(reading)
        return is_new

    def _know_unrecorded(self, reading: InboxReading) -> None:
        if how_recognised(reading) is not Recognised.BY_NOTHING:
            self._unrecorded.append(_fingerprint(reading))

    def _pass_on(
        self, stop: asyncio.Event, listener: Callable[[CuffNews], None], news: CuffNews
    ) -> None:
        if stop is self._stop:
            listener(news)
        elif isinstance(news, ReadingArrived):  # of a session that was stopped: nobody's
            self.leave_for_staff(news.reading.id, Why.LEFT)


def _keep(store: Store, reading: InboxReading) -> bool:
    return keep_once(store, reading) is Came.NEW


def _look(store: Store, reading: InboxReading) -> bool:
    return look_up(store, reading) is Came.NEW


def _leave(store: Store, reading_id: str, why: Why) -> bool:
    reading_inbox.leave_unattributed(store, reading_id, why)
    return True


def _note_clock(store: Store, session_id: str, address: str, clock_offset_s: float) -> bool:
    reading_inbox.note_clock(store, session_id, address, clock_offset_s)
    return True


def _say_when_not_written(done: Future[bool]) -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        log.warning("a frame stays as it was in the inbox: %s", type(error).__name__)


def _fingerprint(reading: InboxReading) -> bytes:
    """Tells whether a frame is the same, and nothing of what it says."""
    sender = f"{reading.address} {reading.characteristic} "
    return hashlib.sha256(sender.encode() + identity_of(reading)).digest()
