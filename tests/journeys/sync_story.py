"""What sync has left behind in the store of a window under test: conflicts, a fill that goes on,
visits that have come more or less far."""

from __future__ import annotations

from kiosk.records.settings import HubSetting, keep_hub
from kiosk.records.visits import ASKED, QUESTIONS, Answer, FinishedVisit, changes_for_visit
from offline_sync import filling, parity_rows
from offline_sync.filling import Snapshot
from offline_sync.identity import new_record_id
from offline_sync.oplog import FeedEntry, OpReceipt, OpRejection
from offline_sync.parity_rows import ParityRun
from tests.journeys.staff_window import StaffWindow
from tests.kiosk.staff_desk import DAY

VILLAGE = "village"


def two_versions(kiosk: StaffWindow, resident: str) -> None:
    """Another kiosk's worker set another telephone number, and another warning, than show here."""
    stamp = f"{kiosk.desk.now_ms - DAY:012x}.00000000"
    sets: dict[str, object] = {"phone": "2791 1234", "warnings": {"arm_not_to_use": "left"}}
    loses = {"phone": "2791 4321", "warnings": {"arm_not_to_use": "both"}}
    entries = [
        FeedEntry(
            *(1, "put", "hub-op-win", "resident", resident, sets), by=kiosk.desk.ho, hlc=stamp
        )
    ]
    entries += [
        FeedEntry(
            *(number, "conflict", f"hub-op-{field}", "resident", resident, {field: value}),
            by="someone-elsewhere",
            hlc=stamp,
            winners={field: "hub-op-win"},
            authors={"hub-op-win": (kiosk.desk.ho, stamp)},
        )
        for number, (field, value) in enumerate(loses.items(), start=2)
    ]
    outcome = kiosk.desk.store.apply_feed(VILLAGE, "E1", entries, 3)
    assert outcome.set_aside == ()


def half_filled(kiosk: StaffWindow) -> None:
    """The village's records have come to 62 %, and were compared yesterday."""
    store, then = kiosk.desk.store, kiosk.desk.now_ms - DAY
    keep_hub(store, HubSetting("https://hub.example", VILLAGE, "k1", "key", "name"))
    with store.transaction() as db:
        filling.begin(db, Snapshot(VILLAGE, '"a"', "E1", 2, 620, 1_000, 0), then)
        parity_rows.keep_run(db, VILLAGE, "E1", ParityRun(then, 2, 1234, unmended=1))


def every_state(kiosk: StaffWindow, resident: str) -> list[str]:
    """Four visits, one in each state that a visit can have; the newest first: acknowledged, sent,
    refused, unsent."""
    desk = kiosk.desk
    answers = tuple(Answer(one.key, one.options[1], ASKED) for one in QUESTIONS)
    desk.store.acknowledge([OpReceipt(op.op_id, 1) for op in desk.store.unsent(500)])
    visits = []
    for days_ago, state in enumerate(("acknowledged", "sent", "refused", "unsent")):
        at = desk.now_ms - days_ago * DAY // 4
        visit = FinishedVisit(new_record_id(), resident, desk.wong, "home", at, at, answers)
        ops = desk.store.save(changes_for_visit(visit), desk.wong)
        if state == "acknowledged":
            desk.store.acknowledge([OpReceipt(op_id, 1) for op_id in ops])
        elif state == "sent":
            desk.store.mark_sending(ops)
        elif state == "refused":
            said = "other_village: the record is of another village"
            desk.store.acknowledge([OpReceipt(op_id, 1) for op_id in ops[:-1]])
            desk.store.quarantine([OpRejection(ops[-1], said)])
        visits.append(visit.visit_id)
    return visits
