"""`village-hub`: the district hub's commands, each in its file under hub/commands.

Answers for programs go to standard output; words for people and the log go to standard error. All
that is written here is closed to other users.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence

from hub.commands import (
    backups,
    conflicts,
    enrol,
    find,
    keeping,
    receipts,
    recovery,
    serve,
    stats,
)
from hub.errors import HubError
from hub.folder import files_for_the_owner_alone
from offline_sync.foreign_text import log_to_stderr, printable

_COMMANDS = (serve, enrol, receipts, recovery, conflicts, stats, backups, keeping, find)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it was done, 2 with one plain line when it could not be."""
    arguments = _parser().parse_args(argv)
    log_to_stderr("%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        with files_for_the_owner_alone():
            arguments.run(arguments)
    except HubError as error:
        print(printable(f"village-hub: {error} {error.next_step}"), file=sys.stderr)
        return 2
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        why = error.strerror or error
        print(f"village-hub: {where}{why}. Nothing was changed.", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="village-hub", description="The district hub.")
    commands = parser.add_subparsers(dest="command", required=True)
    for group in _COMMANDS:
        group.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
