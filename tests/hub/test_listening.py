"""The socket that the hub listens on."""

from __future__ import annotations

import socket

from hub.listening import listen


def test_what_is_written_to_a_connection_does_not_wait_for_what_went_before() -> None:
    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            connection, _ = listening.accept()
            with connection:
                assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
