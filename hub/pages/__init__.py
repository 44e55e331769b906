"""The hub's one page: which kiosks there are, when they were heard of, and how much came.

No resident's data: whoever reaches the hub's address may see this page. No script, nothing
from another host; names are escaped by the template.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hub.overview import KioskLine, Totals

SILENT_AFTER_MS: Final = 24 * 3600 * 1000
CONTENT_POLICY: Final = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_HERE: Final = Path(__file__).parent
# Without summer time since 1979: a hub that was moved as a folder may have no zone file.
_HONG_KONG: Final = timezone(timedelta(hours=8), "HKT")
_MINUTE_MS: Final = 60_000
_STEPS: Final = ((24 * 60, "day", "days"), (60, "hour", "hours"), (1, "minute", "minutes"))

_templates: Final = Environment(
    loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined
)
STYLE: Final = (_HERE / "overview.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    village: str
    state: str
    state_words: str
    contact: str
    contact_at: str
    ops: str
    waited: str
    quarantined: str


def render_overview(
    totals: Totals, kiosks: Sequence[KioskLine], now_ms: int, warnings: Sequence[str] = ()
) -> str:
    """The page as HTML; `warnings` are what the office must know of first."""
    return _templates.get_template("overview.html").render(
        totals=totals,
        warnings=warnings,
        rows=[_row(kiosk, now_ms) for kiosk in kiosks],
        made_at=_clock_time(now_ms),
    )


def age_in_words(age_ms: int) -> str:
    """An age in its largest whole unit: "3 minutes", "2 days"."""
    minutes = max(0, age_ms) // _MINUTE_MS
    for size, one, many in _STEPS:
        if minutes >= size:
            count = minutes // size
            return f"{count} {one if count == 1 else many}"
    return "less than a minute"


def state_of(kiosk: KioskLine, now_ms: int) -> tuple[str, str]:
    """Whether a kiosk is enrolled and heard of: a word for programs, and some for people."""
    if kiosk.revoked:
        return "revoked", "Shut out"
    if not kiosk.enrolled:
        return "invited", "Not connected yet"
    if kiosk.last_contact_ms is None:
        return "new", "Waiting for its first call"
    if now_ms - kiosk.last_contact_ms > SILENT_AFTER_MS:
        return "silent", "Silent for more than a day"
    return "heard", "In touch"


def _row(kiosk: KioskLine, now_ms: int) -> _Row:
    state, words = state_of(kiosk, now_ms)
    seen = kiosk.last_contact_ms
    return _Row(
        name=kiosk.name,
        village=kiosk.village,
        state=state,
        state_words=words,
        contact="not yet" if seen is None else f"{age_in_words(now_ms - seen)} ago",
        contact_at="" if seen is None else _clock_time(seen),
        ops=f"{kiosk.ops:,}",
        waited="" if kiosk.longest_wait_ms is None else age_in_words(kiosk.longest_wait_ms),
        quarantined=f"{kiosk.quarantined:,}" if kiosk.quarantined else "",
    )


def _clock_time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, _HONG_KONG).strftime("%Y-%m-%d %H:%M")
