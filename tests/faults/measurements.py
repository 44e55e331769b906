"""Person after person measures at a kiosk that is disturbed and killed; then everything is counted.

The kiosk is `measuring_kiosk`, in a process of its own; its BlueZ and two cuffs are simulated
here. What was disturbed follows from the seed alone; the moments of a kill do not quite.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from devices.health.date_time import HONG_KONG
from devices.simulators.blood_pressure_monitor import (
    MEASUREMENT,
    SimulatedCuff,
    SimulatedReading,
    encode_measurement,
)
from devices.simulators.bluez import SimulatedBluez
from devices.simulators.peripheral import ConnectFault, Faults, SimulatedInstrument

ROOT: Final = Path(__file__).parents[2]
_TRY_S: Final = 15.0  # so long a person waits before pressing the button again
_TRIES: Final = 4
_NO_STAMP: Final = "no time in its readings"
_EVERY: Final = 10  # at so many people, once, the kiosk is killed
# A value that went out so shortly before a kill may have died with the kiosk, uncommitted; and
# one so shortly after it was announced to a program that the bus had not missed yet.
_IN_ITS_HANDS_S: Final = 0.5
_NOT_MISSED_YET_S: Final = 0.1

Disturb = Callable[["Hall", SimulatedCuff, random.Random], None]


@dataclass
class Sent:
    """One value that an instrument got rid of."""

    raw: bytes
    at: float
    heard: bool  # a program was listening; else BlueZ alone confirmed it


@dataclass
class Outcome:
    """What happened to a number of people."""

    seed: int
    mix: Counter[str] = field(default_factory=Counter)
    first_try: Counter[str] = field(default_factory=Counter)
    not_got: list[int] = field(default_factory=list)
    kills: list[float] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    owner: dict[bytes, str] = field(default_factory=dict)  # frame: the resident it was taken of

    def table(self) -> str:
        lines = [f"seed {self.seed}", f"{'disturbance':32}{'people':>8}{'first try':>11}"]
        for name, people in sorted(self.mix.items()):
            lines.append(f"{name:32}{people:8d}{self.first_try[name]:11d}")
        people, first = self.mix.total(), self.first_try.total()
        unkilled = people - self.mix["killed"]
        first_unkilled = first - self.first_try["killed"]
        lines += [
            f"{'all':32}{people:8d}{first:11d}   {first / people:.2%}",
            f"{'all but those of a killed kiosk':32}{unkilled:8d}{first_unkilled:11d}"
            f"   {first_unkilled / max(unkilled, 1):.2%}",
            f"values that went out {len(self.sent)}, to nobody {len(self.unheard)},"
            f" kills {len(self.kills)}",
        ]
        return "\n".join(lines)

    @property
    def unheard(self) -> list[Sent]:
        return [one for one in self.sent if not one.heard]

    def killed_with(self, one: Sent) -> bool:
        """Whether the kiosk was killed before it can have committed this value."""
        return any(-_NOT_MISSED_YET_S <= kill - one.at <= _IN_ITS_HANDS_S for kill in self.kills)


class CountedBluez(SimulatedBluez):
    """A simulated BlueZ that keeps account of every reading that left an instrument."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Sent] = []

    def send(self, instrument: SimulatedInstrument, uuid: str, value: bytes) -> bool:
        unheard = len(self.confirmed_unheard)
        went = super().send(instrument, uuid, value)
        if went and uuid == MEASUREMENT:
            heard = len(self.confirmed_unheard) == unheard
            self.sent.append(Sent(value, asyncio.get_running_loop().time(), heard))
        return went


