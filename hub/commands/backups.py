"""`village-hub backup|restore|restore-drill`: copies of the database, and the proof that they help.

A failed drill ends with 1, so that whoever runs it by the clock is told.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from hub import audit
from hub.backup import Backup, back_up, backups, keep_newest
from hub.clock import system_now_ms
from hub.commands.keeping import actor_of
from hub.commands.where import add_where, opened
from hub.database import writing
from hub.erasure_in_backups import note_folder
from hub.errors import HubError
from hub.folder import private_folder
from hub.restore import restore
from hub.restore_drill import drill
from hub.revocation_list import LIST_NAME

_FAILED = 1


def add(commands: Any) -> None:
    """Name the commands to the parser."""
    make = commands.add_parser("backup", help="copy the database while the hub serves")
    add_where(make)
    make.add_argument("--to", type=Path, required=True, metavar="DIR")
    make.add_argument("--keep", type=_some, metavar="N", help="delete all but the newest N of DIR")
    make.set_defaults(run=_backup)

    back = commands.add_parser("restore", help="put a backup in the place of the database")
    add_where(back)
    back.add_argument("--from", type=Path, required=True, metavar="FILE", dest="file")
    back.add_argument(
        "--replace", action="store_true", help="move the present database aside first"
    )
    back.set_defaults(run=_restore)

    trial = commands.add_parser(
        "restore-drill", help="restore the newest backup beside the database and compare"
    )
    add_where(trial)
    trial.add_argument("--from", type=Path, required=True, metavar="DIR", dest="folder")
    trial.set_defaults(run=_drill)


def _some(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("at least one backup is kept")
    return int(text)


def _backup(arguments: argparse.Namespace) -> None:
    now = system_now_ms()
    private_folder(arguments.to)
    with opened(arguments) as engine:
        made = back_up(engine, arguments.to, now)
        gone = keep_newest(arguments.to, arguments.keep) if arguments.keep else []
        size = made.path.stat().st_size
        with writing(engine) as connection:
            note_folder(connection, arguments.to)
            detail = {"bytes": size, "deleted": len(gone)}
            audit.note(connection, actor_of(arguments), "backup", made.path.name, detail, now)
    print(json.dumps({"backup": str(made.path), "bytes": size, "deleted": len(gone)}))


def _restore(arguments: argparse.Namespace) -> None:
    private_folder(arguments.data)
    if arguments.file.is_dir():
        newest = next((backup.path.name for backup in backups(arguments.file)), "none")
        raise HubError(
            f"{arguments.file} is a folder.", f"Name one backup of it; the newest is {newest}."
        )
    done = restore(
        arguments.file,
        arguments.data,
        arguments.database,
        system_now_ms(),
        actor_of(arguments),
        replace=arguments.replace,
    )
    print(
        json.dumps(
            {
                "hub_epoch": done.hub_epoch,
                "erased_again": done.erased_again,
                "revoked_again": len(done.shut_out_again),
            }
        )
    )
    if done.aside:
        print(f"What was there before lies in {done.aside} now.", file=sys.stderr)
    if done.shut_out_again:
        print(
            f"Shut out, by {LIST_NAME}: {', '.join(done.shut_out_again)}. Where only a key was "
            "replaced since the backup: enrol --replace, then connect that kiosk.",
            file=sys.stderr,
        )
    print(
        "Start the hub. The kiosks send again what came after the backup. Enrol again what was "
        "enrolled since.",
        file=sys.stderr,
    )


def _drill(arguments: argparse.Namespace) -> None:
    newest: Backup | None = next(iter(backups(arguments.folder)), None)
    if newest is None:
        raise HubError(
            f"There is no backup in {arguments.folder}.",
            "Name the folder that they lie in, or make one: village-hub backup --data DIR --to DIR",
        )
    with opened(arguments) as engine:
        done = drill(engine, newest, arguments.data, system_now_ms(), actor_of(arguments))
    print(json.dumps({"backup": done.backup, "passed": done.passed, "rows": done.rows}))
    for difference in done.differences:
        print(f"{done.backup}: {difference}", file=sys.stderr)
    if not done.passed:
        sys.exit(_FAILED)
