"""What every instrument that stores readings does: call the kiosk, send, say goodbye.

A reading is kept until it was sent and confirmed; what is left goes at the next connection.
`Habits` is what an instrument's `habits` may be given or set to; `offer_pairing(instrument,
habits)` is the pairing mode of any instrument, and True when it was paired.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from devices.simulators.peripheral import (
    LIMITED_DISCOVERABLE,
    SimulatedCharacteristic,
    SimulatedInstrument,
)


@dataclass(frozen=True, slots=True)
class Habits:
    """How long an instrument does what, in seconds; tests pass shorter ones."""

    advertise_every_s: float = 0.1
    awake_s: float = 60.0
    linger_s: float = 0.2  # stays connected that long after its last word


@dataclass(slots=True)
class Frame:
    """One stored value, and the characteristic it will be sent with."""

    characteristic: SimulatedCharacteristic
    value: bytes


@dataclass(slots=True)
class Memory:
    """Stored frames, oldest first."""

    frames: list[Frame] = field(default_factory=list)

    @property
    def values(self) -> list[bytes]:
        return [frame.value for frame in self.frames]

    def store(self, characteristic: SimulatedCharacteristic, value: bytes) -> None:
        self.frames.append(Frame(characteristic, value))


async def call_the_kiosk(
    instrument: SimulatedInstrument,
    ready: asyncio.Event,
    habits: Habits,
    awake_until: float | None = None,
) -> bool:
    """Advertise until `ready` (subscribed, or connected); False when it fell asleep before.

    `awake_until` is a time of the loop's clock, by default `habits.awake_s` from now.
    """
    loop = asyncio.get_running_loop()
    asleep_at = loop.time() + habits.awake_s if awake_until is None else awake_until
    while not ready.is_set():
        if loop.time() > asleep_at or instrument.radio is None:
            return False
        instrument.radio.advertise(instrument)
        try:
            async with asyncio.timeout(habits.advertise_every_s):
                await ready.wait()
        except TimeoutError:
            continue
    return True


async def send_stored(instrument: SimulatedInstrument, memory: Memory) -> bool:
    """Send the oldest first, each when the one before is confirmed; True when all have gone."""
    faults = instrument.faults
    while memory.frames and instrument.radio is not None:
        oldest = memory.frames[0]
        if not instrument.radio.send(instrument, oldest.characteristic.uuid, oldest.value):
            return False
        memory.frames.pop(0)
        await instrument.radio.confirmed()
        if faults.drop_after_frames is not None:
            faults.drop_after_frames -= 1
            if not faults.drop_after_frames:
                faults.drop_after_frames = None
                hang_up(instrument)
    return not memory.frames


async def transmit(instrument: SimulatedInstrument, memory: Memory, habits: Habits) -> bool:
    """Call the kiosk and send everything stored; True when it has all gone.

    A link that breaks in between is made again while the instrument is awake.
    """
    awake_until = asyncio.get_running_loop().time() + habits.awake_s
    while memory.frames:
        subscribed = memory.frames[0].characteristic.subscribed
        if not await call_the_kiosk(instrument, subscribed, habits, awake_until):
            return False
        await send_stored(instrument, memory)
    await wait_for_farewell(instrument, habits)
    return True


async def offer_pairing(instrument: SimulatedInstrument, habits: Habits) -> bool:
    """The instrument's pairing mode: call until it is paired; False when it fell asleep."""
    usual, instrument.advertising_flags = instrument.advertising_flags, LIMITED_DISCOVERABLE
    try:
        return await call_the_kiosk(instrument, instrument.paired, habits)
    finally:
        instrument.advertising_flags = usual


async def wait_for_farewell(instrument: SimulatedInstrument, habits: Habits) -> None:
    """Stay a moment for late questions of the kiosk, then switch off."""
    try:
        async with asyncio.timeout(habits.linger_s):
            await instrument.left.wait()
    except TimeoutError:
        hang_up(instrument)


def hang_up(instrument: SimulatedInstrument) -> None:
    """End the connection from the instrument's side."""
    if instrument.radio is not None:
        instrument.radio.drop(instrument)
