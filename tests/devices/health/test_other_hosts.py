"""Windows and macOS: the same engine over bleak, with less around it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from bleak.backends.scanner import AdvertisementData
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakError,
)

from devices.health.adapter_state import AdapterState
from devices.health.bluez_host import BluezHost
from devices.health.errors import (
    AdapterReason,
    AdapterUnavailable,
    InstrumentError,
    InstrumentRefused,
    PairingFailed,
    PairingReason,
)
from devices.health.limits import Limits
from devices.health.other_hosts import DEFAULT_ADAPTER, PlainHost
from devices.health.profiles.blood_pressure import decode_blood_pressure
from devices.health.session import Instruments
from devices.health.this_host import this_host
from devices.simulators.blood_pressure_monitor import SimulatedReading
from devices.simulators.peripheral import PairingMethod
from tests.devices.health.bench import (
    TEST_LIMITS,
    Listener,
    TestClock,
    nothing_left,
    quick_cuff,
    run,
    shorter,
)
from tests.devices.health.bluez_bench import Person, until
from tests.devices.health.fake_backend import FakeRadio

Why = BleakBluetoothNotAvailableReason
OFF = BleakBluetoothNotAvailableError("Bluetooth is off", Why.POWERED_OFF)


class PlainBench:
    """A kiosk on Windows or macOS, a cuff, and the session engine between them."""

    def __init__(self, *, macos: bool, limits: Limits, pairing: PairingMethod) -> None:
        self.radio = FakeRadio(macos=macos)
        self.cuff = quick_cuff(pairing=pairing)
        self.radio.add(self.cuff)
        scanner, client = self.radio.backends()
        self.host = PlainHost(
            limits,
            pairs="never" if macos else "confirm_only",
            scanner_backend=scanner,
            client_backend=client,
        )
        self.instruments = Instruments(TestClock(), limits=limits, host=self.host)
        self.pressed: list[asyncio.Task[bool]] = []

    def press(self) -> None:
        reading = SimulatedReading(142, 84, 72)
        self.pressed.append(asyncio.create_task(self.cuff.measure((reading,), 0.05)))

    async def measured(self) -> tuple[int | None, str]:
        """The systolic pressure, and who measured it."""
        report = await self.instruments.measure(
            on_event=Listener(), stop=asyncio.Event(), timeout_s=20
        )
        [frame] = report.frames
        return int(decode_blood_pressure(frame.raw).systolic or 0), frame.identity.address

    async def pair(self) -> str:
        paired = await self.instruments.pair(
            self.radio.address_of(self.cuff), ask=Person(), timeout_s=20
        )
        return paired.kind


@asynccontextmanager
async def plain_bench(
    *,
    macos: bool = False,
    limits: Limits = TEST_LIMITS,
    pairing: PairingMethod = PairingMethod.NONE,
) -> AsyncIterator[PlainBench]:
    bench = PlainBench(macos=macos, limits=limits, pairing=pairing)
    try:
        yield bench
    finally:
        for task in bench.pressed:
            task.cancel()
        await bench.instruments.close()
    await nothing_left()


@pytest.mark.parametrize("macos", [False, True])
def test_a_reading_is_measured(macos: bool) -> None:
    async def scenario() -> None:
        async with plain_bench(macos=macos) as bench:
            bench.press()
            systolic, address = await bench.measured()
            assert systolic == 142
            assert (address == bench.cuff.address) is not macos  # macOS makes one up

    run(scenario())


@pytest.mark.parametrize(
    ("why", "reason"),
    [
        (Why.NO_BLUETOOTH, AdapterReason.NO_ADAPTER),
        (Why.NO_BLE_CENTRAL_ROLE, AdapterReason.NOT_LOW_ENERGY),
        (Why.POWERED_OFF, AdapterReason.POWERED_OFF),
        (Why.DENIED_BY_USER, AdapterReason.NOT_ALLOWED),
        (Why.DENIED_BY_SYSTEM, AdapterReason.NOT_ALLOWED),
        (Why.DENIED_BY_UNKNOWN, AdapterReason.NOT_ALLOWED),
        (Why.UNKNOWN, AdapterReason.NO_BLUETOOTH_SERVICE),
    ],
)
def test_why_there_is_no_bluetooth_is_what_scanning_said(why: Why, reason: AdapterReason) -> None:
    async def scenario() -> None:
        async with plain_bench() as bench:
            await bench.host.scan_failed(
                DEFAULT_ADAPTER, BleakBluetoothNotAvailableError("no", why)
            )
            assert bench.host.adapters.state == AdapterState(None, reason, 1)

    run(scenario())


def test_bluetooth_that_is_off_is_said_and_found_again_when_it_is_on() -> None:
    async def scenario() -> None:
        async with plain_bench(limits=shorter(adapter_grace_s=0.01, retry_first_s=0.5)) as bench:
            bench.radio.switch_off(OFF)
            await bench.instruments.start()
            await bench.host.adapters.until(lambda state: state.name is None)
            with pytest.raises(AdapterUnavailable) as caught:
                await bench.measured()
            assert caught.value.reason is AdapterReason.POWERED_OFF
            bench.radio.switch_on()
            await until(lambda: bool(bench.radio.scanners))
            bench.press()
            assert (await bench.measured())[0] == 142

    run(scenario())


def test_off_is_believed_longer_each_time_but_not_for_ever() -> None:
    async def scenario() -> None:
        async with plain_bench(limits=shorter(retry_first_s=1, retry_longest_s=30)) as bench:
            adapters = bench.host.adapters

            def believed_s() -> float:
                adapters.scan_failed(OFF)
                assert adapters._doubting is not None
                return adapters._doubting.when() - asyncio.get_running_loop().time()

            believed = [believed_s() for _ in range(7)]
            assert believed == pytest.approx([1, 2, 4, 8, 16, 30, 30], abs=0.5)
            adapters.scan_started()
            assert believed_s() == pytest.approx(1, abs=0.5)

    run(scenario())


def test_bluetooth_that_goes_off_while_scanning_is_noticed_when_the_scan_starts_anew() -> None:
    async def scenario() -> None:
        async with plain_bench(limits=shorter(rescan_every_s=0.05)) as bench:
            await bench.instruments.start()
            await until(lambda: bool(bench.radio.scanners))
            bench.radio.switch_off(OFF)
            state = await bench.host.adapters.until(lambda state: state.name is None)
            assert state.reason is AdapterReason.POWERED_OFF

    run(scenario())


def test_scans_that_fail_for_no_known_reason_are_a_stuck_adapter_until_one_starts() -> None:
    async def scenario() -> None:
        async with plain_bench() as bench:
            failure = BleakError("Failed to start scanner. Is Bluetooth turned on?")
            seen = []
            for _ in range(3):
                await bench.host.scan_failed(DEFAULT_ADAPTER, failure)
                seen.append(bench.host.adapters.state.stuck)
            assert seen == [False, False, True]
            assert bench.host.adapters.state.name == DEFAULT_ADAPTER
            bench.host.scan_started(DEFAULT_ADAPTER)
            assert not bench.host.adapters.state.stuck
            await bench.host.scan_failed(DEFAULT_ADAPTER, failure)
            assert not bench.host.adapters.state.stuck

    run(scenario())


def test_closing_stops_doubting() -> None:
    async def scenario() -> None:
        async with plain_bench(limits=shorter(retry_first_s=1000)) as bench:
            bench.host.adapters.scan_failed(OFF)
            timer = bench.host.adapters._doubting
            await bench.host.close()
            assert timer is not None
            assert timer.cancelled()

    run(scenario())


def test_windows_pairs_an_instrument_without_a_number() -> None:
    async def scenario() -> None:
        async with plain_bench(pairing=PairingMethod.JUST_WORKS) as bench:
            bench.press()
            assert await bench.pair() == "blood_pressure"
            assert bench.radio.paired == {bench.cuff.address}
            await bench.instruments.forget(bench.cuff.address)
            assert bench.radio.paired == set()

    run(scenario())


@pytest.mark.parametrize(
    ("macos", "method", "error"),
    [
        (False, PairingMethod.PASSKEY_ON_INSTRUMENT, InstrumentError),
        (True, PairingMethod.JUST_WORKS, PairingFailed),
    ],
)
def test_what_the_system_must_pair_itself_is_not_taken_for_paired(
    macos: bool, method: PairingMethod, error: type[InstrumentError]
) -> None:
    async def scenario() -> None:
        async with plain_bench(macos=macos, pairing=method) as bench:
            bench.press()
            with pytest.raises(error) as caught:
                await bench.pair()
            if isinstance(caught.value, PairingFailed):
                assert caught.value.reason is PairingReason.NOT_HERE
            assert bench.radio.paired == set()

    run(scenario())


def test_an_instrument_that_windows_has_not_paired_says_that_it_wants_to_be() -> None:
    async def scenario() -> None:
        async with plain_bench(pairing=PairingMethod.PASSKEY_ON_INSTRUMENT) as bench:
            bench.press()
            with pytest.raises(InstrumentRefused) as caught:
                await bench.measured()
            assert caught.value.pairing

    run(scenario())


def test_macos_asks_by_itself_while_the_kiosk_subscribes() -> None:
    async def scenario() -> None:
        async with plain_bench(macos=True, pairing=PairingMethod.PASSKEY_ON_INSTRUMENT) as bench:
            bench.press()
            assert (await bench.measured())[0] == 142

    run(scenario())


def test_what_can_not_be_forgotten_here_is_said() -> None:
    async def scenario() -> None:
        async with plain_bench(macos=True) as bench:
            with pytest.raises(PairingFailed) as caught:
                await bench.host.forget(DEFAULT_ADAPTER, "some UUID")
            assert caught.value.reason is PairingReason.NOT_HERE
        async with plain_bench() as bench:
            bench.radio.switch_off(OFF)
            with pytest.raises(PairingFailed) as caught:
                await bench.host.forget(DEFAULT_ADAPTER, bench.cuff.address)
            assert caught.value.reason is PairingReason.NOT_HERE

    run(scenario())


def test_these_systems_list_no_bonds_and_say_of_nobody_that_it_wanted_to_be_paired() -> None:
    async def scenario() -> None:
        async with plain_bench() as bench:
            assert await bench.host.bonds(DEFAULT_ADAPTER) == ()
            assert not bench.host.wanted_pairing(bench.cuff.address)

    run(scenario())


@pytest.mark.parametrize(("rssi", "news"), [(-60, True), (127, True), (-127, False)])
def test_everything_heard_is_news_but_an_instrument_out_of_range(rssi: int, news: bool) -> None:
    async def scenario() -> None:
        async with plain_bench() as bench:
            heard = AdvertisementData("cuff", {}, {}, [], None, rssi, ("windows", "raw"))
            assert bench.host.is_news(heard) is news

    run(scenario())


def test_it_needs_nothing_of_dbus() -> None:
    program = (
        "import sys, devices.health.other_hosts\n"
        "print([name for name in sys.modules if 'dbus' in name or 'bluez_line' in name])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("platform", "kind", "pairs"),
    [
        ("linux", BluezHost, None),
        ("win32", PlainHost, "confirm_only"),
        ("darwin", PlainHost, "never"),
    ],
)
def test_the_host_is_chosen_by_the_operating_system(
    platform: str, kind: type, pairs: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("sys.platform", platform)
        host = this_host(None, TEST_LIMITS, frozenset())
    assert isinstance(host, kind)
    assert getattr(host, "_pairs", None) == pairs