class Hall:
    """The village hall: a kiosk, two cuffs, and whoever comes in."""

    def __init__(self, path: Path, seed: int) -> None:
        self.bluez = CountedBluez()
        self.outcome = Outcome(seed, sent=self.bluez.sent)
        self.chance = random.Random(seed)
        self.kill_after_s: float | None = None
        self.clock_ahead = timedelta(0)  # of the cuffs
        self.stored: list[bytes] = []  # of others, in the cuff before this person came
        self.later: list[asyncio.Task[None]] = []
        self._path = path
        self._kiosk: Process | None = None
        self._said: list[dict[str, object]] = []  # by the kiosk that runs
        self._says = asyncio.Condition()
        self._reading: asyncio.Task[None] | None = None
        quick = {"advertise_every_s": 0.02, "linger_s": 3.0, "awake_s": _TRY_S}
        quick["now"] = lambda: datetime.now(HONG_KONG) + self.clock_ahead
        self._cuffs = (
            SimulatedCuff(address="02:00:00:00:18:10", name="Hall cuff", **quick),
            SimulatedCuff(address="02:00:00:00:18:11", name="Paired cuff", **quick),
        )

    async def receive(self, people: int) -> Outcome:
        """Let so many people measure, one after another."""
        async with self.bluez:
            for cuff in self._cuffs:
                self.bluez.add(cuff)
            self.bluez.bond(self._cuffs[1], remembered=(MEASUREMENT,))
            await self._start_kiosk()
            try:
                for number in range(people):
                    await self._measure(number)
            finally:
                await self._stop_kiosk()
        return self.outcome

    def do_later(self, after_s: float, act: Callable[[], object]) -> None:
        """A disturbance that comes in the middle of something."""

        async def wait_and_act() -> None:
            await asyncio.sleep(after_s)
            done = act()
            if asyncio.iscoroutine(done):
                await done

        self.later.append(asyncio.create_task(wait_and_act()))

    async def _measure(self, number: int) -> None:
        name, disturb, _ = self.chance.choices(_MIX, weights=[mixed[2] for mixed in _MIX])[0]
        if number % _EVERY == _EVERY - 1:
            name, disturb = "killed", _killed
        cuff = self.chance.choice(self._cuffs)
        cuff.faults = Faults()
        self.kill_after_s = None
        self.clock_ahead = timedelta(0)
        self.outcome.mix[name] += 1
        reading = SimulatedReading(
            100 + number % 90,
            50 + number // 90 % 40,
            55 + number // 3600,
            time_stamped=name != _NO_STAMP,
        )
        disturb(self, cuff, self.chance)
        await self._sit_down(number)
        for tries in range(1, _TRIES + 1):
            if await self._press(cuff, reading, number):
                self.outcome.first_try[name] += tries == 1
                break
        else:
            self.outcome.not_got.append(number)
        for task in self.later:
            task.cancel()
        if self.later:
            await asyncio.wait(self.later)
        self.later.clear()
        self.bluez.plug()
        self.bluez.power(True)

    async def _press(self, cuff: SimulatedCuff, reading: SimulatedReading, number: int) -> bool:
        """The person presses start, and sees a reading or waits in vain."""
        now = datetime.now(HONG_KONG).replace(tzinfo=None) + self.clock_ahead
        frame = encode_measurement(reading, now)
        self.outcome.owner[frame] = f"resident-{number}"
        stored, self.stored = self.stored, []
        measuring = asyncio.create_task(cuff.measure([*stored, frame], 0.05))
        if self.kill_after_s is not None:
            self.do_later(self.kill_after_s, lambda: self._kill(number))
            self.kill_after_s = None
        try:
            async with asyncio.timeout(_TRY_S):
                await self._until_said(accepted=str(number))
            return True
        except TimeoutError:
            return False
        finally:
            measuring.cancel()
            await asyncio.wait({measuring})

    async def _sit_down(self, number: int) -> None:
        assert self._kiosk is not None
        assert self._kiosk.stdin is not None
        self._kiosk.stdin.write(f"sit {number}\n".encode())
        await self._kiosk.stdin.drain()
        async with asyncio.timeout(60):
            await self._until_said(listening=str(number))

    async def _start_kiosk(self) -> None:
        self._kiosk = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.measuring_kiosk", str(self._path)),
            stdin=PIPE,
            stdout=PIPE,
            cwd=ROOT,
        )
        self._reading = asyncio.create_task(self._read(self._kiosk))
        async with asyncio.timeout(60):
            await self._until_said(ready=True)

    async def _read(self, kiosk: Process) -> None:
        assert kiosk.stdout is not None
        while line := await kiosk.stdout.readline():
            async with self._says:
                self._said.append(json.loads(line))
                self._says.notify_all()

    async def _until_said(self, **what: object) -> None:
        async with self._says:
            await self._says.wait_for(
                lambda: any(what.items() <= said.items() for said in self._said)
            )

    async def _kill(self, number: int) -> None:
        assert self._kiosk is not None
        self._kiosk.kill()
        self.outcome.kills.append(asyncio.get_running_loop().time())
        await self._ended()
        await self._start_kiosk()
        await self._sit_down(number)

    async def _stop_kiosk(self) -> None:
        assert self._kiosk is not None
        assert self._kiosk.stdin is not None
        self._kiosk.stdin.close()
        await self._ended()

    async def _ended(self) -> None:
        assert self._kiosk is not None
        assert self._reading is not None
        await self._kiosk.wait()
        with suppress(asyncio.CancelledError):
            await self._reading
        self._said.clear()


