"""Snapshots as a hub would send them, and a line that cuts them where a test says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from offline_sync import frames
from offline_sync.answers import HUB_NAME, FeedLine
from offline_sync.first_fill import Download
from offline_sync.frames import End, Header
from offline_sync.hub_link import HubUnreachable
from offline_sync.store import Store
from tests.builders import resident_change

VILLAGE = "坑口村"
T = TypeVar("T")


def line(
    record_id: str,
    fields: Mapping[str, object],
    record_type: str = "resident",
    seq: int = 1,
    op_id: str = "",
    winners: Mapping[str, str] | None = None,
    kind: str = "put",
) -> bytes:
    """A record as it stands at the hub; its op is named after it unless told otherwise."""
    return msgspec.json.encode(
        FeedLine(
            *(seq, kind, op_id or f"op-{record_id}", "", record_type, record_id),
            *(dict(fields), dict(winners or {}), "", "", 1),
        )
    )


@dataclass
class AtHub:
    """One snapshot at the hub."""

    lines: list[bytes]
    upto: int = 100
    epoch: str = "E1"
    bucket: str = VILLAGE
    frame_lines: int = 4
    count: int | None = None
    etag: str = '"one"'
    samples: int = 2

    def content(self) -> bytes:
        return b"".join(self.frames())

    def frames(self) -> list[bytes]:
        header = Header(HUB_NAME, self.epoch, self.bucket, self.upto, 1)
        end = frames.encode(End(len(self.lines) if self.count is None else self.count))
        step = self.frame_lines
        contents = [self.lines[at : at + step] for at in range(0, len(self.lines), step)]
        first = [frames.encode(header), *self.lines[: self.samples]]
        known = frames.dictionary(frames.samples_of(first))
        return [frames.pack(first), *(frames.pack(lines, known) for lines in (*contents, [end]))]


@dataclass
class ScriptedLink:
    """Gives out parts of what lies at the hub, as RFC 9110 says, and cuts when told to.

    `cut` is asked with the number of each request and the bytes it would send; it gives how many
    of them arrive before the line breaks, or None for all.
    """

    at_hub: AtHub
    cut: Callable[[int, int], int | None] = lambda _request, _size: None
    garble: Callable[[bytes], bytes] = lambda piece: piece
    piece: int = 1000
    ignores_ranges: bool = False
    asked: list[Mapping[str, str]] = field(default_factory=list)

    @asynccontextmanager
    async def download(
        self, path: str, query: Mapping[str, str | int], headers: Mapping[str, str]
    ) -> AsyncIterator[Download]:
        assert (path, query) == ("/v1/snapshot", {"bucket": VILLAGE})
        self.asked.append(headers)
        content, etag = self.at_hub.content(), self.at_hub.etag
        first, last = map(int, headers["Range"].removeprefix("bytes=").split("-"))
        said = {"etag": etag}
        if self.ignores_ranges or headers.get("If-Range", etag) != etag:
            status, part = 200, content
            said["content-length"] = str(len(content))
        elif first >= len(content):
            status, part = 416, b""
            said["content-range"] = f"bytes */{len(content)}"
        else:
            status, part = 206, content[first : last + 1]
            end = first + len(part) - 1
            said["content-range"] = f"bytes {first}-{end}/{len(content)}"
        arriving = self.cut(len(self.asked), len(part))
        yield Download(status, said, self._parts(self.garble(part), arriving))

    async def _parts(self, part: bytes, arriving: int | None) -> AsyncIterator[bytes]:
        whole = part if arriving is None else part[:arriving]
        for at in range(0, len(whole), self.piece):
            yield whole[at : at + self.piece]
        if arriving is not None:
            raise HubUnreachable("The connection was cut.")


class FillingStore:
    """`first_fill.FillOutbox` straight over a store, on the thread of the test."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.seen: list[frozenset[tuple[str, str]]] = []

    async def on_store(self, job: Callable[[Store], T]) -> T:
        return job(self.store)

    def records_changed(self, records: frozenset[tuple[str, str]]) -> None:
        self.seen.append(records)


def rows(store: Store, table: str = "resident") -> dict[str, Any]:
    return {row["id"]: row for row in store.connection[table].rows}


def residents(ids: Iterable[str], **given: object) -> list[bytes]:
    return [line(one, resident_change(record_id=one, **given).fields) for one in ids]
