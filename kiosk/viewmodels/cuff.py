"""The cuff as the measuring page sees it: what it is doing, what went wrong, what to do.

Turns a session's news into one reading on record. It retries by itself after every failure,
never drops a reading that could not be saved, and never gives a person a reading that the
instrument took at another time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import Property, QObject, Signal

from devices.health.errors import (
    AdapterReason,
    AdapterUnavailable,
    FrameCorrupt,
    InstrumentNotFound,
    InstrumentRefused,
)
from devices.health.events import Connected, CuffPressure, Disconnected, Searching
from kiosk.cuff_readings import CuffReading, decode, is_just_taken, settled, vital_change
from kiosk.cuff_session import (
    CuffNews,
    CuffPort,
    KnownReading,
    ReadingArrived,
    SessionEnded,
)
from kiosk.frame_keeping import Came, keep_once
from kiosk.records import vitals
from kiosk.records.reading_inbox import Why
from kiosk.viewmodels.ports import Background
from offline_sync.store import Store

log = logging.getLogger(__name__)

_NOTHING_HEARD_MS: Final = 30_000
_TRY_AGAIN_MS: Final = 3_000
_SAVE_AGAIN_MS: Final = 5_000
_LETTING_GO_MMHG: Final = 5  # below the highest pressure: the cuff lets go
_LONGEST_TRACE: Final = 400
_BY: Final = "resident"
_ADAPTER_PROBLEMS: Final = {
    AdapterReason.POWERED_OFF: "adapter",
    AdapterReason.NO_ADAPTER: "adapter",
    AdapterReason.STUCK: "adapter_stuck",
}


@dataclass(frozen=True, slots=True)
class Filing:
    """Whose reading the next one is, and whether it may be put on record."""

    check_in_id: str
    resident_id: str
    on_record: bool
    taken_on: str


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A reading that waits for the last word of its session, and what was known when it came."""

    reading: CuffReading
    kept: bool
    seen_measuring: bool
    listened_ms: int  # since the measuring step began


@dataclass(slots=True)
class _Listening:
    """What is known of the measurement that goes on; times on the monotonic clock."""

    heard_at: int
    phase: str = ""
    problem: str = ""
    trace: list[tuple[float, float]] = field(default_factory=list)
    trace_began: int = 0
    again_at: int = 0
    unsaved: CuffReading | None = None
    writing: bool = False
    kept_in_inbox: bool = True
    seen_measuring: bool = False  # by its live pressure, in the session that runs
    stamped: list[_Waiting] = field(default_factory=list)  # until the session is over


