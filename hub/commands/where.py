"""Where the hub's records and its key are: options that commands share, and how they open them."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from hub.database import open_database
from hub.first_start import refuse_lost_database
from hub.signing import KEY_NAME, hub_signer
from offline_sync.identity_key import KeySigner

ADDRESS_VARIABLE: Final = "VILLAGE_HUB_DATABASE"


def add_where(parser: argparse.ArgumentParser) -> None:
    """Let a command be told where the hub's records are."""
    parser.add_argument("--data", type=Path, required=True, help="the hub's folder")
    parser.add_argument(
        "--database",
        metavar="URL",
        default=os.environ.get(ADDRESS_VARIABLE) or None,
        help=f"a PostgreSQL (postgresql://…) in place of a file in that folder; {ADDRESS_VARIABLE}"
        " says it as well, and hides a password better",
    )


def add_key(parser: argparse.ArgumentParser) -> None:
    """Let a command be told where the hub's key is."""
    parser.add_argument(
        "--key", type=Path, metavar="FILE", help=f"the hub's key; {KEY_NAME} in its folder if not"
    )


@contextmanager
def opened(
    arguments: argparse.Namespace, *, create: bool = False, anew: bool = False
) -> Iterator[Engine]:
    """The hub's database as the options name it, closed at the end of the block; with `create`,
    made where no hub was before; with `anew` as well, also where one was and has lost it.

    Raises:
        HubDatabaseError: there is none and it is not to be made, or it cannot be opened.
    """
    if create and not anew and arguments.database is None:
        refuse_lost_database(arguments.data)
    engine = open_database(arguments.data, create=create, database=arguments.database)
    try:
        yield engine
    finally:
        engine.dispose()


def key_path(arguments: argparse.Namespace) -> Path:
    """Where the options say that the hub's key is."""
    path: Path = arguments.key or arguments.data / KEY_NAME
    return path


def signer_of(arguments: argparse.Namespace, engine: Engine) -> KeySigner:
    """The hub's key as the options name it, made with the first use of the database.

    Raises:
        HubKeyError: it is lost, or another hub's.
    """
    return hub_signer(engine, key_path(arguments))
