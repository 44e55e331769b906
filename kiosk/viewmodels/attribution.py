"""Readings that are nobody's, and the worker's word that one is somebody's.

The kiosk never guesses whose a reading is: choosing a resident only shows what would become of
it, and nothing is filed until the worker has confirmed exactly what was shown. What is no
resident's is set aside with a reason and stays on this kiosk.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from kiosk.civil_time import civil_date, civil_time
from kiosk.readings import ADDITIONS
from kiosk.records import reading_inbox, residents
from kiosk.records.audit import audit_entry
from kiosk.roles import Permission, Refusal, requires
from kiosk.shifts import Shifts
from kiosk.workers import Background
from offline_sync.clock import Clock
from offline_sync.store import Change, Store

if TYPE_CHECKING:
    from kiosk.attributing import NotFiled
    from kiosk.leftovers import Leftover
    from kiosk.records.reading_inbox import InboxReading

log = logging.getLogger(__name__)

ATTRIBUTE: Final = "attribute_reading"
SET_ASIDE: Final = "set_reading_aside"
REASONS: Final = ("test", "not_on_record", "cannot_be_told", "not_usable")
"""Why a reading is set aside, as the codes that the page turns into words."""

MOST_AT_ONCE: Final = 500
"""Frames that are loaded for the list, the newest; the older ones follow as these are answered."""

_REFRESH_MS: Final = 5_000

InMean = Callable[["Leftover"], bool]
"""Whether a reading of its own counts for the resident's means: the rules say so."""


