"""Once a day: proves that this kiosk's records are the hub's, and mends what is not.

Both sides sum up their own rows; nothing is believed because the other says so. Where a part
differs, its records are read again from the hub and laid over, under own changes that wait. A
record that the hub does not have is never deleted here: it is sent again, or told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from offline_sync import frames, parity_rows
from offline_sync.catalogue import CATALOGUE, CATALOGUE_VERSION, RecordType
from offline_sync.clock import Clock
from offline_sync.feed import FeedOutcome, read_cursor
from offline_sync.first_fill import DownloadLink, FillOutbox, SnapshotDamaged
from offline_sync.frames import FrameCorrupt, FrameReader
from offline_sync.hub_link import HubRefused, NotAHub
from offline_sync.oplog import FeedEntry
from offline_sync.parity_rows import ParityRun, Slice
from offline_sync.record_digest import (
    DigestAnswer,
    Stood,
    Sums,
    part_of,
    read_answer,
    record_digest,
    types_at,
)
from offline_sync.refusals import MOVED
from offline_sync.standing import AsOf, Line, lay, read_line
from offline_sync.store import Store

DIGEST_PATH: Final = "/v1/digest"
RECORDS_PATH: Final = "/v1/records"

_PARTS_AT_ONCE: Final = 8
_MOST_BYTES: Final = 64 * 1024 * 1024
_MOST_DIGEST_BYTES: Final = 2 * 1024 * 1024
_PUT: Final = "put"

Key = tuple[str, str]


async def parity_is_due(outbox: FillOutbox, bucket: str, clock: Clock) -> bool:
    """Whether to compare now: a day has passed, and nothing waits to be sent or read."""
    now_ms = clock.now().wall_ms
    return await outbox.on_store(
        lambda store: parity_rows.parity_is_due(store.connection, bucket, now_ms)
    )


async def compare(
    link: DownloadLink, outbox: FillOutbox, bucket: str, clock: Clock
) -> ParityRun | None:
    """Compare and mend; the outcome is recorded. None when the village changes too fast just now.

    To be called when the feed was read to its end. What the kiosk saves meanwhile does not count.

    Raises:
        SyncError: the line or the hub; what was mended before stays.
        StoreError: the store is in trouble.
    """
    cursor = await outbox.on_store(lambda store: read_cursor(store.connection, bucket))
    as_of = AsOf(bucket, cursor.hub_epoch, cursor.after)
    try:
        answer = await _ask(link, as_of)
    except HubRefused as refusal:
        if refusal.code == MOVED:
            return None
        raise
    comparison = _Comparison(outbox, as_of, answer, clock)
    sums = await comparison.sum_up()
    differing = [
        part
        for part, (own, hubs) in enumerate(zip(sums.parts(), answer.parts, strict=True))
        if own != tuple(hubs)
    ]
    for at in range(0, len(differing), _PARTS_AT_ONCE):
        await comparison.mend(link, differing[at : at + _PARTS_AT_ONCE])
    if differing:
        await comparison.send_what_the_hub_lacks(frozenset(differing))
    run = ParityRun(
        at_ms=clock.now().wall_ms,
        upto=as_of.upto,
        records=sums.records,
        differing=len(differing),
        mended=comparison.mended,
        unmended=comparison.unmended,
        resent=comparison.resent,
        only_here=comparison.only_here,
    )

    def keep(store: Store) -> None:
        with store.transaction() as db:
            parity_rows.keep_run(db, bucket, as_of.hub_epoch, run)

    await outbox.on_store(keep)
    return run


async def _ask(link: DownloadLink, as_of: AsOf) -> DigestAnswer:
    query = {**_query(as_of), "sv": CATALOGUE_VERSION}
    content = bytearray()
    async with link.download(DIGEST_PATH, query, {}) as body:
        async for piece in body.parts:
            content += piece
            if len(content) > _MOST_DIGEST_BYTES:
                raise NotAHub("What answers at the hub's address never stops talking.")
    answer = read_answer(bytes(content))
    if answer is None or (answer.hub_epoch, answer.bucket, answer.upto) != (
        as_of.hub_epoch,
        as_of.bucket,
        as_of.upto,
    ):
        raise NotAHub("The hub sums up something else than it was asked for.")
    return answer


def _query(as_of: AsOf) -> dict[str, str | int]:
    return {"bucket": as_of.bucket, "hub": as_of.hub_epoch, "upto": as_of.upto}


@dataclass(slots=True)
class _Comparison:
    """One comparison under way; guards what was found and mended."""

    outbox: FillOutbox
    as_of: AsOf
    answer: DigestAnswer
    clock: Clock
    moved: set[Key] = field(init=False)
    at_hub: set[Key] = field(default_factory=set)
    mended: int = 0
    unmended: int = 0
    resent: int = 0
    only_here: int = 0

    def __post_init__(self) -> None:
        self.moved = {(one[0], one[1]) for one in self.answer.moved}

    async def sum_up(self) -> Sums:
        """The sums of this kiosk's own rows, slice by slice."""
        sums = Sums()
        for record_type in types_at(self.answer.version):
            after: str | None = ""
            while after is not None:
                part = await self._slice(record_type, after)
                for record_id, digest in self._digests(record_type, part.rows).items():
                    sums.add(record_id, digest)
                after = part.last
        return sums

    async def _slice(self, record_type: RecordType, after: str) -> Slice:
        return await self.outbox.on_store(
            lambda store: parity_rows.read_slice(
                store.connection, record_type, after, self.as_of.upto
            )
        )

    def _digests(
        self, record_type: RecordType, rows: Mapping[str, parity_rows.Rows]
    ) -> dict[str, int]:
        found = {}
        for record_id, stood in parity_rows.stood_in(record_type, rows).items():
            if (record_type.name, record_id) in self.moved:
                continue
            digest = record_digest(record_type, record_id, stood, self.answer.version)
            if digest is not None:
                found[record_id] = digest
        return found

    async def mend(self, link: DownloadLink, parts: Sequence[int]) -> None:
        """Read these parts from the hub again and lay over what differs."""
        query = {**_query(self.as_of), "parts": ",".join(map(str, parts))}
        reader, header, lines, end = FrameReader(), None, 0, None
        known, size = frames.dictionary(b""), 0
        try:
            async with link.download(RECORDS_PATH, query, {}) as body:
                async for piece in body.parts:
                    size += len(piece)
                    if size > _MOST_BYTES:
                        raise NotAHub("What answers at the hub's address never stops talking.")
                    for frame in reader.feed(piece):
                        content = frames.unpack(frame, known)
                        if header is None:
                            header = self._checked(content)
                            known = frames.dictionary(frames.samples_of(content))
                            continue
                        end = frames.read_end(content)
                        if end is not None:
                            del content[-1]
                        lines += len(content)
                        await self._lay_over(content)
        except FrameCorrupt as error:
            raise SnapshotDamaged(f"Records of the hub arrived damaged: {error}") from error
        if end is None or end != lines:
            raise SnapshotDamaged("Records of the hub did not arrive whole.")

    def _checked(self, content: list[bytes]) -> frames.Header:
        header = frames.read_header(content)
        if header is None or (header.hub_epoch, header.bucket, header.upto) != (
            self.as_of.hub_epoch,
            self.as_of.bucket,
            self.as_of.upto,
        ):
            raise NotAHub("The hub sent other records than it was asked for.")
        return header

    async def _lay_over(self, content: Iterable[bytes]) -> None:
        lines = [read_line(line, self.as_of) for line in content]
        self.at_hub.update(
            (line.entry.record_type, line.entry.record_id)
            for line in lines
            if line.entry.record_type in CATALOGUE
        )
        hubs = self._hub_digests(lines)
        own = await self._own_digests(hubs)
        differing = {key for key, digest in hubs.items() if own.get(key) != digest}
        to_lay = [line for line in lines if _key(line) in differing]
        if not to_lay:
            return
        await self._lay(to_lay)
        after = await self._own_digests(dict.fromkeys(differing))
        mended = sum(1 for key in differing if after.get(key) == hubs[key])
        self.mended += mended
        self.unmended += len(differing) - mended

    def _hub_digests(self, lines: Iterable[Line]) -> dict[Key, int | None]:
        """What a kiosk should have of each record; None for one that was erased."""
        known = {one.name: one for one in types_at(self.answer.version)}
        found: dict[Key, int | None] = {}
        for line in lines:
            entry = line.entry
            record_type = known.get(entry.record_type)
            if record_type is None or entry.kind == "conflict":
                continue
            stood = _stood(entry) if entry.kind == _PUT else {}
            found[_key(line)] = record_digest(
                record_type, entry.record_id, stood, self.answer.version
            )
        return found

    async def _own_digests(self, keys: Iterable[Key]) -> dict[Key, int]:
        by_type: dict[str, list[str]] = {}
        for name, record_id in keys:
            by_type.setdefault(name, []).append(record_id)
        found: dict[Key, int] = {}
        for name, ids in by_type.items():
            rows = await self.outbox.on_store(partial(self._read_these, CATALOGUE[name], ids))
            for record_id, digest in self._digests(CATALOGUE[name], rows).items():
                found[name, record_id] = digest
        return found

    def _read_these(
        self, record_type: RecordType, ids: Sequence[str], store: Store
    ) -> dict[str, parity_rows.Rows]:
        return parity_rows.read_these(store.connection, record_type, ids, self.as_of.upto)

    async def _lay(self, lines: Sequence[Line]) -> None:
        def job(store: Store) -> FeedOutcome:
            with store.transaction() as db:
                return lay(db, lines, self.as_of, self.clock.now().wall_ms)

        outcome = await self.outbox.on_store(job)
        if outcome.changed:
            self.outbox.records_changed(outcome.changed)

    async def send_what_the_hub_lacks(self, parts: frozenset[int]) -> None:
        """Records of these parts that stand here as acknowledged, and that the hub did not send."""
        for record_type in types_at(self.answer.version):
            after: str | None = ""
            while after is not None:
                some = await self._slice(record_type, after)
                after = some.last
                for record_id in self._digests(record_type, some.rows):
                    key = (record_type.name, record_id)
                    if part_of(record_id) in parts and key not in self.at_hub:
                        await self._send_again(key)

    async def _send_again(self, key: Key) -> None:
        def job(store: Store) -> bool:
            with store.transaction() as db:
                return parity_rows.send_again(db, key) or store.give_back(*key)

        if await self.outbox.on_store(job):
            self.resent += 1
        else:
            self.only_here += 1


def _key(line: Line) -> Key:
    return line.entry.record_type, line.entry.record_id


def _stood(entry: FeedEntry) -> Stood:
    return {
        name: (entry.winners.get(name, entry.op_id), value) for name, value in entry.fields.items()
    }
