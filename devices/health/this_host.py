"""The Bluetooth of the computer that this runs on: the one place that asks which system it is."""

from __future__ import annotations

import sys

from devices.health.hosts import Host
from devices.health.limits import Limits


def this_host(adapter: str | None, limits: Limits, characteristics: frozenset[str]) -> Host:
    """The Bluetooth of the computer that this runs on.

    `characteristics` are those whose notifications are kept of bonded instruments.
    """
    system = sys.platform
    if system == "linux":
        from devices.health.bluez_host import BluezHost

        return BluezHost(adapter, limits, characteristics)
    from devices.health.other_hosts import PlainHost

    return PlainHost(limits, pairs="confirm_only" if system == "win32" else "never")
