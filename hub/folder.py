"""The hub's folder, which its own user alone may open: residents' records lie in it unencrypted.

Never changes the permissions of a folder that was there before: somebody gave it those, and
whoever mends them should know for how long others could read it.
"""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hub.database import HubDatabaseError

_OWNER_ONLY: Final = 0o700
_NOT_FOR_OTHERS: Final = 0o077


@contextmanager
def files_for_the_owner_alone() -> Iterator[None]:
    """Whatever is written inside the block (SQLite's files too) is closed to other users."""
    before = os.umask(_NOT_FOR_OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def private_folder(folder: Path) -> Path:
    """`folder`, made when it is not there.

    Raises:
        HubDatabaseError: it cannot be made, or other users of this computer can open it.
    """
    try:
        folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        mode = stat.S_IMODE(folder.stat().st_mode)
    except OSError as error:
        raise HubDatabaseError(
            f"The folder {folder} cannot be used: {error.strerror}.",
            "Give the hub a folder that it may write to (--data).",
        ) from error
    if mode & _NOT_FOR_OTHERS:
        raise HubDatabaseError(
            f"Other users of this computer can open the folder {folder}.",
            f"Close it to them with: chmod 700 {shlex.quote(str(folder))}",
        )
    return folder
