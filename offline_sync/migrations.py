"""Brings a kiosk's database to this version's schema, one transaction a step.

A step is frozen once shipped. `user_version` is the schema version: a database of a newer one is
refused and left as it is.
"""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database, Migrations

from offline_sync import schema_004, schema_005, schema_006, schema_007, schema_008
from offline_sync.errors import SchemaTooNew, SchemaTooOld
from offline_sync.schema_001 import LOCAL_TABLES, RECORD_TABLES, SYNC_TABLES

SCHEMA_VERSION: Final = 8

kiosk_migrations: Final = Migrations("kiosk")


@kiosk_migrations(name="m001_first_tables")
def m001_first_tables(db: Database) -> None:
    """The tables of the first version."""
    for script in (RECORD_TABLES, SYNC_TABLES, LOCAL_TABLES):
        db.executescript(script)
    db.execute("PRAGMA user_version = 1")


@kiosk_migrations(name="m002_vitals_by_their_bytes")
def m002_vitals_by_their_bytes(db: Database) -> None:
    """An instrument that sends a reading again is found out by what it sent."""
    db.execute("CREATE INDEX vital_by_raw ON vital (raw) WHERE raw IS NOT NULL")
    db.execute("PRAGMA user_version = 2")


@kiosk_migrations(name="m003_inbox_of_every_instrument")
def m003_inbox_of_every_instrument(db: Database) -> None:
    """The inbox keeps all that a frame can be read by later, and why it is nobody's.

    `identity` is the part of a frame that tells two readings apart (all of it, but for
    glucose). `why` is empty while a sitting waits for the frame. `set_aside` is
    {"at": ms, "by": staff id, "reason": ...} once a worker has said that it is no resident's:
    the row stays, so that the same frame is known when it comes again.
    """
    for column in (
        "kind TEXT NOT NULL DEFAULT 'blood_pressure'",  # all that was kept before
        "feature INTEGER",
        "started_by TEXT",
        "identity BLOB",
        "why TEXT",
        "set_aside TEXT CHECK (json_valid(set_aside))",
    ):
        db.execute(f"ALTER TABLE reading_inbox ADD COLUMN {column}")
    db.execute(
        "UPDATE reading_inbox SET identity = raw,"
        " started_by = iif(check_in_id IS NULL, NULL, 'resident'),"
        " why = iif(check_in_id IS NULL, 'older_version', NULL)"
    )
    db.execute("CREATE INDEX reading_inbox_by_identity ON reading_inbox (identity)")
    # Sequence number and base time: bytes 1 to 9 of a glucose frame (GLS 1.0.1 section 3.1).
    db.execute(
        "CREATE INDEX vital_by_glucose_record ON vital (substr(raw, 3, 18))"
        " WHERE vital = 'glucose' AND raw IS NOT NULL"
    )
    # A further frame of a measurement that is on record: "2A34:" and its bytes.
    db.execute(
        "CREATE INDEX vital_by_addition ON vital (json_extract(reading, '$.also[0]'))"
        " WHERE json_extract(reading, '$.also[0]') IS NOT NULL"
    )
    db.execute("PRAGMA user_version = 3")


@kiosk_migrations(name="m004_catalogue_2")
def m004_catalogue_2(db: Database) -> None:
    """What is merged, voided and settled: catalogue 2."""
    db.executescript(schema_004.STEP)
    db.execute("PRAGMA user_version = 4")


@kiosk_migrations(name="m005_one_worker")
def m005_one_worker(db: Database) -> None:
    """One sync worker, forks, and requests that are numbered."""
    db.executescript(schema_005.STEP)
    db.execute("PRAGMA user_version = 5")


@kiosk_migrations(name="m006_receipts")
def m006_receipts(db: Database) -> None:
    """The hub's signed receipts."""
    db.executescript(schema_006.STEP)
    db.execute("PRAGMA user_version = 6")


@kiosk_migrations(name="m007_first_fill")
def m007_first_fill(db: Database) -> None:
    """How far the first fill has come, and the proofs of parity."""
    db.executescript(schema_007.STEP)
    db.execute("PRAGMA user_version = 7")


@kiosk_migrations(name="m008_keeping")
def m008_keeping(db: Database) -> None:
    """What was erased, and what its period has ended."""
    db.executescript(schema_008.STEP)
    db.execute("PRAGMA user_version = 8")


def schema_version(db: Database) -> int:
    """The schema version the file says it has; 0 for a new one."""
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def refuse_newer_schema(db: Database) -> None:
    """Raise SchemaTooNew when a newer version of the kiosk wrote the database."""
    found = schema_version(db)
    if found > SCHEMA_VERSION:
        raise SchemaTooNew(
            f"The records were written by a newer version of the kiosk "
            f"(their schema is {found}, this version knows {SCHEMA_VERSION})."
        )


def refuse_older_schema(db: Database) -> None:
    """Raise SchemaTooOld when the database was not brought to this version yet."""
    found = schema_version(db)
    if found < SCHEMA_VERSION:
        raise SchemaTooOld(
            f"The records are as an earlier version of the kiosk left them "
            f"(their schema is {found}, this version reads {SCHEMA_VERSION})."
        )


def migrate(db: Database) -> None:
    """Apply the steps that are missing."""
    refuse_newer_schema(db)
    kiosk_migrations.apply(db)
