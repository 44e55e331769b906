"""What the hub remembers about itself, by name. Never a key, never a value of a record."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select, text

from hub.tables import hub_meta

_SET: Final = text(
    "INSERT INTO hub_meta (name, value) VALUES (:name, :value)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


def read_meta(connection: Connection, name: str) -> str | None:
    """What is remembered under `name`."""
    return connection.execute(select(hub_meta.c.value).where(hub_meta.c.name == name)).scalar()


def write_meta(connection: Connection, name: str, value: str) -> None:
    """Remember `value` under `name`, in the place of what was there."""
    connection.execute(_SET, {"name": name, "value": value})
