"""What holds for every order in which concurrent edits reach the hub. Pure: no database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.merge import Conflict, FieldValue, merge
from tests.hub.test_merge import APPLIANCE, TYPE

SEEN = "seen-by-all"
SINGLE = ("phone", "warnings", "most", "least", "status")
NUMBERS = st.one_of(st.none(), st.integers(-3, 3), st.sampled_from([0.5, 2.0, -1.5]))
VALUES = {
    "phone": st.sampled_from(["1", "2", "3"]),
    "warnings": st.sampled_from([None, {"arm": "left"}, {"arm": "right"}]),
    "most": NUMBERS,
    "least": NUMBERS,
    "status": st.sampled_from(["active", "moved", "died", "abroad"]),
    **dict.fromkeys(APPLIANCE, st.sampled_from(["a", "b"])),
}


@dataclass(frozen=True, slots=True)
class Edit:
    """One op: its values, and per field the op that its editor was looking at."""

    op_id: str
    at: int
    values: dict[str, str]
    base: dict[str, str]

    def field_values(self) -> dict[str, FieldValue]:
        hlc = f"{self.at:012x}.00000000"
        return {
            name: FieldValue(self.op_id, text, self.at, hlc) for name, text in self.values.items()
        }


def start() -> dict[str, FieldValue]:
    return {name: FieldValue(SEEN, '"first"', 0, "0") for name in (*SINGLE, *APPLIANCE)}


def deliver(edits: Sequence[Edit]) -> tuple[dict[str, FieldValue], list[Conflict]]:
    """What stands after these edits came in this order, and the conflicts."""
    current, conflicts = start(), []
    for edit in edits:
        arriving = edit.field_values()
        merged = merge(arriving, edit.base, current, TYPE)
        assert merged.applied.keys() | merged.standing.keys() >= arriving.keys()
        current |= merged.applied
        conflicts += merged.conflicts
    return current, conflicts


@st.composite
def concurrent_edits(draw: st.DrawFn) -> list[Edit]:
    """Edits of one record by people who all looked at its first state."""
    edits = []
    for number in range(draw(st.integers(2, 5))):
        names = list(draw(st.sets(st.sampled_from(SINGLE), min_size=1)))
        if draw(st.booleans()):
            names += APPLIANCE
        edits.append(
            Edit(
                op_id=f"op{number}",
                at=draw(st.integers(0, 4)),
                values={name: json.dumps(draw(VALUES[name])) for name in names},
                base=dict.fromkeys(names, SEEN),
            )
        )
    return edits


@given(concurrent_edits(), st.randoms(use_true_random=False))
@settings(max_examples=400, deadline=None)
def test_concurrent_edits_end_in_the_same_values_whichever_came_first(edits, chance):
    shuffled = list(edits)
    chance.shuffle(shuffled)
    one, _ = deliver(edits)
    other, _ = deliver(shuffled)
    assert one == other


@given(concurrent_edits())
@settings(max_examples=400, deadline=None)
def test_every_value_shows_or_is_kept_or_was_replaced_by_who_had_seen_it(edits):
    current, conflicts = deliver(edits)
    kept = {(one.field, one.loser.value) for one in conflicts}
    shows = {(name, stands.value) for name, stands in current.items()}
    for edit in edits:
        assert set(edit.values.items()) <= shows | kept
    for one in conflicts:
        assert one.winner.value != one.loser.value or TYPE.by_name[one.field].group


@given(st.lists(st.sampled_from([*SINGLE, "appliance"]), min_size=1, max_size=8), st.data())
@settings(max_examples=300, deadline=None)
def test_a_chain_of_own_edits_never_is_in_conflict_with_itself(names, data):
    """Each edit names what its editor saw: the one before, whatever the clock did meanwhile."""
    shown = dict.fromkeys((*SINGLE, *APPLIANCE), SEEN)
    edits = []
    for number, name in enumerate(names):
        fields = APPLIANCE if name == "appliance" else (name,)
        values = {one: json.dumps(data.draw(VALUES[one])) for one in fields}
        at = data.draw(st.integers(0, 3))
        edits.append(Edit(f"op{number}", at, values, {one: shown[one] for one in fields}))
        shown |= dict.fromkeys(fields, f"op{number}")
    current, conflicts = deliver(edits)
    assert conflicts == []
    assert {name: stands.op_id for name, stands in current.items()} == shown
