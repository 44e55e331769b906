"""Schema 6: the hub's signed receipts."""

from __future__ import annotations

from typing import Final

STEP: Final = """
-- As they were signed. The last one is shown to the hub with every push. Numbers are not unique: a
-- hub that is put back twice to one copy counts twice from there, under the same name.
CREATE TABLE hub_receipt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hub_epoch TEXT NOT NULL,
    no INTEGER NOT NULL,
    text TEXT NOT NULL CHECK (json_valid(text)),
    signature TEXT NOT NULL,
    kept_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX hub_receipt_by_age ON hub_receipt (kept_ms);
"""
