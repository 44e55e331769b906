"""Identifiers made on the kiosk, without asking anyone. Their time bits are never read back."""

from __future__ import annotations

import secrets

import uuid6


def new_record_id() -> str:
    """A UUIDv7 as text (RFC 9562): unique everywhere, and newer ids sort after older ones."""
    return str(uuid6.uuid7())


def new_random_id() -> str:
    """128 random bits as 32 hex digits, for ops, origins and epochs: not to be guessed."""
    return secrets.token_hex(16)
