"""Bonded instruments: what they send at once is heard once, and what nobody waits for is kept."""

from __future__ import annotations

import asyncio
import logging
from decimal import Decimal

import pytest

from devices.health.bluez_line import DEVICE, device_path
from devices.health.errors import BondBroken, ConnectionLost
from devices.health.events import Connected, Frame, Searching
from devices.health.gatt import BLOOD_PRESSURE, GLUCOSE_METER, THERMOMETER
from devices.health.link import Link
from devices.health.session import Instruments
from devices.simulators.blood_pressure_monitor import (
    MEASUREMENT,
    SimulatedCuff,
    SimulatedReading,
    encode_measurement,
)
from devices.simulators.glucose_meter import SimulatedGlucose, SimulatedGlucoseMeter
from devices.simulators.peripheral import ConnectFault, PairingMethod
from devices.simulators.thermometer import SimulatedTemperature, SimulatedThermometer
from devices.simulators.transmission import offer_pairing
from tests.devices.health.bench import READING, TEST_LIMITS, TestClock, quick_cuff, run, shorter
from tests.devices.health.bluez_bench import Person, call, until
from tests.devices.health.engine_bench import QUICK, EngineBench, raws

ALIKE = SimulatedReading(118, 76, time_stamped=False)


def several(*systolics: int) -> list[SimulatedReading]:
    return [SimulatedReading(systolic, 80) for systolic in systolics]


def bonded_cuff() -> SimulatedCuff:
    """One that remembers who wants its values, and sends them as soon as a link is up."""
    return quick_cuff(pairing=PairingMethod.JUST_WORKS)


async def first_contact(bench: EngineBench, cuff: SimulatedCuff) -> None:
    """Bonded, and connected once since bluetoothd started: from here on nothing may be lost."""
    bench.bluez.bond(cuff, remembered=[MEASUREMENT])
    await bench.ready()
    bench.meanwhile(cuff.measure(several(101), 0.02))
    await bench.measure((BLOOD_PRESSURE,))
    await bench.instruments.disconnected()
    bench.bluez.confirmed_unheard.clear()
    bench.strays.clear()
    bench.listener.events.clear()


def test_what_is_sent_the_moment_the_link_is_up_is_heard_each_exactly_once() -> None:
    async def scenario() -> None:
        cuff = bonded_cuff()
        cuff.faults.deliver_twice = True
        async with EngineBench(cuff) as bench:
            await first_contact(bench, cuff)
            bench.meanwhile(cuff.measure(several(111, 112, 113), 0))
            report = await bench.measure((BLOOD_PRESSURE,))
            assert [frame.raw[1] for frame in report.frames] == [111, 112, 113]
            assert len(bench.listener.of(Frame)) == 3
            assert report.duplicates >= 3
            assert bench.bluez.confirmed_unheard == []
            assert bench.strays == []

    run(scenario())


def test_the_kiosks_own_line_may_be_slower_than_the_session_and_nothing_counts_twice() -> None:
    async def scenario() -> None:
        cuff = bonded_cuff()
        async with EngineBench(cuff) as bench:
            await first_contact(bench, cuff)
            bench.meanwhile(cuff.measure([*several(111), ALIKE], 0))
            report = await bench.measure((BLOOD_PRESSURE,))
            assert len(report.frames) == 2
            for raw in raws(report.frames):  # the line hands them over when all is done
                bench.instruments._host._kept_value(  # type: ignore[attr-defined]
                    cuff.address, MEASUREMENT, raw
                )
            await bench.instruments.close()
            assert bench.strays == []

    run(scenario())


def test_values_confirmed_while_nobody_listened_are_counted_and_nothing_else_is_lost() -> None:
    async def scenario() -> None:
        """The first connection after a boot: BlueZ has nothing yet to listen to."""
        cuff = bonded_cuff()
        async with EngineBench(cuff) as bench:
            bench.bluez.bond(cuff, remembered=[MEASUREMENT])
            await bench.ready()
            stored = [encode_measurement(one, cuff._cuff_time()) for one in several(1, 2, 3, 4, 5)]
            bench.meanwhile(cuff.measure(stored, 0.01))
            bench.meanwhile(gives_up(bench, cuff))
            heard = raws((await bench.measure((BLOOD_PRESSURE,))).frames)
            unheard = [value for _, _, value in bench.bluez.confirmed_unheard]
            assert sorted(heard + unheard) == stored
            assert not set(heard) & set(unheard)

    run(scenario())


