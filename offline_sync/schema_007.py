"""Schema 7: how far the first fill has come, and the proofs of parity."""

from __future__ import annotations

from typing import Final

STEP: Final = ""
