"""What BlueZ says about its adapter, an instrument, a service and a characteristic over D-Bus."""

from __future__ import annotations

from typing import Final

from dbus_fast import Variant

from devices.simulators.object_tree import Properties
from devices.simulators.peripheral import SimulatedCharacteristic, SimulatedInstrument

ADAPTER: Final = "org.bluez.Adapter1"
DEVICE: Final = "org.bluez.Device1"
SERVICE: Final = "org.bluez.GattService1"
CHARACTERISTIC: Final = "org.bluez.GattCharacteristic1"
AGENT_MANAGER: Final = "org.bluez.AgentManager1"
AGENT: Final = "org.bluez.Agent1"

_SMALLEST_MTU: Final = 23
_STRONG_RSSI: Final = -48
_GENERIC_SERVICES: Final = (
    "00001800-0000-1000-8000-00805f9b34fb",
    "00001801-0000-1000-8000-00805f9b34fb",
)


def adapter_properties(number: int, *, powered: bool) -> Properties:
    """A Low Energy adapter with an address that no maker owns."""
    return {
        "Address": Variant("s", f"02:00:00:00:00:{number + 1:02X}"),
        "Name": Variant("s", "simulated"),
        "Alias": Variant("s", "simulated"),
        "Powered": Variant("b", powered),
        "Discovering": Variant("b", False),
        "Pairable": Variant("b", True),
        "Roles": Variant("as", ["central"]),
        "UUIDs": Variant("as", []),
    }


def device_properties(instrument: SimulatedInstrument, adapter: str, *, bonded: bool) -> Properties:
    """An instrument just heard for the first time, or known from an earlier pairing."""
    return {
        "Address": Variant("s", instrument.address),
        "AddressType": Variant("s", "public"),
        "Name": Variant("s", instrument.name),
        "Alias": Variant("s", instrument.name),
        "Adapter": Variant("o", adapter),
        "UUIDs": Variant("as", list(instrument.advertised)),
        "Paired": Variant("b", bonded),
        "Bonded": Variant("b", bonded),
        "Trusted": Variant("b", False),
        "Blocked": Variant("b", False),
        "LegacyPairing": Variant("b", False),
        "Connected": Variant("b", False),
        "ServicesResolved": Variant("b", False),
    }


def advertised_properties(instrument: SimulatedInstrument) -> Properties:
    """What one advertisement says."""
    said = {
        "RSSI": Variant("n", _STRONG_RSSI),
        "AdvertisingFlags": Variant("ay", bytes((instrument.advertising_flags,))),
    }
    if instrument.service_data:
        said["ServiceData"] = Variant(
            "a{sv}",
            {uuid: Variant("ay", data) for uuid, data in instrument.service_data.items()},
        )
    if instrument.manufacturer_data:
        said["ManufacturerData"] = Variant(
            "a{qv}",
            {
                company: Variant("ay", data)
                for company, data in instrument.manufacturer_data.items()
            },
        )
    return said


def resolved_properties(instrument: SimulatedInstrument) -> Properties:
    """From the first service discovery on, BlueZ names every service, not the advertised ones."""
    return {
        "UUIDs": Variant("as", [*_GENERIC_SERVICES, *instrument.services]),
        "ServicesResolved": Variant("b", True),
    }


def service_properties(uuid: str, device: str) -> Properties:
    return {
        "UUID": Variant("s", uuid),
        "Primary": Variant("b", True),
        "Device": Variant("o", device),
    }


def characteristic_properties(one: SimulatedCharacteristic, service: str) -> Properties:
    properties = {
        "UUID": Variant("s", one.uuid),
        "Service": Variant("o", service),
        "Value": Variant("ay", b""),
        "Flags": Variant("as", list(one.flags)),
        "MTU": Variant("q", _SMALLEST_MTU),
    }
    if one.sends:
        properties["Notifying"] = Variant("b", False)
    return properties
