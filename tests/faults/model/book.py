"""What a run itself remembers, apart from kiosks and hub: every change that a person saved, what
that person had in sight, and which ops were ever at the hub.

It is the witness against which the end of a run is judged, and takes nothing from the program's
own tables for granted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Saved:
    """One change as it was saved: by which kiosk, the values, and the values in sight before."""

    op_id: str
    kiosk: int
    record_type: str
    record_id: str
    values: Mapping[str, Any]
    seen: Mapping[str, Any]
    settles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def record(self) -> tuple[str, str]:
        return self.record_type, self.record_id


class Book:
    """The book of one run."""

    def __init__(self) -> None:
        self.saved: dict[str, Saved] = {}
        self.poisoned: set[str] = set()
        """Ops that a broken program wrote, which the hub has to keep aside."""
        self.newer: set[str] = set()
        """Ops of a newer catalogue, which no table here has a column for."""
        self.ever_at_hub: set[str] = set()
        self.receipted: set[str] = set()
        """Ops that a kiosk has seen a receipt for. What was changed since does not show, and need
        not when it has to be sent again; what lost is listed (`watch`)."""
        self.at_hub: set[str] = set()
        """What the hub has to have: all that came, but for what a restore took back."""
        self.erased: set[str] = set()
        """Residents who are to be forgotten."""
        self.set_back_unseen = False
        """Whether the hub was ever set back without a word: then only a comparison tells."""
        self.set_back = False
        """Whether the hub was ever set back: what it took again then, it took in another order."""
        self._values = 0

    def new_value(self, prefix: str) -> str:
        """A value that nobody else ever sets."""
        self._values += 1
        return f"{prefix}{self._values}"

    def write_down(self, saved: Saved) -> None:
        self.saved[saved.op_id] = saved

    def arrived(self, op_ids: Iterable[str]) -> None:
        self.at_hub.update(op_ids)
        self.ever_at_hub |= self.at_hub

    def hub_was_set_back(self, op_ids: Iterable[str], *, told: bool = True) -> None:
        """An older copy of the hub's database is in its place; was a new history begun with it?"""
        self.at_hub = set(op_ids)
        self.set_back = True
        self.set_back_unseen |= not told

    def is_settled(self, record: tuple[str, str], name: str, op_id: str) -> bool:
        """Whether anybody has ever picked a value over what this op set in a field."""
        return any(
            op_id in saved.settles.get(name, ())
            for saved in self.saved.values()
            if saved.record == record
        )

    def is_erased(self, saved: Saved) -> bool:
        """Whether a resident who wants to be forgotten is in this change."""
        if saved.record_id in self.erased or self._is_of_erased(saved.record_id):
            return True
        named = {saved.values.get(name) for name in ("resident_id", "about_id")}
        return any(
            one in self.erased or self._is_of_erased(one) for one in named if isinstance(one, str)
        )

    def has_forgotten(self, record: tuple[str, str]) -> bool:
        """Whether this record is, or speaks of, a resident who is to be forgotten."""
        return bool(self.erased) and any(
            self.is_erased(saved) for saved in self.saved.values() if saved.record == record
        )

    def _is_of_erased(self, record_id: str) -> bool:
        began = next((one for one in self.saved.values() if one.record_id == record_id), None)
        return began is not None and began.values.get("resident_id") in self.erased