async def gives_up(bench: EngineBench, cuff: SimulatedCuff) -> None:
    """The person waits until the cuff has nothing left to send, and then for nothing more."""
    await bench.listener.until(Connected)
    await until(lambda: not cuff.stored)
    await cuff.left.wait()
    bench.stop.set()


async def connects_by_itself(bench: EngineBench, cuff: SimulatedCuff) -> None:
    """Another program has it connected; the kiosk measures nothing."""
    await until(lambda: bool(bench.instruments._host.kept.kept))  # type: ignore[attr-defined]
    from dbus_fast import BusType
    from dbus_fast.aio import MessageBus

    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    try:
        await call(bus, device_path("hci0", cuff.address), DEVICE, "Connect")
        await cuff.characteristic(MEASUREMENT).subscribed.wait()
    finally:
        bus.disconnect()
        await bus.wait_for_disconnect()


def test_values_without_a_session_are_nobodys_and_come_once() -> None:
    async def scenario() -> None:
        cuff = bonded_cuff()
        async with EngineBench(cuff) as bench:
            await first_contact(bench, cuff)
            await connects_by_itself(bench, cuff)
            cuff.faults.deliver_twice = True
            raw = encode_measurement(READING, cuff._cuff_time())
            for _ in range(2):
                assert await cuff.deliver(MEASUREMENT, raw)
            await until(lambda: bool(bench.strays))
            await bench.instruments.close()
            [stray] = bench.strays
            assert (stray.raw, stray.kind) == (raw, "blood_pressure")
            # who it is is known from the sessions before: decoding may depend on it
            assert stray.identity.name == "Simulated cuff"
            assert stray.identity.model == "SVK-CUFF"

    run(scenario())


def test_a_bonded_cuffs_values_are_not_of_a_session_with_another_instrument() -> None:
    async def scenario() -> None:
        cuff, thermometer = bonded_cuff(), SimulatedThermometer(habits=QUICK)
        async with EngineBench(cuff, thermometer) as bench:
            await first_contact(bench, cuff)
            await connects_by_itself(bench, cuff)
            measuring = asyncio.create_task(bench.measure((THERMOMETER,)))
            await bench.listener.until(Searching)
            assert await cuff.deliver(MEASUREMENT, encode_measurement(READING, cuff._cuff_time()))
            bench.meanwhile(thermometer.measure([SimulatedTemperature(Decimal("36.8"))]))
            report = await measuring
            assert [frame.kind for frame in report.frames] == ["temperature"]
            await until(lambda: bool(bench.strays))
            assert [frame.kind for frame in bench.strays] == ["blood_pressure"]

    run(scenario())


