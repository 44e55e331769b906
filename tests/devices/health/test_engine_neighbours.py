"""An instrument in range that always fails must not hold up everybody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from devices.health.errors import AdapterReason, InstrumentError
from devices.health.gatt import BLOOD_PRESSURE
from devices.health.session import Instruments
from devices.simulators.blood_pressure_monitor import (
    BLOOD_PRESSURE_SERVICE,
    SimulatedCuff,
    SimulatedReading,
)
from devices.simulators.peripheral import ConnectFault, Faults
from devices.simulators.private_bus import SYSTEM_BUS_VARIABLE
from tests.devices.health.bench import TEST_LIMITS, TestClock, quick_cuff, run, shorter
from tests.devices.health.engine_bench import EngineBench

NEIGHBOUR = "02:00:00:00:66:66"


def refusing() -> SimulatedCuff:
    return SimulatedCuff(address=NEIGHBOUR, needs_pairing=True)


def hanging() -> SimulatedCuff:
    return SimulatedCuff(address=NEIGHBOUR, faults=Faults(connect=[ConnectFault.HANG] * 100))


def without_readings() -> SimulatedCuff:
    cuff = SimulatedCuff(address=NEIGHBOUR)
    cuff.services[BLOOD_PRESSURE_SERVICE] = cuff.services[BLOOD_PRESSURE_SERVICE][1:]
    return cuff


@pytest.mark.parametrize("neighbour", [refusing, hanging, without_readings])
def test_after_a_failed_session_another_instrument_goes_first(
    neighbour: Callable[[], SimulatedCuff],
) -> None:
    async def scenario() -> None:
        bad, good = neighbour(), quick_cuff(address="02:00:00:00:18:10")
        limits = shorter(connect_s=0.3, connect_total_s=1.0, rather_another_s=10.0)
        async with EngineBench(bad, good, limits=limits) as bench:

            async def be_there() -> None:
                while True:
                    if bad.radio is not None:
                        bad.radio.advertise(bad)
                    await asyncio.sleep(0.005)

            bench.meanwhile(be_there())
            with pytest.raises(InstrumentError):
                await bench.measure((BLOOD_PRESSURE,))
            bench.meanwhile(good.measure([SimulatedReading(142, 84)], 0.05))
            report = await bench.measure((BLOOD_PRESSURE,))
            assert [frame.identity.address for frame in report.frames] == [good.address]

    run(scenario())


def test_an_instrument_that_failed_is_tried_again_when_it_is_the_only_one() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        cuff.faults.connect.append(ConnectFault.AUTHENTICATION_FAILED)
        async with EngineBench(cuff, limits=shorter(rather_another_s=0.1)) as bench:
            bench.meanwhile(cuff.measure([SimulatedReading(142, 84)], 0.05))
            with pytest.raises(InstrumentError):
                await bench.measure((BLOOD_PRESSURE,))
            assert len((await bench.measure((BLOOD_PRESSURE,))).frames) == 1

    run(scenario())


def test_a_bus_address_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        monkeypatch.setenv(SYSTEM_BUS_VARIABLE, "garbage")
        async with Instruments(TestClock(), limits=TEST_LIMITS) as instruments:
            assert instruments.adapter.reason is AdapterReason.NO_SYSTEM_BUS

    run(scenario())
