"""The languages of the kiosk, in the order in which they are offered."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("en", "zh_HK", "zh_CN")
