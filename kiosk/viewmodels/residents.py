"""The residents that staff look for, and the record of the one they opened.

Shows only what the worker at the screen may see, and forgets it when the worker changes.
What the page shows is plain values; words and dates are made by the page.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from typing import Any, Final

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from kiosk.civil_time import age_on, civil_date, civil_time
from kiosk.records import residents, visits, vitals
from kiosk.records.audit import audit_entry
from kiosk.records.residents import Resident
from kiosk.records.sync_status import RecordSync, together_sync, visits_sync
from kiosk.roles import Permission, Refusal, requires
from kiosk.shifts import Shifts
from kiosk.viewmodels.pressure_trend import month_trend
from kiosk.workers import Background
from offline_sync.clock import Clock
from offline_sync.reasons import reason_code

log = logging.getLogger(__name__)

SHOWN_ROWS: Final = 60
TYPING_MS: Final = 120
"""A search waits this long for the next letter."""

_SHOWN_EVENTS: Final = 5
_SHOWN_TYPES: Final = frozenset({"resident", "staff", "visit", "vital", "task_act"})


class ResidentsViewModel(QObject):
    """`residents` in QML: the list, and the record page."""

    changed = Signal()
    recordChanged = Signal()
    refused = Signal(str)

    def __init__(
        self, background: Background, shifts: Shifts, clock: Clock, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._clock = clock
        self._shifts = shifts
        self._query = ""
        self._rows: list[dict[str, object]] = []
        self._record: dict[str, Any] = {}
        self._problem = ""
        self._seen_by = ""
        self._typing = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._typing.timeout.connect(self._find_typed)
        shifts.on_change(self._forget_for_another)
        shifts.on_change(self._look_again)

    @property
    def gate(self) -> Shifts:
        return self._shifts

    def refuse(self, refusal: Refusal) -> None:
        self.refused.emit(str(refusal))

    query = Property(str, lambda self: self._query, notify=changed)
    denied = Property(
        bool,
        lambda self: self._shifts.refusal(Permission.SEE_RESIDENTS) is Refusal.NOT_ALLOWED,
        notify=changed,
    )
    rows = Property(list, lambda self: self._rows, notify=changed)
    more = Property(bool, lambda self: len(self._rows) == SHOWN_ROWS, notify=changed)
    today = Property(str, lambda self: _iso(self._clock.now().wall_ms), notify=changed)
    record = Property(dict, lambda self: self._record, notify=recordChanged)
    problem = Property(str, lambda self: self._problem, notify=recordChanged)

    @Slot(str)
    @requires(Permission.SEE_RESIDENTS)
    def search(self, text: str) -> None:
        """Find residents by name, form of address, village or card; no text lists everybody."""
        self._query = text
        self._find()

    @Slot(str)
    @requires(Permission.SEE_RESIDENTS)
    def typed(self, text: str) -> None:
        """As `search`, once the typing pauses."""
        self._query = text
        self._typing.start()

    @Slot()
    def _find_typed(self) -> None:
        if self._shifts.refusal(Permission.SEE_RESIDENTS) is None:
            self._find()

    def _find(self) -> None:
        self._typing.stop()
        self._rows = self._found(self._query)
        self._seen_by = self._worker_id()
        self.changed.emit()

    def arrived(self, changed: Collection[tuple[str, str]]) -> None:
        """These records came from the hub: the open list and record show them at once."""
        if any(record_type in _SHOWN_TYPES for record_type, _ in changed):
            self._look_again()

    def delivered(self) -> None:
        """The hub has confirmed more: the marks of the open record say so at once."""
        if self._may_look():
            self._look_again_at_record()

    def _may_look(self) -> bool:
        """Whether a worker has something open; a locked screen waits."""
        return bool(self._seen_by) and self._shifts.refusal(Permission.SEE_RESIDENTS) is None

    def _look_again(self) -> None:
        """What the worker has open, as the store has it now."""
        if not self._may_look():
            return
        if (rows := self._found(self._query)) != self._rows:
            self._rows = rows
            self.changed.emit()
        self._look_again_at_record()

    def _look_again_at_record(self) -> None:
        if not self._record:
            return
        person = residents.get(self._background.reader, self._record["id"])
        if person is not None and (record := self._record_of(person)) != self._record:
            self._record = record
            self.recordChanged.emit()

    def _found(self, text: str) -> list[dict[str, object]]:
        today = civil_date(self._clock.now().wall_ms)
        found = residents.search(self._background.reader, text, SHOWN_ROWS)
        dates = visits.visit_dates(self._background.reader, [person.id for person in found])
        return [
            {
                "key": person.id,
                "name": person.name or person.romanised,
                "romanised": person.romanised,
                "age": _age(person, today),
                "address": person.address or person.village,
                "lastVisit": _iso(dates[person.id].last_saved_at) if person.id in dates else "",
                "nextVisit": (dates[person.id].next_visit_on or "") if person.id in dates else "",
            }
            for person in found
        ]

    @Slot(str)
    @requires(Permission.SEE_RESIDENTS)
    def open(self, resident_id: str) -> None:
        """Show one resident's record, and note that it was read."""
        self._show(resident_id)
        if not self._record:
            return
        entry = audit_entry(
            "read", self._clock.now().wall_ms, self._worker_id(), ("resident", resident_id)
        )
        by = self._worker_id()
        self._background.write(lambda store: store.save([entry], by), _done, _not_noted)

    @Slot()
    @requires(Permission.SEE_RESIDENTS)
    def reload(self) -> None:
        """Show the same resident as the store has it now."""
        if self._record:
            self._show(self._record["id"])

    @Slot(bool)
    @requires(Permission.RECORD_VISIT)
    def settlePromise(self, kept: bool) -> None:
        """Write down whether the last promise was kept."""
        promise = self._record.get("promise") or {}
        if not promise or promise["act"]:
            return
        change = visits.change_for_promise(
            promise["visitId"],
            self._record["id"],
            kept,
            self._worker_id(),
            self._clock.now().wall_ms,
        )
        by = self._worker_id()
        self._background.write(
            lambda store: store.save([change], by), lambda _: self.reload(), self._not_saved
        )

    def _show(self, resident_id: str) -> None:
        person = residents.get(self._background.reader, resident_id)
        self._record = {} if person is None else self._record_of(person)
        self._problem = "" if person is not None else "no_such_resident"
        self._seen_by = self._worker_id()
        self.recordChanged.emit()

    def _record_of(self, person: Resident) -> dict[str, Any]:
        db = self._background.reader
        now_ms = self._clock.now().wall_ms
        health = self._shifts.refusal(Permission.SEE_HEALTH) is None
        promise = visits.last_promise(db, person.id)
        sittings = vitals.past_sittings(db, person.id, now_ms - vitals.HISTORY_MS) if health else []
        past = visits.recent_visits(db, person.id, _SHOWN_EVENTS) if health else []
        latest = sittings[-_SHOWN_EVENTS:]
        synced = visits_sync(db, [visit.visit_id for visit in past]) | together_sync(
            db, {one.check_in_id: [("vital", key) for key in one.vital_ids] for one in latest}
        )
        events = [_visit_event(visit, synced[visit.visit_id]) for visit in past]
        events += [_sitting_event(one, synced[one.check_in_id]) for one in latest]
        events.sort(key=lambda event: int(event["at"]), reverse=True)
        return {
            "id": person.id,
            "name": person.name or person.romanised,
            "romanised": person.romanised,
            "preferred": person.preferred_address,
            "picture": person.picture,
            "sex": person.sex,
            "age": _age(person, civil_date(now_ms)),
            "address": person.address or person.village,
            "today": _iso(now_ms),
            "healthShown": health,
            "armNotToUse": str(person.warnings.get("arm_not_to_use", "")) if health else "",
            "promise": {}
            if promise is None
            else {
                "visitId": promise.visit_id,
                "text": promise.promise,
                "on": _iso(promise.promised_at),
                "act": promise.act or "",
            },
            "trend": month_trend(sittings, now_ms),
            "events": events[:_SHOWN_EVENTS],
        }

    def _forget_for_another(self) -> None:
        """What one worker looked up is not left on the screen for the next."""
        if self._seen_by and self._worker_id() != self._seen_by:
            self._typing.stop()
            self._query, self._rows, self._record, self._seen_by = "", [], {}, ""
            self.changed.emit()
            self.recordChanged.emit()

    def _worker_id(self) -> str:
        worker = self._shifts.worker
        return "" if worker is None else worker.staff_id

    def _not_saved(self, error: BaseException) -> None:
        log.error("not saved: %s", error)
        self._problem = "not_saved"
        self.recordChanged.emit()


