from __future__ import annotations

import uuid

from offline_sync.identity import new_op_id, new_random_id, new_record_id


def test_record_ids_are_uuid_version_7_and_sort_in_the_order_they_were_made():
    ids = [new_record_id() for _ in range(500)]
    assert {uuid.UUID(text).version for text in ids} == {7}
    assert ids == sorted(set(ids))


def test_random_ids_have_128_bits_and_differ():
    ids = {new_random_id() for _ in range(500)}
    assert len(ids) == 500
    assert {len(bytes.fromhex(text)) for text in ids} == {16}


def test_op_ids_have_80_random_bits_beside_the_time_and_differ():
    ids = [new_op_id() for _ in range(500)]
    assert len(set(ids)) == 500
    assert {len(bytes.fromhex(text)) for text in ids} == {16}
    assert [text[:12] for text in ids] == sorted(text[:12] for text in ids)
    assert len({text[12:] for text in ids}) == 500
