"""The invented village: residents, workers and their past readings, as changes for the store.

The readings are real examinations (public domain, assets/demo/health/README.md); every
name, address and card is invented. The same seed always makes the same village.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from kiosk.paths import ASSETS
from kiosk.records.residents import PICTURES
from offline_sync.identity import new_record_id
from offline_sync.store import Change

RESIDENTS: Final = 200
HOST_CARD: Final = "DEMO0001"
"""The card of the resident whom the tour follows."""

PASSPHRASE: Final = "village demo"
VILLAGE: Final = "坑口村"
_VILLAGES: Final = ("坑口村", "上窰村", "荔枝窩", "梅子林", "鹽田梓")
_DAY_MS: Final = 24 * 60 * 60 * 1000
_HOST_MONTHS_AGO: Final = (8, 7, 6, 5, 3, 2, 1)  # nothing four months ago: a gap stays a gap
_HOST_MEANS: Final = ((151, 91), (147, 89), (149, 90), (143, 87), (140, 84), (144, 86), (138, 82))
_PROMISES: Final = ("下次帶藥盒來", "幫忙打電話覆診", "一起填平安鐘申請表", "帶血壓手冊")


@dataclass(frozen=True, slots=True)
class Examination:
    """One person's three readings in one sitting."""

    age: int
    sex: str
    pulse: int
    readings: tuple[tuple[int, int], ...]  # (systolic, diastolic) mmHg


@dataclass(frozen=True, slots=True)
class DemoStaff:
    """A demo worker with the passphrase and PIN that the demo tells everybody."""

    staff_id: str
    name: str
    role: str
    passphrase: str
    pin: str


def demo_staff() -> tuple[DemoStaff, ...]:
    """One worker for each role that works at the screen."""
    return (
        DemoStaff(new_record_id(), "黃詠詩 Wong Wing Sze", "social_worker", PASSPHRASE, "135790"),
        DemoStaff(new_record_id(), "李志強 Lee Chi Keung", "supervisor", PASSPHRASE, "246802"),
        DemoStaff(new_record_id(), "何佩珊 Ho Pui Shan", "volunteer", PASSPHRASE, "112233"),
        DemoStaff(new_record_id(), "鄧國輝 Tang Kwok Fai", "technician", PASSPHRASE, "445566"),
    )


def village_changes(now_ms: int, staff: tuple[DemoStaff, ...]) -> list[Change]:
    """Everything that the demo village has on record at `now_ms` (ms since 1970, UTC)."""
    dice = random.Random(20261122)
    people = _examinations()
    names = _names()
    changes = [
        Change(
            "staff", worker.staff_id, {"name": worker.name, "role": worker.role, "status": "active"}
        )
        for worker in staff
    ]
    for number in range(RESIDENTS):
        examination = people[number % len(people)]
        resident_id = new_record_id()
        changes += _resident(dice, number, resident_id, examination, names, now_ms)
        if number == 0:
            changes += _host_history(dice, resident_id, now_ms)
        else:
            changes += _sitting(
                dice,
                resident_id,
                now_ms - dice.randrange(2, 90) * _DAY_MS,
                examination.readings,
                examination.pulse,
            )
        if number % 4 == 0:
            changes.append(_past_visit(dice, resident_id, now_ms, staff[0].staff_id))
    return changes


def _examinations() -> list[Examination]:
    with (ASSETS / "demo/health/blood_pressure.csv").open(encoding="utf-8", newline="") as rows:
        return [
            Examination(
                age=int(row["age_years"]),
                sex=row["sex"].lower(),
                pulse=int(row["pulse_bpm"]),
                readings=tuple((int(row[f"sbp{n}"]), int(row[f"dbp{n}"])) for n in (1, 2, 3)),
            )
            for row in csv.DictReader(rows)
        ]


