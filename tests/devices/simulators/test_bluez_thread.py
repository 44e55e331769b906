"""The simulated Bluetooth on its own thread, as the demo runs it."""

from __future__ import annotations

import asyncio

import pytest

from devices.health.errors import AdapterReason, AdapterUnavailable
from devices.health.profiles.blood_pressure import decode_blood_pressure
from devices.health.session import Instruments
from devices.simulators.blood_pressure_monitor import SimulatedReading
from devices.simulators.bluez_thread import SimulatedBluezThread
from devices.simulators.private_bus import SimulatorUnavailable
from tests.devices.health.bench import (
    TEST_LIMITS,
    Listener,
    TestClock,
    adapter_is_back,
    nothing_left,
    quick_cuff,
    run,
)


def test_two_readings_are_measured_while_the_simulation_runs_elsewhere() -> None:
    simulated = SimulatedBluezThread(quick_cuff)
    simulated.start()

    async def scenario() -> None:
        async with Instruments(TestClock(), limits=TEST_LIMITS) as instruments:
            for systolic in (134, 129):
                sent = simulated.press_start([SimulatedReading(systolic, 80)], seconds=0.05)
                report = await instruments.measure(
                    on_event=Listener(), stop=asyncio.Event(), timeout_s=20
                )
                [frame] = report.frames
                assert decode_blood_pressure(frame.raw).systolic == systolic
                assert await asyncio.wrap_future(sent)
        await asyncio.to_thread(simulated.stop)
        await nothing_left()

    run(scenario())


def test_the_adapter_is_switched_and_pulled_from_another_thread() -> None:
    simulated = SimulatedBluezThread(quick_cuff)
    simulated.start()

    async def scenario() -> None:
        async with Instruments(TestClock(), limits=TEST_LIMITS) as instruments:
            assert (simulated.powered, simulated.plugged) == (True, True)
            simulated.powered = False
            assert not simulated.powered
            with pytest.raises(AdapterUnavailable) as off:
                await instruments.measure(on_event=Listener(), stop=asyncio.Event(), timeout_s=20)
            assert off.value.reason is AdapterReason.POWERED_OFF
            simulated.plugged = False
            assert not simulated.plugged
            simulated.plugged = True
            await adapter_is_back(instruments)
            assert simulated.powered
        await asyncio.to_thread(simulated.stop)
        await nothing_left()

    run(scenario())


def test_a_machine_that_can_not_simulate_says_so_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SimulatorUnavailable):
        SimulatedBluezThread().start()


def test_pressing_before_the_start_is_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="not been started"):
        SimulatedBluezThread().press_start([SimulatedReading(120, 80)])
