"""Loads a rule file from disk and hands `care` plain values.

A rule file that is incomplete, contradictory or unreadable is refused as a whole: the kiosk
never runs on half a rule file and never makes up a limit.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from care.blood_pressure_bands import (
    Band,
    BloodPressureRules,
    Limit,
    RulesInvalid,
    Side,
)
from care.measuring import Believable, MeasuringRules


class RuleFileRefused(Exception):
    """The rule file cannot be used."""

    next_step = "Ask the district office for a corrected rule file, then start the kiosk again."


@dataclass(frozen=True, slots=True)
class CareRules:
    """Everything one rule file says."""

    version: str
    bands: BloodPressureRules
    measuring: MeasuringRules


def load_rules(path: Path) -> CareRules:
    """The rules in a TOML file. Raises RuleFileRefused, naming the file and the fault."""
    try:
        # Decimals are read as written: 140.5 must not become a binary fraction.
        document = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
        return _care_rules(document)
    except OSError as error:
        raise RuleFileRefused(f"{path.name} cannot be read: {error.strerror}") from error
    except KeyError as error:
        raise RuleFileRefused(f"{path.name} lacks {error}") from error
    except (ValueError, TypeError, AttributeError, RulesInvalid) as error:
        raise RuleFileRefused(f"{path.name}: {error}") from error


def _care_rules(document: Mapping[str, object]) -> CareRules:
    sign_off = _table(document, "sign_off")
    signed = all(str(sign_off.get(name, "")).strip() for name in ("clinician", "date"))
    version = str(document["version"])
    limits = _table(document, "blood_pressure")
    measuring = _table(document, "measuring")
    return CareRules(
        version=version,
        bands=BloodPressureRules(
            version=version,
            signed=signed,
            systolic=_ladder(limits["systolic"]),
            diastolic=_ladder(limits["diastolic"]),
        ),
        measuring=MeasuringRules(
            rest_s=_whole(measuring, "rest_s"),
            pause_s=_whole(measuring, "pause_s"),
            differ_by_more_than=_decimal(measuring["differ_by_more_than_mmhg"]),
            most_attempts=_whole(measuring, "most_attempts"),
            systolic=_believable(measuring, "believable_systolic_mmhg"),
            diastolic=_believable(measuring, "believable_diastolic_mmhg"),
            much_the_same=_decimal(measuring["much_the_same_mmhg"]),
        ),
    )


def _table(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    table = document[name]
    if not isinstance(table, Mapping):
        raise TypeError(f"{name} must be a table")
    return table


def _ladder(rows: object) -> tuple[Limit, ...]:
    if not isinstance(rows, list):
        raise TypeError("limits must be a list of tables")
    return tuple(
        Limit(
            below=None if "below" not in row else _decimal(row["below"]),
            band=Band(row["band"]),
            side=Side(row["side"]),
            red_flag=bool(row.get("red_flag", False)),
            source=str(row["source"]),
        )
        for row in rows
    )


def _believable(table: Mapping[str, object], name: str) -> Believable:
    ends = table[name]
    if not isinstance(ends, list) or len(ends) != 2:
        raise TypeError(f"{name} must be a list of two numbers")
    return Believable(_decimal(ends[0]), _decimal(ends[1]))


def _whole(table: Mapping[str, object], name: str) -> int:
    value = table[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number")
    return value


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError(f"{value!r} must be a number")
    if not Decimal(value).is_finite():
        raise ValueError(f"{value} is no number to go by")
    return Decimal(value)
