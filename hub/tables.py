"""The hub's tables. Migrations build them; a test compares both, on SQLite and on PostgreSQL.

Ops are kept as they came and for ever, but for fields that were erased by law; what is shown of
a record can be built again from them. A record's values are those of its first op, overlaid with
its rows of `field_state`: a value that was never edited has no row there.
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
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

_Big = BigInteger().with_variant(Integer(), "sqlite")
# Ids are compared byte by byte; a database's own idea of the alphabet is slower and not wanted.
_Text = Text().with_variant(Text(collation="C"), "postgresql")


def _partial(name: str, *columns: str, where: str) -> Index:
    """An index of the few rows that `where` is true for."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


hub_meta = Table(
    "hub_meta",
    metadata,
    Column("name", _Text, primary_key=True),
    Column("value", _Text, nullable=False),
    sqlite_strict=True,
)

kiosk = Table(
    "kiosk",
    metadata,
    Column("kiosk_id", _Text, primary_key=True),
    Column("name", _Text, nullable=False, unique=True),
    Column("village", _Text, nullable=False),
    # base64url; null until its first one-time code is used.
    Column("public_key", _Text, unique=True),
    Column("enrolled_ms", _Big),  # when that key came
    Column("revoked_ms", _Big),
    Column("last_contact_ms", _Big),
    # How long the oldest change of the last delivery had waited in the kiosk, by its own clock.
    Column("longest_wait_ms", _Big),
    # The key of the kiosk's store, sealed to the district's recovery key.
    Column("sealed_store_key", _Text),
    # The last of its receipts: number and digest.
    Column("receipt_no", _Big, nullable=False, server_default="0"),
    Column("receipt_digest", _Text, nullable=False, server_default=""),
    sqlite_strict=True,
)

# A one-time code; the code itself is nowhere.
enrolment_code = Table(
    "enrolment_code",
    metadata,
    Column("code_sha256", _Text, primary_key=True),
    Column("kiosk_id", _Text, nullable=False),
    Column("made_ms", _Big, nullable=False),
    Column("expires_ms", _Big, nullable=False),
    Column("used_ms", _Big),
    Column("used_by", _Text),  # the public key that was enrolled with it
    Index(None, "kiosk_id"),
    sqlite_strict=True,
)

# Keys that counted once: whoever signs with one is told that it was withdrawn.
former_key = Table(
    "former_key",
    metadata,
    Column("public_key", _Text, primary_key=True),
    Column("kiosk_id", _Text, nullable=False),
    Column("ended_ms", _Big, nullable=False),
    Index(None, "kiosk_id"),
    sqlite_strict=True,
)

