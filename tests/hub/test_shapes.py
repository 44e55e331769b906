"""What is taken for plainly right is right, as the close look says; what is not is looked at."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.checks import SURELY_SHORT_ENOUGH, why_not, why_not_new
from hub.shapes import plainly_begins
from offline_sync.catalogue import CATALOGUE, CATALOGUE_VERSION, Kind
from offline_sync.changes import MOMENTS
from offline_sync.wire import OpAbout, OpLine
from tests.hub.logs import VISIT


def op(record_type: str, fields: bytes, version: int = CATALOGUE_VERSION, **about: Any) -> OpLine:
    said = OpAbout("w1", version, 1, 1, "boot", **about)
    hlc = f"{1:012x}.00000000"
    return OpLine(1, "op1", record_type, "r1", hlc, msgspec.Raw(fields), msgspec.Raw(b"{}"), said)


def visit(**other: Any) -> OpLine:
    return op("visit", msgspec.json.encode({**VISIT, **other}))


VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.TEXT: st.text(max_size=8),
    Kind.INTEGER: st.integers(-(2**63), 2**63 - 1),
    Kind.REAL: st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 9),
    Kind.JSON: st.dictionaries(st.text(max_size=4), st.text(max_size=4) | st.integers(0, 9)),
}
IN_CALENDAR = st.integers(MOMENTS.start, MOMENTS.stop - 1)
ANY = st.one_of(st.none(), st.booleans(), st.integers(), *VALUES.values())


@st.composite
def new_records(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A record's first op, right or a little wrong."""
    record_type = draw(st.sampled_from(sorted(CATALOGUE)))
    fields: dict[str, Any] = {}
    for field in CATALOGUE[record_type].fields:
        if field.required or draw(st.booleans()):
            right = IN_CALENDAR if field.moment else VALUES[field.kind]
            fields[field.name] = draw(right | ANY if draw(st.integers(0, 9)) == 0 else right)
    if draw(st.integers(0, 9)) == 0:
        fields[draw(st.text(max_size=4))] = draw(ANY)
    if fields and draw(st.integers(0, 9)) == 0:
        del fields[draw(st.sampled_from(sorted(fields)))]
    return record_type, fields


@given(new_records())
def test_the_quick_look_never_lets_through_what_the_close_one_would_not(
    record: tuple[str, dict[str, Any]],
) -> None:
    record_type, fields = record
    try:
        text = msgspec.json.encode(fields)
    except (OverflowError, UnicodeEncodeError):
        return  # no kiosk can write it
    came = msgspec.json.decode(text)
    closely = why_not(record_type, CATALOGUE_VERSION, came) or why_not_new(
        record_type, CATALOGUE_VERSION, came
    )
    if plainly_begins(op(record_type, text)):
        assert closely is None


def test_a_whole_new_record_is_plain() -> None:
    assert plainly_begins(visit())
    assert plainly_begins(visit(promise=None))


@pytest.mark.parametrize(
    "line",
    [
        visit(contact=None),
        visit(contact=7),
        visit(saved_at=True),
        visit(saved_at=1.5),
        visit(saved_at=2**62),
        visit(started_at=MOMENTS.start - 1),
        visit(saved_at=MOMENTS.stop),
        visit(mood="fine"),
        visit(note="長" * SURELY_SHORT_ENOUGH),
        op("visit", b'{"note":"only this"}'),
        op("visit", b'{"saved_at":1e400'),
        op("visit", b"[]"),
        msgspec.structs.replace(visit(), record_id="é"),
        msgspec.structs.replace(visit(), op_id="x\ny"),
        op("horoscope", b'{"sign":"ox"}'),
        op("visit", msgspec.json.encode(VISIT), CATALOGUE_VERSION + 1),
        op("visit", b"null", erased="00" * 32),
    ],
)
def test_all_else_is_looked_at_closely(line: OpLine) -> None:
    assert not plainly_begins(line)
