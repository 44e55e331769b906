"""Schema 8: what was erased, and what its period has ended. Frozen once shipped."""

from __future__ import annotations

from typing import Final

STEP: Final = """
-- What is left of a record that was erased: that there was one. why: order | period
CREATE TABLE erased (
    tbl TEXT NOT NULL,
    rid TEXT NOT NULL,
    why TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (tbl, rid)
) STRICT, WITHOUT ROWID;
CREATE INDEX erased_by_id ON erased (rid);

-- The catalogue version that has last tried to apply an entry which an earlier one could not.
ALTER TABLE inbox_quarantine ADD COLUMN tried INTEGER NOT NULL DEFAULT 0;

-- How many rows of a table have ended their time here, so that counts still add up.
CREATE TABLE pruned (
    tbl TEXT NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- When the work of the house was last done, and since when some of it is due.
CREATE TABLE upkeep (
    name TEXT NOT NULL PRIMARY KEY,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""
