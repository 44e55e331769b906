"""The hub's side of the comparison with a kiosk: sums of a village's records, and parts of them.

Both are of this moment. Records that changed after the number up to which the kiosk has read are
left out, and named, so that the kiosk leaves them out as well: a village in which others go on
saving can be compared all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated, Final

import msgspec
from fastapi import FastAPI, Query, Request, Response
from sqlalchemy import Connection, Engine, select
from starlette.concurrency import run_in_threadpool

from hub.database import hub_epoch, reading
from hub.feed import refuse_set_back
from hub.gate import Gate
from hub.refused import Refused
from hub.snapshot import refuse_other_village
from hub.snapshot_lines import lines_of, sample_lines
from hub.snapshot_shelf import packed_records
from hub.standing import Key, Standing, every_record, pages, read_records, record_keys
from hub.tables import feed, op
from hub.turns import Turns
from offline_sync.answers import HUB_NAME
from offline_sync.catalogue import CATALOGUE_VERSION
from offline_sync.frames import FRAME_TYPE, Header
from offline_sync.record_digest import DigestAnswer, Sums, part_of, record_digest, types_at
from offline_sync.refusals import MOVED

MOST_MOVED: Final = 500

_AT_ONCE: Final = 3
_RETRY_S: Final = 60
_encoder: Final = msgspec.json.Encoder()


def add_parity(app: FastAPI, engine: Engine, gate: Gate) -> None:
    """Let kiosks compare their records with the hub's."""
    # One at a time: a large village takes seconds of this process, and pushes go first.
    turns = Turns(_AT_ONCE, _RETRY_S)

    def sum_up(bucket: str, hub: str, upto: int, version: int) -> bytes:
        with reading(engine) as connection:
            return _encoder.encode(digests(connection, bucket, hub, upto, version))

    def pack(bucket: str, hub: str, upto: int, parts: Collection[int]) -> bytes:
        with reading(engine) as connection:
            return b"".join(packed_parts(connection, bucket, hub, upto, parts))

    @app.get("/v1/digest")
    async def digest(
        request: Request,
        bucket: str,
        hub: str,
        upto: Annotated[int, Query(ge=0)],
        sv: Annotated[int, Query(ge=1)],
    ) -> Response:
        """Count and digest of each part of the village's records."""
        kiosk = (await run_in_threadpool(gate.enter, request)).kiosk
        refuse_other_village(kiosk, bucket)
        async with turns.of(kiosk.kiosk_id):
            content = await run_in_threadpool(sum_up, bucket, hub, upto, sv)
        return Response(content, media_type="application/json")

    @app.get("/v1/records")
    async def records(
        request: Request,
        bucket: str,
        hub: str,
        upto: Annotated[int, Query(ge=0)],
        parts: Annotated[str, Query(pattern=r"^\d{1,3}(,\d{1,3}){0,63}$")],
    ) -> Response:
        """All records of some parts, as in a snapshot."""
        kiosk = (await run_in_threadpool(gate.enter, request)).kiosk
        refuse_other_village(kiosk, bucket)
        wanted = {int(part) for part in parts.split(",")}
        async with turns.of(kiosk.kiosk_id):
            packed = await run_in_threadpool(pack, bucket, hub, upto, wanted)
        return Response(packed, media_type=FRAME_TYPE)


def digests(connection: Connection, bucket: str, hub: str, upto: int, version: int) -> DigestAnswer:
    """The sums of all records that did not change after number `upto`.

    Raises:
        Refused: the kiosk has read another history, or too much has changed since.
        FeedSetBack: the kiosk has read further than the feed goes.
    """
    moved = moved_records(connection, bucket, hub, upto)
    common = min(version, CATALOGUE_VERSION)
    known = {one.name: one for one in types_at(common)}
    sums = Sums()
    for one in every_record(connection, bucket):
        record_type = known.get(one.record_type)
        if record_type is None or (one.record_type, one.record_id) in moved:
            continue
        found = record_digest(record_type, one.record_id, _stood(one), common)
        if found is not None:
            sums.add(one.record_id, found)
    return DigestAnswer(HUB_NAME, hub, bucket, upto, common, sorted(moved), sums.parts())


def moved_records(connection: Connection, bucket: str, hub: str, upto: int) -> set[Key]:
    """The records that the feed speaks of after number `upto`. Raises as `digests`."""
    if hub != hub_epoch(connection):
        raise Refused(409, MOVED, "The hub has begun another history.")
    refuse_set_back(connection, bucket, hub, upto)
    rows = connection.execute(
        select(op.c.record_type, op.c.record_id)
        .join(feed, feed.c.op_id == op.c.op_id)
        .where(feed.c.bucket == bucket, feed.c.seq > upto)
        .distinct()
        .limit(MOST_MOVED + 1)
    ).all()
    if len(rows) > MOST_MOVED:
        raise Refused(409, MOVED, "Too much has changed since the kiosk read the feed.")
    return {(row.record_type, row.record_id) for row in rows}


def _stood(one: Standing) -> dict[str, tuple[str, object]]:
    return {
        name: (one.ops.get(name, one.first_op), msgspec.json.decode(value))
        for name, value in one.values.items()
    }


def packed_parts(
    connection: Connection, bucket: str, hub: str, upto: int, parts: Collection[int]
) -> Iterator[bytes]:
    """The records of these parts that did not change after number `upto`, in frames. Raises as
    `digests`."""
    moved = moved_records(connection, bucket, hub, upto)
    header = Header(HUB_NAME, hub, bucket, upto, CATALOGUE_VERSION)
    keys = (
        key
        for key in record_keys(connection, bucket)
        if part_of(key[1]) in parts and key not in moved
    )
    yield from packed_records(
        header,
        (
            line
            for page in pages(keys)
            for one in read_records(connection, page)
            for line in lines_of(one)
        ),
        sample_lines(connection, bucket),
    )
