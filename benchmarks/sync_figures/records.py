"""Invented records of the size that a village writes: about 290 bytes as JSON."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any, Final

from offline_sync.changes import Change
from offline_sync.identity import new_record_id

VILLAGE: Final = "坑口村"
SEED: Final = 20_261_125
_QUARTER_MS: Final = 15 * 60 * 1000
_BEGIN_MS: Final = 1_790_000_000_000
_FAMILIES: Final = (("陳", "Chan"), ("李", "Lee"), ("黃", "Wong"), ("何", "Ho"), ("張", "Cheung"))
_GIVEN: Final = (
    ("美玲", "Mei Ling"),
    ("永泰", "Wing Tai"),
    ("詩琪", "Sze Ki"),
    ("志強", "Chi Keung"),
)
_NOTES: Final = (
    "精神好，行路要扶",
    "血壓偏高，下次再量",
    "想多啲人探",
    "膝頭痛，少落樓",
    "食得瞓得",
)


def visits(count: int) -> Iterator[Change]:
    """Visits of a few workers to a few hundred residents: written once, never changed."""
    chance = random.Random(SEED)
    residents = [new_record_id() for _ in range(300)]
    workers = [new_record_id() for _ in range(6)]
    for number in range(count):
        started = _BEGIN_MS + number * _QUARTER_MS + chance.randrange(_QUARTER_MS)
        fields: dict[str, Any] = {
            "resident_id": chance.choice(residents),
            "contact": chance.choice(("home", "centre", "phone")),
            "started_at": started,
            "saved_at": started + chance.randrange(60_000, 1_200_000),
            "staff_id": chance.choice(workers),
            "since_last": chance.choice(("better", "same", "worse")),
            "next_visit_on": f"2026-12-{chance.randrange(1, 29):02d}",
            "note": chance.choice(_NOTES),
        }
        yield Change("visit", new_record_id(), fields)


def intervals(count: int) -> Iterator[Change]:
    """Quarter hours of two counters: written once, never changed."""
    chance = random.Random(SEED)
    counters = [new_record_id() for _ in range(2)]
    for number in range(count):
        vehicles = chance.randrange(120)
        mean = round(chance.uniform(28, 52), 1)
        fields: dict[str, Any] = {
            "counter_id": counters[number % 2],
            "lane": 1 + number % 2,
            "direction": chance.choice(("inbound", "outbound")),
            "starts_at": _BEGIN_MS + number // 2 * _QUARTER_MS,
            "minutes": 15,
            "vehicles": vehicles,
            "coverage": chance.choice((1.0, 1.0, 0.98)),
            "mean_speed_kmh": mean,
            "p85_speed_kmh": round(mean * 1.15, 1),
            "heavy": vehicles // 9,
        }
        yield Change("vehicle_interval", new_record_id(), fields)


def residents(count: int) -> Iterator[Change]:
    """Residents, whose every field can be edited later."""
    chance = random.Random(SEED)
    for _ in range(count):
        (family, family_en), (given, given_en) = chance.choice(_FAMILIES), chance.choice(_GIVEN)
        fields: dict[str, Any] = {
            "name": {"family": family, "given": given, "romanised": f"{family_en} {given_en}"},
            "preferred_address": f"{family}{chance.choice(('婆婆', '伯伯'))}",
            "picture": chance.choice(("junk", "banyan", "kite", "drum")),
            "language": "zh_HK",
            "birth_date": str(chance.randrange(1930, 1962)),
            "sex": chance.choice(("female", "male")),
            "village": VILLAGE,
            "phone": f"2{chance.randrange(10_000_000):07d}",
            "card_token": f"HV{chance.randrange(16**8):08X}",
            "status": "active",
        }
        yield Change("resident", new_record_id(), fields)


KINDS: Final[dict[str, Callable[[int], Iterator[Change]]]] = {
    "visit": visits,
    "vehicle_interval": intervals,
    "resident": residents,
}
