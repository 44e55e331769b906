"""What stops the hub or one of its commands, as a type with a next step for the person."""

from __future__ import annotations


class HubError(Exception):
    """Nothing was changed; the message says what is wrong, `next_step` what a person can do."""

    def __init__(self, message: str, next_step: str) -> None:
        super().__init__(message)
        self.next_step = next_step
