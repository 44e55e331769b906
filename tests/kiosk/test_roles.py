"""Who may do what, and that the gate refuses before anything happens."""

from __future__ import annotations

import pytest

from kiosk.roles import PERMITTED, Permission, Refusal, Role, allowed, requires

EXPECTED = {
    Role.VOLUNTEER: {"see_residents", "record_visit", "see_sync"},
    Role.SOCIAL_WORKER: {
        "see_residents",
        "see_health",
        "record_visit",
        "see_traffic",
        "see_sync",
        "see_instruments",
        "attribute_readings",
        "settle_conflicts",
    },
    Role.SUPERVISOR: {
        "see_residents",
        "see_health",
        "record_visit",
        "see_traffic",
        "see_sync",
        "see_instruments",
        "pair_instruments",
        "attribute_readings",
        "settle_conflicts",
        "enrol_staff",
    },
    Role.TECHNICIAN: {"see_traffic", "see_sync", "see_instruments", "pair_instruments"},
}


class Desk:
    """A gated object that writes down what happened to it."""

    def __init__(self, refusal: Refusal | None) -> None:
        self.answer = refusal
        self.asked: list[Permission] = []
        self.done: list[tuple[int, str]] = []
        self.refused: list[Refusal] = []
        self.touches = 0
        self.ticks = 0

    @property
    def gate(self) -> Desk:
        return self

    def tick(self) -> None:
        assert self.asked == [], "what is over must end before the gate is asked"
        self.ticks += 1

    def refusal(self, permission: Permission) -> Refusal | None:
        self.asked.append(permission)
        return self.answer

    def touch(self) -> None:
        self.touches += 1

    def refuse(self, refusal: Refusal) -> None:
        self.refused.append(refusal)

    @requires(Permission.RECORD_VISIT)
    def act(self, number: int, word: str = "plain") -> None:
        """Do something."""
        self.done.append((number, word))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("permission", list(Permission))
def test_every_role_may_do_what_the_table_says_and_nothing_else(
    role: Role, permission: Permission
) -> None:
    assert allowed(role, permission) is (str(permission) in EXPECTED[role])


def test_every_role_is_in_the_table() -> None:
    assert set(PERMITTED) == set(Role)


def test_an_action_runs_with_its_arguments_when_the_gate_is_open() -> None:
    desk = Desk(None)
    desk.act(3, word="loud")
    assert desk.done == [(3, "loud")]
    assert desk.asked == [Permission.RECORD_VISIT]
    assert desk.refused == []
    assert (desk.ticks, desk.touches) == (1, 1)


@pytest.mark.parametrize("refusal", list(Refusal))
def test_a_refused_action_does_nothing_but_say_why(refusal: Refusal) -> None:
    desk = Desk(refusal)
    desk.act(3)
    assert desk.done == []
    assert desk.refused == [refusal]
    assert (desk.ticks, desk.touches) == (1, 0)


def test_a_gated_action_keeps_its_name_for_qt() -> None:
    assert Desk.act.__name__ == "act"
    assert Desk.act.__doc__ == "Do something."
