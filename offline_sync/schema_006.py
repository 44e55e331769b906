"""Schema 6: the hub's signed receipts and the identity that the enrolment gave."""

from __future__ import annotations

from typing import Final

STEP: Final = ""
