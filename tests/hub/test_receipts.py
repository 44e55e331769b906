"""The hub's receipts: given with the batch, kept for ever, and what they say is shown to be so."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import msgspec
import pytest
from sqlalchemy import delete

from hub.audit import read as read_audit
from hub.cli import main
from hub.database import hub_epoch, reading, take_new_epoch, writing
from hub.meta import write_meta
from hub.presence import numbers_in_words
from hub.tables import hub_meta
from offline_sync.answers import SyncAnswer
from offline_sync.identity_key import new_signer
from offline_sync.receipts import (
    SHOWN_DIGITS,
    HeldReceipt,
    Receipt,
    Sent,
    Witness,
    checked_receipt,
    read_receipt,
    receipt_digest,
)
from offline_sync.refusals import RECEIPT, SET_BACK
from offline_sync.request_auth import base64url
from offline_sync.wire import PushHeader, encode_push
from tests.hub.asking import CLOCKS, answer_of, error_of, post, push_body, read, said_of, staff_op
from tests.hub.serving import VILLAGE, Pass, ServedHub, running_hub

WITNESS = "/v1/witness"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[ServedHub]:
    with running_hub(tmp_path) as served:
        yield served


def push(
    hub: ServedHub,
    kiosk: Pass,
    *lines: bytes,
    held: tuple[int, str] = (0, ""),
    epoch: str = "",
    log: Sequence[bytes] = (),
) -> SyncAnswer:
    return answer_of(post(hub, kiosk, body_with(*lines, held=held, epoch=epoch, log=log)))


def body_with(
    *lines: bytes,
    held: tuple[int, str] = (0, ""),
    epoch: str = "",
    after: int = 0,
    log: Sequence[bytes] = (),
) -> bytes:
    header = PushHeader("o1", "e1", 5000, "00" * 32, 1, epoch, CLOCKS, after, receipt=held)
    return encode_push(header, lines, *said_of(lines, log))


def receipt_of(answer: SyncAnswer) -> Receipt:
    assert answer.receipt is not None
    return read_receipt(answer.receipt.text)


def test_each_push_has_a_receipt_that_its_kiosk_can_check(hub: ServedHub) -> None:
    kiosk = hub.enrol("one")
    held = None
    log: list[bytes] = []
    for first in (1, 4):
        lines = [staff_op(first), staff_op(first + 1, shoe_size=38), staff_op(first + 2)]
        answer = push(hub, kiosk, *lines, log=log)
        log += lines
        assert answer.receipt is not None
        sent = Sent(
            *(kiosk.identity.kiosk_id, "o1", "e1", answer.hub_epoch),
            op_ids={seq: f"op{seq}" for seq in range(first, first + 3)},
            acked=[first, first + 2],
            quarantined=[first + 1],
            held=held,
        )
        text, signature = answer.receipt.text, answer.receipt.signature
        receipt = checked_receipt(text, signature, kiosk.hub_key, sent)
        held = HeldReceipt(receipt.no, receipt_digest(text), receipt.hub_epoch, text, signature)
    assert receipt.no == 2


def test_a_push_without_ops_has_none_and_a_repeated_one_has_another(hub: ServedHub) -> None:
    kiosk = hub.enrol("one")
    assert push(hub, kiosk).receipt is None
    first, again = (receipt_of(push(hub, kiosk, staff_op(1))) for _ in range(2))
    assert (first.no, again.no) == (1, 2)
    assert (first.acked, first.digest) == (again.acked, again.digest)


def test_a_push_that_is_refused_leaves_no_receipt(hub: ServedHub) -> None:
    one, two = hub.enrol("one"), hub.enrol("two")
    push(hub, one, staff_op(1))
    assert post(hub, two, push_body(staff_op(2))).status_code == 409, "the stream of another"
    assert hub.count("receipt") == 1


# ---- a hub that was set back


def test_a_receipt_that_the_hub_lacks_shows_that_it_was_set_back(hub: ServedHub) -> None:
    kiosk = hub.enrol("one")
    answer = push(hub, kiosk, staff_op(1))
    receipt = answer.receipt
    assert receipt is not None
    for held in [(2, "ab" * 32), (1, "ab" * 32)]:
        refused = post(hub, kiosk, body_with(staff_op(2), held=held, epoch=answer.hub_epoch))
        assert error_of(refused) == (409, SET_BACK)
    assert hub.count("op") == 1
    known = (1, receipt_digest(receipt.text))
    assert push(hub, kiosk, staff_op(2), held=known, epoch=answer.hub_epoch).ack
    with writing(hub.engine) as connection:
        take_new_epoch(connection)
    assert push(hub, kiosk, staff_op(3), held=(9, "ab" * 32), epoch=answer.hub_epoch).ack, (
        "what a history gave that was left says nothing of this one"
    )


def test_a_hub_that_is_shown_its_own_lost_receipt_begins_another_history(
    hub: ServedHub, caplog: pytest.LogCaptureFixture
) -> None:
    kiosk = hub.enrol("one")
    answer = push(hub, kiosk, staff_op(1))
    receipt = answer.receipt
    assert receipt is not None
    shown = Witness(receipt.text, receipt.signature, answer.hub_epoch, 1)
    assert new_epoch(hub, kiosk, shown) == answer.hub_epoch, "nothing is lost"
    set_back(hub)
    with caplog.at_level(logging.ERROR):
        began = new_epoch(hub, kiosk, shown)
    assert began != answer.hub_epoch
    assert "older copy" in caplog.text
    assert new_epoch(hub, kiosk, shown) == began, "once is enough"
    with reading(hub.engine) as connection:
        (noted,) = [row for row in read_audit(connection) if row.action == "set_back"]
    assert (noted.actor, noted.detail["after"]) == ("kiosk one", began)
    assert receipt_of(push(hub, kiosk, staff_op(1), epoch=began)).hub_epoch == began


def test_a_receipt_of_a_history_that_began_after_the_copy_shows_that_it_was_put_back(
    hub: ServedHub,
) -> None:
    kiosk = hub.enrol("one")
    with writing(hub.engine) as connection:
        before = hub_epoch(connection)
        later = take_new_epoch(connection)
    answer = push(hub, kiosk, staff_op(1))
    receipt = answer.receipt
    assert receipt is not None
    assert answer.hub_epoch == later
    set_back(hub)
    with writing(hub.engine) as connection:
        connection.execute(delete(hub_meta).where(hub_meta.c.name == f"history {before}"))
        write_meta(connection, "hub_epoch", before)
    held = (1, receipt_digest(receipt.text))
    for refused in (
        post(hub, kiosk, body_with(staff_op(2), held=held, epoch=later)),
        read(hub, kiosk, bucket=VILLAGE, hub=later, receipt=f"1.{held[1][:SHOWN_DIGITS]}"),
    ):
        assert error_of(refused) == (409, SET_BACK)
    shown = Witness(receipt.text, receipt.signature, later, 1)
    began = new_epoch(hub, kiosk, shown)
    assert began not in (before, later)
    assert new_epoch(hub, kiosk, shown) == began, "once is enough"
    assert push(hub, kiosk, staff_op(2), held=held, epoch=later).ack


def test_a_kiosk_that_has_only_read_can_tell_that_the_hub_was_set_back(hub: ServedHub) -> None:
    writer, reader = hub.enrol("one"), hub.enrol("two")
    epoch = push(hub, writer, staff_op(1)).hub_epoch
    assert new_epoch(hub, reader, Witness("", "", epoch, 1)) == epoch
    assert new_epoch(hub, reader, Witness("", "", "another", 99)) == epoch
    assert new_epoch(hub, reader, Witness("", "", epoch, 2)) != epoch


def test_a_receipt_that_this_hub_did_not_give_to_this_kiosk_changes_nothing(
    hub: ServedHub,
) -> None:
    one, two = hub.enrol("one"), hub.enrol("two")
    answer = push(hub, one, staff_op(1))
    receipt = answer.receipt
    assert receipt is not None
    forged = msgspec.json.encode(msgspec.structs.replace(read_receipt(receipt.text), no=7)).decode()
    by_another = base64url(new_signer().sign(forged.encode()))
    for kiosk, text, signature, status in (
        (two, receipt.text, receipt.signature, 403),
        (one, forged, receipt.signature, 403),
        (one, forged, by_another, 403),
        (one, "{}", receipt.signature, 400),
    ):
        shown = Witness(text, signature, answer.hub_epoch, 0)
        assert error_of(show(hub, kiosk, shown)) == (status, RECEIPT)
    assert answer_of(read(hub, one, bucket=VILLAGE)).hub_epoch == answer.hub_epoch


def show(hub: ServedHub, kiosk: Pass, witness: Witness) -> httpx.Response:
    return post(hub, kiosk, msgspec.json.encode(witness), WITNESS)


def new_epoch(hub: ServedHub, kiosk: Pass, witness: Witness) -> str:
    response = show(hub, kiosk, witness)
    assert response.status_code == 200, response.text
    return str(response.json()["hub_epoch"])


def set_back(hub: ServedHub) -> None:
    """As if yesterday's copy of the database had been put in place."""
    with hub.engine.begin() as connection:
        for statement in (
            *(f"DELETE FROM {table}" for table in ("op", "feed", "feed_head", "receipt", "origin")),
            "DELETE FROM record",
            "DELETE FROM field_state",
            "UPDATE kiosk SET receipt_no = 0, receipt_digest = ''",
        ):
            connection.exec_driver_sql(statement)


