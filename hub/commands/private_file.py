"""Writes what only one person may read into a new file; never over a file that is there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from hub.errors import HubError


@contextmanager
def new_private_file(path: Path) -> Iterator[TextIO]:
    """A file that only its owner can read, on disk when the block ends; gone when it fails.

    Raises:
        HubError: there is a file of this name already, which is left as it is.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise HubError(
            f"{path} is there already and stays as it is.",
            "Name a new file; nothing was changed.",
        ) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
