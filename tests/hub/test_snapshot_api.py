"""Snapshots over HTTP: ranges of the very file, for kiosks of the village alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hub import snapshot_shelf
from hub.database import writing
from hub.snapshot import drop_snapshots
from offline_sync.frames import FRAME_TYPE, FrameReader, dictionary, samples_of, unpack
from tests.hub.asking import error_of, post, push_body, read, staff_op
from tests.hub.serving import VILLAGE, Pass, ServedHub, running_hub


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[ServedHub]:
    with running_hub(tmp_path) as served:
        yield served


@pytest.fixture
def kiosk(hub: ServedHub) -> Pass:
    enrolled = hub.enrol("one")
    lines = [staff_op(seq) for seq in range(1, 301)]
    assert post(hub, enrolled, push_body(*lines)).status_code == 200
    return enrolled


def get(
    hub: ServedHub, kiosk: Pass, bucket: str = VILLAGE, method: str = "GET", **headers: str
) -> httpx.Response:
    address = httpx.URL(f"{hub.url}/v1/snapshot", params={"bucket": bucket})
    signed = kiosk.headers(method, address.raw_path.decode())
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.request(method, address, headers=signed | given, trust_env=False)


def test_a_snapshot_comes_whole_with_a_strong_name(hub: ServedHub, kiosk: Pass) -> None:
    whole = get(hub, kiosk)
    assert whole.status_code == 200
    assert whole.headers["content-type"] == FRAME_TYPE
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["etag"].startswith('"')
    assert whole.headers["cache-control"] == "no-store"
    first, *rest = FrameReader().feed(whole.content)
    known = dictionary(samples_of(unpack(first)))
    assert sum(len(unpack(frame, known)) for frame in rest) == 300 + 1


@pytest.mark.parametrize("start", [0, 1, 77, 500])
def test_a_part_is_those_very_bytes(hub: ServedHub, kiosk: Pass, start: int) -> None:
    whole = get(hub, kiosk)
    part = get(hub, kiosk, Range=f"bytes={start}-{start + 99}", If_Range=whole.headers["etag"])
    assert part.status_code == 206
    assert part.content == whole.content[start : start + 100]
    total = len(whole.content)
    assert part.headers["content-range"] == f"bytes {start}-{start + 99}/{total}"
    assert part.headers["etag"] == whole.headers["etag"]


def test_the_last_part_is_as_long_as_what_is_left(hub: ServedHub, kiosk: Pass) -> None:
    whole = get(hub, kiosk)
    start = len(whole.content) - 5
    assert get(hub, kiosk, Range=f"bytes={start}-999999").content == whole.content[-5:]


def test_beyond_the_end_there_is_nothing(hub: ServedHub, kiosk: Pass) -> None:
    total = len(get(hub, kiosk).content)
    beyond = get(hub, kiosk, Range=f"bytes={total}-")
    assert beyond.status_code == 416
    assert beyond.headers["content-range"] == f"bytes */{total}"


def test_a_part_of_one_that_is_gone_is_all_of_a_fresh_one(hub: ServedHub, kiosk: Pass) -> None:
    first = get(hub, kiosk)
    with writing(hub.engine) as connection:
        drop_snapshots(connection, VILLAGE)
    assert post(hub, kiosk, push_body(staff_op(301))).status_code == 200
    second = get(hub, kiosk, Range="bytes=100-199", If_Range=first.headers["etag"])
    assert second.status_code == 200
    assert second.headers["etag"] != first.headers["etag"]
    assert int(second.headers["content-length"]) == len(second.content)


def test_a_kiosk_of_another_village_gets_nothing(hub: ServedHub, kiosk: Pass) -> None:
    far = hub.enrol("far", "大澳")
    assert error_of(get(hub, far)) == (403, "bucket")
    assert get(hub, far, "大澳").status_code == 200
    assert error_of(get(hub, kiosk, "大澳")) == (403, "bucket")


def test_whoever_does_not_sign_gets_nothing(hub: ServedHub, kiosk: Pass) -> None:
    address = httpx.URL(f"{hub.url}/v1/snapshot", params={"bucket": VILLAGE})
    assert error_of(httpx.get(address, trust_env=False)) == (401, "unknown")
    headers = kiosk.headers("GET", "/v1/snapshot?bucket=other")
    assert error_of(httpx.get(address, headers=headers, trust_env=False)) == (401, "signature")


def test_a_hub_without_room_says_so(
    hub: ServedHub, kiosk: Pass, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_connection: object, _bucket: str, _now_ms: int) -> Iterator[bytes]:
        raise OSError(28, "No space left on device")
        yield b""

    monkeypatch.setattr(snapshot_shelf, "snapshot_lines", full)
    answer = get(hub, kiosk)
    assert error_of(answer) == (503, "busy")
    assert int(answer.headers["retry-after"]) > 0


def test_a_kiosk_that_is_far_behind_is_sent_to_the_snapshot(
    hub: ServedHub, kiosk: Pass, monkeypatch: pytest.MonkeyPatch
) -> None:
    epoch = httpx.get(f"{hub.url}/v1/health", trust_env=False).json()["hub_epoch"]
    assert read(hub, kiosk, bucket=VILLAGE, hub=epoch, after=0).status_code == 200
    monkeypatch.setattr("hub.snapshot.is_better_with_snapshot", lambda *_: True)
    assert error_of(read(hub, kiosk, bucket=VILLAGE, hub=epoch, after=0)) == (410, "snapshot")
