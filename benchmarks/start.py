"""Start to first frame: how long a person waits after the kiosk is switched on.

Starts `village-kiosk --first-frame` again and again with the software renderer, once over an
empty store and once over a store as it is after a season (90 days of two counters, 200
residents, 2,000 visits), so that growth is seen. Prints one JSON object: milliseconds from the
spawn of the process to the first painted frame, the largest memory of the runs, the size of
the season's database, and the size of the bundle if there is one in dist/. The first start of
each, which fills the page cache and makes the database, is not counted.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from devices.traffic.events import CoverageSpan, Direction, SpanReason, VehiclePassage
from devices.traffic.intervals import BOTH_WAYS, intervals
from devices.traffic.jamar import passages, read_jamar
from kiosk.demo.village import demo_staff, village_changes
from kiosk.disk import DataOnDisk
from kiosk.paths import ASSETS
from kiosk.records import traffic
from kiosk.records.traffic_intervals import AUTHOR, interval_change
from offline_sync.identity import new_record_id
from offline_sync.store import Change

ROOT: Final = Path(__file__).resolve().parent.parent
BUNDLE: Final = ROOT / "dist" / "smart-village-kiosk"
ROADS: Final = ASSETS / "demo" / "traffic" / "village_road.txt"
RUNS: Final = 7
NO_BYTECODE: Final = ("PYTHONDONTWRITEBYTECODE",)

DAYS: Final = 90
COUNTERS: Final = ("gate", "bridge")
VISITS: Final = 2_000
DAY_MS: Final = 24 * 60 * 60 * 1000


def start_once(data: Path) -> tuple[float, int]:
    """One start: milliseconds to the first frame, and kilobytes at the most."""
    process = subprocess.Popen(
        [Path(sys.executable).with_name("village-kiosk"), "--first-frame", "--data", data],
        env={
            **{name: text for name, text in os.environ.items() if name not in NO_BYTECODE},
            "QT_QPA_PLATFORM": "offscreen",
            "QT_QUICK_BACKEND": "software",
            "PYTHONPYCACHEPREFIX": f"{data}/bytecode",  # as an installed kiosk has it
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"village-kiosk --first-frame ended with {process.returncode}")
    return float(said), used.ru_maxrss


def live_a_season(data: Path) -> float:
    """Fill a store as a village fills it in 90 days; returns the megabytes of its database."""
    disk = DataOnDisk(data)
    now_ms = disk.clock.now().wall_ms
    with disk.open_store() as store:
        staff = demo_staff()
        people = village_changes(now_ms, staff)
        residents = [change.record_id for change in people if change.record_type == "resident"]
        store.save(people, "season")
        store.save(list(_visits(residents, staff[0].staff_id, now_ms)), "season")
        for name in COUNTERS:
            store.save([_counter(name)], "season")
            begins = now_ms - now_ms % DAY_MS - DAYS * DAY_MS
            for midnight in range(begins, begins + DAYS * DAY_MS, DAY_MS):
                seen, span = _day(name, midnight)
                rows = intervals(name, BOTH_WAYS, seen, [span], midnight, midnight + DAY_MS)
                with store.transaction():
                    traffic.keep_passages(store, seen)
                    traffic.keep_spans(store, [span])
                    store.save([interval_change(row) for row in rows], AUTHOR)
    return round(disk.path.stat().st_size / 1e6, 1)


def _counter(name: str) -> Change:
    return Change(
        "counter",
        name,
        {
            "name": {"en": name, "zh_HK": name, "zh_CN": name},
            "protocol": "ops24x",
            "port": f"/dev/serial/by-id/{name}",
            "lanes": 1,
            "inbound_means": "into_village",
            "status": "in_use",
        },
    )


def _day(name: str, midnight_ms: int) -> tuple[list[VehiclePassage], CoverageSpan]:
    ways = {1: Direction.INBOUND, 2: Direction.OUTBOUND}
    recorded = passages(read_jamar(ROADS.read_bytes()), name, UTC, ways)
    seen = [
        replace(one, lane=1, passed_at=midnight_ms + one.passed_at % DAY_MS) for one in recorded
    ]
    return seen, CoverageSpan(name, midnight_ms, midnight_ms + DAY_MS, SpanReason.RECORDED)


def _visits(residents: list[str], staff_id: str, now_ms: int) -> Iterator[Change]:
    dice = random.Random(20261122)
    for number in range(VISITS):
        saved_at = now_ms - dice.randrange(DAYS * DAY_MS)
        next_on = datetime.fromtimestamp(saved_at / 1000, UTC) + timedelta(days=14)
        yield Change(
            "visit",
            new_record_id(),
            {
                "resident_id": residents[number % len(residents)],
                "contact": "home",
                "started_at": saved_at - 480_000,
                "saved_at": saved_at,
                "staff_id": staff_id,
                "since_last": "same",
                "promise": "下次帶藥盒來",
                "next_visit_on": next_on.date().isoformat(),
            },
        )


def megabytes(folder: Path) -> float:
    """What the files of a folder take, links not followed."""
    return round(sum(path.lstat().st_size for path in folder.rglob("*")) / 1e6, 1)


def measured(runs: list[tuple[float, int]]) -> dict[str, float]:
    """The first frames of some starts."""
    frames = [frame_ms for frame_ms, _ in runs]
    return {
        "median": round(statistics.median(frames), 1),
        "min": round(min(frames), 1),
        "max": round(max(frames), 1),
        "runs": len(runs),
    }


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        empty, season = Path(folder, "empty"), Path(folder, "season")
        season_mb = live_a_season(season)
        for data in (empty, season):
            start_once(data)
        of_empty = [start_once(empty) for _ in range(RUNS)]
        of_season = [start_once(season) for _ in range(RUNS)]
    result = {
        "first_frame_ms": measured(of_empty),
        "first_frame_after_a_season_ms": measured(of_season),
        "season_store_mb": season_mb,
        "rss_mb": round(max(kilobytes for _, kilobytes in of_empty) / 1024, 1),
        "rss_after_a_season_mb": round(max(kilobytes for _, kilobytes in of_season) / 1024, 1),
        "load": round(os.getloadavg()[0], 2),
        "bundle_mb": megabytes(BUNDLE) if BUNDLE.is_dir() else None,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
