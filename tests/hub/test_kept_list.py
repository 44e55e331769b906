"""A list that outlives the database: whole lines, or nothing of them."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import msgspec
import pytest

from hub import kept_list
from hub.errors import HubError
from hub.kept_list import append, read


class Line(msgspec.Struct, frozen=True):
    """An entry of the tests."""

    name: str


def test_entries_come_back_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "list"
    assert read(path, Line) == []
    for name in ("a", "b\n", "廈村"):
        append(path, Line(name))
    assert [line.name for line in read(path, Line)] == ["a", "b\n", "廈村"]
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("torn", [b'{"na', b'{"name":"\xe5', bytes(40)])
def test_nothing_is_added_to_a_line_that_was_cut_off(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "list"
    append(path, Line("a"))
    before = path.read_bytes() + torn
    path.write_bytes(before)
    for attempt in (lambda: append(path, Line("b")), lambda: read(path, Line)):
        with pytest.raises(HubError, match="last line") as refused:
            attempt()
        assert "do it again" in refused.value.next_step
    assert path.read_bytes() == before


def test_a_whole_last_line_without_its_end_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(b'{"name":"a"}')
    append(path, Line("b"))
    assert path.read_bytes() == b'{"name":"a"}\n{"name":"b"}\n'


def test_a_full_disk_leaves_no_part_of_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list"
    append(path, Line("a"))
    write = os.write

    def takes_four_bytes(file: int, content: bytes) -> int:
        if not content.startswith(b'{"na'):
            raise OSError(errno.ENOSPC, "the disk is full")
        return write(file, content[:4])

    with monkeypatch.context() as patched:
        patched.setattr(kept_list.os, "write", takes_four_bytes)
        with pytest.raises(OSError, match="full"):
            append(path, Line("b"))
    assert [line.name for line in read(path, Line)] == ["a"]
    append(path, Line("c"))
    assert [line.name for line in read(path, Line)] == ["a", "c"]
