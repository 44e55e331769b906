"""A simulated scale with the manners of a Beurer BF720: it knows its users, and asks who is there.

It sends nothing before it is bonded, its clock was written and a user's consent accepted, all in
this connection. Sources: User Data Service 1.1 (0x2A9F); KristianP26/ble-scale-sync issues #168
and #229; quoted in the reference, ble.md 1.7.

- `SimulatedBeurerScale(users={1: 3752}, zero_compositions=0, address=, name=, pairing=JUST_WORKS,
  passkey=, clock_ahead=, habits=, faults=, now=)`. `users` maps a user's number to the consent
  code; a kiosk may register more, up to `places`. `zero_compositions` frames full of zeros come
  before each composition, as from a BF788.
- `await pairing_mode()`: True when it was paired. `await measure([SimulatedWeight(..., user=1)])`:
  True when everything stored has been sent (a real one sends only what belongs to the user who
  consented). `stored`, `clock.settings`, `consented` (a user's number, or None).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from devices.simulators.encoding import assigned, current_time
from devices.simulators.instrument_clock import InstrumentClock
from devices.simulators.peripheral import (
    AttError,
    Faults,
    PairingMethod,
    SimulatedCharacteristic,
    SimulatedInstrument,
)
from devices.simulators.standard_services import readable, standard_services
from devices.simulators.transmission import (
    Habits,
    Memory,
    call_the_kiosk,
    hang_up,
    offer_pairing,
    send_stored,
    wait_for_farewell,
)
from devices.simulators.weight_scale import (
    COMPOSITION,
    COMPOSITION_FEATURE,
    COMPOSITION_FEATURES,
    COMPOSITION_SERVICE,
    SCALE_FEATURE,
    SCALE_FEATURES,
    SCALE_SERVICE,
    WEIGHT,
    SimulatedWeight,
    encode_composition,
    encode_weight,
)

USER_CONTROL_POINT: Final = assigned(0x2A9F)
_USER_DATA_SERVICE: Final = assigned(0x181C)
_USER_INDEX: Final = assigned(0x2A9A)
_TIME_SERVICE: Final = assigned(0x1805)
_CURRENT_TIME: Final = assigned(0x2A2B)

_REGISTER, _CONSENT, _RESPONSE = 0x01, 0x02, 0x20
_SUCCESS, _NOT_SUPPORTED, _INVALID, _FAILED, _NOT_AUTHORIZED = 1, 2, 3, 4, 5
_REQUEST_BYTES: Final = {_REGISTER: 3, _CONSENT: 4}
_UNKNOWN_USER: Final = 0xFF
_VALUE_NOT_ALLOWED: Final = 0x13
_CCCD_IMPROPERLY_CONFIGURED: Final = 0xFD


class SimulatedBeurerScale(SimulatedInstrument):
    """A Beurer-like scale."""

    def __init__(
        self,
        *,
        users: Mapping[int, int] | None = None,
        places: int = 8,
        zero_compositions: int = 0,
        address: str = "02:00:00:00:07:20",
        name: str = "BF720",
        pairing: PairingMethod = PairingMethod.JUST_WORKS,
        passkey: int = 42100,
        clock_ahead: timedelta = timedelta(0),
        habits: Habits | None = None,
        faults: Faults | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.clock = InstrumentClock(clock_ahead, now)
        self.users = dict(users) if users is not None else {1: 3752}
        self.consented: int | None = None
        self._places = places
        self._zero_compositions = zero_compositions
        self._greeted = asyncio.Event()  # clock written and consent accepted
        self._clock_written = False
        self._guest_turn = 0
        self.habits = habits or Habits()
        self._memory = Memory()
        self._weight = SimulatedCharacteristic(WEIGHT, ("indicate",), needs_pairing=True)
        self._composition = SimulatedCharacteristic(COMPOSITION, ("indicate",), needs_pairing=True)
        self._control = SimulatedCharacteristic(
            USER_CONTROL_POINT, ("write", "indicate"), needs_pairing=True, on_write=self._asked
        )
        self._answers: set[asyncio.Task[bool]] = set()
        super().__init__(
            address,
            name,
            advertised=(SCALE_SERVICE, COMPOSITION_SERVICE),
            services={
                SCALE_SERVICE: (self._weight, readable(SCALE_FEATURE, SCALE_FEATURES)),
                COMPOSITION_SERVICE: (
                    self._composition,
                    readable(COMPOSITION_FEATURE, COMPOSITION_FEATURES),
                ),
                _USER_DATA_SERVICE: (
                    self._control,
                    readable(_USER_INDEX, lambda: bytes((self.consented or _UNKNOWN_USER,))),
                ),
                _TIME_SERVICE: (
                    SimulatedCharacteristic(
                        _CURRENT_TIME,
                        ("read", "write"),
                        lambda: current_time(self.clock.now()),
                        needs_pairing=True,
                        on_write=self._set_clock,
                    ),
                ),
                **standard_services("Beurer", "BF720", "SIM-0720"),
            },
            faults=faults,
            pairing=pairing,
            passkey=passkey,
        )

    @property
    def stored(self) -> list[bytes]:
        """Frames that have not been sent, oldest first."""
        return self._memory.values

    async def pairing_mode(self) -> bool:
        """The person starts pairing in the scale's menu."""
        return await offer_pairing(self, self.habits)

    async def measure(self, readings: Sequence[SimulatedWeight]) -> bool:
        """Step on the scale, and send everything stored."""
        for one in readings:
            self._store(one)
        asleep_at = asyncio.get_running_loop().time() + self.habits.awake_s
        while self._memory.frames:
            if not await call_the_kiosk(self, self.connected, self.habits, asleep_at):
                return False
            self._forget_earlier_guests()
            if not await self._either(self._greeted, asleep_at):
                if asyncio.get_running_loop().time() >= asleep_at:
                    hang_up(self)
                    return False
                continue
            await self._send_when_subscribed(asleep_at)
        await wait_for_farewell(self, self.habits)
        return True

    def _store(self, reading: SimulatedWeight) -> None:
        now = self.clock.now()
        self._memory.store(self._weight, encode_weight(reading, now))
        for frame in encode_composition(reading, now):
            for _ in range(self._zero_compositions):
                self._memory.store(self._composition, frame[:2] + bytes(len(frame) - 2))
            self._memory.store(self._composition, frame)

    def _forget_earlier_guests(self) -> None:
        """Clock and consent count for one connection."""
        if self._guest_turn != self.turn:
            self._guest_turn = self.turn
            self.consented, self._clock_written = None, False
            self._greeted.clear()

    async def _send_when_subscribed(self, asleep_at: float) -> None:
        while self._memory.frames and not self.left.is_set():
            subscribed = self._memory.frames[0].characteristic.subscribed
            if not await self._either(subscribed, asleep_at):
                hang_up(self)
                return
            await send_stored(self, self._memory)

    async def _either(self, event: asyncio.Event, asleep_at: float) -> bool:
        """True when the event came before the kiosk left and before the scale fell asleep."""
        ends = [asyncio.create_task(one.wait()) for one in (event, self.left)]
        left_s = asleep_at - asyncio.get_running_loop().time()
        try:
            await asyncio.wait(ends, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
        return event.is_set() and not self.left.is_set()

    def _set_clock(self, raw: bytes) -> None:
        try:
            self.clock.set(raw)
        except (ValueError, TypeError) as error:
            raise AttError(_VALUE_NOT_ALLOWED) from error
        self._forget_earlier_guests()
        self._clock_written = True
        self._greet()

    def _asked(self, request: bytes) -> None:
        if not self._control.subscribed.is_set():
            raise AttError(_CCCD_IMPROPERLY_CONFIGURED)
        self._forget_earlier_guests()
        answer = self._answer(request)
        task = asyncio.create_task(self.deliver(USER_CONTROL_POINT, answer))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    def _answer(self, request: bytes) -> bytes:
        operation = request[0] if request else 0
        head = bytes((_RESPONSE, operation))
        if operation not in _REQUEST_BYTES:
            return head + bytes((_NOT_SUPPORTED,))
        if len(request) != _REQUEST_BYTES[operation]:
            return head + bytes((_INVALID,))
        code = int.from_bytes(request[-2:], "little")
        if operation == _REGISTER:
            free = next((n for n in range(1, self._places + 1) if n not in self.users), None)
            if free is None:
                return head + bytes((_FAILED,))
            self.users[free] = code
            return head + bytes((_SUCCESS, free))
        if self.users.get(request[1]) != code:
            return head + bytes((_NOT_AUTHORIZED,))
        self.consented = request[1]
        self._greet()
        return head + bytes((_SUCCESS,))

    def _greet(self) -> None:
        if self._clock_written and self.consented is not None and self.bonds:
            self._greeted.set()
