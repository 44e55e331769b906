"""A simulated glucose meter (Glucose 1.0.1): a memory that is asked, never emptied.

- `SimulatedGlucoseMeter(context=True, address=, name=, pairing=, passkey=, clock_ahead=,
  habits=, faults=, record_faults=RecordFaults(...), now=)`.
- `prick([SimulatedGlucose(mg_dl=Decimal(111)), ...])` stores; `await connect_to_kiosk()` is the
  person pressing "send": it calls, serves requests until the kiosk leaves, and is True when
  somebody came. `await measure(readings)` is both. Bytes are stored as they are.
- `numbers`: the sequence numbers in memory; `reset_memory()`: all gone, numbers start anew.
- `record_access.asked`: the requests; `record_access.faults`: see `RecordFaults`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from devices.simulators.encoding import assigned, date_time, sfloat, u16
from devices.simulators.instrument_clock import InstrumentClock
from devices.simulators.peripheral import (
    Faults,
    PairingMethod,
    SimulatedCharacteristic,
    SimulatedInstrument,
)
from devices.simulators.record_access import RecordAccess, RecordFaults, StoredRecord
from devices.simulators.standard_services import readable, standard_services
from devices.simulators.transmission import Habits, call_the_kiosk, hang_up

GLUCOSE_SERVICE: Final = assigned(0x1808)
GLUCOSE: Final = assigned(0x2A18)
CONTEXT: Final = assigned(0x2A34)
_FEATURE: Final = assigned(0x2A51)
_FEATURES: Final = u16(0x03FF)  # every kind of status it can report
CAPILLARY_BLOOD: Final = 1
CONTROL_SOLUTION: Final = 10
_FINGER: Final = 1
_CONTROL_LOCATION: Final = 4
BEFORE_MEAL: Final = 1
AFTER_MEAL: Final = 2


@dataclass(frozen=True, slots=True)
class SimulatedGlucose:
    """What the meter found: mg/dL or mmol/L, or neither (no concentration in the record).

    `meal` adds a context record: 1 before, 2 after, 3 fasting, 4 casual, 5 bedtime.
    `offset_minutes` is how far the person has set the displayed time from the base time.
    """

    mg_dl: Decimal | None = None
    mmol_l: Decimal | None = None
    control_solution: bool = False
    meal: int | None = None
    status: int | None = None
    offset_minutes: int | None = 0
    taken_at: datetime | None = None


def encode_glucose(reading: SimulatedGlucose, number: int, now: datetime) -> bytes:
    """The 0x2A18 frame of a record."""
    flags = 0
    body = u16(number) + date_time(reading.taken_at or now)
    if reading.offset_minutes is not None:
        flags |= 0x01
        body += reading.offset_minutes.to_bytes(2, "little", signed=True)
    concentration = _concentration(reading)
    if concentration is not None:
        flags |= 0x02 | (0x04 if reading.mmol_l is not None else 0)
        kind, place = CAPILLARY_BLOOD, _FINGER
        if reading.control_solution:
            kind, place = CONTROL_SOLUTION, _CONTROL_LOCATION
        body += concentration + bytes((place << 4 | kind,))
    if reading.status is not None:
        flags |= 0x08
        body += u16(reading.status)
    if reading.meal is not None:
        flags |= 0x10
    return bytes((flags,)) + body


def encode_context(meal: int, number: int) -> bytes:
    """The 0x2A34 frame that follows a record taken at a meal."""
    return b"\x02" + u16(number) + bytes((meal,))


class SimulatedGlucoseMeter(SimulatedInstrument):
    """A meter with a memory."""

    def __init__(
        self,
        *,
        context: bool = True,
        address: str = "02:00:00:00:18:08",
        name: str = "Simulated glucose meter",
        pairing: PairingMethod = PairingMethod.NONE,
        passkey: int = 42100,
        clock_ahead: timedelta = timedelta(0),
        habits: Habits | None = None,
        faults: Faults | None = None,
        record_faults: RecordFaults | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        """A meter without `context` has no such characteristic, as the Accu-Chek Instant."""
        self.clock = InstrumentClock(clock_ahead, now)
        self.habits = habits or Habits()
        self._records: list[StoredRecord] = []
        self._next_number = 1
        protected = pairing is not PairingMethod.NONE
        self._glucose = SimulatedCharacteristic(GLUCOSE, ("notify",), needs_pairing=protected)
        self._context = SimulatedCharacteristic(CONTEXT, ("notify",), needs_pairing=protected)
        self._has_context = context
        self.record_access = RecordAccess(
            lambda: self._records, protected, record_faults or RecordFaults()
        )
        self.record_access.instrument = self
        super().__init__(
            address,
            name,
            advertised=(GLUCOSE_SERVICE,),
            services={
                GLUCOSE_SERVICE: (
                    self._glucose,
                    *([self._context] if context else []),
                    readable(_FEATURE, _FEATURES),
                    self.record_access.characteristic,
                ),
                **standard_services("Smart Village Kiosk", "SVK-GLUCO", "SIM-0005"),
            },
            faults=faults,
            pairing=pairing,
            passkey=passkey,
        )

    @property
    def numbers(self) -> list[int]:
        """The sequence numbers of the records in memory."""
        return [record.number for record in self._records]

    def prick(self, readings: Sequence[SimulatedGlucose | bytes]) -> None:
        """Measure; nothing is sent yet. Bytes are a whole 0x2A18 frame."""
        for one in readings:
            number = self._next_number
            self._next_number += 1
            if isinstance(one, bytes):
                number = int.from_bytes(one[1:3], "little")
                self._records.append(StoredRecord(number, ((self._glucose, one),)))
                continue
            frame = encode_glucose(one, number, self.clock.now())
            frames = [(self._glucose, frame)]
            if one.meal is not None and self._has_context:
                frames.append((self._context, encode_context(one.meal, number)))
            self._records.append(StoredRecord(number, tuple(frames)))

    def reset_memory(self) -> None:
        """The memory is cleared in the meter's menu; its numbers start anew."""
        self._records.clear()
        self._next_number = 1

    async def measure(self, readings: Sequence[SimulatedGlucose | bytes]) -> bool:
        """Measure, and have it sent."""
        self.prick(readings)
        return await self.connect_to_kiosk()

    async def connect_to_kiosk(self) -> bool:
        """Call the kiosk and answer it until it leaves, or until the meter falls asleep.

        False when nobody came. A link that breaks in a report is made again.
        """
        asleep_at = asyncio.get_running_loop().time() + self.habits.awake_s
        if not await call_the_kiosk(self, self.connected, self.habits, asleep_at):
            return False
        try:
            async with asyncio.timeout_at(asleep_at):
                while True:
                    await self.left.wait()
                    if not self.record_access.unfinished:
                        return True
                    await call_the_kiosk(self, self.connected, self.habits, asleep_at)
        except TimeoutError:
            hang_up(self)
        return True


def _concentration(reading: SimulatedGlucose) -> bytes | None:
    """In kg/L or mol/L, as the record wants it."""
    if reading.mg_dl is not None:
        return sfloat(reading.mg_dl.scaleb(-5), -5)
    if reading.mmol_l is not None:
        return sfloat(reading.mmol_l.scaleb(-3), -4)
    return None
