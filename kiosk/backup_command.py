"""`village-kiosk backup`: a copy of this kiosk's records, encrypted as they are, on another disk.

The key is not in it: the store's key stays on the kiosk, and sealed at the hub. The kiosk may be
running.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from kiosk.disk import DATABASE, DataOnDisk, make_data_folder
from offline_sync.database import copy_database
from offline_sync.errors import StoreUnavailable


def run(arguments: argparse.Namespace, folder: Path) -> None:
    """Write the copy and print where it is, as one line of JSON.

    Raises:
        StoreError: with what to do; there is no copy then.
    """
    if not (folder / DATABASE).exists():
        raise StoreUnavailable(f"There are no records of a kiosk in {folder}.")
    disk = DataOnDisk(folder)
    make_data_folder(arguments.to)
    moment = datetime.fromtimestamp(disk.clock.now().wall_ms / 1000, UTC)
    copy = arguments.to / f"kiosk-{moment:%Y%m%dT%H%M%SZ}.db"
    copy_database(disk.path, disk.key.key, copy)
    print(json.dumps({"backup": str(copy), "bytes": copy.stat().st_size}))
