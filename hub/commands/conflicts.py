"""`village-hub conflicts`: values that two people set without sight of one another.

The list names records by type and id, never a resident; the values themselves are printed only
with --values. `settle` lets one of them stand, for all kiosks of the village.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from hub.clock import system_now_ms
from hub.commands.where import add_where, opened
from hub.conflicts import ListedConflict, NotSettled, Side, list_conflicts, settle
from hub.database import in_batch, reading
from offline_sync.foreign_text import printable

_NEEDED: Final = ("type", "id", "field", "keep", "by")


def add(commands: Any) -> None:
    """Name the command to the parser."""
    parser = commands.add_parser("conflicts", help="values that wait for a person to pick one")
    parser.add_argument(
        "what", nargs="?", choices=("list", "settle"), default="list", help="list them, or settle"
    )
    add_where(parser)
    show = parser.add_argument_group("list")
    show.add_argument("--open", action="store_true", help="leave out what was settled")
    show.add_argument("--village", help="of this village only")
    show.add_argument("--values", action="store_true", help="with both values: residents' data")
    show.add_argument("--json", action="store_true", help="a line of JSON for each")
    pick = parser.add_argument_group("settle: all of these are needed")
    pick.add_argument("--type", help="the type of the record")
    pick.add_argument("--id", help="the id of the record")
    pick.add_argument("--field", help="the field, or one of its group")
    pick.add_argument("--keep", metavar="OP", help="the op whose value is to stand")
    pick.add_argument("--by", metavar="STAFF_ID", help="who settles it")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> None:
    if arguments.what == "list":
        _list(arguments)
        return
    missing = [name for name in _NEEDED if getattr(arguments, name) is None]
    if missing:
        raise NotSettled(
            f"To settle, {' and '.join(f'--{name}' for name in missing)} must be given.",
            "The list names type, id, field and ops: village-hub conflicts --open.",
        )
    _settle(arguments)


def _list(arguments: argparse.Namespace) -> None:
    with opened(arguments) as engine, reading(engine) as connection:
        for one in list_conflicts(connection, only_open=arguments.open, village=arguments.village):
            told = _told(one, values=arguments.values)
            if arguments.json:
                print(printable(json.dumps(told, ensure_ascii=False)))
            else:
                print("\n".join(map(printable, _lines(told))))


def _settle(arguments: argparse.Namespace) -> None:
    with opened(arguments) as engine:
        op_id = in_batch(
            engine,
            lambda connection: settle(
                connection,
                arguments.type,
                arguments.id,
                arguments.field,
                arguments.keep,
                arguments.by,
                system_now_ms(),
            ),
        )
    print(json.dumps({"settled_by": op_id}))
    print("Settled. The kiosks of the village read it in their feed.", file=sys.stderr)


def _told(one: ListedConflict, *, values: bool) -> dict[str, Any]:
    return {
        "type": one.record_type,
        "id": one.record_id,
        "field": one.field,
        "policy": one.policy,
        "village": one.village,
        "found_ms": one.found_ms,
        "shows": None if one.shown is None else _side(one.shown, values=values),
        "lost": _side(one.lost, values=values),
        "settled_by": one.settled_by_op,
        "settled_ms": one.settled_ms,
    }


def _side(side: Side, *, values: bool) -> dict[str, Any]:
    told = {"op": side.op_id, "by": side.by, "kiosk": side.kiosk, "at_ms": side.at_ms}
    return told | ({"value": json.loads(side.value)} if values else {})


def _lines(told: dict[str, Any]) -> Iterator[str]:
    yield f"{told['type']} {told['id']} {told['field']} ({told['policy']}, {told['village']})"
    yield f"  shows {_side_line(told['shows'])}"
    yield f"  lost  {_side_line(told['lost'])}"
    if told["settled_by"] is not None:
        yield f"  settled by {told['settled_by']}"


def _side_line(side: dict[str, Any] | None) -> str:
    if side is None:
        return "nothing: erased"
    at = datetime.fromtimestamp(side["at_ms"] / 1000, UTC).isoformat(" ", "minutes")
    value = f" {json.dumps(side['value'], ensure_ascii=False)}" if "value" in side else ""
    return f"{side['op']} by {side['by']} at {side['kiosk'] or 'the hub'}, {at}{value}"
