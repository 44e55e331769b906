"""`/v1/sync` and `/v1/feed`: a kiosk pushes what it has and reads what it has not.

An answer leaves only after its transaction is committed. Log lines name a kiosk and counts,
never a body.
"""

from __future__ import annotations

import logging
from typing import Annotated, Final

import msgspec
from fastapi import FastAPI, Query, Request, Response
from sqlalchemy import Connection, Engine
from starlette.concurrency import run_in_threadpool

from hub.answers import answered
from hub.clock import NowMs
from hub.database import in_batch, reading
from hub.enrolment import EnrolledKiosk
from hub.feed import PAGE_LINES, Page, read_page, refuse_set_back
from hub.gate import Caller, Gate, check_body, use_number
from hub.receipts import give_receipt, refuse_unknown_receipt
from hub.receiving import Patience, read_body, unpacked
from hub.refused import Refused
from hub.sequencer import Taken, take_push
from hub.shapes import plainly_begins
from hub.snapshot import refuse_far_behind
from hub.streams import stream_number
from offline_sync.answers import HUB_NAME, SignedReceipt, SyncAnswer, ack_ranges
from offline_sync.receipts import SHOWN_DIGITS
from offline_sync.request_auth import Signer
from offline_sync.wire import MAX_BODY_BYTES, Push, WireError, decode_push

log = logging.getLogger(__name__)

_SHOWN: Final = rf"^([1-9][0-9]{{0,14}}\.[0-9a-f]{{{SHOWN_DIGITS}}})?$"
_STATUS_OF_WIRE_ERROR: Final = {"version": 426, "too_many": 413}


def add_sync(
    app: FastAPI, engine: Engine, gate: Gate, signer: Signer, now_ms: NowMs, patience: Patience
) -> None:
    """Let kiosks push and read."""

    @app.post("/v1/sync")
    async def sync(request: Request) -> Response:
        """Take a push, answer with its receipt and the next page of the village's feed."""
        caller = await run_in_threadpool(gate.look, request)
        body = await read_body(request, patience, MAX_BODY_BYTES)
        return await run_in_threadpool(_take, engine, signer, caller, request, body, now_ms)

    @app.get("/v1/feed")
    def feed(
        request: Request,
        bucket: str,
        after: Annotated[int, Query(ge=0)] = 0,
        hub: str = "",
        limit: Annotated[int, Query(ge=1, le=PAGE_LINES)] = PAGE_LINES,
        own: bool = False,
        receipt: Annotated[str, Query(pattern=_SHOWN)] = "",
    ) -> Response:
        """Read the village's feed without pushing; with `own`, what the kiosk itself sent too.
        `receipt` is the last one that the kiosk holds (`receipts.shown_with_a_pull`)."""
        caller = gate.enter(request)
        kiosk = caller.kiosk
        if bucket != kiosk.village:
            raise Refused(403, "bucket", "This kiosk is enrolled for another village.")
        no, _, digest = receipt.partition(".")
        with reading(engine) as connection:
            refuse_unknown_receipt(connection, kiosk, hub, int(no or 0), digest)
            refuse_far_behind(connection, bucket, hub, after)
            left_out = None if own else stream_number(connection, kiosk.kiosk_id, caller.epoch)
            page = read_page(connection, bucket, hub, after, limit, left_out)
        accepted = request.headers.get("accept-encoding", "")
        return answered(_answer(kiosk, page, now_ms()), accepted)


def _take(
    engine: Engine, signer: Signer, caller: Caller, request: Request, body: bytes, now_ms: NowMs
) -> Response:
    check_body(caller, body)
    accepted = request.headers.get("accept-encoding", "")
    body = unpacked(request, body, MAX_BODY_BYTES)
    kiosk = caller.kiosk
    try:
        push = decode_push(body, plainly_begins)
    except WireError as error:
        log.warning("push of kiosk %s not read: %s", kiosk.kiosk_id, error.code)
        status = _STATUS_OF_WIRE_ERROR.get(error.code, 400)
        raise Refused(status, f"wire.{error.code}", str(error)) from error
    if push.header.epoch != caller.epoch:
        raise Refused(400, "wire.header", "The push is of another epoch than its signature.")
    now = now_ms()
    header = push.header

    def job(connection: Connection) -> tuple[Taken, SignedReceipt | None]:
        use_number(connection, caller)
        refuse_unknown_receipt(connection, kiosk, header.hub_epoch, *header.receipt)
        refuse_set_back(connection, kiosk.village, header.hub_epoch, header.after)
        taken = take_push(connection, kiosk, push, now)
        return taken, _receipt(connection, signer, kiosk, push, taken, now)

    taken, receipt = in_batch(engine, job)
    with reading(engine) as connection:
        page = read_page(
            connection,
            kiosk.village,
            header.hub_epoch,
            header.after,
            header.lines,
            taken.stream,
        )
    log.info(
        "kiosk %s: %d ops, %d new, %d set aside, %d lines of feed",
        *(kiosk.kiosk_id, len(push.lines), taken.new, len(taken.quarantined), len(page.lines)),
    )
    return answered(
        msgspec.structs.replace(
            _answer(kiosk, page, now),
            ack=ack_ranges(taken.acknowledged),
            quarantined=list(taken.quarantined),
            receipt=receipt,
        ),
        accepted,
    )


def _receipt(
    connection: Connection,
    signer: Signer,
    kiosk: EnrolledKiosk,
    push: Push,
    taken: Taken,
    now_ms: int,
) -> SignedReceipt | None:
    if not push.lines:
        return None
    op_ids = {line.seq: line.op_id for line in push.lines}
    acked = {seq: op_ids[seq] for seq, _ in taken.acknowledged}
    aside = {seq: op_ids[seq] for seq, _ in taken.quarantined}
    return give_receipt(connection, signer, kiosk, push.header, acked, aside, now_ms)


def _answer(kiosk: EnrolledKiosk, page: Page, now_ms: int) -> SyncAnswer:
    return SyncAnswer(
        hub=HUB_NAME,
        hub_epoch=page.hub_epoch,
        hub_time_ms=now_ms,
        bucket=kiosk.village,
        ack=[],
        quarantined=[],
        feed=page.lines,
        next_after=page.next_after,
        more=page.more,
    )
