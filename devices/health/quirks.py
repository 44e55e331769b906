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
    # Where it is not Current Time (0x2A2B). Only what can be read: see `clock_setting`.
    clock_characteristic: str | None = None
    clock_off_s: float | None = None  # it is set only when it is off by more than this
    settle_s: float = 0.0  # between connecting and the first request
    farewell: VendorCommand | None = None  # lets it go to sleep at once
    consent: bool = False  # indications start after a user was consented to (0x2A9F)
    advertises_only: bool = False  # its reading is in its advertisements; nothing to connect to


def _assigned(number: int) -> str:
    return f"0000{number:04x}-0000-1000-8000-00805f9b34fb"


# The one characteristic of service 233bf000 (obniz UA651BLE _getChars).
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
        consent=True,
    ),
    QuirkRow(
        maker="Beurer",
        name_begins=("BF788",),
        what="As the BF720; 35 of its 36 body composition indications hold zeros.",
        source="KristianP26/ble-scale-sync issue #229, tests/scales/beurer-bf720.test.ts@38f1b9b",
        quirks=frozenset({Quirk.ZERO_COMPOSITION_STUB}),
        clock=ClockRule.BEFORE_READINGS,
        consent=True,
    ),
    QuirkRow(
        maker="A&D",
        # The thermometer calls itself "A&D_UT201BLE_76C9B8", the others have the hyphen.
        name_begins=("UA-651", "UA-1200", "UT201", "UT-201", "UC-352", "UC-421", "UB-1100"),
        what="Clock in Date Time (0x2A08), to be set within 5 s; then stored readings come oldest "
        "first. Advertises in pairing mode and about a minute after measuring; switches itself "
        "off about a minute after the connection. Hangs up (E10) when asked at once.",
        source="obniz/obniz src/parts/Ble/UA651BLE, UT201BLE, UC421BLE; "
        "andengineering/AndroidSampleCode issue #1 (E10)",
        clock=ClockRule.AT_ONCE,
        clock_characteristic=_assigned(0x2A08),
        settle_s=0.7,
        farewell=VendorCommand(_AND_COMMANDS, bytes((0x02, 0x01, 0x03))),
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
    ),
    QuirkRow(
        maker="Accu-Chek",
        name_begins=("Accu-Chek Instant",),
        what="No Glucose Measurement Context. Pairing is begun in its menu; its digits are asked "
        "for.",
        source="NightscoutFoundation/xDrip pull request #4000 (context), issue #208 (pairing)",
    ),
    QuirkRow(
        maker="Accu-Chek",
        name_begins=("Accu-Chek",),
        what="Pairing is begun in its menu (settings, wireless, pairing); the six digits that it "
        "shows are asked for.",
        source="NightscoutFoundation/xDrip issue #208 (pairing), issue #926 (its name)",
    ),
    QuirkRow(
        maker="Contour",
        name_begins=("Contour Next", "Contour Plus"),
        what="A clock of its own that can be written and not read: it is left alone, for what it "
        "stamped before could not be corrected any more. Wants to be bonded at once, and to be "
        "paired anew after missed windows.",
        source="weliem/blessed-android BluetoothHandler.java writeContourClock; "
        "NightscoutFoundation/xDrip issue #1076",
    ),
    QuirkRow(
        maker="Medisana",
        name_begins=("BU5", "BU 5", "1872B"),
        what="A PIN is typed at the first pairing; the whole history comes at every connection.",
        source="bkbilly/medisanabp_ble issue #1, pull request #2 (the name 1872B)",
    ),
    QuirkRow(
        maker="Silvercrest",
        name_begins=("SBM69",),
        what="A PIN is typed at the first pairing; the whole history comes at every connection.",
        source="1technophile/OpenMQTTGateway issue #806",
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
    ),
    QuirkRow(
        maker="Yuwell",
        name_begins=("Yuwell",),
        what="Oximeter values come on a service of its own (ffe0, characteristic ffe4).",
        source=f"{_SMARTTELEMED}/Yuwell/yuwell_fpo_yx110.dart",
    ),
    QuirkRow(
        maker="Berry",
        name_begins=("BerryMed",),
        what="Values come in five-byte BCI packets on a service of its own.",
        source=_OXIMETER_HACK,
    ),
    QuirkRow(
        maker="Contec",
        name_begins=("CMS50",),
        what="Values come on a service of its own (ff00, characteristic ff02).",
        source="tobiasisenberg/OxiVis issue #2",
    ),
    QuirkRow(
        maker="Creative",
        name_begins=("PC-60F",),
        what="Values come over a serial service of its own.",
        source=_OXIMETER_HACK,
    ),
    QuirkRow(
        maker="Nonin",
        name_begins=("Nonin",),
        what="Continuous values come on a service of its own.",
        source=_OXIMETER_HACK,
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