def _names() -> dict[str, list[tuple[str, str]]]:
    names: dict[str, list[tuple[str, str]]] = {"surname": [], "given_m": [], "given_f": []}
    with (ASSETS / "demo/health/names.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            names[row["type"]].append((row["zh"], row["roman"]))
    return names


def _resident(
    dice: random.Random,
    number: int,
    resident_id: str,
    examination: Examination,
    names: dict[str, list[tuple[str, str]]],
    now_ms: int,
) -> list[Change]:
    family, family_roman = dice.choice(names["surname"])
    woman = examination.sex == "female"
    given, given_roman = dice.choice(names["given_f" if woman else "given_m"])
    address = family + ("婆婆" if woman else "伯伯")
    picture = PICTURES[number % len(PICTURES)]
    age, card = examination.age, f"DEMO{number + 1:04d}"
    if number == 0:
        family, family_roman, given, given_roman = "陳", "Chan", "帶喜", "Tai Hei"
        address, picture, age, card = "陳婆婆", "junk", 78, HOST_CARD
    birth_year = datetime.fromtimestamp(now_ms / 1000, UTC).year - age
    fields: dict[str, Any] = {
        "name": {"family": family, "given": given, "romanised": f"{family_roman} {given_roman}"},
        "preferred_address": address,
        "picture": picture,
        "language": "zh_HK",
        "birth_date": str(birth_year),
        "sex": examination.sex,
        "village": _VILLAGES[number % len(_VILLAGES)],
        "address": f"{_VILLAGES[number % len(_VILLAGES)]} {dice.randrange(1, 120)} 號",
        "card_token": card,
        "status": "active",
    }
    if number == 0:
        fields["warnings"] = {"arm_not_to_use": "right"}
    return [Change("resident", resident_id, fields)]


def _host_history(dice: random.Random, resident_id: str, now_ms: int) -> list[Change]:
    """Seven sittings in eight months, of the resident whom the tour follows."""
    changes: list[Change] = []
    for months, (systolic, diastolic) in zip(_HOST_MONTHS_AGO, _HOST_MEANS, strict=True):
        changes += _sitting(
            dice,
            resident_id,
            now_ms - months * 30 * _DAY_MS,
            ((systolic + 2, diastolic + 1), (systolic - 2, diastolic - 1)),
            72,
        )
    return changes


def _sitting(
    dice: random.Random,
    resident_id: str,
    taken_at: int,
    readings: tuple[tuple[int, int], ...],
    pulse: int,
) -> list[Change]:
    check_in_id = new_record_id()
    return [
        Change(
            "vital",
            new_record_id(),
            {
                "resident_id": resident_id,
                "check_in_id": check_in_id,
                "vital": "blood_pressure",
                "reading": {
                    "systolic": str(systolic),
                    "diastolic": str(diastolic),
                    "pulse": str(pulse + dice.randrange(-2, 3)),
                    "unit": "mmHg",
                },
                "taken_at": taken_at + order * 70_000,
                "received_at": taken_at + order * 70_000,
                "clock_quality": "absent",
                "source": "measured",
                "started_by": "resident",
                "in_mean": 1,
                "completeness": "complete",
            },
        )
        for order, (systolic, diastolic) in enumerate(readings)
    ]


def _past_visit(dice: random.Random, resident_id: str, now_ms: int, staff_id: str) -> Change:
    saved_at = now_ms - dice.randrange(10, 60) * _DAY_MS
    next_on = datetime.fromtimestamp(saved_at / 1000, UTC) + timedelta(days=60)
    return Change(
        "visit",
        new_record_id(),
        {
            "resident_id": resident_id,
            "contact": dice.choice(("home", "centre", "phone")),
            "started_at": saved_at - 480_000,
            "saved_at": saved_at,
            "staff_id": staff_id,
            "since_last": dice.choice(("better", "same", "same", "worse")),
            "promise": dice.choice(_PROMISES),
            "next_visit_on": next_on.date().isoformat(),
        },
    )