def _nothing(hall: Hall, cuff: SimulatedCuff, chance: random.Random) -> None:
    """Most days are like that."""


def _connecting(*faults: ConnectFault) -> Disturb:
    def disturb(hall: Hall, cuff: SimulatedCuff, chance: random.Random) -> None:
        cuff.faults.connect.extend(faults)

    return disturb


def _fault(name: str, value: object) -> Disturb:
    def disturb(hall: Hall, cuff: SimulatedCuff, chance: random.Random) -> None:
        setattr(cuff.faults, name, value)

    return disturb


def _stored(many: int) -> Disturb:
    """Readings of others, from before; the person's own comes behind them."""

    def disturb(hall: Hall, cuff: SimulatedCuff, chance: random.Random) -> None:
        taken = datetime.now(HONG_KONG).replace(tzinfo=None) - timedelta(days=2)
        for _ in range(many):
            taken += timedelta(minutes=1)
            old = SimulatedReading(chance.randint(100, 190), chance.randint(50, 99), 60)
            frame = encode_measurement(old, taken)
            hall.outcome.owner[frame] = "nobody"
            hall.stored.append(frame)

    return disturb


def _drop_in_replay(hall: Hall, cuff: SimulatedCuff, chance: random.Random) -> None:
    _stored(4)(hall, cuff, chance)
    cuff.faults.drop_after_frames = chance.randint(1, 4)


def _clock_in(year: int) -> Disturb:
    """Its battery was changed: what others had stored bears the right date, its clock does not."""

    def disturb(hall: Hall, cuff: SimulatedCuff, chance: random.Random) -> None:
        _stored(2)(hall, cuff, chance)
        hall.clock_ahead = timedelta(days=366 * (year - datetime.now(HONG_KONG).year))

    return disturb


def _adapter_off_and_on(hall: Hall, cuff: SimulatedCuff, chance: random.Random) -> None:
    off = chance.uniform(0.0, 0.4)
    hall.do_later(off, lambda: hall.bluez.power(False))
    hall.do_later(off + chance.uniform(0.05, 1.5), lambda: hall.bluez.power(True))


def _adapter_out_and_in(hall: Hall, cuff: SimulatedCuff, chance: random.Random) -> None:
    out = chance.uniform(0.0, 0.4)
    hall.do_later(out, hall.bluez.unplug)
    hall.do_later(out + chance.uniform(0.05, 1.5), hall.bluez.plug)


def _service_restart(hall: Hall, cuff: SimulatedCuff, chance: random.Random) -> None:
    hall.do_later(chance.uniform(0.0, 0.4), hall.bluez.restart_service)


def _killed(hall: Hall, cuff: SimulatedCuff, chance: random.Random) -> None:
    hall.kill_after_s = chance.uniform(0.0, 0.4)


_MIX: Final[tuple[tuple[str, Disturb, int], ...]] = (
    ("nothing", _nothing, 30),
    ("abort by local, once", _connecting(ConnectFault.ABORT_BY_LOCAL), 6),
    ("abort by local, twice", _connecting(*[ConnectFault.ABORT_BY_LOCAL] * 2), 4),
    ("connection hangs", _connecting(ConnectFault.HANG), 4),
    ("link lost while it is made", _connecting(ConnectFault.CANCELED), 4),
    ("device object gone", _connecting(ConnectFault.NOT_FOUND), 3),
    ("leaves before its services", _connecting(ConnectFault.DROPPED), 4),
    ("services resolve slowly", _fault("resolve_delay_s", 0.5), 5),
    ("subscription hangs", _fault("hung_subscriptions", 1), 4),
    ("details can not be read", _fault("hung_reads", True), 3),
    ("everything comes twice", _fault("deliver_twice", True), 5),
    ("confirmation is lost", _fault("lose_confirmation", 0), 4),
    ("lost before the confirmation", _fault("drop_before_confirmation", 0), 4),
    ("others' readings stored", _stored(4), 5),
    (_NO_STAMP, _nothing, 3),
    ("clock began in 2019", _clock_in(2019), 3),
    ("clock runs in 2031", _clock_in(2031), 2),
    ("256 readings stored", _stored(256), 1),
    ("drop in the replay", _drop_in_replay, 5),
    ("adapter off and on", _adapter_off_and_on, 3),
    ("adapter out and in", _adapter_out_and_in, 3),
    ("bluetoothd restarts", _service_restart, 3),
)
