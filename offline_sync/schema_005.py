"""Schema 5: one sync worker, requests that are numbered, counts that need no counting. Frozen once
shipped.
"""

from __future__ import annotations

from typing import Final

_WORKER: Final = """
-- Who is syncing now. A holder that is gone is known by its boot, its process or its deadline.
CREATE TABLE sync_lock (
    only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    holder TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    pid INTEGER NOT NULL,
    deadline_mono_ms INTEGER NOT NULL
) STRICT;

-- Numbers of requests up to `reserved` may have been used in this epoch.
CREATE TABLE request_number (
    epoch TEXT NOT NULL PRIMARY KEY,
    reserved INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""

# The sync page asks all the time, and a log has a million ops, nearly all of them acknowledged:
# what is not is counted by its index, and what is by the length of the log.
_COUNTS: Final = """
CREATE TABLE op_log (
    only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    ops INTEGER NOT NULL CHECK (ops >= 0)
) STRICT;
INSERT INTO op_log (only, ops) SELECT 1, count(*) FROM op_out;
CREATE TRIGGER op_out_counted AFTER INSERT ON op_out BEGIN
    UPDATE op_log SET ops = ops + 1;
END;
CREATE TRIGGER op_out_discounted AFTER DELETE ON op_out BEGIN
    UPDATE op_log SET ops = ops - 1;
END;
-- An op's delivery does not change its record: the index need not move with it.
DROP INDEX op_out_by_record;
CREATE INDEX op_out_by_record ON op_out (tbl, rid);
"""

_FEED: Final = """
-- Which numbers of the feed are own ops: a page that leaves them out has no gap.
CREATE INDEX op_out_by_feed_number ON op_out (hub_seq) WHERE state = 2;
"""

STEP: Final = _WORKER + _COUNTS + _FEED
