"""New epochs of this kiosk's stream, and a hub that begins another history.

An epoch is begun when the hub knows other ops under this kiosk's numbers: the kiosk's database was
put back from an older copy, and its numbers were given twice. One is begun as well when an epoch
has no more numbers for requests. What has no receipt is numbered anew;
ids and contents stay, and so the hub recognises what it has. When it is the hub that was put back,
all that it may have lost is sent again. The caller holds the transaction.
"""

from __future__ import annotations

from typing import Final

import msgspec
from sqlite_utils import Database

from offline_sync import conflicts
from offline_sync.canonical import parse_json
from offline_sync.identity import new_random_id
from offline_sync.oplog import CHAIN_START, OpState, chain_step

FORKED: Final = "this computer's records were put back from an older copy"
USED_UP: Final = "the hub takes no more request numbers of this epoch"
HUB_SET_BACK: Final = "the hub's records were put back from an older copy"


def begin_epoch(db: Database, reason: str, now_ms: int) -> int:
    """Number everything that has no receipt from 1 in a new epoch; gives how many ops that is.

    What is acknowledged, and what the hub keeps aside, stays under its old number.
    """
    origin, hlc = db.execute("SELECT origin, hlc FROM stream WHERE live = 1").fetchone()
    rows = db.execute(
        'SELECT position, op_id, tbl, rid, hlc, base, "by", sv, wall_ms, mono_ms, boot_id,'
        " settles, body_hash FROM op_out WHERE state IN (?, ?, ?) ORDER BY position",
        (OpState.UNSENT, OpState.SENT, OpState.STUCK),
    ).fetchall()
    epoch, chain = new_random_id(), CHAIN_START
    numbered: list[tuple[str, int, bytes, int]] = []
    for seq, row in enumerate(rows, start=1):
        position, op_id, tbl, rid, op_hlc, base, *about, settles, digest = row
        chain = chain_step(
            chain,
            (seq, op_id, tbl, rid, op_hlc),
            msgspec.Raw(base.encode()),
            (about[0], about[1], about[2], about[3], about[4]),
            parse_json(settles) if settles else {},  # type: ignore[arg-type]
            digest,
        )
        numbered.append((epoch, seq, chain, position))
    db.conn.executemany(
        "UPDATE op_out SET epoch = ?, seq = ?, chain = ? WHERE position = ?", numbered
    )
    db.execute("UPDATE stream SET live = 0 WHERE live = 1")
    db.execute(
        "INSERT INTO stream (origin, epoch, next_seq, chain, hlc, live, created_ms, reason)"
        " VALUES (?, ?, ?, ?, ?, 1, ?, ?)",
        (origin, epoch, len(numbered) + 1, chain, hlc, now_ms, reason),
    )
    return len(numbered)


def history(db: Database, bucket: str) -> str:
    """The history of the hub that this kiosk knows: the one whose feed it reads, or, before it has
    read any, that of its last receipt. Empty for a kiosk that the hub has told nothing yet."""
    row = db.execute("SELECT hub_epoch FROM sync_state WHERE bucket = ?", (bucket,)).fetchone()
    if row is None:
        row = db.execute("SELECT hub_epoch FROM hub_receipt ORDER BY id DESC LIMIT 1").fetchone()
    return row[0] if row else ""


def send_all_again(db: Database, now_ms: int) -> None:
    """The hub begins another history and may lack anything: all that it ever took, and that is
    still here, is unsent again. Its numbers in the old feed say nothing any more."""
    conflicts.begin_history(db)
    taken = (OpState.ACKNOWLEDGED, OpState.QUARANTINED)
    older = db.execute(
        "SELECT 1 FROM op_out WHERE state IN (?, ?)"
        " AND epoch <> (SELECT epoch FROM stream WHERE live = 1) LIMIT 1",
        taken,
    ).fetchone()
    db.execute(
        "UPDATE op_out SET state = ?, hub_seq = NULL, acked_ms = NULL, why = NULL"
        " WHERE state IN (?, ?)",
        (OpState.UNSENT, *taken),
    )
    if older or db.execute("SELECT 1 FROM pruned WHERE tbl = 'op_out'").fetchone():
        # Numbers must rise in the order of saving, across what were two epochs. And what is no
        # more here must come with the feed, which leaves out the ops of this very epoch.
        begin_epoch(db, HUB_SET_BACK, now_ms)
