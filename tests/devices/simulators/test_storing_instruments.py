"""Thermometer, oximeter and scale: they keep what they measured until it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from devices.simulators.blood_pressure_monitor import MEASUREMENT, SimulatedCuff, SimulatedReading
from devices.simulators.bluez import SimulatedBluez
from devices.simulators.encoding import assigned
from devices.simulators.peripheral import PairingMethod
from devices.simulators.pulse_oximeter import (
    CONTINUOUS,
    SPOT_CHECK,
    SimulatedOximeter,
    SimulatedSaturation,
)
from devices.simulators.standard_services import BATTERY_LEVEL
from devices.simulators.thermometer import TEMPERATURE, SimulatedTemperature, SimulatedThermometer
from devices.simulators.weight_scale import (
    COMPOSITION,
    WEIGHT,
    SimulatedComposition,
    SimulatedScale,
    SimulatedWeight,
)
from tests.devices.simulators.listening import DROWSY, QUICK, around, listening, take

FEVER = SimulatedTemperature(Decimal("38.5"))
NOON = datetime.fromisoformat("2026-03-04T12:00:00")
FAT = SimulatedComposition(Decimal("19.4"), Decimal("40.7"), in_two_packets=True)

STORING = [
    pytest.param(SimulatedThermometer, (TEMPERATURE,), FEVER, 1, id="thermometer"),
    pytest.param(SimulatedOximeter, (SPOT_CHECK,), SimulatedSaturation(97, 61), 1, id="oximeter"),
    pytest.param(
        SimulatedScale,
        (WEIGHT, COMPOSITION),
        SimulatedWeight(Decimal("71.35"), composition=FAT),
        3,
        id="scale",
    ),
]


@pytest.mark.parametrize(("kind", "uuids", "reading", "frames"), STORING)
def test_a_reading_that_nobody_took_is_sent_the_next_time(
    kind: Callable[..., Any], uuids: tuple[str, ...], reading: Any, frames: int
) -> None:
    async def act(bluez: SimulatedBluez, one: Any) -> None:
        assert not await one.measure([reading])
        assert len(one.stored) == frames
        one.habits = QUICK
        sending = asyncio.create_task(one.measure([reading]))
        stored = [*one.stored]
        async with listening(one, *uuids) as (client, values):
            received = await take(values, 2 * frames)
            assert received[:frames] == stored
            assert await client.read_gatt_char(BATTERY_LEVEL) == b"\x55"
            assert b"SVK" in await client.read_gatt_char(assigned(0x2A24))
        assert await sending
        assert one.stored == []

    around(lambda: kind(habits=DROWSY), act)


@pytest.mark.parametrize(("kind", "uuids", "reading", "frames"), STORING)
def test_a_link_that_breaks_in_the_middle_is_made_again(
    kind: Callable[..., Any], uuids: tuple[str, ...], reading: Any, frames: int
) -> None:
    async def act(bluez: SimulatedBluez, one: Any) -> None:
        one.faults.drop_after_frames = frames
        sending = asyncio.create_task(one.measure([reading] * 2))
        received: list[bytes] = []
        for _ in range(2):
            async with listening(one, *uuids) as (_, values):
                received += await take(values, frames)
        assert await sending
        assert len(received) == 2 * frames

    around(lambda: kind(habits=QUICK), act)


@pytest.mark.parametrize(("kind", "uuids", "reading", "frames"), STORING)
def test_a_paired_instrument_protects_what_it_measured(
    kind: Callable[..., Any], uuids: tuple[str, ...], reading: Any, frames: int
) -> None:
    async def act(bluez: SimulatedBluez, one: Any) -> None:
        sending = asyncio.create_task(one.measure([reading]))
        async with listening(one, *uuids) as (_, values):
            assert bluez.is_bonded(one)  # on demand, at the subscription
            await take(values, frames)
        assert await sending

    around(lambda: kind(habits=QUICK, pairing=PairingMethod.JUST_WORKS), act)


def test_a_clock_that_is_wrong_shows_in_the_time_stamp() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedThermometer) -> None:
        await one.measure([FEVER])
        assert one.stored[0][5:12] == bytes.fromhex("ea0703040d0000")

    around(
        lambda: SimulatedThermometer(
            habits=DROWSY, clock_ahead=timedelta(hours=1), now=lambda: NOON
        ),
        act,
    )


def test_a_finger_in_the_clip_is_wild_first_and_steady_then() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedOximeter) -> None:
        measuring = asyncio.create_task(one.finger_in(97, 61, unstable=3, stable=4, every_s=0.001))
        async with listening(one, CONTINUOUS) as (_, values):
            samples = await take(values, 7)
        assert await measuring
        assert [sample[1] == 97 for sample in samples] == [False] * 3 + [True] * 4
        assert [sample[7:] == bytes(3) for sample in samples] == [False] * 3 + [True] * 4
        assert one.stored == []

    around(lambda: SimulatedOximeter(habits=QUICK, spot_check=False), act)


def test_a_finger_taken_out_or_never_noticed_ends_the_values() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedOximeter) -> None:
        assert not await one.finger_in(97, 61, every_s=0)
        one.habits = QUICK
        measuring = asyncio.create_task(one.finger_in(97, 61, stable=10_000, every_s=0.001))
        async with listening(one, CONTINUOUS) as (_, values):
            await take(values, 1)
        assert await measuring

    around(lambda: SimulatedOximeter(habits=DROWSY), act)


def test_readings_given_as_bytes_are_sent_as_they_are() -> None:
    async def act(bluez: SimulatedBluez, one: Any) -> None:
        await one.measure([b"\xff"])
        assert one.stored == [b"\xff"]

    for kind in (SimulatedThermometer, SimulatedOximeter, SimulatedScale):
        around(lambda kind=kind: kind(habits=DROWSY), act)


def test_a_paired_cuff_sends_at_once_to_whom_it_remembers() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedCuff) -> None:
        bluez.bond(one, remembered=[MEASUREMENT])
        sending = asyncio.create_task(one.measure([SimulatedReading(120, 80)] * 3, 0))
        async with listening(one):
            assert await sending
        assert [uuid for _, uuid, _ in bluez.confirmed_unheard] == [MEASUREMENT] * 3
        assert one.stored == []

    around(
        lambda: SimulatedCuff(
            advertise_every_s=0.005, linger_s=0.02, pairing=PairingMethod.JUST_WORKS
        ),
        act,
    )
