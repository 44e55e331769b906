"""Who may do what: the four roles, one table of permissions, and the gate on every staff action.

The table is the only place that grants anything, and what it does not name is refused. The
gate is asked each time, so that a screen that was left open cannot outlive its worker.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar


class Role(StrEnum):
    """The roles of `staff.role` in the record catalogue."""

    VOLUNTEER = "volunteer"
    SOCIAL_WORKER = "social_worker"
    SUPERVISOR = "supervisor"
    TECHNICIAN = "technician"


class Permission(StrEnum):
    """One thing a worker may do."""

    SEE_RESIDENTS = "see_residents"  # name, address and what was promised: what a visit needs
    SEE_HEALTH = "see_health"  # readings, answers and history
    RECORD_VISIT = "record_visit"
    SEE_TRAFFIC = "see_traffic"
    SEE_SYNC = "see_sync"
    SEE_INSTRUMENTS = "see_instruments"  # which are paired, their battery, when last heard
    PAIR_INSTRUMENTS = "pair_instruments"  # and forget them
    ATTRIBUTE_READINGS = "attribute_readings"  # say whose a reading is that is nobody's yet
    SETTLE_CONFLICTS = "settle_conflicts"  # say which of two values of one field stands
    ENROL_STAFF = "enrol_staff"  # new workers, and new secrets for those who forgot theirs


PERMITTED: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        Role.VOLUNTEER: frozenset(
            {Permission.SEE_RESIDENTS, Permission.RECORD_VISIT, Permission.SEE_SYNC}
        ),
        Role.SOCIAL_WORKER: frozenset(Permission)
        - {Permission.ENROL_STAFF, Permission.PAIR_INSTRUMENTS},
        Role.SUPERVISOR: frozenset(Permission),
        Role.TECHNICIAN: frozenset(
            {
                Permission.SEE_TRAFFIC,
                Permission.SEE_SYNC,
                Permission.SEE_INSTRUMENTS,
                Permission.PAIR_INSTRUMENTS,
            }
        ),
    }
)


def allowed(role: Role, permission: Permission) -> bool:
    """Whether the table grants `permission` to `role`."""
    return permission in PERMITTED[role]


class Refusal(StrEnum):
    """Why the gate is shut, as the code that the page turns into words."""

    SIGN_IN_NEEDED = "sign_in_needed"  # nobody is at work here
    PIN_NEEDED = "pin_needed"  # the worker is at work and the screen is locked
    NOT_ALLOWED = "not_allowed"  # the role does not include it


class Gate(Protocol):
    """What knows who is at work: `kiosk.shifts.Shifts`."""

    def refusal(self, permission: Permission) -> Refusal | None:
        """Why `permission` is refused at this moment; None when it is granted. Changes nothing."""
        ...

    def tick(self) -> None:
        """End and lock what is over."""
        ...

    def touch(self) -> None:
        """A person did something: the screen is not idle."""
        ...


class Gated(Protocol):
    """An object with gated actions: a staff view model."""

    @property
    def gate(self) -> Gate: ...

    def refuse(self, refusal: Refusal) -> None:
        """Tell the window why nothing was done."""
        ...


_Owner = TypeVar("_Owner", bound=Gated)
_Given = ParamSpec("_Given")


def requires(
    permission: Permission,
) -> Callable[
    [Callable[Concatenate[_Owner, _Given], None]], Callable[Concatenate[_Owner, _Given], None]
]:
    """The gate, as a decorator under `@Slot`: a refused action does nothing but say why."""

    def decorate(
        action: Callable[Concatenate[_Owner, _Given], None],
    ) -> Callable[Concatenate[_Owner, _Given], None]:
        @functools.wraps(action)
        def gated(owner: _Owner, /, *given: _Given.args, **named: _Given.kwargs) -> None:
            owner.gate.tick()
            refusal = owner.gate.refusal(permission)
            if refusal is not None:
                owner.refuse(refusal)
                return
            owner.gate.touch()
            action(owner, *given, **named)

        return gated

    return decorate
