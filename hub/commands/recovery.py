"""`village-hub recovery-key|unseal|new-hub-key`: what the office keeps in its safe, what it is for.

The private half of the recovery key is written once and never printed. What is opened with it
leaves this command sealed again, to the one computer that asked.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from hub.audit import note
from hub.clock import system_now_ms
from hub.commands.keeping import actor_of
from hub.commands.private_file import new_private_file
from hub.commands.where import add_key, add_where, key_path, opened
from hub.database import writing
from hub.folder import private_folder
from hub.recovery_key import make_recovery_key, unsealed_for
from hub.signing import replace_lost_key


def add(commands: Any) -> None:
    """Name the commands to the parser."""
    make = commands.add_parser(
        "recovery-key", help="make the district's recovery key, once, for the office's safe"
    )
    add_where(make)
    make.add_argument("--out", type=Path, required=True, metavar="FILE")
    make.set_defaults(run=_make)

    unseal = commands.add_parser(
        "unseal", help="open a kiosk's sealed store key, for the computer that asked for it"
    )
    unseal.add_argument("asked", type=Path, help="what village-kiosk recover wrote")
    unseal.add_argument(
        "--key", type=Path, required=True, metavar="FILE", help="the recovery key, from the safe"
    )
    unseal.add_argument("--out", type=Path, required=True, metavar="FILE")
    unseal.set_defaults(run=_unseal)

    new = commands.add_parser(
        "new-hub-key", help="only when hub.key is lost: every kiosk must be connected again"
    )
    add_where(new)
    add_key(new)
    new.set_defaults(run=_new_hub_key)


def _make(arguments: argparse.Namespace) -> None:
    private_folder(arguments.data)
    with (
        opened(arguments, create=True) as engine,
        writing(engine) as connection,
        new_private_file(arguments.out) as paper,
    ):
        paper.write(json.dumps({"recovery_key": make_recovery_key(connection)}) + "\n")
    print(
        f"{arguments.out} opens the records of every kiosk of this district. Copy it to two sticks "
        "for two safes, then delete it here. It cannot be made again.",
        file=sys.stderr,
    )


def _unseal(arguments: argparse.Namespace) -> None:
    opened_for = unsealed_for(arguments.asked.read_text("utf-8"), arguments.key.read_text("utf-8"))
    with new_private_file(arguments.out) as paper:
        paper.write(f"{opened_for}\n")
    print(
        f"Carry {arguments.out} to the new computer: it opens nothing anywhere else.",
        file=sys.stderr,
    )


def _new_hub_key(arguments: argparse.Namespace) -> None:
    path = key_path(arguments)
    with opened(arguments) as engine, writing(engine) as connection:
        replace_lost_key(connection, path)
        note(connection, actor_of(arguments), "new_hub_key", "hub", {}, system_now_ms())
    print(
        f"{path} is new; copy it into the safe. No kiosk believes this hub until it is connected "
        "again: enrol --replace here, then village-kiosk connect --another-hub there.",
        file=sys.stderr,
    )
