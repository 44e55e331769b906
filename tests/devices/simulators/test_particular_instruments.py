"""Instruments with manners of their own: A&D, Omron, Beurer, Xiaomi, through real bleak."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from bleak import BleakScanner
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakGATTProtocolError

from devices.simulators.and_cuff import (
    DATE_TIME,
    DISCONNECT,
    SEND_ALL,
    VENDOR_COMMAND,
    SimulatedAndCuff,
)
from devices.simulators.beurer_scale import USER_CONTROL_POINT, SimulatedBeurerScale
from devices.simulators.blood_pressure_monitor import MEASUREMENT, SimulatedReading
from devices.simulators.bluez import SimulatedBluez
from devices.simulators.encoding import current_time, date_time, hong_kong_time
from devices.simulators.omron_cuff import CURRENT_TIME, SimulatedOmronCuff
from devices.simulators.weight_scale import (
    COMPOSITION,
    COMPOSITION_SERVICE,
    SCALE_SERVICE,
    WEIGHT,
    SimulatedComposition,
    SimulatedWeight,
)
from devices.simulators.xiaomi_scale import SimulatedXiaomiScale
from tests.devices.simulators.listening import QUICK, around, heard, listening, take

READING = SimulatedReading(120, 80)
YEAR = timedelta(days=365)


def and_cuff(**given: Any) -> SimulatedAndCuff:
    return SimulatedAndCuff(**({"habits": QUICK, "clock_ahead": -YEAR} | given))


def test_an_and_cuff_sends_oldest_first_once_its_clock_was_set() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedAndCuff) -> None:
        sending = asyncio.create_task(one.measure([READING, SimulatedReading(130, 85)]))
        async with listening(one, MEASUREMENT) as (client, values):
            before = await client.read_gatt_char(DATE_TIME)
            assert int.from_bytes(before[:2], "little") < hong_kong_time().year
            assert values.empty()
            await client.write_gatt_char(DATE_TIME, date_time(hong_kong_time()), response=True)
            assert [frame[1] for frame in await take(values, 2)] == [120, 130]
            await client.write_gatt_char(VENDOR_COMMAND, SEND_ALL, response=True)
            await client.write_gatt_char(VENDOR_COMMAND, DISCONNECT, response=True)
            await one.left.wait()
        assert await sending
        assert one.hung_up == 0
        assert abs(one.clock.ahead) < timedelta(seconds=5)

    around(lambda: and_cuff(), act)


def test_an_and_cuff_hangs_up_when_its_clock_is_not_set_and_keeps_its_readings() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedAndCuff) -> None:
        sending = asyncio.create_task(one.measure([READING]))
        async with listening(one, MEASUREMENT) as (client, values):
            await one.left.wait()
            assert values.empty()
        assert one.hung_up == 1
        assert len(one.stored) == 1
        async with listening(one, MEASUREMENT) as (client, values):
            await client.write_gatt_char(DATE_TIME, date_time(hong_kong_time()), response=True)
            await take(values, 1)
        assert await sending

    around(lambda: and_cuff(clock_within_s=0.3), act)


def test_an_and_cuff_refuses_a_time_that_does_not_exist_and_unknown_commands() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedAndCuff) -> None:
        sending = asyncio.create_task(one.measure([READING]))
        async with listening(one) as (client, _):
            for uuid, value in ((DATE_TIME, bytes(7)), (DATE_TIME, b"\x01"), (VENDOR_COMMAND, b"")):
                with pytest.raises(BleakGATTProtocolError) as caught:
                    await client.write_gatt_char(uuid, value, response=True)
                assert int(caught.value.code) == 0x13
        sending.cancel()
        assert one.clock.settings == []

    around(lambda: and_cuff(), act)


def test_the_pairing_mode_is_seen_in_the_advertising_flags() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedAndCuff) -> None:
        pairing = asyncio.create_task(one.pairing_mode())
        device = await heard(one)
        assert device.details["props"]["AdvertisingFlags"] == b"\x05"
        async with listening(one) as (client, _):
            await client.pair()
        assert await pairing
        assert bluez.is_bonded(one)
        assert one.advertising_flags == 0x06

    around(lambda: and_cuff(), act)


def test_an_omron_lets_its_clock_be_set_once_after_it_spoke_of_it() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedOmronCuff) -> None:
        sending = asyncio.create_task(one.measure([READING]))
        async with listening(one, CURRENT_TIME) as (client, values):
            [told] = await take(values, 1)
            assert int.from_bytes(told[:2], "little") < hong_kong_time().year
            right = current_time(hong_kong_time())
            await client.write_gatt_char(CURRENT_TIME, right, response=True)
            assert one.misbehaved == 0
            await client.start_notify(MEASUREMENT, lambda _, value: values.put_nowait(value))
            await take(values, 1)
        assert await sending
        assert len(one.clock.settings) == 1

    around(lambda: SimulatedOmronCuff(habits=QUICK, clock_ahead=-YEAR), act)


@pytest.mark.parametrize(
    ("ahead", "subscribes", "times"),
    [(-YEAR, False, 1), (-YEAR, True, 2), (timedelta(minutes=5), True, 1)],
)
def test_an_omron_that_is_set_at_another_time_hangs_up(
    ahead: timedelta, subscribes: bool, times: int
) -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedOmronCuff) -> None:
        sending = asyncio.create_task(one.measure([READING]))
        wanted = [CURRENT_TIME] if subscribes else []
        async with listening(one, *wanted) as (client, values):
            if subscribes:
                await take(values, 1)
            for _ in range(times):
                assert not one.misbehaved
                right = current_time(hong_kong_time())
                await client.write_gatt_char(CURRENT_TIME, right, response=True)
            await one.left.wait()
        assert one.misbehaved == 1
        assert len(one.stored) == 1
        sending.cancel()

    around(lambda: SimulatedOmronCuff(habits=QUICK, clock_ahead=ahead), act)


def beurer(**given: Any) -> SimulatedBeurerScale:
    return SimulatedBeurerScale(**({"habits": QUICK} | given))


STEP = SimulatedWeight(
    Decimal("79.96"), user=1, composition=SimulatedComposition(Decimal("19.4"), Decimal("40.7"))
)
NOW = current_time(datetime.fromisoformat("2026-05-12T18:53:54"))


def test_a_beurer_sends_after_bond_clock_and_consent() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedBeurerScale) -> None:
        sending = asyncio.create_task(one.measure([STEP]))
        uuids = (USER_CONTROL_POINT, WEIGHT, COMPOSITION)
        async with listening(one, *uuids) as (client, values):
            for request, answer in (("0201ffff", "200205"), ("0201a80e", "200201")):
                assert len(one.stored) == 2
                await client.write_gatt_char(
                    USER_CONTROL_POINT, bytes.fromhex(request), response=True
                )
                assert await take(values, 1) == [bytes.fromhex(answer)]
            assert values.empty()
            await client.write_gatt_char(CURRENT_TIME, NOW, response=True)
            weight, composition = await take(values, 2)
            assert weight[1:3] == b"\x78\x3e"
            assert composition[2:4] == b"\xc2\x00"
        assert await sending

    around(lambda: beurer(), act)


def test_clock_and_consent_count_for_one_connection() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedBeurerScale) -> None:
        sending = asyncio.create_task(one.measure([STEP]))
        async with listening(one, USER_CONTROL_POINT) as (client, values):
            await client.write_gatt_char(USER_CONTROL_POINT, b"\x02\x01\xa8\x0e", response=True)
            await take(values, 1)
            assert one.consented == 1
        async with listening(one, WEIGHT, COMPOSITION) as (client, values):
            await client.write_gatt_char(CURRENT_TIME, NOW, response=True)
            assert one.consented is None
            assert values.empty()
        sending.cancel()
        assert len(one.stored) == 2

    around(lambda: beurer(), act)


@pytest.mark.parametrize(
    ("request_hex", "answer"),
    [
        ("01a80e", "20010102"),
        ("0101", "200103"),
        ("02", "200203"),
        ("03", "200302"),
        ("", "200002"),
    ],
)
def test_a_beurer_answers_its_control_point(request_hex: str, answer: str) -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedBeurerScale) -> None:
        sending = asyncio.create_task(one.measure([STEP]))
        async with listening(one, USER_CONTROL_POINT) as (client, values):
            await client.write_gatt_char(
                USER_CONTROL_POINT, bytes.fromhex(request_hex), response=True
            )
            assert [frame.hex() for frame in await take(values, 1)] == [answer]
        sending.cancel()

    around(lambda: beurer(), act)


def test_a_beurer_without_a_place_or_a_subscription_refuses() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedBeurerScale) -> None:
        sending = asyncio.create_task(one.measure([STEP]))
        async with listening(one) as (client, values):
            with pytest.raises(BleakGATTProtocolError) as caught:
                await client.write_gatt_char(USER_CONTROL_POINT, b"\x01\x00\x00", response=True)
            assert int(caught.value.code) == 0xFD
            await client.start_notify(
                USER_CONTROL_POINT, lambda _, value: values.put_nowait(bytes(value))
            )
            await client.write_gatt_char(USER_CONTROL_POINT, b"\x01\x00\x00", response=True)
            assert await take(values, 1) == [b"\x20\x01\x04"]
        sending.cancel()

    around(lambda: beurer(places=1), act)


def test_zero_compositions_come_before_the_true_one() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedBeurerScale) -> None:
        storing = asyncio.create_task(one.measure([STEP]))
        await heard(one)
        assert len(one.stored) == 4
        _, first, second, true = one.stored
        assert first == second == true[:2] + bytes(len(true) - 2)
        assert true[2:4] == b"\xc2\x00"
        storing.cancel()

    around(lambda: beurer(zero_compositions=2), act)


@pytest.mark.parametrize(
    ("composition", "service"), [(False, SCALE_SERVICE), (True, COMPOSITION_SERVICE)]
)
def test_a_xiaomi_only_advertises(composition: bool, service: str) -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedXiaomiScale) -> None:
        said: list[AdvertisementData] = []
        async with BleakScanner(lambda _, data: said.append(data)):
            await one.step_on(Decimal("70.85"), impedance_ohm=489, seconds=0.01)
            await bluez.confirmed()
            while not said[-1].service_data[service][int(composition)] & 0x80:
                await asyncio.sleep(0.001)
        flags = [data.service_data[service][int(composition)] & 0xA0 for data in said]
        assert flags == sorted(flags)
        assert set(flags) == {0x00, 0x20, 0xA0}
        last = said[-1].service_data[service]
        assert (last[11:] if composition else last[1:3]) == b"\x5a\x37"
        assert len(last) == (13 if composition else 10)

    around(lambda: SimulatedXiaomiScale(composition=composition, habits=QUICK), act)
