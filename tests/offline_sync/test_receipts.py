"""Receipts: only the hub's own, only for what was sent, each after the one before."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_sync.identity_key import new_signer
from offline_sync.receipts import (
    HeldReceipt,
    Receipt,
    ReceiptRefused,
    Sent,
    checked_receipt,
    held_receipt,
    keep_receipt,
    ops_digest,
    ranges,
    receipt_digest,
    write_receipt,
)
from offline_sync.request_auth import base64url
from tests.builders import open_test_store

HUB = new_signer()
DAY_MS = 24 * 3_600_000
OPS = {5: "a", 6: "b", 7: "c", 9: "d"}
GOOD = Receipt(
    kiosk="k1",
    no=3,
    prev="ab" * 32,
    origin="o1",
    epoch="e1",
    hub_epoch="h1",
    acked=[(5, 6), (9, 9)],
    quarantined=[7],
    digest=ops_digest("abcd"),
    time_ms=1,
)
HELD = HeldReceipt(2, "ab" * 32, "h1", "{}", "")
SENT = Sent("k1", "o1", "e1", "h1", OPS, acked=(9, 5, 6), quarantined=[7], held=HELD)


def check(receipt: Receipt, sent: Sent = SENT) -> Receipt:
    text = write_receipt(receipt)
    return checked_receipt(text, base64url(HUB.sign(text.encode())), HUB.public_key, sent)


def test_a_receipt_for_what_was_sent_is_believed() -> None:
    assert check(GOOD) == GOOD
    assert check(GOOD, replace(SENT, held=None)) == GOOD


def test_a_receipt_after_one_whose_answer_was_lost_is_believed() -> None:
    late = msgspec.structs.replace(GOOD, no=8, prev="cd" * 32)
    assert check(late) == late


def test_another_history_counts_anew() -> None:
    fresh = msgspec.structs.replace(GOOD, no=1, prev="", hub_epoch="h2")
    assert check(fresh, replace(SENT, hub_epoch="h2")) == fresh


@pytest.mark.parametrize(
    "lie",
    [
        {"kiosk": "k2"},
        {"origin": "o2"},
        {"epoch": "e2"},
        {"hub_epoch": "h2"},
        {"no": 2},
        {"no": 1},
        {"prev": "cd" * 32},
        {"prev": ""},
        {"acked": [(5, 7), (9, 9)], "quarantined": []},
        {"acked": [(5, 6)]},
        {"acked": [(5, 5), (6, 6), (9, 9)]},
        {"acked": [(5, 6), (9, 10)]},
        {"acked": [(9, 9), (5, 6)]},
        {"acked": [(1, 2**52)]},
        {"quarantined": []},
        {"quarantined": [7, 7]},
        {"quarantined": [8]},
        {"digest": ops_digest("abce")},
        {"digest": ops_digest("bacd")},
    ],
)
def test_a_receipt_that_says_anything_else_is_not_believed(lie: dict[str, object]) -> None:
    with pytest.raises(ReceiptRefused):
        check(msgspec.structs.replace(GOOD, **lie))


def test_a_receipt_is_not_believed_beyond_what_was_sent() -> None:
    more = msgspec.structs.replace(GOOD, acked=[(5, 6), (9, 10)], digest=ops_digest("abcde"))
    with pytest.raises(ReceiptRefused, match="not sent"):
        check(more, replace(SENT, acked=(5, 6, 9, 10)))


def test_an_op_is_not_both_delivered_and_kept_aside() -> None:
    both = msgspec.structs.replace(GOOD, acked=[(5, 7), (9, 9)])
    with pytest.raises(ReceiptRefused):
        check(both, replace(SENT, acked=(5, 6, 7, 9)))


def test_a_receipt_for_nothing_is_none() -> None:
    empty = msgspec.structs.replace(GOOD, acked=[], quarantined=[], digest=ops_digest(""))
    with pytest.raises(ReceiptRefused):
        check(empty, replace(SENT, acked=(), quarantined=()))


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_a_text_that_was_changed_by_one_bit_is_not_believed(at: int, bit: int) -> None:
    text = write_receipt(GOOD)
    signature = base64url(HUB.sign(text.encode()))
    changed = bytearray(text.encode())
    changed[at % len(changed)] ^= 1 << bit
    with pytest.raises(ReceiptRefused):
        checked_receipt(changed.decode("utf-8", "surrogateescape"), signature, HUB.public_key, SENT)


@pytest.mark.parametrize("signature", ["", "A" * 86, "not base64!", "A" * 1000])
def test_a_receipt_of_another_hub_is_not_believed(signature: str) -> None:
    text = write_receipt(GOOD)
    with pytest.raises(ReceiptRefused, match="not signed"):
        checked_receipt(text, signature, HUB.public_key, SENT)
    stranger = base64url(new_signer().sign(text.encode()))
    with pytest.raises(ReceiptRefused, match="not signed"):
        checked_receipt(text, stranger, HUB.public_key, SENT)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kiosk":1}', "[" * 100_000])
def test_what_a_hub_signed_that_is_no_receipt_is_not_believed(text: str) -> None:
    with pytest.raises(ReceiptRefused, match="cannot be read"):
        checked_receipt(text, base64url(HUB.sign(text.encode())), HUB.public_key, SENT)


@given(st.sets(st.integers(1, 60)))
def test_ranges_hold_exactly_their_numbers(numbers: set[int]) -> None:
    found = ranges(numbers)
    assert [n for first, last in found for n in range(first, last + 1)] == sorted(numbers)
    assert all(later[0] > earlier[1] + 1 for earlier, later in pairwise(found))


# ---- in the store


def test_the_last_receipt_is_the_one_that_is_held(tmp_path: Path) -> None:
    with open_test_store(tmp_path) as store:
        assert held_receipt(store.connection) is None
        with store.transaction() as db:
            for no, epoch in ((4, "h1"), (9, "h1"), (1, "h2")):
                text = write_receipt(msgspec.structs.replace(GOOD, no=no, hub_epoch=epoch))
                receipt = msgspec.json.decode(text, type=Receipt)
                keep_receipt(db, receipt, text, "signature")
        held = held_receipt(store.connection)
    assert held == HeldReceipt(1, receipt_digest(text), "h2", text, "signature")


def test_old_receipts_go_and_the_last_one_stays(tmp_path: Path) -> None:
    with open_test_store(tmp_path) as store, store.transaction() as db:
        for no, at in ((1, 0), (2, DAY_MS)):
            receipt = msgspec.structs.replace(GOOD, no=no, time_ms=at)
            keep_receipt(db, receipt, write_receipt(receipt), "s")
        receipt = msgspec.structs.replace(GOOD, no=3, time_ms=90 * DAY_MS + 5)
        keep_receipt(db, receipt, write_receipt(receipt), "s")
        kept = [no for (no,) in db.execute("SELECT no FROM hub_receipt ORDER BY no")]
        assert kept == [2, 3]
        receipt = msgspec.structs.replace(GOOD, no=4, time_ms=900 * DAY_MS)
        keep_receipt(db, receipt, write_receipt(receipt), "s")
        assert [no for (no,) in db.execute("SELECT no FROM hub_receipt")] == [4]
