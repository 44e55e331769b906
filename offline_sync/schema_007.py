"""Schema 7: how far the first fill has come, and the proofs of parity."""

from __future__ import annotations

from typing import Final

STEP: Final = """
-- The snapshot that is being taken, or was taken last. `taken` bytes of it are applied, up to the
-- end of a frame, and so are `lines` lines. `finished_ms` is null while it goes on. `samples` are
-- what its frames are packed with: records, and so they go when it has ended.
CREATE TABLE first_fill (
    bucket TEXT NOT NULL PRIMARY KEY,
    etag TEXT NOT NULL,
    hub_epoch TEXT NOT NULL,
    upto INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    total INTEGER NOT NULL CHECK (taken BETWEEN 0 AND total),
    lines INTEGER NOT NULL,
    samples BLOB NOT NULL,
    started_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    finished_ms INTEGER
) STRICT, WITHOUT ROWID;

-- One comparison of this kiosk's records with the hub's. `differing` counts the parts that were not
-- equal; `mended` the records that were brought to the hub's state; `unmended` those that the hub
-- has and that cannot be shown here; `resent` and `only_here` the records that the hub did not
-- have, and whether their changes could be sent again.
CREATE TABLE parity_run (
    id INTEGER PRIMARY KEY,
    bucket TEXT NOT NULL,
    hub_epoch TEXT NOT NULL,
    upto INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    records INTEGER NOT NULL,
    differing INTEGER NOT NULL,
    mended INTEGER NOT NULL,
    unmended INTEGER NOT NULL,
    resent INTEGER NOT NULL,
    only_here INTEGER NOT NULL
) STRICT;
"""
