"""Everything the kiosk knows of the person in front of it, in one value.

One place, so that leaving the screen forgets all of it at once. It never holds a full name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from care.measuring import Outcome, Sitting
from kiosk.records.residents import PICTURES, CardHolder


@dataclass(slots=True)
class AtScreen:
    """One person's check-in so far; a new value is nobody's."""

    moved_at: int  # monotonic ms
    holder: CardHolder | None = None
    check_in_id: str = ""
    on_record: bool = True
    card_unknown: bool = False
    notice_problem: str = ""
    sitting: Sitting | None = None
    outcome: Outcome | None = None
    result: dict[str, Any] = field(default_factory=dict)
    trend: dict[str, Any] = field(default_factory=dict)
    saved: str = ""
    hidden: bool = False
    last_reading: str = ""
    goodbye_until: int = 0

    @property
    def picture(self) -> str:
        """The key of a drawing that this kiosk has, or ""."""
        chosen = self.holder.picture if self.holder else ""
        return chosen if chosen in PICTURES else ""

    @property
    def arm_not_to_use(self) -> str:
        return self.holder.arm_not_to_use if self.holder else ""

    @property
    def arm(self) -> str:
        return {"left": "right", "both": ""}.get(self.arm_not_to_use, "left")
