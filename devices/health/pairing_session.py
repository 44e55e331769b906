"""Pairing over one connection: connect, pair, and do at once what a new bond is good for.

What the instrument wants to know is asked by the host's agent. Every end but success is a
`PairingFailed` with its reason, or the link's own error.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from devices.health.clock_check import ClockCheck
from devices.health.clock_setting import ClockSetting
from devices.health.errors import (
    InstrumentRefused,
    PairingFailed,
    PairingReason,
    SessionTimeout,
)
from devices.health.events import HostClock
from devices.health.gatt import USER_CONTROL_POINT, InstrumentKind
from devices.health.hosts import Host
from devices.health.limits import Limits
from devices.health.link import Link
from devices.health.pairing import (
    AskPerson,
    Digits,
    Paired,
    PairingAnswer,
    PairingQuestion,
    Refused,
)
from devices.health.quirks import ClockRule, row_for
from devices.health.user_consent import register_user


async def pair_over(
    link: Link,
    kinds: tuple[InstrumentKind, ...],
    ask: AskPerson,
    host: Host,
    clock: HostClock,
    zone: tzinfo,
    limits: Limits,
) -> Paired:
    """Pair with the instrument at the other end of a link that is not open yet.

    Raises:
        PairingFailed, ConnectionLost, InstrumentRefused
    """
    person = _Person(ask)
    async with host.allowing(link.identity.address, person.ask):
        try:
            await link.open(limits.pair_s)
            await link.pair()
        except NotImplementedError:
            raise PairingFailed("this system pairs by itself", PairingReason.NOT_HERE) from None
        except (InstrumentRefused, SessionTimeout) as error:
            raise PairingFailed(str(error), person.why_failed(error)) from error
    await host.paired(link.identity.address)
    kind = next((kind for kind in kinds if any(map(link.has, kind.kept))), None)
    if kind is None:
        raise InstrumentRefused("it has nothing that the kiosk reads", pairing=False)
    row = row_for(link.identity.name)
    if row is not None and row.clock in {ClockRule.AT_ONCE, ClockRule.BEFORE_READINGS}:
        await ClockSetting(link, row, clock, zone, limits, _ignore).set_now()
    consent = None
    if row is not None and row.consent and link.has(USER_CONTROL_POINT):
        consent = await register_user(link, limits)
    identity = await link.read_identity()
    return Paired(identity, kind.name, await link.read_battery(), consent)


@dataclass(slots=True)
class _Person:
    """Puts the agent's questions to the person, and remembers how that went."""

    _ask: AskPerson
    _answer: PairingAnswer | None = None
    _open: bool = False

    async def ask(self, question: PairingQuestion) -> PairingAnswer:
        self._open, self._answer = True, None
        self._answer = await self._ask(question)
        self._open = False
        return self._answer

    def why_failed(self, error: InstrumentRefused | SessionTimeout) -> PairingReason:
        if self._open or isinstance(error, SessionTimeout):
            return PairingReason.NO_ANSWER
        if isinstance(self._answer, Refused):
            return PairingReason.REFUSED_BY_PERSON
        if isinstance(self._answer, Digits):
            return PairingReason.WRONG_NUMBER
        return PairingReason.NOT_IN_PAIRING_MODE


def _ignore(_: ClockCheck) -> None:
    """Pairing keeps no readings, so nothing is to be corrected by the clock."""
