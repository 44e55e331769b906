"""How long finding a resident takes, from letters to the rows of the page. Prints one JSON line.

The store is encrypted, as on a kiosk, and far larger than any village: 50,000 residents and
100,000 visits. The aim is under 100 ms for each search.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

import sqlite_utils

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication

from kiosk.disk import DataOnDisk
from kiosk.roles import Role
from kiosk.shifts import Shifts, Worker
from kiosk.viewmodels.residents import ResidentsViewModel
from offline_sync.clock import SystemClock
from offline_sync.identity import new_record_id
from offline_sync.store import Store

_RESIDENTS: Final = 50_000
_VISITS: Final = 100_000
_RUNS: Final = 9
_AIM_MS: Final = 100
_SEED: Final = 20_261_122
_FAMILIES: Final = (("陳", "Chan"), ("李", "Lee"), ("黃", "Wong"), ("何", "Ho"), ("張", "Cheung"))
_SYLLABLES: Final = ("Mei", "Ling", "Wing", "Sze", "Tai", "Hei", "Chi", "Keung", "Pui", "Shan")
_TYPED: Final = {
    "everybody": "",
    "one_letter": "c",
    "family_name": "陳",
    "two_words": "chan mei",
    "last_card": f"HV{_RESIDENTS - 1:08d}",
    "nobody": "zzz",
}


class _ReadOnly:
    """What the view model needs to read; a search writes nothing."""

    def __init__(self, reader: sqlite_utils.Database) -> None:
        self.reader = reader


def main() -> None:
    """Fills a store, measures and prints."""
    app = QCoreApplication([])
    with tempfile.TemporaryDirectory() as folder:
        disk = DataOnDisk(Path(folder) / "data")
        with disk.open_store() as store:
            _fill(store)
        reader = disk.open_reader()
        clock = SystemClock()
        shifts = Shifts(clock)
        shifts.open(Worker(new_record_id(), "黃詠詩 Wong Wing Sze", Role.SOCIAL_WORKER))
        page = ResidentsViewModel(_ReadOnly(reader), shifts, clock)  # type: ignore[arg-type]
        taken = {name: _search_ms(page, text) for name, text in _TYPED.items()}
        reader.close()
    every = [ms for times in taken.values() for ms in times]
    print(
        json.dumps(
            {
                "benchmark": "search",
                "residents": _RESIDENTS,
                "visits": _VISITS,
                "ms_median": round(statistics.median(every), 1),
                "ms_max": round(max(every), 1),
                "aim_ms": _AIM_MS,
                "ms_max_of": {name: round(max(times), 1) for name, times in taken.items()},
            }
        )
    )
    del app


def _search_ms(page: ResidentsViewModel, text: str) -> list[float]:
    times = []
    for _ in range(_RUNS):
        began = time.perf_counter()
        page.search(text)
        times.append((time.perf_counter() - began) * 1000)
    return times


def _fill(store: Store) -> None:
    # Rows alone, without their ops: a search reads nothing else, and the ops would take minutes.
    dice = random.Random(_SEED)
    ids = [new_record_id() for _ in range(_RESIDENTS)]
    with store.transaction() as db:
        db.conn.executemany(
            "INSERT INTO resident (id, name, preferred_address, picture, language, birth_date, sex,"
            " village, address, card_token, status)"
            " VALUES (?, ?, ?, 'junk', 'zh_HK', '1944', 'female', '坑口村', ?, ?, 'active')",
            (_resident(dice, number, key) for number, key in enumerate(ids)),
        )
        db.conn.executemany(
            "INSERT INTO visit (id, resident_id, contact, started_at, saved_at, staff_id,"
            " next_visit_on) VALUES (?, ?, 'home', ?, ?, 'worker', '2026-12-06')",
            ((new_record_id(), dice.choice(ids), at, at) for at in range(_VISITS)),
        )


def _resident(dice: random.Random, number: int, key: str) -> tuple[str, ...]:
    han, latin = dice.choice(_FAMILIES)
    given = "".join(chr(0x4E00 + dice.randrange(3000)) for _ in range(2))
    romanised = f"{latin} {dice.choice(_SYLLABLES)} {dice.choice(_SYLLABLES)}"
    name = {"family": han, "given": given, "romanised": romanised}
    whole = json.dumps(name, ensure_ascii=False)
    return (key, whole, f"{han}婆婆", f"坑口村 {number} 號", f"HV{number:08d}")


if __name__ == "__main__":
    main()
