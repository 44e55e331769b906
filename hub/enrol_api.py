"""How a kiosk gets in, and what anybody may know of the hub: its keys.

These requests come from kiosks that are not enrolled yet: a short body is read, and who guesses
codes has to wait. No code and no key is ever logged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import msgspec
from fastapi import FastAPI, Request, Response
from sqlalchemy import Connection, Engine
from starlette.concurrency import run_in_threadpool

from hub.answers import answered
from hub.clock import NowMs
from hub.database import hub_epoch, in_batch, reading
from hub.enrolment import redeem, sealed_store_key
from hub.errors import HubError
from hub.gate import Caller, Gate, check_body, use_number
from hub.guessing import Guesses
from hub.receiving import Patience, read_body
from hub.recovery_key import recovery_key
from hub.refused import Refused
from hub.revocation_list import list_withdrawn
from hub.witness import hear
from offline_sync.answers import HUB_NAME
from offline_sync.enrolment import (
    ENROL_PATH,
    HUB_PATH,
    MAX_ENROL_BYTES,
    SEALED_KEY_PATH,
    EnrolAnswer,
    EnrolRequest,
    HubKeys,
    SealedKeyAnswer,
    SealedKeyRequest,
)
from offline_sync.receipts import WITNESS_PATH, Witness, WitnessAnswer
from offline_sync.refusals import CODE
from offline_sync.request_auth import Signer, base64url

log = logging.getLogger(__name__)
_T = TypeVar("_T", bound=msgspec.Struct)
_A = TypeVar("_A")
_MAX_WITNESS_BYTES: Final = 64 * 1024


def add_enrolment(
    app: FastAPI,
    engine: Engine,
    signer: Signer,
    folder: Path,
    now_ms: NowMs,
    patience: Patience,
) -> None:
    """Let kiosks be enrolled; what counts no more then is listed in the hub's `folder`."""
    guesses = Guesses(now_ms)
    hub_key = base64url(signer.public_key)

    @app.get(HUB_PATH)
    def hub() -> Response:
        """The public keys of this hub. No data."""
        with reading(engine) as connection:
            return answered(HubKeys(HUB_NAME, hub_key, recovery_key(connection)))

    @app.post(ENROL_PATH)
    async def enrol(request: Request) -> Response:
        """Let in the kiosk that has a one-time code."""
        asked = await _asked(request, EnrolRequest)

        def job(connection: Connection) -> EnrolAnswer:
            kiosk = redeem(connection, asked, now_ms())
            return EnrolAnswer(
                hub=HUB_NAME,
                kiosk_id=kiosk.kiosk_id,
                name=kiosk.name,
                village=kiosk.village,
                hub_key=hub_key,
                hub_epoch=hub_epoch(connection),
                recovery_key=recovery_key(connection),
            )

        answer = await run_in_threadpool(_guarded, request, job)
        await run_in_threadpool(_written_down, engine, folder)
        log.info("kiosk %s is enrolled", answer.kiosk_id)
        return answered(answer)

    @app.post(SEALED_KEY_PATH)
    async def sealed_key(request: Request) -> Response:
        """Give out the sealed store key of the kiosk that a one-time code is for."""
        asked = await _asked(request, SealedKeyRequest)

        def job(connection: Connection) -> SealedKeyAnswer:
            kiosk, sealed = sealed_store_key(connection, asked.code, now_ms())
            return SealedKeyAnswer(HUB_NAME, kiosk.name, kiosk.village, sealed)

        return answered(await run_in_threadpool(_guarded, request, job))

    async def _asked(request: Request, kind: type[_T]) -> _T:
        _refuse_guessing(guesses, _address(request))
        return _read(await read_body(request, patience, MAX_ENROL_BYTES), kind)

    def _guarded(request: Request, job: Callable[[Connection], _A]) -> _A:
        try:
            return in_batch(engine, job)
        except Refused as refused:
            if refused.error == CODE:
                guesses.was_wrong(_address(request))
            raise


def add_witness(
    app: FastAPI, engine: Engine, gate: Gate, signer: Signer, now_ms: NowMs, patience: Patience
) -> None:
    """Let a kiosk show what the hub has given it and does not know any more."""

    @app.post(WITNESS_PATH)
    async def witness(request: Request) -> Response:
        """Begin another history, when this database is an older copy of the hub's."""
        caller = await run_in_threadpool(gate.look, request)
        body = await read_body(request, patience, _MAX_WITNESS_BYTES)
        return await run_in_threadpool(_hear, caller, body)

    def _hear(caller: Caller, body: bytes) -> Response:
        check_body(caller, body)
        shown = _read(body, Witness)

        def job(connection: Connection) -> tuple[str, str]:
            use_number(connection, caller)
            return hear(connection, signer.public_key, caller.kiosk, shown, now_ms())

        epoch, why = in_batch(engine, job)
        if why:
            log.error("this database is an older copy: %s. The hub goes on as %s", why, epoch)
        return answered(WitnessAnswer(HUB_NAME, epoch))


def _written_down(engine: Engine, folder: Path) -> None:
    """List what counts no more, so that no older database lets it in; the same code, with the
    same key, is answered when that works again."""
    try:
        list_withdrawn(engine, folder)
    except (HubError, OSError) as error:
        log.error("a kiosk has a new key and is not answered yet: %s", error)
        raise Refused(503, "busy", "The hub cannot write down just now who was let in.") from error


def _refuse_guessing(guesses: Guesses, address: str) -> None:
    wait_s = guesses.wait_s(address)
    if wait_s:
        detail = "Too many codes from this address were wrong. Try again later."
        raise Refused(429, "guessing", detail, {"Retry-After": str(wait_s)}, unread=True)


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else ""


def _read(body: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Refused(400, "body", "This is not what was to be sent here.") from error
