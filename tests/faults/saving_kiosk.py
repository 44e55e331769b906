"""A kiosk that does nothing but save, to be killed: prints each id after its save has returned.

Each save is what a check-in does: the raw reading leaves the inbox and becomes a vital, with an
edit of the resident and an audit entry, in one transaction. Run: saving_kiosk.py DATABASE COUNT
"""

from __future__ import annotations

import sys
from pathlib import Path

from offline_sync.clock import SystemClock
from offline_sync.identity import new_record_id
from offline_sync.store import Change, Store
from tests.builders import TEST_KEY, resident_change

RESIDENT_ID = "resident-1"


def check_in(store: Store) -> str:
    """One reading, from the inbox to a vital."""
    vital_id = new_record_id()
    now = SystemClock().now()
    with store.transaction() as db:
        db.execute(
            "INSERT INTO reading_inbox (id, session_id, characteristic, raw, received_at, mono_ms,"
            " boot_id) VALUES (?, 's', '2a35', x'1e', ?, ?, ?)",
            (vital_id, now.wall_ms, now.mono_ms, now.boot_id),
        )
    reading = {"systolic": "142", "diastolic": "84", "unit": "mmHg"}
    vital = {
        "resident_id": RESIDENT_ID,
        "vital": "blood_pressure",
        "reading": reading,
        "taken_at": now.wall_ms,
        "received_at": now.wall_ms,
        "clock_quality": "set",
        "source": "measured",
        "started_by": "resident",
        "completeness": "complete",
    }
    with store.transaction() as db:
        store.save(
            [
                Change("vital", vital_id, vital),
                Change("resident", RESIDENT_ID, {"address": vital_id}),
                Change("audit", new_record_id(), {"at": now.wall_ms, "action": "check_in"}),
            ],
            by="resident",
        )
        db.execute("DELETE FROM reading_inbox WHERE id = ?", (vital_id,))
    return vital_id


def main(path: Path, count: int) -> None:
    with Store.open(path, TEST_KEY, SystemClock()) as store:
        if store.outbox_counts().total == 0:
            store.save([resident_change(record_id=RESIDENT_ID)], by="staff-1")
        print("ready", flush=True)
        for _ in range(count):
            print(check_in(store), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
