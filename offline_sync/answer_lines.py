"""Takes the feed out of an answer that cannot be read whole, line by line, as it came.

Only brackets and strings are looked at, and nothing here calls itself: a line that is nested
too deep or that no parser takes must never hide the lines around it.
"""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]', re.DOTALL)
_FEED: Final = b'"feed"'
_IN_ANSWER, _IN_FEED = 1, 2  # how many brackets are open there


def split_feed(content: bytes) -> tuple[bytes, list[bytes]] | None:
    """The answer with an empty feed, and the lines of its feed; None when it has no whole feed."""
    depth, name, name_end = 0, b"", 0
    feed_from = line_from = gap_from = -1
    lines: list[bytes] = []
    for token in _TOKEN.finditer(content):
        word, start, end = token[0], token.start(), token.end()
        if word in b"[{":
            depth += 1
            if feed_from < 0 and depth == _IN_FEED and name == _FEED and word == b"[":
                if content[name_end:start].strip() == b":":
                    feed_from = gap_from = end
            elif feed_from >= 0 and depth == _IN_FEED + 1:
                if not _is_gap(content[gap_from:start]):
                    return None
                line_from = start
        elif word in b"]}":
            depth -= 1
            if feed_from >= 0 and depth == _IN_FEED:
                lines.append(content[line_from:end])
                gap_from = end
            elif feed_from >= 0 and depth == _IN_ANSWER:
                if not _is_gap(content[gap_from:start]):
                    return None
                return content[:feed_from] + content[start:], lines
        elif depth == _IN_ANSWER:
            name, name_end = word, end
    return None


def _is_gap(content: bytes) -> bool:
    return not content.strip(b" \t\r\n,")
