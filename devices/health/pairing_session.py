"""Pairing over one connection: connect, pair, and do at once what a new bond is good for.

What the instrument wants to know is asked by the host's agent. Every end but success is a
`PairingFailed` with its reason, or the link's own error. Once it is paired it is paired: what
fails after that is no failure of pairing.
"""

from __future__ import annotations

from dataclasses import dataclass

from bleak.exc import BleakDBusError, BleakError

from devices.health.clock_check import ClockCheck
from devices.health.clock_setting import ClockSetting
from devices.health.equipment import Equipment
from devices.health.errors import (
    ConnectionLost,
    InstrumentError,
    InstrumentRefused,
    PairingFailed,
    PairingReason,
    SessionTimeout,
)
from devices.health.gatt import USER_CONTROL_POINT, InstrumentKind
from devices.health.link import Link
from devices.health.pairing import (
    AskPerson,
    CompareDigits,
    Consent,
    Digits,
    Paired,
    PairingAnswer,
    PairingQuestion,
    Refused,
    ShowDigits,
)
from devices.health.quirks import ClockRule, QuirkRow, row_for
from devices.health.user_consent import register_user

_NOBODY_ANSWERED = frozenset(
    {
        "org.bluez.Error.AuthenticationCanceled",
        "org.bluez.Error.AuthenticationTimeout",
    }
)


async def pair_over(
    link: Link, kinds: tuple[InstrumentKind, ...], ask: AskPerson, equipment: Equipment
) -> Paired:
    """Pair with the instrument at the other end of a link that is not open yet.

    Raises:
        PairingFailed, ConnectionLost
        InstrumentRefused: it is nothing that the kiosk reads, or makes no new user.
        SessionTimeout: it does not answer the connection.
    """
    person, address = _Person(ask), link.identity.address
    async with equipment.host.allowing(address, person.ask):
        await _open(link, person, equipment.limits.pair_connect_s)
        kind = next((kind for kind in kinds if any(map(link.has, _measured(kind)))), None)
        if kind is None:
            raise InstrumentRefused("it has nothing that the kiosk reads", pairing=False)
        try:
            await link.pair()
        except NotImplementedError:
            raise PairingFailed("this system pairs by itself", PairingReason.NOT_HERE) from None
        except InstrumentError as error:
            here = not _is_for_the_system(error, link)
            reason = person.why_failed(error) if here else PairingReason.NOT_HERE
            raise PairingFailed(str(error), reason) from error
    await equipment.host.paired(address)
    row = row_for(link.identity.name)
    consent = await _greet(link, row, equipment)
    identity = await link.read_identity()
    equipment.memory.met(identity)
    return Paired(identity, kind.name, await link.read_battery(), consent)


async def _open(link: Link, person: _Person, limit_s: float) -> None:
    """Connect. An instrument may want to be paired while it connects, and fail there."""
    try:
        await link.open(limit_s)
    except InstrumentRefused as error:
        raise PairingFailed(str(error), person.why_failed(error)) from error
    except (ConnectionLost, SessionTimeout) as error:
        if person.was_asked:
            raise PairingFailed(str(error), person.why_failed(error)) from error
        raise


def _is_for_the_system(error: InstrumentError, link: Link) -> bool:
    """Whether bleak itself could not pair with what is connected: Windows, with a number."""
    cause = error.__cause__
    own = isinstance(cause, BleakError) and not isinstance(cause, BleakDBusError)
    return own and not link.gone.is_set()


def _measured(kind: InstrumentKind) -> tuple[str, ...]:
    return kind.kept if kind.continuous is None else (*kind.kept, kind.continuous)


async def _greet(link: Link, row: QuirkRow | None, equipment: Equipment) -> Consent | None:
    """Set the clock of a model that would hang up, and have a scale make its new user."""
    address = link.identity.address

    def know(check: ClockCheck) -> None:
        equipment.memory.know_clock(address, check)

    if row is not None and row.clock in {ClockRule.AT_ONCE, ClockRule.BEFORE_READINGS}:
        clock = ClockSetting(
            link,
            row,
            equipment.clock,
            equipment.zone,
            know,
            equipment.memory.clock_of(address),
        )
        await clock.set_now()
    if row is not None and row.consent and link.has(USER_CONTROL_POINT):
        return await register_user(link, equipment.limits)
    return None


@dataclass(slots=True)
class _Person:
    """Puts the agent's questions to the person, and remembers how that went."""

    _ask: AskPerson
    was_asked: bool = False
    _question: PairingQuestion | None = None  # the last one that has an answer
    _answer: PairingAnswer | None = None
    _shown: bool = False

    async def ask(self, question: PairingQuestion) -> PairingAnswer:
        self.was_asked = True
        if isinstance(question, ShowDigits):
            self._shown = True  # the person answers on the instrument
            return await self._ask(question)
        self._question, self._answer = question, None
        self._answer = await self._ask(question)
        return self._answer

    def why_failed(self, error: InstrumentError) -> PairingReason:
        """What this failure of a pairing comes from, as far as BlueZ lets one know."""
        cause = error.__cause__
        canceled = isinstance(cause, BleakDBusError) and cause.dbus_error in _NOBODY_ANSWERED
        if isinstance(self._answer, Refused):
            return PairingReason.REFUSED_BY_PERSON
        if canceled or not isinstance(error, InstrumentRefused):
            return PairingReason.NO_ANSWER
        if self._question is not None and self._answer is None:
            return PairingReason.NO_ANSWER
        if self._shown or isinstance(self._answer, Digits):
            return PairingReason.WRONG_NUMBER
        if isinstance(self._question, CompareDigits):
            return PairingReason.WRONG_NUMBER
        return PairingReason.NOT_IN_PAIRING_MODE
