"""What another machine said is printed and logged without harm."""

from __future__ import annotations

import json
import logging
import sys

from hypothesis import given
from hypothesis import strategies as st

from offline_sync.foreign_text import OneLineEach, printable

ANYTHING = st.text(st.characters(exclude_categories=()))


@given(ANYTHING)
def test_nothing_is_left_that_a_terminal_would_obey(text: str):
    shown = printable(text)
    assert shown.isprintable()
    assert printable(shown) == shown


@given(ANYTHING)
def test_json_stays_what_it_was(text: str):
    said = json.dumps({"by": text}, ensure_ascii=False)
    assert json.loads(printable(said)) == {"by": text}


def test_what_people_write_stays_as_it_is():
    words = "陳美玲, 坑口村 23 號: 好 \\ ok"
    assert printable(words) == words


def test_codes_are_those_of_json():
    assert printable("\x1b[2J\n\x7f\u009b\u202e\U000e0001") == (
        "\\u001b[2J\\u000a\\u007f\\u009b\\u202e\\udb40\\udc01"
    )


def logged(words: str, trouble: BaseException | None = None) -> str:
    info = None if trouble is None else (type(trouble), trouble, None)
    record = logging.LogRecord("hub", logging.INFO, __file__, 1, "op %s", (words,), info)
    return OneLineEach("%(levelname)s %(message)s").format(record)


def test_no_id_writes_a_line_of_the_log():
    assert logged("x\n2026-11-25 INFO all is well\x1b[2J") == (
        "INFO op x\\u000a2026-11-25 INFO all is well\\u001b[2J"
    )


def test_a_traceback_keeps_its_lines_below_its_record():
    first, *rest = logged("x", ValueError("bad\nINFO all is well\x1b[2J")).split("\n")
    assert first == "INFO op x"
    assert rest == ["  ValueError: bad", "  INFO all is well\\u001b[2J"]
    try:
        raise ValueError("once more")
    except ValueError:
        trouble = sys.exc_info()[1]
    assert "once more" in logged("x", trouble)
