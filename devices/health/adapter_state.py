"""Which Bluetooth adapter is used, or why none can be."""

from __future__ import annotations

from dataclasses import dataclass

from devices.health.errors import AdapterReason


@dataclass(frozen=True, slots=True)
class AdapterState:
    """The adapter to use ("hci0"), or why there is none.

    `turn` grows with every change: an adapter that went off and on again is another state,
    for whatever was running on it is gone. `stuck` is an adapter that is on and does not scan.
    """

    name: str | None
    reason: AdapterReason | None
    turn: int = 0
    stuck: bool = False
