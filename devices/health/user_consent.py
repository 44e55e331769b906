"""Scales that keep several people apart: asking to be let in as one of them.

Source: User Data Service 1.1, User Control Point (0x2A9F).
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Final

from devices.health.errors import (
    ConnectionLost,
    FrameCorrupt,
    InstrumentRefused,
    SessionTimeout,
)
from devices.health.gatt import USER_CONTROL_POINT
from devices.health.limits import Limits
from devices.health.link import Link
from devices.health.pairing import Consent
from devices.health.profiles.user_data import (
    UserControlResponse,
    decode_user_control,
    encode_consent,
    encode_register,
)

_ACCEPTED: Final = 1
_LARGEST_CODE: Final = 9999


async def give_consent(link: Link, consent: Consent, limits: Limits) -> None:
    """Be let in as this user, so that the scale sends what it measures of them.

    Raises:
        InstrumentRefused: the scale does not know this user or this code.
        SessionTimeout, ConnectionLost
    """
    answer = await _ask(link, encode_consent(consent.user, consent.code), limits)
    if answer.result != _ACCEPTED:
        # pairing anew makes a new user, with a code that fits
        raise InstrumentRefused("the scale does not know this user and code", pairing=True)


async def register_user(link: Link, limits: Limits) -> Consent:
    """Have the scale make a new user, with a code that nobody knows but the kiosk.

    Raises:
        InstrumentRefused: the scale makes no new user, perhaps because it is full.
        SessionTimeout, ConnectionLost
    """
    code = secrets.randbelow(_LARGEST_CODE + 1)
    answer = await _ask(link, encode_register(code), limits)
    if answer.result != _ACCEPTED or answer.user is None:
        raise InstrumentRefused("the scale makes no new user: it may be full", pairing=False)
    return Consent(answer.user, code)


async def _ask(link: Link, request: bytes, limits: Limits) -> UserControlResponse:
    answers: asyncio.Queue[bytes] = asyncio.Queue()
    await link.subscribe(USER_CONTROL_POINT, answers.put_nowait)
    try:
        await link.write(USER_CONTROL_POINT, request)
        async with asyncio.timeout(limits.write_s):
            while True:
                answer = await _next_answer(link, answers)
                if answer is not None and answer.request == request[0]:
                    return answer
    except TimeoutError as error:
        raise SessionTimeout("the scale did not answer", step="consent") from error
    finally:
        await link.unsubscribe(USER_CONTROL_POINT)


async def _next_answer(link: Link, answers: asyncio.Queue[bytes]) -> UserControlResponse | None:
    """What the scale says next; None when that is no answer. Raises ConnectionLost."""
    said = asyncio.ensure_future(answers.get())
    gone = asyncio.ensure_future(link.gone.wait())
    try:
        await asyncio.wait({said, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        said.cancel()  # nothing happens to it when it is done
        gone.cancel()
    if not said.done():
        raise ConnectionLost("the scale left before it answered")
    try:
        answer = decode_user_control(said.result())
    except FrameCorrupt:
        return None
    return answer if isinstance(answer, UserControlResponse) else None
