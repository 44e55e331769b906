"""What the pairing agent asks the person who has started pairing, and what comes of the answer."""

from __future__ import annotations

import asyncio
import logging

import pytest

from devices.health.bluez_line import CHARACTERISTIC, device_path
from devices.health.pairing import (
    Allowed,
    AllowPairing,
    CompareDigits,
    Digits,
    PairingAnswer,
    PairingQuestion,
    Refused,
    ShowDigits,
    TypeDigits,
)
from devices.simulators.peripheral import PairingMethod
from tests.devices.health.agent_bench import AgentBench, protected_value, run_with_agent
from tests.devices.health.bench import quick_cuff
from tests.devices.health.bluez_bench import Person, call, never, pair, until

ADDRESS = "02:00:00:00:18:10"
DEVICE_PATH = device_path("hci0", ADDRESS)
OTHER_ADDRESS = "02:00:00:00:18:99"
LETTERS_ADDRESS = "02:00:00:00:AB:CD"


def test_digits_that_the_person_typed_pair_the_instrument() -> None:
    async def scenario(bench: AgentBench) -> None:
        cuff = quick_cuff(pairing=PairingMethod.PASSKEY_ON_INSTRUMENT, address=LETTERS_ADDRESS)
        program = await bench.hear(cuff)
        person = Person(Digits("042100"))
        async with bench.agent.allowed(LETTERS_ADDRESS.lower(), person):
            assert await pair(program, cuff) == "paired"
        assert person.asked == [TypeDigits()]
        assert bench.bluez.is_bonded(cuff)
        assert not bench.agent.wanted_pairing(cuff.address)

    run_with_agent(scenario)


@pytest.mark.parametrize(
    "answer",
    [Digits("42100"), Digits("0421000"), Digits("04210x"), Digits(" 42100"), Digits("٠٤٢١٠٠")],
)
def test_anything_but_six_digits_is_not_tried(answer: PairingAnswer) -> None:
    async def scenario(bench: AgentBench) -> None:
        cuff = quick_cuff(pairing=PairingMethod.PASSKEY_ON_INSTRUMENT, passkey=42100)
        assert (await bench.pair(cuff, Person(answer))).startswith("Authentication")
        assert not bench.bluez.is_bonded(cuff)

    run_with_agent(scenario)


def test_wrong_digits_do_not_pair_and_can_be_corrected_at_once() -> None:
    async def scenario(bench: AgentBench) -> None:
        cuff = quick_cuff(pairing=PairingMethod.PASSKEY_ON_INSTRUMENT)
        program = await bench.hear(cuff)
        person = Person(Digits("123456"))
        async with bench.agent.allowed(cuff.address, person):
            assert (await pair(program, cuff)).startswith("Authentication")
            person.answer = Digits("042100")
            assert await pair(program, cuff) == "paired"

    run_with_agent(scenario)


@pytest.mark.parametrize(
    ("method", "question"),
    [
        (PairingMethod.PASSKEY_ON_INSTRUMENT, TypeDigits()),
        (PairingMethod.COMPARE, CompareDigits("042100")),
    ],
)
def test_a_person_who_says_no_is_obeyed(method: PairingMethod, question: PairingQuestion) -> None:
    async def scenario(bench: AgentBench) -> None:
        cuff = quick_cuff(pairing=method)
        person = Person(Refused())
        assert (await bench.pair(cuff, person)).startswith("Authentication")
        assert person.asked == [question]
        assert not bench.bluez.is_bonded(cuff)

    run_with_agent(scenario)


def test_digits_are_shown_once_and_taken_away_when_pairing_is_over() -> None:
    async def scenario(bench: AgentBench) -> None:
        cuff = quick_cuff(pairing=PairingMethod.PASSKEY_ON_KIOSK)
        program = await bench.hear(cuff)
        person = Person(never)  # nobody has to press anything
        async with bench.agent.allowed(cuff.address, person):
            assert await pair(program, cuff) == "paired"
            for typed in range(1, 7):
                device = device_path("hci0", cuff.address)
                answer = await bench.ask_agent("DisplayPasskey", "ouq", device, 42100, typed)
                assert answer == ("", [])
            assert not person.gave_up.is_set()
        await person.gave_up.wait()
        assert person.asked == [ShowDigits("042100")]

    run_with_agent(scenario)


def test_an_older_pin_is_typed_and_shown_like_a_passkey() -> None:
    async def scenario(bench: AgentBench) -> None:
        person = Person(Digits("001234"))
        async with bench.agent.allowed(ADDRESS, person):
            answer = await bench.ask_agent("RequestPinCode", "o", DEVICE_PATH)
            assert answer == ("", ["001234"])
            answer = await bench.ask_agent("DisplayPinCode", "os", DEVICE_PATH, "654321")
            assert answer == ("", [])
            await until(lambda: len(person.asked) == 2)
        assert person.asked == [TypeDigits(), ShowDigits("654321")]

    run_with_agent(scenario)


