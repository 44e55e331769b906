"""What the resident's view models need from outside, as small protocols.

`kiosk.workers` and `kiosk.viewmodels.shell` provide them; tests provide their own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from offline_sync.store import Store

T = TypeVar("T")


class Background(Protocol):
    """Reads on the GUI thread's own connection; writes elsewhere, answered on the GUI thread."""

    reader: Any  # handed to kiosk.records as it is, never used here

    def write(
        self,
        job: Callable[[Store], T],
        then: Callable[[T], None],
        failed: Callable[[BaseException], None],
    ) -> None: ...


class Shell(Protocol):
    """The route stack. `navigated` carries push, pop, replace or reset, after the move."""

    navigated: Any

    @property
    def route(self) -> Any: ...  # a str; the stubs of PySide do not say what a Property gives
    def go(self, route: str) -> None: ...
    def replace(self, route: str) -> None: ...
    def back(self) -> None: ...
    def home(self) -> None: ...
