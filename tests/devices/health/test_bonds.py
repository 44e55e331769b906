"""What BlueZ is paired with: listed, recognised, forgotten, and said when it can not be asked."""

from __future__ import annotations

import pytest

from devices.health.bluez_line import ADAPTER, adapter_path
from devices.health.bonds import Bonds, is_bond
from devices.health.errors import AdapterReason, AdapterUnavailable
from devices.health.pairing import Bond
from devices.simulators.peripheral import SimulatedInstrument
from tests.devices.health.bench import quick_cuff, run
from tests.devices.health.bluez_bench import LineBench, call, until

BULB = "0000ffe0-0000-1000-8000-00805f9b34fb"


def named(name: str, number: int, service: str | None = None) -> SimulatedInstrument:
    address = f"02:00:00:00:18:{number:02X}"
    if service is None:
        return quick_cuff(address=address, name=name)
    return SimulatedInstrument(address, name, advertised=(service,), services={})


def test_bonds_are_listed_by_name_with_their_kind_and_nothing_else_is() -> None:
    async def scenario() -> None:
        async with LineBench() as bench:
            await bench.line.start()
            for one in (named("Pressure B", 1), named("Bulb", 2, BULB), named("Pressure A", 3)):
                bench.bluez.bond(one)
            await bench.hear(named("Stranger", 4))
            assert await Bonds(bench.line).known("hci0") == (
                Bond("02:00:00:00:18:02", "Bulb", None, False),
                Bond("02:00:00:00:18:03", "Pressure A", "blood_pressure", False),
                Bond("02:00:00:00:18:01", "Pressure B", "blood_pressure", False),
            )

    run(scenario())


def test_a_bond_belongs_to_one_adapter() -> None:
    async def scenario() -> None:
        async with LineBench() as bench:
            bench.bluez.plug("hci1")
            cuff = quick_cuff()
            bench.bluez.bond(cuff, name="hci1")
            await bench.line.start()
            bonds = Bonds(bench.line)
            assert await bonds.known("hci0") == ()
            assert not await bonds.is_bonded("hci0", cuff.address)
            assert await bonds.is_bonded("hci1", cuff.address.lower())
            await bonds.forget("hci0", cuff.address)
            assert bench.bluez.is_bonded(cuff)

    run(scenario())


def test_a_connected_instrument_is_shown_as_connected() -> None:
    async def scenario() -> None:
        async with LineBench() as bench:
            cuff = quick_cuff()
            bench.bluez.bond(cuff)
            await bench.line.start()
            program = await bench.other_program()
            path = f"{adapter_path('hci0')}/dev_02_00_00_00_18_10"
            await call(program, path, "org.bluez.Device1", "Connect")
            [bond] = await Bonds(bench.line).known("hci0")
            assert bond.connected

    run(scenario())


def test_forgetting_ends_the_bond_and_the_connection_and_twice_is_fine() -> None:
    async def scenario() -> None:
        async with LineBench() as bench:
            cuff, kept = quick_cuff(), named("Kept", 7)
            bench.bluez.bond(cuff)
            bench.bluez.bond(kept)
            await bench.line.start()
            path = f"{adapter_path('hci0')}/dev_02_00_00_00_18_10"
            await call(await bench.other_program(), path, "org.bluez.Device1", "Connect")
            bonds = Bonds(bench.line)
            await bonds.forget("hci0", cuff.address.lower())
            assert not bench.bluez.is_bonded(cuff)
            assert cuff.left.is_set()
            await bonds.forget("hci0", cuff.address)
            assert bench.bluez.is_bonded(kept)

    run(scenario())


def test_forgetting_leaves_an_instrument_alone_that_is_only_heard() -> None:
    async def scenario() -> None:
        async with LineBench() as bench:
            await bench.line.start()
            stranger = quick_cuff()
            await bench.hear(stranger)
            await Bonds(bench.line).forget("hci0", stranger.address)
            assert bench.bluez.knows(stranger)

    run(scenario())


def test_an_instrument_that_goes_while_it_is_being_forgotten_is_forgotten() -> None:
    async def scenario() -> None:
        async with LineBench() as bench:
            cuff = quick_cuff()
            bench.bluez.bond(cuff)
            await bench.line.start()
            known = bench.line.objects
            path = f"{adapter_path('hci0')}/dev_02_00_00_00_18_10"
            program = await bench.other_program()

            async def then_gone() -> object:
                objects = await known()
                await call(
                    program, adapter_path("hci0"), ADAPTER, "RemoveDevice", path, signature="o"
                )
                return objects

            bench.line.objects = then_gone  # type: ignore[assignment, method-assign]
            await Bonds(bench.line).forget("hci0", cuff.address)
            assert not bench.bluez.is_bonded(cuff)

    run(scenario())


async def reason_of(bonds: Bonds) -> AdapterReason:
    with pytest.raises(AdapterUnavailable) as caught:
        await bonds.known("hci0")
    with pytest.raises(AdapterUnavailable) as again:
        await bonds.forget("hci0", "02:00:00:00:18:10")
    assert caught.value.reason is again.value.reason
    return caught.value.reason


def test_without_bluetoothd_or_bus_it_is_said_and_not_taken_for_no_bonds() -> None:
    async def scenario() -> None:
        async with LineBench() as bench:
            await bench.line.start()
            bonds = Bonds(bench.line)
            await bench.bluez.stop_service()
            assert await reason_of(bonds) is AdapterReason.NO_BLUETOOTH_SERVICE
            await bench.bluez.lose_bus()
            await until(lambda: bench.adapters.state.reason is AdapterReason.NO_SYSTEM_BUS)
            assert await reason_of(bonds) is AdapterReason.NO_SYSTEM_BUS

    run(scenario())


@pytest.mark.parametrize(
    ("properties", "bond"),
    [
        ({}, False),
        ({"Paired": False, "Bonded": False}, False),
        ({"Paired": True}, True),  # BlueZ before 5.65
        ({"Paired": True, "Bonded": False}, False),  # its keys were not kept
        ({"Paired": True, "Bonded": True}, True),
    ],
)
def test_a_bond_is_a_pairing_whose_keys_are_kept(properties: dict[str, bool], bond: bool) -> None:
    assert is_bond(properties) is bond
