"""All steps of a run, by the name that they have in a stored case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.faults.model import computers, people, strangers

Step = Mapping[str, Any]
"""`do` names the step, the rest is what it is given."""

STEPS: Final[Mapping[str, Callable[..., None]]] = {
    step.__name__: step
    for step in (
        people.new_resident,
        people.edit,
        people.visit,
        people.vital,
        people.correct,
        people.void,
        people.status,
        people.settle,
        people.reband,
        strangers.newer_edit,
        strangers.newer_record,
        strangers.poison,
        strangers.choke,
        computers.sync,
        computers.late,
        computers.clock,
        computers.a_day,
        computers.upkeep,
        computers.restart,
        computers.power_cut,
        computers.back_up_kiosk,
        computers.restore_kiosk,
        computers.replace_disk,
        computers.back_up_hub,
        computers.restore_hub_by_command,
        computers.restore_hub_by_copy,
        computers.erase,
    )
}
