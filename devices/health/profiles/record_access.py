"""Record Access Control Point (0x2A52): what is asked of a meter's memory, and its answers.

Shared by glucose meters and oximeters. Nothing here can delete a record: no request for that
is encoded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from devices.health.frame_numbers import Fields, too_short

DECODER: Final = "record_access/1"


class RacpOperation(IntEnum):
    """Operation codes (GLS 1.0.1 table 3.11)."""

    REPORT = 1
    DELETE = 2
    ABORT = 3
    COUNT = 4
    COUNT_ANSWER = 5
    RESPONSE = 6


class RacpOperator(IntEnum):
    """Which records are meant."""

    NONE = 0
    ALL = 1
    UP_TO = 2
    FROM = 3
    BETWEEN = 4
    FIRST = 5
    LAST = 6


class RacpFilter(IntEnum):
    """What an operand counts in."""

    SEQUENCE_NUMBER = 1
    USER_FACING_TIME = 2


class RacpResult(IntEnum):
    """How a request ended (GLS 1.0.1 table 3.13). Other codes may come: compare, do not convert."""

    SUCCESS = 1
    OPERATION_NOT_SUPPORTED = 2
    INVALID_OPERATOR = 3
    OPERATOR_NOT_SUPPORTED = 4
    INVALID_OPERAND = 5
    NO_RECORDS = 6
    ABORT_FAILED = 7
    NOT_COMPLETED = 8
    OPERAND_NOT_SUPPORTED = 9


@dataclass(frozen=True, slots=True)
class RacpRequest:
    """A request, as a captured one or one of an operation that is not known here."""

    operation: int
    operator: int
    operand: bytes


@dataclass(frozen=True, slots=True)
class RacpCount:
    """How many records there are."""

    operation: int
    operator: int
    count: int


@dataclass(frozen=True, slots=True)
class RacpResponse:
    """How a request ended: `response` is one of `RacpResult`, or a code not known here."""

    operation: int
    operator: int
    request: int
    response: int


RecordAccess = RacpRequest | RacpCount | RacpResponse


def decode_record_access(raw: bytes) -> RecordAccess:
    """Decode a value of the Record Access Control Point (GLS 1.0.1 section 3.3).

    Raises:
        FrameCorrupt: shorter than its operation needs.
    """
    if len(raw) < 2:
        raise too_short(raw, 2)
    fields = Fields(raw)
    operation, operator = fields.byte(), fields.byte()
    if operation == RacpOperation.COUNT_ANSWER:
        return RacpCount(operation, operator, fields.word())
    if operation == RacpOperation.RESPONSE:
        return RacpResponse(operation, operator, fields.byte(), fields.byte())
    return RacpRequest(operation, operator, raw[2:])


def encode_report_all() -> bytes:
    """Ask for every stored record."""
    return bytes((RacpOperation.REPORT, RacpOperator.ALL))


def encode_report_from(sequence: int) -> bytes:
    """Ask for the records with this sequence number or a higher one."""
    return bytes(
        (RacpOperation.REPORT, RacpOperator.FROM, RacpFilter.SEQUENCE_NUMBER)
    ) + sequence.to_bytes(2, "little")


def encode_abort() -> bytes:
    """Ask it to stop reporting."""
    return bytes((RacpOperation.ABORT, RacpOperator.NONE))
