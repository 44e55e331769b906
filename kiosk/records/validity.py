"""Which append-only records are valid: what was voided or corrected stays, and is not shown as so.

A record is valid while no void names it and no valid record of its type names it as the one that it
corrects. So a correction that is voided itself corrects nothing, and the first record shows again.
Nothing here changes a record.
"""

from __future__ import annotations


def valid(record_type: str, alias: str) -> str:
    """A SQL condition: the row `alias` of a record type's table is valid."""
    return (
        f"{_not_voided(record_type, alias)} AND NOT EXISTS (SELECT 1 FROM {record_type} AS later"
        f" WHERE later.corrects = {alias}.id AND later.id <> {alias}.id"
        f" AND {_not_voided(record_type, 'later')})"
    )


def _not_voided(record_type: str, alias: str) -> str:
    return (
        f"NOT EXISTS (SELECT 1 FROM void WHERE void.about_id = {alias}.id"
        f" AND void.about_type = '{record_type}')"
    )
