"""A village's snapshot over HTTP: in parts, from any byte on, for a kiosk enrolled there.

Ranges follow RFC 9110: a part is given out only of the very file that the kiosk began (If-Range);
when that one is gone, all of a fresh one. Nothing of a village leaves to a kiosk of another one.
"""

from __future__ import annotations

import os
from typing import Final

from fastapi import FastAPI, Request, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse

from hub.database import hub_epoch
from hub.enrolment import EnrolledKiosk
from hub.gate import Gate
from hub.refused import Refused
from hub.snapshot_shelf import Shelf, SnapshotFile, drop_snapshots, is_better_with_snapshot
from hub.turns import Turns
from offline_sync.frames import FRAME_TYPE
from offline_sync.refusals import SNAPSHOT

_RETRY_S: Final = 5


def add_snapshot(app: FastAPI, shelf: Shelf, gate: Gate) -> None:
    """Give out the snapshots of `shelf`; what may not be given out any more goes now."""
    shelf.sweep()
    # While one is made, the other kiosks of the village wait for it.
    turns = Turns(None, _RETRY_S)

    @app.get("/v1/snapshot")
    async def snapshot(request: Request, bucket: str) -> Response:
        """The village's records as a file of packed frames; a kiosk takes it part by part."""
        kiosk = (await run_in_threadpool(gate.enter, request)).kiosk
        refuse_other_village(kiosk, bucket)
        begun = request.headers.get("if-range", "").strip('"')
        async with turns.of(kiosk.kiosk_id, bucket):
            file, found = await run_in_threadpool(_found, shelf, bucket, begun)
        return FileResponse(
            file.path,
            headers={"ETag": f'"{file.etag}"'},
            media_type=FRAME_TYPE,
            stat_result=found,
        )


def _found(shelf: Shelf, bucket: str, begun: str) -> tuple[SnapshotFile, os.stat_result]:
    try:
        file = shelf.get(bucket, begun)
        return file, file.path.stat()
    except OSError as error:
        raise _no_file(error) from error


def refuse_other_village(kiosk: EnrolledKiosk, bucket: str) -> None:
    """Raise Refused when the kiosk is enrolled elsewhere."""
    if bucket != kiosk.village:
        raise Refused(403, "bucket", "This kiosk is enrolled for another village.")


def refuse_far_behind(connection: Connection, bucket: str, hub: str, after: int) -> None:
    """Raise Refused when a kiosk that has read the feed up to `after`, in the history `hub` of
    this hub, is better off with a snapshot."""
    if hub != hub_epoch(connection):
        after = 0
    if is_better_with_snapshot(connection, bucket, after):
        raise Refused(410, SNAPSHOT, "This kiosk is far behind: it is to take a snapshot.")


def _no_file(error: OSError) -> Refused:
    detail = f"The hub cannot make a snapshot just now: {error.strerror}."
    return Refused(503, "busy", detail, {"Retry-After": "300"})


__all__ = ["Shelf", "add_snapshot", "drop_snapshots", "is_better_with_snapshot"]
