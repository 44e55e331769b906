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

_SMALLEST_MTU: Final = 23


def adapter_properties(*, powered: bool) -> Properties:
    """A Low Energy adapter with an address that no maker owns."""
    return {
        "Address": Variant("s", "02:00:00:00:00:01"),
        "Name": Variant("s", "simulated"),
        "Alias": Variant("s", "simulated"),
        "Powered": Variant("b", powered),
        "Discovering": Variant("b", False),
        "Roles": Variant("as", ["central"]),
        "UUIDs": Variant("as", []),
    }


def device_properties(instrument: SimulatedInstrument, adapter: str, rssi: Variant) -> Properties:
    """An instrument just heard for the first time."""
    return {
        "Address": Variant("s", instrument.address),
        "AddressType": Variant("s", "public"),
        "Name": Variant("s", instrument.name),
        "Alias": Variant("s", instrument.name),
        "Adapter": Variant("o", adapter),
        "UUIDs": Variant("as", list(instrument.advertised)),
        "Paired": Variant("b", False),
        "Bonded": Variant("b", False),
        "Trusted": Variant("b", False),
        "Blocked": Variant("b", False),
        "LegacyPairing": Variant("b", False),
        "Connected": Variant("b", False),
        "ServicesResolved": Variant("b", False),
        "RSSI": rssi,
    }


def service_properties(uuid: str, device: str) -> Properties:
    return {
        "UUID": Variant("s", uuid),
        "Primary": Variant("b", True),
        "Device": Variant("o", device),
    }


def characteristic_properties(one: SimulatedCharacteristic, service: str) -> Properties:
    return {
        "UUID": Variant("s", one.uuid),
        "Service": Variant("o", service),
        "Value": Variant("ay", b""),
        "Flags": Variant("as", list(one.flags)),
        "MTU": Variant("q", _SMALLEST_MTU),
        "Notifying": Variant("b", False),
    }
