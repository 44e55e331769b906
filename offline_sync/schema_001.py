"""Schema 1: the tables as first shipped. Frozen: a later change is a new migration, never an edit.

Record tables follow `offline_sync.catalogue` of that version (a test compares them). A JSON field
is TEXT holding one document; `extra` keeps fields of newer versions until this one knows them.
Times `*_at` and `*_ms` are ms since 1970 UTC.
"""

from __future__ import annotations

from typing import Final

RECORD_TABLES: Final = """
CREATE TABLE resident (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL CHECK (json_valid(name)),
    preferred_address TEXT NOT NULL,
    picture TEXT NOT NULL,
    language TEXT NOT NULL,
    birth_date TEXT,
    sex TEXT,
    village TEXT NOT NULL,
    address TEXT,
    phone TEXT,
    card_token TEXT,
    warnings TEXT CHECK (json_valid(warnings)),
    status TEXT NOT NULL,
    extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra))
) STRICT;

CREATE TABLE staff (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra))
) STRICT;

CREATE TABLE consent (
    id TEXT NOT NULL PRIMARY KEY,
    resident_id TEXT NOT NULL,
    notice TEXT NOT NULL,
    notice_version TEXT NOT NULL,
    decision TEXT NOT NULL,
    decided_at INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra))
) STRICT;

CREATE TABLE visit (
    id TEXT NOT NULL PRIMARY KEY,
    resident_id TEXT NOT NULL,
    contact TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    saved_at INTEGER NOT NULL,
    staff_id TEXT NOT NULL,
    since_last TEXT,
    promise TEXT,
    next_visit_on TEXT,
    next_visit_reason TEXT,
    note TEXT,
    extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra))
) STRICT;

CREATE TABLE vital (
    id TEXT NOT NULL PRIMARY KEY,
    resident_id TEXT NOT NULL,
    visit_id TEXT,
    check_in_id TEXT,
    vital TEXT NOT NULL,
    reading TEXT NOT NULL CHECK (json_valid(reading)),
    taken_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    device_time TEXT,
    clock_offset_s REAL,
    clock_quality TEXT NOT NULL,
    instrument_id TEXT,
    instrument TEXT CHECK (json_valid(instrument)),
    raw TEXT,
    decoder TEXT,
    source TEXT NOT NULL,
    started_by TEXT NOT NULL,
    taken_on TEXT,
    in_mean INTEGER,
    completeness TEXT NOT NULL,
    band TEXT,
    rules TEXT,
    extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra))
) STRICT;

CREATE TABLE answer (
    id TEXT NOT NULL PRIMARY KEY,
    resident_id TEXT NOT NULL,
    visit_id TEXT,
    question TEXT NOT NULL,
    value TEXT,
    how TEXT NOT NULL,
    answered_at INTEGER NOT NULL,
    extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra))
) STRICT;

CREATE TABLE task_act (
    id TEXT NOT NULL PRIMARY KEY,
    resident_id TEXT,
    act TEXT NOT NULL,
    about TEXT,
    reason TEXT,
    until_on TEXT,
    staff_id TEXT,
    acted_at INTEGER NOT NULL,
    extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra))
) STRICT;

CREATE TABLE instrument (
    id TEXT NOT NULL PRIMARY KEY,
    vital TEXT NOT NULL,
    maker TEXT,
    model TEXT,
    serial TEXT,
    address TEXT NOT NULL,
    name TEXT,
    cuff TEXT,
    status TEXT NOT NULL,
    extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra))
) STRICT;

CREATE TABLE counter (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL CHECK (json_valid(name)),
    protocol TEXT NOT NULL,
    port TEXT NOT NULL,
    lanes INTEGER NOT NULL,
    inbound_means TEXT NOT NULL,
    status TEXT NOT NULL,
    extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra))
) STRICT;

CREATE TABLE vehicle_interval (
    id TEXT NOT NULL PRIMARY KEY,
    counter_id TEXT NOT NULL,
    lane INTEGER NOT NULL,
    direction TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    vehicles INTEGER NOT NULL,
    coverage REAL NOT NULL,
    mean_speed_kmh REAL,
    p85_speed_kmh REAL,
    heavy INTEGER,
    extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra))
) STRICT;

CREATE TABLE audit (
    id TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    staff_id TEXT,
    action TEXT NOT NULL,
    subject_type TEXT,
    subject_id TEXT,
    detail TEXT CHECK (json_valid(detail)),
    extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra))
) STRICT;

CREATE INDEX vital_by_resident ON vital (resident_id, taken_at);
CREATE INDEX visit_by_resident ON visit (resident_id, saved_at);
CREATE INDEX resident_by_card ON resident (card_token) WHERE card_token IS NOT NULL;
-- Everything that staff find a resident by, in the order of the list: a search reads this alone.
CREATE INDEX resident_by_words ON resident (
    lower(json_extract(name, '$.romanised')),
    id,
    lower(
        coalesce(json_extract(name, '$.family'), '') || coalesce(json_extract(name, '$.given'), '')
        || ' ' || coalesce(json_extract(name, '$.romanised'), '')
        || ' ' || preferred_address || ' ' || village || ' ' || coalesce(card_token, '')
    )
) WHERE status = 'active';
CREATE INDEX vehicle_interval_by_counter ON vehicle_interval (counter_id, starts_at);
"""

