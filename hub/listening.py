"""The socket that the hub listens on."""

from __future__ import annotations

import socket
from typing import Final

_BACKLOG: Final = 2048


def listen(host: str, port: int) -> socket.socket:
    """Listen at an address; port 0 takes a free one. Raises OSError.

    Each connection takes over from it that what is written goes out at once (TCP_NODELAY). asyncio
    sets that only on sockets that name their protocol, and without it the body of an answer waits
    until its head is acknowledged: 40 ms on one computer (the delayed ACK of RFC 1122, 4.2.3.2),
    and a round trip by radio.
    """
    listening = socket.create_server((host, port), backlog=_BACKLOG, reuse_port=False)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
