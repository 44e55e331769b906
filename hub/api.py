"""The hub over HTTP: kiosks push and read with their token; people see one plain page.

An answer leaves only after its transaction is committed. Log lines name a kiosk and counts,
never a body or a token.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from hub.database import hub_epoch, reading, writing
from hub.enrolment import EnrolledKiosk, contact_is_stale, find_by_token, note_contact
from hub.feed import PAGE_LINES, FeedSetBack, Page, read_page, refuse_set_back
from hub.overview import kiosk_lines, totals
from hub.pages import CONTENT_POLICY, STYLE, render_overview
from hub.receiving import CLOSE, AnswerToStranger, Patience, TooLong, TooSlow, read_body
from hub.sequencer import StreamOfAnother, Taken, take_push
from offline_sync.wire import (
    HUB_NAME,
    MAX_BODY_BYTES,
    SET_BACK,
    Refusal,
    SyncAnswer,
    WireError,
    decode_push,
    encode_answer,
)

log = logging.getLogger(__name__)

BUSY_RETRY_S: Final = 5
_JSON: Final = "application/json"
_SCHEME: Final = "bearer "
_STATUS_OF_WIRE_ERROR: Final = {"version": 426, "too_many": 413}
_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

NowMs = Callable[[], int]


def system_now_ms() -> int:
    """Milliseconds since 1970 UTC by this computer's clock."""
    return time.time_ns() // 1_000_000


