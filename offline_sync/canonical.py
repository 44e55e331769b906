"""One way to write a value as JSON, so that equal values have equal bytes on kiosk and hub."""

from __future__ import annotations

import json


def canonical_json(value: object) -> str:
    """`value` as compact JSON with sorted keys. Raises ValueError for NaN and infinity."""
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def parse_json(text: str) -> object:
    """The value of a JSON document."""
    value: object = json.loads(text)
    return value
