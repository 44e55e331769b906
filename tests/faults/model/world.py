"""Three kiosks of two villages, their hub, the lines between them, and what a run knows of them.

Each thing that can happen is one step: a function of `steps`, and a line of data in a stored case.
A step that has nothing to work on does nothing, so that any list of steps can be played. After
each, what must hold at every moment is looked at (`watch`); what must hold in the end is in
`judgement`.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import httpx

from offline_sync import oplog
from offline_sync.answers import HUB_NAME, Refusal, encode_answer
from offline_sync.delivery import SyncOutcome
from offline_sync.hub_errors import HubRefused
from offline_sync.hub_link import SYNC_PATH
from offline_sync.oplog import OpState
from offline_sync.refusals import SIGNATURE
from offline_sync.store import Change
from tests.faults.model import watch
from tests.faults.model.book import Book, Saved
from tests.faults.model.chance import repeatable_chance
from tests.faults.model.clocks import KioskClock, TrueTime
from tests.faults.model.hub_side import HubCopy
from tests.faults.model.kiosk_side import KioskCopy, KioskSide
from tests.faults.model.line import Sent, answer_with
from tests.faults.model.premises import Premises
from tests.faults.model.steps import STEPS, Step

WORKER = "w-031"


class World:
    """One run. Close it at its end, whatever came of it."""

    def __init__(self, premises: Premises, seed: int = 1) -> None:
        self.premises = premises
        self.hub = premises.hub
        self.time: TrueTime = premises.time
        self.book = Book()
        self._chance = repeatable_chance(seed)
        self._chance.__enter__()
        self.folder = Path(tempfile.mkdtemp(prefix="run-", dir=premises.folder))
        self.loop = premises.loop
        self.last_error: Exception | None = None
        self.unreadable: set[str] = set()
        self.hub_copy: HubCopy | None = None
        self.copies: dict[int, KioskCopy] = {}
        self.days = 0
        self._at_peace: dict[int, tuple[object, ...]] = {}
        premises.begin_again()
        self.kiosks: list[KioskSide] = []
        for made in premises.kiosks:
            clock = KioskClock(self.time, made.name)
            kiosk = KioskSide(made.name, self.folder, made.enrolled, clock)
            kiosk.start(made.files, self.hub.line, self.loop)
            self.kiosks.append(kiosk)

    def close(self) -> None:
        for kiosk in self.kiosks:
            kiosk.close()
        self.hub.let_go()
        self._chance.__exit__(None, None, None)
        shutil.rmtree(self.folder)

    def do(self, step: Step) -> None:
        """Let one thing happen, and look."""
        self.time.pass_by(1_000)
        carried = self.hub.line.carried
        self.take(step)
        if self.hub.line.carried > carried:
            self.book.arrived(self.hub.op_ids())
        if "kiosk" in step:
            watch.look_at(self, step["kiosk"])

    def take(self, step: Step) -> None:
        """Let one thing happen."""
        given = {name: value for name, value in step.items() if name != "do"}
        STEPS[step["do"]](self, **given)

    # What steps are made of.

    def save(self, kiosk: int, *changes: Change) -> None:
        """Save as a person does, and write down what was in sight."""
        seen = [self.shown(kiosk, change.record_type, change.record_id) for change in changes]
        op_ids = self.kiosks[kiosk].store.save(changes, WORKER)
        for op_id, change, before in zip(op_ids, changes, seen, strict=True):
            in_sight = {name: before[name] for name in change.fields if name in before}
            kind, record_id = change.record_type, change.record_id
            self.write_down(Saved(op_id, kiosk, kind, record_id, change.fields, in_sight))

    def shown(self, kiosk: int, record_type: str, record_id: str) -> dict[str, Any]:
        """What a kiosk shows of a record; empty fields are left out."""
        return watch.shown(self.kiosks[kiosk].db, record_type).get(record_id, {})

    def append(
        self,
        kiosk: int,
        record_type: str,
        record_id: str,
        fields: Mapping[str, Any],
        base: Mapping[str, str],
        version: int,
    ) -> str:
        """Write an op as no page of this version does."""
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

    def write_down(self, saved: Saved) -> None:
        """It is on the disk now."""
        self.book.write_down(saved)
        self.kiosks[saved.kiosk].op_ids.add(saved.op_id)

    def refuse(self, side: KioskSide, sent: Sent) -> httpx.Response | None:
        """As a hub answers that finds a line which names no op."""
        if sent.url.path != SYNC_PATH or not self.unreadable:
            return None
        on_the_wire = side.db.execute("SELECT op_id FROM op_out WHERE state = 1").fetchall()
        if self.unreadable.isdisjoint(op_id for (op_id,) in on_the_wire):
            return None
        return answer_with(400, encode_answer(Refusal(HUB_NAME, "wire.line", "names no op")))

    def heal(self, rounds: int = 40) -> None:
        """The line is good again and people look after what was put aside: sync until quiet."""
        for sent in list(self.hub.line.late):
            self.loop.run_until_complete(self.hub.line.deliver(sent))
        self.hub.line.late.clear()
        self.unreadable.clear()
        for _ in range(rounds):
            restless = [number for number in range(len(self.kiosks)) if self.may_move(number)]
            if not restless:
                break
            for number in restless:
                self._sync_in_peace(number)
        self.book.arrived(self.hub.op_ids())

    def may_move(self, kiosk: int) -> bool:
        """Whether a sync may do anything: has something happened at this kiosk or at the hub since
        a sync that left nothing to do?"""
        return self._at_peace.get(kiosk) != self._state(kiosk)

    def note_peace(self, kiosk: int, outcome: SyncOutcome) -> None:
        """A sync has ended; it may have left nothing to do."""
        counts = self.kiosks[kiosk].store.outbox_counts()
        if outcome.ok and not counts.unsent and not counts.sent:
            self._at_peace[kiosk] = self._state(kiosk)

    def _state(self, kiosk: int) -> tuple[object, ...]:
        hub, here = self.hub, self.kiosks[kiosk]
        return (hub.line.brought, hub.hands, self.days, len(self.unreadable), *here.state())

    def _sync_in_peace(self, number: int) -> None:
        side = self.kiosks[number]
        stuck = side.db.execute("SELECT op_id FROM op_out WHERE state = ?", (OpState.STUCK,))
        side.store.release([row[0] for row in stuck.fetchall()])
        outcome = side.sync()
        assert outcome is not None
        self.last_error = outcome.error
        if isinstance(outcome.error, HubRefused) and outcome.error.code == SIGNATURE:
            # The hub was put back to a time when this kiosk had another key.
            side.be_let_in_again(self.hub)
        self.note_peace(number, outcome)
