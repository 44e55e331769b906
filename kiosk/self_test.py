"""`village-kiosk --self-test`: paints, saves one record, sends it, and says what happened.

One JSON object goes to standard output. Why the record did not arrive goes to standard error in
words, as soon as it is certain.
"""

from __future__ import annotations

import json
import sys
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from kiosk.composition import Kiosk
from kiosk.process_age import ms_since_spawn
from kiosk.records.audit import audit_entry
from kiosk.records.settings import hub
from offline_sync.errors import SigningKeyMissing, StoreError
from offline_sync.hub_errors import HubRefused, HubRevoked, NotAHub
from offline_sync.outbox import LastContact, last_contact

_LIMIT_MS: Final = 30_000
_LOOK_EVERY_MS: Final = 50
# Trying again does not change these.
_FINAL: Final = frozenset(
    kind.__name__ for kind in (HubRefused, HubRevoked, NotAHub, SigningKeyMissing)
)


def self_test(kiosk: Kiosk) -> None:
    """Called when the first page is painted; ends the application with 0 or 1."""
    first_frame_ms = round(ms_since_spawn(), 1)
    began_ms = kiosk.clock.now().wall_ms

    def end(store: str, why_not: str = "") -> None:
        said = {"first_frame_ms": first_frame_ms, "store": store, "synced": int(not why_not)}
        print(json.dumps(said), flush=True)
        if why_not:
            print(f"village-kiosk: {why_not}", file=sys.stderr)
        QGuiApplication.exit(1 if why_not else 0)

    entry = audit_entry("self_test", began_ms, None)
    try:
        (op_id,) = kiosk.writer.submit(lambda store: store.save([entry], "self-test")).result()
    except StoreError as error:
        end(type(error).__name__, f"The record was not saved. {error} {error.next_step}")
        return
    if hub(kiosk.reader) is None:
        end("encrypted", "The record is saved. No hub is set: village-kiosk connect sets one.")
        return
    kiosk.connect()
    waited = QTimer(kiosk.delivery, interval=_LOOK_EVERY_MS)

    def look() -> None:
        over = ms_since_spawn() - first_frame_ms > _LIMIT_MS
        if kiosk.is_acknowledged(op_id):
            why_not = ""
        else:
            why_not = _why_not_sent(last_contact(kiosk.reader), began_ms, over)
            if not why_not:
                return
        waited.stop()
        end("encrypted", why_not)

    waited.timeout.connect(look)
    waited.start()


def _why_not_sent(contact: LastContact, since_ms: int, over: bool) -> str:
    """Why the record was not sent, once that is certain; empty while it may still be."""
    told = contact.error if (contact.try_ms or 0) >= since_ms else ""
    if told and (over or contact.error_kind in _FINAL):
        return f"The record is saved and was not sent. {told}"
    if over:
        return "The record is saved and was not sent in time: the hub has not answered."
    return ""
