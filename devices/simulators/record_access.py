"""The Record Access Control Point of a simulated meter: what is asked of its memory, and how.

After GLS 1.0.1 section 3.4. It never deletes: that operation is not supported, so that a kiosk
that tries is noticed. One procedure at a time; a new connection ends the old one's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from devices.simulators.encoding import assigned, u16
from devices.simulators.peripheral import (
    AttError,
    SimulatedCharacteristic,
    SimulatedInstrument,
)
from devices.simulators.transmission import hang_up

RECORD_ACCESS: Final = assigned(0x2A52)
IN_PROGRESS: Final = 0x80  # of the Glucose profile; the common numbers are 0xFE and 0xFD
CCCD_IMPROPERLY_CONFIGURED: Final = 0x81

_REPORT, _ABORT, _COUNT, _COUNT_ANSWER, _RESPONSE = 1, 3, 4, 5, 6
_NULL, _ALL, _UP_TO, _FROM, _BETWEEN, _FIRST, _LAST = range(7)
_SUCCESS: Final = 1
_OPERATION_NOT_SUPPORTED: Final = 2
_INVALID_OPERATOR: Final = 3
_OPERATOR_NOT_SUPPORTED: Final = 4
_INVALID_OPERAND: Final = 5
_NO_RECORDS: Final = 6
_OPERAND_NOT_SUPPORTED: Final = 9
_BY_SEQUENCE_NUMBER: Final = 1
_OPERAND_BYTES: Final = {_UP_TO: 3, _FROM: 3, _BETWEEN: 5}


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One record: its number, and the frames it is sent as, in order."""

    number: int
    frames: tuple[tuple[SimulatedCharacteristic, bytes], ...]


@dataclass(slots=True)
class RecordFaults:
    """What goes wrong with the memory. `drop_after_records` and `refusals` are used up."""

    drop_after_records: int | None = None  # hangs up in the middle of a report, once
    silent: bool = False  # takes every request, and never answers
    busy_s: float = 0.0  # goes on refusing (0x80) so long after its answer was confirmed
    refusals: int = 0  # requests refused with 0x80 although nothing is in progress
    only_all: bool = False  # can not select: every operator but "all" is not supported


class _Refused(Exception):
    def __init__(self, result: int) -> None:
        super().__init__(result)
        self.result = result


@dataclass(slots=True, eq=False)
class RecordAccess:
    """`characteristic` belongs into the meter's service; `asked` lists every request."""

    records: Callable[[], Sequence[StoredRecord]]
    needs_pairing: bool = False
    faults: RecordFaults = field(default_factory=RecordFaults)
    characteristic: SimulatedCharacteristic = field(init=False)
    asked: list[bytes] = field(default_factory=list)
    instrument: SimulatedInstrument | None = None
    unfinished: bool = False  # the last report was not answered to its end
    _procedure: asyncio.Task[None] | None = None
    _busy: bool = False

    def __post_init__(self) -> None:
        self.characteristic = SimulatedCharacteristic(
            RECORD_ACCESS,
            ("write", "indicate"),
            needs_pairing=self.needs_pairing,
            on_write=self._on_write,
        )

    def _on_write(self, request: bytes) -> None:
        """Raises: AttError, when it can not take a request now."""
        self.asked.append(request)
        instrument = self.instrument
        if instrument is None or not self.characteristic.subscribed.is_set():
            raise AttError(CCCD_IMPROPERLY_CONFIGURED)
        if self.faults.refusals:
            self.faults.refusals -= 1
            raise AttError(IN_PROGRESS)
        if request[:1] == bytes((_ABORT,)):
            if self._procedure is not None:
                self._procedure.cancel()
        elif self._busy:
            raise AttError(IN_PROGRESS)
        elif request[:1] == bytes((_REPORT,)) and not self._may_report():
            raise AttError(CCCD_IMPROPERLY_CONFIGURED)
        self._busy = True
        self._procedure = asyncio.create_task(self._run(instrument, request))

    def _may_report(self) -> bool:
        """Whether what it would send first is subscribed to."""
        records = self.records()
        return not records or records[0].frames[0][0].subscribed.is_set()

    async def _run(self, instrument: SimulatedInstrument, request: bytes) -> None:
        me = asyncio.current_task()
        ending = asyncio.create_task(instrument.left.wait())
        work = asyncio.create_task(self._serve(instrument, request))
        try:
            await asyncio.wait({ending, work}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.cancel()
            work.cancel()
            if self._procedure is me:  # an abort may have taken over
                self._busy = False

    async def _serve(self, instrument: SimulatedInstrument, request: bytes) -> None:
        if self.faults.silent:
            await instrument.left.wait()
            return
        operation = request[0] if request else _NULL
        try:
            answer = await self._answer(instrument, operation, request)
        except _Refused as refused:
            answer = bytes((_RESPONSE, _NULL, operation, refused.result))
        # A strict meter is busy until its answer is confirmed, and a moment longer; others take
        # the next request as soon as they have answered (BlueZ passes an answer on before it
        # confirms it).
        self._busy = self.faults.busy_s > 0
        if await instrument.deliver(RECORD_ACCESS, answer):
            self.unfinished = False
            await asyncio.sleep(self.faults.busy_s)

    async def _answer(
        self, instrument: SimulatedInstrument, operation: int, request: bytes
    ) -> bytes:
        if operation == _ABORT:
            return bytes((_RESPONSE, _NULL, _ABORT, _SUCCESS))
        if operation not in (_REPORT, _COUNT):
            raise _Refused(_OPERATION_NOT_SUPPORTED)
        selected = self._select(request)
        if operation == _COUNT:
            return bytes((_COUNT_ANSWER, _NULL)) + u16(len(selected))
        if not selected:
            raise _Refused(_NO_RECORDS)
        self.unfinished = True
        await self._report(instrument, selected)
        return bytes((_RESPONSE, _NULL, _REPORT, _SUCCESS))

    async def _report(
        self, instrument: SimulatedInstrument, selected: Sequence[StoredRecord]
    ) -> None:
        for sent, record in enumerate(selected):
            if sent == self.faults.drop_after_records:
                self.faults.drop_after_records = None
                hang_up(instrument)
                await instrument.left.wait()
                return
            for characteristic, value in record.frames:
                await instrument.deliver(characteristic.uuid, value)

    def _select(self, request: bytes) -> Sequence[StoredRecord]:
        """Those of the records that are meant, oldest first."""
        operator, operand = request[1] if len(request) > 1 else _NULL, request[2:]
        records = self.records()
        if operator == _NULL:
            raise _Refused(_INVALID_OPERATOR)
        if operator > _LAST or (self.faults.only_all and operator != _ALL):
            raise _Refused(_OPERATOR_NOT_SUPPORTED)
        if operator in (_ALL, _FIRST, _LAST):
            if operand:
                raise _Refused(_INVALID_OPERAND)
            return {_ALL: records, _FIRST: records[:1], _LAST: records[-1:]}[operator]
        if operand[:1] != bytes((_BY_SEQUENCE_NUMBER,)):
            raise _Refused(_OPERAND_NOT_SUPPORTED if operand else _INVALID_OPERAND)
        if len(operand) != _OPERAND_BYTES[operator]:
            raise _Refused(_INVALID_OPERAND)
        first, last = int.from_bytes(operand[1:3], "little"), 0xFFFF
        if operator == _UP_TO:
            first, last = 0, first
        elif operator == _BETWEEN:
            last = int.from_bytes(operand[3:5], "little")
        if first > last:
            raise _Refused(_INVALID_OPERAND)
        return [record for record in records if first <= record.number <= last]