class _Refused(Exception):
    def __init__(self, status: int, error: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.error = error
        self.detail = detail


def create_app(
    engine: Engine, now_ms: NowMs = system_now_ms, patience: Patience | None = None
) -> FastAPI:
    """The hub's application over an open database."""
    app = FastAPI(
        title="Smart Village Hub", docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json"
    )
    _add_answers_to_trouble(app)
    _add_sync(app, engine, now_ms, patience or Patience())
    _add_page(app, engine, now_ms)
    return app


def _add_sync(app: FastAPI, engine: Engine, now_ms: NowMs, patience: Patience) -> None:
    @app.post("/v1/sync")
    async def sync(request: Request) -> Response:
        """Take a push, answer with receipts and the next page of the village's feed."""
        kiosk = await run_in_threadpool(_who, engine, request)
        if kiosk is None:
            refusal = _token_refused()
            return _refusal(refusal.status, refusal.error, refusal.detail, AnswerToStranger)
        body = await read_body(request, patience)
        return await run_in_threadpool(_take, engine, kiosk, body, now_ms)

    @app.get("/v1/feed")
    def feed(
        request: Request,
        bucket: str,
        after: Annotated[int, Query(ge=0)] = 0,
        hub: str = "",
        limit: Annotated[int, Query(ge=1, le=PAGE_LINES)] = PAGE_LINES,
    ) -> Response:
        """Read the village's feed without pushing."""
        kiosk = _who(engine, request)
        if kiosk is None:
            raise _token_refused()
        if bucket != kiosk.village:
            raise _Refused(403, "bucket", "This kiosk is enrolled for another village.")
        now = now_ms()
        with reading(engine) as connection:
            page = read_page(connection, bucket, hub, after, limit)
            stale = contact_is_stale(connection, kiosk.kiosk_id, now)
        if stale:
            with writing(engine) as connection:
                note_contact(connection, kiosk.kiosk_id, now)
        return _answer(kiosk, page, Taken((), (), 0), now)

    @app.get("/v1/health")
    def health() -> dict[str, str | int]:
        """Says that this is a hub and that its database answers. No data."""
        with reading(engine) as connection:
            epoch = hub_epoch(connection)
        return {"hub": HUB_NAME, "hub_epoch": epoch, "time_ms": now_ms()}


def _add_page(app: FastAPI, engine: Engine, now_ms: NowMs) -> None:
    @app.get("/", include_in_schema=False)
    def overview() -> Response:
        with reading(engine) as connection:
            numbers, kiosks = totals(connection), kiosk_lines(connection)
        page = render_overview(numbers, kiosks, now_ms())
        return Response(page, media_type="text/html; charset=utf-8")

    @app.get("/overview.css", include_in_schema=False)
    def style() -> Response:
        return Response(STYLE, media_type="text/css; charset=utf-8")


def _add_answers_to_trouble(app: FastAPI) -> None:
    @app.middleware("http")
    async def add_headers(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        response = await call_next(request)
        response.headers.update(_HEADERS)
        return response

    @app.exception_handler(_Refused)
    def refused(_request: Request, error: _Refused) -> Response:
        return _refusal(error.status, error.error, error.detail)

    @app.exception_handler(FeedSetBack)
    def set_back(_request: Request, error: FeedSetBack) -> Response:
        log.error("a kiosk is ahead of this hub: %s", error)
        return _refusal(409, SET_BACK, str(error))

    @app.exception_handler(HTTPException)
    def not_here(_request: Request, error: HTTPException) -> Response:
        return _refusal(error.status_code, "http", str(error.detail))

    @app.exception_handler(RequestValidationError)
    def not_understood(_request: Request, _error: RequestValidationError) -> Response:
        return _refusal(422, "query", "A part of the address is missing or out of range.")

    @app.exception_handler(OperationalError)
    def busy(_request: Request, error: OperationalError) -> Response:
        # Locked, disk full, input/output error: nothing was taken, and a later try may succeed.
        log.error("database not available: %s", error.orig)
        answer = _refusal(503, "busy", "The hub's database is not available just now.")
        answer.headers["Retry-After"] = str(BUSY_RETRY_S)
        return answer

    @app.exception_handler(TooLong)
    def too_long(_request: Request, _error: TooLong) -> Response:
        detail = f"A push may have at most {MAX_BODY_BYTES} bytes."
        return _refusal(413, "too_large", detail)

    @app.exception_handler(TooSlow)
    def too_slow(_request: Request, _error: TooSlow) -> Response:
        log.info("a kiosk's push did not come in time")
        answer = _refusal(408, "wire.cut", "The push did not come in time.")
        answer.headers.update(CLOSE)
        return answer

    @app.exception_handler(ClientDisconnect)
    def gone(_request: Request, _error: ClientDisconnect) -> Response:
        log.info("a kiosk's connection was cut while it was sending")
        return _refusal(400, "cut", "the connection was cut")


def _who(engine: Engine, request: Request) -> EnrolledKiosk | None:
    header = request.headers.get("authorization", "")
    if not header.lower().startswith(_SCHEME):
        return None
    with reading(engine) as connection:
        return find_by_token(connection, header[len(_SCHEME) :].strip())


def _token_refused() -> _Refused:
    return _Refused(401, "token", "No kiosk is enrolled with this token, or it is blocked.")


def _take(engine: Engine, kiosk: EnrolledKiosk, body: bytes, now_ms: NowMs) -> Response:
    try:
        push = decode_push(body)
    except WireError as error:
        log.warning("push of kiosk %s not read: %s", kiosk.kiosk_id, error.code)
        status = _STATUS_OF_WIRE_ERROR.get(error.code, 400)
        raise _Refused(status, f"wire.{error.code}", str(error)) from error
    now = now_ms()
    try:
        with writing(engine) as connection:
            after = push.header.after
            refuse_set_back(connection, kiosk.village, push.header.hub_epoch, after)
            taken = take_push(connection, kiosk, push, now)
    except StreamOfAnother as error:
        log.warning("kiosk %s sends as another kiosk", kiosk.kiosk_id)
        detail = "These changes carry the identity of another kiosk."
        raise _Refused(409, "stream", detail) from error
    with reading(engine) as connection:
        page = read_page(connection, kiosk.village, push.header.hub_epoch, push.header.after)
    log.info(
        "kiosk %s: %d ops, %d new, %d set aside, %d lines of feed",
        *(kiosk.kiosk_id, len(push.lines), taken.new, len(taken.quarantined), len(page.lines)),
    )
    return _answer(kiosk, page, taken, now)


def _answer(kiosk: EnrolledKiosk, page: Page, taken: Taken, now: int) -> Response:
    answer = SyncAnswer(
        hub=HUB_NAME,
        hub_epoch=page.hub_epoch,
        hub_time_ms=now,
        bucket=kiosk.village,
        ack=list(taken.acknowledged),
        quarantined=list(taken.quarantined),
        feed=page.lines,
        next_after=page.next_after,
        more=page.more,
    )
    return Response(encode_answer(answer), media_type=_JSON)


def _refusal(status: int, error: str, detail: str, kind: type[Response] = Response) -> Response:
    content = encode_answer(Refusal(HUB_NAME, error, detail))
    return kind(content, status, media_type=_JSON)
