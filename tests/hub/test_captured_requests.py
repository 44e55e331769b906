"""A request that somebody captured is worth nothing after a restore either."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import httpx

from hub.backup import Backup, back_up
from hub.database import writing
from hub.gate import raise_numbers
from hub.restore import restore
from offline_sync.answers import LAST_HEADER
from offline_sync.refusals import REPLAYED
from offline_sync.request_numbers import FURTHEST
from tests.hub.asking import answer_of, error_of, push_body, staff_op
from tests.hub.serving import VILLAGE, Pass, ServedHub, running_hub

NOW = 1_795_305_600_000
TARGET = httpx.URL("http://hub/v1/feed", params={"bucket": VILLAGE}).raw_path.decode()


@dataclass(frozen=True, slots=True)
class Captured:
    """A request as it went over the line."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes | None = None

    def send(self, hub: ServedHub) -> httpx.Response:
        return httpx.request(
            self.method,
            f"{hub.url}{self.target}",
            headers=self.headers,
            content=self.body,
            trust_env=False,
        )


def a_push(kiosk: Pass, seq: int) -> Captured:
    body = push_body(staff_op(seq), origin=kiosk.identity.kiosk_id)
    return Captured("POST", "/v1/sync", kiosk.headers("POST", "/v1/sync", body), body)


def a_reading(kiosk: Pass, epoch: str = "e1") -> Captured:
    return Captured("GET", TARGET, kiosk.headers("GET", TARGET, epoch=epoch))


def put_back(folder: Path, backup: Backup, now_ms: int) -> None:
    restore(backup.path, folder, None, now_ms, "office", replace=True)


def test_what_was_captured_before_a_restore_is_not_taken_after_it(tmp_path: Path) -> None:
    """Of an epoch that the backup knows, or of a later one; and not after a second restore of the
    same backup."""
    folder = tmp_path / "data"
    with running_hub(folder) as hub:
        kiosk = hub.enrol("one")
        answer_of(a_push(kiosk, 1).send(hub))
        backup = back_up(hub.engine, tmp_path, NOW)
        captured = [a_push(kiosk, 2), a_reading(kiosk), a_reading(kiosk, "e2")]
        assert [each.send(hub).status_code for each in captured] == [200] * 3
    put_back(folder, backup, NOW)
    with running_hub(folder) as hub:
        before = hub.rows("SELECT * FROM request_number"), hub.rows("SELECT op_id FROM op")
        answers = [each.send(hub) for each in captured]
        assert [error_of(answer) for answer in answers] == [(409, REPLAYED)] * 3
        assert (
            hub.rows("SELECT * FROM request_number"),
            hub.rows("SELECT op_id FROM op"),
        ) == before
        later = []
        for epoch, answer in (("e1", answers[1]), ("e2", answers[2])):
            number = int(answer.headers[LAST_HEADER]) + 1
            assert 2**32 < number < 2**40
            headers = kiosk.identity.headers("GET", TARGET, epoch, number)
            later.append(Captured("GET", TARGET, headers))
        assert [each.send(hub).status_code for each in later] == [200] * 2
    put_back(folder, backup, NOW + 1_000)
    with running_hub(folder) as hub:
        for each in captured + later:
            assert error_of(each.send(hub)) == (409, REPLAYED)


def test_a_new_kiosk_and_one_that_was_always_there_follow_a_hub_that_was_restored_often(
    tmp_path: Path,
) -> None:
    own = 0
    with running_hub(tmp_path) as hub:
        kiosk = hub.enrol("one")
        for restored in range(12):
            with writing(hub.engine) as connection:
                raise_numbers(connection, NOW + restored)
            for epoch, before in (("e1", own), (f"n{restored}", 0)):
                last = last_of(hub, kiosk, epoch)
                assert before < last < before + FURTHEST
                headers = kiosk.identity.headers("GET", TARGET, epoch, last + 1)
                assert Captured("GET", TARGET, headers).send(hub).status_code == 200
                own = last + 1 if epoch == "e1" else own


def last_of(hub: ServedHub, kiosk: Pass, epoch: str) -> int:
    """The number that the hub says to have, to one that comes with its first."""
    headers = kiosk.identity.headers("GET", TARGET, epoch, 1)
    return int(Captured("GET", TARGET, headers).send(hub).headers[LAST_HEADER])
