"""`village-hub receipts NAME`: whether all that a kiosk was told is here, is here."""

from __future__ import annotations

import argparse
from typing import Any

from sqlalchemy import Connection

from hub.commands.where import add_where, opened
from hub.database import reading
from hub.enrolment import kiosk_named
from hub.errors import HubError
from hub.presence import receipts_held, streams_held, verify_chain
from hub.signing import known_key
from offline_sync.foreign_text import printable


class NotAllPresent(HubError):
    """Something that a kiosk was told is here is not, or is not as the kiosk wrote it."""


def add(commands: Any) -> None:
    """Name the command to the parser."""
    show = commands.add_parser(
        "receipts", help="say what a kiosk has delivered, and whether all of it is here"
    )
    add_where(show)
    show.add_argument("name")
    show.add_argument(
        "--verify", action="store_true", help="recompute the chain of its changes as well"
    )
    show.set_defaults(run=_receipts)


def _receipts(arguments: argparse.Namespace) -> None:
    with opened(arguments) as engine, reading(engine) as connection:
        faults = _told(connection, arguments.name, verify=arguments.verify)
    if faults:
        raise NotAllPresent(
            f"Of what was confirmed to {arguments.name}, something is not as it was.",
            "Keep the kiosk running, it may still have it, and compare this database with the "
            "newest backup.",
        )


def _told(connection: Connection, name: str, *, verify: bool) -> bool:
    kiosk = kiosk_named(connection, name)
    streams = streams_held(connection, kiosk.kiosk_id)
    faults: list[str] = []
    for held in streams:
        print(printable(f"epoch {held.epoch}: {held.in_words()}"))
        if verify:
            up_to, fault = verify_chain(connection, held)
            print(f"  its chain holds from 1 to {up_to}" if not fault else f"  {fault}")
            faults += [fault] if fault else []
    given = receipts_held(connection, kiosk.kiosk_id, known_key(connection), streams)
    print(f"{given.count} receipts" + ("" if given.faults else ", signed and without a gap"))
    for fault in given.faults:
        print(f"  {fault}")
    return bool(faults or given.faults)
