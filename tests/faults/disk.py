"""A disk that loses its power: what was synced is there, what was not is a matter of chance.

What the model takes for granted is what SQLite does (sqlite.org/atomiccommit.html, section 2): a
sync that has returned is true, and a write changes no byte outside of it. Beyond that it is as
hard as a disk may be. Since a file's last sync, every 512-byte sector of every write is kept or
lost by itself, so that writes are torn and reordered; a sector may be kept in part; a file may
have grown without its content. Since the folder's last sync, every new, changed or removed name
is kept or lost by itself, but for names that depend on a lost one.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.faults.recording import Event, Kind

SECTOR: Final = 512
_TORN: Final = 0.05  # of the sectors that are kept
_SHARES: Final = (0.0, 0.1, 0.5, 0.5, 0.9, 1.0)  # how much of what was not synced is kept


@dataclass(slots=True, eq=False)
class _File:
    """What is surely on the disk, and what was done since the last sync."""

    content: bytearray = field(default_factory=bytearray)
    unsynced: list[Event] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _NameChange:
    """Names and what they stand for afterwards; None for a name that is gone."""

    names: Mapping[str, _File | None]


class Disk:
    """One folder on a disk; give it the events in their order."""

    def __init__(self, before: Mapping[str, bytes]) -> None:
        """`before` was synced long ago."""
        self._names = {name: _File(bytearray(content)) for name, content in before.items()}
        self._seen = dict(self._names)  # what the running program sees
        self._unsynced: list[_NameChange] = []
        self._files: dict[int, _File] = {}

    def happen(self, event: Event) -> None:
        """Let the program do this."""
        match event.kind:
            case Kind.SAID:
                pass
            case Kind.OPENED:
                self._files[event.file] = self._seen[event.name]
            case Kind.CREATED:
                self._files[event.file] = made = _File()
                self._change({event.name: made})
            case Kind.RENAMED:
                self._change({event.name: None, event.new_name: self._seen[event.name]})
            case Kind.LINKED:
                self._change({event.new_name: self._seen[event.name]})
            case Kind.UNLINKED:
                self._change({event.name: None})
            case Kind.NAMES_SYNCED:
                for change in self._unsynced:
                    _put(self._names, change)
                self._unsynced = []
            case Kind.SYNCED:
                file = self._files[event.file]
                for earlier in file.unsynced:
                    _carry_out(file.content, earlier)
                file.unsynced = []
            case Kind.WROTE | Kind.CUT_TO | Kind.GREW_TO:
                self._files[event.file].unsynced.append(event)

    def as_seen(self) -> dict[str, bytes]:
        """What the running program sees: all that it did."""
        return {name: bytes(_complete(file)) for name, file in self._seen.items()}

    def after_power_cut(self, chance: random.Random) -> dict[str, bytes]:
        """The files that a power cut at this moment might leave."""
        names = self._names_after_cut(chance)
        kept: dict[_File, bytes] = {}
        for file in names.values():
            if file not in kept:
                kept[file] = _content_after_cut(file, chance)
        return {name: kept[file] for name, file in names.items()}

    def _change(self, names: Mapping[str, _File | None]) -> None:
        change = _NameChange(names)
        _put(self._seen, change)
        self._unsynced.append(change)

    def _names_after_cut(self, chance: random.Random) -> dict[str, _File]:
        names = dict(self._names)
        share = chance.choice(_SHARES)
        lost: set[str] = set()
        for change in self._unsynced:
            if lost.isdisjoint(change.names) and chance.random() < share:
                _put(names, change)
            else:
                lost.update(change.names)
        return names


def _put(names: dict[str, _File], change: _NameChange) -> None:
    for name, file in change.names.items():
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file


def _complete(file: _File) -> bytearray:
    content = bytearray(file.content)
    for event in file.unsynced:
        _carry_out(content, event)
    return content


def _carry_out(content: bytearray, event: Event) -> None:
    match event.kind:
        case Kind.WROTE:
            _write(content, event.at, event.first)
        case Kind.CUT_TO:
            del content[event.at :]
            _grow(content, event.at)
        case Kind.GREW_TO:
            _grow(content, event.at)


def _content_after_cut(file: _File, chance: random.Random) -> bytes:
    content = bytearray(file.content)
    share = chance.choice(_SHARES)
    grows = chance.random() < 0.5
    for event in file.unsynced:
        if event.kind is not Kind.WROTE:
            if chance.random() < share:
                _carry_out(content, event)
            continue
        if grows:
            _grow(content, event.at + len(event.first))
        for start, end in _sectors(event.at, event.at + len(event.first)):
            if chance.random() < share:
                if share < 1 and chance.random() < _TORN:
                    end = chance.randrange(start, end)
                _write(content, start, event.first[start - event.at : end - event.at])
    return bytes(content)


def _sectors(start: int, end: int) -> Iterable[tuple[int, int]]:
    """A stretch of a file, in the parts that lie in one sector of the disk."""
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        yield start, stop
        start = stop


def _write(content: bytearray, at: int, written: bytes) -> None:
    if written:
        _grow(content, at)
        content[at : at + len(written)] = written


def _grow(content: bytearray, length: int) -> None:
    if len(content) < length:
        content.extend(bytes(length - len(content)))
