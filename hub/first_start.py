"""Decides whether an empty database may be begun in a folder.

Only where no hub was before: an empty one beside the key of a hub would take its kiosks' changes
as if nothing had been, and nobody would look for the records. On a first start the database gets
its name before there is a key (`hub.database.open_database`), so one that was cut off can be
repeated. Nothing here changes a file.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

from hub import erasure_list, revocation_list
from hub.database import DATABASE_NAME, HubDatabaseError
from hub.signing import KEY_NAME

_LEFT_BY_A_HUB: Final = (KEY_NAME, erasure_list.LIST_NAME, revocation_list.LIST_NAME)


def refuse_lost_database(folder: Path) -> None:
    """Raise HubDatabaseError when the folder shows that a hub was here, and its SQLite is gone or
    empty."""
    path = folder / DATABASE_NAME
    journal = path.with_name(f"{path.name}-wal")
    if any(file.exists() and file.stat().st_size for file in (path, journal)):
        return
    left = [name for name in _LEFT_BY_A_HUB if (folder / name).exists()]
    if left:
        raise HubDatabaseError(
            f"{path} is {'empty' if path.exists() else 'gone'}, and a hub was here: {left[0]} is "
            "there.",
            "Look for the disk that it is on, or put a backup back: village-hub restore --data "
            f"{shlex.quote(str(folder))} --from FILE. Only where there is none, or to begin an "
            f"empty hub with this key: village-hub serve --data {shlex.quote(str(folder))} "
            "--begin-anew",
        )
