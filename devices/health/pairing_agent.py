"""Answers BlueZ when an instrument wants to be paired: org.bluez.Agent1, for the whole kiosk.

bleak registers no agent, and without one BlueZ can pair nothing (reference: bleak issue 1434).
It refuses at once whatever no person has started, so no peer can make the kiosk ask anybody.
The numbers that a person reads or types never reach the log.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from dbus_fast import Message
from dbus_fast.errors import DBusError

from devices.health.bluez_line import (
    BUS_ERRORS,
    DEVICE,
    PROPERTIES,
    Answer,
    BluezLine,
    News,
    ServiceDown,
    ServiceUp,
    address_of,
)
from devices.health.bonds import is_bond
from devices.health.pairing import (
    Allowed,
    AllowPairing,
    AskPerson,
    CompareDigits,
    Digits,
    PairingAnswer,
    PairingQuestion,
    ShowDigits,
    TypeDigits,
)

_log = logging.getLogger(__name__)

AGENT: Final = "org.bluez.Agent1"
AGENT_PATH: Final = "/village/kiosk/pairing_agent"
_AGENTS: Final = "org.bluez.AgentManager1"
_CAPABILITY: Final = "KeyboardDisplay"  # the screen shows digits, the person can type them

_REJECTED: Final = "org.bluez.Error.Rejected"
_CANCELED: Final = "org.bluez.Error.Canceled"
_SIX_DIGITS: Final = re.compile(r"[0-9]{6}")
_MOST_REMEMBERED: Final = 64  # refusals; whoever sends more has nothing to do with a reading
_NOTHING: Final[Answer] = ("", [])


@dataclass(frozen=True, slots=True)
class _Pairing:
    """One that a person has started, for as long as `PairingAgent.allowed` lasts."""

    address: str
    ask: AskPerson


class PairingAgent:
    """BlueZ's default agent, from whenever bluetoothd is there until the line closes."""

    def __init__(self, line: BluezLine) -> None:
        """Call before `line.start()`."""
        self.registered = asyncio.Event()  # BlueZ asks us now
        self._line = line
        self._pairing: _Pairing | None = None
        self._asking: asyncio.Task[PairingAnswer] | None = None
        self._showing: asyncio.Task[PairingAnswer] | None = None
        self._shown: str | None = None
        self._registering: asyncio.Task[None] | None = None
        self._refused: dict[str, None] = {}  # addresses, the oldest first
        self._refusal = asyncio.Event()  # renewed at each
        line.follow(self._hear)
        line.serve(AGENT_PATH, AGENT, self._answer)

    @asynccontextmanager
    async def allowed(self, address: str, ask: AskPerson) -> AsyncIterator[None]:
        """Let `ask` be asked about this one instrument, and nothing about any other.

        `ShowDigits` is asked beside everything else and its answer is not used; a person who
        gives up ends the block instead. Leaving the block cancels what is still being asked.
        A "Just Works" pairing that bleak's `pair()` started is not asked about at all: BlueZ
        takes the call itself for consent (measured on 5.82). It does ask when the instrument,
        or a characteristic that needs encryption, started it.

        The person has 30 s (the kernel's limit for a step of pairing, measured): then the
        link drops and the question is cancelled.

        Raises:
            RuntimeError: another pairing is under way.
        """
        if self._pairing is not None:
            raise RuntimeError("one pairing at a time")
        self._pairing = _Pairing(address.upper(), ask)
        try:
            # Another program may have made itself the default since.
            if self.registered.is_set():
                await self._become_default()
            yield
        finally:
            self._pairing = None
            self._stop_everything()

    def wanted_pairing(self, address: str) -> bool:
        """Whether this instrument was refused since the last call."""
        address = address.upper()
        refused = address in self._refused
        self._refused.pop(address, None)
        return refused

    async def until_pairing_wanted(self, address: str) -> None:
        """Return when this instrument has been refused, and `wanted_pairing` not asked since."""
        address = address.upper()
        while address not in self._refused:
            await self._refusal.wait()

    async def close(self) -> None:
        """Ask nobody any more. BlueZ forgets the agent with the line."""
        self._stop_everything()
        if self._registering is not None:
            self._registering.cancel()
            await asyncio.wait({self._registering})

    # BlueZ comes and goes

    def _hear(self, news: News) -> None:
        match news:
            case ServiceUp():
                self.registered.clear()
                if self._registering is not None:
                    self._registering.cancel()
                self._registering = asyncio.create_task(self._register(), name="pairing agent")
            case ServiceDown():
                self.registered.clear()
                self._stop_everything()
            case _:
                pass

    async def _register(self) -> None:
        try:
            await self._line.call(
                "/org/bluez", _AGENTS, "RegisterAgent", "os", [AGENT_PATH, _CAPABILITY]
            )
        except DBusError as error:
            if error.type != "org.bluez.Error.AlreadyExists":
                _log.warning("instruments can not be paired: %r", error)
                return
        except BUS_ERRORS as error:
            _log.warning("instruments can not be paired: %r", error)
            return
        await self._become_default()
        self.registered.set()

    async def _become_default(self) -> None:
        """bleak pairs over a connection of its own: BlueZ then asks the default agent."""
        try:
            await self._line.call("/org/bluez", _AGENTS, "RequestDefaultAgent", "o", [AGENT_PATH])
        except BUS_ERRORS as error:
            _log.warning("another program answers when instruments are paired: %r", error)

    # What BlueZ asks (org.bluez.Agent1)

    async def _answer(self, message: Message) -> Answer:
        method = self._METHODS.get(message.member or "")
        if method is None:
            raise DBusError("org.freedesktop.DBus.Error.UnknownMethod", "no such method")
        return await method(self, message)

    async def _release(self, _: Message) -> Answer:
        self.registered.clear()
        self._stop_everything()
        return _NOTHING

    async def _cancel(self, _: Message) -> Answer:
        self._stop_everything()
        return _NOTHING

    async def _request_passkey(self, message: Message) -> Answer:
        return "u", [int(await self._typed_digits(message))]

    async def _request_pin_code(self, message: Message) -> Answer:
        return "s", [await self._typed_digits(message)]

    async def _display_passkey(self, message: Message) -> Answer:
        self._show(message, f"{message.body[1]:06d}")
        return _NOTHING

    async def _display_pin_code(self, message: Message) -> Answer:
        self._show(message, message.body[1])
        return _NOTHING

    async def _request_confirmation(self, message: Message) -> Answer:
        return await self._yes(message, CompareDigits(f"{message.body[1]:06d}"))

    async def _request_authorization(self, message: Message) -> Answer:
        return await self._yes(message, AllowPairing())

    async def _authorize_service(self, message: Message) -> Answer:
        device = message.body[0]
        try:
            [properties] = await self._line.call(device, PROPERTIES, "GetAll", "s", [DEVICE])
        except BUS_ERRORS as error:
            raise DBusError(_REJECTED, "not known") from error
        if not is_bond(properties):
            raise self._refuse(device)
        return _NOTHING

    _METHODS: Final[dict[str, Callable[[PairingAgent, Message], Awaitable[Answer]]]] = {
        "Release": _release,
        "Cancel": _cancel,
        "RequestPinCode": _request_pin_code,
        "DisplayPinCode": _display_pin_code,
        "RequestPasskey": _request_passkey,
        "DisplayPasskey": _display_passkey,
        "RequestConfirmation": _request_confirmation,
        "RequestAuthorization": _request_authorization,
        "AuthorizeService": _authorize_service,
    }

    # What the person answers

    def _person_for(self, device: str) -> AskPerson:
        """Who started to pair this device and answers for it; refuses every other device."""
        if self._pairing is None or self._pairing.address != address_of(device):
            raise self._refuse(device)
        return self._pairing.ask

    def _refuse(self, device: str) -> DBusError:
        address = address_of(device)
        if address is not None:
            _log.info("%s wanted to be paired, and was refused", address)
            self._refused.pop(address, None)
            self._refused[address] = None
            if len(self._refused) > _MOST_REMEMBERED:
                del self._refused[next(iter(self._refused))]
            self._refusal.set()
            self._refusal = asyncio.Event()
        return DBusError(_REJECTED, "nobody has started pairing with it")

    async def _yes(self, message: Message, question: PairingQuestion) -> Answer:
        person = self._person_for(message.body[0])
        if not isinstance(await self._ask(person, question), Allowed):
            raise DBusError(_REJECTED, "the person said no")
        return _NOTHING

    async def _typed_digits(self, message: Message) -> str:
        person = self._person_for(message.body[0])
        answer = await self._ask(person, TypeDigits())
        if not isinstance(answer, Digits):
            raise DBusError(_REJECTED, "the person said no")
        if not _SIX_DIGITS.fullmatch(answer.digits):
            raise DBusError(_REJECTED, "not six digits")
        return answer.digits

    async def _ask(self, person: AskPerson, question: PairingQuestion) -> PairingAnswer:
        """Ask the person, until answered or until BlueZ no longer wants to know."""
        self._stop_asking()  # BlueZ asks one thing at a time: it has given the last one up
        asking = self._asking = asyncio.ensure_future(_asked(person, question))
        try:
            await asyncio.wait({asking})
        finally:
            asking.cancel()  # nothing happens to it when it is done
        if asking.cancelled():
            raise DBusError(_CANCELED, "no longer asked")
        _say_failure(asking)
        if asking.exception() is not None:
            raise DBusError(_REJECTED, "nobody could be asked")
        return asking.result()

    def _show(self, message: Message, digits: str) -> None:
        """Show digits until the pairing is over. BlueZ says them again at every typed digit."""
        person = self._person_for(message.body[0])
        if self._shown != digits:
            self._stop_showing()
            self._shown = digits
            self._showing = asyncio.ensure_future(_asked(person, ShowDigits(digits)))
            self._showing.add_done_callback(_say_failure)

    def _stop_everything(self) -> None:
        self._stop_asking()
        self._stop_showing()

    def _stop_asking(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def _stop_showing(self) -> None:
        self._shown = None
        if self._showing is not None:
            self._showing.cancel()
            self._showing = None


async def _asked(person: AskPerson, question: PairingQuestion) -> PairingAnswer:
    return await person(question)


def _say_failure(asked: asyncio.Task[PairingAnswer]) -> None:
    if not asked.cancelled() and (error := asked.exception()) is not None:
        _log.error("the person could not be asked", exc_info=error)
