"""Fills a kiosk with its village's records from the hub's snapshot, over any line.

The snapshot is taken in parts. Whole frames are applied as they come, in one transaction with the
number of bytes they reach to, so that records are in sight at once and a cut costs at most one
frame. As many go into one transaction as a person's save may wait for. Between parts the kiosk goes
on sending its own records. The cursor of the feed moves once, in the transaction of the last frame.
A snapshot that was replaced at the hub meanwhile is taken from its beginning; what was applied
before stays, and the newer one is laid over it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Final, NoReturn, Protocol, TypeVar

from zstandard import ZstdCompressionDict

from offline_sync import filling, frames
from offline_sync.clock import Clock
from offline_sync.feed import FeedOutcome
from offline_sync.filling import FillProgress, Snapshot
from offline_sync.frames import MAX_PACKED_BYTES, Frame, FrameCorrupt, FrameReader
from offline_sync.hub_link import Download, NotAHub, SyncError
from offline_sync.standing import Line, read_line
from offline_sync.store import Store

_T = TypeVar("_T")
_Taken = TypeVar("_Taken", Snapshot, Snapshot | None)

SNAPSHOT_PATH: Final = "/v1/snapshot"
FIRST_PART: Final = 32 * 1024
SMALLEST_PART: Final = 16 * 1024
LARGEST_PART: Final = 4 * 1024 * 1024
_MOST_TOGETHER: Final = 8
_TOGETHER_MS: Final = 12
"""What a person's save may wait for, where the machine is fast enough."""
_GROW_UNDER_S: Final = 10.0
_SHRINK_OVER_S: Final = 30.0
_PARTIAL: Final = 206
_BEYOND_THE_END: Final = 416
_CONTENT_RANGE: Final = re.compile(r"bytes (\d{1,16})-\d{1,16}/(\d{1,16})", re.ASCII)


class SnapshotDamaged(SyncError):
    """A part of the snapshot did not arrive as the hub made it. What came before is kept."""

    next_step = (
        "The kiosk asks for this part again by itself. If it stays like this, tell the district "
        "office that its hub's snapshot cannot be read."
    )


class DownloadLink(Protocol):
    """The line to the hub. What goes wrong on it is raised as a SyncError."""

    def download(
        self, path: str, query: Mapping[str, str | int], headers: Mapping[str, str]
    ) -> AbstractAsyncContextManager[Download]:
        """Ask for `path`; gives an answer of status 200, 206 or 416, raises for any other."""
        ...


class FillOutbox(Protocol):
    """The store as the fill sees it; each job runs on the writer's thread."""

    async def on_store(self, job: Callable[[Store], _T]) -> _T:
        """Run `job` with the store. Raises a StoreError."""
        ...

    def records_changed(self, records: frozenset[tuple[str, str]]) -> None:
        """These records, by (type, id), can be read here now."""
        ...


async def fill_is_due(outbox: FillOutbox, bucket: str) -> bool:
    """Whether to fill before the feed is read: nothing was ever read, or a fill was cut short."""
    return await outbox.on_store(lambda store: filling.fill_is_due(store.connection, bucket))


async def fill(
    link: DownloadLink,
    outbox: FillOutbox,
    bucket: str,
    clock: Clock,
    *,
    between: Callable[[], Awaitable[None]] | None = None,
) -> FillProgress:
    """Take the snapshot of `bucket` to its end, from where an earlier try has come to.

    `between` is awaited before each part but the very first: it sends what waits.

    Raises:
        SyncError: the line or the hub; SnapshotDamaged for bytes that are no snapshot.
        StoreError: the disk is full, or another trouble of the store.
    In each case what was applied stays, and the next call goes on behind it.
    """
    snapshot = await outbox.on_store(lambda store: filling.read_snapshot(store.connection, bucket))
    part = _Fill(link, outbox, bucket, clock)
    taken = None if snapshot is None or snapshot.finished else snapshot
    while taken is None or not taken.finished:
        if taken is not None and between is not None:
            await between()
        taken = await part.take(taken)
    return FillProgress(taken.taken, taken.total, taken.lines, taken.finished)


