"""Pairing in the simulated BlueZ: through real bleak, with an agent of our own beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from bleak import BleakClient
from bleak.exc import BleakDBusError
from dbus_fast.errors import DBusError

from devices.simulators.bluez import SimulatedBluez
from devices.simulators.peripheral import PairingMethod, SimulatedInstrument
from tests.devices.health.bench import nothing_left, run
from tests.devices.simulators.program import (
    DEVICE,
    NEVER,
    OTHER,
    VALUE,
    Program,
    found,
    instrument,
)

REJECTED = DBusError("org.bluez.Error.Rejected", "no")
CANCELED = DBusError("org.bluez.Error.Canceled", "not now")


def scene(
    act: Callable[[SimulatedBluez, Program, SimulatedInstrument, BleakClient], Any], **given: Any
) -> None:
    """An instrument that is connected, and a program beside bleak."""

    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program:
            one = instrument(protected=True, **given)
            bluez.add(one)
            async with BleakClient(await found(bluez, one)) as client:
                await act(bluez, program, one, client)
        await nothing_left()

    run(scenario())


@pytest.mark.parametrize("capability", ["NoInputNoOutput", "KeyboardDisplay", ""])
def test_just_works_asks_nothing_after_pair(capability: str) -> None:
    async def act(
        bluez: SimulatedBluez, program: Program, one: SimulatedInstrument, client: BleakClient
    ) -> None:
        await program.be_agent(capability)
        await client.pair()
        assert program.asked == []
        assert bluez.is_bonded(one)
        assert await client.read_gatt_char(OTHER) == b"\x07"

    scene(act, pairing=PairingMethod.JUST_WORKS)


def test_just_works_on_demand_asks_for_authorization() -> None:
    async def act(
        bluez: SimulatedBluez, program: Program, one: SimulatedInstrument, client: BleakClient
    ) -> None:
        await program.be_agent("NoInputNoOutput")
        await client.start_notify(VALUE, lambda *_: None)
        [(member, body)] = program.asked
        assert member == "RequestAuthorization"
        assert body[0].endswith(one.address.replace(":", "_"))
        assert one.characteristic(VALUE).subscribed.is_set()

    scene(act, pairing=PairingMethod.JUST_WORKS)


@pytest.mark.parametrize("method", [PairingMethod.JUST_WORKS, PairingMethod.PASSKEY_ON_INSTRUMENT])
def test_without_an_agent_pair_fails(method: PairingMethod) -> None:
    async def act(
        bluez: SimulatedBluez, program: Program, one: SimulatedInstrument, client: BleakClient
    ) -> None:
        with pytest.raises(BleakDBusError, match="AuthenticationFailed"):
            await client.pair()
        assert not bluez.is_bonded(one)

    scene(act, pairing=method)


@pytest.mark.parametrize("call", ["write", "subscribe", "read"])
def test_without_an_agent_protected_calls_never_return(call: str) -> None:
    async def act(
        bluez: SimulatedBluez, program: Program, one: SimulatedInstrument, client: BleakClient
    ) -> None:
        calls = {
            "write": client.write_gatt_char(OTHER, b"\x01", response=True),
            "subscribe": client.start_notify(VALUE, lambda *_: None),
            "read": client.read_gatt_char(OTHER),
        }
        hung = asyncio.ensure_future(calls.pop(call))
        for unused in calls.values():
            unused.close()
        done, _ = await asyncio.wait({hung}, timeout=0.1)
        assert not done
        assert one.writes == []
        bluez.drop(one)
        with pytest.raises(BleakDBusError):
            await hung

    scene(act, pairing=PairingMethod.JUST_WORKS)


def test_an_instrument_that_can_not_pair_says_not_paired() -> None:
    async def act(
        bluez: SimulatedBluez, program: Program, one: SimulatedInstrument, client: BleakClient
    ) -> None:
        await program.be_agent()
        with pytest.raises(BleakDBusError, match="Not paired"):
            await client.start_notify(VALUE, lambda *_: None)

    scene(act, pairing=PairingMethod.NONE)


def test_the_passkey_on_the_instrument_is_typed_at_the_kiosk() -> None:
    async def act(
        bluez: SimulatedBluez, program: Program, one: SimulatedInstrument, client: BleakClient
    ) -> None:
        shown: list[str | None] = []

        def type_it() -> int:
            shown.append(one.showing)
            return int(one.showing or 0)

        await program.be_agent(RequestPasskey=type_it)
        await client.pair()
        assert shown == ["042100"]
        assert one.showing is None
        assert program.members_asked() == ["RequestPasskey"]

    scene(act, pairing=PairingMethod.PASSKEY_ON_INSTRUMENT)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (111111, "AuthenticationFailed"),
        (REJECTED, "AuthenticationRejected"),
        (CANCELED, "AuthenticationCanceled"),
    ],
)
def test_a_passkey_that_is_wrong_or_refused_fails(answer: Any, error: str) -> None:
    async def act(
        bluez: SimulatedBluez, program: Program, one: SimulatedInstrument, client: BleakClient
    ) -> None:
        await program.be_agent(RequestPasskey=answer)
        with pytest.raises(BleakDBusError, match=error):
            await client.pair()
        assert not bluez.is_bonded(one)

    scene(act, pairing=PairingMethod.PASSKEY_ON_INSTRUMENT)


def test_a_wrong_passkey_on_demand_never_returns() -> None:
    async def act(
        bluez: SimulatedBluez, program: Program, one: SimulatedInstrument, client: BleakClient
    ) -> None:
        await program.be_agent(RequestPasskey=1)
        hung = asyncio.ensure_future(client.start_notify(VALUE, lambda *_: None))
        await program.question.wait()
        done, _ = await asyncio.wait({hung}, timeout=0.1)
        assert not done
        bluez.drop(one)
        with pytest.raises(BleakDBusError):
            await hung

    scene(act, pairing=PairingMethod.PASSKEY_ON_INSTRUMENT)


@pytest.mark.parametrize(
    "method",
    [
        PairingMethod.PASSKEY_ON_INSTRUMENT,
        PairingMethod.PASSKEY_ON_KIOSK,
        PairingMethod.COMPARE,
        PairingMethod.REFUSES,
    ],
)
def test_a_kiosk_without_screen_and_keys_can_not_pair_with_these(method: PairingMethod) -> None:
    async def act(
        bluez: SimulatedBluez, program: Program, one: SimulatedInstrument, client: BleakClient
    ) -> None:
        await program.be_agent("NoInputNoOutput")
        with pytest.raises(BleakDBusError, match="AuthenticationFailed"):
            await client.pair()
        assert program.asked == []

    scene(act, pairing=method)


def test_the_passkey_on_the_kiosk_is_typed_on_the_instrument() -> None:
    async def act(
        bluez: SimulatedBluez, program: Program, one: SimulatedInstrument, client: BleakClient
    ) -> None:
        await program.be_agent()
        one.person_types = lambda shown: shown + 1
        with pytest.raises(BleakDBusError, match="AuthenticationFailed"):
            await client.pair()
        one.person_types = lambda shown: shown
        await client.pair()
        assert [body[1:] for _, body in program.asked] == [[42100, 0]] * 2
        assert program.members_asked() == ["DisplayPasskey"] * 2

    scene(act, pairing=PairingMethod.PASSKEY_ON_KIOSK)


def test_a_number_is_compared_by_both_persons() -> None:
    async def act(
        bluez: SimulatedBluez, program: Program, one: SimulatedInstrument, client: BleakClient
    ) -> None:
        await program.be_agent()
        one.person_agrees = lambda shown: False
        with pytest.raises(BleakDBusError, match="AuthenticationFailed"):
            await client.pair()
        one.person_agrees = lambda shown: shown == 42100
        await client.pair()
        assert program.asked[0][1][1] == 42100
        assert program.members_asked() == ["RequestConfirmation"] * 2

    scene(act, pairing=PairingMethod.COMPARE)


def test_pairing_that_is_cancelled_tells_the_agent() -> None:
    async def act(
        bluez: SimulatedBluez, program: Program, one: SimulatedInstrument, client: BleakClient
    ) -> None:
        await program.be_agent(RequestPasskey=NEVER)
        pairing = asyncio.ensure_future(client.pair())
        await program.question.wait()
        program.question.clear()
        path = program.asked[0][1][0]
        await program.call(path, DEVICE, "CancelPairing")
        with pytest.raises(BleakDBusError, match="AuthenticationCanceled"):
            await pairing
        await program.question.wait()
        assert program.members_asked() == ["RequestPasskey", "Cancel"]
        with pytest.raises(DBusError, match="Does Not Exist"):
            await program.call(path, DEVICE, "CancelPairing")

    scene(act, pairing=PairingMethod.PASSKEY_ON_INSTRUMENT)


def test_nobody_typing_for_too_long_is_a_timeout() -> None:
    async def act(
        bluez: SimulatedBluez, program: Program, one: SimulatedInstrument, client: BleakClient
    ) -> None:
        bluez.agent_timeout_s = 0.05
        await program.be_agent()
        one.person_types = lambda shown: None
        with pytest.raises(BleakDBusError, match="AuthenticationTimeout"):
            await client.pair()

    scene(act, pairing=PairingMethod.PASSKEY_ON_KIOSK)


def test_an_agent_that_leaves_the_bus_is_no_agent() -> None:
    async def act(
        bluez: SimulatedBluez, program: Program, one: SimulatedInstrument, client: BleakClient
    ) -> None:
        await program.be_agent()
        assert len(bluez.agents) == 1
        await program.leave()
        while bluez.agents:
            await asyncio.sleep(0.001)
        with pytest.raises(BleakDBusError, match="AuthenticationFailed"):
            await client.pair()

    scene(act, pairing=PairingMethod.JUST_WORKS)


def test_connecting_with_pair_pairs_before_it_returns() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program:
            await program.be_agent()
            one = instrument(protected=True, pairing=PairingMethod.JUST_WORKS)
            bluez.add(one)
            async with BleakClient(await found(bluez, one), pair=True) as client:
                assert bluez.is_bonded(one)
                assert await client.read_gatt_char(OTHER) == b"\x07"
        await nothing_left()

    run(scenario())


def test_a_bond_outlives_the_connection_and_the_service_until_it_is_removed() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program:
            one = instrument(protected=True, pairing=PairingMethod.JUST_WORKS)
            bluez.bond(one)
            device = await found(bluez, one)
            async with BleakClient(device) as client:
                assert await client.read_gatt_char(OTHER) == b"\x07"
            bluez.forget(one)
            assert bluez.knows(one)
            await bluez.restart_service()
            assert bluez.knows(one)
            path = device.details["path"]
            await program.call("/org/bluez/hci0", "org.bluez.Adapter1", "RemoveDevice", "o", path)
            assert not bluez.knows(one)
            assert not bluez.is_bonded(one)
            with pytest.raises(DBusError, match="Does Not Exist"):
                await program.call(
                    "/org/bluez/hci0", "org.bluez.Adapter1", "RemoveDevice", "o", path
                )
        await nothing_left()

    run(scenario())


def test_an_instrument_that_lost_its_keys_drops_the_connection() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez:
            one = instrument(protected=True, pairing=PairingMethod.JUST_WORKS)
            bluez.bond(one)
            one.forget_bonds()
            device = await found(bluez, one)
            with pytest.raises(Exception, match="disconnected"):
                await BleakClient(device).connect()
        await nothing_left()

    run(scenario())


def test_agents_are_registered_once_and_by_their_owner_only() -> None:
    async def scenario() -> None:
        async with SimulatedBluez(), Program() as program, Program() as another:
            await program.be_agent()
            register = ("/org/bluez", "org.bluez.AgentManager1", "RegisterAgent", "os", "/agent")
            with pytest.raises(DBusError, match="Already Exists"):
                await program.call(*register, "")
            with pytest.raises(DBusError, match="Invalid"):
                await another.call(*register, "Telepathy")
            unregister = ("/org/bluez", "org.bluez.AgentManager1", "UnregisterAgent", "o", "/agent")
            with pytest.raises(DBusError, match="Does Not Exist"):
                await another.call(*unregister)
            await program.call(*unregister)

    run(scenario())


def test_an_orderly_end_of_the_service_releases_its_agents() -> None:
    async def scenario() -> None:
        async with SimulatedBluez() as bluez, Program() as program:
            await program.be_agent()
            await bluez.restart_service()
            await program.question.wait()
            assert program.members_asked() == ["Release"]
            assert bluez.agents == {}

    run(scenario())
