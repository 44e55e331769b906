"""The list of ordered erasures, kept outside of the database: ids only.

An older copy of the database does not know what was erased since. This file does, so that what was
erased stays erased whatever is put back. It is only ever added to, and is written before the
erasure itself is committed.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine

from hub import audit, kept_list
from hub.database import in_batch
from hub.erasure import ORDER, erase, erased_among, keep_others_out, mark
from hub.erasure_search import find
from hub.scrub import scrub

log = logging.getLogger(__name__)

LIST_NAME: Final = "erasures.jsonl"


class Ordered(msgspec.Struct, frozen=True):
    """One erasure that a person has ordered; `at_ms` is ms since 1970 UTC."""

    record_type: str
    record_id: str
    at_ms: int


def add(folder: Path, ordered: Ordered) -> None:
    """Write an order down, on the disk when this returns."""
    kept_list.append(folder / LIST_NAME, ordered)


def read(folder: Path) -> list[Ordered]:
    """Every order, oldest first. Raises HubError when a line cannot be read."""
    return kept_list.read(folder / LIST_NAME, Ordered)


def erase_ordered(connection: Connection, orders: list[Ordered], now_ms: int) -> int:
    """Erase again what this database does not know to be erased; gives how many it lacked."""
    keys = {(order.record_type, order.record_id) for order in orders}
    missing = keys - erased_among(connection, keys, ORDER)
    if missing:
        keep_others_out(connection)
    for record_type, record_id in sorted(missing):
        found = find(connection, record_type, record_id)
        erase(connection, found, ORDER, now_ms, (record_type, record_id))
        mark(connection, record_type, record_id, now_ms)
    return len(missing)


def catch_up(engine: Engine, folder: Path, now_ms: int) -> int:
    """Erase again what an older database that was put back does not know of; gives how many
    orders it lacked. To be called before the hub serves."""
    orders = read(folder)

    def job(connection: Connection) -> int:
        lacked = erase_ordered(connection, orders, now_ms)
        if lacked:
            audit.note(connection, "hub", "erase again", "", {"orders": lacked}, now_ms)
        return lacked

    lacked = in_batch(engine, job) if orders else 0
    if lacked:
        log.warning("an older database was put back: %d ordered erasures are made again", lacked)
        scrub(engine)
    return lacked
