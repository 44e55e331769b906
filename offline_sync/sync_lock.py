"""One worker at a time: a row in the database says who is syncing.

Two workers would send the same ops at once and move one cursor from two sides. A worker that
crashed must not stop the sync for ever: its lock is nobody's once its boot is over, its process is
gone or its deadline has passed. The caller holds the transaction.
"""

from __future__ import annotations

import os
from typing import Final

from sqlite_utils import Database

from offline_sync.clock import Instant

LEASE_MS: Final = 15 * 60_000
"""How long a worker that says nothing keeps the lock: longer than any one step takes."""


def take(db: Database, holder: str, now: Instant) -> bool:
    """Take or renew the lock for `holder`; False when another worker has it."""
    row = db.execute("SELECT holder, boot_id, pid, deadline_mono_ms FROM sync_lock").fetchone()
    if row is not None and row[0] != holder and _is_held(row[1], row[2], row[3], now):
        return False
    db.execute(
        "INSERT INTO sync_lock (only, holder, boot_id, pid, deadline_mono_ms)"
        " VALUES (1, ?, ?, ?, ?) ON CONFLICT (only) DO UPDATE SET holder = excluded.holder,"
        " boot_id = excluded.boot_id, pid = excluded.pid,"
        " deadline_mono_ms = excluded.deadline_mono_ms",
        (holder, now.boot_id, os.getpid(), now.mono_ms + LEASE_MS),
    )
    return True


def release(db: Database, holder: str) -> None:
    """Give the lock back, if `holder` has it."""
    db.execute("DELETE FROM sync_lock WHERE holder = ?", (holder,))


def _is_held(boot_id: str, pid: int, deadline_mono_ms: int, now: Instant) -> bool:
    if boot_id != now.boot_id or now.mono_ms > deadline_mono_ms:
        return False
    try:
        os.kill(pid, 0)  # asks whether it is there, and sends nothing
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
