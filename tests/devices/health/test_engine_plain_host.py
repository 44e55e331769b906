"""The same session engine on a computer that is not Linux: every kind, over fake backends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason

from devices.health.errors import (
    AdapterReason,
    AdapterUnavailable,
    PairingFailed,
    PairingReason,
)
from devices.health.events import Frame, SessionReport
from devices.health.gatt import ALL_KINDS
from devices.health.limits import Limits
from devices.health.other_hosts import PlainHost
from devices.health.session import Instruments
from devices.simulators.glucose_meter import SimulatedGlucose, SimulatedGlucoseMeter
from devices.simulators.peripheral import PairingMethod, SimulatedInstrument
from devices.simulators.pulse_oximeter import SimulatedOximeter, SimulatedSaturation
from devices.simulators.record_access import RecordFaults
from devices.simulators.thermometer import SimulatedTemperature, SimulatedThermometer
from devices.simulators.weight_scale import SimulatedScale, SimulatedWeight
from devices.simulators.xiaomi_scale import SimulatedXiaomiScale
from tests.devices.health.bench import (
    READING,
    TEST_LIMITS,
    Listener,
    TestClock,
    nothing_left,
    quick_cuff,
    run,
    shorter,
)
from tests.devices.health.bluez_bench import Person
from tests.devices.health.engine_bench import QUICK
from tests.devices.health.fake_backend import FakeRadio

OFF = BleakBluetoothNotAvailableError("off", BleakBluetoothNotAvailableReason.POWERED_OFF)


class Kiosk:
    """The engine on Windows or macOS, and one instrument."""

    def __init__(self, instrument: SimulatedInstrument, *, macos: bool, limits: Limits) -> None:
        self.radio = FakeRadio(macos=macos)
        self.radio.add(instrument)
        scanner, client = self.radio.backends()
        self.listener = Listener()
        self.strays: list[Frame] = []
        self.instruments = Instruments(
            TestClock(),
            limits=limits,
            on_stray=self._keep_stray,
            host=PlainHost(
                limits,
                pairs="never" if macos else "confirm_only",
                scanner_backend=scanner,
                client_backend=client,
            ),
        )

    async def _keep_stray(self, frame: Frame) -> None:
        self.strays.append(frame)

    async def measure(self, timeout_s: float = 20) -> SessionReport:
        return await self.instruments.measure(
            ALL_KINDS, on_event=self.listener, stop=asyncio.Event(), timeout_s=timeout_s
        )


@asynccontextmanager
async def kiosk(
    instrument: SimulatedInstrument,
    use: Coroutine[Any, Any, Any] | None = None,
    *,
    macos: bool = False,
    limits: Limits = TEST_LIMITS,
) -> AsyncIterator[Kiosk]:
    made = Kiosk(instrument, macos=macos, limits=limits)
    person = None if use is None else asyncio.create_task(use)
    try:
        yield made
    finally:
        if person is not None:
            person.cancel()
        await made.instruments.close()
    await nothing_left()


EACH = [
    pytest.param(quick_cuff, lambda i: i.measure([READING], 0.05), ["2A35"], id="cuff"),
    pytest.param(
        lambda: SimulatedThermometer(habits=QUICK),
        lambda i: i.measure([SimulatedTemperature(Decimal("36.8"))]),
        ["2A1C"],
        id="thermometer",
    ),
    pytest.param(
        lambda: SimulatedOximeter(habits=QUICK),
        lambda i: i.measure([SimulatedSaturation(97, 61)]),
        ["2A5E"],
        id="spot check",
    ),
    pytest.param(
        lambda: SimulatedOximeter(habits=QUICK),
        lambda i: i.finger_in(97, 61, every_s=0.002),
        ["2A5F"],
        id="finger",
    ),
    pytest.param(
        lambda: SimulatedScale(habits=QUICK),
        lambda i: i.measure([SimulatedWeight(Decimal("71.35"))]),
        ["2A9D"],
        id="scale",
    ),
    pytest.param(
        lambda: SimulatedXiaomiScale(habits=QUICK),
        lambda i: i.step_on(Decimal("70.85"), seconds=0.05),
        ["181D"],
        id="advertised",
    ),
    pytest.param(
        lambda: SimulatedGlucoseMeter(
            habits=QUICK, record_faults=RecordFaults(drop_after_records=2)
        ),
        lambda i: i.measure([SimulatedGlucose(mg_dl=Decimal(90 + n)) for n in range(5)]),
        ["2A18"] * 5,
        id="glucose",
    ),
]


@pytest.mark.parametrize("macos", [False, True], ids=["windows", "macos"])
@pytest.mark.parametrize(("make", "use", "characteristics"), EACH)
def test_every_kind_is_measured(
    make: Callable[[], SimulatedInstrument],
    use: Callable[[Any], Coroutine[Any, Any, Any]],
    characteristics: list[str],
    macos: bool,
) -> None:
    async def scenario() -> None:
        instrument = make()
        async with kiosk(instrument, use(instrument), macos=macos) as one:
            report = await one.measure()
            assert [frame.characteristic for frame in report.frames] == characteristics
            assert one.strays == []

    run(scenario())


@pytest.mark.parametrize(
    ("macos", "method"),
    [(True, PairingMethod.JUST_WORKS), (False, PairingMethod.PASSKEY_ON_INSTRUMENT)],
)
def test_what_the_system_pairs_itself_is_paired_in_its_settings(
    macos: bool, method: PairingMethod
) -> None:
    async def scenario() -> None:
        cuff = quick_cuff(pairing=method)
        async with kiosk(cuff, cuff.measure([READING], 0.05), macos=macos) as one:
            with pytest.raises(PairingFailed) as caught:
                await one.instruments.pair(one.radio.address_of(cuff), ask=Person(), timeout_s=20)
            assert caught.value.reason is PairingReason.NOT_HERE

    run(scenario())


def test_bluetooth_that_is_off_is_said_and_a_reading_comes_when_it_is_on() -> None:
    async def scenario() -> None:
        cuff = quick_cuff()
        limits = shorter(adapter_grace_s=0.05, retry_first_s=0.3)
        async with kiosk(cuff, cuff.measure([READING], 0.05), limits=limits) as one:
            one.radio.switch_off(OFF)
            await one.instruments.start()
            await one.instruments._host.adapters.until(lambda state: state.name is None)
            with pytest.raises(AdapterUnavailable) as caught:
                await one.measure()
            assert caught.value.reason is AdapterReason.POWERED_OFF
            one.radio.switch_on()
            while not one.radio.scanners:
                await asyncio.sleep(0.005)
            assert len((await one.measure()).frames) == 1

    run(scenario())
