"""The pairing agent's place in BlueZ: registered, the default, and there again after a restart."""

from __future__ import annotations

import pytest

from devices.health.pairing import CompareDigits
from devices.health.pairing_agent import AGENT_PATH
from devices.simulators.peripheral import PairingMethod
from tests.devices.health.agent_bench import AgentBench, run_with_agent
from tests.devices.health.bench import quick_cuff
from tests.devices.health.bluez_bench import Person, call, until


def test_the_agent_is_registered_as_the_default_one_that_can_show_and_type() -> None:
    async def scenario(bench: AgentBench) -> None:
        [agent] = bench.bluez.agents.values()
        assert (agent.path, agent.capability) == (AGENT_PATH, "KeyboardDisplay")
        assert ("RequestDefaultAgent", "/org/bluez") in bench.bluez.calls

    run_with_agent(scenario)


@pytest.mark.parametrize("crash", [False, True])
def test_the_agent_is_registered_again_when_bluetoothd_restarts(crash: bool) -> None:
    async def scenario(bench: AgentBench) -> None:
        await bench.bluez.stop_service(crash=crash)
        await until(lambda: not bench.agent.registered.is_set())
        await bench.bluez.start_service()
        await bench.agent.registered.wait()
        assert len(bench.bluez.agents) == 1

    run_with_agent(scenario)


def test_the_agent_is_registered_again_when_the_bus_comes_back() -> None:
    async def scenario(bench: AgentBench) -> None:
        await bench.bluez.lose_bus()
        await until(lambda: not bench.agent.registered.is_set())
        await bench.bluez.regain_bus()
        await bench.agent.registered.wait()
        assert len(bench.bluez.agents) == 1

    run_with_agent(scenario)


def test_another_program_that_became_the_default_is_displaced_before_pairing() -> None:
    async def scenario(bench: AgentBench) -> None:
        desktop, manager = await bench.other_program(), "org.bluez.AgentManager1"
        await call(desktop, "/org/bluez", manager, "RegisterAgent", "/desktop", "", signature="os")
        await call(desktop, "/org/bluez", manager, "RequestDefaultAgent", "/desktop", signature="o")
        cuff, person = quick_cuff(pairing=PairingMethod.COMPARE), Person()
        assert await bench.pair(cuff, person) == "paired"
        assert person.asked == [CompareDigits("042100")]

    run_with_agent(scenario)


def test_an_unknown_question_is_no_method_of_ours() -> None:
    async def scenario(bench: AgentBench) -> None:
        error, _ = await bench.ask_agent("RequestEverything", "")
        assert error == "org.freedesktop.DBus.Error.UnknownMethod"

    run_with_agent(scenario)