class AttributionViewModel(QObject):
    """`attribution` in QML: the list of readings, and the one that was opened."""

    changed = Signal()
    refused = Signal(str)
    settled = Signal(str)  # "filed" | "set_aside": the one that was opened has left the list

    def __init__(
        self,
        background: Background,
        shifts: Shifts,
        clock: Clock,
        in_mean: InMean,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._shifts = shifts
        self._clock = clock
        self._in_mean = in_mean
        self._kept: list[InboxReading] = []  # what `_made` was made of
        self._made: list[Leftover] = []
        self._waiting: dict[str, Leftover] = {}
        self._rows: list[dict[str, Any]] = []
        self._count = 0
        self._opened = ""
        self._resident: dict[str, str] = {}
        self._chosen_for: Leftover | None = None  # as it was shown when the resident was chosen
        self._problem = ""
        self._concerned = ""
        self._busy = False
        self._seen_by = ""
        self._pages: set[str] = set()  # that are open and show this
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self._timer.timeout.connect(self._look_again)
        shifts.on_change(self._forget_for_another)
        shifts.on_change(self.count)

    @property
    def gate(self) -> Shifts:
        return self._shifts

    def refuse(self, refusal: Refusal) -> None:
        self.refused.emit(str(refusal))

    # ---- what the page reads

    allowed = Property(
        bool,
        lambda self: self._shifts.refusal(Permission.ATTRIBUTE_READINGS) is None,
        notify=changed,
    )
    rows = Property(list, lambda self: self._rows, notify=changed)
    today = Property(
        str, lambda self: civil_date(self._clock.now().wall_ms).isoformat(), notify=changed
    )

    @Property(int, notify=changed)
    def waiting(self) -> int:
        """How many wait for a worker's word, as of the last look; 0 for other roles."""
        return self._count

    @Property(dict, notify=changed)
    def opened(self) -> dict[str, Any]:
        """The reading that the worker looks at, as its row has it; empty when it is none."""
        return next((row for row in self._rows if row["key"] == self._opened), {})

    @Property(dict, notify=changed)
    def resident(self) -> dict[str, str]:
        """The one who was chosen and not confirmed yet: key, name, romanised, address."""
        return self._resident

    @Property(str, notify=changed)
    def problem(self) -> str:
        """ "" | not_saved | gone | already_filed | changed | moved | died | unknown_resident"""
        return self._problem

    @Property(str, notify=changed)
    def concerned(self) -> str:
        """The name of the resident whom `problem` is about; "" when it is about nobody known."""
        return self._concerned

    # ---- what the worker does

    @Slot()
    def count(self) -> None:
        """A staff page was opened, or the worker changed: does anything wait?"""
        may = self._shifts.refusal(Permission.ATTRIBUTE_READINGS) is None
        self._note_count(self._in_all(self._found()) if may else 0)

    @Slot(str)
    @requires(Permission.ATTRIBUTE_READINGS)
    def watch(self, page: str) -> None:
        """The page is open: show what waits, and go on showing it."""
        self._pages.add(page)
        self._look()
        self._timer.start()

    @Slot(str)
    def leave(self, page: str) -> None:
        """This page is closed; another may have been opened before that."""
        self._pages.discard(page)
        if self._pages:
            return
        self._timer.stop()

    @Slot(str)
    @requires(Permission.ATTRIBUTE_READINGS)
    def open(self, reading_id: str) -> None:
        """Look at one reading. Nobody is chosen yet."""
        self._opened, self._resident, self._problem = reading_id, {}, ""
        self._concerned = ""
        self._look()
        self.changed.emit()

    @Slot(str)
    @requires(Permission.ATTRIBUTE_READINGS)
    def choose(self, resident_id: str) -> None:
        """Show what would become of it. Writes nothing."""
        from kiosk.attributing import NotFiled, WhyNot, why_not_for  # with the decoders

        person = residents.get(self._background.reader, resident_id)
        why_not = why_not_for(person)
        if person is None or why_not is not None:  # the list that was touched is old
            self._say(NotFiled(why_not or WhyNot.UNKNOWN_RESIDENT, resident_id))
            return
        self._chosen_for = self._waiting.get(self._opened)
        self._resident = {
            "key": person.id,
            "name": person.name or person.romanised,
            "romanised": person.romanised,
            "address": person.address or person.village,
        }
        self.changed.emit()

    @Slot()
    def chooseNobody(self) -> None:
        """Not this resident."""
        self._resident = {}
        self.changed.emit()

    @Slot(str, str)
    @requires(Permission.ATTRIBUTE_READINGS)
    def confirm(self, reading_id: str, resident_id: str) -> None:
        """The worker's word: this reading, as it is shown, is of this resident, as shown."""
        shown, worker = self._chosen_for, self._shifts.worker
        as_asked = reading_id == self._opened and resident_id == self._resident.get("key")
        if not as_asked or shown is None or shown.id != reading_id or worker is None:
            return
        if not shown.can_be_filed:
            return
        from kiosk import attributing
        from kiosk.leftovers import vital_of

        by, most = worker.staff_id, MOST_AT_ONCE
        vital = vital_of(shown, resident_id, by, in_mean=self._in_mean(shown))
        entry = self._entry(ATTRIBUTE, ("vital", reading_id), None)
        self._write(lambda store: attributing.file(store, shown, vital, entry, by, most), "filed")

    @Slot(str, str)
    @requires(Permission.ATTRIBUTE_READINGS)
    def setAside(self, reading_id: str, reason: str) -> None:
        """It is no resident's: it leaves the list, with the reason, and stays on this kiosk."""
        reading, worker = self._waiting.get(reading_id), self._shifts.worker
        if reading is None or reading_id != self._opened or worker is None:
            return
        if reason not in REASONS:
            raise ValueError(f"no such reason: {reason}")
        from kiosk import attributing

        now_ms, by = self._clock.now().wall_ms, worker.staff_id
        entry = self._entry(SET_ASIDE, ("reading", reading_id), {"reason": reason})
        self._write(
            lambda store: attributing.set_aside(store, reading, entry, now_ms, by, reason),
            "set_aside",
        )

    # ---- inside

    def _entry(self, action: str, subject: tuple[str, str], detail: Any) -> Change:
        worker = self._shifts.worker
        return audit_entry(
            action,
            self._clock.now().wall_ms,
            worker.staff_id if worker else None,
            subject,
            detail,
        )

    def _write(self, job: Callable[[Store], NotFiled | None], what: str) -> None:
        if self._busy:
            return
        self._busy = True
        self._resident = {}  # answered: it is not asked again by itself
        self._background.write(job, lambda instead: self._written(instead, what), self._not_written)

    def _written(self, instead: NotFiled | None, what: str) -> None:
        self._busy = False
        if instead is None:
            self._opened = ""
        else:
            self._kept = []  # the list is old: it is made anew
        self._look()
        self._say(instead)
        if instead is None:
            self.settled.emit(what)

    def _say(self, instead: NotFiled | None) -> None:
        """What happened instead of filing, and whom that is about; None: it is done."""
        self._problem = "" if instead is None else str(instead.why)
        person = residents.get(self._background.reader, instead.resident_id) if instead else None
        self._concerned = "" if person is None else person.name or person.romanised
        self.changed.emit()

    def _not_written(self, error: BaseException) -> None:
        log.error("a reading stays nobody's: %s", type(error).__name__)
        self._busy = False
        self._problem, self._concerned = "not_saved", ""
        self.changed.emit()

    def arrived(self) -> None:
        """Something came into the inbox, or left it."""
        if self._timer.isActive():
            self._look_again()
        else:
            self.count()

    @Slot()
    def _look_again(self) -> None:
        if self._shifts.refusal(Permission.ATTRIBUTE_READINGS) is None:
            self._look()

    def _look(self) -> None:
        found = self._found()
        rows = [_row(one) for one in found]
        before = (self._rows, self._count)
        self._waiting = {one.id: one for one in found}
        self._rows, self._count = rows, self._in_all(found)
        self._seen_by = self._worker_id()
        if before != (self._rows, self._count):  # else a list that is being read would jump
            self.changed.emit()

    def _found(self) -> list[Leftover]:
        """The newest, decoded anew only when the inbox has changed."""
        from kiosk.attributing import measurements  # with the decoders: not before the first page

        kept = reading_inbox.nobodys(self._background.reader, MOST_AT_ONCE + 1)
        if kept != self._kept:
            self._made = measurements(self._background.reader, kept, MOST_AT_ONCE)
            self._kept = kept
        return self._made

    def _in_all(self, found: list[Leftover]) -> int:
        """How many wait: those that were found, and the main readings that were not loaded."""
        if len(self._kept) <= MOST_AT_ONCE:
            return len(found)
        loaded = sum(one.characteristic not in ADDITIONS for one in self._kept[:MOST_AT_ONCE])
        waiting = reading_inbox.count_nobodys(self._background.reader, ADDITIONS)
        return len(found) + max(0, waiting - loaded)

    def _note_count(self, count: int) -> None:
        if count != self._count:
            self._count = count
            self.changed.emit()

    def _forget_for_another(self) -> None:
        """What one worker looked at is not left on the screen for the next."""
        if self._seen_by and self._worker_id() != self._seen_by:
            self._waiting, self._rows, self._opened, self._resident = {}, [], "", {}
            self._chosen_for, self._problem, self._concerned = None, "", ""
            self._seen_by = ""
            self.changed.emit()

    def _worker_id(self) -> str:
        worker = self._shifts.worker
        return "" if worker is None else worker.staff_id


def _row(reading: Leftover) -> dict[str, Any]:
    return {
        "key": reading.id,
        "kind": reading.kept.kind,
        "state": str(reading.state),
        "values": dict(reading.shown),
        "taken": _moment(reading.taken_at),
        "byItsClock": reading.taken_by_its_clock,
        "arrived": _moment(reading.kept.received_at),
        "instrument": str(reading.kept.instrument.get("name") or ""),
        "why": str(reading.kept.why or ""),
    }


def _moment(at_ms: int) -> dict[str, str]:
    return {"on": civil_date(at_ms).isoformat(), "time": f"{civil_time(at_ms):%H:%M}"}
