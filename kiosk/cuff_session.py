"""One measuring session between the cuff and the window.

A frame is committed to the reading inbox before the window hears of it; when that fails the
window is told that it is not kept, and gets the bytes all the same; they are held and tried
again until the disk takes them, whoever stands there by then. The frames of a person who wants
nothing saved are never written at all, so that none can be left behind by a page that was left,
a second frame or a power cut. Runs on the asyncio thread; everything it says arrives on the GUI
thread, in order. It judges no reading.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, Protocol

from devices.health.errors import FrameNotKept, InstrumentError
from devices.health.events import (
    Connected,
    CuffPressure,
    Disconnected,
    Frame,
    Searching,
    SessionEvent,
    SessionReport,
)
from kiosk.cuff_readings import is_time_stamped
from kiosk.frame_keeping import AGAIN_S, UnkeptFrames, keep_if_new, nowhere_yet
from kiosk.records.reading_inbox import InboxReading
from offline_sync.identity import new_record_id
from offline_sync.store import Store

log = logging.getLogger(__name__)

_SEARCH_FOR_S: Final = 120.0
_CLOSE_WITHIN_S: Final = 15.0
_UNRECORDED_KNOWN: Final = 256  # more than any cuff stores


@dataclass(frozen=True, slots=True)
class ReadingArrived:
    """A new frame came. `kept` is false when it is in memory only: it could not be committed,
    or nothing of this sitting is to be saved."""

    reading: InboxReading
    feature: int | None
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

    def leave_for_staff(self, reading_id: str) -> None:
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
    ) -> None:
        self._instruments = instruments
        self._run = run
        self._call = call
        self._submit = submit
        self._deliver = deliver
        self._stop: asyncio.Event | None = None  # of the session whose news is wanted
        self._running: list[Future[None]] = []
        self._unkept = UnkeptFrames(call, submit, keep_again_s)
        # What was measured without saving is on no disk, and must still not count twice.
        self._unrecorded: deque[bytes] = deque(maxlen=_UNRECORDED_KNOWN)

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

    def leave_for_staff(self, reading_id: str) -> None:
        """A frame that is not kept yet will be kept as nobody's."""
        self._unkept.leave_for_staff(reading_id)

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

        def tell(news: CuffNews) -> None:
            self._deliver(self._pass_on, stop, listener, news)

        async def on_event(event: SessionEvent) -> None:
            if not isinstance(event, Frame):
                tell(event)
                return
            reading = _inbox_reading(event, session_id, check_in_id)
            try:
                is_new = await self._is_new(reading, on_record)
            except Exception:
                if on_record:
                    self._unkept.add(
                        replace(reading, check_in_id=None) if stop.is_set() else reading
                    )
                tell(ReadingArrived(reading, event.feature, kept=False))
                raise  # the session ends at once: further readings stay in the instrument
            tell(
                ReadingArrived(reading, event.feature, kept=on_record) if is_new else KnownReading()
            )

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
        tell(SessionEnded(error, report.device_clock_offset_s if report else None))

    async def _is_new(self, reading: InboxReading, on_record: bool) -> bool:
        """Keep a frame, when it is to be kept; False when the same one was here before."""
        fingerprint = _fingerprint(reading)
        if fingerprint in self._unrecorded:
            return False
        look = partial(keep_if_new if on_record else nowhere_yet, reading=reading)
        is_new = await asyncio.wrap_future(self._submit(look))
        if is_new and not on_record and is_time_stamped(reading.raw):
            self._unrecorded.append(fingerprint)
        return is_new

    def _pass_on(
        self, stop: asyncio.Event, listener: Callable[[CuffNews], None], news: CuffNews
    ) -> None:
        # News of a session that was stopped is nobody's; its frames stay in the inbox for staff.
        if stop is self._stop:
            listener(news)


def _fingerprint(reading: InboxReading) -> bytes:
    """Tells whether a frame is the same, and nothing of what it says."""
    sender = f"{reading.instrument.get('address')} {reading.characteristic} "
    return hashlib.sha256(sender.encode() + reading.raw).digest()


def _inbox_reading(frame: Frame, session_id: str, check_in_id: str) -> InboxReading:
    identity = frame.identity
    said = {
        "address": identity.address,
        "name": identity.name,
        "maker": identity.maker,
        "model": identity.model,
        "serial": identity.serial,
    }
    return InboxReading(
        id=new_record_id(),
        session_id=session_id,
        characteristic=frame.characteristic,
        raw=frame.raw,
        instrument={name: value for name, value in said.items() if value is not None},
        device_time=None,
        clock_offset_s=frame.device_clock_offset_s,
        received_at=frame.wall_ms,
        mono_ms=frame.mono_ms,
        boot_id=frame.boot_id,
        check_in_id=check_in_id,
    )
