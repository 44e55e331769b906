"""Instruments that break the standard, one row each, with the source of the finding.

Rows are matched by the beginning of the advertised name or of the model number. A quirk is
applied only to frames that have its exact shape, so a corrected firmware decodes as standard.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Quirk(StrEnum):
    """A known departure from a profile."""

    PULSE_AND_STATUS_BIG_ENDIAN = "pulse_and_status_big_endian"


@dataclass(frozen=True, slots=True)
class QuirkRow:
    """One model and what it does differently."""

    name_begins: str
    quirk: Quirk
    source: str


QUIRKS: Final = (
    QuirkRow(
        "BM85",
        Quirk.PULSE_AND_STATUS_BIG_ENDIAN,
        "derdilla/blood-pressure-monitor-fl pull requests #735 and #737: pulse and status "
        "byte-swapped, user id present though flag bit 3 is clear, RFU flag bit 6 set",
    ),
)


def quirk_of(*names: str | None) -> Quirk | None:
    """The quirk of an instrument known by these names (advertised name, model number)."""
    for name in names:
        for row in QUIRKS:
            if name is not None and name.removeprefix("Beurer ").startswith(row.name_begins):
                return row.quirk
    return None
