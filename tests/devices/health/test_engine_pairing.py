"""Pairing an instrument through the session engine, and measuring with one that is not paired."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from devices.health.bluez_line import device_path
from devices.health.errors import (
    AdapterUnavailable,
    ConnectionLost,
    InstrumentNotFound,
    InstrumentRefused,
    PairingFailed,
    PairingReason,
)
from devices.health.gatt import ALL_KINDS, BLOOD_PRESSURE
from devices.health.pairing import (
    Allowed,
    CompareDigits,
    Digits,
    PairingAnswer,
    PairingQuestion,
    Refused,
    ShowDigits,
    TypeDigits,
)
from devices.simulators.and_cuff import SimulatedAndCuff
from devices.simulators.blood_pressure_monitor import SimulatedCuff
from devices.simulators.peripheral import ConnectFault, PairingMethod, SimulatedInstrument
from devices.simulators.transmission import offer_pairing
from tests.devices.health.bench import READING, quick_cuff, run, shorter
from tests.devices.health.bluez_bench import Person, never
from tests.devices.health.engine_bench import QUICK, EngineBench

IN_THE_CLEAR = Digits("042100")  # what the simulated instruments show


def cuff_that(pairs: PairingMethod, **given: object) -> SimulatedCuff:
    return quick_cuff(pairing=pairs, **given)


async def pairing_mode(bench: EngineBench, cuff: SimulatedInstrument) -> None:
    """The person holds the button: it calls until somebody has paired with it."""
    await bench.ready()
    bench.meanwhile(offer_pairing(cuff, QUICK))


async def refused(bench: EngineBench, cuff: SimulatedInstrument, person: Person) -> PairingReason:
    """Pair, and give back why it failed."""
    await pairing_mode(bench, cuff)
    with pytest.raises(PairingFailed) as caught:
        await bench.pair(cuff, person)
    assert caught.value.next_step.endswith(".")
    assert not bench.bluez.is_bonded(cuff)
    await bench.instruments.disconnected()
    return caught.value.reason


def test_an_instrument_without_a_number_is_paired_measures_and_is_forgotten() -> None:
    async def scenario() -> None:
        cuff, person = cuff_that(PairingMethod.JUST_WORKS), Person()
        async with EngineBench(cuff) as bench:
            await pairing_mode(bench, cuff)
            paired = await bench.pair(cuff, person)
            assert (paired.kind, paired.battery_percent) == ("blood_pressure", 85)
            assert paired.identity.model == "SVK-CUFF"
            assert person.asked == []  # the person who started it has already said yes
            [bond] = await bench.instruments.bonds()
            assert (bond.address, bond.name, bond.kind) == (
                cuff.address, "Simulated cuff", "blood_pressure",
            )  # fmt: skip

            await bench.instruments.disconnected()
            bench.meanwhile(cuff.measure([READING], 0.05))
            assert len((await bench.measure((BLOOD_PRESSURE,))).frames) == 1

            await bench.instruments.forget(cuff.address)
            await bench.instruments.forget(cuff.address)  # twice is fine
            assert await bench.instruments.bonds() == ()
            assert not bench.bluez.is_bonded(cuff)

    run(scenario())


@pytest.mark.parametrize(
    ("method", "answer", "question"),
    [
        (PairingMethod.PASSKEY_ON_INSTRUMENT, IN_THE_CLEAR, TypeDigits()),
        (PairingMethod.PASSKEY_ON_KIOSK, Allowed(), ShowDigits("042100")),
        (PairingMethod.COMPARE, Allowed(), CompareDigits("042100")),
    ],
)
def test_six_digits_are_typed_shown_or_compared(
    method: PairingMethod, answer: PairingAnswer, question: PairingQuestion
) -> None:
    async def scenario() -> None:
        cuff, person = cuff_that(method), Person(answer)
        async with EngineBench(cuff) as bench:
            await pairing_mode(bench, cuff)
            await bench.pair(cuff, person)
            assert person.asked == [question]
            assert bench.bluez.is_bonded(cuff)

    run(scenario())


@pytest.mark.parametrize(
    ("method", "answer", "reason"),
    [
        (PairingMethod.PASSKEY_ON_INSTRUMENT, Digits("111111"), PairingReason.WRONG_NUMBER),
        (PairingMethod.PASSKEY_ON_INSTRUMENT, Digits("12"), PairingReason.WRONG_NUMBER),
        (PairingMethod.PASSKEY_ON_INSTRUMENT, Refused(), PairingReason.REFUSED_BY_PERSON),
        (PairingMethod.COMPARE, Refused(), PairingReason.REFUSED_BY_PERSON),
        (PairingMethod.REFUSES, Allowed(), PairingReason.NOT_IN_PAIRING_MODE),
    ],
)
def test_why_it_was_not_paired_is_said(
    method: PairingMethod, answer: PairingAnswer, reason: PairingReason
) -> None:
    async def scenario() -> None:
        cuff = cuff_that(method)
        async with EngineBench(cuff) as bench:
            assert await refused(bench, cuff, Person(answer)) is reason

    run(scenario())


def test_the_wrong_digits_on_the_instruments_own_keys_are_the_wrong_number() -> None:
    async def scenario() -> None:
        cuff = cuff_that(PairingMethod.PASSKEY_ON_KIOSK)
        cuff.person_types = lambda shown: shown + 1
        async with EngineBench(cuff) as bench:
            # the digits stay on the screen: that question is never answered
            assert await refused(bench, cuff, Person(never)) is PairingReason.WRONG_NUMBER

    run(scenario())


def test_a_no_on_the_instrument_to_compared_digits_is_the_wrong_number() -> None:
    async def scenario() -> None:
        cuff = cuff_that(PairingMethod.COMPARE)
        cuff.person_agrees = lambda shown: False
        async with EngineBench(cuff) as bench:
            assert await refused(bench, cuff, Person()) is PairingReason.WRONG_NUMBER

    run(scenario())


@pytest.mark.parametrize(
    "method", [PairingMethod.PASSKEY_ON_INSTRUMENT, PairingMethod.PASSKEY_ON_KIOSK]
)
def test_a_person_who_does_nothing_is_no_answer_and_the_question_is_taken_back(
    method: PairingMethod,
) -> None:
    async def scenario() -> None:
        cuff, person = cuff_that(method), Person(never)
        cuff.person_types = lambda shown: None
        async with EngineBench(cuff) as bench:
            bench.bluez.agent_timeout_s = 0.2
            assert await refused(bench, cuff, person) is PairingReason.NO_ANSWER
            assert person.gave_up.is_set()

    run(scenario())


def test_an_instrument_that_leaves_while_the_person_looks_for_the_digits_is_no_answer() -> None:
    async def scenario() -> None:
        cuff, person = cuff_that(PairingMethod.PASSKEY_ON_INSTRUMENT), Person(never)
        async with EngineBench(cuff) as bench:
            await pairing_mode(bench, cuff)
            pairing = asyncio.create_task(bench.pair(cuff, person))
            await person.was_asked.wait()
            cuff.switch_off()
            with pytest.raises(PairingFailed) as caught:
                await pairing
            assert caught.value.reason is PairingReason.NO_ANSWER
            assert person.gave_up.is_set()

    run(scenario())


def test_a_person_who_gives_up_ends_it_at_once_and_the_next_try_works() -> None:
    async def scenario() -> None:
        cuff, person = cuff_that(PairingMethod.PASSKEY_ON_INSTRUMENT), Person(never)
        async with EngineBench(cuff) as bench:
            await pairing_mode(bench, cuff)
            pairing = asyncio.create_task(bench.pair(cuff, person))
            await person.was_asked.wait()
            pairing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await pairing
            assert person.gave_up.is_set()
            await bench.instruments.disconnected()
            assert cuff.left.is_set()
            await bench.pair(cuff, Person(IN_THE_CLEAR))
            assert bench.bluez.is_bonded(cuff)

    run(scenario())


def test_an_instrument_that_is_not_heard_is_not_found() -> None:
    async def scenario() -> None:
        cuff = cuff_that(PairingMethod.JUST_WORKS)
        async with EngineBench(cuff) as bench:
            with pytest.raises(InstrumentNotFound):
                await bench.pair(cuff, Person(), timeout_s=0.1)

    run(scenario())


def test_an_address_is_known_however_it_is_written() -> None:
    async def scenario() -> None:
        cuff = cuff_that(PairingMethod.JUST_WORKS, address="02:00:00:00:AB:CD")
        async with EngineBench(cuff) as bench:
            await pairing_mode(bench, cuff)
            paired = await bench.instruments.pair("02:00:00:00:ab:cd", ask=Person(), timeout_s=10)
            assert paired.identity.address == cuff.address
            await bench.instruments.forget("02:00:00:00:ab:cd")
            assert not bench.bluez.is_bonded(cuff)

    run(scenario())


def test_an_instrument_that_hangs_up_as_soon_as_it_is_paired_is_paired() -> None:
    async def scenario() -> None:
        cuff = cuff_that(PairingMethod.JUST_WORKS)
        keep_bond = cuff.keep_bond

        def keep_and_leave(adapter: str) -> None:
            keep_bond(adapter)
            asyncio.get_running_loop().call_soon(cuff.switch_off)

        cuff.keep_bond = keep_and_leave  # type: ignore[method-assign]
        async with EngineBench(cuff) as bench:
            await pairing_mode(bench, cuff)
            paired = await bench.pair(cuff, Person())
            assert paired.kind == "blood_pressure"
            assert bench.bluez.is_bonded(cuff)

    run(scenario())


def test_a_connection_that_fails_is_no_refusal() -> None:
    async def scenario() -> None:
        cuff = cuff_that(PairingMethod.JUST_WORKS)
        cuff.faults.connect.append(ConnectFault.CANCELED)
        async with EngineBench(cuff) as bench:
            await pairing_mode(bench, cuff)
            with pytest.raises(ConnectionLost):
                await bench.pair(cuff, Person())

    run(scenario())


def test_without_bluetooth_it_is_said() -> None:
    async def scenario() -> None:
        cuff = cuff_that(PairingMethod.JUST_WORKS)
        async with EngineBench(cuff) as bench:
            bench.bluez.power(False)
            for doing in (
                lambda: bench.pair(cuff, Person()),
                bench.instruments.bonds,
                lambda: bench.instruments.forget(cuff.address),
            ):
                with pytest.raises(AdapterUnavailable):
                    await doing()

    run(scenario())


def test_an_adapter_that_goes_off_while_pairing_ends_it_at_once() -> None:
    async def scenario() -> None:
        cuff, person = cuff_that(PairingMethod.JUST_WORKS), Person()
        cuff.faults.connect.append(ConnectFault.HANG)
        async with EngineBench(cuff) as bench:
            await pairing_mode(bench, cuff)
            pairing = asyncio.create_task(bench.pair(cuff, person))
            while not bench.called("Connect"):
                await asyncio.sleep(0)
            bench.bluez.unplug()
            with pytest.raises(AdapterUnavailable):
                await asyncio.wait_for(pairing, 5)

    run(scenario())


@pytest.mark.parametrize(
    "make",
    [
        lambda: cuff_that(PairingMethod.JUST_WORKS),
        lambda: cuff_that(PairingMethod.PASSKEY_ON_INSTRUMENT),
        lambda: SimulatedAndCuff(habits=QUICK),
    ],
    ids=["just works", "digits", "A&D"],
)
def test_an_unpaired_instrument_says_so_at_once_and_nobody_is_asked(
    make: Callable[[], SimulatedInstrument],
) -> None:
    async def scenario() -> None:
        cuff = make()
        async with EngineBench(cuff, limits=shorter(subscribe_s=20, read_s=20)) as bench:
            await bench.ready()
            bench.meanwhile(cuff.measure([READING]))  # type: ignore[attr-defined]
            failure = await bench.fails(InstrumentRefused, kinds=ALL_KINDS, timeout_s=10)
            assert failure.pairing
            assert failure.report.connections == 1

    run(scenario())


def test_a_wish_to_be_paired_of_an_earlier_day_does_not_explain_todays_radio() -> None:
    async def scenario() -> None:
        cuff = cuff_that(PairingMethod.JUST_WORKS)
        async with EngineBench(cuff) as bench:
            await bench.ready()
            bench.meanwhile(cuff.measure([READING], 0.05))
            await bench.fails(InstrumentRefused, kinds=(BLOOD_PRESSURE,))
            await bench.instruments.disconnected()
            bench.bluez.bond(cuff)
            bench.instruments._host.agent._refused[cuff.address] = None  # type: ignore[attr-defined]
            cuff.faults.connect.extend([ConnectFault.CANCELED])
            report = await bench.measure((BLOOD_PRESSURE,))
            assert len(report.frames) == 1
            assert report.connections == 2

    run(scenario())


def test_a_wish_to_be_paired_alone_stops_no_instrument_that_gives_its_readings_without() -> None:
    """One that asks for security while it connects goes on when it is refused (BlueZ 5.82)."""

    async def scenario() -> None:
        cuff = quick_cuff()
        async with EngineBench(cuff) as bench:
            await bench.ready()
            bench.meanwhile(cuff.measure([READING], 0.05))
            measuring = asyncio.create_task(bench.measure((BLOOD_PRESSURE,)))
            while not bench.called("Connect"):
                await asyncio.sleep(0.001)
            bench.instruments._host.agent._refuse(  # type: ignore[attr-defined]
                device_path("hci0", cuff.address)
            )
            assert len((await measuring).frames) == 1

    run(scenario())


def test_pairing_waits_until_the_session_that_runs_is_over() -> None:
    async def scenario() -> None:
        cuff = cuff_that(PairingMethod.JUST_WORKS)
        async with EngineBench(cuff) as bench:
            await pairing_mode(bench, cuff)
            measuring = asyncio.create_task(
                bench.measure((BLOOD_PRESSURE,), accept=lambda _: False)
            )
            pairing = asyncio.create_task(bench.pair(cuff, Person()))
            await bench.bluez.confirmed()
            assert not bench.connected_to()
            bench.stop.set()
            await measuring
            assert (await pairing).kind == "blood_pressure"

    run(scenario())
