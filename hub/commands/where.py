"""Where the hub's records are: the options that every command shares, and how it opens them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from hub.database import open_database


def add_where(parser: argparse.ArgumentParser) -> None:
    """Let a command be told where the hub's records are."""
    parser.add_argument("--data", type=Path, required=True, help="folder of the database")


@contextmanager
def opened(arguments: argparse.Namespace, *, create: bool = False) -> Iterator[Engine]:
    """The hub's database as the options name it, closed at the end of the block.

    Raises:
        HubDatabaseError: there is none and `create` is not set, or it cannot be opened.
    """
    engine = open_database(arguments.data, create=create)
    try:
        yield engine
    finally:
        engine.dispose()
