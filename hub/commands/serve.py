"""`village-hub serve`: answer kiosks and show the page until somebody stops it."""

from __future__ import annotations

import argparse
import gc
import sys
import threading
from pathlib import Path
from typing import Any, Final

import uvicorn

from hub import erasure_list, revocation_list
from hub.api import create_app
from hub.clock import system_now_ms
from hub.commands.where import add_key, add_where, opened, signer_of
from hub.floods import hold_back_floods
from hub.folder import private_folder
from hub.listening import listen

_KEEP_ALIVE_S: Final = 75
_STOP_WAIT_S: Final = 5
_MAX_CONNECTIONS: Final = 200
_MAX_HEAD_BYTES: Final = 16 * 1024
_LAST_PORT: Final = 65_535


def add(commands: Any) -> None:
    """Name the command to the parser."""
    serve = commands.add_parser("serve", help="answer kiosks and show the page")
    add_where(serve)
    add_key(serve)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_port, default=8480, help="0 takes a free one")
    serve.add_argument("--port-file", type=Path, help="write the port here once it is open")
    serve.add_argument(
        "--begin-anew",
        action="store_true",
        help="an empty database in the place of one that is lost for good",
    )
    serve.add_argument(
        "--until-input-ends",
        action="store_true",
        help="stop when standard input is closed, so that nobody leaves a hub behind",
    )
    serve.set_defaults(run=_serve)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {_LAST_PORT}")
    return int(text)


def _serve(arguments: argparse.Namespace) -> None:
    private_folder(arguments.data)
    try:
        with (
            opened(arguments, create=True, anew=arguments.begin_anew) as engine,
            listen(arguments.host, arguments.port) as listening,
        ):
            for kept in (erasure_list, revocation_list):
                kept.catch_up(engine, arguments.data, system_now_ms())
            port = listening.getsockname()[1]
            if arguments.port_file is not None:
                _write_whole(arguments.port_file, f"{port}\n")
            print(f"The hub listens on http://{arguments.host}:{port}", file=sys.stderr)
            config = uvicorn.Config(
                create_app(engine, signer_of(arguments, engine), arguments.data),
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
            # What was imported stays to the end: the collector need not look at it at every push.
            gc.collect()
            gc.freeze()
            server = uvicorn.Server(config)
            if arguments.until_input_ends:
                threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
            server.run(sockets=[listening])
    except KeyboardInterrupt:
        # uvicorn has stopped in order and hands the signal on.
        print("The hub has stopped.", file=sys.stderr)


def _stop_at_end_of_input(server: uvicorn.Server) -> None:
    while sys.stdin.buffer.read(1024):
        pass  # what is said there means nothing
    server.should_exit = True


def _write_whole(path: Path, content: str) -> None:
    """A reader of `path` sees nothing or all of it, never a part."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(content, encoding="ascii")
        part.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
