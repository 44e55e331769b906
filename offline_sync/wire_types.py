"""The kinds of values that travel, with the bounds that both sides check as they read. No I/O."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

UNREADABLE_JSON: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What the decoder raises for bytes that are not what they should be."""
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
# Far inside SQLite's 64 bits, so that the difference of two of them fits as well.
LARGEST: Final = 2**53
Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]
Moment = Annotated[int, msgspec.Meta(ge=-LARGEST, le=LARGEST)]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
DigestOrNone = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")]
Settled = dict[str, list[Word]]
"""Per field, the ops whose values lost, and whose conflicts an edit settles."""
