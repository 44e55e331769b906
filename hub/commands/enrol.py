"""`village-hub enrol|revoke|kiosks`: which kiosks may speak to this hub.

A one-time code is handed over once, when it is made: into a new file that only its owner can read
(--out), or to standard output for programs.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import nullcontext
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from hub import revocation_list
from hub.clock import system_now_ms
from hub.commands.keeping import actor_of
from hub.commands.private_file import new_private_file
from hub.commands.where import add_key, add_where, opened, signer_of
from hub.database import reading, writing
from hub.enrolment import DEFAULT_HOURS, LONGEST_HOURS, EnrolmentError, offer, revoke
from hub.folder import private_folder
from hub.overview import KioskLine, kiosk_lines
from hub.pages import age_in_words, state_of
from hub.recovery_key import recovery_key
from offline_sync.request_auth import base64url


def add(commands: Any) -> None:
    """Name the commands to the parser."""
    new = commands.add_parser("enrol", help="make the one-time code that lets a kiosk in")
    add_where(new)
    add_key(new)
    new.add_argument("--name", required=True)
    new.add_argument("--village", help="for a new kiosk")
    new.add_argument(
        "--hours", type=_hours, default=DEFAULT_HOURS, help="how long the code is good"
    )
    new.add_argument(
        "--replace",
        action="store_true",
        help="a kiosk known by this name has a new disk, a new computer or a new key",
    )
    new.add_argument(
        "--without-recovery",
        action="store_true",
        help="although nobody could ever read the disk of this kiosk without its computer",
    )
    new.add_argument(
        "--out", type=Path, metavar="FILE", help="write it into this new file, for you alone"
    )
    new.set_defaults(run=_enrol)

    end = commands.add_parser("revoke", help="shut a kiosk out for good; what it sent stays")
    add_where(end)
    end.add_argument("name")
    end.set_defaults(run=_revoke)

    every = commands.add_parser("kiosks", help="list the kiosks, their state and their counts")
    add_where(every)
    every.add_argument("--json", action="store_true")
    every.set_defaults(run=_kiosks)


def _hours(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= LONGEST_HOURS:
        raise argparse.ArgumentTypeError(f"a code is good for 1 to {LONGEST_HOURS} hours")
    return int(text)


def _enrol(arguments: argparse.Namespace) -> None:
    """Make a code and give it out; what cannot be written down is not made either."""
    out: Path | None = arguments.out
    private_folder(arguments.data)
    with opened(arguments, create=True) as engine:
        hub_key = base64url(signer_of(arguments, engine).public_key)
        with (
            writing(engine) as connection,
            nullcontext() if out is None else new_private_file(out) as paper,
        ):
            if not arguments.without_recovery and not recovery_key(connection):
                raise EnrolmentError(
                    "This district has no recovery key, and without one a kiosk's records are "
                    "lost with its computer.",
                    "Make it once, for the office's safe: village-hub recovery-key --data DIR "
                    "--out FILE",
                )
            made = offer(
                connection,
                arguments.name,
                arguments.village,
                system_now_ms(),
                hours=arguments.hours,
                replace=arguments.replace,
                by=actor_of(arguments),
            )
            given = {"code": made.code, "village": made.village, "hub_key": hub_key}
            said = json.dumps(given, ensure_ascii=False)
            if paper is not None:
                paper.write(f"{said}\n")
    if made.other_villages and not arguments.replace:
        print(
            f"{made.village} is a new village: no other kiosk is of it. There are: "
            f"{', '.join(made.other_villages)}. If one of these was meant, enrol {arguments.name} "
            "again with that one: this code counts no more then.",
            file=sys.stderr,
        )
    if out is None:
        print(said)
        return
    until = datetime.fromtimestamp(made.expires_ms / 1000).astimezone()
    print(
        f"{out} lets one kiosk in, once, until {until:%Y-%m-%d %H:%M}. Give it to that kiosk, "
        "then delete it.",
        file=sys.stderr,
    )


def _revoke(arguments: argparse.Namespace) -> None:
    with opened(arguments) as engine, writing(engine) as connection:
        revoked = revoke(connection, arguments.name, system_now_ms(), actor_of(arguments))
        revocation_list.add(arguments.data, revoked)  # the last thing before the commit
    print(
        f"{arguments.name} is shut out. It is told so when it next calls; what it sent stays.",
        file=sys.stderr,
    )


def _kiosks(arguments: argparse.Namespace) -> None:
    with opened(arguments) as engine, reading(engine) as connection:
        lines = kiosk_lines(connection)
    now = system_now_ms()
    if arguments.json:
        print(
            json.dumps(
                [asdict(line) | {"state": state_of(line, now)[0]} for line in lines],
                ensure_ascii=False,
            )
        )
        return
    for line in lines:
        print(_in_words(line, now))


def _in_words(line: KioskLine, now_ms: int) -> str:
    seen = line.last_contact_ms
    contact = "never heard of" if seen is None else f"heard of {age_in_words(now_ms - seen)} ago"
    kept = "" if line.store_key_kept else "; its store key is not kept"
    return (
        f"{line.name} ({line.village}): {state_of(line, now_ms)[1]}; {contact}; "
        f"{line.ops:,} changes, {line.quarantined:,} set aside, {line.receipts:,} receipts{kept}"
    )
