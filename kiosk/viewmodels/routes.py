"""The pages of the window by name, and which of them want a worker."""

from __future__ import annotations

RESIDENT_ROUTES = frozenset(
    (
        *("home", "card", "who", "notice", "rest", "cuff", "measuring", "pause", "result"),
        *("trend", "goodbye", "call", "unwell"),
    )
)
SIGN_IN_ROUTES = frozenset(("signIn", "pin"))
STAFF_ROUTES = frozenset(
    (
        *("residents", "resident", "visit", "traffic", "sync", "conflict"),
        *("instruments", "pairing", "attribution"),
    )
)
ROUTES = RESIDENT_ROUTES | SIGN_IN_ROUTES | STAFF_ROUTES

# Resting, inflating and waiting for staff take as long as they take.
UNTIMED_ROUTES = frozenset(("home", "rest", "measuring", "pause", "call", "unwell"))


class UnknownRoute(ValueError):
    """A page asked for a page that does not exist: a programming error, never a person's."""
