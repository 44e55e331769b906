"""Work that takes long is done one at a time, and whoever waits for it keeps nobody else out."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub import parity
from hub.database import hub_epoch, reading
from hub.snapshot_shelf import Shelf, SnapshotFile
from tests.hub.serving import VILLAGE, Pass, ServedHub, running_hub

WAIT_S = 20.0
THREADS = 40  # that a hub has for all its requests


def test_kiosks_that_are_compared_take_one_thread_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work, go_on = threading.Event(), threading.Event()
    real, together, most = parity.digests, [0], [0]

    def slow(*asked: Any) -> Any:
        together[0] += 1
        most[0] = max(most[0], together[0])
        at_work.set()
        assert go_on.wait(WAIT_S)
        together[0] -= 1
        return real(*asked)

    monkeypatch.setattr(parity, "digests", slow)
    with running_hub(tmp_path / "hub") as hub, ThreadPoolExecutor(2 * THREADS) as pool:
        first, *others = (hub.enrol(f"kiosk {number}") for number in range(THREADS + 5))
        answers = [pool.submit(compared, hub, first)]
        assert at_work.wait(WAIT_S)
        assert compared(hub, first).status_code == 503, "one turn of each kiosk"
        answers += [pool.submit(compared, hub, kiosk) for kiosk in others]
        first_done = islice(as_completed(answers[1:], WAIT_S), len(others) - 2)
        refused = [answer.result() for answer in first_done]
        assert {(one.status_code, one.headers["Retry-After"]) for one in refused} == {(503, "60")}
        assert httpx.get(f"{hub.url}/v1/health", trust_env=False).status_code == 200
        go_on.set()
        codes = [answer.result(WAIT_S).status_code for answer in answers]
        assert (codes.count(200), most) == (3, [1])
        assert compared(hub, first).status_code == 200, "its turn is over"


def test_a_village_that_waits_for_its_snapshot_keeps_nobody_else_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work, go_on = threading.Event(), threading.Event()
    real = Shelf._make

    def slow(shelf: Shelf, bucket: str) -> SnapshotFile:
        at_work.set()
        assert go_on.wait(WAIT_S)
        return real(shelf, bucket)

    monkeypatch.setattr(Shelf, "_make", slow)
    with running_hub(tmp_path / "hub") as hub, ThreadPoolExecutor(2 * THREADS) as pool:
        first, *others = (hub.enrol(f"kiosk {number}") for number in range(THREADS + 5))
        answers = [pool.submit(asked, hub, first, "/v1/snapshot")]
        assert at_work.wait(WAIT_S)
        busy = asked(hub, first, "/v1/snapshot")
        assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
        answers += [pool.submit(asked, hub, kiosk, "/v1/snapshot") for kiosk in others]
        elsewhere = hub.enrol("elsewhere", "another village")
        assert asked(hub, elsewhere, "/v1/feed").status_code == 403, "it was heard"
        go_on.set()
        assert {answer.result(WAIT_S).status_code for answer in answers} == {200}


def asked(served: ServedHub, kiosk: Pass, path: str, **more: str | int) -> httpx.Response:
    url = httpx.URL(served.url + path, params={"bucket": VILLAGE, **more})
    headers = kiosk.headers("GET", url.raw_path.decode())
    return httpx.get(url, headers=headers, trust_env=False, timeout=WAIT_S)


def compared(hub: ServedHub, kiosk: Pass) -> httpx.Response:
    with reading(hub.engine) as connection:
        epoch = hub_epoch(connection)
    return asked(hub, kiosk, "/v1/digest", hub=epoch, upto=0, sv=2)
