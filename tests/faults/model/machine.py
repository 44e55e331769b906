"""The search: Hypothesis chooses what happens, one step after another, and the run is judged.

The steps of a run are plain data, so that a failing one can be kept and played without
Hypothesis (`play`). What may happen how often is decided here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.faults.model import line
from tests.faults.model.judgement import end
from tests.faults.model.premises import Premises
from tests.faults.model.steps import Step
from tests.faults.model.world import World

KIOSK = st.integers(0, 2)
NEIGHBOUR = st.integers(0, 1)  # the two kiosks of one village
ANY = st.integers(0, 3)
FIELDS = st.lists(st.integers(0, 3), min_size=1, max_size=2, unique=True)
FEW = st.sampled_from([1, 1, 2, 3, 500])
BAD_LINE = st.lists(st.sampled_from(line.FATES), min_size=1, max_size=4)
RESTORES = st.sampled_from(["restore_hub_by_command", "restore_hub_by_copy"])
SECONDS = st.sampled_from([-(10**7), -500, 0, 500, 10**8])


def anybody_may_move(machine: Villages) -> bool:
    """Whether a sync of anybody may do anything."""
    return any(map(machine.world.may_move, range(3)))


class Villages(RuleBasedStateMachine):
    """One run of a world, from three fresh kiosks to the judgement."""

    premises: ClassVar[Premises]
    on_failure: ClassVar[Callable[[list[Step], BaseException], None]]
    runs: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).runs += 1
        self.world = World(self.premises)
        self.steps: list[Step] = []
        self._sound = True

    def _let(self, name: str, **given: object) -> None:
        step = {"do": name, **given}
        self.steps.append(step)
        self._attempt(lambda: self.world.do(step))

    def _sync(self, kiosk: int, **given: object) -> None:
        """Let this kiosk sync, or the next one of which a sync can move anything."""
        for number in range(3):
            if self.world.may_move((kiosk + number) % 3):
                self._let("sync", kiosk=(kiosk + number) % 3, **given)
                return

    def _attempt(self, job: Callable[[], None]) -> None:
        self._sound = False
        try:
            job()
        except Exception as error:
            type(self).on_failure(self.steps, error)
            raise
        self._sound = True

    def teardown(self) -> None:
        try:
            if self._sound:
                self._attempt(lambda: end(self.world))
        finally:
            self.world.close()

    @initialize(known=st.booleans())
    def a_resident_is_known_in_the_village(self, known: bool) -> None:
        if known:
            self._let("new_resident", kiosk=0)
            self._let("sync", kiosk=0)
            self._let("sync", kiosk=1)

    @rule(kiosk=KIOSK)
    def new_resident(self, kiosk: int) -> None:
        self._let("new_resident", kiosk=kiosk)

    @rule(kiosk=KIOSK, resident=ANY, fields=FIELDS)
    def edit(self, kiosk: int, resident: int, fields: list[int]) -> None:
        self._let("edit", kiosk=kiosk, resident=resident, fields=fields)

    @rule(resident=ANY, fields=FIELDS, first=NEIGHBOUR)
    def both_edit(self, resident: int, fields: list[int], first: int) -> None:
        self._let("edit", kiosk=first, resident=resident, fields=fields)
        self._let("edit", kiosk=1 - first, resident=resident, fields=fields)

    @rule(kiosk=KIOSK, resident=ANY)
    def visit(self, kiosk: int, resident: int) -> None:
        self._let("visit", kiosk=kiosk, resident=resident)

    @rule(kiosk=KIOSK, resident=ANY)
    def vital(self, kiosk: int, resident: int) -> None:
        self._let("vital", kiosk=kiosk, resident=resident)

    @rule(kiosk=KIOSK, vital=ANY)
    def correct(self, kiosk: int, vital: int) -> None:
        self._let("correct", kiosk=kiosk, vital=vital)

    @rule(kiosk=KIOSK, visit=ANY)
    def void(self, kiosk: int, visit: int) -> None:
        self._let("void", kiosk=kiosk, visit=visit)

    @rule(kiosk=KIOSK, resident=ANY, state=st.integers(0, 2))
    def status(self, kiosk: int, resident: int, state: int) -> None:
        self._let("status", kiosk=kiosk, resident=resident, state=state)

    @rule(kiosk=KIOSK, conflict=ANY, version=ANY)
    def settle(self, kiosk: int, conflict: int, version: int) -> None:
        self._let("settle", kiosk=kiosk, conflict=conflict, version=version)

    @rule(kiosk=KIOSK, vital=ANY)
    def reband(self, kiosk: int, vital: int) -> None:
        self._let("reband", kiosk=kiosk, vital=vital)

    @rule(kiosk=KIOSK, resident=ANY)
    def newer_edit(self, kiosk: int, resident: int) -> None:
        self._let("newer_edit", kiosk=kiosk, resident=resident)

    @rule(kiosk=KIOSK)
    def newer_record(self, kiosk: int) -> None:
        self._let("newer_record", kiosk=kiosk)

    @rule(kiosk=KIOSK, resident=ANY)
    def poison(self, kiosk: int, resident: int) -> None:
        self._let("poison", kiosk=kiosk, resident=resident)

    @rule(kiosk=KIOSK, resident=ANY, fields=FIELDS)
    def the_hub_chokes(self, kiosk: int, resident: int, fields: list[int]) -> None:
        self._let("edit", kiosk=kiosk, resident=resident, fields=fields)
        self._let("choke", kiosk=kiosk)
        for _ in range(3):
            self._let("sync", kiosk=kiosk)

    @precondition(anybody_may_move)
    @rule(kiosk=KIOSK, at_most=FEW)
    def sync(self, kiosk: int, at_most: int) -> None:
        self._sync(kiosk, at_most=at_most)

    @precondition(anybody_may_move)
    @rule()
    def all_sync(self) -> None:
        for kiosk in range(3):
            if self.world.may_move(kiosk):
                self._let("sync", kiosk=kiosk)

    @precondition(anybody_may_move)
    @rule(kiosk=KIOSK, at_most=FEW, fates=BAD_LINE)
    def sync_over_a_bad_line(self, kiosk: int, at_most: int, fates: list[str]) -> None:
        self._sync(kiosk, at_most=at_most, fates=fates)

    @precondition(anybody_may_move)
    @rule(kiosk=KIOSK, at_most=FEW, dies_after=st.integers(0, 8))
    def power_goes_while_it_syncs(self, kiosk: int, at_most: int, dies_after: int) -> None:
        self._sync(kiosk, at_most=at_most, dies_after=dies_after)

    @rule(first=NEIGHBOUR, resident=ANY, fields=FIELDS, dies_after=st.integers(2, 5))
    def power_goes_while_it_reads_what_the_other_sent(
        self, first: int, resident: int, fields: list[int], dies_after: int
    ) -> None:
        self._let("edit", kiosk=first, resident=resident, fields=fields)
        self._let("sync", kiosk=first)
        self._let("sync", kiosk=1 - first, dies_after=dies_after)

    @rule(kiosk=KIOSK, resident=ANY, fields=FIELDS, fates=st.just([]) | BAD_LINE)
    def edit_while_it_pushes(
        self, kiosk: int, resident: int, fields: list[int], fates: list[str]
    ) -> None:
        edit = {"do": "edit", "kiosk": kiosk, "resident": resident, "fields": fields}
        self._let("sync", kiosk=kiosk, fates=fates, meanwhile=edit)

    @rule(request=st.integers(0, 9))
    def late(self, request: int) -> None:
        self._let("late", request=request)

    @rule(kiosk=KIOSK, seconds=SECONDS)
    def clock(self, kiosk: int, seconds: int) -> None:
        self._let("clock", kiosk=kiosk, seconds=seconds)

    @rule(kiosk=KIOSK)
    def a_day(self, kiosk: int) -> None:
        self._let("a_day")
        self._let("upkeep", kiosk=kiosk)

    @rule(kiosk=KIOSK)
    def restart(self, kiosk: int) -> None:
        self._let("restart", kiosk=kiosk)

    @rule(kiosk=KIOSK)
    def power_cut(self, kiosk: int) -> None:
        self._let("power_cut", kiosk=kiosk)


class Disasters(Villages):
    """The same, and disks that die."""

    @rule(kiosk=KIOSK)
    def back_up_kiosk(self, kiosk: int) -> None:
        self._let("back_up_kiosk", kiosk=kiosk)

    @rule(kiosk=KIOSK)
    def restore_kiosk(self, kiosk: int) -> None:
        self._let("restore_kiosk", kiosk=kiosk)

    @rule(kiosk=KIOSK, resident=ANY, fields=FIELDS)
    def kiosk_loses_what_it_sent(self, kiosk: int, resident: int, fields: list[int]) -> None:
        self._let("back_up_kiosk", kiosk=kiosk)
        self._let("edit", kiosk=kiosk, resident=resident, fields=fields)
        self._let("sync", kiosk=kiosk)
        self._let("restore_kiosk", kiosk=kiosk)

    @rule(kiosk=KIOSK)
    def replace_disk(self, kiosk: int) -> None:
        self._let("replace_disk", kiosk=kiosk)

    @rule(resident=ANY)
    def erase(self, resident: int) -> None:
        self._let("erase", resident=resident)

    @rule()
    def back_up_hub(self) -> None:
        self._let("back_up_hub")

    @rule(by=RESTORES)
    def restore_hub(self, by: str) -> None:
        self._let(by)

    @rule(kiosk=KIOSK, resident=ANY, fields=FIELDS, by=RESTORES)
    def hub_loses_what_it_took(self, kiosk: int, resident: int, fields: list[int], by: str) -> None:
        self._let("back_up_hub")
        self._let("edit", kiosk=kiosk, resident=resident, fields=fields)
        self._let("sync", kiosk=kiosk)
        self._let(by)


class RareDisasters(Disasters):
    """The same, and several things together that chance alone hardly ever brings: for searches that
    have the time, as those of the gate and of the night."""

    @rule(resident=ANY, fields=FIELDS, first=NEIGHBOUR, version=ANY)
    def both_edit_and_one_settles(
        self, resident: int, fields: list[int], first: int, version: int
    ) -> None:
        for kiosk in (first, 1 - first):
            self._let("edit", kiosk=kiosk, resident=resident, fields=fields)
        for kiosk in (first, 1 - first, first):
            self._let("sync", kiosk=kiosk)
        self._let("settle", kiosk=first, conflict=0, version=version)

    @rule(kiosk=KIOSK, by=RESTORES)
    def hub_loses_what_a_new_disk_sent(self, kiosk: int, by: str) -> None:
        self._let("back_up_hub")
        self._let("replace_disk", kiosk=kiosk)
        self._let("new_resident", kiosk=kiosk)
        self._let("sync", kiosk=kiosk, fates=[line.OK, line.LOST_REQUEST])
        self._let(by)
