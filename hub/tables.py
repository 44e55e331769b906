"""The hub's tables, as sync design 2.5 names them. Migrations build them; a test compares both.

Portable between SQLite and PostgreSQL. Ops are kept verbatim and for ever; everything
else about records can be built again from them.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s"})

_Big = BigInteger().with_variant(Integer(), "sqlite")

hub_meta = Table(
    "hub_meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_strict=True,
)

kiosk = Table(
    "kiosk",
    metadata,
    Column("kiosk_id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("village", Text, nullable=False),
    Column("token_sha256", Text, nullable=False, unique=True),
    Column("blocked", Integer, nullable=False),
    Column("enrolled_ms", _Big, nullable=False),
    Column("last_contact_ms", _Big),
    # How long the oldest change of the last delivery had waited in the kiosk, by its own clock.
    Column("longest_wait_ms", _Big),
    sqlite_strict=True,
)

origin = Table(
    "origin",
    metadata,
    Column("origin", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("kiosk_id", Text, nullable=False),
    Column("next_seq", _Big, nullable=False),
    Column("chain", Text, nullable=False),
    Column("last_seen_ms", _Big, nullable=False),
    PrimaryKeyConstraint("origin", "epoch"),
    sqlite_strict=True,
)

op = Table(
    "op",
    metadata,
    Column("op_id", Text, primary_key=True),
    Column("origin", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("seq", _Big, nullable=False),
    Column("kiosk_id", Text, nullable=False),
    Column("record_type", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("hlc", Text, nullable=False),
    Column("eff_ms", _Big, nullable=False),
    Column("fields", Text, nullable=False),
    Column("base", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("wall_ms", _Big, nullable=False),
    Column("mono_ms", _Big, nullable=False),
    Column("boot_id", Text, nullable=False),
    Column("received_ms", _Big, nullable=False),
    Column("feed_seq", _Big, nullable=False),
    # Not unique: a kiosk restored from a backup may use a number twice, and the op id decides.
    Index(None, "origin", "epoch", "seq"),
    Index(None, "record_id"),
    Index(None, "kiosk_id"),
    sqlite_strict=True,
)

feed = Table(
    "feed",
    metadata,
    Column("bucket", Text, nullable=False),
    Column("seq", _Big, nullable=False),
    Column("op_id", Text, nullable=False),
    Column("kind", Text, nullable=False),  # put | conflict
    # JSON: field -> {"op": ..., "value": ...} of the op whose value shows instead of this one's;
    # null when all of this op's values show. A conflict speaks of the fields named here.
    Column("winners", Text),
    PrimaryKeyConstraint("bucket", "seq"),
    sqlite_strict=True,
)

feed_head = Table(
    "feed_head",
    metadata,
    Column("bucket", Text, primary_key=True),
    Column("seq", _Big, nullable=False),
    sqlite_strict=True,
)

record = Table(
    "record",
    metadata,
    Column("record_type", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("bucket", Text, nullable=False),
    Column("first_op", Text, nullable=False),
    PrimaryKeyConstraint("record_type", "record_id"),
    sqlite_strict=True,
)

field_state = Table(
    "field_state",
    metadata,
    Column("record_type", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("op_id", Text, nullable=False),
    Column("value", Text, nullable=False),  # JSON
    Column("eff_ms", _Big, nullable=False),
    Column("hlc", Text, nullable=False),
    PrimaryKeyConstraint("record_type", "record_id", "field"),
    Index(None, "record_id"),
    sqlite_strict=True,
)

conflict = Table(
    "conflict",
    metadata,
    Column("record_type", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("loser_op", Text, nullable=False),
    Column("winner_op", Text, nullable=False),
    Column("value", Text, nullable=False),  # JSON, the value that does not show
    Column("policy", Text, nullable=False),
    Column("seen_ms", _Big, nullable=False),
    PrimaryKeyConstraint("record_type", "record_id", "field", "loser_op"),
    sqlite_strict=True,
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("op_id", Text, primary_key=True),
    Column("kiosk_id", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("received_ms", _Big, nullable=False),
    sqlite_strict=True,
)