# The highest number that a request of a kiosk had, for each epoch of its stream.
request_number = Table(
    "request_number",
    metadata,
    Column("kiosk_id", _Text, nullable=False),
    Column("epoch", _Text, nullable=False),
    Column("number", _Big, nullable=False),
    PrimaryKeyConstraint("kiosk_id", "epoch"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# Every receipt as it was signed.
receipt = Table(
    "receipt",
    metadata,
    Column("kiosk_id", _Text, nullable=False),
    Column("no", _Big, nullable=False),
    Column("text", _Text, nullable=False),
    Column("signature", _Text, nullable=False),
    PrimaryKeyConstraint("kiosk_id", "no"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# One row for each numbered stream of ops: an origin has another one after each fork.
origin = Table(
    "origin",
    metadata,
    Column("stream", _Big, primary_key=True),  # the hub's own short number for it
    Column("origin", _Text, nullable=False),
    Column("epoch", _Text, nullable=False),
    Column("kiosk_id", _Text, nullable=False),
    # What the kiosk says about its log: the number of its next op, and the chain so far.
    Column("next_seq", _Big, nullable=False),
    Column("chain", _Text, nullable=False),
    Column("last_seen_ms", _Big, nullable=False),
    # What the hub knows: its highest op, and up to which one the chain was recomputed here.
    Column("highest_seq", _Big, nullable=False, server_default="0"),
    Column("verified_seq", _Big, nullable=False, server_default="0"),
    Column("verified_chain", _Text, nullable=False, server_default="0" * 64),
    UniqueConstraint("origin", "epoch"),
    sqlite_strict=True,
)

op = Table(
    "op",
    metadata,
    Column("op_id", _Text, primary_key=True),
    Column("stream", _Big, nullable=False),
    Column("seq", _Big, nullable=False),
    Column("record_type", _Text, nullable=False),
    Column("record_id", _Text, nullable=False),
    Column("hlc", _Text, nullable=False),
    Column("eff_ms", _Big, nullable=False),
    Column("base", _Text, nullable=False),
    Column("by", _Text, nullable=False),
    Column("version", _Big, nullable=False),
    Column("wall_ms", _Big, nullable=False),
    Column("mono_ms", _Big, nullable=False),
    Column("boot_id", _Text, nullable=False),
    Column("received_ms", _Big, nullable=False),
    Column("feed_seq", _Big, nullable=False),
    # 1 when the clock that stamped it cannot be trusted (`hub.stamps.is_clock_suspect`).
    Column("clock_suspect", _Big, nullable=False, server_default="0"),
    # What most ops have no value for comes last (`set_based.insert`).
    Column("fields", _Text),  # null when they were erased
    Column("settles", _Text),  # JSON: field -> ops whose conflicts this one settles
    Column("erased", _Text),  # the digest of fields that were erased, hex; the chain needs it
    UniqueConstraint("stream", "seq"),
    Index(None, "record_id"),
    _partial("ix_op_clock_suspect", "stream", where="clock_suspect = 1"),
    _partial("ix_op_settles", "record_id", where="settles IS NOT NULL"),
    sqlite_strict=True,
)

# An op that is known by its id and came again under another number, after a fork.
op_alias = Table(
    "op_alias",
    metadata,
    Column("stream", _Big, nullable=False),
    Column("seq", _Big, nullable=False),
    Column("op_id", _Text, nullable=False),
    PrimaryKeyConstraint("stream", "seq"),
    sqlite_strict=True,
)

# A kiosk's chain at one of its ops, by its own word, beyond where the hub has recomputed it.
chain_claim = Table(
    "chain_claim",
    metadata,
    Column("stream", _Big, nullable=False),
    Column("seq", _Big, nullable=False),
    Column("chain", _Text, nullable=False),
    # From the chain at this op the ops up to `seq` were recomputed; null where nothing was: of
    # this op, which may not be here, only the kiosk's word is known.
    Column("after", _Big),
    # hole: ops before it are missing, it is compared when they come
    # unreadable: an op before it cannot be read, so the chain goes on from the kiosk's word
    # altered: the op is not the one that the kiosk wrote and is kept aside; the chain goes on
    # broken: an op between the claim before and this one, taken before it could be compared, is
    #   not the one that the kiosk wrote; the chain goes on
    Column("why", _Text, nullable=False),
    PrimaryKeyConstraint("stream", "seq"),
    sqlite_strict=True,
)

feed = Table(
    "feed",
    metadata,
    Column("bucket", _Text, nullable=False),
    Column("seq", _Big, nullable=False),
    Column("op_id", _Text, nullable=False),
    Column("kind", _Text, nullable=False),  # put | conflict | erase | forget | kept_out
    Column("stream", _Big, nullable=False),  # the op's: its own kiosk is not told of it again
    # JSON: field -> {"op": ..., "value": ...} of the op whose value shows instead of this one's;
    # null when all of this op's values show. A conflict speaks of the fields named here.
    Column("winners", _Text),
    PrimaryKeyConstraint("bucket", "seq"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

feed_head = Table(
    "feed_head",
    metadata,
    Column("bucket", _Text, primary_key=True),
    Column("seq", _Big, nullable=False),
    sqlite_strict=True,
)

record = Table(
    "record",
    metadata,
    Column("record_type", _Text, nullable=False),
    Column("record_id", _Text, nullable=False),
    Column("bucket", _Text, nullable=False),
    Column("first_op", _Text, nullable=False),
    PrimaryKeyConstraint("record_type", "record_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

field_state = Table(
    "field_state",
    metadata,
    Column("record_type", _Text, nullable=False),
    Column("record_id", _Text, nullable=False),
    Column("field", _Text, nullable=False),
    Column("op_id", _Text, nullable=False),
    Column("value", _Text, nullable=False),  # JSON
    Column("eff_ms", _Big, nullable=False),
    Column("hlc", _Text, nullable=False),
    PrimaryKeyConstraint("record_type", "record_id", "field"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

conflict = Table(
    "conflict",
    metadata,
    Column("record_type", _Text, nullable=False),
    Column("record_id", _Text, nullable=False),
    Column("field", _Text, nullable=False),
    Column("loser_op", _Text, nullable=False),
    Column("winner_op", _Text, nullable=False),
    Column("value", _Text, nullable=False),  # JSON, the value that does not show
    Column("policy", _Text, nullable=False),
    Column("seen_ms", _Big, nullable=False),
    Column("settled_by_op", _Text),  # null while nobody has settled it
    Column("settled_ms", _Big),
    PrimaryKeyConstraint("record_type", "record_id", "field", "loser_op"),
    _partial("ix_conflict_open", "record_type", "record_id", where="settled_by_op IS NULL"),
    sqlite_strict=True,
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("op_id", _Text, nullable=False),
    # Empty, or the digest of what came under the id of another op that is here already.
    Column("beside", _Text, nullable=False),
    Column("stream", _Big, nullable=False),
    Column("seq", _Big, nullable=False),
    Column("reason", _Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("received_ms", _Big, nullable=False),
    PrimaryKeyConstraint("op_id", "beside"),
    Index(None, "stream", "seq"),
    sqlite_strict=True,
)

# Ops of the quarantine whose record was not here yet: taken when it begins.
waiting = Table(
    "waiting",
    metadata,
    Column("record_type", _Text, nullable=False),
    Column("record_id", _Text, nullable=False),
    Column("op_id", _Text, nullable=False),
    Column("bucket", _Text, nullable=False),  # of the kiosk that sent it
    PrimaryKeyConstraint("record_type", "record_id", "op_id"),
    Index(None, "record_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# What was done to the hub by people and by its own rules; only ever added to. Ids, never values.
audit = Table(
    "audit",
    metadata,
    Column("no", _Big, primary_key=True, autoincrement=False),
    Column("at_ms", _Big, nullable=False),
    Column("actor", _Text, nullable=False),
    Column("action", _Text, nullable=False),
    Column("subject", _Text, nullable=False),
    Column("detail", _Text, nullable=False),  # JSON
    Column("digest", _Text, nullable=False),  # of this row and of the digest before it, hex
    sqlite_strict=True,
)

# Records whose payload is gone, and is kept out when it comes again.
erasure = Table(
    "erasure",
    metadata,
    Column("record_type", _Text, nullable=False),
    Column("record_id", _Text, nullable=False),
    Column("why", _Text, nullable=False),  # order | period
    Column("at_ms", _Big, nullable=False),
    PrimaryKeyConstraint("record_type", "record_id"),
    Index(None, "record_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# Records whose beginning a stream sent without payload, or lost by speaking of an erased record.
# It binds its kiosk alone: another one may yet begin the same record, which stands then.
kept_out = Table(
    "kept_out",
    metadata,
    Column("stream", _Big, nullable=False),
    Column("record_type", _Text, nullable=False),
    Column("record_id", _Text, nullable=False),
    Column("why", _Text, nullable=False),  # sent | speaks
    Column("at_ms", _Big, nullable=False),
    PrimaryKeyConstraint("stream", "record_type", "record_id"),
    Index(None, "record_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
