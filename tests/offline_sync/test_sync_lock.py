"""One sync worker at a time, whatever became of the one before."""

from __future__ import annotations

import os
import subprocess
import sys

from offline_sync.clock import Instant
from offline_sync.store import Store
from offline_sync.sync_lock import LEASE_MS, release, take

NOW = Instant(1, 1_000, "boot-1")


def test_the_lock_is_one_worker_s_until_it_is_given_back(store: Store) -> None:
    with store.transaction() as db:
        assert take(db, "one", NOW)
        assert take(db, "one", NOW)  # renewed
        assert not take(db, "two", NOW)
        release(db, "two")
        assert not take(db, "two", NOW)
        release(db, "one")
        assert take(db, "two", NOW)


def test_a_worker_that_says_nothing_for_too_long_has_lost_it(store: Store) -> None:
    with store.transaction() as db:
        take(db, "one", NOW)
        later = Instant(1, NOW.mono_ms + LEASE_MS, "boot-1")
        assert not take(db, "two", later)
        assert take(db, "two", Instant(1, later.mono_ms + 1, "boot-1"))
        assert not take(db, "one", later)


def test_a_worker_of_another_boot_has_lost_it(store: Store) -> None:
    with store.transaction() as db:
        take(db, "one", NOW)
        assert take(db, "two", Instant(1, 5, "boot-2"))


def test_a_worker_whose_process_is_gone_has_lost_it(store: Store) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as gone:
        pid = gone.pid
    with store.transaction() as db:
        take(db, "one", NOW)
        db.execute("UPDATE sync_lock SET pid = ?", (pid,))
        assert take(db, "two", NOW)
        db.execute("UPDATE sync_lock SET pid = ?", (os.getppid(),))
        assert not take(db, "one", NOW)
        db.execute("UPDATE sync_lock SET pid = 1")  # there, and not ours to signal, or ours as root
        assert not take(db, "one", NOW)
