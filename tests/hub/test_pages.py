"""The hub's page: readable counts, escaped names, no resident's data, nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from hub.overview import KioskLine, Totals
from hub.pages import age_in_words, render_overview
from tests.hub.serving import running_hub
from tests.offline_sync.kiosks import Kiosk
from tests.offline_sync.test_client import run

NOW = 1_795_000_000_000
HOUR = 3_600_000


def line(**given: object) -> KioskLine:
    values: dict[str, object] = {
        "name": "Hang Hau",
        "village": "坑口村",
        "enrolled": True,
        "revoked": False,
        "store_key_kept": True,
        "last_contact_ms": NOW - 3 * 60_000,
        "longest_wait_ms": 5 * HOUR,
        "ops": 12_345,
        "quarantined": 0,
        "receipts": 90,
    }
    return KioskLine(**(values | given))  # type: ignore[arg-type]


def page(*kiosks: KioskLine) -> str:
    return render_overview(Totals(len(kiosks), 12_345, 678, 0), kiosks, NOW)


def test_a_kiosk_is_shown_with_its_contact_counts_and_wait() -> None:
    html = page(line())
    for words in ("Hang Hau", "坑口村", "3 minutes ago", "In touch", "12,345", "5 hours"):
        assert words in html


def test_silence_revocation_and_a_new_kiosk_are_told_in_words() -> None:
    html = page(
        line(name="a", last_contact_ms=NOW - 25 * HOUR),
        line(name="b", revoked=True),
        line(name="d", enrolled=False, last_contact_ms=None),
        line(name="c", last_contact_ms=None, longest_wait_ms=None),
    )
    assert "Not connected yet" in html
    for words in (
        "Silent for more than a day",
        "Shut out",
        "Waiting for its first call",
        "not yet",
    ):
        assert words in html


def test_names_are_escaped() -> None:
    html = page(line(name='<script>alert("x")</script>', village="<b>"))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<b>坑" not in html


def test_an_empty_hub_says_what_to_do() -> None:
    assert "village-hub enrol" in page()


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (-5, "less than a minute"),
        (59_999, "less than a minute"),
        (60_000, "1 minute"),
        (2 * HOUR - 1, "1 hour"),
        (49 * HOUR, "2 days"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(age: int, words: str) -> None:
    assert age_in_words(age) == words


def test_the_served_page_holds_no_resident_and_loads_nothing_from_elsewhere(
    tmp_path: Path,
) -> None:
    with running_hub(tmp_path / "hub") as hub, Kiosk(tmp_path, "one") as one:
        one.save_residents(3)
        assert run(one.client(hub.url, hub.enrol("坑口 <1>"))).ok
        response = httpx.get(hub.url, trust_env=False)
        style = httpx.get(f"{hub.url}/overview.css", trust_env=False)
    assert "坑口 &lt;1&gt;" in response.text
    assert not any(word in response.text for word in ("陳", "婆婆", "Chan Mei", "HV7Q2K9M4T"))
    assert re.findall(r'(?:src|href|action)="([^"]*)"', response.text) == ["/overview.css"]
    assert "url(" not in style.text
    assert "@import" not in style.text
    assert style.headers["content-type"].startswith("text/css")
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe-inline" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-frame-options"] == "DENY"
    assert response.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("colour", ["#F5F0E6", "#FCF9F3"])
def test_every_text_colour_reads_at_seven_to_one(colour: str) -> None:
    for ink in ("#1D2321", "#4B524E", "#652A4C"):
        assert _contrast(ink, colour) >= 7.0, (ink, colour)


def _contrast(one: str, other: str) -> float:
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_times_need_no_zone_files_of_the_machine() -> None:
    program = (
        "import sys, zoneinfo; zoneinfo.reset_tzpath(to=[]); sys.modules['tzdata'] = None;"
        "from hub.pages import render_overview; from hub.overview import Totals;"
        "print(render_overview(Totals(0, 0, 0, 0), [], 1_795_000_000_000))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "2026-11-18 19:06" in done.stdout