class CuffViewModel(QObject):
    """What MeasuringPage shows."""

    changed = Signal()
    traceChanged = Signal()
    accepted = Signal(object)  # a CuffReading: on record, or not to be put there

    def __init__(
        self,
        background: Background,
        port: CuffPort,
        monotonic_ms: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._port = port
        self._mono = monotonic_ms
        self._filing: Filing | None = None
        self._began_at = self._mono()
        self._now = _Listening(self._began_at)

    def begin(self, filing: Filing) -> None:
        """Listen until one reading of this person, taken from now on, has been accepted."""
        self._began_at = self._mono()
        self._now = _Listening(self._began_at)
        self._filing = filing
        self._listen()

    def end(self) -> None:
        """Listen no more. A session whose reading was accepted ends by itself."""
        if self._filing is None:
            return
        self._filing = None
        for one in self._now.stamped:
            self._port.leave_for_staff(one.reading.kept.id, Why.LEFT)
        if self._now.unsaved is not None:
            self._port.leave_for_staff(self._now.unsaved.kept.id, Why.LEFT)
        self._port.stop()
        self._now = _Listening(self._mono())
        self.changed.emit()
        self.traceChanged.emit()

    @property
    def saving(self) -> bool:
        """A reading is on its way to the disk, or waits for it: not the moment to stop."""
        return self._now.unsaved is not None or bool(self._now.stamped)

    def tick(self) -> None:
        """Try again what is due."""
        now = self._mono()
        if self._filing is None:
            return
        if self._now.unsaved is not None:
            if not self._now.writing and now >= self._now.again_at:
                self._file(self._now.unsaved)
        elif self._now.again_at and now >= self._now.again_at:
            self._listen()
        elif self._now.phase == "searching" and now - self._now.heard_at >= _NOTHING_HEARD_MS:
            self._set_problem(self._now.problem or "no_instrument")

    # ---- what the page reads

    @Property(str, notify=changed)
    def phase(self) -> str:
        """ "" | searching | connected | inflating | deflating | reading"""
        return self._now.phase

    @Property(str, notify=changed)
    def problem(self) -> str:
        """ "" | no_instrument | adapter | adapter_stuck | no_bluetooth | lost | refused |
        not_paired | unreadable | not_yours | not_saved"""
        return self._now.problem

    @Property(dict, notify=changed)
    def unsaved(self) -> dict[str, str]:
        """The numbers of a reading that could not be saved: they are on this screen only."""
        if self._now.unsaved is None or self._now.problem != "not_saved":
            return {}
        reading = self._now.unsaved
        return {
            "systolic": whole(reading.systolic),
            "diastolic": whole(reading.diastolic),
            "pulse": whole(reading.pulse),
        }

    @Property(int, notify=traceChanged)
    def pressure(self) -> int:
        return round(self._now.trace[-1][1]) if self._now.trace else 0

    @Property(list, notify=traceChanged)
    def trace(self) -> list[list[float]]:
        """[seconds, mmHg] of the cuff since it began to fill."""
        return [list(point) for point in self._now.trace]

    # ---- news

    def _listen(self) -> None:
        filing = self._filing
        if filing is None:
            return
        self._now.again_at = 0
        self._now.phase = "searching"
        self._now.heard_at = self._mono()
        self._now.seen_measuring, self._now.stamped = False, []
        self.changed.emit()
        self._port.start(
            filing.check_in_id, filing.on_record, lambda news: self._hear(filing, news)
        )

    def _hear(self, filing: Filing, news: CuffNews) -> None:
        if filing is not self._filing:
            if isinstance(news, ReadingArrived):
                self._port.leave_for_staff(news.reading.id, Why.LEFT)
            return
        match news:
            case Searching():
                self._now.phase = "searching"
            case Connected():
                self._now.heard_at = self._mono()
                self._now.phase, self._now.problem = "connected", ""
                self._now.trace = []
                self.traceChanged.emit()
            case CuffPressure(mmhg=mmhg):
                self._pressure(mmhg)
            case Disconnected():
                if self._now.phase != "reading":
                    self._now.phase = "searching"
            case ReadingArrived():
                self._arrived(news)
            case KnownReading():
                self._came_again()
            case SessionEnded():
                self._ended(news)
        self.changed.emit()

    def _pressure(self, mmhg: int) -> None:
        now = self._mono()
        self._now.seen_measuring = True
        if self._now.unsaved is None:
            self._now.problem = ""  # whatever came before: now it measures
        if not self._now.trace:
            self._now.trace_began = now
        if len(self._now.trace) < _LONGEST_TRACE:
            self._now.trace.append(((now - self._now.trace_began) / 1000, float(mmhg)))
        highest = max(pressure for _, pressure in self._now.trace)
        self._now.phase = "deflating" if mmhg < highest - _LETTING_GO_MMHG else "inflating"
        self._now.heard_at = now
        self.traceChanged.emit()

    def _arrived(self, news: ReadingArrived) -> None:
        if self._now.unsaved is not None:  # one measurement, one reading: the rest is for staff
            self._port.leave_for_staff(news.reading.id, Why.EXTRA)
            return
        try:
            reading = decode(news.reading)
        except FrameCorrupt as error:
            log.warning("frame %s could not be decoded: %s", news.reading.id, error)
            self._set_aside(news.reading.id, "unreadable", Why.UNREADABLE)
            return
        listened_ms = self._mono() - self._began_at
        if is_just_taken(reading, self._now.seen_measuring, listened_ms):
            self._take(reading, news.kept)
            return
        self._now.phase = "reading"
        self._now.stamped.append(
            _Waiting(reading, news.kept, self._now.seen_measuring, listened_ms)
        )

    def _came_again(self) -> None:
        """The real one may still follow; when it does not, the person knows what to do."""
        if self._now.unsaved is None:
            self._now.problem = "not_yours"

    def _take(self, reading: CuffReading, kept: bool) -> None:
        if reading.stale:
            self._set_aside(reading.kept.id, "not_yours", Why.EARLIER)
        elif not reading.usable:
            self._set_aside(reading.kept.id, "unreadable", Why.UNREADABLE)
        else:
            self._now.phase = "reading"
            self._now.unsaved, self._now.kept_in_inbox = reading, kept
            self._file(reading)

    def _set_aside(self, reading_id: str, problem: str, why: Why) -> None:
        self._now.problem = problem
        self._port.leave_for_staff(reading_id, why)

    def _ended(self, news: SessionEnded) -> None:
        self._settle_stamped(news.clock_offset_s)
        if self._filing is None or self._now.unsaved is not None:
            return
        error = news.error
        if isinstance(error, AdapterUnavailable):
            self._now.problem = _ADAPTER_PROBLEMS.get(error.reason, "no_bluetooth")
        elif isinstance(error, InstrumentNotFound):
            self._now.problem = "no_instrument"
        elif isinstance(error, InstrumentRefused):
            self._now.problem = "not_paired" if error.pairing else "refused"
        elif error is not None:
            self._now.problem = "lost"
        self._now.phase = "searching"
        self._now.again_at = self._mono() + _TRY_AGAIN_MS

    def _settle_stamped(self, clock_offset_s: float | None) -> None:
        """The instrument's clock decides which are of this step; of those, the newest counts.

        Of those that say no time it is the last: instruments send the oldest first.
        """
        waiting, self._now.stamped = self._now.stamped, []
        waiting.sort(key=lambda one: one.reading.kept.device_time or "")
        for one in reversed(waiting):
            if self._filing is not None and self._now.unsaved is None:
                reading = settled(one.reading, clock_offset_s, one.seen_measuring, one.listened_ms)
                self._take(reading, one.kept)
            else:
                self._leave_as_another(one, clock_offset_s)

    def _leave_as_another(self, one: _Waiting, clock_offset_s: float | None = None) -> None:
        """It came, and another reading was taken: is it of an earlier time, or just one more?"""
        reading = settled(one.reading, clock_offset_s, one.seen_measuring, one.listened_ms)
        why = Why.EARLIER if reading.stale else Why.EXTRA
        self._port.leave_for_staff(reading.kept.id, why)

    # ---- saving

    def _file(self, reading: CuffReading) -> None:
        filing = self._filing
        if filing is None:
            return
        if not filing.on_record:
            self._accept(reading)
            return
        kept_in_inbox = self._now.kept_in_inbox
        vital = vital_change(reading, filing.resident_id, filing.check_in_id, filing.taken_on, _BY)

        def job(store: Store) -> bool:
            if not kept_in_inbox and keep_once(store, reading.kept) is not Came.NEW:
                return False
            vitals.file_reading(store, vital, _BY)
            return True

        self._now.writing = True
        self._background.write(
            job,
            lambda is_new: self._filed(filing, reading, is_new),
            lambda error: self._not_filed(filing, error),
        )

    def _filed(self, filing: Filing, reading: CuffReading, is_new: bool) -> None:
        if filing is not self._filing:
            return
        if is_new:
            self._accept(reading)
            return
        self._now = _Listening(self._mono())
        self._listen()
        self._came_again()
        self.changed.emit()

    def _not_filed(self, filing: Filing, error: BaseException) -> None:
        log.warning("a reading could not be saved: %s", type(error).__name__)
        if filing is not self._filing:
            return
        self._now.writing = False
        self._now.again_at = self._mono() + _SAVE_AGAIN_MS
        self._set_problem("not_saved")

    def _accept(self, reading: CuffReading) -> None:
        self._filing = None
        for one in self._now.stamped:
            self._leave_as_another(one)
        self._now = _Listening(self._mono(), phase="reading")
        self.accepted.emit(reading)
        self.changed.emit()

    def _set_problem(self, problem: str) -> None:
        if problem != self._now.problem:
            self._now.problem = problem
            self.changed.emit()


def whole(number: object) -> str:
    """A number as it is shown; a missing one is a dash."""
    return "–" if number is None else f"{number:.0f}"
