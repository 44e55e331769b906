"""`village-hub erase|retention|audit`: what is to go, what has had its time, and who did what.

Counts and ids are printed, never a value of a record.
"""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from hub import audit, erasure_list
from hub.clock import system_now_ms
from hub.commands.where import add_where, opened
from hub.database import in_batch, reading
from hub.erasure import ORDER, erase, keep_others_out, mark, places
from hub.erasure_in_backups import backup_folders, backups_that_hold, rewrite
from hub.erasure_list import Ordered
from hub.erasure_search import Found, find
from hub.errors import HubError
from hub.retention import end_periods, periods_over
from hub.scrub import scrub
from hub.set_based import Key
from hub.snapshot_shelf import Shelf
from offline_sync.catalogue import CATALOGUE, RESIDENT
from offline_sync.changes import is_id
from offline_sync.foreign_text import printable


def add(commands: Any) -> None:
    """Name the commands to the parser."""
    gone = commands.add_parser("erase", help="take what was kept of a resident, everywhere")
    add_where(gone)
    which = gone.add_mutually_exclusive_group(required=True)
    which.add_argument("--resident", metavar="ID")
    which.add_argument("--record", nargs=2, metavar=("TYPE", "ID"))
    which.add_argument(
        "--scrub", action="store_true", help="only write the files anew, after a held-up erasure"
    )
    gone.add_argument("--reason", help="as the audit shall have it; no names")
    gone.add_argument("--by", help="who has ordered it")
    gone.add_argument("--dry-run", action="store_true", help="say what would go, change nothing")
    gone.add_argument(
        "--backups", action="store_true", help="write the backups anew that still hold it"
    )
    gone.add_argument(
        "--keep-out",
        action="store_true",
        help="order it also when nothing of it is at this hub yet: it is kept out if it comes",
    )
    gone.set_defaults(run=_erase)

    over = commands.add_parser("retention", help="end what has been kept for its whole period")
    add_where(over)
    over.add_argument("--dry-run", action="store_true", help="say what would go, change nothing")
    over.add_argument("--confirm", type=int, metavar="N", help="so many records may go at once")
    over.set_defaults(run=_retention)

    seen = commands.add_parser("audit", help="who did what at this hub, one line of JSON each")
    add_where(seen)
    seen.set_defaults(run=_audit)


def actor_of(arguments: argparse.Namespace) -> str:
    """Who gives the command: as it says, or the user of this computer."""
    return getattr(arguments, "by", None) or getpass.getuser()


def _erase(arguments: argparse.Namespace) -> None:
    with opened(arguments) as engine:
        if arguments.scrub:
            _clean(engine, arguments.data)
            return
        subject: Key = (
            (RESIDENT.name, arguments.resident) if arguments.resident else tuple(arguments.record)
        )
        _refuse_no_id(subject)
        before = erasure_list.read(arguments.data)
        orders = [*before, Ordered(*subject, system_now_ms())]
        with reading(engine) as connection:
            found, folders = find(connection, *subject), backup_folders(connection)
        if subject not in {(one.record_type, one.record_id) for one in before}:
            _refuse_unknown(subject, found, keep_out=arguments.keep_out)
        if not arguments.dry_run:
            if not arguments.reason or not arguments.by:
                raise HubError(
                    "An erasure needs a reason and a name.",
                    "Add --reason and --by; no resident's name belongs in them.",
                )
            found = _erase_in(engine, arguments, subject)
            _clean(engine, arguments.data)
        backups = backups_that_hold(folders, orders)
        if arguments.backups and not arguments.dry_run:
            for path in backups:
                rewrite(path, orders, system_now_ms())
    _say(found, backups, done=not arguments.dry_run, rewritten=arguments.backups)


def _refuse_no_id(subject: Key) -> None:
    """An order is kept for good, in a list and in the audit: no name may get there by mistake."""
    if not all(map(is_id, subject)):
        raise HubError(
            "That is no ID: an ID has 1 to 64 visible ASCII characters and no space.",
            "village-hub find says the ID of a resident by name. Nothing was written down.",
        )


def _refuse_unknown(subject: Key, found: Found, *, keep_out: bool) -> None:
    """What is not here was probably typed wrong: it is kept out only when that is asked for."""
    if subject[0] not in CATALOGUE and subject not in found.keys:
        raise HubError(
            "There is no such type of record.", f"The types are {', '.join(sorted(CATALOGUE))}."
        )
    if not found.keys and not found.aside and not keep_out:
        raise HubError(
            "Nothing of it is at this hub, and nothing was written down.",
            "Look at the ID again (village-hub find). To keep it out if it comes, add --keep-out.",
        )


def _erase_in(engine: Engine, arguments: argparse.Namespace, subject: Key) -> Found:
    now = system_now_ms()
    listed: list[bool] = []

    def job(connection: Connection) -> Found:
        keep_others_out(connection)
        found = find(connection, *subject)
        erase(connection, found, ORDER, now, subject)
        mark(connection, *subject, now)
        detail = {"reason": arguments.reason, "counts": found.counts()}
        audit.note(connection, arguments.by, "erase", " ".join(subject), detail, now)
        if not listed:  # the last thing before the commit, and once
            erasure_list.add(arguments.data, Ordered(*subject, now))
            listed.append(True)
        return found

    return in_batch(engine, job)


def _clean(engine: Engine, folder: Path) -> None:
    Shelf(engine, folder, system_now_ms).sweep()
    scrub(engine)


def _say(found: Found, backups: list[Path], *, done: bool, rewritten: bool = False) -> None:
    said = {
        "erased" if done else "would_erase": found.counts(),
        "places": list(places()),
        "backups": [str(path) for path in backups],
    }
    print(json.dumps(said, ensure_ascii=False))
    if not found.keys and not found.aside:
        print("Nothing of it is at this hub. It is kept out if it comes.", file=sys.stderr)
    if backups and not rewritten:
        print(
            f"{len(backups)} backups still hold it. Add --backups to write them anew, and erase "
            "what was carried elsewhere.",
            file=sys.stderr,
        )


def _retention(arguments: argparse.Namespace) -> None:
    now = system_now_ms()
    with opened(arguments) as engine:
        if arguments.dry_run:
            with reading(engine) as connection:
                over = periods_over(connection, now)
            print(json.dumps({"would_end": over.counts}))
            return
        over = in_batch(
            engine,
            lambda connection: end_periods(
                connection, now, actor_of(arguments), confirmed=arguments.confirm
            ),
        )
        if over.counts:
            _clean(engine, arguments.data)
    print(json.dumps({"ended": over.counts}))


def _audit(arguments: argparse.Namespace) -> None:
    with opened(arguments) as engine, reading(engine) as connection:
        for one in audit.read(connection):
            print(printable(json.dumps(asdict(one), ensure_ascii=False)))
