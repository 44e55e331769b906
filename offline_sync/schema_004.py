"""Schema 4: what is merged, voided and settled: catalogue 2."""

from __future__ import annotations

from typing import Final

STEP: Final = ""
