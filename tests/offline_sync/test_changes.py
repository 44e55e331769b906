from __future__ import annotations

import json
import math
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_sync.canonical import canonical_json, parse_json
from offline_sync.catalogue import RESIDENT, VEHICLE_INTERVAL, VISIT, VITAL
from offline_sync.changes import MAX_FIELDS_BYTES, MOMENTS, check_id, checked_fields, plain_json
from offline_sync.errors import InvalidChange


class Word(StrEnum):
    ACTIVE = "active"


def circular() -> list[object]:
    inner: list[object] = []
    inner.append(inner)
    return inner


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({}, "names no field"),
        ({"shoe_size": "40"}, "no field 'shoe_size'"),
        ({"id": "x"}, "no field 'id'"),
        ({"extra": {}}, "no field 'extra'"),
        ({"status": None}, "must have a value"),
        ({"phone": 12345678}, "takes text, not int"),
        ({"phone": b"1"}, "takes text, not bytes"),
        ({"phone": "\ud800"}, "cannot be written"),
        ({"name": "陳美玲"}, "JSON object or list, not str"),
        ({"name": {"given": Decimal("1.5")}}, "holds Decimal"),
        ({"name": {1: "x"}}, "takes text, not int"),
        ({"name": {"x": math.nan}}, "finite"),
        ({"name": {"x": 1 << 63}}, "64 bits"),
        ({"name": {"\udc00": "x"}}, "cannot be written"),
        ({"name": circular()}, "nested deeper"),
        ({"address": "長" * (MAX_FIELDS_BYTES // 3 + 1)}, "the limit is"),
    ],
)
def test_what_does_not_fit_a_resident_is_refused_in_words(fields: dict[str, object], match: str):
    with pytest.raises(InvalidChange, match=match) as caught:
        checked_fields(RESIDENT, fields)
    assert caught.value.next_step


@pytest.mark.parametrize("value", ["12", 1.0, 1 << 63, -(1 << 63) - 1, [1]])
def test_a_whole_number_is_an_int_of_64_bits(value: object):
    with pytest.raises(InvalidChange):
        checked_fields(VEHICLE_INTERVAL, {"vehicles": value})


@pytest.mark.parametrize("outside", [-(1 << 63), MOMENTS.start - 1, MOMENTS.stop, 1 << 62])
def test_a_time_is_one_that_a_calendar_shows(outside: int):
    for at_ms in (MOMENTS.start, 0, MOMENTS.stop - 1):
        assert checked_fields(VISIT, {"saved_at": at_ms}) == {"saved_at": at_ms}
    with pytest.raises(InvalidChange, match="1900 to 2200"):
        checked_fields(VISIT, {"saved_at": outside})
    assert checked_fields(VEHICLE_INTERVAL, {"vehicles": outside}) == {"vehicles": outside}


@pytest.mark.parametrize("value", ["1.5", True, math.inf, -math.inf, math.nan, 10**400])
def test_a_real_is_a_finite_number(value: object):
    with pytest.raises(InvalidChange):
        checked_fields(VEHICLE_INTERVAL, {"coverage": value})


def test_values_come_out_in_their_stored_form():
    fields = {
        "status": Word.ACTIVE,
        "name": MappingProxyType({"parts": ("陳", 1, 1.5, True, None)}),
    }
    checked = checked_fields(RESIDENT, fields)
    assert checked == {"status": "active", "name": {"parts": ["陳", 1, 1.5, True, None]}}
    assert type(checked["status"]) is str
    assert checked_fields(VEHICLE_INTERVAL, {"coverage": 1, "vehicles": True}) == {
        "coverage": 1.0,
        "vehicles": 1,
    }
    assert type(checked_fields(VEHICLE_INTERVAL, {"coverage": 1})["coverage"]) is float


def test_a_document_is_copied_so_that_later_edits_do_not_reach_the_store():
    reading = {"systolic": "142", "status": {"moved": False}}
    checked = checked_fields(VITAL, {"reading": reading})
    reading["status"] = {"moved": True}
    assert checked == {"reading": {"systolic": "142", "status": {"moved": False}}}


@pytest.mark.parametrize("text", ["", " ", "a b", "陳", "x" * 65, "a\n", None, 5])
def test_an_id_is_short_visible_ascii(text: object):
    with pytest.raises(InvalidChange):
        check_id(text, "An id")


documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 63) - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(documents)
def test_every_document_comes_back_from_its_canonical_text(value: object):
    text = canonical_json(plain_json(value, "x"))
    assert parse_json(text) == value
    assert canonical_json(parse_json(text)) == text


@given(st.dictionaries(st.text(), documents))
def test_equal_documents_have_equal_text_whatever_their_order(value: dict[str, object]):
    turned = dict(reversed(value.items()))
    assert canonical_json(turned) == canonical_json(value)


def test_canonical_text_is_compact_sorted_and_readable():
    assert canonical_json({"b": 1, "a": "陳"}) == '{"a":"陳","b":1}'
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json(math.nan)
    assert json.loads(canonical_json([None])) == [None]
