"""Proves that the newest backup can be restored: it is, beside the live database, and compared.

What is only ever added to must be the same in both, up to the moment of the backup: the ops by
their place in the feed, the feed, the receipts, what was set aside, the audit. The live database is
only read, but for the result.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import Connection, Engine, Select, and_, or_, select

from hub import audit
from hub.backup import Backup, check, remove
from hub.backup_moment import Moment, moment_of
from hub.database import hub_epoch, open_file, reading, writing
from hub.erasure import ORDER, PERIOD, erase
from hub.erasure_search import Found, find
from hub.errors import HubError
from hub.meta import read_meta, write_meta
from hub.tables import audit as audit_table
from hub.tables import (
    erasure,
    feed,
    op,
    origin,
    quarantine,
    receipt,
    record,
    waiting,
)

DRILL: Final = "restore_drill"
LATE_MS: Final = 26 * 3600 * 1000
"""A good drill older than this is a warning."""
_AT_ONCE: Final = 200

_Digest = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Drill:
    """What a drill has found: the differences, none when the backup is good."""

    backup: str
    rows: int
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether the backup can be relied on."""
        return not self.differences


def drill(engine: Engine, backup: Backup, folder: Path, now_ms: int, actor: str) -> Drill:
    """Restore a backup into a folder of its own inside `folder`, compare, and note the result.

    Raises:
        HubError: the backup is damaged or cannot be opened; that is noted as well.
    """
    try:
        done = _drill(engine, backup, folder)
    except HubError as error:
        _note(engine, Drill(backup.path.name, 0, (str(error),)), now_ms, actor)
        raise
    _note(engine, done, now_ms, actor)
    return done


def warnings(connection: Connection, now_ms: int) -> list[str]:
    """What is to be said of the backups on every look at the hub; nothing when all is well."""
    last = read_meta(connection, DRILL)
    if last is None:
        return ["No backup was ever restored for a trial: village-hub restore-drill --data DIR"]
    said = json.loads(last)
    if not said["passed"]:
        return ["The last restore drill failed: village-hub restore-drill --data DIR says why"]
    if now_ms - int(said["at_ms"]) > LATE_MS:
        hours = (now_ms - int(said["at_ms"])) // 3_600_000
        return [f"The last good restore drill was {hours} hours ago; once a day is right"]
    return []


def _note(engine: Engine, done: Drill, now_ms: int, actor: str) -> None:
    result = {"at_ms": now_ms, "passed": done.passed}
    with writing(engine) as connection:
        write_meta(connection, DRILL, json.dumps(result))
        detail = {"passed": done.passed, "rows": done.rows, "differences": len(done.differences)}
        audit.note(connection, actor, "restore-drill", done.backup, detail, now_ms)


def _drill(engine: Engine, backup: Backup, folder: Path) -> Drill:
    with TemporaryDirectory(prefix=".drill-", dir=folder) as room:
        path = Path(room) / "hub.sqlite3"
        copyfile(backup.path, path)
        check(path)
        copy = open_file(path)
        try:
            with reading(engine) as live:
                return _compared(copy, live, backup.path.name)
        finally:
            copy.dispose()
            remove(path)


def _compared(copy: Engine, live: Connection, name: str) -> Drill:
    with reading(copy) as restored:
        if hub_epoch(restored) != hub_epoch(live):
            return Drill(name, 0, ("it is of another history: the hub was restored since",))
        moment = moment_of(restored)
    _erase_since(copy, live)
    rows = 0
    with reading(copy) as restored:
        released, differences = _released(restored, live)
        aside = sorted(one for one in moment.aside if one[1] or one[0] not in released)
        for what, query in _queries(moment, aside):
            there, here = _digest(restored, query), _digest(live, query)
            rows += there[0]
            if there != here:
                differences.append(f"{what}: {there[0]} rows in the backup, {here[0]} in the hub")
        differences += _streams(restored, live)
    return Drill(name, rows, tuple(differences))


