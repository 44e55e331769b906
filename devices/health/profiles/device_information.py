"""What an instrument says of itself: strings, PnP id, system id (0x180A) and battery. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from devices.health.frame_numbers import AsSent, Fields, FrameNumbers, NoValues
from devices.health.plausible import BATTERY

TEXT_DECODER: Final = "device_text/1"
PNP_DECODER: Final = "pnp_id/1"
SYSTEM_ID_DECODER: Final = "system_id/1"
BATTERY_DECODER: Final = "battery/1"

_PADDING: Final = "\0 \t\r\n"  # makers fill strings up


@dataclass(frozen=True, slots=True)
class DeviceText:
    """A maker, model, serial number or revision, without what it was filled up with."""

    text: str


@dataclass(frozen=True, slots=True)
class PnpId:
    """Who makes the product, as numbers. Source 1: Bluetooth SIG, 2: USB Implementers Forum."""

    vendor_source: int
    vendor_id: int
    product_id: int
    product_version: int


@dataclass(frozen=True, slots=True)
class SystemId:
    """A number for one instrument: the maker's own, and the maker (IEEE OUI)."""

    manufacturer_identifier: int
    organization_identifier: int


@dataclass(frozen=True, slots=True)
class BatteryState:
    """The battery in per cent. A&D sends only 100, 66, 40 and 33."""

    percent: int | None
    no_value: NoValues = field(default_factory=dict, hash=False)
    as_sent: AsSent = field(default_factory=dict, hash=False)


def decode_text(raw: bytes) -> DeviceText:
    """Decode a string of the Device Information service. Bytes that are no UTF-8 show as such."""
    return DeviceText(raw.decode("utf-8", "replace").strip(_PADDING))


def decode_pnp_id(raw: bytes) -> PnpId:
    """Decode the PnP id (0x2A50; DIS 1.1 section 3.9).

    Raises:
        FrameCorrupt: fewer than seven bytes.
    """
    fields = Fields(raw)
    return PnpId(fields.byte(), fields.word(), fields.word(), fields.word())


def decode_system_id(raw: bytes) -> SystemId:
    """Decode the system id (0x2A23; DIS 1.1 section 3.7): five and three bytes, little endian.

    Raises:
        FrameCorrupt: fewer than eight bytes.
    """
    fields = Fields(raw)
    return SystemId(fields.number(5), fields.number(3))


def decode_battery(raw: bytes) -> BatteryState:
    """Decode the Battery Level (0x2A19).

    Raises:
        FrameCorrupt: no byte at all.
    """
    numbers = FrameNumbers()
    percent = numbers.whole("percent", Fields(raw).byte(), BATTERY)
    return BatteryState(percent, numbers.no_value, numbers.as_sent)