class _Fill:
    """One run of the fill; guards how much is asked for and applied at once, and the lines that
    have come and are not applied yet: never any when a request has ended."""

    def __init__(self, link: DownloadLink, outbox: FillOutbox, bucket: str, clock: Clock) -> None:
        self._link = link
        self._outbox = outbox
        self._bucket = bucket
        self._clock = clock
        self._reach = FIRST_PART
        self._together = 1
        self._waiting: list[Line] = []
        self._frames = 0
        self._end = 0
        self._samples = b""
        self._dictionary: ZstdCompressionDict | None = None

    async def take(self, taken: Snapshot | None) -> Snapshot | None:
        """Take one part; gives how far that came, None when the hub's snapshot must be begun."""
        start = taken.taken if taken else 0
        headers = {"Range": f"bytes={start}-{start + self._reach - 1}"}
        if taken is not None and taken.etag:
            headers["If-Range"] = taken.etag
        began_ms = self._clock.now().mono_ms
        async with self._link.download(SNAPSHOT_PATH, {"bucket": self._bucket}, headers) as answer:
            if answer.status == _BEYOND_THE_END:
                if not start:
                    raise NotAHub("The hub says that its snapshot is empty.")
                await self._forget()
                return None
            after = await self._take_frames(taken, answer)
        took_s = (self._clock.now().mono_ms - began_ms) / 1000
        self._adapt(took_s, after is not None and after.taken > start)
        return after

    async def _take_frames(self, taken: Snapshot | None, answer: Download) -> Snapshot | None:
        begins, total = _extent(answer)
        etag = answer.headers.get("etag", "")
        if not etag.startswith('"'):
            raise NotAHub("The snapshot has no name that is good for its very bytes.")
        if taken is None or taken.etag != etag:
            if begins:
                raise NotAHub("The hub goes on with another snapshot than the one that was begun.")
            taken = None
        elif taken.total != total:
            raise NotAHub("The hub gives two lengths of one snapshot.")
        ranges_are_ignored = taken is not None and answer.status != _PARTIAL
        at = taken.taken if taken else 0
        reach = at + self._reach
        reader = FrameReader(at)
        to_pass_over = at - begins
        if to_pass_over < 0:
            raise NotAHub("The hub sent another part of the snapshot than was asked for.")
        try:
            async for piece in answer.parts:
                piece, to_pass_over = piece[to_pass_over:], max(0, to_pass_over - len(piece))
                for frame in reader.feed(piece):
                    taken = await self._take_frame(taken, frame, etag, total)
                    if taken.finished:
                        return taken
                taken = await self._apply_waiting(taken)
                if taken is not None and taken.taken >= reach and not ranges_are_ignored:
                    break  # a new snapshot comes whole: the rest of it is asked for in parts
        except FrameCorrupt as error:
            await self._apply_waiting(taken)
            raise SnapshotDamaged(f"The snapshot arrived damaged: {error}") from error
        return taken

    async def _take_frame(
        self, taken: Snapshot | None, frame: Frame, etag: str, total: int
    ) -> Snapshot:
        lines = frames.unpack(frame, self._known(taken))
        if taken is None:
            return await self._begin(lines, frame, etag, total)
        end = frames.read_end(lines)
        if (end is not None) != (frame.end >= taken.total):
            await self._give_up(taken, "The snapshot does not end where the hub said.")
        if end is not None:
            del lines[-1]
            if frame.end > taken.total or end != taken.lines + len(self._waiting) + len(lines):
                await self._give_up(taken, "The snapshot is not as long as the hub said.")
        self._waiting += (read_line(line, taken.as_of) for line in lines)
        self._frames += 1
        self._end = frame.end
        if end is not None or self._frames >= self._together:
            return await self._apply_waiting(taken)
        return taken

    def _known(self, taken: Snapshot | None) -> ZstdCompressionDict | None:
        """What the frames of this snapshot are packed with."""
        samples = taken.samples if taken else b""
        if samples is not self._samples:
            self._samples, self._dictionary = samples, frames.dictionary(samples)
        return self._dictionary

    async def _give_up(self, taken: Snapshot, why: str) -> NoReturn:
        await self._apply_waiting(taken)
        await self._forget()
        raise SnapshotDamaged(why)

    async def _begin(self, lines: list[bytes], frame: Frame, etag: str, total: int) -> Snapshot:
        header = frames.read_header(lines)
        if header is None:
            raise NotAHub("What answers at the hub's address sends no snapshot.")
        if header.bucket != self._bucket:
            raise NotAHub("The hub sent the snapshot of another village.")
        snapshot = Snapshot(
            *(self._bucket, etag, header.hub_epoch, header.upto),
            *(frame.end, total, 0),
            samples=frames.samples_of(lines),
        )

        def job(store: Store) -> None:
            with store.transaction() as db:
                filling.begin(db, snapshot, self._clock.now().wall_ms)

        await self._outbox.on_store(job)
        return snapshot

    async def _apply_waiting(self, taken: _Taken) -> _Taken:
        """Apply the frames that have come; gives how far the snapshot is taken then."""
        if taken is None or not self._frames:
            return taken
        lines, many, end = self._waiting, self._frames, self._end
        self._waiting, self._frames = [], 0

        def job(store: Store) -> tuple[Snapshot, FeedOutcome, int]:
            began_ms = self._clock.now().mono_ms
            with store.transaction() as db:
                after, outcome = filling.apply_frames(
                    db, taken, lines, end, self._clock.now().wall_ms
                )
            return after, outcome, self._clock.now().mono_ms - began_ms

        after, outcome, took_ms = await self._outbox.on_store(job)
        if took_ms > _TOGETHER_MS:
            self._together = max(1, self._together // 2)
        elif took_ms * 2 < _TOGETHER_MS and many == self._together:
            self._together = min(_MOST_TOGETHER, self._together * 2)
        if outcome.changed:
            self._outbox.records_changed(outcome.changed)
        return after

    async def _forget(self) -> None:
        def job(store: Store) -> None:
            with store.transaction() as db:
                filling.forget(db, self._bucket)

        await self._outbox.on_store(job)

    def _adapt(self, took_s: float, moved: bool) -> None:
        if not moved:
            if self._reach > MAX_PACKED_BYTES:
                raise SnapshotDamaged("A frame of the snapshot does not end.")
            self._reach *= 2  # the frame is longer than what was asked for
        elif took_s < _GROW_UNDER_S:
            self._reach = min(LARGEST_PART, self._reach * 2)
        elif took_s > _SHRINK_OVER_S:
            self._reach = max(SMALLEST_PART, self._reach // 2)


def _extent(answer: Download) -> tuple[int, int]:
    """Where the body begins in the snapshot, and how long the snapshot is."""
    if answer.status == _PARTIAL:
        found = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
        if found:
            return int(found[1]), int(found[2])
    elif (length := answer.headers.get("content-length", "")).isdecimal():
        return 0, int(length)
    raise NotAHub("The hub does not say how long its snapshot is.")


__all__ = [
    "Download",
    "DownloadLink",
    "FillOutbox",
    "SnapshotDamaged",
    "fill",
    "fill_is_due",
]
