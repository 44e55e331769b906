"""What the traffic tests share: a radar on a pty, a reader on it, and the shared vectors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from devices.simulators.radar import SimulatedRadar
from devices.traffic.ops24x import BAUD, Ops24x
from devices.traffic.reader import CounterReader
from devices.traffic.transport import open_serial
from tests.devices.traffic.listening import QUICK, EventLog

_SHARED: Final = Path(__file__).parents[3].parent / "shared"


@pytest.fixture
def heard() -> EventLog:
    return EventLog()


@pytest.fixture
def radar(tmp_path: Path) -> Iterator[SimulatedRadar]:
    radar = SimulatedRadar(tmp_path / "radar")
    radar.start()
    yield radar
    radar.stop()


@pytest.fixture
def reader(radar: SimulatedRadar, heard: EventLog) -> Iterator[CounterReader]:
    reader = CounterReader(
        "gate", lambda: open_serial(radar.port, BAUD), Ops24x, heard, timing=QUICK
    )
    yield reader
    reader.stop()
    assert not reader.running


@pytest.fixture
def real_count() -> bytes:
    """A real JAMAR file; GPL, so it is used where it lies and never shipped."""
    file = _SHARED / "data" / "traffic" / "166905.txt"
    if not file.is_file():
        pytest.skip("the real JAMAR file is not on this machine")
    return file.read_bytes()


@pytest.fixture
def serial_vectors() -> list[dict[str, Any]]:
    file = _SHARED / "vectors" / "serial.json"
    if not file.is_file():
        pytest.skip("the vectors of serial counters are not on this machine")
    vectors: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))
    return vectors
