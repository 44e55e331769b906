"""The glucose meter's memory, asked through real bleak as the Glucose profile says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest
from bleak import BleakClient
from bleak.exc import BleakGATTProtocolError

from devices.simulators.bluez import SimulatedBluez
from devices.simulators.glucose_meter import (
    CONTEXT,
    GLUCOSE,
    SimulatedGlucose,
    SimulatedGlucoseMeter,
)
from devices.simulators.record_access import RECORD_ACCESS, RecordFaults
from tests.devices.simulators.listening import DROWSY, QUICK, around, listening, take

ALL = bytes.fromhex("0101")
DONE = bytes.fromhex("06000101")


def records(count: int, **given: Any) -> list[SimulatedGlucose]:
    return [SimulatedGlucose(mg_dl=Decimal(90 + number), **given) for number in range(count)]


async def ask(client: BleakClient, hex_request: str) -> None:
    await client.write_gatt_char(RECORD_ACCESS, bytes.fromhex(hex_request), response=True)


Talk = Callable[[BleakClient, "asyncio.Queue[bytes]"], Awaitable[None]]


def with_meter(count: int, talk: Talk, **given: Any) -> None:
    """A meter with `count` records, and everything subscribed to."""

    async def act(bluez: SimulatedBluez, one: SimulatedGlucoseMeter) -> None:
        serving = asyncio.create_task(one.measure(records(count)))
        async with listening(one, GLUCOSE, CONTEXT, RECORD_ACCESS) as (client, values):
            await talk(client, values)
        assert await serving
        assert len(one.numbers) == count

    around(lambda: SimulatedGlucoseMeter(habits=QUICK, **given), act)


@pytest.mark.parametrize(
    ("request_hex", "numbers", "answer"),
    [
        ("0101", [1, 2, 3, 4, 5], "06000101"),
        ("0103010400", [4, 5], "06000101"),
        ("0102010200", [1, 2], "06000101"),
        ("01040102000300", [2, 3], "06000101"),
        ("0105", [1], "06000101"),
        ("0106", [5], "06000101"),
        ("0103010600", [], "06000106"),
        ("0401", [], "05000500"),
        ("0403010400", [], "05000200"),
        ("0201", [], "06000202"),  # to delete is not supported
        ("0100", [], "06000103"),
        ("0109", [], "06000104"),
        ("0103", [], "06000105"),
        ("01030104", [], "06000105"),
        ("01010104", [], "06000105"),
        ("01040103000200", [], "06000105"),
        ("0103020400", [], "06000109"),
        ("0300", [], "06000301"),
        ("09", [], "06000902"),
    ],
)
def test_each_request_has_its_answer(request_hex: str, numbers: list[int], answer: str) -> None:
    async def talk(client: BleakClient, values: asyncio.Queue[bytes]) -> None:
        await ask(client, request_hex)
        *sent, last = await take(values, len(numbers) + 1)
        assert [int.from_bytes(frame[1:3], "little") for frame in sent] == numbers
        assert last.hex() == answer

    with_meter(5, talk)


def test_an_empty_memory_has_no_records() -> None:
    async def talk(client: BleakClient, values: asyncio.Queue[bytes]) -> None:
        await ask(client, "0101")
        assert await take(values, 1) == [bytes.fromhex("06000106")]

    with_meter(0, talk)


def test_a_request_without_subscriptions_is_improperly_configured() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedGlucoseMeter) -> None:
        serving = asyncio.create_task(one.measure(records(1)))
        async with listening(one) as (client, _):
            for subscribe in (None, RECORD_ACCESS):
                if subscribe is not None:
                    await client.start_notify(subscribe, lambda *_: None)
                with pytest.raises(BleakGATTProtocolError) as caught:
                    await ask(client, "0101")
                assert int(caught.value.code) == 0x81
        assert await serving

    around(lambda: SimulatedGlucoseMeter(habits=QUICK), act)


def test_a_second_request_is_refused_while_one_is_in_progress_and_may_be_aborted() -> None:
    async def talk(client: BleakClient, values: asyncio.Queue[bytes]) -> None:
        await ask(client, "0101")
        with pytest.raises(BleakGATTProtocolError) as caught:
            await ask(client, "0101")
        assert int(caught.value.code) == 0x80
        await ask(client, "0300")
        while (frame := (await take(values, 1))[0]) != bytes.fromhex("06000301"):
            assert frame != DONE
        await ask(client, "0401")
        assert (await take(values, 1))[0].hex() == "0500c800"

    with_meter(200, talk)


def test_a_meter_may_stay_busy_after_its_answer_and_refuse_for_no_reason() -> None:
    async def talk(client: BleakClient, values: asyncio.Queue[bytes]) -> None:
        for busy_for in ("a refusal", "its answer"):
            with pytest.raises(BleakGATTProtocolError, match="128"):
                await ask(client, "0401")
            if busy_for == "a refusal":
                await ask(client, "0401")
                await take(values, 1)

    with_meter(1, talk, record_faults=RecordFaults(refusals=1, busy_s=30))


def test_a_report_that_breaks_off_goes_on_at_the_next_connection() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedGlucoseMeter) -> None:
        serving = asyncio.create_task(one.measure(records(5)))
        async with listening(one, GLUCOSE, RECORD_ACCESS) as (client, values):
            await ask(client, "0101")
            assert len(await take(values, 2)) == 2
            await one.left.wait()
        async with listening(one, GLUCOSE, RECORD_ACCESS) as (client, values):
            await ask(client, "0103010200")
            frames = await take(values, 5)
            assert [frame[1] for frame in frames[:4]] == [2, 3, 4, 5]
            assert frames[4] == DONE
        assert await serving
        assert [request.hex() for request in one.record_access.asked] == ["0101", "0103010200"]

    around(
        lambda: SimulatedGlucoseMeter(
            habits=QUICK, record_faults=RecordFaults(drop_after_records=2)
        ),
        act,
    )


def test_a_silent_meter_takes_the_request_and_says_nothing() -> None:
    async def talk(client: BleakClient, values: asyncio.Queue[bytes]) -> None:
        await ask(client, "0101")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await values.get()

    with_meter(3, talk, record_faults=RecordFaults(silent=True))


def test_a_meter_that_can_not_select_can_send_all() -> None:
    async def talk(client: BleakClient, values: asyncio.Queue[bytes]) -> None:
        await ask(client, "0103010200")
        assert (await take(values, 1))[0].hex() == "06000104"
        await ask(client, "0101")
        assert len(await take(values, 4)) == 4

    with_meter(3, talk, record_faults=RecordFaults(only_all=True))


def test_a_context_follows_its_record_where_the_meter_has_one() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedGlucoseMeter) -> None:
        serving = asyncio.create_task(one.measure(records(2, meal=2)))
        async with listening(one, GLUCOSE, CONTEXT, RECORD_ACCESS) as (client, values):
            await ask(client, "0101")
            frames = await take(values, 5)
            assert frames[1] == b"\x02\x01\x00\x02"
            assert frames[3] == b"\x02\x02\x00\x02"
        assert await serving
        plain = SimulatedGlucoseMeter(context=False)
        assert all(each.uuid != CONTEXT for each in plain.characteristics())

    around(lambda: SimulatedGlucoseMeter(habits=QUICK), act)


def test_the_memory_is_cleared_by_the_person_only_and_numbers_start_anew() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedGlucoseMeter) -> None:
        assert not await one.measure(records(3))  # nobody came
        assert one.numbers == [1, 2, 3]
        one.reset_memory()
        one.prick([SimulatedGlucose(Decimal(100), control_solution=True), bytes(1) + b"\x07\x00"])
        assert one.numbers == [1, 7]

    around(lambda: SimulatedGlucoseMeter(habits=DROWSY), act)


def test_a_meter_with_a_visitor_that_stays_falls_asleep() -> None:
    async def act(bluez: SimulatedBluez, one: SimulatedGlucoseMeter) -> None:
        serving = asyncio.create_task(one.measure(records(1)))
        async with listening(one):
            assert await serving
            assert one.left.is_set()

    habits = type(QUICK)(advertise_every_s=0.005, awake_s=0.5)
    around(lambda: SimulatedGlucoseMeter(habits=habits), act)
