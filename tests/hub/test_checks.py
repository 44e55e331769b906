"""Which ops the hub puts aside, and that it never does so for being newer than itself."""

from __future__ import annotations

from typing import Any

import pytest

from hub.checks import why_not
from offline_sync.catalogue import CATALOGUE_VERSION


@pytest.mark.parametrize(
    ("record_type", "fields"),
    [
        ("resident", {"phone": "2000 0000", "warnings": {"arm_not_to_use": "left"}}),
        ("resident", {"phone": None}),
        ("vital", {"clock_offset_s": 3}),
        ("vehicle_interval", {"vehicles": 0, "coverage": 0.5}),
    ],
)
def test_what_the_catalogue_allows_is_taken(record_type: str, fields: dict[str, Any]) -> None:
    assert why_not(record_type, CATALOGUE_VERSION, fields) is None


@pytest.mark.parametrize(
    ("record_type", "fields", "words"),
    [
        ("horoscope", {"sign": "ox"}, "unknown record type"),
        ("resident", {"shoe_size": 38}, "unknown field"),
        ("resident", {}, "no field"),
        ("resident", {"": 1}, "no usable name"),
        ("resident", {"village": None}, "may not be empty"),
        ("resident", {"phone": 2000}, "not TEXT"),
        ("vehicle_interval", {"vehicles": True}, "not INTEGER"),
        ("vehicle_interval", {"vehicles": 2**63}, "not INTEGER"),
        ("vehicle_interval", {"coverage": "all"}, "not REAL"),
    ],
)
def test_what_can_never_be_right_is_put_aside(
    record_type: str, fields: dict[str, Any], words: str
) -> None:
    assert words in (why_not(record_type, CATALOGUE_VERSION, fields) or "")


def test_a_newer_kiosk_may_say_what_this_hub_does_not_know_yet() -> None:
    newer = CATALOGUE_VERSION + 1
    assert why_not("horoscope", newer, {"sign": "ox"}) is None
    assert why_not("resident", newer, {"shoe_size": 38}) is None
    assert why_not("resident", newer, {"phone": 2000}) is not None
