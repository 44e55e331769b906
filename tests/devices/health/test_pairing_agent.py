"""The pairing agent against a simulated BlueZ: who is let in, what is asked, what is refused."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from devices.health.bluez_line import CHARACTERISTIC, DEVICE, device_path
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
from devices.health.pairing_agent import AGENT, AGENT_PATH, PairingAgent
from devices.simulators.blood_pressure_monitor import MEASUREMENT, SimulatedCuff
from devices.simulators.peripheral import PairingMethod
from tests.devices.health.bench import quick_cuff, run
from tests.devices.health.bluez_bench import LineBench, Person, call, never, pair, until

OTHER_ADDRESS = "02:00:00:00:18:99"


class AgentBench(LineBench):
    """A line with a pairing agent that BlueZ knows."""

    def __init__(self) -> None:
        super().__init__()
        self.agent = PairingAgent(self.line)

    async def begin(self) -> None:
        self.bluetoothd = await self.other_program()
        await self.line.start()
        await self.agent.registered.wait()


@asynccontextmanager
async def agent_bench() -> AsyncIterator[AgentBench]:
    async with AgentBench() as bench:
        await bench.begin()
        try:
            yield bench
        finally:
            await bench.agent.close()


async def ask_agent(
    bench: AgentBench, member: str, signature: str, *values: object
) -> tuple[str, list[object]]:
    """Call our agent as BlueZ does, for what the simulated BlueZ never asks: (error, values)."""
    [name] = bench.bluez.agents
    reply = await bench.bluetoothd.call(
        Message(
            destination=name,
            path=AGENT_PATH,
            interface=AGENT,
            member=member,
            signature=signature,
            body=list(values),
        )
    )
    assert reply is not None
    if reply.message_type is MessageType.ERROR:
        return str(reply.error_name), []
    return "", list(reply.body)


async def protected_value(program: MessageBus, cuff: SimulatedCuff) -> str:
    """Connect, as a session does without pairing; the path of the protected measurement."""
    await call(program, device_path("hci0", cuff.address), DEVICE, "Connect")
    measurement = cuff.characteristic(MEASUREMENT)
    await until(lambda: bool(measurement.path))
    return measurement.path


# The agent and BlueZ


def test_the_agent_is_registered_as_the_default_one_that_can_show_and_type() -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            [agent] = bench.bluez.agents.values()
            assert (agent.path, agent.capability) == (AGENT_PATH, "KeyboardDisplay")
            assert ("RequestDefaultAgent", "/org/bluez") in bench.bluez.calls

    run(scenario())


@pytest.mark.parametrize("crash", [False, True])
def test_the_agent_is_registered_again_when_bluetoothd_restarts(crash: bool) -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            await bench.bluez.stop_service(crash=crash)
            await until(lambda: not bench.agent.registered.is_set())
            await bench.bluez.start_service()
            await bench.agent.registered.wait()
            assert len(bench.bluez.agents) == 1

    run(scenario())


def test_the_agent_is_registered_again_when_the_bus_comes_back() -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            await bench.bluez.lose_bus()
            await until(lambda: not bench.agent.registered.is_set())
            await bench.bluez.regain_bus()
            await bench.agent.registered.wait()
            assert len(bench.bluez.agents) == 1

    run(scenario())


def test_another_program_that_became_the_default_is_displaced_before_pairing() -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            cuff = quick_cuff(pairing=PairingMethod.COMPARE)
            program = await bench.hear(cuff)
            desktop = await bench.other_program()
            await call(
                desktop,
                "/org/bluez",
                "org.bluez.AgentManager1",
                "RegisterAgent",
                "/desktop",
                "",
                signature="os",
            )
            await call(
                desktop,
                "/org/bluez",
                "org.bluez.AgentManager1",
                "RequestDefaultAgent",
                "/desktop",
                signature="o",
            )
            person = Person()
            async with bench.agent.allowed(cuff.address, person):
                assert await pair(program, cuff) == "paired"
            assert person.asked == [CompareDigits("042100")]

    run(scenario())


# A person has started pairing


def test_digits_that_the_person_typed_pair_the_instrument() -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            cuff = quick_cuff(pairing=PairingMethod.PASSKEY_ON_INSTRUMENT)
            program = await bench.hear(cuff)
            person = Person(Digits("042100"))
            async with bench.agent.allowed(cuff.address.lower(), person):
                assert await pair(program, cuff) == "paired"
            assert person.asked == [TypeDigits()]
            assert bench.bluez.is_bonded(cuff)
            assert not bench.agent.wanted_pairing(cuff.address)

    run(scenario())


@pytest.mark.parametrize(
    "answer",
    [Digits("42100"), Digits("0421000"), Digits("04210x"), Digits(" 42100"), Digits("٠٤٢١٠٠")],
)
def test_anything_but_six_digits_is_not_tried(answer: PairingAnswer) -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            cuff = quick_cuff(pairing=PairingMethod.PASSKEY_ON_INSTRUMENT, passkey=42100)
            program = await bench.hear(cuff)
            async with bench.agent.allowed(cuff.address, Person(answer)):
                assert (await pair(program, cuff)).startswith("Authentication")
            assert not bench.bluez.is_bonded(cuff)

    run(scenario())


def test_wrong_digits_do_not_pair_and_can_be_corrected_at_once() -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            cuff = quick_cuff(pairing=PairingMethod.PASSKEY_ON_INSTRUMENT)
            program = await bench.hear(cuff)
            person = Person(Digits("123456"))
            async with bench.agent.allowed(cuff.address, person):
                assert (await pair(program, cuff)).startswith("Authentication")
                person.answer = Digits("042100")
                assert await pair(program, cuff) == "paired"

    run(scenario())


@pytest.mark.parametrize(
    ("method", "question"),
    [
        (PairingMethod.PASSKEY_ON_INSTRUMENT, TypeDigits()),
        (PairingMethod.COMPARE, CompareDigits("042100")),
    ],
)
def test_a_person_who_says_no_is_obeyed(method: PairingMethod, question: PairingQuestion) -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            cuff = quick_cuff(pairing=method)
            program = await bench.hear(cuff)
            person = Person(Refused())
            async with bench.agent.allowed(cuff.address, person):
                assert (await pair(program, cuff)).startswith("Authentication")
            assert person.asked == [question]
            assert not bench.bluez.is_bonded(cuff)

    run(scenario())


def test_digits_are_shown_once_and_taken_away_when_pairing_is_over() -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            cuff = quick_cuff(pairing=PairingMethod.PASSKEY_ON_KIOSK)
            program = await bench.hear(cuff)
            person = Person(never)  # nobody has to press anything
            async with bench.agent.allowed(cuff.address, person):
                assert await pair(program, cuff) == "paired"
                for typed in range(1, 7):
                    device = device_path("hci0", cuff.address)
                    assert await ask_agent(
                        bench, "DisplayPasskey", "ouq", device, 42100, typed
                    ) == ("", [])
                assert not person.gave_up.is_set()
            await person.gave_up.wait()
            assert person.asked == [ShowDigits("042100")]

    run(scenario())


def test_an_older_pin_is_typed_and_shown_like_a_passkey() -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            device = device_path("hci0", "02:00:00:00:18:10")
            person = Person(Digits("001234"))
            async with bench.agent.allowed("02:00:00:00:18:10", person):
                answer = await ask_agent(bench, "RequestPinCode", "o", device)
                assert answer == ("", ["001234"])
                assert await ask_agent(bench, "DisplayPinCode", "os", device, "654321") == ("", [])
                await until(lambda: len(person.asked) == 2)
            assert person.asked == [TypeDigits(), ShowDigits("654321")]

    run(scenario())


def test_pairing_on_demand_is_asked_about_and_allowed() -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            cuff = quick_cuff(pairing=PairingMethod.JUST_WORKS)
            program = await bench.hear(cuff)
            person = Person()
            async with bench.agent.allowed(cuff.address, person):
                path = await protected_value(program, cuff)
                await call(program, path, CHARACTERISTIC, "StartNotify")
            assert person.asked == [AllowPairing()]
            assert bench.bluez.is_bonded(cuff)

    run(scenario())


def test_a_question_is_taken_back_when_bluez_cancels_it() -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            bench.bluez.agent_timeout_s = 0.05
            cuff = quick_cuff(pairing=PairingMethod.PASSKEY_ON_INSTRUMENT)
            program = await bench.hear(cuff)
            person = Person(never)
            async with bench.agent.allowed(cuff.address, person):
                assert (await pair(program, cuff)).startswith("Authentication")
                await person.gave_up.wait()

    run(scenario())


def test_a_question_is_taken_back_when_the_instrument_leaves() -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            cuff = quick_cuff(pairing=PairingMethod.COMPARE)
            program = await bench.hear(cuff)
            person = Person(never)
            async with bench.agent.allowed(cuff.address, person):
                pairing = asyncio.create_task(pair(program, cuff))
                await person.was_asked.wait()
                cuff.switch_off()
                assert (await pairing).startswith("Authentication")
                await person.gave_up.wait()

    run(scenario())


def test_a_question_is_taken_back_when_bluetoothd_dies() -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            device = device_path("hci0", "02:00:00:00:18:10")
            person = Person(never)
            async with bench.agent.allowed("02:00:00:00:18:10", person):
                asking = asyncio.create_task(ask_agent(bench, "RequestAuthorization", "o", device))
                await person.was_asked.wait()
                await bench.bluez.stop_service(crash=True)
                await person.gave_up.wait()
                assert (await asking)[0] == "org.bluez.Error.Canceled"

    run(scenario())


def test_leaving_the_block_ends_the_question_and_refuses() -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            cuff = quick_cuff(pairing=PairingMethod.COMPARE)
            program = await bench.hear(cuff)
            person = Person(never)
            async with bench.agent.allowed(cuff.address, person):
                pairing = asyncio.create_task(pair(program, cuff))
                await person.was_asked.wait()
            assert (await pairing).startswith("Authentication")
            await person.gave_up.wait()
            assert not bench.bluez.is_bonded(cuff)

    run(scenario())


@pytest.mark.parametrize("method", [PairingMethod.COMPARE, PairingMethod.PASSKEY_ON_KIOSK])
def test_a_person_who_can_not_be_asked_means_no_and_is_logged(
    method: PairingMethod, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_: PairingQuestion) -> PairingAnswer:
        raise LookupError("no screen")

    async def scenario() -> None:
        async with agent_bench() as bench:
            cuff = quick_cuff(pairing=method)
            cuff.person_types = lambda _: 1  # not what should have been shown
            program = await bench.hear(cuff)
            async with bench.agent.allowed(cuff.address, Person(broken)):
                assert (await pair(program, cuff)).startswith("Authentication")
            assert not bench.bluez.is_bonded(cuff)

    run(scenario())
    assert "no screen" in caplog.text


def test_two_pairings_at_once_are_a_mistake_of_the_program() -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            async with bench.agent.allowed("02:00:00:00:18:10", Person()):
                with pytest.raises(RuntimeError, match="one pairing at a time"):
                    async with bench.agent.allowed(OTHER_ADDRESS, Person()):
                        pass
            async with bench.agent.allowed(OTHER_ADDRESS, Person()):
                pass

    run(scenario())


# Nobody has started pairing


QUESTIONS = {
    "RequestPinCode": ("o", ()),
    "DisplayPinCode": ("os", ("123456",)),
    "RequestPasskey": ("o", ()),
    "DisplayPasskey": ("ouq", (42100, 0)),
    "RequestConfirmation": ("ou", (42100,)),
    "RequestAuthorization": ("o", ()),
}


@pytest.mark.parametrize("member", QUESTIONS)
def test_a_hostile_peer_is_refused_at_once_whatever_it_asks(member: str) -> None:
    async def scenario() -> None:
        signature, values = QUESTIONS[member]
        async with agent_bench() as bench:
            device = device_path("hci0", OTHER_ADDRESS)
            error, answer = await ask_agent(bench, member, signature, device, *values)
            assert (error, answer) == ("org.bluez.Error.Rejected", [])
            assert bench.agent.wanted_pairing(OTHER_ADDRESS)
            assert not bench.agent.wanted_pairing(OTHER_ADDRESS)

    run(scenario())


@pytest.mark.parametrize("member", QUESTIONS)
def test_a_second_instrument_is_refused_while_another_is_being_paired(member: str) -> None:
    async def scenario() -> None:
        signature, values = QUESTIONS[member]
        async with agent_bench() as bench:
            cuff = quick_cuff(pairing=PairingMethod.COMPARE)
            program = await bench.hear(cuff)
            answered = asyncio.Event()

            async def after_a_while(_: PairingQuestion) -> PairingAnswer:
                await answered.wait()
                return Allowed()

            person = Person(after_a_while)
            async with bench.agent.allowed(cuff.address, person):
                pairing = asyncio.create_task(pair(program, cuff))
                await person.was_asked.wait()
                hostile = device_path("hci0", OTHER_ADDRESS)
                error, _ = await ask_agent(bench, member, signature, hostile, *values)
                assert error == "org.bluez.Error.Rejected"
                answered.set()
                assert await pairing == "paired"  # and the first is not disturbed
            assert person.asked == [CompareDigits("042100")]
            assert bench.agent.wanted_pairing(OTHER_ADDRESS)
            assert not bench.agent.wanted_pairing(cuff.address)

    run(scenario())


@pytest.mark.parametrize(
    "method",
    [
        PairingMethod.JUST_WORKS,
        PairingMethod.PASSKEY_ON_INSTRUMENT,
        PairingMethod.PASSKEY_ON_KIOSK,
        PairingMethod.COMPARE,
    ],
)
def test_a_session_that_meets_an_instrument_to_be_paired_does_not_pair_it(
    method: PairingMethod,
) -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            cuff = quick_cuff(pairing=method)
            program = await bench.hear(cuff)
            path = await protected_value(program, cuff)
            hanging = asyncio.create_task(call(program, path, CHARACTERISTIC, "StartNotify"))
            await until(lambda: bench.agent.wanted_pairing(cuff.address))
            assert not bench.bluez.is_bonded(cuff)
            hanging.cancel()
            await asyncio.wait({hanging})

    run(scenario())


def test_refusals_of_many_peers_do_not_pile_up() -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            for number in range(200):
                device = device_path("hci0", f"02:00:00:00:00:{number:02X}")
                error, _ = await ask_agent(bench, "RequestAuthorization", "o", device)
                assert error == "org.bluez.Error.Rejected"
            remembered = [
                number
                for number in range(200)
                if bench.agent.wanted_pairing(f"02:00:00:00:00:{number:02X}")
            ]
            assert remembered == list(range(200 - len(remembered), 200))  # the newest
            assert 10 < len(remembered) < 100

    run(scenario())


def test_a_service_is_authorized_for_a_bonded_instrument_only() -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            bonded, stranger = quick_cuff(), quick_cuff(address=OTHER_ADDRESS)
            bench.bluez.bond(bonded)
            await bench.hear(stranger)
            answers = [
                await ask_agent(bench, "AuthorizeService", "os", device_path("hci0", one), "1810")
                for one in (bonded.address, OTHER_ADDRESS, "02:00:00:00:00:77")
            ]
            refused = ("org.bluez.Error.Rejected", [])
            assert answers == [("", []), refused, refused]

    run(scenario())


def test_an_unknown_question_is_no_method_of_ours() -> None:
    async def scenario() -> None:
        async with agent_bench() as bench:
            error, _ = await ask_agent(bench, "RequestEverything", "")
            assert error == "org.freedesktop.DBus.Error.UnknownMethod"

    run(scenario())


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
    async def scenario() -> None:
        async with agent_bench() as bench:
            cuff = quick_cuff(pairing=method)
            program = await bench.hear(cuff)
            async with bench.agent.allowed(cuff.address, Person(answer)):
                await pair(program, cuff)
            await pair(program, quick_cuff())  # and one that is refused

    with caplog.at_level(logging.DEBUG):
        run(scenario())
    assert "42100" not in caplog.text
    assert "0xa474" not in caplog.text
