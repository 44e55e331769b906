"""A kiosk runs for months: sessions leave nothing behind that grows."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from devices.health.gatt import ALL_KINDS, BLOOD_PRESSURE
from devices.simulators.blood_pressure_monitor import SimulatedReading
from devices.simulators.thermometer import SimulatedTemperature, SimulatedThermometer
from devices.simulators.transmission import Habits
from devices.simulators.xiaomi_scale import SimulatedXiaomiScale
from tests.devices.health.bench import quick_cuff, run, shorter
from tests.devices.health.bluez_bench import until
from tests.devices.health.engine_bench import EngineBench

AT_ONCE = Habits(advertise_every_s=0.003, linger_s=0)
SESSIONS = 200
WARM_AFTER = 20
FAILED_SESSIONS = 40
# What a session is made of, and what bleak makes for it.
OURS = (
    "BleakClient",
    "BleakClientBlueZDBus",
    "Conversation",
    "Delivery",
    "DeviceWatcher",
    "Distinct",
    "Frame",
    "Link",
    "Measuring",
    "MessageBus",
    "Quiet",
    "Received",
    "Sighting",
    "Task",
)


def alive() -> Counter[str]:
    gc.collect()
    counted = Counter(type(thing).__name__ for thing in gc.get_objects())
    return Counter({name: counted[name] for name in OURS})


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts Linux's open files")
def test_two_hundred_sessions_in_a_row_leave_nothing_that_grows() -> None:
    async def scenario() -> None:
        cuff = quick_cuff(advertise_every_s=0.003, linger_s=0)
        async with EngineBench(cuff) as bench:

            async def session(number: int) -> None:
                reading = SimulatedReading(100 + number % 100, 80)
                person = asyncio.create_task(cuff.measure([reading], 0))
                report = await bench.measure((BLOOD_PRESSURE,))
                assert len(report.frames) == 1
                await person
                bench.listener.events.clear()
                bench.bluez.calls.clear()

            async def settled() -> tuple[Counter[str], int, int]:
                await bench.instruments.disconnected()
                await until(lambda: bool(bench.called("StartDiscovery")))
                return alive(), descriptors(), len(asyncio.all_tasks())

            for number in range(WARM_AFTER):
                await session(number)
            before = await settled()
            for number in range(WARM_AFTER, SESSIONS):
                await session(number)
            after = await settled()
            grown = {name: after[0][name] - before[0][name] for name in OURS}
            assert {name: more for name, more in grown.items() if more > 2} == {}
            assert after[1:] == before[1:]

    run(scenario())


def test_failed_sessions_leave_nothing_either() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        async with EngineBench(cuff, limits=shorter(connect_s=0.02, connect_tries=1)) as bench:
            await bench.ready()
            cuff.connectable = False  # every connection hangs

            async def session() -> None:
                measuring = asyncio.create_task(bench.measure((BLOOD_PRESSURE,)))
                while not measuring.done():
                    bench.bluez.advertise(cuff)
                    await asyncio.sleep(0.003)
                assert measuring.exception() is not None
                await bench.instruments.disconnected()

            def grown() -> dict[str, int]:
                now = alive()
                return {name: now[name] - before[name] for name in OURS if now[name] > before[name]}

            for _ in range(5):
                await session()
            bench.listener.events.clear()
            before, open_before = alive(), descriptors()
            for _ in range(FAILED_SESSIONS):
                await session()
            bench.listener.events.clear()
            # The last sessions may still be cleaning up behind them; what leaked stays for ever.
            await until(lambda: max(grown().values(), default=0) <= 2)
            await until(lambda: descriptors() <= open_before)

    run(scenario())


def test_instruments_that_come_under_ever_new_addresses_are_forgotten() -> None:
    async def scenario() -> None:
        async with EngineBench(limits=shorter(sighting_age_s=0.05)) as bench:
            await bench.ready()
            for number in range(150):
                thermometer = SimulatedThermometer(
                    address=f"02:00:00:01:{number // 256:02X}:{number % 256:02X}", habits=AT_ONCE
                )
                scale = SimulatedXiaomiScale(
                    address=f"02:00:00:02:{number // 256:02X}:{number % 256:02X}"
                )
                bench.bluez.add(thermometer)
                bench.bluez.add(scale)
                bench.bluez.advertise(thermometer)
                scale._say(Decimal(70), None, stable=True, removed=True)
                await asyncio.sleep(0.002)
            assert len(bench.instruments._scanner._sightings) < 150
            assert len(bench.instruments._scales._weighings) == 64
            bench.meanwhile(thermometer.measure([SimulatedTemperature(Decimal(37))]))
            last = thermometer.address
            report = await bench.measure(
                ALL_KINDS, accept=lambda heard: heard.device.address == last
            )
            assert len(report.frames) == 1

    run(scenario())


def test_whoever_looks_at_what_is_near_and_goes_away_leaves_no_listener() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        async with EngineBench(cuff) as bench:
            await bench.ready()
            listeners = len(bench.instruments._scanner._listeners)
            calling = bench.meanwhile(cuff.measure([SimulatedReading(120, 80)], 0.05))
            for _ in range(3):
                heard = bench.instruments.nearby()
                one = await anext(heard)
                assert (one.address, one.kind, one.bonded) == (
                    cuff.address, "blood_pressure", False,
                )  # fmt: skip
                await heard.aclose()
            assert len(bench.instruments._scanner._listeners) == listeners
            calling.cancel()

    run(scenario())
