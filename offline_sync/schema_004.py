"""Schema 4: catalogue 2. A correction names the record it is written for, a void ends one, and
what a person has settled is remembered. Frozen once shipped.
"""

from __future__ import annotations

from typing import Final

_OBSERVED: Final = ("consent", "visit", "vital", "answer", "task_act")
_CORRECTABLE: Final = (*_OBSERVED, "vehicle_interval", "audit")

_CORRECTIONS: Final = "".join(
    f"""
ALTER TABLE {name} ADD COLUMN corrects TEXT;
CREATE INDEX {name}_by_corrected ON {name} (corrects) WHERE corrects IS NOT NULL;
"""
    for name in _CORRECTABLE
)

_VOID: Final = """
CREATE TABLE void (
    id TEXT NOT NULL PRIMARY KEY,
    about_type TEXT NOT NULL,
    about_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at INTEGER NOT NULL,
    extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra))
) STRICT;
CREATE INDEX void_by_record ON void (about_id, about_type);
"""

# Who set the value that lost, and who the one that shows instead; the stamps are HLCs.
_CONFLICTS: Final = """
ALTER TABLE op_out ADD COLUMN settles TEXT CHECK (json_valid(settles));
ALTER TABLE conflict ADD COLUMN "by" TEXT NOT NULL DEFAULT '';
ALTER TABLE conflict ADD COLUMN hlc TEXT NOT NULL DEFAULT '';
ALTER TABLE conflict ADD COLUMN winner_by TEXT NOT NULL DEFAULT '';
ALTER TABLE conflict ADD COLUMN winner_hlc TEXT NOT NULL DEFAULT '';

-- 1: what the hub said of an own op in a history that it has left; until it says it anew.
ALTER TABLE conflict ADD COLUMN of_before INTEGER NOT NULL DEFAULT 0;

-- The op that settled a conflict; it may come before the conflict itself does.
CREATE TABLE conflict_settled (
    tbl TEXT NOT NULL,
    rid TEXT NOT NULL,
    field TEXT NOT NULL,
    loser_op TEXT NOT NULL,
    op_id TEXT NOT NULL,
    PRIMARY KEY (tbl, rid, field, loser_op)
) STRICT, WITHOUT ROWID;
"""

# Of one op of a type that is not known yet, several lines of the feed can be kept: what it set,
# and each value of it that lost.
_INBOX: Final = """
ALTER TABLE inbox_unknown RENAME TO inbox_unknown_before;
CREATE TABLE inbox_unknown (
    tbl TEXT NOT NULL,
    rid TEXT NOT NULL,
    op_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    field TEXT NOT NULL,
    raw TEXT NOT NULL,
    kept_ms INTEGER NOT NULL,
    PRIMARY KEY (op_id, kind, field)
) STRICT, WITHOUT ROWID;
INSERT INTO inbox_unknown (tbl, rid, op_id, kind, field, raw, kept_ms)
    SELECT tbl, rid, op_id, json_extract(raw, '$.kind'), '', raw, kept_ms
    FROM inbox_unknown_before;
DROP TABLE inbox_unknown_before;
"""

# Few records have fields of a newer version; they are looked for at every start.
_EXTRA: Final = "".join(
    f"CREATE INDEX {name}_with_extra ON {name} (id) WHERE extra <> '{{}}';\n"
    for name in (*_CORRECTABLE, "resident", "staff", "instrument", "counter", "void")
)

STEP: Final = _CORRECTIONS + _VOID + _CONFLICTS + _INBOX + _EXTRA
