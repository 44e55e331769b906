"""What kind of vehicle it was, from what a counter can measure.

A tube counter measures axles (FHWA classes 1 to 13); a radar measures length at best and
cannot know axles. The two are never translated into each other: the scheme travels with
the class.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from devices.traffic.events import FHWA_SCHEME, LENGTH_SCHEME

_LENGTH_CLASSES: Final = (
    # Upper bounds of 7, 20 and 43 feet: the length bins of IRIS (Minnesota DOT), in metres.
    (Decimal("2.1336"), "motorcycle"),
    (Decimal("6.096"), "short"),
    (Decimal("13.1064"), "medium"),
)
_LONGEST_CLASS: Final = "long"

_HEAVY: Final = {
    # FHWA Traffic Monitoring Guide: buses and trucks are classes 4 to 13.
    FHWA_SCHEME: frozenset(str(number) for number in range(4, 14)),
    LENGTH_SCHEME: frozenset(("medium", "long")),
}


def class_of_length(length_m: Decimal) -> str:
    """The length class of a vehicle of this many metres."""
    for upper_m, name in _LENGTH_CLASSES:
        if length_m < upper_m:
            return name
    return _LONGEST_CLASS


def is_heavy(vehicle_class: str | None, class_scheme: str | None) -> bool | None:
    """Whether it was a bus or a truck; None when the counter could not tell."""
    if vehicle_class is None or class_scheme is None:
        return None
    return vehicle_class in _HEAVY.get(class_scheme, frozenset())
