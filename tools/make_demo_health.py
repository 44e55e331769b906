"""Make assets/demo/health/blood_pressure.csv from the NHANES 2017-2018 rows.

Usage: python tools/make_demo_health.py NHANES.csv

Keeps the people with three valid readings in one sitting, and only the columns that the
demo shows. Nothing is altered; answers about mood, illness or income are left out.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

COLUMNS = ("seqn", "age_years", "sex", "pulse_bpm", "sbp1", "dbp1", "sbp2", "dbp2", "sbp3", "dbp3")
TARGET = Path(__file__).parent.parent / "assets" / "demo" / "health" / "blood_pressure.csv"
ROWS = 600


def main(source: str) -> None:
    with Path(source).open(encoding="utf-8", newline="") as lines:
        valid = [
            row
            for row in csv.DictReader(lines)
            if all(row[column] for column in COLUMNS)
            and all(int(row[f"dbp{n}"]) > 0 for n in (1, 2, 3))
        ]
    with TARGET.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(valid[:ROWS])


if __name__ == "__main__":
    main(sys.argv[1])
