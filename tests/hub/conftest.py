"""What tests of the hub get: an open database, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hub.database import open_database


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """The hub's database, migrated and empty, on either system."""
    on_postgres = request.param == "postgres"
    address = request.getfixturevalue("postgres_database") if on_postgres else None
    engine = open_database(tmp_path, database=address)
    yield engine
    engine.dispose()