SYNC_TABLES: Final = """
-- One live stream; earlier epochs stay for the record.
CREATE TABLE stream (
    origin TEXT NOT NULL,
    epoch TEXT NOT NULL PRIMARY KEY,
    next_seq INTEGER NOT NULL,
    chain BLOB NOT NULL,
    hlc TEXT NOT NULL,
    live INTEGER NOT NULL CHECK (live IN (0, 1)),
    created_ms INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX stream_live ON stream (live) WHERE live = 1;

-- `position` is the order of saving on this kiosk, across epochs.
-- state: 0 unsent, 1 sent, 2 acknowledged, 3 quarantined, 4 stuck
CREATE TABLE op_out (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    op_id TEXT NOT NULL UNIQUE,
    tbl TEXT NOT NULL,
    rid TEXT NOT NULL,
    hlc TEXT NOT NULL,
    wall_ms INTEGER NOT NULL,
    mono_ms INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    "by" TEXT NOT NULL,
    sv INTEGER NOT NULL,
    body TEXT NOT NULL CHECK (json_valid(body)),
    body_hash BLOB NOT NULL,
    base TEXT NOT NULL CHECK (json_valid(base)),
    chain BLOB NOT NULL,
    state INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 4),
    hub_seq INTEGER,
    acked_ms INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    why TEXT,
    UNIQUE (epoch, seq)
) STRICT;
CREATE INDEX op_out_by_state ON op_out (state, position);
CREATE INDEX op_out_by_record ON op_out (tbl, rid, state);

-- op_id: the op behind the value that is shown here, which the next edit names as its base.
-- hub_op_id, hub_value: what stood at the hub when the feed was last read.
CREATE TABLE field_state (
    tbl TEXT NOT NULL,
    rid TEXT NOT NULL,
    field TEXT NOT NULL,
    op_id TEXT NOT NULL,
    hub_op_id TEXT,
    hub_value TEXT,
    PRIMARY KEY (tbl, rid, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE sync_state (
    bucket TEXT NOT NULL PRIMARY KEY,
    hub_epoch TEXT NOT NULL,
    after_seq INTEGER NOT NULL,
    digest TEXT,
    updated_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE inbox_quarantine (
    hub_epoch TEXT NOT NULL,
    bucket TEXT NOT NULL,
    seq INTEGER NOT NULL,
    raw TEXT NOT NULL,
    why TEXT NOT NULL,
    kept_ms INTEGER NOT NULL,
    PRIMARY KEY (hub_epoch, bucket, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox_unknown (
    tbl TEXT NOT NULL,
    rid TEXT NOT NULL,
    op_id TEXT NOT NULL PRIMARY KEY,
    raw TEXT NOT NULL,
    kept_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE conflict (
    tbl TEXT NOT NULL,
    rid TEXT NOT NULL,
    field TEXT NOT NULL,
    loser_op TEXT NOT NULL,
    value TEXT NOT NULL CHECK (json_valid(value)),
    winner_op TEXT NOT NULL,
    arrived_ms INTEGER NOT NULL,
    seen_by TEXT,
    seen_ms INTEGER,
    PRIMARY KEY (tbl, rid, field, loser_op)
) STRICT, WITHOUT ROWID;

CREATE TABLE clock_sample (
    boot_id TEXT NOT NULL,
    mono_ms INTEGER NOT NULL,
    wall_ms INTEGER NOT NULL,
    hub_ms INTEGER NOT NULL,
    rtt_ms INTEGER NOT NULL,
    PRIMARY KEY (boot_id, mono_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE sync_run (
    id INTEGER PRIMARY KEY,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    ok INTEGER NOT NULL CHECK (ok IN (0, 1)),
    sent INTEGER NOT NULL,
    got INTEGER NOT NULL,
    bytes_up INTEGER NOT NULL,
    bytes_down INTEGER NOT NULL,
    err_kind TEXT,
    err TEXT
) STRICT;
CREATE INDEX sync_run_by_outcome ON sync_run (ok, id);
"""

LOCAL_TABLES: Final = """
-- Readings as they came, before anyone said whose they are. Never synced.
CREATE TABLE reading_inbox (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL,
    characteristic TEXT NOT NULL,
    raw BLOB NOT NULL,
    instrument TEXT CHECK (json_valid(instrument)),
    device_time TEXT,
    clock_offset_s REAL,
    received_at INTEGER NOT NULL,
    mono_ms INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    check_in_id TEXT
) STRICT;
CREATE INDEX reading_inbox_by_session ON reading_inbox (session_id, received_at);

CREATE TABLE vehicle_passage (
    id TEXT NOT NULL PRIMARY KEY,
    counter_id TEXT NOT NULL,
    lane INTEGER NOT NULL,
    direction TEXT NOT NULL,
    passed_at INTEGER NOT NULL,
    speed_kmh REAL,
    length_m REAL,
    class TEXT,
    class_scheme TEXT,
    device_time TEXT,
    raw TEXT,
    quality TEXT
) STRICT;
CREATE INDEX vehicle_passage_by_counter ON vehicle_passage (counter_id, passed_at);

-- Spans in which a counter was listened to. The gap between two is the absence.
CREATE TABLE counter_coverage (
    counter_id TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL CHECK (ends_at >= starts_at),
    reason TEXT,
    PRIMARY KEY (counter_id, starts_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE staff_credential (
    staff_id TEXT NOT NULL PRIMARY KEY,
    passphrase_hash TEXT NOT NULL,
    pin_hash TEXT,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_in_attempt (
    scope TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    not_before_ms INTEGER NOT NULL,
    last_failure_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;
"""
