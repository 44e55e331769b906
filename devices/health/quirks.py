"""Instruments that break the standard or need their own manners, one row each, with its source.

Rows are matched by the beginning of the advertised name or of the model number, with or without
the maker's name before it. A decoding quirk is applied only to frames that have its exact shape,
so a corrected firmware decodes as standard. A model without a row is treated as the standard
says, and its clock is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple


class Quirk(StrEnum):
    """A known departure from a profile, in the bytes of its frames."""

    PULSE_AND_STATUS_BIG_ENDIAN = "pulse_and_status_big_endian"
    ZERO_COMPOSITION_STUB = "zero_composition_stub"  # most 0x2A9C hold zeros: wait for another
    XIAOMI_LAYOUT = "xiaomi_layout"  # 0x2A9D and 0x2A9C carry what is advertised, not the standard


class ClockRule(StrEnum):
    """When an instrument's clock may be set. It is read, and its offset kept, before that."""

    LEAVE_ALONE = "leave_alone"
    AFTER_READINGS = "after_readings"
    BEFORE_READINGS = "before_readings"  # it does not send before its clock was written
    AT_ONCE = "at_once"  # within seconds of the connection, or it hangs up
    ONCE_WHEN_NOTIFIED_IF_OFF = "once_when_notified_if_off"  # and only on its first notification


class VendorCommand(NamedTuple):
    """Bytes to write to a characteristic of the maker's own."""

    characteristic: str
    value: bytes


@dataclass(frozen=True, slots=True)
class QuirkRow:
    """One family of models and what is different about it. UUIDs are written as bleak does."""

    maker: str
    name_begins: tuple[str, ...]
    what: str
    source: str
    quirks: frozenset[Quirk] = frozenset()
    clock: ClockRule = ClockRule.LEAVE_ALONE
    clock_characteristic: str | None = None  # where it is not Current Time (0x2A2B)
    clock_within_s: float | None = None  # after the connection
    clock_off_s: float | None = None  # it is set only when it is off by more than this
    settle_s: float = 0.0  # between connecting and the first request
    awake_s: float | None = None  # it switches itself off this long after connecting
    send_all: VendorCommand | None = None  # asks for every stored reading
    farewell: VendorCommand | None = None  # lets it go to sleep at once
    must_pair: bool = False  # its readings, or its control points, are protected
    pairing_ad_flags: int | None = None  # AD Flags it advertises in pairing mode only
    consent: bool = False  # indications start after a user was consented to (0x2A9F)
    no_context: bool = False  # it has no Glucose Measurement Context (0x2A34)
    whole_history_each_time: bool = False  # the newest by time counts, not the last received
    advertises_only: bool = False  # its reading is in its advertisements; nothing to connect to
    vendor_service: str | None = None  # it speaks, or also speaks, a service of its maker's own


def _assigned(number: int) -> str:
    return f"0000{number:04x}-0000-1000-8000-00805f9b34fb"


_AND_SERVICE: Final = "233bf000-5a34-1b6d-975c-000d5690abe4"
# The service holds one characteristic, and that is what is written to (obniz UA651BLE _getChars).
_AND_COMMANDS: Final = "233bf001-5a34-1b6d-975c-000d5690abe4"
_OXIMETER_HACK: Final = "SensorsIot/Oximeters-BLE-Hack-ESP32"
_SMARTTELEMED: Final = "KookKookKool/smarttelemed-v4 lib/core/device/add_device"

