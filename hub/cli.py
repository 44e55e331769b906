"""`village-hub`: serve the hub, enrol and block kiosks, count what is there.

Answers for programs go to standard output as one line of JSON; words for people and the log
go to standard error. A token is handed over once, when it is made: into a new file that only its
owner can read (--out), or to standard output for programs. All that is written here is closed to
other users.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Final, TextIO

import uvicorn
from sqlalchemy import Connection

from hub.api import create_app, system_now_ms
from hub.database import HubDatabaseError, open_database, reading, writing
from hub.enrolment import Enrolment, EnrolmentError, enrol, renew_token, set_blocked
from hub.floods import hold_back_floods
from hub.folder import files_for_the_owner_alone, private_folder
from hub.overview import totals

_BACKLOG: Final = 2048
_KEEP_ALIVE_S: Final = 75
_STOP_WAIT_S: Final = 5
_MAX_CONNECTIONS: Final = 200
_MAX_HEAD_BYTES: Final = 16 * 1024
_LAST_PORT: Final = 65_535


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it was done, 2 with one plain line when it could not be."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        with files_for_the_owner_alone():
            _command(arguments)
    except HubDatabaseError as error:
        print(f"village-hub: {error} {error.next_step}", file=sys.stderr)
        return 2
    except EnrolmentError as error:
        print(f"village-hub: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        why = error.strerror or error
        print(f"village-hub: {where}{why}. Nothing was changed.", file=sys.stderr)
        return 2
    return 0


def _command(arguments: argparse.Namespace) -> None:
    match arguments.command:
        case "serve":
            _serve(arguments)
        case "enrol":
            _enrol(arguments)
        case "token":
            _token(arguments)
        case "stats":
            _stats(arguments)
        case _:
            _block(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="village-hub", description="The district hub.")
    commands = parser.add_subparsers(dest="command", required=True)

    serve = commands.add_parser("serve", help="answer kiosks and show the page")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_port, default=8480, help="0 takes a free one")
    serve.add_argument("--port-file", type=Path, help="write the port here once it is open")
    serve.add_argument(
        "--until-input-ends",
        action="store_true",
        help="stop when standard input is closed, so that nobody leaves a hub behind",
    )

    new = commands.add_parser("enrol", help="let a kiosk in; gives its token once")
    new.add_argument("--village", required=True)
    new.add_argument(
        "--replace", action="store_true", help="a kiosk known by this name has a new disk"
    )
    token = commands.add_parser(
        "token", help="a new token for a kiosk whose token leaked or was lost; ends the old one"
    )
    for command in (new, token):
        command.add_argument("--name", required=True)
        command.add_argument(
            "--out", type=Path, metavar="FILE", help="write it into this new file, for you alone"
        )

    block = commands.add_parser("block", help="shut a kiosk out; what it sent stays")
    unblock = commands.add_parser("unblock", help="let a blocked kiosk in again")
    for command in (block, unblock):
        command.add_argument("--name", required=True)

    stats = commands.add_parser("stats", help="count kiosks, ops, records")
    stats.add_argument("--json", action="store_true")

    for command in (serve, new, token, block, unblock, stats):
        command.add_argument("--data", type=Path, required=True, help="folder of the database")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {_LAST_PORT}")
    return int(text)


def _serve(arguments: argparse.Namespace) -> None:
    engine = open_database(private_folder(arguments.data))
    try:
        with socket.create_server(
            (arguments.host, arguments.port), backlog=_BACKLOG, reuse_port=False
        ) as listening:
            port = listening.getsockname()[1]
            if arguments.port_file is not None:
                _write_whole(arguments.port_file, f"{port}\n")
            print(f"The hub listens on http://{arguments.host}:{port}", file=sys.stderr)
            config = uvicorn.Config(
                create_app(engine),
                log_config=None,
                access_log=False,
                server_header=False,
                http="h11",
                h11_max_incomplete_event_size=_MAX_HEAD_BYTES,
                limit_concurrency=_MAX_CONNECTIONS,
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=_STOP_WAIT_S,
            )
            hold_back_floods()
            server = uvicorn.Server(config)
            if arguments.until_input_ends:
                threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
            server.run(sockets=[listening])
    except KeyboardInterrupt:
        # uvicorn has stopped in order and hands the signal on.
        print("The hub has stopped.", file=sys.stderr)
    finally:
        engine.dispose()


def _stop_at_end_of_input(server: uvicorn.Server) -> None:
    while sys.stdin.buffer.read(1024):
        pass  # what is said there means nothing
    server.should_exit = True


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
    _hand_over(arguments, make)


def _token(arguments: argparse.Namespace) -> None:
    _hand_over(arguments, lambda connection: renew_token(connection, arguments.name))


def _hand_over(arguments: argparse.Namespace, make: Callable[[Connection], Enrolment]) -> None:
    """Make an enrolment and give it out; what cannot be written down is not made either."""
    out: Path | None = arguments.out
    engine = open_database(arguments.data, create=arguments.command == "enrol")
    try:
        with (
            nullcontext() if out is None else _new_private_file(out) as paper,
            writing(engine) as connection,
        ):
            said = json.dumps(asdict(make(connection)), ensure_ascii=False)
            if paper is not None:
                paper.write(f"{said}\n")
                paper.flush()
                os.fsync(paper.fileno())
    finally:
        engine.dispose()
    if out is None:
        print(said)
    else:
        print(f"{out} lets one kiosk in. Give it to that kiosk, then delete it.", file=sys.stderr)


@contextmanager
def _new_private_file(path: Path) -> Iterator[TextIO]:
    """A file that only its owner can read; gone again when the block fails.

    Raises:
        EnrolmentError: there is a file of this name already, which is left as it is.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise EnrolmentError(
            f"{path} is there already and stays as it is. Name a new file; nothing was changed."
        ) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _block(arguments: argparse.Namespace) -> None:
    engine = open_database(arguments.data, create=False)
    with writing(engine) as connection:
        set_blocked(connection, arguments.name, arguments.command == "block")
    engine.dispose()


def _stats(arguments: argparse.Namespace) -> None:
    engine = open_database(arguments.data, create=False)
    with reading(engine) as connection:
        numbers = asdict(totals(connection))
    engine.dispose()
    if arguments.json:
        print(json.dumps(numbers))
    else:
        print("\n".join(f"{name:12}{number:>12,}" for name, number in numbers.items()))


def _write_whole(path: Path, content: str) -> None:
    """A reader of `path` sees nothing or all of it, never a part."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(content, encoding="ascii")
        part.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


if __name__ == "__main__":
    sys.exit(main())
