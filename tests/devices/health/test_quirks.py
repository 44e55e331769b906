"""The quirk table: who is known, by which names, and that every row says where it is from."""

from __future__ import annotations

import re

import pytest

from devices.health.gatt import CURRENT_TIME, DATE_TIME
from devices.health.quirks import (
    QUIRKS,
    ClockRule,
    Quirk,
    QuirkRow,
    VendorCommand,
    quirk_of,
    quirks_of,
    row_for,
)


def known(*names: str | None) -> QuirkRow:
    row = row_for(*names)
    assert row is not None, names
    return row


def commands(row: QuirkRow) -> list[VendorCommand]:
    return [] if row.farewell is None else [row.farewell]


@pytest.mark.parametrize("row", QUIRKS, ids=lambda row: f"{row.maker} {row.name_begins[0]}")
def test_every_row_names_its_source_and_what_is_different(row: QuirkRow) -> None:
    assert re.search(r"\w+/\w+", row.source), "a repository"
    assert len(row.what) > 20
    assert all(begins.strip() == begins != "" for begins in row.name_begins)


def test_no_beginning_of_a_name_is_in_two_rows() -> None:
    beginnings = [begins.casefold() for row in QUIRKS for begins in row.name_begins]
    assert len(beginnings) == len(set(beginnings))


def test_every_uuid_is_written_as_bleak_writes_it() -> None:
    uuids = [uuid for row in QUIRKS for uuid in (row.clock_characteristic,)]
    uuids += [command.characteristic for row in QUIRKS for command in commands(row)]
    for uuid in uuids:
        assert uuid is None or re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", uuid)


@pytest.mark.parametrize("name", ["BM85", "BM85 BT", "Beurer BM85", "beurer bm85", "Beurer_BM85"])
def test_the_bm85_is_known_by_its_name(name: str) -> None:
    assert quirk_of(None, name) is Quirk.PULSE_AND_STATUS_BIG_ENDIAN


@pytest.mark.parametrize(
    ("name", "maker"),
    [
        ("A&D_UA-651BLE_1234", "A&D"),
        ("UA-651BLE", "A&D"),
        ("A&D_UT201BLE_76C9B8", "A&D"),
        ("UT-201BLE_AB12", "A&D"),
        ("UB-1100BLE_88C32F", "A&D"),
        ("A&D_UC-352BLE_0F", "A&D"),
        ("BLEsmart_0000021700FB5A1C", "Omron"),
        ("BLESmart_00000155D", "Omron"),
        ("HEM-7155T", "Omron"),
        ("Omron HEM-7142T2 EEPROM slot 13", "Omron"),
        ("Accu-Chek Guide", "Accu-Chek"),
        ("Contour Next One 12345", "Contour"),
        ("Medisana BU 530", "Medisana"),
        ("BU570", "Medisana"),
        ("SBM69", "Silvercrest"),
        ("Beurer BF720-family (openScale #168 HCI snoop)", "Beurer"),
        ("BF105", "Beurer"),
        ("MIBFS", "Xiaomi"),
        ("Xiaomi Mi Body Composition Scale 2", "Xiaomi"),
        ("MI_SCALE", "Xiaomi"),
        ("Jumper JPD-500F oximeter", "Jumper"),
        ("Contec CMS50D-BT oximeter", "Contec"),
        ("Nonin3230_501234567", "Nonin"),
        ("PC-60FW", "Creative"),
        ("BerryMed", "Berry"),
        ("boso medicus family", None),
        ("Simulated cuff", None),
        ("", None),
    ],
)
def test_models_are_known_by_how_their_names_begin(name: str, maker: str | None) -> None:
    row = row_for(name)
    assert (None if row is None else row.maker) == maker


def test_an_unknown_model_has_no_row_and_no_quirk() -> None:
    assert row_for(None, "Some other cuff", None) is None
    assert row_for() is None
    assert quirks_of("Some other cuff") == frozenset()
    assert quirk_of("A&D_UA-651BLE", None) is None


def test_any_of_the_names_will_do() -> None:
    assert known(None, "my cuff", "UA-651BLE") is known("A&D_UA-651BLE_1234")


def test_the_longest_beginning_wins() -> None:
    assert known("Accu-Chek Instant") is not known("Accu-Chek Guide")
    assert known("Accu-Chek Guide").maker == "Accu-Chek"


def test_the_manners_of_an_and() -> None:
    row = known("A&D_UA-651BLE_1234")
    assert row.clock is ClockRule.AT_ONCE
    assert row.clock_characteristic == "00002a08-0000-1000-8000-00805f9b34fb"
    assert row.settle_s == 0.7
    commands = "233bf001-5a34-1b6d-975c-000d5690abe4"
    assert row.farewell == VendorCommand(commands, bytes.fromhex("020103"))


def test_the_manners_of_others() -> None:
    omron = known("BLEsmart_00000123")
    assert (omron.clock, omron.clock_off_s) == (ClockRule.ONCE_WHEN_NOTIFIED_IF_OFF, 600.0)
    beurer = known("BF720")
    assert (beurer.clock, beurer.consent) == (ClockRule.BEFORE_READINGS, True)
    assert quirks_of("Beurer BF788") == {Quirk.ZERO_COMPOSITION_STUB}
    assert known("MIBFS").advertises_only


def test_a_clock_that_nothing_is_known_of_is_left_alone() -> None:
    assert known("BM85").clock is ClockRule.LEAVE_ALONE


def test_a_clock_that_can_not_be_read_is_left_alone() -> None:
    contour = known("Contour Plus One")
    assert (contour.clock, contour.clock_characteristic) == (ClockRule.LEAVE_ALONE, None)


@pytest.mark.parametrize("row", QUIRKS, ids=lambda row: f"{row.maker} {row.name_begins[0]}")
def test_every_clock_that_is_set_is_one_that_can_be_read(row: QuirkRow) -> None:
    assert row.clock_characteristic in {None, CURRENT_TIME, DATE_TIME}