def test_pairing_on_demand_is_asked_about_and_allowed() -> None:
    async def scenario(bench: AgentBench) -> None:
        cuff = quick_cuff(pairing=PairingMethod.JUST_WORKS)
        program = await bench.hear(cuff)
        person = Person()
        async with bench.agent.allowed(cuff.address, person):
            path = await protected_value(program, cuff)
            await call(program, path, CHARACTERISTIC, "StartNotify")
        assert person.asked == [AllowPairing()]
        assert bench.bluez.is_bonded(cuff)

    run_with_agent(scenario)


def test_a_question_is_taken_back_when_bluez_cancels_it() -> None:
    async def scenario(bench: AgentBench) -> None:
        bench.bluez.agent_timeout_s = 0.05
        cuff = quick_cuff(pairing=PairingMethod.PASSKEY_ON_INSTRUMENT)
        program = await bench.hear(cuff)
        person = Person(never)
        async with bench.agent.allowed(cuff.address, person):
            assert (await pair(program, cuff)).startswith("Authentication")
            await person.gave_up.wait()

    run_with_agent(scenario)


def test_a_question_is_taken_back_when_the_instrument_leaves() -> None:
    async def scenario(bench: AgentBench) -> None:
        cuff = quick_cuff(pairing=PairingMethod.COMPARE)
        person = Person(never)
        async with bench.being_paired(cuff, person) as pairing:
            cuff.switch_off()
            assert (await pairing).startswith("Authentication")
            await person.gave_up.wait()

    run_with_agent(scenario)


def test_a_question_is_taken_back_when_bluetoothd_dies() -> None:
    async def scenario(bench: AgentBench) -> None:
        person = Person(never)
        async with bench.agent.allowed(ADDRESS, person):
            asking = asyncio.create_task(bench.ask_agent("RequestAuthorization", "o", DEVICE_PATH))
            await person.was_asked.wait()
            await bench.bluez.stop_service(crash=True)
            await person.gave_up.wait()
            assert (await asking)[0] == "org.bluez.Error.Canceled"

    run_with_agent(scenario)


def test_leaving_the_block_ends_the_question_and_refuses() -> None:
    async def scenario(bench: AgentBench) -> None:
        cuff = quick_cuff(pairing=PairingMethod.COMPARE)
        person = Person(never)
        async with bench.being_paired(cuff, person) as pairing:
            pass
        assert (await pairing).startswith("Authentication")
        await person.gave_up.wait()
        assert not bench.bluez.is_bonded(cuff)

    run_with_agent(scenario)


@pytest.mark.parametrize("method", [PairingMethod.COMPARE, PairingMethod.PASSKEY_ON_KIOSK])
def test_a_person_who_can_not_be_asked_means_no_and_is_logged(
    method: PairingMethod, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_: PairingQuestion) -> PairingAnswer:
        raise LookupError("no screen")

    async def scenario(bench: AgentBench) -> None:
        cuff = quick_cuff(pairing=method)
        cuff.person_types = lambda _: 1  # not what should have been shown
        assert (await bench.pair(cuff, Person(broken))).startswith("Authentication")
        assert not bench.bluez.is_bonded(cuff)

    run_with_agent(scenario)
    assert "no screen" in caplog.text


def test_two_pairings_at_once_are_a_mistake_of_the_program() -> None:
    async def scenario(bench: AgentBench) -> None:
        async with bench.agent.allowed(ADDRESS, Person()):
            with pytest.raises(RuntimeError, match="one pairing at a time"):
                async with bench.agent.allowed(OTHER_ADDRESS, Person()):
                    pass
        async with bench.agent.allowed(OTHER_ADDRESS, Person()):
            pass

    run_with_agent(scenario)


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        (PairingMethod.PASSKEY_ON_INSTRUMENT, Digits("042100")),
        (PairingMethod.PASSKEY_ON_INSTRUMENT, Digits("42100")),
        (PairingMethod.PASSKEY_ON_KIOSK, Allowed()),
        (PairingMethod.COMPARE, Allowed()),
    ],
)
def test_no_number_ever_reaches_the_log(
    method: PairingMethod, answer: PairingAnswer, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(bench: AgentBench) -> None:
        cuff = quick_cuff(pairing=method)
        await bench.pair(cuff, Person(answer))
        await pair(await bench.other_program(), quick_cuff())  # and one that is refused

    with caplog.at_level(logging.DEBUG):
        run_with_agent(scenario)
    assert "42100" not in caplog.text
    assert "0xa474" not in caplog.text
