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

# The sync page asks all the time, and a log has a million ops.
_COUNTS: Final = """
CREATE TABLE op_count (
    state INTEGER NOT NULL PRIMARY KEY CHECK (state BETWEEN 0 AND 4),
    ops INTEGER NOT NULL CHECK (ops >= 0)
) STRICT;
INSERT INTO op_count (state, ops)
    SELECT value, (SELECT count(*) FROM op_out WHERE state = value)
    FROM json_each('[0,1,2,3,4]');
CREATE TRIGGER op_out_counted AFTER INSERT ON op_out BEGIN
    UPDATE op_count SET ops = ops + 1 WHERE state = new.state;
END;
CREATE TRIGGER op_out_recounted AFTER UPDATE OF state ON op_out WHEN new.state <> old.state BEGIN
    UPDATE op_count SET ops = ops + 1 WHERE state = new.state;
    UPDATE op_count SET ops = ops - 1 WHERE state = old.state;
END;
CREATE TRIGGER op_out_discounted AFTER DELETE ON op_out BEGIN
    UPDATE op_count SET ops = ops - 1 WHERE state = old.state;
END;
"""

_FEED: Final = """
-- Which numbers of the feed are own ops: a page that leaves them out has no gap.
CREATE INDEX op_out_by_feed_number ON op_out (hub_seq) WHERE state = 2;
"""

STEP: Final = _WORKER + _COUNTS + _FEED
