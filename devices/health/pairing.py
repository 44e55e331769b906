"""Pairing an instrument with the kiosk: what a person is asked, and what comes of it.

Nothing is ever paired unless a person has started it for that very instrument.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from devices.health.events import InstrumentIdentity


@dataclass(frozen=True, slots=True)
class AllowPairing:
    """ "Just Works": is this the instrument? The answer is `Allowed`."""


@dataclass(frozen=True, slots=True)
class TypeDigits:
    """The instrument shows six digits. The answer is `Digits`."""


@dataclass(frozen=True, slots=True)
class ShowDigits:
    """The person types these six digits on the instrument; no answer is waited for."""

    digits: str


@dataclass(frozen=True, slots=True)
class CompareDigits:
    """The instrument shows six digits too: are they the same? The answer is `Allowed`."""

    digits: str


PairingQuestion = AllowPairing | TypeDigits | ShowDigits | CompareDigits


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes."""


@dataclass(frozen=True, slots=True)
class Refused:
    """No, or never mind."""


@dataclass(frozen=True, slots=True)
class Digits:
    """What the instrument shows: six digits, zeros in front included ("042100")."""

    digits: str


PairingAnswer = Allowed | Refused | Digits

AskPerson = Callable[[PairingQuestion], Awaitable[PairingAnswer]]
"""Awaited with each question; cancelled when the instrument gives up."""


@dataclass(frozen=True, slots=True)
class Consent:
    """A user number of a scale that keeps several people apart, and the code that opens it."""

    user: int  # 0 to 255
    code: int  # 0 to 9999


@dataclass(frozen=True, slots=True)
class Bond:
    """An instrument that this computer is paired with."""

    address: str
    name: str | None
    kind: str | None  # "blood_pressure"; None when it is of no kind that the kiosk reads
    connected: bool


@dataclass(frozen=True, slots=True)
class Paired:
    """What came of pairing."""

    identity: InstrumentIdentity
    kind: str
    battery_percent: int | None
    consent: Consent | None = None  # of a scale that keeps people apart: keep it
