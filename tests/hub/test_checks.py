"""Which ops the hub puts aside, and that it never does so for being newer than itself."""

from __future__ import annotations

from typing import Any

import pytest

from hub.checks import why_not, why_not_new
from offline_sync.catalogue import CATALOGUE, CATALOGUE_VERSION
from offline_sync.changes import MOMENTS
from offline_sync.reasons import reason_code

NESTED: list[Any] = []
for _ in range(40):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    ("record_type", "fields"),
    [
        ("resident", {"phone": "2000 0000", "warnings": {"arm_not_to_use": "left"}}),
        ("resident", {"phone": None}),
        ("vital", {"clock_offset_s": 3}),
        ("vehicle_interval", {"vehicles": 0, "coverage": 0.5}),
        ("vehicle_interval", {"starts_at": 0, "vehicles": MOMENTS.stop}),
        ("visit", {"started_at": MOMENTS.start, "saved_at": MOMENTS.stop - 1}),
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
        ("vehicle_interval", {"coverage": float("nan")}, "not REAL"),
        ("vehicle_interval", {"coverage": 10**400}, "not REAL"),
        ("visit", {"saved_at": 2**62}, "no time"),
        ("void", {"at": -(2**63)}, "no time"),
        ("vehicle_interval", {"starts_at": MOMENTS.stop}, "no time"),
        ("resident", {"warnings": "none"}, "not JSON"),
        ("resident", {"warnings": {"arm": 2**70}}, "not JSON"),
        ("resident", {"warnings": {"arm": float("inf")}}, "not JSON"),
        ("resident", {"warnings": NESTED}, "not JSON"),
    ],
)
def test_what_can_never_be_right_is_put_aside(
    record_type: str, fields: dict[str, Any], words: str
) -> None:
    reason = why_not(record_type, CATALOGUE_VERSION, fields) or ""
    assert words in reason
    assert reason_code(reason)


def test_a_newer_kiosk_may_say_what_this_hub_does_not_know_yet() -> None:
    newer = CATALOGUE_VERSION + 1
    assert why_not("horoscope", newer, {"sign": "ox"}) is None
    assert why_not("resident", newer, {"shoe_size": 38}) is None
    assert why_not("resident", newer, {"phone": 2000}) is not None
    assert why_not("resident", newer, {"shoe_size": 2**70}) is not None
    assert why_not_new("resident", newer, {"shoe_size": 38}) is None
    assert why_not_new("horoscope", newer, {"sign": "ox"}) is None


@pytest.mark.parametrize("record_type", CATALOGUE)
def test_a_record_begins_with_all_that_it_requires(record_type: str) -> None:
    required = [field.name for field in CATALOGUE[record_type].fields if field.required]
    whole: dict[str, Any] = dict.fromkeys(required, "x")
    assert why_not_new(record_type, CATALOGUE_VERSION, whole) is None
    for name in required:
        reason = why_not_new(record_type, CATALOGUE_VERSION, whole | {name: None})
        assert reason is not None
        assert name in reason
