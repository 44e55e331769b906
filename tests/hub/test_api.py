"""A push and a page of the feed over a real uvicorn: what is kept, put aside, and told."""

from __future__ import annotations

from pathlib import Path

import pytest

from offline_sync.answers import FeedLine
from offline_sync.catalogue import CATALOGUE_VERSION
from offline_sync.changes import MAX_FIELDS_BYTES
from offline_sync.oplog import OutgoingOp
from offline_sync.reasons import Reason, reason_code
from offline_sync.refusals import SET_BACK
from offline_sync.wire import Clocks, PushHeader, encode_op, encode_push
from tests.hub.asking import (
    RESIDENT,
    answer_of,
    error_of,
    post,
    push_body,
    read,
    staff_op,
)
from tests.hub.serving import VILLAGE, ServedHub, running_hub


def all_of_the_feed(hub: ServedHub) -> list[FeedLine]:
    """What a kiosk that has read nothing is told."""
    page = answer_of(read(hub, hub.enrol("one that reads"), bucket=VILLAGE))
    assert not page.more
    return page.feed


def test_a_push_is_acknowledged_op_by_op_and_again_when_it_comes_again(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        kiosk = hub.enrol("one")
        body = push_body(staff_op(1), staff_op(2))
        first, second = answer_of(post(hub, kiosk, body)), answer_of(post(hub, kiosk, body))
        assert first.ack == second.ack == [(1, 2, 1)]
        assert first.quarantined == []
        assert first.feed == [], "its own changes stand here as it sent them"
        assert [line.op_id for line in all_of_the_feed(hub)] == ["op1", "op2"]
        assert (first.next_after, first.more, first.bucket) == (2, False, VILLAGE)
        assert hub.count("op") == 2
        assert hub.rows("SELECT next_seq, chain FROM origin") == [(5000, "00" * 32)]


def test_another_change_under_a_known_id_is_put_aside_and_never_acknowledged(
    tmp_path: Path,
) -> None:
    other = staff_op(1, name="區家豪", role="social_worker", status="active")
    third = staff_op(1, name="何家寶", role="social_worker", status="active")
    with running_hub(tmp_path) as hub:
        kiosk = hub.enrol("one")
        post(hub, kiosk, push_body(staff_op(1)))
        for line in (other, other, third):
            answer = answer_of(post(hub, kiosk, push_body(line, staff_op(2), log=[staff_op(1)])))
            assert answer.ack == [(2, 2, 2)]
            ((seq, why),) = answer.quarantined
            assert (seq, reason_code(why)) == (1, Reason.SAME_ID_OTHER_CONTENT)
        assert answer_of(post(hub, kiosk, push_body(staff_op(1)))).ack == [(1, 1, 1)]
        kept = {bytes(raw) for (raw,) in hub.rows("SELECT raw FROM quarantine")}  # type: ignore[arg-type]
        assert kept == {other, third}
        assert hub.count("quarantine") == 2


def test_the_op_of_another_kiosk_is_not_acknowledged_as_one_s_own(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        post(hub, hub.enrol("one"), push_body(staff_op(1)))
        answer = answer_of(post(hub, hub.enrol("two"), push_body(staff_op(1), origin="o2")))
        assert answer.ack == []
        assert [reason_code(why) for _, why in answer.quarantined] == [Reason.SAME_ID_OTHER_CONTENT]


def test_two_changes_under_one_id_in_one_push_are_not_both_called_kept(tmp_path: Path) -> None:
    other = staff_op(2, name="區家豪", role="social_worker", status="active")
    other = other.replace(b'"op2"', b'"op1"')
    with running_hub(tmp_path) as hub:
        answer = answer_of(post(hub, hub.enrol("one"), push_body(staff_op(1), other)))
        assert answer.ack == [(1, 1, 1)]
        assert [seq for seq, _ in answer.quarantined] == [2]
        assert (hub.count("op"), hub.count("quarantine")) == (1, 1)


def test_another_change_under_the_id_of_one_set_aside_is_kept_as_well(tmp_path: Path) -> None:
    first, other = staff_op(1, shoe_size=38), staff_op(1)
    with running_hub(tmp_path) as hub:
        kiosk = hub.enrol("one")
        codes = []
        for line in (first, first, other, first):
            ((_, why),) = answer_of(post(hub, kiosk, push_body(line))).quarantined
            codes.append(reason_code(why))
        aside, beside = Reason.UNKNOWN_FIELD, Reason.SAME_ID_OTHER_CONTENT
        assert codes == [aside, aside, beside, aside]
        assert (hub.count("op"), hub.count("quarantine")) == (0, 2)


def test_small_changes_that_lose_to_a_long_value_do_not_swell_a_page(tmp_path: Path) -> None:
    def edit(n: int, hlc: str, **fields: object) -> bytes:
        return encode_op(
            OutgoingOp(n, f"op{n}", "resident", "r1", hlc, fields, {}, "w1", 1, 1, 1, "boot")
        )

    long = edit(1, "01ffffffffff.00000000", **RESIDENT, address="x" * (MAX_FIELDS_BYTES - 1000))
    small = [edit(n, "000000000001.00000000", address="a") for n in range(2, 62)]
    with running_hub(tmp_path) as hub:
        kiosk, reader = hub.enrol("one"), hub.enrol("two")
        post(hub, kiosk, push_body(long))
        post(hub, kiosk, push_body(*small, log=[long]))
        after, seen, more, epoch = 0, 0, True, ""
        while more:
            response = read(hub, reader, bucket=VILLAGE, after=after, hub=epoch)
            assert len(response.content) < 2 * 1024 * 1024
            page = answer_of(response)
            after, more, epoch = page.next_after, page.more, page.hub_epoch
            seen += len(page.feed)
        assert seen == 121


def test_an_op_longer_than_a_kiosk_may_save_is_put_aside(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        long = staff_op(1, name="x" * MAX_FIELDS_BYTES, role="social_worker", status="active")
        answer = answer_of(post(hub, hub.enrol("one"), push_body(long)))
        assert [reason_code(why) for _, why in answer.quarantined] == [Reason.TOO_LARGE]


def test_values_too_long_for_a_page_are_not_laid_over_one_change(tmp_path: Path) -> None:
    def newer(n: int, hlc: str, **fields: object) -> bytes:
        version = CATALOGUE_VERSION + 1
        return encode_op(
            OutgoingOp(n, f"op{n}", "garden", "g1", hlc, fields, {}, "w1", version, 1, 1, "boot")
        )

    with running_hub(tmp_path) as hub:
        kiosk = hub.enrol("one")
        log: list[bytes] = []
        for start in (1, 21):
            longs = [
                newer(n, "01ffffffffff.00000000", **{f"f{n}": "x" * 120_000})
                for n in range(start, start + 20)
            ]
            assert len(answer_of(post(hub, kiosk, push_body(*longs, log=log))).ack) == 1
            log += longs
        tiny = newer(99, "000000000001.00000000", **{f"f{n}": "a" for n in range(1, 41)})
        answer = answer_of(post(hub, kiosk, push_body(tiny)))
        assert [reason_code(why) for _, why in answer.quarantined] == [Reason.TOO_LARGE]


def test_one_bad_op_is_put_aside_with_what_came_and_the_others_are_taken(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        kiosk = hub.enrol("one")
        body = push_body(staff_op(1), b'[2,"op7"]', staff_op(3, shoe_size=38), staff_op(4))
        for _ in range(2):
            answer = answer_of(post(hub, kiosk, body))
            assert answer.ack == [(1, 1, 1), (4, 4, 2)]
            assert [seq for seq, _ in answer.quarantined] == [2, 3]
        raws = dict(hub.rows("SELECT op_id, raw FROM quarantine"))
        assert raws == {"op7": b'[2,"op7"]', "op3": staff_op(3, shoe_size=38)}


def test_a_value_written_once_is_not_written_twice(tmp_path: Path) -> None:
    def consent(seq: int, decision: str) -> bytes:
        fields = {
            "resident_id": "r1",
            "notice": "purpose",
            "notice_version": "1",
            "decision": decision,
            "decided_at": 1,
            "recorded_by": "resident",
        }
        return encode_op(
            OutgoingOp(seq, f"op{seq}", "consent", "c1", f"{seq:012x}.00000000", fields, {},
                       "w1", 1, 1, 1, "boot")
        )  # fmt: skip

    with running_hub(tmp_path) as hub:
        body = push_body(consent(1, "agreed"), consent(2, "agreed"), consent(3, "declined"))
        answer = answer_of(post(hub, hub.enrol("one"), body))
        assert answer.ack == [(1, 2, 1)]
        assert "written once" in answer.quarantined[0][1]
        assert reason_code(answer.quarantined[0][1]) == Reason.REWRITTEN


@pytest.mark.parametrize(
    ("spoiled", "by"),
    [
        (b'"w":1795000000000', b'"w":%d' % 2**70),
        (b'"m":-55000', b'"m":-%d' % 2**63),
        (b'"sv":1', b'"sv":%d' % 2**64),
        (b'"name":"\xe9\xbb\x83\xe8\xa9\xa0\xe8\xa9\xa9"', b'"name":%d' % 2**70),
        (b'"status":"active"', b'"status":1e999'),
        (b'"status":"active"', b'"status":NaN'),
    ],
)
def test_a_number_beyond_all_bounds_spoils_only_its_op(
    tmp_path: Path, spoiled: bytes, by: bytes
) -> None:
    bad = staff_op(2)
    assert spoiled in bad
    with running_hub(tmp_path) as hub:
        body = push_body(staff_op(1), bad.replace(spoiled, by), staff_op(3))
        answer = answer_of(post(hub, hub.enrol("one"), body))
    assert answer.ack == [(1, 1, 1), (3, 3, 2)]
    assert [seq for seq, _ in answer.quarantined] == [2]
    assert reason_code(answer.quarantined[0][1]) in (Reason.UNREADABLE, Reason.WRONG_KIND)


def test_clocks_beyond_all_bounds_are_a_header_that_cannot_be_read(tmp_path: Path) -> None:
    header = PushHeader("o1", "e1", 9, "00" * 32, 1, "", Clocks(2**63, 0, "boot"), 0)
    with running_hub(tmp_path) as hub:
        refused = post(hub, hub.enrol("one"), encode_push(header, [staff_op(1)]))
        assert error_of(refused) == (400, "wire.header")


def test_an_edit_of_a_record_that_nobody_began_is_put_aside(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        kiosk = hub.enrol("one")
        answer = answer_of(post(hub, kiosk, push_body(staff_op(1, name="黃詠詩"), staff_op(2))))
        assert answer.ack == [(2, 2, 1)]
        ((seq, reason),) = answer.quarantined
        assert (seq, reason_code(reason)) == (1, Reason.MISSING_FIELD)
        assert "role, status" in reason
        assert [line.op_id for line in all_of_the_feed(hub)] == ["op2"]
        assert hub.count("record") == 1


def test_what_follows_a_beginning_that_was_put_aside_is_put_aside_too_and_alone(
    tmp_path: Path,
) -> None:
    def op(seq: int, record_id: str, **fields: object) -> bytes:
        return staff_op(seq, **fields).replace(b'"s%d"' % seq, b'"%s"' % record_id.encode())

    whole = {"name": "黃詠詩", "role": "social_worker", "status": "active"}
    with running_hub(tmp_path) as hub:
        kiosk = hub.enrol("one")
        log = [
            op(1, "bad", **whole, shoe_size=38), op(2, "good", **whole), op(3, "bad", role="left"),
            op(4, "bad", status="left"), op(5, "good", status="left"),
        ]  # fmt: skip
        first, second = push_body(*log[:3]), push_body(*log[3:], log=log)
        answers = [answer_of(post(hub, kiosk, body)) for body in (first, second)]
        assert [answer.ack for answer in answers] == [[(2, 2, 1)], [(5, 5, 2)]]
        codes = {seq: reason_code(why) for answer in answers for seq, why in answer.quarantined}
        assert codes == {
            1: Reason.UNKNOWN_FIELD,
            3: Reason.MISSING_FIELD,
            4: Reason.MISSING_FIELD,
        }
        # A later op that brings all that is required is a beginning, and what follows it is taken.
        third = push_body(op(6, "bad", **whole), op(7, "bad", status="left"), log=log)
        ((first_seq, last_seq, _),) = answer_of(post(hub, kiosk, third)).ack
        assert (first_seq, last_seq) == (6, 7)


def test_a_newer_kiosk_may_begin_a_record_in_its_own_way(tmp_path: Path) -> None:
    newer = staff_op(1, name="黃詠詩").replace(b'"sv":1', b'"sv":%d' % (CATALOGUE_VERSION + 1))
    with running_hub(tmp_path) as hub:
        assert answer_of(post(hub, hub.enrol("one"), push_body(newer))).ack == [(1, 1, 1)]


def test_a_record_of_another_village_is_out_of_reach(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        post(hub, hub.enrol("one"), push_body(staff_op(1)))
        far = hub.enrol("far", "大澳")
        line = staff_op(1).replace(b'"op1"', b'"op9"')
        answer = answer_of(post(hub, far, push_body(line, origin="o2")))
        words = "other_village: the record belongs to another village"
        assert answer.quarantined == [(1, words)]
        assert answer.feed == []


def test_the_feed_comes_in_pages_and_starts_over_for_another_history(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        kiosk, reader = hub.enrol("one"), hub.enrol("two")
        epoch = answer_of(
            post(hub, kiosk, push_body(*(staff_op(n) for n in range(1, 8))))
        ).hub_epoch
        page = answer_of(read(hub, reader, bucket=VILLAGE, hub=epoch, after=0, limit=3))
        assert ([line.seq for line in page.feed], page.next_after, page.more) == (
            [1, 2, 3],
            3,
            True,
        )
        page = answer_of(read(hub, reader, bucket=VILLAGE, hub=epoch, after=3))
        assert ([line.seq for line in page.feed], page.more) == ([4, 5, 6, 7], False)
        page = answer_of(read(hub, reader, bucket=VILLAGE, hub=epoch, after=7))
        assert (page.feed, page.next_after) == ([], 7)
        page = answer_of(read(hub, reader, bucket=VILLAGE, hub="another", after=7))
        assert len(page.feed) == 7


def test_a_kiosk_that_has_read_more_than_the_hub_knows_is_told_and_nothing_is_taken(
    tmp_path: Path,
) -> None:
    with running_hub(tmp_path) as hub:
        kiosk = hub.enrol("one")
        epoch = answer_of(post(hub, kiosk, push_body(staff_op(1), staff_op(2)))).hub_epoch
        assert error_of(read(hub, kiosk, bucket=VILLAGE, hub=epoch, after=3)) == (409, SET_BACK)
        ahead = push_body(staff_op(3), staff_op(4), after=3, hub_epoch=epoch)
        assert error_of(post(hub, kiosk, ahead)) == (409, SET_BACK)
        assert hub.count("op") == 2
        level = push_body(staff_op(3), after=2, hub_epoch=epoch)
        assert answer_of(post(hub, kiosk, level)).ack == [(3, 3, 3)]


def test_a_lost_edit_reaches_its_own_kiosk_with_the_value_that_shows(tmp_path: Path) -> None:
    def edit(op_id: str, at: int, phone: str, base: dict[str, str], **more: object) -> bytes:
        fields = {"phone": phone, **more}
        return encode_op(
            OutgoingOp(at, op_id, "resident", "r1", f"{at:012x}.00000000", fields,
                       base, "w1", 1, 1, 1, "boot")
        )  # fmt: skip

    with running_hub(tmp_path) as hub:
        one, two = hub.enrol("one"), hub.enrol("two")
        post(hub, one, push_body(edit("first", 1, "1", {}, **RESIDENT)))
        post(hub, one, push_body(edit("later", 9, "9", {"phone": "first"})))
        epoch = answer_of(read(hub, two, bucket=VILLAGE)).hub_epoch
        late = push_body(
            edit("early", 5, "5", {"phone": "first"}), origin="o2", after=2, hub_epoch=epoch
        )
        answer = answer_of(post(hub, two, late))
        assert answer.ack == [(5, 5, 3)]
        put, conflict = answer.feed
        assert (put.kind, put.fields, put.winners) == ("put", {"phone": "9"}, {"phone": "later"})
        assert (conflict.kind, conflict.op_id, conflict.fields, conflict.winners) == (
            *("conflict", "early", {"phone": "5"}, {"phone": "later"}),
        )
        assert hub.rows("SELECT loser_op, winner_op, value, policy FROM conflict") == [
            ("early", "later", '"5"', "lww")
        ]
