"""Schema 8: what was erased, and what its period has ended."""

from __future__ import annotations

from typing import Final

STEP: Final = ""
