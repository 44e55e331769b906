"""User Control Point (0x2A9F): how a scale is told whose measurements it may send. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from devices.health.frame_numbers import Fields

DECODER: Final = "user_control/1"


class UserOperation(IntEnum):
    """Operation codes (UDS 1.1.0 table 3.6)."""

    REGISTER = 0x01
    CONSENT = 0x02
    DELETE_OWN_DATA = 0x03
    RESPONSE = 0x20


class UserResult(IntEnum):
    """How a request ended (UDS 1.1.0 table 3.7). Other codes may come: compare, do not convert."""

    SUCCESS = 1
    OPERATION_NOT_SUPPORTED = 2
    INVALID_PARAMETER = 3
    FAILED = 4
    NOT_AUTHORIZED = 5


@dataclass(frozen=True, slots=True)
class UserControlRequest:
    """A request. `user` and `consent` are None where the operation has none."""

    operation: int
    user: int | None
    consent: int | None


@dataclass(frozen=True, slots=True)
class UserControlResponse:
    """How a request ended; `user` is the number of the user who was registered."""

    operation: int
    request: int
    result: int
    user: int | None


UserControl = UserControlRequest | UserControlResponse


def decode_user_control(raw: bytes) -> UserControl:
    """Decode a value of the User Control Point (UDS 1.1.0 section 3.4).

    Raises:
        FrameCorrupt: shorter than its operation needs.
    """
    fields = Fields(raw)
    operation = fields.byte()
    if operation == UserOperation.RESPONSE:
        request, result = fields.byte(), fields.byte()
        registered = request == UserOperation.REGISTER and result == UserResult.SUCCESS
        user = fields.byte() if registered else None
        return UserControlResponse(operation, request, result, user)
    user = fields.byte() if operation == UserOperation.CONSENT else None
    has_consent = operation in (UserOperation.REGISTER, UserOperation.CONSENT)
    return UserControlRequest(operation, user, fields.word() if has_consent else None)


def encode_register(consent: int) -> bytes:
    """Ask for a new user who is let in with this code (0 to 9999)."""
    return bytes((UserOperation.REGISTER,)) + consent.to_bytes(2, "little")


def encode_consent(user: int, consent: int) -> bytes:
    """Ask to be let in as a user."""
    return bytes((UserOperation.CONSENT, user)) + consent.to_bytes(2, "little")
