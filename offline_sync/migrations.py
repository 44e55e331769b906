"""Brings a kiosk's database to this version's schema, one transaction a step.

A step is frozen once shipped. `user_version` is the schema version: a database of a newer one is
refused and left as it is.
"""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database, Migrations

from offline_sync.errors import SchemaTooNew
from offline_sync.schema_001 import LOCAL_TABLES, RECORD_TABLES, SYNC_TABLES

SCHEMA_VERSION: Final = 2

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


def migrate(db: Database) -> None:
    """Apply the steps that are missing."""
    refuse_newer_schema(db)
    kiosk_migrations.apply(db)
