"""The real window with the real view models of the staff side, on a store of its own."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from PySide6.QtCore import QObject

from devices.health.pairing import Bond
from devices.traffic.events import (
    LENGTH_SCHEME,
    CoverageSpan,
    Direction,
    Quality,
    SpanReason,
    VehiclePassage,
)
from kiosk.civil_time import HOUR_MS, civil_time, day_start_ms
from kiosk.records import traffic
from kiosk.records.instruments import note_paired
from kiosk.records.reading_inbox import Why
from kiosk.records.visits import ASKED, QUESTIONS, Answer, FinishedVisit, changes_for_visit
from kiosk.viewmodels.attribution import AttributionViewModel
from kiosk.viewmodels.instruments import InstrumentsViewModel
from kiosk.viewmodels.residents import ResidentsViewModel
from kiosk.viewmodels.sign_in import SignInViewModel
from kiosk.viewmodels.sync_status import SyncViewModel
from kiosk.viewmodels.traffic import TrafficViewModel
from kiosk.viewmodels.visit import VisitViewModel
from offline_sync.identity import new_record_id
from offline_sync.oplog import OpReceipt, OpRejection
from offline_sync.outbox import SyncRun
from offline_sync.store import Change
from tests.builders import resident_change
from tests.kiosk.instrument_side import (
    CUFF,
    NAMES,
    SCALE,
    THERMOMETER,
    ScriptedDesk,
    composition_frame,
    cuff_frame,
    glucose_frame,
    inbox_frame,
    keep,
    oximeter_frame,
    temperature_frame,
    weight_frame,
)
from tests.kiosk.staff_desk import DAY, StaffDesk
from tests.ui.driver import Driver
from tests.ui.fixtures import new_shell

COUNTER = "counter-a"
PROMISE = "帶平安鐘申請表，一起填好"


class StaffWindow:
    """A kiosk with two workers; `open` shows its window at the sign-in page."""

    def __init__(self, folder: Path, open_page: Callable[..., Driver]) -> None:
        self.desk = StaffDesk(folder)
        self.bluetooth = ScriptedDesk()
        self._open_page = open_page
        self.models: dict[str, QObject] = {}

    def fill(self) -> str:
        """Residents, readings, visits, vehicles and a half-done sync; returns the main resident."""
        desk, now = self.desk, self.desk.now_ms
        people = [resident_change(address="坑口村 23 號", warnings={"arm_not_to_use": "right"})]
        people += [
            resident_change(
                name={"family": "何", "given": given, "romanised": f"Ho {given}"},
                village="上窰村",
                card_token=f"CARD{number}",
            )
            for number, given in enumerate(
                ["建國", "桂芳", "永康", "樹根", "麗珍", "國強", "志強", "美華"]
            )
        ]
        desk.store.save(people, "test")
        chan = people[0].record_id
        for months, (systolic, diastolic) in enumerate(((142, 84), (138, 82), (144, 86))):
            desk.store.save([_reading(chan, now - months * 45 * DAY, systolic, diastolic)], "test")
        answers = tuple(Answer(one.key, one.options[1], ASKED) for one in QUESTIONS)
        for days_ago, given in (
            (25, {"contact": "attempted"}),
            (
                12,
                {
                    "contact": "home",
                    "answers": answers,
                    "promise": PROMISE,
                    "next_visit_on": "2026-11-21",
                    "note": "已教用藥盒",
                },
            ),
        ):
            then = now - days_ago * DAY
            visit = FinishedVisit(
                new_record_id(), chan, desk.wong, started_at=then, saved_at=then, **given
            )
            desk.store.save(changes_for_visit(visit), desk.wong)
        self._traffic()
        self._instruments()
        self._sync()
        return chan

    def open(self, language: str = "en", layout: str = "15in_800", theme: str = "light") -> Driver:
        """The window, with nobody signed in."""
        desk = self.desk
        shell = new_shell(language, theme)
        shell.set_unsent(14)
        shell.set_not_protected(True)
        shell.set_demo(True)
        given = (desk.background, desk.shifts, desk.clock)
        self.models = {
            "signIn": SignInViewModel(desk.background, desk.shifts, desk.desk, shell),
            "residents": ResidentsViewModel(*given),
            "visit": VisitViewModel(*given),
            "traffic": TrafficViewModel(*given),
            "sync": SyncViewModel(*given),
            "instruments": InstrumentsViewModel(*given, self.bluetooth),
            "attribution": AttributionViewModel(*given, lambda reading: True),
        }
        return self._open_page(
            "signIn", language=language, layout=layout, shell=shell, **self.models
        )

    def sign_in(self, driver: Driver) -> None:
        """As the social worker, without the keys."""
        self.models["signIn"].signIn("wong wing sze", "tea and typhoon")
        driver.settle()

    def close(self) -> None:
        for name, model in self.models.items():
            if name == "signIn":
                model._timer.stop()
            elif name in ("traffic", "sync"):
                model.leave()
            elif name in ("instruments", "attribution"):
                model._timer.stop()
        self.desk.close()

    def _traffic(self) -> None:
        desk, now = self.desk, self.desk.now_ms
        names = {"en": "Village gate", "zh_HK": "村口", "zh_CN": "村口"}
        bridge = {"en": "Bridge", "zh_HK": "橋頭", "zh_CN": "桥头"}
        desk.store.save(
            [
                Change(
                    "counter",
                    counter_id,
                    {
                        "name": name,
                        "protocol": "ops24x",
                        "port": counter_id,
                        "lanes": 1,
                        "inbound_means": "into_village",
                        "status": "in_use",
                    },
                )
                for counter_id, name in ((COUNTER, names), ("counter-b", bridge))
            ],
            "test",
        )
        start = day_start_ms(now)
        lost, back = start + 7 * HOUR_MS + 36 * 60_000, start + 9 * HOUR_MS + 12 * 60_000
        traffic.keep_spans(
            desk.store,
            [
                CoverageSpan(COUNTER, start, lost, SpanReason.LOST),
                CoverageSpan(COUNTER, back, now, SpanReason.LISTENING),
            ],
        )
        times = [*range(start, lost, 5 * 60_000), *range(back, now, 2 * 60_000), now - 20_000]
        traffic.keep_passages(
            desk.store,
            [
                VehiclePassage(
                    COUNTER,
                    1,
                    Direction.INBOUND if number % 2 else Direction.OUTBOUND,
                    at,
                    Decimal(30 + number % 20),
                    None,
                    "medium" if number % 9 == 0 else "short",
                    LENGTH_SCHEME,
                    None,
                    "{}",
                    Quality.GOOD,
                )
                for number, at in enumerate(times)
            ],
        )

    def _instruments(self) -> None:
        """Two paired ones, one that is paired no more, and readings that are nobody's."""
        store, now = self.desk.store, self.desk.now_ms
        boss = self.desk.boss
        for address, kind, ago, battery in (
            (CUFF, "blood_pressure", HOUR_MS, 85),
            (THERMOMETER, "temperature", 3 * DAY, 15),
            (SCALE, "weight", 9 * DAY, None),
        ):
            note_paired(
                store,
                {"address": address, "name": NAMES[address]},
                kind,
                now - 30 * DAY,
                boss,
                seen_at=now - ago,
                battery_percent=battery,
            )
        self.bluetooth.paired = (
            Bond(CUFF, NAMES[CUFF], "blood_pressure", connected=False),
            Bond(THERMOMETER, NAMES[THERMOMETER], "temperature", connected=False),
        )
        then = civil_time(now - 26 * HOUR_MS).replace(tzinfo=None, microsecond=0)
        keep(
            store,
            cuff_frame(now - HOUR_MS, then, why=Why.EARLIER),
            temperature_frame(now - 2 * HOUR_MS, then),
            oximeter_frame(now - 3 * HOUR_MS),
            weight_frame(now - 4 * HOUR_MS),
            composition_frame(now - 4 * HOUR_MS + 900),
            glucose_frame(now - 5 * HOUR_MS, then),
            glucose_frame(now - 5 * HOUR_MS, then, sequence=8, sample=0x4A),
            inbox_frame("2A35", b"\x16", "blood_pressure", CUFF, now - DAY, Why.UNREADABLE),
            cuff_frame(now - 2 * DAY, why=Why.LEFT),
        )

    def _sync(self) -> None:
        store, now = self.desk.store, self.desk.now_ms
        ops = [op.op_id for op in store.unsent(500)]
        store.mark_sending(ops[:20])
        store.acknowledge([OpReceipt(op_id, 1) for op_id in ops[:12]])
        store.quarantine([OpRejection(ops[12], "visit.next_visit_on: the date is in the past")])
        store.set_aside([OpRejection(ops[13], "resident.phone: the text is too long")])
        store.record_sync_run(SyncRun(now - 2 * DAY, now - 2 * DAY, ok=True))
        store.record_sync_run(SyncRun(now, now, ok=False, error="The hub did not answer in time."))


def _reading(resident: str, at: int, systolic: int, diastolic: int) -> Change:
    return Change(
        "vital",
        new_record_id(),
        {
            "resident_id": resident,
            "check_in_id": new_record_id(),
            "vital": "blood_pressure",
            "reading": {
                "systolic": str(systolic),
                "diastolic": str(diastolic),
                "pulse": "72",
                "unit": "mmHg",
            },
            "taken_at": at,
            "received_at": at,
            "clock_quality": "absent",
            "source": "measured",
            "started_by": "resident",
            "in_mean": 1,
            "completeness": "complete",
        },
    )
