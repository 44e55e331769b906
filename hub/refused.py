"""A request that the hub does not take, as an exception with the answer that the kiosk gets."""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):
    """Nothing was taken. `error` is for programs (`offline_sync.refusals`), `detail` for people.

    `unread` says that the sender is nobody from whom a body would be read.
    """

    def __init__(
        self,
        status: int,
        error: str,
        detail: str,
        headers: Mapping[str, str] | None = None,
        *,
        unread: bool = False,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.error = error
        self.detail = detail
        self.headers = dict(headers or {})
        self.unread = unread
