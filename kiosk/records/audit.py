"""Audit entries: who did or read what, as records that travel with the rest.

An entry says that something was seen or done, never the values: no reading, answer, name
or secret goes into `detail`.
"""

from __future__ import annotations

from collections.abc import Mapping

from offline_sync.identity import new_record_id
from offline_sync.store import Change


def audit_entry(
    action: str,
    at_ms: int,
    staff_id: str | None,
    subject: tuple[str, str] | None = None,
    detail: Mapping[str, object] | None = None,
) -> Change:
    """One audit record. `subject` is (record type, record id); times in ms since 1970, UTC."""
    fields: dict[str, object] = {"at": at_ms, "action": action}
    if staff_id is not None:
        fields["staff_id"] = staff_id
    if subject is not None:
        fields["subject_type"], fields["subject_id"] = subject
    if detail is not None:
        fields["detail"] = dict(detail)
    return Change("audit", new_record_id(), fields)
