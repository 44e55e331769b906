"""`village-hub enrol|token|block|unblock`: which kiosks may speak to this hub.

A token is handed over once, when it is made: into a new file that only its owner can read (--out),
or to standard output for programs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from hub.api import system_now_ms
from hub.commands.private_file import new_private_file
from hub.commands.where import add_where, opened
from hub.database import writing
from hub.enrolment import Enrolment, enrol, renew_token, set_blocked
from hub.folder import private_folder


def add(commands: Any) -> None:
    """Name the commands to the parser."""
    new = commands.add_parser("enrol", help="let a kiosk in; gives its token once")
    new.add_argument("--village", required=True)
    new.add_argument(
        "--replace", action="store_true", help="a kiosk known by this name has a new disk"
    )
    new.set_defaults(run=_enrol)
    token = commands.add_parser(
        "token", help="a new token for a kiosk whose token leaked or was lost; ends the old one"
    )
    token.set_defaults(run=_token)
    block = commands.add_parser("block", help="shut a kiosk out; what it sent stays")
    unblock = commands.add_parser("unblock", help="let a blocked kiosk in again")
    for command in (block, unblock):
        command.set_defaults(run=_block)
    for command in (new, token, block, unblock):
        add_where(command)
        command.add_argument("--name", required=True)
    for command in (new, token):
        command.add_argument(
            "--out", type=Path, metavar="FILE", help="write it into this new file, for you alone"
        )


def _enrol(arguments: argparse.Namespace) -> None:
    def make(connection: Connection) -> Enrolment:
        return enrol(
            connection,
            arguments.name,
            arguments.village,
            system_now_ms(),
            replace=arguments.replace,
        )

    private_folder(arguments.data)
    _hand_over(arguments, make, create=True)


def _token(arguments: argparse.Namespace) -> None:
    _hand_over(arguments, lambda connection: renew_token(connection, arguments.name), create=False)


def _hand_over(
    arguments: argparse.Namespace, make: Callable[[Connection], Enrolment], *, create: bool
) -> None:
    """Make an enrolment and give it out; what cannot be written down is not made either."""
    out: Path | None = arguments.out
    with (
        opened(arguments, create=create) as engine,
        writing(engine) as connection,
        nullcontext() if out is None else new_private_file(out) as paper,
    ):
        said = json.dumps(asdict(make(connection)), ensure_ascii=False)
        if paper is not None:
            paper.write(f"{said}\n")
    if out is None:
        print(said)
    else:
        print(f"{out} lets one kiosk in. Give it to that kiosk, then delete it.", file=sys.stderr)


def _block(arguments: argparse.Namespace) -> None:
    with opened(arguments) as engine, writing(engine) as connection:
        set_blocked(connection, arguments.name, arguments.command == "block")
