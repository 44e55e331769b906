"""Schema 5: one sync worker, forks, and requests that are numbered."""

from __future__ import annotations

from typing import Final

STEP: Final = ""