def _queries(moment: Moment, aside: Sequence[tuple[str, str]]) -> Iterable[tuple[str, Select[Any]]]:
    for bucket, head in sorted(moment.heads.items()):
        until = and_(feed.c.bucket == bucket, feed.c.seq <= head)
        yield f"feed of {bucket}", select(feed).where(until)
        first = select(feed.c.op_id).where(until)
        yield f"changes of {bucket}", select(op).where(op.c.op_id.in_(first))
        yield (
            f"records of {bucket}",
            select(record).where(record.c.bucket == bucket, record.c.first_op.in_(first)),
        )
    for kiosk_id, last in sorted(moment.receipts.items()):
        of_kiosk = and_(receipt.c.kiosk_id == kiosk_id, receipt.c.no <= last)
        yield f"receipts of {kiosk_id}", select(receipt).where(of_kiosk)
    yield "audit", select(audit_table).where(audit_table.c.no <= moment.audited)
    for start in range(0, len(aside), _AT_ONCE):
        some = aside[start : start + _AT_ONCE]
        which = or_(
            *(and_(quarantine.c.op_id == one, quarantine.c.beside == two) for one, two in some)
        )
        yield "changes set aside", select(quarantine).where(which)


def _released(restored: Connection, live: Connection) -> tuple[set[str], list[str]]:
    """The changes that waited for their record in the backup and do not in the hub, and what is
    to be said of those that are nowhere: they were taken since, or are aside for another reason."""
    there, here = (
        set(connection.execute(select(waiting.c.op_id)).scalars())
        for connection in (restored, live)
    )
    released = sorted(there - here)
    kept: set[str] = set()
    for start in range(0, len(released), _AT_ONCE):
        some = released[start : start + _AT_ONCE]
        for table in (op, quarantine):
            kept.update(
                live.execute(select(table.c.op_id).where(table.c.op_id.in_(some))).scalars()
            )
    gone = len(released) - len(kept)
    return kept, [f"changes that waited: {gone} are not in the hub"] if gone else []


def _erase_since(copy: Engine, live: Connection) -> None:
    """What the hub has erased since is erased in the restored copy, as a restore does."""
    rows = live.execute(select(erasure)).all()
    if not rows:
        return
    ordered = sorted((row.record_type, row.record_id) for row in rows if row.why == ORDER)
    with writing(copy) as connection:
        erase(connection, Found(frozenset((row[0], row[1]) for row in rows)), PERIOD, 0)
        for record_type, record_id in ordered:
            erase(connection, find(connection, record_type, record_id), ORDER, 0)


def _streams(restored: Connection, live: Connection) -> list[str]:
    """The hub has at least what the backup has of every kiosk's log, and the same where equal."""
    columns = (origin.c.stream, origin.c.highest_seq, origin.c.verified_seq)
    now = {row.stream: row for row in live.execute(select(*columns, origin.c.verified_chain))}
    wrong = []
    for row in restored.execute(select(*columns, origin.c.verified_chain)):
        there = now.get(row.stream)
        if there is None or (there.highest_seq, there.verified_seq) < (
            row.highest_seq, row.verified_seq,
        ) or (there.verified_seq == row.verified_seq
              and there.verified_chain != row.verified_chain):  # fmt: skip
            wrong.append(f"the log of stream {row.stream} is another one in the hub")
    return wrong


def _digest(connection: Connection, query: Select[Any]) -> _Digest:
    """Count and digest of rows, whatever their order: databases sort in their own ways."""
    count = total = 0
    for row in connection.execute(query, execution_options={"yield_per": 2000}):
        cells = [
            bytes(cell).hex() if isinstance(cell, bytes | memoryview) else cell for cell in row
        ]
        said = json.dumps(cells, ensure_ascii=False).encode()
        total = (total + int.from_bytes(hashlib.sha256(said).digest())) % (1 << 256)
        count += 1
    return count, f"{total:064x}"
