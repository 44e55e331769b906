"""Identifiers made on the kiosk, without asking anyone. Their time bits are never read back."""

from __future__ import annotations

import secrets
import time
from typing import Final

import uuid6

_TIME_BITS: Final = (1 << 48) - 1


def new_record_id() -> str:
    """A UUIDv7 as text (RFC 9562): unique everywhere, and newer ids sort after older ones."""
    return str(uuid6.uuid7())


def new_op_id() -> str:
    """48 bits of the time and 80 random bits as 32 hex digits: not to be guessed, and made again
    by nobody, whatever the clock says. Ids that were made together lie together in an index, and
    share what a frame packs once: random ones cost a hub twice the writes to its disk."""
    return f"{time.time_ns() // 1_000_000 & _TIME_BITS:012x}{secrets.token_hex(10)}"


def new_random_id() -> str:
    """128 random bits as 32 hex digits, for origins and epochs: not to be guessed."""
    return secrets.token_hex(16)
