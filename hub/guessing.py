"""Slows down who guesses one-time codes: after some wrong ones, an address waits.

Only wrong codes count, so a whole village behind one address is not shut out by enrolling its
kiosks. A process counts for itself; nothing is kept when it ends.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

WRONG_CODES: Final = 10
WAIT_S: Final = 600
_ADDRESSES: Final = 10_000


class Guesses:
    """Wrong codes by address. May be asked from any thread."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._wrong: OrderedDict[str, tuple[int, int]] = OrderedDict()  # address: how many, since

    def wait_s(self, address: str) -> int:
        """How many seconds this address has to wait; 0 when it need not."""
        with self._lock:
            count, since = self._wrong.get(_network(address), (0, 0))
            left_ms = since + WAIT_S * 1000 - self._now_ms()
        return -(-left_ms // 1000) if count >= WRONG_CODES and left_ms > 0 else 0

    def was_wrong(self, address: str) -> None:
        """A code from this address was wrong."""
        network, now = _network(address), self._now_ms()
        with self._lock:
            count, since = self._wrong.pop(network, (0, now))
            if now - since >= WAIT_S * 1000:
                count, since = 0, now
            self._wrong[network] = (count + 1, since)
            while len(self._wrong) > _ADDRESSES:
                self._wrong.popitem(last=False)


def _network(address: str) -> str:
    """Whoever has one IPv6 address has all of its /64 (RFC 4291 section 2.5.4)."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 6:
        return str(ipaddress.ip_network((int(known), 64), strict=False))
    return address
