"""One way to write a value as JSON, so that equal values have equal bytes on kiosk and hub."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


def canonical_json(value: object) -> str:
    """`value` as compact JSON with sorted keys. Raises ValueError for NaN and infinity."""
    return _ENCODER.encode(value)


def parse_json(text: str) -> object:
    """The value of a JSON document."""
    value: object = json.loads(text)
    return value


class _Written(str):
    """A piece of JSON that is written already."""

    __slots__ = ()


def json_of_anything(value: object) -> str:
    """`value` as JSON that is not canonical. Does not fail, whatever it holds and however deep it
    is nested: what JSON cannot carry is written as Python would show it."""
    return "".join(_pieces(value))


def _pieces(value: object) -> Iterator[str]:
    waiting = [value]
    while waiting:
        match waiting.pop():
            case _Written() as text:
                yield text
            case Mapping() as members:
                waiting.append(_Written("}"))
                for index, (name, inner) in reversed(list(enumerate(members.items()))):
                    comma = ", " if index else ""
                    waiting += (inner, _Written(f"{comma}{json.dumps(str(name))}: "))
                yield "{"
            case list() | tuple() as items:
                waiting.append(_Written("]"))
                for index, inner in reversed(list(enumerate(items))):
                    waiting += (inner, _Written(", " if index else ""))
                yield "["
            case int() as number if not isinstance(number, bool) and abs(number) >= 1 << 64:
                yield json.dumps(hex(number))  # Python refuses thousands of digits
            case single:
                yield json.dumps(single, default=repr)
