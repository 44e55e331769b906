"""`village-kiosk retention`: what has had its time on this kiosk, counted or ended now."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from kiosk.disk import DataOnDisk
from kiosk.upkeep import keep_house
from offline_sync import retention


def run(arguments: argparse.Namespace, folder: Path) -> None:
    """Print the counts as one line of JSON; with --dry-run nothing is changed.

    Raises:
        StoreError: with what to do; the kiosk itself must not be running.
    """
    disk = DataOnDisk(folder)
    now_ms = disk.clock.now().wall_ms
    with disk.open_store() as store:
        over = retention.periods_over(store.connection, now_ms)
        if not arguments.dry_run:
            with store.transaction() as db:
                over = retention.end_periods(db, now_ms)
            keep_house(store, now_ms)
    print(json.dumps({"would_end" if arguments.dry_run else "ended": over.counts()}))
