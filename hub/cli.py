"""`village-hub`: serve the hub, enrol and block kiosks, count what is there.

Answers for programs go to standard output as one line of JSON; words for people and the log
go to standard error. A token is printed once, at enrolment, and never again.
"""

from __future__ import annotations

import argparse
import json
import logging
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import uvicorn

from hub.api import create_app, system_now_ms
from hub.database import HubDatabaseError, open_database, reading, writing
from hub.enrolment import EnrolmentError, enrol, set_blocked
from hub.overview import totals

_BACKLOG: Final = 2048
_KEEP_ALIVE_S: Final = 75
_STOP_WAIT_S: Final = 5


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it was done, 2 with one plain line when it could not be."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        match arguments.command:
            case "serve":
                _serve(arguments)
            case "enrol":
                _enrol(arguments)
            case "stats":
                _stats(arguments)
            case _:
                _block(arguments)
    except HubDatabaseError as error:
        print(f"village-hub: {error} {error.next_step}", file=sys.stderr)
        return 2
    except EnrolmentError as error:
        print(f"village-hub: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"village-hub: {error.strerror or error}. Nothing was changed.", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="village-hub", description="The district hub.")
    commands = parser.add_subparsers(dest="command", required=True)

    serve = commands.add_parser("serve", help="answer kiosks and show the page")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8480, help="0 takes a free one")
    serve.add_argument("--port-file", type=Path, help="write the port here once it is open")
    serve.add_argument(
        "--until-input-ends",
        action="store_true",
        help="stop when standard input is closed, so that nobody leaves a hub behind",
    )

    new = commands.add_parser("enrol", help="let a kiosk in; prints its token once")
    new.add_argument("--name", required=True)
    new.add_argument("--village", required=True)
    new.add_argument("--replace", action="store_true", help="new token for a kiosk known by name")

    block = commands.add_parser("block", help="shut a kiosk out; what it sent stays")
    unblock = commands.add_parser("unblock", help="let a blocked kiosk in again")
    for command in (block, unblock):
        command.add_argument("--name", required=True)

    stats = commands.add_parser("stats", help="count kiosks, ops, records")
    stats.add_argument("--json", action="store_true")

    for command in (serve, new, block, unblock, stats):
        command.add_argument("--data", type=Path, required=True, help="folder of the database")
    return parser


def _serve(arguments: argparse.Namespace) -> None:
    engine = open_database(arguments.data)
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
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=_STOP_WAIT_S,
            )
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
    engine = open_database(arguments.data)
    with writing(engine) as connection:
        made = enrol(
            connection,
            arguments.name,
            arguments.village,
            system_now_ms(),
            replace=arguments.replace,
        )
    engine.dispose()
    print(json.dumps(asdict(made), ensure_ascii=False))


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
    part.write_text(content, encoding="ascii")
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
