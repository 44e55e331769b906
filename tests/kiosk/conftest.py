"""What tests of the kiosk share: a desk with two workers, and hashes that take no time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kiosk.staff_desk import StaffDesk, quick_hashes


@pytest.fixture
def desk(tmp_path: Path, qapp: object) -> Iterator[StaffDesk]:
    with quick_hashes():
        desk = StaffDesk(tmp_path)
        yield desk
        desk.close()
