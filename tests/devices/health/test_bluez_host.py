"""The Linux host as the session engine uses it: real bleak over a simulated BlueZ."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from bleak import BleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakDBusError

from devices.health.bluez_host import BluezHost
from devices.health.hosts import Host
from devices.health.pairing import Digits, TypeDigits
from devices.simulators.blood_pressure_monitor import (
    BLOOD_PRESSURE_SERVICE,
    MEASUREMENT,
    SimulatedCuff,
)
from devices.simulators.bluez import SimulatedBluez
from devices.simulators.peripheral import PairingMethod
from tests.devices.health.bench import TEST_LIMITS, nothing_left, quick_cuff, run
from tests.devices.health.bluez_bench import Person, until

FRAME = b"\x00\x78\x00\x50\x00\x5d\x00"


class HostBench:
    """A Linux host, and a cuff that has to be paired."""

    def __init__(self, bluez: SimulatedBluez) -> None:
        self.bluez = bluez
        self.cuff: SimulatedCuff = quick_cuff(pairing=PairingMethod.PASSKEY_ON_INSTRUMENT)
        self.host = BluezHost(None, TEST_LIMITS, frozenset({MEASUREMENT}))
        self.kept: list[tuple[str, str, bytes]] = []
        self.host.on_kept_value(lambda *value: self.kept.append(value))
        self.gone = asyncio.Event()
        bluez.add(self.cuff)

    async def find(self) -> BLEDevice:
        found: asyncio.Queue[BLEDevice] = asyncio.Queue()

        def heard(device: BLEDevice, said: AdvertisementData) -> None:
            if self.host.is_news(said):
                found.put_nowait(device)

        scanner = self.host.new_scanner("hci0", [BLOOD_PRESSURE_SERVICE], heard)
        await scanner.start()
        self.host.scan_started("hci0")
        self.bluez.advertise(self.cuff)
        device = await found.get()
        await scanner.stop()
        return device

    async def connect(self) -> BleakClient:
        self.gone.clear()
        client = self.host.new_client("hci0", await self.find(), self.gone.set, 10)
        await client.connect()
        self.gone.clear()
        return client


@asynccontextmanager
async def host_bench() -> AsyncIterator[HostBench]:
    async with SimulatedBluez() as bluez:
        bench = HostBench(bluez)
        host: Host = bench.host
        await host.start()
        await bench.host.agent.registered.wait()
        try:
            yield bench
        finally:
            await host.close()
    await nothing_left()


def test_a_cuff_is_paired_with_its_digits_listened_to_and_forgotten() -> None:
    async def scenario() -> None:
        async with host_bench() as bench:
            client = await bench.connect()
            person = Person(Digits("042100"))
            async with bench.host.allowing(bench.cuff.address, person):
                await client.pair()
            assert person.asked == [TypeDigits()]
            await bench.host.paired(bench.cuff.address)
            await client.disconnect()
            [bond] = await bench.host.bonds("hci0")
            assert (bond.address, bond.kind) == (bench.cuff.address, "blood_pressure")

            # at the next connection it sends before anybody could have subscribed
            client = await bench.connect()
            assert bench.bluez.send(bench.cuff, MEASUREMENT, FRAME)
            await until(lambda: bool(bench.kept))
            assert bench.kept == [(bench.cuff.address, MEASUREMENT, FRAME)]
            bench.cuff.switch_off()
            await bench.gone.wait()

            await bench.host.forget("hci0", bench.cuff.address)
            assert await bench.host.bonds("hci0") == ()
            assert bench.host.kept.kept == frozenset()

    run(scenario())


def test_without_a_person_pairing_fails_and_the_wish_is_remembered_once() -> None:
    async def scenario() -> None:
        async with host_bench() as bench:
            client = await bench.connect()
            with pytest.raises(BleakDBusError, match="Authentication"):
                await client.pair()
            assert bench.host.wanted_pairing(bench.cuff.address)
            assert not bench.host.wanted_pairing(bench.cuff.address)
            await client.disconnect()

    run(scenario())


@pytest.mark.parametrize(
    ("rssi", "properties", "news"),
    [
        (-60, {"Connected": False}, True),
        (-60, {}, True),
        (-127, {"Connected": False}, False),  # remembered, not heard
        (-60, {"Connected": True}, False),
    ],
)
def test_what_bluez_only_remembers_is_no_news(
    rssi: int, properties: dict[str, Any], news: bool
) -> None:
    host = BluezHost(None, TEST_LIMITS, frozenset())
    heard = AdvertisementData("cuff", {}, {}, [], None, rssi, ("/path", properties))
    assert host.is_news(heard) is news


def test_a_kept_value_that_nobody_asked_for_is_dropped(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            cuff = quick_cuff()
            bluez.bond(cuff, remembered=[MEASUREMENT])
            host = BluezHost("hci0", TEST_LIMITS, frozenset({MEASUREMENT}))
            await host.start()
            heard: list[BLEDevice] = []
            scanner = host.new_scanner(
                "hci0", [BLOOD_PRESSURE_SERVICE], lambda device, _: heard.append(device)
            )
            await scanner.start()
            bluez.advertise(cuff)
            await until(lambda: bool(heard))
            await scanner.stop()
            client = host.new_client("hci0", heard[0], lambda: None, 10)
            await client.connect()
            await until(lambda: bool(host.kept.kept))
            assert bluez.send(cuff, MEASUREMENT, FRAME)
            await client.disconnect()
            assert len(await host.bonds("hci0")) == 1  # whatever came before has been told
            await host.close()
        await nothing_left()

    run(scenario())
    assert "exception" not in caplog.text
