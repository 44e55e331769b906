"""Whom the pairing agent refuses: every instrument that nobody has started to pair."""

from __future__ import annotations

import asyncio

import pytest

from devices.health.bluez_line import CHARACTERISTIC, device_path
from devices.health.pairing import (
    Allowed,
    CompareDigits,
    PairingAnswer,
    PairingQuestion,
)
from devices.simulators.peripheral import PairingMethod
from tests.devices.health.agent_bench import AgentBench, protected_value, run_with_agent
from tests.devices.health.bench import quick_cuff
from tests.devices.health.bluez_bench import Person, call, until

OTHER_ADDRESS = "02:00:00:00:18:99"


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
    async def scenario(bench: AgentBench) -> None:
        signature, values = QUESTIONS[member]
        device = device_path("hci0", OTHER_ADDRESS)
        error, answer = await bench.ask_agent(member, signature, device, *values)
        assert (error, answer) == ("org.bluez.Error.Rejected", [])
        assert bench.agent.wanted_pairing(OTHER_ADDRESS)
        assert not bench.agent.wanted_pairing(OTHER_ADDRESS)

    run_with_agent(scenario)


@pytest.mark.parametrize("member", QUESTIONS)
def test_a_second_instrument_is_refused_while_another_is_being_paired(member: str) -> None:
    async def scenario(bench: AgentBench) -> None:
        signature, values = QUESTIONS[member]
        cuff = quick_cuff(pairing=PairingMethod.COMPARE)
        answered = asyncio.Event()

        async def after_a_while(_: PairingQuestion) -> PairingAnswer:
            await answered.wait()
            return Allowed()

        person = Person(after_a_while)
        async with bench.being_paired(cuff, person) as pairing:
            hostile = device_path("hci0", OTHER_ADDRESS)
            error, _ = await bench.ask_agent(member, signature, hostile, *values)
            assert error == "org.bluez.Error.Rejected"
            answered.set()
            assert await pairing == "paired"  # and the first is not disturbed
        assert person.asked == [CompareDigits("042100")]
        assert bench.agent.wanted_pairing(OTHER_ADDRESS)
        assert not bench.agent.wanted_pairing(cuff.address)

    run_with_agent(scenario)


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
    async def scenario(bench: AgentBench) -> None:
        cuff = quick_cuff(pairing=method)
        program = await bench.hear(cuff)
        path = await protected_value(program, cuff)
        hanging = asyncio.create_task(call(program, path, CHARACTERISTIC, "StartNotify"))
        await until(lambda: bench.agent.wanted_pairing(cuff.address))
        assert not bench.bluez.is_bonded(cuff)
        hanging.cancel()
        await asyncio.wait({hanging})

    run_with_agent(scenario)


def test_refusals_of_many_peers_do_not_pile_up() -> None:
    async def scenario(bench: AgentBench) -> None:
        for number in range(200):
            device = device_path("hci0", f"02:00:00:00:00:{number:02X}")
            error, _ = await bench.ask_agent("RequestAuthorization", "o", device)
            assert error == "org.bluez.Error.Rejected"
        remembered = [
            number
            for number in range(200)
            if bench.agent.wanted_pairing(f"02:00:00:00:00:{number:02X}")
        ]
        assert remembered == list(range(200 - len(remembered), 200))  # the newest
        assert 10 < len(remembered) < 100

    run_with_agent(scenario)


def test_a_service_is_authorized_for_a_bonded_instrument_only() -> None:
    async def scenario(bench: AgentBench) -> None:
        bonded, stranger = quick_cuff(), quick_cuff(address=OTHER_ADDRESS)
        bench.bluez.bond(bonded)
        await bench.hear(stranger)
        answers = [
            await bench.ask_agent("AuthorizeService", "os", device_path("hci0", one), "1810")
            for one in (bonded.address, OTHER_ADDRESS, "02:00:00:00:00:77")
        ]
        refused = ("org.bluez.Error.Rejected", [])
        assert answers == [("", []), refused, refused]

    run_with_agent(scenario)
