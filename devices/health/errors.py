"""What can go wrong between the kiosk and an instrument, each with a next step for the person.

Raised by `devices.health.session`; nothing here touches Bluetooth. `next_step` is English
source text: the kiosk shows its own translated sentence for each type.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.health.events import SessionReport


class FrameCorrupt(ValueError):
    """A frame that no instrument following the profile can have sent.

    `raw` has its bytes; the message has not, for messages end up in logs.
    """

    next_step = "Measure again. If it happens twice, use another instrument and tell the office."

    def __init__(self, why: str, raw: bytes) -> None:
        super().__init__(why)
        self.raw = raw


class InstrumentError(Exception):
    """A measuring session that ended without what the person came for.

    `report` holds whatever arrived before the end, so no frame is ever lost with the error.
    """

    next_step = "Try again."

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.report: SessionReport | None = None


class PairingReason(StrEnum):
    """Why an instrument could not be paired."""

    NOT_IN_PAIRING_MODE = "not_in_pairing_mode"  # it was heard, and does not let anyone in
    WRONG_NUMBER = "wrong_number"
    REFUSED_BY_PERSON = "refused_by_person"
    NO_ANSWER = "no_answer"  # of the person or of the instrument, in the time allowed
    NOT_HERE = "not_here"  # this operating system pairs instruments in its own settings


_PAIRING_NEXT_STEP = {
    PairingReason.NOT_IN_PAIRING_MODE: "Put the instrument into its pairing mode, then try again.",
    PairingReason.WRONG_NUMBER: "Try again, and type the six digits that the instrument shows.",
    PairingReason.REFUSED_BY_PERSON: "Nothing was changed. Start again when you are ready.",
    PairingReason.NO_ANSWER: "Keep the instrument near the kiosk, switched on, and try again.",
    PairingReason.NOT_HERE: "Pair the instrument in the Bluetooth settings of this computer.",
}


class AdapterReason(StrEnum):
    """Why the kiosk has no usable Bluetooth at the moment."""

    NO_SYSTEM_BUS = "no_system_bus"
    NO_BLUETOOTH_SERVICE = "no_bluetooth_service"
    NO_ADAPTER = "no_adapter"
    NOT_LOW_ENERGY = "not_low_energy"
    POWERED_OFF = "powered_off"
    STUCK = "stuck"  # it is on, and does not scan
    NOT_ALLOWED = "not_allowed"  # the operating system keeps the kiosk from it


_ADAPTER_NEXT_STEP = {
    AdapterReason.NO_SYSTEM_BUS: "Restart the kiosk. If it stays, call the technician.",
    AdapterReason.NO_BLUETOOTH_SERVICE: "Restart the kiosk. If it stays, call the technician.",
    AdapterReason.NO_ADAPTER: "Plug the Bluetooth adapter in. Measuring goes on by itself.",
    AdapterReason.NOT_LOW_ENERGY: "This adapter can not reach the instruments. Use another one.",
    AdapterReason.POWERED_OFF: "Turn Bluetooth on. Measuring goes on by itself.",
    AdapterReason.STUCK: "Bluetooth is being started again. If it stays so, call the technician.",
    AdapterReason.NOT_ALLOWED: "Let the kiosk use Bluetooth in the system's settings.",
}


class AdapterUnavailable(InstrumentError):
    """Bluetooth is off, unplugged or not running. Scanning resumes by itself when it returns."""

    def __init__(self, reason: AdapterReason) -> None:
        super().__init__(f"Bluetooth is not available ({reason.value})")
        self.reason = reason
        self.next_step = _ADAPTER_NEXT_STEP[reason]


class InstrumentNotFound(InstrumentError):
    """No instrument of this kind was heard in the time allowed."""

    next_step = "Press the start button on the instrument and keep it near the kiosk."


class ConnectionLost(InstrumentError):
    """The instrument was heard, but the connection failed or broke before a reading came."""

    next_step = "Keep the instrument near the kiosk and measure again."


class InstrumentRefused(InstrumentError):
    """The instrument does not let this kiosk in. `pairing` is true when it wants to be paired."""

    def __init__(self, message: str, *, pairing: bool) -> None:
        super().__init__(message)
        self.pairing = pairing
        self.next_step = (
            "The instrument wants to be paired. Staff can pair it on the page Instruments."
            if pairing
            else "Turn the instrument off and on, then measure again."
        )


class BondBroken(InstrumentRefused):
    """This computer is paired with the instrument, and the instrument knows nothing of it.

    A change of its batteries, or its reset, can do that. Only pairing anew helps.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message, pairing=True)
        self.next_step = (
            "Staff can forget the instrument on the page Instruments, and pair it again."
        )


class InstrumentBusy(InstrumentRefused):
    """The instrument does something else at this moment: the same question may be asked again."""

    def __init__(self, message: str) -> None:
        super().__init__(message, pairing=False)


class SessionTimeout(InstrumentError):
    """A step took longer than it may. `step` names it: connect, subscribe, records, reading..."""

    next_step = "Turn the instrument off and on, then measure again."

    def __init__(self, message: str, *, step: str) -> None:
        super().__init__(message)
        self.step = step


class PairingFailed(InstrumentError):
    """The instrument is not paired. `reason` says why; a bond that was there before is kept."""

    def __init__(self, message: str, reason: PairingReason) -> None:
        super().__init__(message)
        self.reason = reason
        self.next_step = _PAIRING_NEXT_STEP[reason]


class FrameNotKept(InstrumentError):
    """A reading arrived and could not be committed. `report.not_kept` still has its bytes.

    The session was ended at once, so that further stored readings stay in the instrument.
    """

    next_step = "Leave the instrument on and call staff: the reading is not saved yet."
