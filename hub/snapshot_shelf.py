"""A village's snapshot: a file of packed records, from which a new kiosk fills itself.

It is made in one read transaction when a kiosk asks and none is fresh, and kept in the hub's
folder for its owner alone. A kiosk on a slow line goes on with the file that it began, while
newer ones are made. Once something of a village was erased, no file made before is given out any
more, whichever hub process made it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from sqlalchemy import Connection, Engine, func, select, text

from hub.clock import NowMs
from hub.database import hub_epoch, reading
from hub.folder import private_folder
from hub.snapshot_lines import sample_lines, snapshot_lines
from hub.standing import feed_end
from hub.tables import feed_head, hub_meta, record
from offline_sync import frames
from offline_sync.answers import HUB_NAME
from offline_sync.catalogue import CATALOGUE_VERSION
from offline_sync.frames import End, Header

log = logging.getLogger(__name__)

FRAME_LINES: Final = 25
"""A frame is applied at a kiosk in one go, and a person's save waits for one at least."""
FRAME_BYTES: Final = 64 * 1024
FAR: Final = 5_000
"""A kiosk further behind than this may be better off with a snapshot."""

_STALE_ENTRIES: Final = 500
_STALE_MS: Final = 24 * 3600 * 1000
_KEPT_MS: Final = 7 * 24 * 3600 * 1000
_KEPT_FILES: Final = 3
_LOOK_AGAIN_MS: Final = 10 * 60 * 1000
_LEFT_BEHIND_S: Final = 3600  # a hub that was killed while it made one
_SUFFIX: Final = ".zst"
_MAKING: Final = ".making"
_MARK: Final = "snapshots of "
_SET_MARK: Final = text(
    "INSERT INTO hub_meta (name, value) VALUES (:name, :value)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


def drop_snapshots(connection: Connection, bucket: str) -> None:
    """No snapshot of the village that was made before this transaction ends is given out again.

    To be called in the transaction that erases. The files go when they are next looked for, or
    with `Shelf.sweep`.
    """
    connection.execute(_SET_MARK, {"name": _MARK + bucket, "value": secrets.token_hex(8)})


def is_better_with_snapshot(connection: Connection, bucket: str, after: int) -> bool:
    """Whether reading the feed on from `after` would bring far more lines than a snapshot."""
    behind = feed_end(connection, bucket) - after
    if behind <= FAR:
        return False
    count = select(func.count()).select_from(record).where(record.c.bucket == bucket)
    return behind > 2 * connection.execute(count).scalar_one()


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """One file; `mark` names the history of the hub that it belongs to, `etag` its very bytes."""

    path: Path
    mark: str
    upto: int
    made_ms: int
    etag: str


class Shelf:
    """The files of all villages in one folder; guards that one is made only once at a time."""

    def __init__(self, engine: Engine, folder: Path, now_ms: NowMs) -> None:
        """`folder` is the hub's own; the files lie in one inside it.

        Raises:
            HubDatabaseError: the folder cannot be made, or others can open it.
        """
        self._engine = engine
        self._folder = private_folder(folder / "snapshots")
        self._now_ms = now_ms
        self._looked_ms: dict[Path, int] = {}
        self._making: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def get(self, bucket: str, begun: str = "") -> SnapshotFile:
        """The file whose etag is `begun`, if it may still be given out; else a fresh one."""
        with self._making[bucket]:
            with reading(self._engine) as connection:
                mark, end = _mark(connection, bucket), feed_end(connection, bucket)
            files = [file for file in self._tidy(bucket, mark) if self._is_whole(file)]
            for file in files:
                if file.etag == begun:
                    return file
            if files and not self._is_stale(files[0], end):
                return files[0]
            return self._make(bucket)

    def sweep(self) -> int:
        """Delete every file that may not be given out any more; gives how many."""
        with reading(self._engine) as connection:
            buckets = connection.execute(select(feed_head.c.bucket)).scalars().all()
            marks = {bucket: _mark(connection, bucket) for bucket in buckets}
        before = sum(1 for _ in self._folder.glob(f"*{_SUFFIX}"))
        known = {_key(bucket) for bucket in buckets}
        for path in self._folder.glob(f"*{_SUFFIX}"):
            if path.name.partition(".")[0] not in known:
                path.unlink(missing_ok=True)
        for path in self._folder.glob(f"*{_MAKING}"):
            if time.time() - path.stat().st_mtime > _LEFT_BEHIND_S:
                path.unlink(missing_ok=True)
        for bucket, mark in marks.items():
            self._tidy(bucket, mark)
        return before - sum(1 for _ in self._folder.glob(f"*{_SUFFIX}"))

    def _is_whole(self, file: SnapshotFile) -> bool:
        """Whether the disk still gives the bytes that were written. One that does not is deleted,
        or a kiosk that has begun it would ask for a damaged part for ever."""
        looked_ms = self._looked_ms.get(file.path)
        if looked_ms is not None and abs(self._now_ms() - looked_ms) < _LOOK_AGAIN_MS:
            return True
        with file.path.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        if not found.startswith(file.etag):
            log.error("the snapshot %s is damaged on the disk; another one is made", file.path.name)
            file.path.unlink(missing_ok=True)
            return False
        self._looked_ms[file.path] = self._now_ms()
        return True

    def _is_stale(self, file: SnapshotFile, end: int) -> bool:
        behind = end - file.upto
        return behind > _STALE_ENTRIES or (
            behind > 0 and abs(self._now_ms() - file.made_ms) > _STALE_MS
        )

    def _tidy(self, bucket: str, mark: str) -> list[SnapshotFile]:
        """The files that may be given out, newest first; the others are deleted."""
        found = [_file(path) for path in self._folder.glob(f"{_key(bucket)}.*{_SUFFIX}")]
        found.sort(key=lambda file: (file.upto, file.made_ms), reverse=True)
        kept: list[SnapshotFile] = []
        for file in found:
            is_old = bool(kept) and abs(self._now_ms() - file.made_ms) > _KEPT_MS
            if file.mark == mark and not is_old and len(kept) < _KEPT_FILES:
                kept.append(file)
            else:
                file.path.unlink(missing_ok=True)
                self._looked_ms.pop(file.path, None)
        return kept

    def _make(self, bucket: str) -> SnapshotFile:
        unfinished = self._folder / f"{secrets.token_hex(8)}{_MAKING}"
        try:
            made = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(made, "wb") as out:
                with reading(self._engine) as connection:
                    mark, upto = _mark(connection, bucket), feed_end(connection, bucket)
                    etag = _write(connection, bucket, upto, self._now_ms(), out)
                out.flush()
                os.fsync(out.fileno())
            name = f"{_key(bucket)}.{mark}.{upto}.{self._now_ms()}.{etag}{_SUFFIX}"
            path = unfinished.rename(self._folder / name)
        finally:
            unfinished.unlink(missing_ok=True)
        log.info("made a snapshot of %d bytes, up to number %d", path.stat().st_size, upto)
        return _file(path)


def packed_records(
    header: Header, lines: Iterable[bytes], samples: Sequence[bytes]
) -> Iterator[bytes]:
    """The frames of a header, some records and the end that counts them; `samples` are lines like
    those to come."""
    first = [frames.encode(header), *samples]
    known = frames.dictionary(frames.samples_of(first))
    yield frames.pack(first)
    held: list[bytes] = []
    count = size = 0
    for line in lines:
        held.append(line)
        count += 1
        size += len(line)
        if len(held) == FRAME_LINES or size > FRAME_BYTES:
            yield frames.pack(held, known)
            held, size = [], 0
    yield frames.pack([*held, frames.encode(End(count))], known)


def _write(connection: Connection, bucket: str, upto: int, now_ms: int, out: IO[bytes]) -> str:
    """Write a whole snapshot; gives its etag."""
    digest = hashlib.sha256()
    header = Header(HUB_NAME, hub_epoch(connection), bucket, upto, CATALOGUE_VERSION)
    lines = snapshot_lines(connection, bucket, now_ms)
    for frame in packed_records(header, lines, sample_lines(connection, bucket)):
        digest.update(frame)
        out.write(frame)
    return f"{digest.hexdigest()[:32]}"


def _key(bucket: str) -> str:
    """The village in a file name: a name may hold anything."""
    return hashlib.sha256(bucket.encode()).hexdigest()[:32]


def _mark(connection: Connection, bucket: str) -> str:
    """What changes when files made before are of no use: the hub's history, and erasures."""
    word = connection.execute(
        select(hub_meta.c.value).where(hub_meta.c.name == _MARK + bucket)
    ).scalar()
    return hashlib.sha256(f"{hub_epoch(connection)} {word or ''}".encode()).hexdigest()[:32]


def _file(path: Path) -> SnapshotFile:
    _, mark, upto, made_ms, etag, _ = path.name.split(".")
    return SnapshotFile(path, mark, int(upto), int(made_ms), etag)
