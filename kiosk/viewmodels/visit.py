"""The follow-up visit that is being written down, one draft for each worker and resident.

Nothing is answered by itself: what must be asked starts as not asked, and what is carried
over from last time is shown as such. A draft outlives locks and other workers; it goes only
when the visit is on disk.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from PySide6.QtCore import Property, QObject, Signal, Slot

from kiosk.civil_time import civil_date, civil_time
from kiosk.records import residents, visits, vitals
from kiosk.records.audit import audit_entry
from kiosk.records.visits import (
    ASKED,
    ATTEMPTED,
    CARRIED_OVER,
    CONTACTS,
    DECLINED,
    QUESTIONS,
    RED_FLAGS,
    Answer,
    FinishedVisit,
    Question,
    VisitNotReady,
)
from kiosk.roles import Permission, Refusal, requires
from kiosk.shifts import Shifts
from kiosk.workers import Background
from offline_sync.clock import Clock
from offline_sync.identity import new_record_id
from offline_sync.store import Change

log = logging.getLogger(__name__)

_LATEST_NEXT_VISIT: Final = timedelta(days=366)
_SHOWN_AS: Final = {ASKED: "asked", CARRIED_OVER: "carried", DECLINED: "declined"}


@dataclass(slots=True)
class _Draft:
    """A visit on its way; lives in memory until it is saved."""

    visit_id: str
    resident_id: str
    name: str
    preferred: str
    started_at: int
    last_visit_on: str
    last_promise: str
    answers: dict[str, Answer]
    vital: dict[str, Any] = field(default_factory=dict)
    contact: str = CONTACTS[0]
    promise: str = ""
    note: str = ""
    next_on: date | None = None
    problem: str = ""
    missing: tuple[str, ...] = field(default=())
    saving: bool = False


class VisitViewModel(QObject):
    """`visit` in QML: the form."""

    changed = Signal()
    saved = Signal(str)  # the visit that is on disk now; another form may be open by then
    refused = Signal(str)

    def __init__(
        self, background: Background, shifts: Shifts, clock: Clock, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._shifts = shifts
        self._clock = clock
        self._drafts: dict[tuple[str, str], _Draft] = {}
        self._draft: _Draft | None = None
        self._writer = ""
        shifts.on_change(self._leave_to_another)

    @property
    def gate(self) -> Shifts:
        return self._shifts

    def refuse(self, refusal: Refusal) -> None:
        self.refused.emit(str(refusal))

    @Property(bool, notify=changed)
    def open(self) -> bool:
        return self._draft is not None

    @Property(str, notify=changed)
    def visitId(self) -> str:
        """The visit of this form, for the page to know `saved` by; empty when none is open."""
        return self._draft.visit_id if self._draft else ""

    @Property(dict, notify=changed)
    def head(self) -> dict[str, Any]:
        """Who is visited and what is known: name, contact, last visit, promise, reading."""
        draft = self._draft
        if draft is None:
            return {}
        return {
            "residentId": draft.resident_id,
            "name": draft.name,
            "preferred": draft.preferred,
            "contact": draft.contact,
            "attempted": draft.contact == ATTEMPTED,
            "lastVisit": draft.last_visit_on,
            "lastPromise": draft.last_promise,
            "vital": draft.vital,
            "today": self._today().isoformat(),
        }

    @Property(list, constant=True)
    def questions(self) -> list[dict[str, Any]]:
        """The rows of the form, in order: key, mustAsk and the keys of the options."""
        return [
            {"key": one.key, "mustAsk": one.must_ask, "options": list(one.options)}
            for one in QUESTIONS
        ]

    @Property(dict, notify=changed)
    def answers(self) -> dict[str, dict[str, Any]]:
        """By question: how it was answered, which option, and whether saving missed it."""
        draft = self._draft
        if draft is None or draft.contact == ATTEMPTED:
            return {}
        return {one.key: _answer_shown(one, draft) for one in QUESTIONS}

    @Property(int, notify=changed)
    def missing(self) -> int:
        """How many questions that must be asked were not."""
        draft = self._draft
        if draft is None or draft.contact == ATTEMPTED:
            return 0
        return sum(one.must_ask and one.key not in draft.answers for one in QUESTIONS)

    @Property(bool, notify=changed)
    def redFlag(self) -> bool:
        """Whether there are signs of an emergency."""
        answer = self._draft.answers.get(RED_FLAGS) if self._draft else None
        return answer is not None and answer.value == "yes"

    @Property(str, notify=changed)
    def promise(self) -> str:
        return self._draft.promise if self._draft else ""

    @Property(str, notify=changed)
    def note(self) -> str:
        return self._draft.note if self._draft else ""

    @Property(str, notify=changed)
    def nextOn(self) -> str:
        """The civil date of the next visit; empty when none is set."""
        return self._draft.next_on.isoformat() if self._draft and self._draft.next_on else ""

    @Property(int, notify=changed)
    def nextInDays(self) -> int:
        """Days until the next visit; 0 when none is set."""
        if self._draft is None or self._draft.next_on is None:
            return 0
        return (self._draft.next_on - self._today()).days

    @Property(bool, notify=changed)
    def saving(self) -> bool:
        return self._draft is not None and self._draft.saving

    @Property(str, notify=changed)
    def problem(self) -> str:
        """Why the last try to save did not succeed: not_asked | not_saved | ... or empty."""
        return self._draft.problem if self._draft else ""

    @Slot(str)
    @requires(Permission.RECORD_VISIT)
    def start(self, resident_id: str) -> None:
        """Open the form for a resident, with the worker's own draft when there is one."""
        key = (self._worker_id(), resident_id)
        if key not in self._drafts:
            draft = self._new_draft(resident_id)
            if draft is None:
                return
            self._drafts[key] = draft
        self._draft, self._writer = self._drafts[key], key[0]
        self._draft.vital = self._reading(resident_id)
        self.changed.emit()

    @Slot(str)
    @requires(Permission.RECORD_VISIT)
    def setContact(self, contact: str) -> None:
        """How the resident was met: centre | home | phone | attempted."""
        draft = self._editable()
        if draft is not None and contact in CONTACTS:
            draft.contact = contact
            self._edited(draft)

    @Slot(str, int)
    @requires(Permission.RECORD_VISIT)
    def answer(self, key: str, option: int) -> None:
        """The resident gave this answer; the one after the last option is "would not say"."""
        draft = self._editable()
        question = next((one for one in QUESTIONS if one.key == key), None)
        if draft is None or question is None or not 0 <= option <= len(question.options):
            return
        if option == len(question.options):
            draft.answers[key] = Answer(key, None, DECLINED)
        else:
            draft.answers[key] = Answer(key, question.options[option], ASKED)
        self._edited(draft)

    @Slot(str)
    @requires(Permission.RECORD_VISIT)
    def setPromise(self, text: str) -> None:
        """What is promised to the resident: shown first next time."""
        draft = self._editable()
        if draft is not None:
            draft.promise = text
            self._edited(draft)

    @Slot(str)
    @requires(Permission.RECORD_VISIT)
    def setNote(self, text: str) -> None:
        """Anything else, in the worker's words."""
        draft = self._editable()
        if draft is not None:
            draft.note = text
            self._edited(draft)

    @Slot(int)
    @requires(Permission.RECORD_VISIT)
    def setNextInDays(self, days: int) -> None:
        """Set the next visit so many days from today; 0 sets none."""
        draft = self._editable()
        if draft is None:
            return
        wanted = self._today() + timedelta(days=days)
        inside = timedelta(0) < wanted - self._today() <= _LATEST_NEXT_VISIT
        draft.next_on = wanted if inside else None
        self._edited(draft)

    @Slot()
    @requires(Permission.RECORD_VISIT)
    def save(self) -> None:
        """Write the visit and its answers as one whole; `saved` comes after the commit."""
        draft = self._editable()
        if draft is None:
            return
        key = (self._worker_id(), draft.resident_id)
        try:
            changes = self._changes(draft)
        except VisitNotReady as error:
            draft.problem, draft.missing = error.code, error.missing
            self.changed.emit()
            return
        draft.saving, draft.problem = True, ""
        self.changed.emit()
        self._background.write(
            lambda store: store.save(changes, key[0]),
            lambda _: self._on_saved(key),
            lambda error: self._not_saved(draft, error),
        )

    def _changes(self, draft: _Draft) -> list[Change]:
        now_ms = self._clock.now().wall_ms
        staff_id = self._worker_id()
        visit = FinishedVisit(
            visit_id=draft.visit_id,
            resident_id=draft.resident_id,
            staff_id=staff_id,
            contact=draft.contact,
            started_at=draft.started_at,
            saved_at=now_ms,
            answers=tuple(draft.answers.values()),
            promise=draft.promise.strip() or None,
            next_visit_on=draft.next_on.isoformat() if draft.next_on else None,
            note=draft.note.strip() or None,
        )
        entry = audit_entry("visit", now_ms, staff_id, ("visit", draft.visit_id))
        return [*visits.changes_for_visit(visit), entry]

    def _new_draft(self, resident_id: str) -> _Draft | None:
        db = self._background.reader
        person = residents.get(db, resident_id)
        if person is None:
            return None
        health = self._shifts.refusal(Permission.SEE_HEALTH) is None
        carried = visits.carried_answers(db, resident_id) if health else {}
        past = visits.recent_visits(db, resident_id, 1)
        promise = visits.last_promise(db, resident_id)
        return _Draft(
            visit_id=new_record_id(),
            resident_id=resident_id,
            name=person.name or person.romanised,
            preferred=person.preferred_address,
            started_at=self._clock.now().wall_ms,
            last_visit_on=civil_date(past[0].saved_at).isoformat() if past else "",
            last_promise=promise.promise if promise and not promise.act else "",
            answers={key: Answer(key, value, CARRIED_OVER) for key, value in carried.items()},
        )

    def _reading(self, resident_id: str) -> dict[str, Any]:
        """The latest sitting, for those who may see it: it may be newer than the draft."""
        if self._shifts.refusal(Permission.SEE_HEALTH) is not None:
            return {}
        sitting = vitals.last_sitting(self._background.reader, resident_id)
        if sitting is None:
            return {}
        return {
            "on": civil_date(sitting.taken_at).isoformat(),
            "time": f"{civil_time(sitting.taken_at):%H:%M}",
            "systolic": sitting.systolic,
            "diastolic": sitting.diastolic,
            "pulse": sitting.pulse or 0,
            "readings": sitting.readings,
        }

    def _editable(self) -> _Draft | None:
        """The form, unless it is being saved: what is typed then would be in no record."""
        return None if self._draft is None or self._draft.saving else self._draft

    def _edited(self, draft: _Draft) -> None:
        draft.problem, draft.missing = "", ()
        self.changed.emit()

    def _on_saved(self, key: tuple[str, str]) -> None:
        draft = self._drafts.pop(key)
        if draft is self._draft:
            self._draft = None
        self.changed.emit()
        self.saved.emit(draft.visit_id)

    def _not_saved(self, draft: _Draft, error: BaseException) -> None:
        log.error("visit not saved: %s", error)
        draft.saving, draft.problem = False, "not_saved"
        self.changed.emit()

    def _leave_to_another(self) -> None:
        """Another worker has the screen: the draft is kept, and out of sight."""
        if self._draft is not None and self._worker_id() != self._writer:
            self._draft = None
            self.changed.emit()

    def _worker_id(self) -> str:
        worker = self._shifts.worker
        return "" if worker is None else worker.staff_id

    def _today(self) -> date:
        return civil_date(self._clock.now().wall_ms)


def _answer_shown(question: Question, draft: _Draft) -> dict[str, Any]:
    answer = draft.answers.get(question.key)
    chosen = -1
    if answer is not None:
        given = answer.how != DECLINED and answer.value in question.options
        chosen = question.options.index(answer.value) if given and answer.value else -1
    return {
        "chosen": chosen,
        "answer": "none" if answer is None else _SHOWN_AS[answer.how],
        "missed": question.key in draft.missing,
    }
