"""Three kiosks of two villages, their hub, the lines between them, and all that can happen.

Each thing that can happen is one step: a method here, and a line of data in a stored case. A step
that has nothing to work on does nothing, so that any list of steps can be played. After each, what
must hold at every moment is looked at (`watch`); what must hold in the end is in `judgement`.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final
from unittest import mock

import httpx

from offline_sync import oplog, records
from offline_sync.catalogue import CATALOGUE, CATALOGUE_VERSION
from offline_sync.conflicts import open_conflicts
from offline_sync.hub_errors import HubRefused, SyncError
from offline_sync.hub_link import SYNC_PATH
from offline_sync.oplog import OpState
from offline_sync.refusals import SIGNATURE
from offline_sync.store import Change
from offline_sync.wire import HUB_NAME, Refusal, encode_answer
from tests.builders import resident_change
from tests.faults.model import watch
from tests.faults.model.book import Book, Saved
from tests.faults.model.chance import repeatable_chance
from tests.faults.model.clocks import KioskClock, TrueTime
from tests.faults.model.hub_side import HubCopy
from tests.faults.model.kiosk_side import KioskCopy, KioskSide
from tests.faults.model.line import Sent, answer_with
from tests.faults.model.premises import Premises

Step = dict[str, Any]

EDITED: Final = ("phone", "address", "preferred_address", "warnings")
STATES: Final = ("active", "moved", "died")
WORKER: Final = "w-031"


class World:
    """One run. Close it at its end, whatever came of it."""

    def __init__(self, premises: Premises, seed: int = 1) -> None:
        self.premises = premises
        self.hub = premises.hub
        self.time: TrueTime = premises.time
        self.book = Book()
        self._chance = repeatable_chance(seed)
        self._chance.__enter__()
        self._folder = Path(tempfile.mkdtemp(prefix="run-", dir=premises.folder))
        self._loop = premises.loop
        self.last_error: Exception | None = None
        self._unreadable: set[str] = set()
        self._hub_copy: HubCopy | None = None
        self._copies: dict[int, KioskCopy] = {}
        premises.begin_again()
        self.kiosks: list[KioskSide] = []
        for made in premises.kiosks:
            clock = KioskClock(self.time, made.name)
            kiosk = KioskSide(made.name, self._folder, made.enrolled, clock)
            kiosk.start(made.files, self.hub.line, self._loop)
            self.kiosks.append(kiosk)

    def close(self) -> None:
        for kiosk in self.kiosks:
            kiosk.close()
        self._chance.__exit__(None, None, None)
        shutil.rmtree(self._folder)

    def do(self, step: Mapping[str, Any]) -> None:
        """Let one thing happen, and look."""
        self.time.pass_by(1_000)
        given = {name: value for name, value in step.items() if name != "do"}
        carried = self.hub.line.carried
        getattr(self, step["do"])(**given)
        if self.hub.line.carried > carried:
            self.book.arrived(self.hub.op_ids())
        if "kiosk" in step:
            watch.look_at(self, step["kiosk"])

    # What people do.

    def new_resident(self, kiosk: int) -> None:
        values = {name: self.book.new_value("v") for name in EDITED if name != "warnings"}
        values["village"] = self.kiosks[kiosk].enrolled.village
        values["warnings"] = {"note": self.book.new_value("v")}
        record_id = self.book.new_value("resident-")
        self.save(kiosk, resident_change(record_id=record_id, **values))

    def edit(self, kiosk: int, resident: int, fields: Sequence[int]) -> None:
        """A worker changes what is on the screen."""
        found = self._one_of(self.ids(kiosk, "resident"), resident)
        if found is None:
            return
        values: dict[str, Any] = {}
        for number in fields:
            name = EDITED[number % len(EDITED)]
            value = self.book.new_value("v")
            values[name] = {"note": value} if name == "warnings" else value
        self.save(kiosk, Change("resident", found, values))

    def visit(self, kiosk: int, resident: int) -> None:
        found = self._one_of(self.ids(kiosk, "resident"), resident)
        if found is None:
            return
        now = self.kiosks[kiosk].clock.now().wall_ms
        fields = {
            "resident_id": found,
            "contact": "home",
            "started_at": now,
            "saved_at": now,
            "staff_id": WORKER,
            "note": self.book.new_value("v"),
        }
        self.save(kiosk, Change("visit", self.book.new_value("visit-"), fields))

    def vital(self, kiosk: int, resident: int) -> None:
        found = self._one_of(self.ids(kiosk, "resident"), resident)
        if found is None:
            return
        now = self.kiosks[kiosk].clock.now().wall_ms
        fields = {
            "resident_id": found,
            "vital": "blood_pressure",
            "reading": {"systolic": "142", "diastolic": "84", "note": self.book.new_value("v")},
            "taken_at": now,
            "received_at": now,
            "clock_quality": "set",
            "source": "measured",
            "started_by": WORKER,
            "completeness": "complete",
            "band": self.book.new_value("v"),
        }
        self.save(kiosk, Change("vital", self.book.new_value("vital-"), fields))

    def correct(self, kiosk: int, vital: int) -> None:
        """A reading was filed wrongly: another record is written in its place."""
        found = self._one_of(self.ids(kiosk, "vital"), vital)
        if found is None:
            return
        fields = {**self.shown(kiosk, "vital", found), "corrects": found}
        fields |= {"reading": {"systolic": "124", "note": self.book.new_value("v")}}
        fields.pop("likes", None)
        self.save(kiosk, Change("vital", self.book.new_value("vital-"), fields))

    def void(self, kiosk: int, visit: int) -> None:
        """A visit that was never made is ended."""
        found = self._one_of(self.ids(kiosk, "visit"), visit)
        if found is None:
            return
        fields = {
            "about_type": "visit",
            "about_id": found,
            "reason": self.book.new_value("v"),
            "by": WORKER,
            "at": self.kiosks[kiosk].clock.now().wall_ms,
        }
        self.save(kiosk, Change("void", self.book.new_value("void-"), fields))

    def status(self, kiosk: int, resident: int, state: int) -> None:
        """A resident moved, or died, or did neither after all."""
        found = self._one_of(self.ids(kiosk, "resident"), resident)
        if found is not None:
            self.save(kiosk, Change("resident", found, {"status": STATES[state % len(STATES)]}))

    def settle(self, kiosk: int, conflict: int, version: int) -> None:
        """A person picks one of the values that two people set, or keeps what shows."""
        store = self.kiosks[kiosk].store
        found = [one for one in open_conflicts(store.connection) if one.can_be_settled]
        if not found:
            return
        one = found[conflict % len(found)]
        versions = (one.shown, *one.others)
        picked = versions[version % len(versions)]
        values = {**one.shown.values, **picked.values}
        op_id = store.settle(one, values, WORKER)
        seen = {name: value for name, value in one.shown.values.items() if value is not None}
        self._write_down(Saved(op_id, kiosk, one.record_type, one.record_id, values, seen))

    def reband(self, kiosk: int, vital: int) -> None:
        """A reading that was filed gets another band: what can change in what was observed."""
        found = self._one_of(self.ids(kiosk, "vital"), vital)
        if found is not None:
            self.save(kiosk, Change("vital", found, {"band": self.book.new_value("v")}))

    # What programs do that are newer than this one, or broken.

    def newer_edit(self, kiosk: int, resident: int) -> None:
        """A kiosk of a newer version sets a field that nobody else knows."""
        found = self._one_of(self.ids(kiosk, "resident"), resident)
        if found is None:
            return
        fields = {"likes": self.book.new_value("v")}
        store = self.kiosks[kiosk].store
        kind = CATALOGUE["resident"]
        with store.transaction() as db:
            base = records.shown_ops(db, kind, found, fields)
            stored = self.shown(kiosk, "resident", found)
            op_id = self._append(kiosk, "resident", found, fields, base, CATALOGUE_VERSION + 1)
            records.keep_unknown_fields(db, kind, found, fields)
            records.show_op(db, kind, found, fields, op_id)
        seen = {name: stored[name] for name in fields if name in stored}
        self._write_down(Saved(op_id, kiosk, "resident", found, fields, seen))

    def newer_record(self, kiosk: int) -> None:
        """A kiosk of a newer version keeps a type of record that nobody else knows."""
        fields = {"litres": self.book.new_value("v")}
        record_id = self.book.new_value("water-")
        with self.kiosks[kiosk].store.transaction():
            op_id = self._append(kiosk, "water_test", record_id, fields, {}, CATALOGUE_VERSION + 1)
        self._write_down(Saved(op_id, kiosk, "water_test", record_id, fields, {}))
        self.book.newer.add(op_id)

    def poison(self, kiosk: int, resident: int) -> None:
        """A broken program writes a change that no catalogue knows."""
        found = self._one_of(self.ids(kiosk, "resident"), resident)
        if found is None:
            return
        fields = {"colour": self.book.new_value("v")}
        with self.kiosks[kiosk].store.transaction():
            op_id = self._append(kiosk, "resident", found, fields, {}, CATALOGUE_VERSION)
        self._write_down(Saved(op_id, kiosk, "resident", found, fields, {}))
        self.book.poisoned.add(op_id)

    def choke(self, kiosk: int) -> None:
        """The hub cannot read the change that this kiosk saved last, whatever is wrong with it;
        a newer hub, in the end, can."""
        row = (
            self.kiosks[kiosk]
            .db.execute("SELECT op_id FROM op_out WHERE state = 0 ORDER BY position DESC LIMIT 1")
            .fetchone()
        )
        if row is not None:
            self._unreadable.add(row[0])

    # The line.

    def sync(
        self,
        kiosk: int,
        fates: Sequence[str] = (),
        at_most: int = 500,
        dies_after: int | None = None,
        meanwhile: Step | None = None,
    ) -> None:
        """A run of the sync client. `meanwhile` is a step that happens while a push is on its
        way; the power may go before the transaction after `dies_after` others."""
        happens: Callable[[], None] | None = None
        if meanwhile is not None:
            given = {name: value for name, value in meanwhile.items() if name != "do"}
            happens = lambda: getattr(self, meanwhile["do"])(**given)  # noqa: E731
        side = self.kiosks[kiosk]
        self.hub.line.refuse = partial(self._refuse, side)
        outcome = side.sync(fates, at_most=at_most, in_flight=happens, dies_after=dies_after)
        if outcome is not None and outcome.error is not None:
            assert isinstance(outcome.error, SyncError), f"the store failed: {outcome.error!r}"

    def late(self, request: int) -> None:
        """A request that was held up, or was here before, arrives; nobody hears the answer."""
        line = self.hub.line
        waiting = [*line.late, *line.past]
        if not waiting:
            return
        sent = waiting[request % len(waiting)]
        if sent in line.late:
            line.late.remove(sent)
        self._loop.run_until_complete(line.deliver(sent))

    # What happens to computers.

    def clock(self, kiosk: int, seconds: int) -> None:
        self.kiosks[kiosk].clock.wrong_by_ms = seconds * 1_000

    def restart(self, kiosk: int) -> None:
        self.kiosks[kiosk].restart()

    def power_cut(self, kiosk: int) -> None:
        self.kiosks[kiosk].die()

    def back_up_kiosk(self, kiosk: int) -> None:
        self._copies[kiosk] = self.kiosks[kiosk].copy()

    def restore_kiosk(self, kiosk: int) -> None:
        """The disk died; the last backup is played back."""
        if kiosk in self._copies:
            self.kiosks[kiosk].set_back(self._copies[kiosk])

    def replace_disk(self, kiosk: int) -> None:
        """The disk died and there is no backup: a new store, let in by a new code."""
        side = self.kiosks[kiosk]
        side.replace_disk(self.premises.fresh_files)
        side.be_let_in(self.hub)

    def back_up_hub(self) -> None:
        self._hub_copy = self.hub.copy(self._folder)

    def restore_hub_by_command(self) -> None:
        if self._put_hub_back():
            self.hub.take_new_epoch()

    def restore_hub_by_copy(self) -> None:
        self._put_hub_back()

    # What steps are made of.

    def save(self, kiosk: int, *changes: Change) -> None:
        """Save as a person does, and write down what was in sight."""
        seen = [self.shown(kiosk, change.record_type, change.record_id) for change in changes]
        op_ids = self.kiosks[kiosk].store.save(changes, WORKER)
        for op_id, change, before in zip(op_ids, changes, seen, strict=True):
            in_sight = {name: before[name] for name in change.fields if name in before}
            kind, record_id = change.record_type, change.record_id
            self._write_down(Saved(op_id, kiosk, kind, record_id, change.fields, in_sight))

    def ids(self, kiosk: int, record_type: str) -> list[str]:
        rows = self.kiosks[kiosk].db.execute(f"SELECT id FROM {record_type} ORDER BY id")
        return [row[0] for row in rows.fetchall()]

    def shown(self, kiosk: int, record_type: str, record_id: str) -> dict[str, Any]:
        """What a kiosk shows of a record; empty fields are left out."""
        return watch.shown(self.kiosks[kiosk].db, record_type).get(record_id, {})

    def _append(
        self,
        kiosk: int,
        record_type: str,
        record_id: str,
        fields: Mapping[str, Any],
        base: Mapping[str, str],
        version: int,
    ) -> str:
        side = self.kiosks[kiosk]
        with mock.patch.object(oplog, "CATALOGUE_VERSION", version):
            op = oplog.append_op(
                side.db,
                record_type=record_type,
                record_id=record_id,
                fields=fields,
                base=base,
                by=WORKER,
                now=side.clock.now(),
            )
        return op.op_id

    def _write_down(self, saved: Saved) -> None:
        self.book.write_down(saved)
        self.kiosks[saved.kiosk].op_ids.add(saved.op_id)

    def _refuse(self, side: KioskSide, sent: Sent) -> httpx.Response | None:
        """As a hub answers that finds a line which names no op."""
        if sent.url.path != SYNC_PATH or not self._unreadable:
            return None
        on_the_wire = side.db.execute("SELECT op_id FROM op_out WHERE state = 1").fetchall()
        if self._unreadable.isdisjoint(op_id for (op_id,) in on_the_wire):
            return None
        return answer_with(400, encode_answer(Refusal(HUB_NAME, "wire.line", "names no op")))

    def _put_hub_back(self) -> bool:
        if self._hub_copy is None:
            return False
        self.hub.put_back(self._hub_copy.path)
        self.book.hub_was_set_back(self._hub_copy.op_ids)
        return True

    @staticmethod
    def _one_of(ids: Sequence[str], number: int) -> str | None:
        return ids[number % len(ids)] if ids else None

    def heal(self, rounds: int = 40) -> None:
        """The line is good again and people look after what was put aside: sync until quiet."""
        for sent in list(self.hub.line.late):
            self._loop.run_until_complete(self.hub.line.deliver(sent))
        self.hub.line.late.clear()
        self._unreadable.clear()
        for _ in range(rounds):
            calm = [self._is_calm(number) for number in range(len(self.kiosks))]
            if all(calm):
                break
        self.book.arrived(self.hub.op_ids())

    def _is_calm(self, number: int) -> bool:
        side = self.kiosks[number]
        stuck = side.db.execute("SELECT op_id FROM op_out WHERE state = ?", (OpState.STUCK,))
        side.store.release([row[0] for row in stuck.fetchall()])
        outcome = side.sync()
        assert outcome is not None
        self.last_error = outcome.error
        if isinstance(outcome.error, HubRefused) and outcome.error.code == SIGNATURE:
            # The hub was put back to a time when this kiosk had another key.
            side.be_let_in_again(self.hub)
        counts = side.store.outbox_counts()
        moved = outcome.acknowledged + outcome.quarantined + outcome.received
        return outcome.ok and not moved and not counts.unsent and not counts.sent
