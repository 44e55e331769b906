"""Fills a small disk to its last byte."""

from __future__ import annotations

import errno
from pathlib import Path


def fill(path: Path) -> None:
    """Write into `path` until the disk takes no more."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
