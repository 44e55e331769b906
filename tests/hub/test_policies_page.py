"""The page about merge policies says of every field what the catalogue says."""

from __future__ import annotations

import re
from pathlib import Path

from offline_sync.catalogue import CATALOGUE, Field, Merge

PAGE = Path(__file__).parents[2] / "docs" / "decisions" / "009-merge-policies.md"


def words(field: Field) -> str:
    """The policy of a field as the page writes it."""
    match field.merge:
        case Merge.LAST_WRITE:
            return "later change"
        case Merge.KEEP_BOTH:
            return "both kept"
        case Merge.STATE_MACHINE:
            return f"state machine: {', '.join(field.order)}"
        case Merge.GROUP:
            return f"group: {field.group}"
    return str(field.merge)


def test_the_page_names_the_policy_of_every_field_that_can_be_edited() -> None:
    said: dict[str, str] = {}
    for names, policy in re.findall(r"^\| (`\w+\..*?) \| (.*?) \|", PAGE.read_text(), re.MULTILINE):
        first, *others = re.findall(r"`([\w.]+)`", names)
        record_type = first.partition(".")[0]
        for name in (first, *(f"{record_type}.{other}" for other in others)):
            said[name] = policy
    assert said == {
        f"{record_type.name}.{field.name}": words(field)
        for record_type in CATALOGUE.values()
        for field in record_type.fields
        if field.merge is not Merge.NEVER
    }


def test_what_is_observed_or_done_is_written_once() -> None:
    observed = "consent visit answer task_act vehicle_interval audit void"
    assert {name for name, one in CATALOGUE.items() if one.append_only} == set(observed.split())
