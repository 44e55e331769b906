"""Reads a large store once after the start, where a person would wait too long for it.

A small store is checked while it is opened. The pages of a season take a second and more, so
they are read behind the first page, on a connection and a thread of their own: a save waits
for nothing. It only reads, and repairs nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Final

import sqlite_utils

from offline_sync.database import check_content
from offline_sync.errors import DatabaseDamaged, StoreError

log = logging.getLogger(__name__)

_STOP_WITHIN_S: Final = 5.0
_STOP_TRIES: Final = 50


class StoreCheck:
    """One reading of the whole store; `on_damage` is called from its thread."""

    def __init__(
        self, open_reader: Callable[[], sqlite_utils.Database], on_damage: Callable[[], None]
    ) -> None:
        self._open_reader = open_reader
        self._on_damage = on_damage
        self._lock = threading.Lock()
        self._reading: sqlite_utils.Database | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="store-check", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Break it off; the next start checks again."""
        self._stopping = True
        for _ in range(_STOP_TRIES):
            with self._lock:
                if self._reading is not None:
                    self._reading.conn.interrupt()
            # Again: SQLite forgets an interruption that comes just before its work begins.
            self._thread.join(_STOP_WITHIN_S / _STOP_TRIES)
            if not self._thread.is_alive():
                break
        else:
            log.warning("the check of the records does not end; not waiting for it")

    def _run(self) -> None:
        try:
            with closing(self._open_reader()) as reader:
                self._check(reader)
        except DatabaseDamaged as error:
            log.error("%s %s", error, error.next_step)
            self._on_damage()
        except StoreError as error:
            log.warning("the records could not be checked: %s %s", error, error.next_step)
        except Exception:
            if not self._stopping:
                log.exception("the check of the records ended by a fault")

    def _check(self, reader: sqlite_utils.Database) -> None:
        with self._lock:
            if self._stopping:
                return
            self._reading = reader
        try:
            check_content(reader)
        finally:
            with self._lock:  # nobody may interrupt a connection that is being closed
                self._reading = None
