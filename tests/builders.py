"""What tests share: a store to write to, people to write about, and work done at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import sqlite_utils

from offline_sync.clock import SystemClock
from offline_sync.database import open_reader
from offline_sync.identity import new_record_id
from offline_sync.store import Change, Store

T = TypeVar("T")
TEST_KEY = bytes(range(32))


def open_test_store(folder: Path, name: str = "kiosk.db") -> Store:
    """A new or existing encrypted store in `folder`, with the key that all tests use."""
    return Store.open(folder / name, TEST_KEY, SystemClock())


class InlineBackground:
    """`kiosk.workers.Background` without threads: a write has happened when `write` returns."""

    def __init__(self, store: Store, path: Path) -> None:
        self.store = store
        self.reader: sqlite_utils.Database = open_reader(path, TEST_KEY)
        self.fail_next: Exception | None = None

    def write(
        self,
        job: Callable[[Store], T],
        then: Callable[[T], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        if (error := self.fail_next) is not None:
            self.fail_next = None
            failed(error)
            return
        try:
            result = job(self.store)
        except Exception as error:  # noqa: BLE001 - as the writer thread: all goes to `failed`
            failed(error)
        else:
            then(result)

    def close(self) -> None:
        self.reader.close()
        self.store.close()


def resident_change(**given: Any) -> Change:
    """A resident, invented: 陳婆婆 unless told otherwise."""
    fields: dict[str, Any] = {
        "name": {"family": "陳", "given": "美玲", "romanised": "Chan Mei Ling"},
        "preferred_address": "陳婆婆",
        "picture": "junk",
        "language": "zh_HK",
        "birth_date": "1944",
        "sex": "female",
        "village": "坑口村",
        "card_token": "HV7Q2K9M4T",
        "status": "active",
    }
    record_id = given.pop("record_id", None) or new_record_id()
    return Change("resident", record_id, fields | given)


def staff_change(**given: Any) -> Change:
    """A worker, invented: 黃詠詩, social worker, unless told otherwise."""
    fields: dict[str, Any] = {"name": "黃詠詩", "role": "social_worker", "status": "active"}
    record_id = given.pop("record_id", None) or new_record_id()
    return Change("staff", record_id, fields | given)
