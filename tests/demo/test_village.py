"""The invented village: always the same, invented throughout, and fit for the store."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kiosk.demo.village import HOST_CARD, RESIDENTS, DemoStaff, demo_staff, village_changes
from kiosk.paths import ASSETS
from kiosk.records.residents import find_by_card
from kiosk.roles import Role
from offline_sync.store import Change
from tests.builders import open_test_store

NOW = 1_795_305_600_000
DAY = 24 * 60 * 60 * 1000
IDS = ("resident_id", "check_in_id", "staff_id")


@pytest.fixture(scope="module")
def staff() -> tuple[DemoStaff, ...]:
    return demo_staff()


@pytest.fixture(scope="module")
def village(staff: tuple[DemoStaff, ...]) -> list[Change]:
    return village_changes(NOW, staff)


def of_type(village: list[Change], record_type: str) -> list[dict[str, Any]]:
    return [dict(change.fields) for change in village if change.record_type == record_type]


def without_ids(village: list[Change]) -> list[tuple[str, dict[str, object]]]:
    return [
        (
            change.record_type,
            {name: value for name, value in change.fields.items() if name not in IDS},
        )
        for change in village
    ]


def test_two_hundred_residents_each_with_a_card_and_readings(village: list[Change]) -> None:
    residents = [change for change in village if change.record_type == "resident"]
    cards = {str(change.fields["card_token"]) for change in residents}
    assert len(residents) == len(cards) == RESIDENTS == 200
    assert HOST_CARD in cards
    measured = Counter(vital["resident_id"] for vital in of_type(village, "vital"))
    assert set(measured) == {change.record_id for change in residents}
    assert min(measured.values()) >= 3


def test_the_village_is_the_same_each_time_but_for_its_ids(
    village: list[Change], staff: tuple[DemoStaff, ...]
) -> None:
    again = village_changes(NOW, staff)
    assert without_ids(again) == without_ids(village)
    assert not {one.record_id for one in again[len(staff) :]} & {one.record_id for one in village}


def test_every_name_is_put_together_from_the_invented_list(village: list[Change]) -> None:
    with (ASSETS / "demo/health/names.csv").open(encoding="utf-8", newline="") as rows:
        listed: dict[str, set[tuple[str, str]]] = {}
        for row in csv.DictReader(rows):
            listed.setdefault(row["type"][:5], set()).add((row["zh"], row["roman"]))
    for resident in of_type(village, "resident"):
        name = resident["name"]
        family_roman, _, given_roman = name["romanised"].partition(" ")
        assert (name["family"], family_roman) in listed["surna"], name
        if resident["card_token"] != HOST_CARD:
            assert (name["given"], given_roman) in listed["given"], name


def test_nobody_is_addressed_by_the_given_name(village: list[Change]) -> None:
    for resident in of_type(village, "resident"):
        name, address = resident["name"], resident["preferred_address"]
        assert address in (name["family"] + "婆婆", name["family"] + "伯伯")
        assert name["given"] not in address
        assert name["romanised"] not in address


def test_nothing_of_the_past_lies_in_the_future(village: list[Change]) -> None:
    taken = [vital["taken_at"] for vital in of_type(village, "vital")]
    saved = [visit["saved_at"] for visit in of_type(village, "visit")]
    assert max(taken + saved) <= NOW - DAY
    assert min(taken) > NOW - 300 * DAY


def test_each_role_that_works_at_the_screen_has_somebody(staff: tuple[DemoStaff, ...]) -> None:
    assert {one.role for one in staff} <= {str(role) for role in Role}
    assert len({one.role for one in staff}) == len(staff) == 4
    assert len({one.pin for one in staff}) == 4


def test_the_store_takes_the_whole_village_and_finds_its_host(
    village: list[Change], tmp_path: Path
) -> None:
    with open_test_store(tmp_path) as store:
        assert len(store.save(village, "demo")) == len(village)
        host = find_by_card(store.connection, HOST_CARD)
        assert host is not None
        assert host.preferred_address == "陳婆婆"
