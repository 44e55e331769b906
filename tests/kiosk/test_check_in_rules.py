"""A rule file is used whole or not at all, and only a named clinician signs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.rules import RuleFileRefused, load_rules

SHIPPED = Path(__file__).parents[2] / "assets" / "rules" / "demo-2026.1.toml"


def test_the_shipped_file_loads_and_says_that_nobody_signed_it() -> None:
    rules = load_rules(SHIPPED)

    assert rules.version == "demo-2026.1"
    assert not rules.bands.signed
    assert (rules.measuring.rest_s, rules.measuring.pause_s) == (300, 60)


def test_every_limit_names_its_source() -> None:
    bands = load_rules(SHIPPED).bands

    assert all(limit.source for limit in (*bands.systolic, *bands.diastolic))


def edited(tmp_path: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text("utf-8")
    assert old in text
    path = tmp_path / "rules.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def test_a_name_without_a_date_is_no_signature(tmp_path: Path) -> None:
    assert not load_rules(edited(tmp_path, 'clinician = ""', 'clinician = "Dr Test"')).bands.signed


def test_a_name_and_a_date_are_a_signature(tmp_path: Path) -> None:
    path = edited(
        tmp_path, 'clinician = ""\ndate = ""', 'clinician = "Dr Test"\ndate = "2026-11-01"'
    )

    assert load_rules(path).bands.signed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("below = 140", "below = 30"),  # the ladder no longer rises
        ('band = "watch"', 'band = "fine"'),
        ("rest_s = 300", 'rest_s = "5 min"'),
        ("rest_s = 300", ""),
        ("below = 90", 'below = "ninety"'),
        ("\n[sign_off]", "\n[signature]"),
        ("most_attempts = 5", "most_attempts = 0"),
        ("believable_systolic_mmhg = [70, 300]", ""),
        ("believable_systolic_mmhg = [70, 300]", "believable_systolic_mmhg = [300, 70]"),
        ("believable_diastolic_mmhg = [40, 180]", ""),
        ("believable_diastolic_mmhg = [40, 180]", "believable_diastolic_mmhg = [40]"),
        ("much_the_same_mmhg = 5", ""),
        ("much_the_same_mmhg = 5", "much_the_same_mmhg = nan"),
    ],
)
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(RuleFileRefused, match=r"rules\.toml") as refusal:
        load_rules(edited(tmp_path, old, new))

    assert "district" in refusal.value.next_step


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleFileRefused, match="cannot be read"):
        load_rules(tmp_path / "none.toml")
