"""Follow-up visits: what is asked, what was said last time, and saving a visit as one whole.

An answer says how it came about: asked, carried over from the last visit, or declined. What
must be asked each time is never carried over, and nothing here scores or interprets an answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlite_utils

from kiosk.records.validity import valid
from offline_sync.identity import new_record_id
from offline_sync.store import Change

CONTACTS: Final = ("centre", "home", "phone", "attempted")
ATTEMPTED: Final = "attempted"
"""Nobody opened or answered: such a visit has no answers."""

ASKED: Final = "asked"
CARRIED_OVER: Final = "carried_over"
DECLINED: Final = "declined"

PROMISE_KEPT: Final = "promise_kept"
PROMISE_NOT_KEPT: Final = "promise_not_kept"

SINCE_LAST: Final = "since_last"
RED_FLAGS: Final = "red_flags"
_COMPARED: Final = ("better", "same", "worse")
_NO_YES: Final = ("no", "yes")


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the form. `must_ask`: every time, never preset from the last visit."""

    key: str
    options: tuple[str, ...]
    must_ask: bool


QUESTIONS: Final = (
    Question(SINCE_LAST, _COMPARED, must_ask=True),
    Question("falls", _NO_YES, must_ask=True),
    Question("low_mood", _NO_YES, must_ask=True),
    Question("missed_medicine", ("none", "1_2_days", "3_days_or_more"), must_ask=True),
    Question(RED_FLAGS, _NO_YES, must_ask=True),
    Question("appetite", _COMPARED, must_ask=False),
    Question("daily_living", _COMPARED, must_ask=False),
    Question("carer_strain", _COMPARED, must_ask=False),
    Question("home_safety", _COMPARED, must_ask=False),
)
_VALID_VISIT: Final = valid("visit", "v")
_BY_KEY: Final = {question.key: question for question in QUESTIONS}


class VisitNotReady(ValueError):
    """The visit cannot be saved as it is; `missing` names the questions without an answer."""

    def __init__(self, code: str, next_step: str, missing: tuple[str, ...] = ()) -> None:
        super().__init__(next_step)
        self.code = code
        self.next_step = next_step
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said to one question; `value` is None when it was declined."""

    question: str
    value: str | None
    how: str


@dataclass(frozen=True, slots=True)
class FinishedVisit:
    """A visit as the worker leaves it; times in ms UTC, `next_visit_on` an ISO civil date."""

    visit_id: str
    resident_id: str
    staff_id: str
    contact: str
    started_at: int
    saved_at: int
    answers: tuple[Answer, ...] = ()
    promise: str | None = None
    next_visit_on: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A visit on record, with the name of the worker who made it."""

    visit_id: str
    contact: str
    saved_at: int
    staff_name: str
    since_last: str | None
    promise: str | None
    next_visit_on: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class VisitDates:
    """When somebody was last met or tried, and the date that was set for the next time."""

    last_saved_at: int
    next_visit_on: str | None


@dataclass(frozen=True, slots=True)
class OpenPromise:
    """What a resident was last promised; `act` is what became of it, None while it is open."""

    visit_id: str
    promise: str
    promised_at: int
    act: str | None


def changes_for_visit(visit: FinishedVisit) -> list[Change]:
    """The visit and its answers, to be saved in one transaction.

    Raises:
        VisitNotReady: a question that must be asked was not, or an answer is not possible.
    """
    if visit.contact not in CONTACTS:
        raise VisitNotReady("contact", "Choose how the resident was met.")
    answers = () if visit.contact == ATTEMPTED else visit.answers
    _check(answers, everything=visit.contact != ATTEMPTED)
    since_last = next((one.value for one in answers if one.question == SINCE_LAST), None)
    fields: dict[str, object] = {
        "resident_id": visit.resident_id,
        "contact": visit.contact,
        "started_at": visit.started_at,
        "saved_at": visit.saved_at,
        "staff_id": visit.staff_id,
    }
    optional = {
        "since_last": since_last,
        "promise": visit.promise,
        "next_visit_on": visit.next_visit_on,
        "note": visit.note,
    }
    fields |= {name: value for name, value in optional.items() if value}
    return [Change("visit", visit.visit_id, fields)] + [
        _answer_change(visit, answer) for answer in answers
    ]


def change_for_promise(
    visit_id: str, resident_id: str, kept: bool, staff_id: str, at_ms: int
) -> Change:
    """What became of the promise that was made in a visit."""
    return Change(
        "task_act",
        new_record_id(),
        {
            "resident_id": resident_id,
            "act": PROMISE_KEPT if kept else PROMISE_NOT_KEPT,
            "about": visit_id,
            "staff_id": staff_id,
            "acted_at": at_ms,
        },
    )