# ---- village-hub receipts


def said(hub: ServedHub, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["receipts", "one", "--data", str(hub.folder), *words])
    return code, capsys.readouterr().out


def test_what_is_all_present_is_said_so(hub: ServedHub, capsys: pytest.CaptureFixture[str]) -> None:
    kiosk = hub.enrol("one")
    for first in range(1, 10, 3):
        push(hub, kiosk, *(staff_op(seq) for seq in range(first, first + 3)))
    code, words = said(hub, capsys, "--verify")
    assert code == 0
    assert "epoch e1: 1-9, all present; 4990 written later and not sent yet" in words
    assert "3 receipts, signed and without a gap" in words


def test_a_gap_is_named_and_is_no_fault_of_the_hub(
    hub: ServedHub, capsys: pytest.CaptureFixture[str]
) -> None:
    kiosk = hub.enrol("one")
    push(hub, kiosk, *(staff_op(seq) for seq in (1, 2, 4, 8)))
    code, words = said(hub, capsys)
    assert code == 0
    assert "1-8, missing 3, 5-7" in words


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        ("DELETE FROM op WHERE seq = 2", "receipt 1 names 2, not here"),
        ("DELETE FROM receipt WHERE no = 1", "receipt 1 is gone"),
        ("DELETE FROM receipt WHERE no = 2", "2 receipts were given, and 1 are here"),
        (
            "UPDATE receipt SET text = replace(text, '[[1,3]]', '[[1,2]]') WHERE no = 1",
            "receipt 1 is not signed by this hub",
        ),
        (
            "UPDATE receipt SET text = (SELECT text FROM receipt WHERE no = 2),"
            " signature = (SELECT signature FROM receipt WHERE no = 2) WHERE no = 1",
            "receipt 1 does not follow the one before it",
        ),
        ("UPDATE receipt SET text = '{}' WHERE no = 2", "receipt 2 cannot be read"),
    ],
)
def test_what_was_confirmed_and_is_not_here_any_more_is_found(
    hub: ServedHub, capsys: pytest.CaptureFixture[str], harm: str, words: str
) -> None:
    kiosk = hub.enrol("one")
    push(hub, kiosk, *(staff_op(seq) for seq in (1, 2, 3)))
    push(hub, kiosk, *(staff_op(seq) for seq in (4, 5, 6)))
    assert said(hub, capsys)[0] == 0
    with hub.engine.begin() as connection:
        connection.exec_driver_sql(harm)
    code, told = said(hub, capsys)
    assert code == 2
    assert words in told


def test_a_kiosk_that_nobody_knows_is_told_in_one_line(
    hub: ServedHub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["receipts", "nobody", "--data", str(hub.folder)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_of_very_many_gaps_the_first_are_named() -> None:
    gaps = [(n, n) for n in range(1, 100, 2)]
    assert numbers_in_words(gaps).endswith("37, 39 and 30 more gaps")
    assert numbers_in_words([(3, 5)]) == "3-5"