def _done(_: object) -> None:
    """Nothing on the page changes when an audit entry was saved."""


def _not_noted(error: BaseException) -> None:
    log.error("the audit entry of a reading was not saved: %s", error)


def _visit_event(visit: visits.PastVisit, synced: RecordSync) -> Mapping[str, Any]:
    return {
        "kind": visit.contact,
        **_when_and_how_far(visit.saved_at, synced),
        "sinceLast": visit.since_last or "",
        "promise": visit.promise or "",
        "note": visit.note or "",
        "by": visit.staff_name,
    }


def _sitting_event(sitting: vitals.SittingMean, synced: RecordSync) -> Mapping[str, Any]:
    return {
        "kind": "reading",
        **_when_and_how_far(sitting.taken_at, synced),
        "systolic": sitting.systolic,
        "diastolic": sitting.diastolic,
        "readings": sitting.readings,
    }


def _when_and_how_far(at_ms: int, synced: RecordSync) -> Mapping[str, Any]:
    return {
        "at": at_ms,
        "on": _iso(at_ms),
        "time": f"{civil_time(at_ms):%H:%M}",
        "sync": str(synced.state),
        "syncReason": reason_code(synced.reason),
    }


def _age(person: Resident, today: Any) -> int:
    age = age_on(person.birth_date, today) if person.birth_date else None
    return -1 if age is None else age


def _iso(at_ms: int) -> str:
    return civil_date(at_ms).isoformat()
