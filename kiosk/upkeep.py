"""The work of the house on the writer's thread: what has had its time goes, to its last byte.

Runs as the machine's own job, after any person's. Never deletes what waits for the hub.
"""

from __future__ import annotations

import logging

from offline_sync import erasure, retention
from offline_sync.store import Store

log = logging.getLogger(__name__)

EVERY_MS = 60 * 60 * 1000
"""How often to look; the pass itself is made once a day."""


def keep_house(store: Store, now_ms: int) -> bool:
    """Do what is due; returns whether records have gone."""
    gone = False
    if retention.is_due(store.connection, now_ms):
        with store.transaction() as db:
            over = retention.end_periods(db, now_ms)
        if counts := over.counts():
            log.info("what has had its time is gone: %s", counts)
        gone = bool(over.records)
    if erasure.scrub_is_due(store.connection) and not erasure.scrub(store.connection):
        log.info("the bytes of what was erased go when nobody reads: tried again within the hour")
    return gone