@pytest.mark.parametrize("bonded", [False, True])
def test_a_value_that_comes_after_the_session_and_before_the_link_is_gone_is_kept(
    bonded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BlueZ has confirmed it: it exists nowhere else."""

    async def scenario() -> None:
        sent, close = asyncio.Event(), Link.close

        async def close_late(link: Link) -> None:
            await sent.wait()
            await close(link)

        monkeypatch.setattr(Link, "close", close_late)
        cuff = bonded_cuff() if bonded else quick_cuff()
        async with EngineBench(cuff) as bench:
            if bonded:
                sent.set()
                await first_contact(bench, cuff)
                sent.clear()
            bench.meanwhile(cuff.measure([READING], 20))
            measuring = asyncio.create_task(bench.measure((BLOOD_PRESSURE,)))
            await bench.listener.until(Connected)
            await cuff.characteristic(MEASUREMENT).subscribed.wait()
            late = encode_measurement(READING, cuff._cuff_time())
            measuring.cancel()
            await asyncio.wait({measuring})
            assert await cuff.deliver(MEASUREMENT, late)
            await until(lambda: bool(bench.strays))
            sent.set()
            await bench.instruments.close()
            assert raws(bench.strays) == [late]
            assert bench.listener.of(Frame) == []
            assert bench.bluez.confirmed_unheard == []

    run(scenario())


def test_records_that_come_late_stay_in_the_meter_and_are_nobodys_business() -> None:
    """They are only shown to who asks: the next session gets them, and staff get no list."""

    async def scenario() -> None:
        meter = SimulatedGlucoseMeter(habits=QUICK)
        meter.prick([SimulatedGlucose(mg_dl=Decimal(60 + n)) for n in range(200)])
        async with EngineBench(meter) as bench:
            bench.meanwhile(meter.connect_to_kiosk())
            measuring = asyncio.create_task(bench.measure((GLUCOSE_METER,)))
            await bench.listener.until(Frame, 20)
            measuring.cancel()
            await asyncio.wait({measuring})
            await bench.instruments.disconnected()
            bench.meanwhile(meter.connect_to_kiosk())
            report = await bench.measure((GLUCOSE_METER,))
            assert len(report.frames) == 200
            await bench.instruments.close()
            assert bench.strays == []

    run(scenario())


def test_a_stray_that_could_not_be_kept_is_said_and_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario() -> None:
        cuff = bonded_cuff()
        async with EngineBench(cuff) as bench:
            full = [True]
            keep = bench._keep_stray

            async def on_stray(frame: Frame) -> None:
                if full:
                    raise OSError(28, "No space left on device")
                await keep(frame)

            bench.instruments = Instruments(TestClock(), limits=TEST_LIMITS, on_stray=on_stray)
            await first_contact(bench, cuff)
            await connects_by_itself(bench, cuff)
            assert await cuff.deliver(MEASUREMENT, encode_measurement(READING, cuff._cuff_time()))
            await until(lambda: "No space left" in caplog.text)
            assert bench.strays == []
            full.clear()
            assert await cuff.deliver(MEASUREMENT, encode_measurement(ALIKE, cuff._cuff_time()))
            await until(lambda: len(bench.strays) == 2)

    with caplog.at_level(logging.ERROR):
        run(scenario())


def test_a_bond_that_only_the_kiosk_remembers_is_said_and_pairing_anew_helps() -> None:
    async def scenario() -> None:
        cuff = bonded_cuff()
        async with EngineBench(cuff) as bench:
            bench.bluez.bond(cuff)
            cuff.forget_bonds()  # its batteries were changed
            await bench.ready()
            calling = bench.meanwhile(cuff.measure([READING], 0.02))
            failure = await bench.fails(BondBroken, kinds=(BLOOD_PRESSURE,))
            assert failure.pairing
            with pytest.raises(BondBroken):  # pairing finds the bond that is there
                await bench.pair(cuff, Person())
            calling.cancel()
            await bench.instruments.forget(cuff.address)
            bench.meanwhile(offer_pairing(cuff, QUICK))
            await bench.pair(cuff, Person())
            await bench.instruments.disconnected()
            bench.meanwhile(cuff.measure([READING], 0.02))
            assert len((await bench.measure((BLOOD_PRESSURE,))).frames) == 1

    run(scenario())


def test_a_bad_radio_is_not_taken_for_a_broken_bond() -> None:
    async def scenario() -> None:
        cuff = bonded_cuff()
        cuff.faults.connect.extend([ConnectFault.CANCELED] * 9)
        async with EngineBench(cuff) as bench:
            bench.bluez.bond(cuff)
            await bench.ready()
            bench.meanwhile(cuff.measure([READING], 0.02))
            await bench.fails(ConnectionLost, kinds=(BLOOD_PRESSURE,))

    run(scenario())


def test_an_endless_up_and_down_of_the_link_is_a_broken_bond_also_when_it_ends_in_a_timeout() -> (
    None
):
    """BlueZ 5.66: fifty links in one call, then bleak's own time limit."""

    async def scenario() -> None:
        cuff = bonded_cuff()
        faults = [ConnectFault.ABORT_BY_LOCAL] * 50
        cuff.faults.connect.extend(faults)
        async with EngineBench(cuff, limits=shorter(connect_s=0.3)) as bench:
            bench.bluez.bond(cuff)
            await bench.ready()
            bench.meanwhile(cuff.measure([READING], 0.02))
            failure = await bench.fails(BondBroken, kinds=(BLOOD_PRESSURE,))
            assert failure.report.connections == 1

    run(scenario())
