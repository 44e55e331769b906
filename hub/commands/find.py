"""`village-hub find WORDS`: the ID of a resident, by name, telephone or card.

This prints residents' data: it is for the office's own terminal.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from hub.commands.where import add_where, opened
from hub.database import reading
from hub.errors import HubError
from hub.finding import find_residents
from offline_sync.foreign_text import printable


def add(commands: Any) -> None:
    """Name the command to the parser."""
    look = commands.add_parser("find", help="the ID of a resident, by name, telephone or card")
    add_where(look)
    look.add_argument("words", metavar="WORDS", help="part of a name, a telephone or a card token")
    look.add_argument("--village", help="of this village only")
    look.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> None:
    with opened(arguments) as engine, reading(engine) as connection:
        found = list(find_residents(connection, arguments.words, arguments.village))
    if not found:
        raise HubError(
            "No resident at this hub is found by that.",
            "Try a shorter part of the name, or the telephone.",
        )
    for one in found:
        said = {"id": one.record_id} | asdict(one)
        del said["record_id"]
        print(printable(json.dumps(said, ensure_ascii=False)))
