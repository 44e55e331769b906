"""`village-kiosk`: the kiosk, its demo, and the few commands of its first set-up.

Answers go to standard output, those for programs as one line of JSON; what happened meanwhile and
the log go to standard error.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.languages import LANGUAGES
from kiosk.paths import default_data_folder
from kiosk.roles import Role
from offline_sync.errors import StoreError
from offline_sync.foreign_text import log_to_stderr, printable

_SIZES: Final = ("1280x800", "1920x1080")
_LIKELY_PX_PER_MM: Final = (1, 30)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the kiosk or one command; 2 with one plain line when it cannot be done."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.demo and (arguments.first_frame or arguments.self_test):
        parser.error("--demo goes with --tour or alone")
    log_to_stderr("%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    if arguments.command is None:
        from kiosk.start import start

        return start(arguments)
    try:
        return _command(arguments)
    except StoreError as error:
        return _refused(f"{error} {error.next_step}")
    except (OSError, ValueError) as error:
        return _refused(str(error))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="village-kiosk", description="The kiosk at the village centre."
    )
    parser.add_argument("--data", type=Path, help="folder of the kiosk's records and key")
    parser.add_argument("--language", choices=LANGUAGES, default="zh_HK")
    parser.add_argument("--theme", choices=("light", "dark", "contrast"), default="light")
    parser.add_argument("--size", choices=_SIZES, default=_SIZES[0])
    parser.add_argument(
        "--px-per-mm", type=_scale, help="the screen's scale, when it says it wrong"
    )
    parser.add_argument("--full-screen", action="store_true", help="cover the whole screen")
    parser.add_argument("--demo", action="store_true", help="an invented village and instruments")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument(
        "--tour", type=Path, metavar="DIR", help="walk through the demo, pictures in DIR"
    )
    ways.add_argument("--first-frame", action="store_true", help="paint once, say how long it took")
    ways.add_argument("--self-test", action="store_true", help="paint, save and send one record")
    commands = parser.add_subparsers(dest="command")

    staff = commands.add_parser("staff", help="who works at this kiosk").add_subparsers(
        dest="staff_command", required=True
    )
    add = staff.add_parser(
        "add", help="a new worker; the first is a supervisor, who is asked to add the others"
    )
    add.add_argument("--name", required=True, help='as shown, both scripts: "黃詠詩 Wong Wing Sze"')
    add.add_argument("--role", choices=tuple(map(str, Role)), help="what the worker may do")
    reset = staff.add_parser("reset", help="a new passphrase and PIN; a supervisor is asked")
    reset.add_argument("--name", required=True, help="the worker who forgot one of them")
    everybody = staff.add_parser("list", help="who is on record, as one line of JSON")

    connect = commands.add_parser("connect", help="connect this kiosk to its hub")
    _add_paper(connect, required=False)
    connect.add_argument(
        "--another-hub", action="store_true", help="although it belongs to another hub so far"
    )
    recover = commands.add_parser("recover", help="bring a lost kiosk back on this computer")
    _add_paper(recover, required=True)
    recover.add_argument(
        "--ask", type=Path, metavar="FILE", help="first: write a question for the district office"
    )
    recover.add_argument(
        "--database", type=Path, metavar="FILE", help="then: the old kiosk.db, from disk or backup"
    )
    recover.add_argument(
        "--opened", type=Path, metavar="FILE", help="and: what village-hub unseal wrote"
    )
    keep = commands.add_parser("retention", help="end what was kept for its whole period")
    keep.add_argument("--dry-run", action="store_true", help="say what would go, change nothing")
    copy = commands.add_parser("backup", help="copy the records to another disk, encrypted")
    copy.add_argument("--to", type=Path, required=True, metavar="DIR")
    sync = commands.add_parser("sync", help="how far sending has come").add_subparsers(
        dest="sync_command", required=True
    )
    status = sync.add_parser("status", help="what was sent and what waits; the kiosk may run")
    status.add_argument("--json", action="store_true", help="as one line of JSON")
    now = sync.add_parser("now", help="send and read everything once, with the kiosk closed")
    for command in (add, reset, everybody, connect, recover, keep, copy, status, now):
        command.add_argument("--data", type=Path, default=argparse.SUPPRESS)
    return parser


def _add_paper(command: argparse.ArgumentParser, *, required: bool) -> None:
    command.add_argument("--hub", required=True, metavar="URL")
    given = command.add_mutually_exclusive_group(required=required)
    given.add_argument(
        "--enrolment", type=Path, metavar="FILE", help="what village-hub enrol wrote"
    )
    given.add_argument("--code", help="the one-time code in that file, typed")


def _scale(text: str) -> float:
    low, high = _LIKELY_PX_PER_MM
    try:
        scale = float(text)
    except ValueError:
        scale = 0.0
    if not low <= scale <= high:
        raise argparse.ArgumentTypeError(f"a screen has {low} to {high} pixels in a millimetre")
    return scale


def _command(arguments: argparse.Namespace) -> int:
    if arguments.command == "sync":
        from kiosk.sync_commands import run as sync

        return sync(arguments, arguments.data or default_data_folder())
    if arguments.command == "staff":
        from kiosk.staff_commands import run

        run(arguments, arguments.data or default_data_folder())
    elif arguments.command == "recover":
        from kiosk.recover_command import run

        run(arguments, arguments.data or default_data_folder())
    elif arguments.command == "retention":
        from kiosk.retention_command import run

        run(arguments, arguments.data or default_data_folder())
    elif arguments.command == "backup":
        from kiosk.backup_command import run

        run(arguments, arguments.data or default_data_folder())
    else:
        from kiosk.connect_command import run

        run(arguments, arguments.data or default_data_folder())
    return 0


def _refused(why: str) -> int:
    print(printable(f"village-kiosk: {why}"), file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
