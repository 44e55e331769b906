"""Why a change was put aside, as a code that a page can say in every language.

A reason travels and is kept as one text, "code: words": the code chooses a page's sentence, the
words are for the technician. A code is never reused for another meaning.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

_BETWEEN: Final = ": "


class Reason(StrEnum):
    """What is wrong with a change that was put aside."""

    UNREADABLE = "unreadable"  # the hub cannot read it
    UNWRITABLE = "unwritable"  # the kiosk cannot write it for sending
    TOO_LARGE = "too_large"
    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_FIELD = "unknown_field"
    WRONG_KIND = "wrong_kind"  # a value is not of the field's kind
    MISSING_FIELD = "missing_field"
    IMPOSSIBLE_TIME = "impossible_time"  # a time that no calendar shows
    BAD_NAME = "bad_name"  # one of its ids has letters that no id may have, or too many
    REWRITTEN = "rewritten"  # a field that is written once would change
    OTHER_VILLAGE = "other_village"
    SAME_ID_OTHER_CONTENT = "same_id_other_content"  # its id is taken by another change

    ALTERED = "altered"  # it is not the change that the kiosk wrote: its chain does not hold

    def saying(self, words: str) -> str:
        """The reason as it is sent and kept."""
        return f"{self}{_BETWEEN}{words}"


_CODES: Final = frozenset(Reason)


def reason_code(text: str) -> str:
    """The code at the beginning of a reason; empty for one of a newer hub and for free text."""
    code = text.partition(_BETWEEN)[0]
    return code if code in _CODES else ""
