"""Services that every simulated instrument has beside its measurement: who it is, its battery."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from devices.simulators.encoding import assigned
from devices.simulators.peripheral import SimulatedCharacteristic

BATTERY_SERVICE: Final = assigned(0x180F)
BATTERY_LEVEL: Final = assigned(0x2A19)
DEVICE_INFORMATION: Final = assigned(0x180A)
_MANUFACTURER_NAME: Final = assigned(0x2A29)
_MODEL_NUMBER: Final = assigned(0x2A24)
_SERIAL_NUMBER: Final = assigned(0x2A25)
_FIRMWARE: Final = assigned(0x2A26)
_SYSTEM_ID: Final = assigned(0x2A23)
_PNP_ID: Final = assigned(0x2A50)

Services = dict[str, tuple[SimulatedCharacteristic, ...]]


def readable(uuid: str, value: bytes | Callable[[], bytes]) -> SimulatedCharacteristic:
    """A characteristic that is only read."""
    return SimulatedCharacteristic(uuid, ("read",), value)


def standard_services(maker: str, model: str, serial: str, battery_percent: int = 85) -> Services:
    """Device Information (strings padded, as makers do) and Battery."""
    return {
        DEVICE_INFORMATION: (
            readable(_MANUFACTURER_NAME, maker.encode() + b"\0"),
            readable(_MODEL_NUMBER, model.encode()),
            readable(_SERIAL_NUMBER, serial.encode() + b" "),
            readable(_FIRMWARE, b"1.0"),
            # 5 bytes chosen by the maker, 3 of its number; here a locally administered one
            readable(_SYSTEM_ID, b"\x01\x00\x00\x00\x00\x00\x00\x02"),
            # source USB, vendor and product 0xFFFF: nobody's, version 1.0
            readable(_PNP_ID, b"\x02\xff\xff\xff\xff\x00\x01"),
        ),
        BATTERY_SERVICE: (readable(BATTERY_LEVEL, bytes((battery_percent,))),),
    }
