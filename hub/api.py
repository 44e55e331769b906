"""The hub over HTTP: kiosks push and read, signed; people see one plain page.

This module puts the parts together and gives every trouble its answer. Log lines name a kiosk
and counts, never a body or a signature.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy import Engine
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.answers import refusal
from hub.chain import ChainBroken
from hub.clock import NowMs, system_now_ms
from hub.database import AWAY, hub_epoch, reading
from hub.enrol_api import add_enrolment, add_witness
from hub.feed import FeedSetBack
from hub.gate import Gate
from hub.overview import kiosk_lines, totals
from hub.pages import CONTENT_POLICY, STYLE, render_overview
from hub.parity import add_parity
from hub.receiving import CLOSE, Patience, TooLong, TooSlow
from hub.refused import Refused
from hub.restore_drill import warnings
from hub.snapshot import Shelf, add_snapshot
from hub.streams import Forked, StreamOfAnother
from hub.sync_api import add_sync
from offline_sync.answers import HUB_NAME
from offline_sync.refusals import CHAIN, FORK, SET_BACK, STREAM
from offline_sync.request_auth import Signer

log = logging.getLogger(__name__)

BUSY_RETRY_S: Final = 5
_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def create_app(
    engine: Engine,
    signer: Signer,
    folder: Path,
    now_ms: NowMs = system_now_ms,
    patience: Patience | None = None,
) -> FastAPI:
    """The hub's application over an open database; `signer` holds the hub's key, and `folder` is
    the hub's own."""
    app = FastAPI(
        title="Smart Village Hub", docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json"
    )
    patience = patience or Patience()
    gate = Gate(engine, now_ms)
    _add_answers_to_trouble(app)
    _add_refusals_of_streams(app)
    add_sync(app, engine, gate, signer, now_ms, patience)
    add_enrolment(app, engine, signer, folder, now_ms, patience)
    add_witness(app, engine, gate, signer, now_ms, patience)
    add_snapshot(app, Shelf(engine, folder, now_ms), gate)
    add_parity(app, engine, gate)
    _add_page(app, engine, now_ms)
    return app


def _add_page(app: FastAPI, engine: Engine, now_ms: NowMs) -> None:
    @app.get("/v1/health")
    def health() -> dict[str, str | int]:
        """Says that this is a hub and that its database answers. No data."""
        with reading(engine) as connection:
            epoch = hub_epoch(connection)
        return {"hub": HUB_NAME, "hub_epoch": epoch, "time_ms": now_ms()}

    @app.get("/", include_in_schema=False)
    def overview() -> Response:
        with reading(engine) as connection:
            numbers, kiosks = totals(connection), kiosk_lines(connection)
            said = warnings(connection, now_ms())
        page = render_overview(numbers, kiosks, now_ms(), said)
        return Response(page, media_type="text/html; charset=utf-8")

    @app.get("/overview.css", include_in_schema=False)
    def style() -> Response:
        return Response(STYLE, media_type="text/css; charset=utf-8")


class _WithHeaders:
    """Puts the hub's headers on every answer. (A middleware of Starlette's own kind would pass
    each part of an answer through a queue.)"""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, with_headers)


def _add_answers_to_trouble(app: FastAPI) -> None:
    app.add_middleware(_WithHeaders)

    @app.exception_handler(Refused)
    def refused(_request: Request, error: Refused) -> Response:
        return refusal(error)

    @app.exception_handler(HTTPException)
    def not_here(_request: Request, error: HTTPException) -> Response:
        return refusal(Refused(error.status_code, "http", str(error.detail)))

    @app.exception_handler(RequestValidationError)
    def not_understood(_request: Request, _error: RequestValidationError) -> Response:
        return refusal(Refused(422, "query", "A part of the address is missing or out of range."))

    def busy(_request: Request, error: Exception) -> Response:
        # Locked, disk full, restarting: nothing was taken, and a later try may succeed.
        log.error("database not available: %s", getattr(error, "orig", error))
        return refusal(
            Refused(
                503,
                "busy",
                "The hub's database is not available just now.",
                {"Retry-After": str(BUSY_RETRY_S)},
            )
        )

    for kind in AWAY:
        app.add_exception_handler(kind, busy)

    @app.exception_handler(TooLong)
    def too_long(_request: Request, error: TooLong) -> Response:
        return refusal(
            Refused(413, "too_large", f"A body here may have at most {error.most} bytes.")
        )

    @app.exception_handler(TooSlow)
    def too_slow(_request: Request, _error: TooSlow) -> Response:
        log.info("a kiosk's push did not come in time")
        return refusal(Refused(408, "wire.cut", "The push did not come in time.", CLOSE))

    @app.exception_handler(ClientDisconnect)
    def gone(_request: Request, _error: ClientDisconnect) -> Response:
        log.info("a kiosk's connection was cut while it was sending")
        return refusal(Refused(400, "cut", "the connection was cut"))


def _add_refusals_of_streams(app: FastAPI) -> None:
    @app.exception_handler(FeedSetBack)
    def set_back(_request: Request, error: FeedSetBack) -> Response:
        log.error("a kiosk is ahead of this hub: %s", error)
        return refusal(Refused(409, SET_BACK, str(error)))

    @app.exception_handler(StreamOfAnother)
    def another(_request: Request, error: StreamOfAnother) -> Response:
        log.warning("a kiosk sends as another kiosk: %s", error)
        return refusal(Refused(409, STREAM, "These changes carry the identity of another kiosk."))

    @app.exception_handler(Forked)
    def forked(_request: Request, error: Forked) -> Response:
        log.warning("a kiosk was restored from an older copy: %s", error)
        return refusal(Refused(409, FORK, str(error)))

    @app.exception_handler(ChainBroken)
    def broken(_request: Request, error: ChainBroken) -> Response:
        log.error("a kiosk's changes are not those that its chain covers: %s", error)
        return refusal(Refused(409, CHAIN, str(error)))


__all__ = ["NowMs", "create_app", "system_now_ms"]
