"""The sync page: four numbers that add up, when the hub was last reached, what needs a person."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from kiosk.civil_time import civil_date, civil_time
from kiosk.records.sync_status import needs_attention, sync_status
from kiosk.roles import Permission, Refusal, requires
from kiosk.shifts import Shifts
from kiosk.viewmodels.conflicts import ConflictsViewModel
from kiosk.workers import Background
from offline_sync.clock import Clock, Instant
from offline_sync.filling import FillProgress
from offline_sync.outbox import ClockSample
from offline_sync.parity_rows import ParityRun
from offline_sync.reasons import reason_code
from offline_sync.store import Store

log = logging.getLogger(__name__)

_REFRESH_MS: Final = 1_000
_SHOWN_PROBLEMS: Final = 50
_DAY_MS: Final = 24 * 60 * 60 * 1_000
_CLOCK_BEARS_MS: Final = 5 * 60 * 1_000


class SyncViewModel(QObject):
    """`sync` in QML. Holds no resident data: record types and reasons only. What a conflict is
    about is in `conflicts`, for those who may settle it."""

    changed = Signal()
    problemsChanged = Signal()
    refused = Signal(str)
    tryNowRequested = Signal()

    def __init__(
        self, background: Background, shifts: Shifts, clock: Clock, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._shifts = shifts
        self._clock = clock
        self._status: dict[str, Any] = {}
        self._problems: list[dict[str, Any]] = []
        self._not_saved = False
        self._conflicts = ConflictsViewModel(background, shifts, clock, self)
        self._conflicts.refused.connect(self.refused)
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self._timer.timeout.connect(self._look_again)

    @property
    def gate(self) -> Shifts:
        return self._shifts

    def refuse(self, refusal: Refusal) -> None:
        self.refused.emit(str(refusal))

    status = Property(dict, lambda self: self._status, notify=changed)
    problems = Property(list, lambda self: self._problems, notify=problemsChanged)
    conflicts = Property(QObject, lambda self: self._conflicts, constant=True)
    notSaved = Property(bool, lambda self: self._not_saved, notify=problemsChanged)

    @Slot()
    @requires(Permission.SEE_SYNC)
    def watch(self) -> None:
        """The page is open: show how things are, and go on showing it."""
        self._note_not_saved(False)
        self._look()
        self._timer.start()

    @Slot()
    def leave(self) -> None:
        """The page is closed."""
        self._timer.stop()

    @Slot()
    @requires(Permission.SEE_SYNC)
    def tryNow(self) -> None:
        """Ask for a try to reach the hub without waiting for the next."""
        self.tryNowRequested.emit()

    @Slot(str)
    @requires(Permission.SEE_SYNC)
    def tryAgain(self, op_id: str) -> None:
        """Send a change again that the hub did not take, with all that waits behind it."""
        if any(one["key"] == op_id and one["stuck"] for one in self._problems):
            self._background.write(
                partial(Store.release, op_ids=[op_id]), self._released, self._not_released
            )

    def arrived(self) -> None:
        """Records came from the hub: an open page counts again at once."""
        if self._timer.isActive():
            self._look_again()

    def _released(self, _: None) -> None:
        self._note_not_saved(False)
        self.tryNowRequested.emit()
        self._look_again()

    def _not_released(self, error: BaseException) -> None:
        log.error("a change that the hub did not take could not be released: %s", error)
        self._note_not_saved(True)

    def _note_not_saved(self, not_saved: bool) -> None:
        if not_saved != self._not_saved:
            self._not_saved = not_saved
            self.problemsChanged.emit()

    @Slot()
    def _look_again(self) -> None:
        if self._shifts.refusal(Permission.SEE_SYNC) is None:
            self._look()

    def _look(self) -> None:
        db = self._background.reader
        found = sync_status(db)
        now_ms = self._clock.now().wall_ms
        counts, contact = found.counts, found.contact
        status = {
            "unsent": counts.unsent,
            "sent": counts.sent,
            "acknowledged": counts.acknowledged,
            "attention": counts.needs_attention,
            "total": counts.total,
            "success": _moment(contact.success_ms),
            "tried": _moment(contact.try_ms),
            "reason": contact.error,
            "reasonKind": contact.error_kind,
            "unread": found.unread,
            "conflicts": found.conflicts,
            "filled": _filled(found.fill),
            "connected": found.connected,
            "silentDays": _days_since(contact.success_ms, now_ms),
            "clockAheadMinutes": _minutes_ahead(found.clock, self._clock.now()),
            "parity": _parity(found.parity),
            "today": civil_date(now_ms).isoformat(),
        }
        problems = [
            {
                "key": item.op_id,
                "type": item.record_type,
                "code": reason_code(item.reason),
                "reason": item.reason,
                "on": civil_date(item.saved_at).isoformat(),
                "stuck": item.stuck,
            }
            for item in needs_attention(db, _SHOWN_PROBLEMS)
        ]
        self._conflicts.look()
        if status != self._status:
            self._status = status
            self.changed.emit()
        if problems != self._problems:
            self._problems = problems
            self.problemsChanged.emit()


def _filled(fill: FillProgress | None) -> int:
    """The first fill in percent; -1 when none is under way."""
    return -1 if fill is None or fill.finished else int(100 * fill.share)


def _days_since(at_ms: int | None, now_ms: int) -> int:
    """Whole days since `at_ms`; 0 for never and for a time that is still to come."""
    return 0 if at_ms is None else max(0, (now_ms - at_ms) // _DAY_MS)


def _minutes_ahead(sample: ClockSample | None, now: Instant) -> int:
    """Whole minutes by which this kiosk's clock is ahead of the hub's (behind: negative); 0 for
    as little as the rules of the records bear. It may have been set since in the same boot."""
    if sample is None:
        return 0
    passed = now.mono_ms - sample.mono_ms
    ahead_ms = sample.wall_ms - sample.hub_ms
    if sample.boot_id == now.boot_id:
        ahead_ms = now.wall_ms - passed - sample.hub_ms
    return int(ahead_ms / 60_000) if abs(ahead_ms) >= _CLOCK_BEARS_MS else 0


def _parity(run: ParityRun | None) -> dict[str, Any]:
    if run is None:
        return {}
    return {"at": _moment(run.at_ms), "equal": run.equal, "records": run.records}


def _moment(at_ms: int | None) -> dict[str, str]:
    if at_ms is None:
        return {}
    return {"on": civil_date(at_ms).isoformat(), "time": f"{civil_time(at_ms):%H:%M}"}
