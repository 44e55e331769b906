"""Every slot of the staff side asks the gate: nothing is shown or done without a worker."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMetaMethod, QObject

from kiosk.roles import Role
from kiosk.shifts import IDLE_LOCK_MS, SHIFT_LIMIT_MS
from kiosk.viewmodels.residents import ResidentsViewModel
from kiosk.viewmodels.sync_status import SyncViewModel
from kiosk.viewmodels.traffic import TrafficViewModel
from kiosk.viewmodels.visit import VisitViewModel
from tests.kiosk.staff_desk import StaffDesk

MODELS = (ResidentsViewModel, VisitViewModel, TrafficViewModel, SyncViewModel)
HARMLESS = {"leave"}  # stops a timer
EXAMPLES: dict[str, object] = {"QString": "x", "int": 1, "bool": True}


def slots_of(model: QObject) -> list[tuple[str, Callable[[], None]]]:
    """Every slot that QML can call, ready to be called with examples."""
    meta = model.metaObject()
    found = []
    for number in range(QObject.staticMetaObject.methodCount(), meta.methodCount()):
        method = meta.method(number)
        if method.methodType() is not QMetaMethod.MethodType.Slot:
            continue
        name = bytes(method.name().data()).decode()
        if name.startswith("_"):  # what a timer of the model calls
            continue
        given = [EXAMPLES[bytes(kind.data()).decode()] for kind in method.parameterTypes()]
        found.append((name, lambda name=name, given=given: getattr(model, name)(*given)))
    return found


@pytest.mark.parametrize("model_class", MODELS)
def test_no_property_locks_or_ends_anything(desk: StaffDesk, model_class: type[QObject]) -> None:
    """A binding that is being evaluated must not navigate."""
    desk.at_work(desk.wong)
    model = model_class(desk.background, desk.shifts, desk.clock)
    heard: list[None] = []
    desk.shifts.on_change(lambda: heard.append(None))
    desk.clock.pass_ms(SHIFT_LIMIT_MS)
    meta = model.metaObject()
    for number in range(QObject.staticMetaObject.propertyCount(), meta.propertyCount()):
        model.property(meta.property(number).name())
    assert heard == []


def test_a_slot_locks_first_what_was_idle(desk: StaffDesk) -> None:
    desk.at_work(desk.wong)
    model = ResidentsViewModel(desk.background, desk.shifts, desk.clock)
    refused: list[str] = []
    model.refused.connect(refused.append)
    desk.clock.pass_ms(IDLE_LOCK_MS)
    model.search("")
    assert (desk.shifts.locked, refused) == (True, ["pin_needed"])


@pytest.mark.parametrize("model_class", MODELS)
@pytest.mark.parametrize("state", ["nobody", "locked"])
def test_no_slot_works_without_a_worker(
    desk: StaffDesk, model_class: type[QObject], state: str
) -> None:
    if state == "locked":
        desk.at_work(desk.wong, Role.SUPERVISOR)
        desk.shifts.lock()
    model = model_class(desk.background, desk.shifts, desk.clock)
    refused: list[str] = []
    model.refused.connect(refused.append)
    before = desk.store.outbox_counts()
    slots = [(name, call) for name, call in slots_of(model) if name not in HARMLESS]
    assert slots
    for _, call in slots:
        call()
    expected = "sign_in_needed" if state == "nobody" else "pin_needed"
    assert refused == [expected] * len(slots)
    assert desk.store.outbox_counts() == before