def recent_visits(db: sqlite_utils.Database, resident_id: str, limit: int) -> list[PastVisit]:
    """The last valid visits to a resident, newest first."""
    rows = db.execute(
        "SELECT v.id, v.contact, v.saved_at, coalesce(s.name, ''), v.since_last, v.promise,"
        " v.next_visit_on, v.note FROM visit v LEFT JOIN staff s ON s.id = v.staff_id"
        f" WHERE v.resident_id = ? AND {_VALID_VISIT} ORDER BY v.saved_at DESC, v.id DESC LIMIT ?",
        (resident_id, limit),
    ).fetchall()
    return [PastVisit(*row) for row in rows]


def visit_dates(db: sqlite_utils.Database, resident_ids: Sequence[str]) -> dict[str, VisitDates]:
    """The dates of those of `resident_ids` who were ever visited, by resident."""
    # SQLite takes the bare column from the row that has the maximum.
    rows = db.execute(
        "SELECT resident_id, max(saved_at), next_visit_on FROM visit AS v"
        f" WHERE resident_id IN (SELECT value FROM json_each(?)) AND {_VALID_VISIT}"
        " GROUP BY resident_id",
        (json.dumps(list(resident_ids)),),
    ).fetchall()
    return {row[0]: VisitDates(row[1], row[2]) for row in rows}


def last_promise(db: sqlite_utils.Database, resident_id: str) -> OpenPromise | None:
    """The latest promise to a resident and what became of it; None when nothing was promised."""
    row = db.execute(
        "SELECT v.id, v.promise, v.saved_at,"
        # What became of it may have been said before the visit was corrected.
        " (SELECT t.act FROM task_act t WHERE t.resident_id = v.resident_id"
        f"  AND t.about IN (v.id, v.corrects) AND {valid('task_act', 't')}"
        f"  AND t.act IN ('{PROMISE_KEPT}', '{PROMISE_NOT_KEPT}')"
        "  ORDER BY t.acted_at DESC, t.id DESC LIMIT 1)"
        f" FROM visit v WHERE v.resident_id = ? AND v.promise IS NOT NULL AND {_VALID_VISIT}"
        " ORDER BY v.saved_at DESC, v.id DESC LIMIT 1",
        (resident_id,),
    ).fetchone()
    return None if row is None else OpenPromise(*row)


def carried_answers(db: sqlite_utils.Database, resident_id: str) -> dict[str, str]:
    """Last known answers to the questions that may be carried over, by question.

    A question that was declined last time is carried as nothing: it is asked afresh.
    """
    rows = db.execute(
        "SELECT question, value, how FROM answer AS a WHERE resident_id = ?"
        f" AND {valid('answer', 'a')} AND NOT EXISTS"
        f" (SELECT 1 FROM visit AS v WHERE v.id = a.visit_id AND NOT ({_VALID_VISIT}))"
        " ORDER BY answered_at DESC, id DESC",
        (resident_id,),
    ).fetchall()
    latest: dict[str, tuple[str | None, str]] = {}
    for key, value, how in rows:
        latest.setdefault(key, (value, how))
    return {
        question.key: value
        for question in QUESTIONS
        if not question.must_ask
        for value, how in [latest.get(question.key, (None, DECLINED))]
        if how != DECLINED and value in question.options
    }


def _check(answers: tuple[Answer, ...], *, everything: bool) -> None:
    for answer in answers:
        question = _BY_KEY.get(answer.question)
        if question is None:
            raise VisitNotReady("question", f"Ask the technician: no question {answer.question}.")
        preset = question.must_ask and answer.how == CARRIED_OVER
        fits = answer.value is None if answer.how == DECLINED else answer.value in question.options
        if preset or not fits or answer.how not in (ASKED, CARRIED_OVER, DECLINED):
            raise VisitNotReady("answer", "Ask this question again.", (answer.question,))
    if len({answer.question for answer in answers}) < len(answers):
        raise VisitNotReady("answer", "Ask the technician: one question was answered twice.")
    given = {answer.question for answer in answers}
    missing = tuple(one.key for one in QUESTIONS if one.must_ask and one.key not in given)
    if everything and missing:
        raise VisitNotReady(
            "not_asked", "Ask what is still marked as not asked, then save.", missing
        )


def _answer_change(visit: FinishedVisit, answer: Answer) -> Change:
    fields: dict[str, object] = {
        "resident_id": visit.resident_id,
        "visit_id": visit.visit_id,
        "question": answer.question,
        "how": answer.how,
        "answered_at": visit.saved_at,
    }
    if answer.value is not None:
        fields["value"] = answer.value
    return Change("answer", new_record_id(), fields)