QUIRKS: Final = (
    QuirkRow(
        maker="Beurer",
        name_begins=("BM85",),
        what="Pulse and status byte-swapped; a user id sent though flag bit 3 is clear; mean "
        "pressure sent as 0; RFU flag bit 6 set.",
        source="derdilla/blood-pressure-monitor-fl pull requests #735 and #737",
        quirks=frozenset({Quirk.PULSE_AND_STATUS_BIG_ENDIAN}),
    ),
    QuirkRow(
        maker="Beurer",
        name_begins=("BF105", "BF720"),
        what="Indications start only when bonded, its clock written and a user consented to; its "
        "CCCDs are protected.",
        source="KristianP26/ble-scale-sync issue #168 (HCI snoop of a BF720), "
        "tests/scales/beurer-bf720.test.ts@38f1b9b",
        clock=ClockRule.BEFORE_READINGS,
        must_pair=True,
        consent=True,
    ),
    QuirkRow(
        maker="Beurer",
        name_begins=("BF788",),
        what="As the BF720; 35 of its 36 body composition indications hold zeros.",
        source="KristianP26/ble-scale-sync issue #229, tests/scales/beurer-bf720.test.ts@38f1b9b",
        quirks=frozenset({Quirk.ZERO_COMPOSITION_STUB}),
        clock=ClockRule.BEFORE_READINGS,
        must_pair=True,
        consent=True,
    ),
    QuirkRow(
        maker="A&D",
        name_begins=("UA-651", "UA-1200", "UT-201", "UC-352", "UC-421", "UB-1100"),
        what="Clock in Date Time (0x2A08), to be set within 5 s; then stored readings come oldest "
        "first. Advertises in pairing mode and about a minute after measuring; switches itself "
        "off about a minute after the connection. Hangs up (E10) when asked at once.",
        source="obniz/obniz src/parts/Ble/UA651BLE, UT201BLE, UC421BLE; "
        "andengineering/AndroidSampleCode issue #1 (E10)",
        clock=ClockRule.AT_ONCE,
        clock_characteristic=_assigned(0x2A08),
        clock_within_s=5.0,
        settle_s=0.7,
        awake_s=60.0,
        send_all=VendorCommand(_AND_COMMANDS, bytes((0x02, 0x00, 0xE1))),
        farewell=VendorCommand(_AND_COMMANDS, bytes((0x02, 0x01, 0x03))),
        must_pair=True,
        pairing_ad_flags=0x05,
        vendor_service=_AND_SERVICE,
    ),
    QuirkRow(
        maker="Omron",
        name_begins=("BLESmart_", "HEM-"),
        what="Misbehaves when its clock is written at any other time than at its first Current "
        "Time notification, or when it is less than ten minutes off. Its memory is read through "
        "a service of its own, which has to be unlocked with a key.",
        source="weliem/blessed-android BluetoothHandler.java (clock); userx14/omblepy omblepy.py "
        "and eigger/hass-omron (memory)",
        clock=ClockRule.ONCE_WHEN_NOTIFIED_IF_OFF,
        clock_off_s=600.0,
        vendor_service="ecbe3980-c9a2-11e1-b1bd-0002a5d5c51b",
    ),
    QuirkRow(
        maker="Accu-Chek",
        name_begins=("Accu-Chek Instant",),
        what="No Glucose Measurement Context. Pairing is begun in its menu; its digits are asked "
        "for.",
        source="NightscoutFoundation/xDrip pull request #4000 (context), issue #208 (pairing)",
        must_pair=True,
        no_context=True,
    ),
    QuirkRow(
        maker="Accu-Chek",
        name_begins=("Accu-Chek",),
        what="Pairing is begun in its menu (settings, wireless, pairing); the six digits that it "
        "shows are asked for.",
        source="NightscoutFoundation/xDrip issue #208 (pairing), issue #926 (its name)",
        must_pair=True,
    ),
    QuirkRow(
        maker="Contour",
        name_begins=("Contour Next", "Contour Plus"),
        what="A clock of its own, written before the records are asked for; wants to be bonded at "
        "once, and to be paired anew after missed windows.",
        source="weliem/blessed-android BluetoothHandler.java writeContourClock; "
        "NightscoutFoundation/xDrip issue #1076",
        clock=ClockRule.BEFORE_READINGS,
        clock_characteristic="00001026-0002-11e2-9e96-0800200c9a66",
        must_pair=True,
        vendor_service="00000000-0002-11e2-9e96-0800200c9a66",
    ),
    QuirkRow(
        maker="Medisana",
        name_begins=("BU5", "BU 5", "1872B"),
        what="A PIN is typed at the first pairing; the whole history comes at every connection.",
        source="bkbilly/medisanabp_ble issue #1, pull request #2 (the name 1872B)",
        must_pair=True,
        whole_history_each_time=True,
    ),
    QuirkRow(
        maker="Silvercrest",
        name_begins=("SBM69",),
        what="A PIN is typed at the first pairing; the whole history comes at every connection.",
        source="1technophile/OpenMQTTGateway issue #806",
        must_pair=True,
        whole_history_each_time=True,
    ),
    QuirkRow(
        maker="Microlife",
        name_begins=("Microlife",),
        what="Frames of its own (4D FF, length, checksum), not those of the standard.",
        source="derdilla/blood-pressure-monitor-fl microlife_protocol_test.dart",
    ),
    QuirkRow(
        maker="Xiaomi",
        name_begins=("Mi Scale", "MI_SCALE", "MIBCS", "MIBFS", "Mi Body", "Mi Smart Scale"),
        what="The weight is in the advertisement (service data 181D, 181B); 0x2A9D and 0x2A9C "
        "carry a layout of its own.",
        source="oliexdev/openScale BluetoothMiScale.java and BluetoothMiScale2.java, wiki "
        "Xiaomi-Bluetooth-Mi-Scale; lolouk44/hassio-addons issue #14",
        quirks=frozenset({Quirk.XIAOMI_LAYOUT}),
        advertises_only=True,
    ),
    QuirkRow(
        maker="Jumper",
        name_begins=("JPD-", "My Oximeter"),
        what="Values come on a service of its own.",
        source=f"{_SMARTTELEMED}/Jumper/jumper_po_jpd_500f.dart, jumper_jpd_ha120.dart",
        vendor_service="cdeacb80-5235-4c07-8846-93a37ee6b86d",
    ),
    QuirkRow(
        maker="Yuwell",
        name_begins=("Yuwell",),
        what="Oximeter values come on a service of its own (ffe0, characteristic ffe4).",
        source=f"{_SMARTTELEMED}/Yuwell/yuwell_fpo_yx110.dart",
        vendor_service=_assigned(0xFFE0),
    ),
    QuirkRow(
        maker="Berry",
        name_begins=("BerryMed",),
        what="Values come in five-byte BCI packets on a service of its own.",
        source=_OXIMETER_HACK,
        vendor_service="49535343-fe7d-4ae5-8fa9-9fafd205e455",
    ),
    QuirkRow(
        maker="Contec",
        name_begins=("CMS50",),
        what="Values come on a service of its own (ff00, characteristic ff02).",
        source="tobiasisenberg/OxiVis issue #2",
        vendor_service=_assigned(0xFF00),
    ),
    QuirkRow(
        maker="Creative",
        name_begins=("PC-60F",),
        what="Values come over a serial service of its own.",
        source=_OXIMETER_HACK,
        vendor_service="6e400001-b5a3-f393-e0a9-e50e24dcca9e",
    ),
    QuirkRow(
        maker="Nonin",
        name_begins=("Nonin",),
        what="Continuous values come on a service of its own.",
        source=_OXIMETER_HACK,
        vendor_service="46a970e0-0d5f-11e2-8b5e-0002a5d5c51b",
    ),
)


@lru_cache(maxsize=256)
def row_for(*names: str | None) -> QuirkRow | None:
    """The row of an instrument known by these names (advertised name, model number, any words
    that begin with them). The longest matching beginning wins."""
    matches = [
        (len(begins), row)
        for row in QUIRKS
        for begins in row.name_begins
        if any(name is not None and _begins(name, row.maker, begins) for name in names)
    ]
    return max(matches, key=lambda match: match[0])[1] if matches else None


def quirks_of(*names: str | None) -> frozenset[Quirk]:
    """The decoding quirks of an instrument known by these names."""
    row = row_for(*names)
    return frozenset() if row is None else row.quirks


def quirk_of(*names: str | None) -> Quirk | None:
    """The quirk of an instrument's blood pressure frames, or None."""
    swapped = Quirk.PULSE_AND_STATUS_BIG_ENDIAN
    return swapped if swapped in quirks_of(*names) else None


def _begins(name: str, maker: str, begins: str) -> bool:
    """Whether a name begins so, whatever its case, after the maker's name if that is there."""
    lower = name.casefold().strip()
    after_maker = lower.removeprefix(maker.casefold()).lstrip(" _-")
    return lower.startswith(begins.casefold()) or after_maker.startswith(begins.casefold())
