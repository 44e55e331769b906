"""Asks a meter for the readings it has stored (Record Access Control Point, GLS 1.0.1 section 4.3).

The records themselves arrive as frames on another characteristic. Nothing is ever deleted in
the instrument.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from devices.health.errors import (
    ConnectionLost,
    FrameCorrupt,
    InstrumentBusy,
    InstrumentError,
    InstrumentRefused,
    SessionTimeout,
)
from devices.health.limits import Limits
from devices.health.link import Link
from devices.health.profiles.record_access import (
    RacpResponse,
    RacpResult,
    decode_record_access,
    encode_abort,
    encode_report_all,
    encode_report_from,
)

_log = logging.getLogger(__name__)

# A meter that cannot select its records can still send all of them.
_CANNOT_SELECT: Final = frozenset(
    {
        RacpResult.INVALID_OPERATOR,
        RacpResult.OPERATOR_NOT_SUPPORTED,
        RacpResult.INVALID_OPERAND,
        RacpResult.OPERAND_NOT_SUPPORTED,
    }
)


class Records:
    """The records of one meter over one connection."""

    def __init__(self, link: Link, uuid: str, limits: Limits) -> None:
        self._link = link
        self._uuid = uuid
        self._limits = limits
        self._answers: asyncio.Queue[bytes] = asyncio.Queue()
        self._stirred = asyncio.Event()

    async def subscribe(self) -> None:
        """Listen to the control point; to be called before anything is asked."""
        await self._link.subscribe(self._uuid, self._answers.put_nowait)

    def stir(self) -> None:
        """A record has come: the meter is not silent."""
        self._stirred.set()

    async def fetch(self, last_known: bytes | None, has_come: Callable[[bytes], bool]) -> None:
        """Have all records sent, or those from the last known one on; return after the last.

        `last_known` are the bytes that make it that record: its number and base time. It is
        asked for again: when not even that comes, the meter's memory was cleared and its numbers
        start anew, so everything is asked for.

        Raises:
            SessionTimeout: silence, step "records".
            InstrumentRefused
            ConnectionLost: it left before it had said that these were all.
        """
        if last_known is not None:
            number = int.from_bytes(last_known[:2], "little")
            answer = await self._ask(encode_report_from(number))
            if answer == RacpResult.SUCCESS and has_come(last_known):
                return
            if answer in _CANNOT_SELECT:
                _log.info("%s can not select records", self._link.identity.address)
            elif answer in {RacpResult.SUCCESS, RacpResult.NO_RECORDS}:
                _log.info("%s no longer has its last record", self._link.identity.address)
            else:
                raise _refused(answer)
        answer = await self._ask(encode_report_all())
        if answer not in {RacpResult.SUCCESS, RacpResult.NO_RECORDS}:
            raise _refused(answer)

    async def _ask(self, request: bytes) -> int:
        """The response code of a request, when the meter has sent what was asked for."""
        await self._write_when_free(request)
        while True:
            self._stirred.clear()
            answer = asyncio.ensure_future(self._answers.get())
            stirred = asyncio.ensure_future(self._stirred.wait())
            gone = asyncio.ensure_future(self._link.gone.wait())
            try:
                await asyncio.wait(
                    {answer, stirred, gone},
                    timeout=self._limits.records_silence_s,
                    return_when=asyncio.FIRST_COMPLETED,
                )
            finally:
                for waiting in (answer, stirred, gone):
                    waiting.cancel()  # nothing happens to it when it is done
            if answer.done():
                code = _response(answer.result(), request[0])
                if code is not None:
                    return code
            elif gone.done():
                # its last word would have come before this
                raise ConnectionLost("the meter left before it had given all its records")
            elif not stirred.done():
                await self._abort()
                raise SessionTimeout("the meter fell silent", step="records")

    async def _write_when_free(self, request: bytes) -> None:
        for _ in range(self._limits.records_busy_tries):
            try:
                await self._link.write(self._uuid, request)
            except InstrumentBusy:
                # Also right after an answer whose confirmation is still on its way (BlueZ 5.66).
                await asyncio.sleep(self._limits.records_busy_s)
            else:
                return
        await self._link.write(self._uuid, request)

    async def _abort(self) -> None:
        try:
            await self._link.write(self._uuid, encode_abort())
        except InstrumentError as error:
            _log.info("the meter does not abort: %s", error)


def _refused(answer: int) -> SessionTimeout | InstrumentRefused:
    if answer == RacpResult.NOT_COMPLETED:
        return SessionTimeout("the meter did not complete its records", step="records")
    return InstrumentRefused(f"the meter does not give its records ({answer})", pairing=False)


def _response(raw: bytes, request: int) -> int | None:
    """The response code to a request; None for an answer to something else."""
    try:
        answer = decode_record_access(raw)
    except FrameCorrupt as error:
        _log.warning("an answer of the meter cannot be read: %s", error)
        return None
    if isinstance(answer, RacpResponse) and answer.request == request:
        return answer.response
    return None
