"""The real pyserial on a real pseudo-terminal."""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest
import serial.serialposix

from devices.simulators.pty import PtyCable
from devices.traffic.errors import (
    PortBusy,
    PortGone,
    PortMissing,
    PortProblem,
    PortRefused,
    PortUnusable,
)
from devices.traffic.transport import open_serial


@pytest.fixture
def cable(tmp_path: Path) -> PtyCable:
    cable = PtyCable(tmp_path / "counter")
    cable.plug_in()
    return cable


def test_bytes_go_both_ways(cable: PtyCable) -> None:
    port = open_serial(str(cable.port), 19_200)
    cable.send(b"\x00\xff{}\r\n")
    received = b""
    while len(received) < 6:
        received += port.read()
    assert received == b"\x00\xff{}\r\n"
    port.write(b"?P\n")
    assert cable.receive(5) == b"?P\n"
    port.close()
    cable.pull()


def test_a_silent_port_reads_as_nothing(cable: PtyCable) -> None:
    port = open_serial(str(cable.port), 19_200)
    assert port.read() == b""
    port.close()
    cable.pull()


def test_what_came_before_anybody_listened_is_forgotten(cable: PtyCable) -> None:
    port = open_serial(str(cable.port), 19_200)
    cable.send(b"old")
    port.discard_input()
    cable.send(b"new")
    assert port.read().startswith(b"n")
    port.close()
    cable.pull()


def test_a_pulled_cable_is_a_typed_error_on_every_call(cable: PtyCable) -> None:
    port = open_serial(str(cable.port), 19_200)
    cable.pull()
    with pytest.raises(PortGone) as problem:
        port.read()
    assert "Plug the counter in again" in problem.value.next_step
    with pytest.raises(PortGone):
        port.write(b"?P\n")
    with pytest.raises(PortGone):
        port.discard_input()
    port.close()


def test_a_waiting_read_ends_when_it_is_cancelled(cable: PtyCable) -> None:
    port = open_serial(str(cable.port), 19_200)
    read: list[bytes] = []
    waiting = threading.Thread(target=lambda: read.append(port.read()))
    waiting.start()
    port.cancel_read()
    waiting.join(5)
    assert read == [b""]
    port.close()
    cable.pull()


def test_a_port_that_is_open_elsewhere_is_busy_and_free_again_when_closed(cable: PtyCable) -> None:
    first = open_serial(str(cable.port), 19_200)
    with pytest.raises(PortBusy):
        open_serial(str(cable.port), 19_200)
    first.close()
    open_serial(str(cable.port), 19_200).close()
    cable.pull()


def test_a_missing_port_is_missing(tmp_path: Path) -> None:
    with pytest.raises(PortMissing, match="not plugged in"):
        open_serial(str(tmp_path / "nothing"), 19_200)


def test_a_link_that_leads_nowhere_is_missing(tmp_path: Path) -> None:
    (tmp_path / "by-id").symlink_to(tmp_path / "gone")
    with pytest.raises(PortMissing):
        open_serial(str(tmp_path / "by-id"), 19_200)


def test_a_file_is_no_port(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PortUnusable):
        open_serial(str(tmp_path / "file"), 19_200)


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        (errno.EACCES, PortRefused),
        (errno.EBUSY, PortBusy),
        (errno.EIO, PortMissing),
        (errno.ENOMEM, PortUnusable),
    ],
)
def test_what_the_system_refuses_is_told_in_plain_words(
    number: int, problem: type[PortProblem], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str, flags: int) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(serial.serialposix.os, "open", refuse)
    with pytest.raises(problem) as refusal:
        open_serial("counter", 19_200)
    assert refusal.value.next_step
