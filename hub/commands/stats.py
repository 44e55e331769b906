"""`village-hub stats`: count what is in the database. Numbers only."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from hub.clock import system_now_ms
from hub.commands.where import add_where, opened
from hub.database import reading
from hub.overview import totals
from hub.restore_drill import warnings


def add(commands: Any) -> None:
    """Name the command to the parser."""
    stats = commands.add_parser("stats", help="count kiosks, ops, records")
    add_where(stats)
    stats.add_argument("--json", action="store_true")
    stats.set_defaults(run=_stats)


def _stats(arguments: argparse.Namespace) -> None:
    with opened(arguments) as engine, reading(engine) as connection:
        numbers = asdict(totals(connection))
        said = warnings(connection, system_now_ms())
    if arguments.json:
        print(json.dumps(numbers))
    else:
        print("\n".join(f"{name:14}{number:>12,}" for name, number in numbers.items()))
    for warning in said:
        print(f"village-hub: {warning}", file=sys.stderr)
