"""What tests of nobody's readings share: the view model on a store with residents and readings."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import shiboken6

from kiosk.civil_time import civil_time
from kiosk.leftovers import Leftover, leftovers
from kiosk.records import reading_inbox
from kiosk.records.reading_inbox import Why
from kiosk.roles import Role
from kiosk.viewmodels.attribution import AttributionViewModel
from tests.builders import resident_change
from tests.kiosk.instrument_side import (
    composition_frame,
    context_frame,
    cuff_frame,
    glucose_frame,
    keep,
    oximeter_frame,
    temperature_frame,
    weight_frame,
)
from tests.kiosk.staff_desk import StaffDesk


class Page:
    """The view model on a store with two residents and readings of every kind."""

    def __init__(self, folder: Path) -> None:
        self.desk = StaffDesk(folder)
        people = [resident_change(), resident_change(card_token="OTHER")]
        self.desk.store.save(people, "test")
        self.chan, self.other = (one.record_id for one in people)
        now = self.desk.now_ms
        self.yesterday = (civil_time(now) - timedelta(days=1)).replace(tzinfo=None)
        self.cuff = cuff_frame(now, self.yesterday, why=Why.EARLIER)
        self.weight, self.fat = weight_frame(now - 1), composition_frame(now - 1)
        self.glucose, self.notes = glucose_frame(now - 2, self.yesterday), context_frame(now - 2)
        self.control = glucose_frame(now - 3, self.yesterday, sequence=8, sample=0x1A)
        self.temperature, self.oxygen = temperature_frame(now - 4), oximeter_frame(now - 5)
        keep(
            self.desk.store,
            *(self.cuff, self.weight, self.fat, self.glucose, self.notes, self.control),
            *(self.temperature, self.oxygen),
        )
        self.counts: list[Leftover] = []
        self.model = AttributionViewModel(
            self.desk.background, self.desk.shifts, self.desk.clock, self._counts
        )
        self.settled: list[str] = []
        self.model.settled.connect(self.settled.append)

    def _counts(self, reading: Leftover) -> bool:
        self.counts.append(reading)
        return True

    def at_work(self, role: Role = Role.SOCIAL_WORKER) -> None:
        self.desk.at_work(self.desk.wong, role)
        self.model.watch("list")

    def listed(self) -> list[str]:
        return [row["key"] for row in self.model.property("rows")]

    def waiting(self) -> list[Leftover]:
        return leftovers(reading_inbox.nobodys(self.desk.store.connection))

    def vitals(self) -> list[dict[str, Any]]:
        return list(self.desk.store.connection["vital"].rows)

    def audit(self, action: str) -> list[tuple[object, ...]]:
        return self.desk.rows(
            "SELECT staff_id, subject_type, subject_id, detail FROM audit WHERE action = ?", action
        )

    def inbox(self) -> set[str]:
        return {str(key) for (key,) in self.desk.rows("SELECT id FROM reading_inbox")}

    def give_to_chan(self, key: str) -> None:
        self.model.open(key)
        self.model.choose(self.chan)
        self.model.confirm(key, self.chan)

    def close(self) -> None:
        shiboken6.delete(self.model)
        self.desk.close()
