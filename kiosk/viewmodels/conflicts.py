"""Conflicts on the sync page and on a page of their own: both values, and a worker who picks one.

Only who may settle sees any of it; nothing of a record stays here for the next worker. What the
worker picks is decided over what was on the screen: when that has moved, nothing is settled.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Property, QObject, Signal, Slot

from kiosk.civil_time import civil_date, civil_time
from kiosk.records.audit import audit_entry
from kiosk.records.conflicts import ListedConflict, listed_conflicts, setter, standing
from kiosk.roles import Permission, Refusal, requires
from kiosk.shifts import Shifts
from kiosk.workers import Background
from offline_sync.clock import Clock
from offline_sync.conflicts import ConflictMoved, Version

log = logging.getLogger(__name__)


class ConflictsViewModel(QObject):
    """`sync.conflicts` in QML."""

    changed = Signal()
    openedChanged = Signal()
    settled = Signal()
    refused = Signal(str)

    def __init__(
        self, background: Background, shifts: Shifts, clock: Clock, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._shifts = shifts
        self._clock = clock
        self._listed: dict[str, ListedConflict] = {}
        self._rows: list[dict[str, Any]] = []
        self._seen: ListedConflict | None = None
        self._opened: dict[str, Any] = {}
        self._problem = ""
        self._seen_by = ""
        shifts.on_change(self._forget_for_another)

    @property
    def gate(self) -> Shifts:
        return self._shifts

    def refuse(self, refusal: Refusal) -> None:
        self.refused.emit(str(refusal))

    rows = Property(list, lambda self: self._rows, notify=changed)
    opened = Property(dict, lambda self: self._opened, notify=openedChanged)
    problem = Property(str, lambda self: self._problem, notify=openedChanged)
    today = Property(
        str, lambda self: civil_date(self._clock.now().wall_ms).isoformat(), notify=openedChanged
    )

    def look(self) -> None:
        """List what is open now, for a worker who may settle it; nothing for another."""
        may = self._shifts.refusal(Permission.SETTLE_CONFLICTS) is None
        found = listed_conflicts(self._background.reader) if may else []
        self._listed = {one.key: one for one in found}
        self._seen_by = self._worker_id()
        rows = [
            {
                "key": one.key,
                "type": one.conflict.record_type,
                "about": one.about,
                "fields": list(one.conflict.fields),
                "values": 1 + len(one.conflict.others),
            }
            for one in found
        ]
        if rows != self._rows:
            self._rows = rows
            self.changed.emit()

    @Slot(str)
    @requires(Permission.SETTLE_CONFLICTS)
    def open(self, key: str) -> None:
        """Show the values of one conflict, and note that they were read."""
        self.look()
        self._show(key, "")
        if self._seen is None:
            return
        one, by = self._seen.conflict, self._worker_id()
        subject = (one.record_type, one.record_id)
        entry = audit_entry("read", self._clock.now().wall_ms, by, subject)
        self._background.write(lambda store: store.save([entry], by), _done, _not_noted)

    @Slot(int)
    @requires(Permission.SETTLE_CONFLICTS)
    def settle(self, number: int) -> None:
        """Let the values of the version `number` stand, as `opened` lists them."""
        seen = self._seen
        if seen is None or not 0 <= number <= len(seen.conflict.others):
            return
        values, by = standing(seen.conflict, number), self._worker_id()
        self._background.write(
            lambda store: store.settle(seen.conflict, values, by), self._is_settled, self._is_not
        )

    def _is_settled(self, _: str) -> None:
        self._close("")
        self.look()
        self.settled.emit()

    def _is_not(self, error: BaseException) -> None:
        if isinstance(error, ConflictMoved) and self._seen is not None:
            self.look()
            self._show(self._seen.key, "moved")
            return
        log.error("a conflict could not be settled: %s", error)
        self._problem = "not_saved"
        self.openedChanged.emit()

    def _show(self, key: str, problem: str) -> None:
        self._seen = self._listed.get(key)
        if self._seen is None:
            self._close(problem)
            return
        one = self._seen.conflict
        self._opened = {
            "key": key,
            "type": one.record_type,
            "about": self._seen.about,
            "fields": list(one.fields),
            "canBeSettled": one.can_be_settled,
            "versions": [
                {**self._version(version), "values": standing(one, number), "shown": number == 0}
                for number, version in enumerate((one.shown, *one.others))
            ],
        }
        self._problem = problem
        self.openedChanged.emit()

    def _version(self, version: Version) -> Mapping[str, Any]:
        who = setter(self._background.reader, version)
        at = {}
        if version.at_ms is not None:
            day, time = civil_date(version.at_ms), civil_time(version.at_ms)
            at = {"on": day.isoformat(), "time": f"{time:%H:%M}"}
        return {"by": who.name, "byResident": who.resident, "at": at}

    def _close(self, problem: str) -> None:
        self._seen, self._opened, self._problem = None, {}, problem
        self.openedChanged.emit()

    def _forget_for_another(self) -> None:
        if self._seen_by and self._worker_id() != self._seen_by:
            self._listed, self._rows, self._seen_by = {}, [], ""
            self._close("")
            self.changed.emit()

    def _worker_id(self) -> str:
        worker = self._shifts.worker
        return "" if worker is None else worker.staff_id


def _done(_: object) -> None:
    """Nothing on the page changes when an audit entry was saved."""


def _not_noted(error: BaseException) -> None:
    log.error("the audit entry of a reading was not saved: %s", error)
