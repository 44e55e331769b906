"""A visitor at the real window: looks for things by their object name, touches, types, waits.

The tour and the tests share it. It sees only what is visible, and it walks the visual tree,
for `findChild` does not reach what lists have made.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPointingDevice
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest

BETWEEN_TOUCHES_S: Final = 0.75
"""Pages ignore a second touch within 0.7 s."""

_WAIT_S: Final = 15.0
_LOOK_EVERY_MS: Final = 10


class NotThere(AssertionError):
    """What the visitor waited for did not come."""


class Visitor:
    """Somebody at the screen."""

    _finger: QPointingDevice | None = None  # Qt wants one touch screen for the whole process

    def __init__(self, window: QQuickWindow, between_touches_s: float = BETWEEN_TOUCHES_S) -> None:
        self.window = window
        self._between_touches_s = between_touches_s
        self._touched_at = 0.0

    # ---- finding

    def items(self, root: QQuickItem | None = None) -> Iterator[QQuickItem]:
        """What can be seen, parents before children; not what a list has scrolled away."""
        whole = QRectF(0, 0, self.window.width(), self.window.height())
        stack = [(root or self.window.contentItem(), whole)]
        while stack:
            item, frame = stack.pop()
            area = area_of(item)
            if not item.isVisible() or (not area.isEmpty() and not area.intersects(frame)):
                continue
            yield item
            inner = frame.intersected(area) if item.clip() else frame
            stack.extend((child, inner) for child in reversed(item.childItems()))

    def maybe(self, name: str) -> QQuickItem | None:
        """The first visible item of this name, or None."""
        return next((item for item in self.items() if item.objectName() == name), None)

    def get(self, name: str, within_s: float = _WAIT_S) -> QQuickItem:
        """The item of this name, waited for."""
        self.wait_until(lambda: self.maybe(name) is not None, f"no {name!r} on the page", within_s)
        found = self.maybe(name)
        if found is None:
            raise NotThere(f"{name!r} went away")
        return found

    # ---- doing

    def touch(self, name: str, within_s: float = _WAIT_S) -> None:
        """A finger on the middle of it, down and up, once it can be pressed."""
        item = self.get(name, within_s)
        self.wait_until(item.isEnabled, f"{name!r} stays disabled", within_s)
        self.touch_item(self.get(name, within_s))

    def touch_item(self, item: QQuickItem) -> None:
        """A finger on the middle of `item`, down and up, no sooner than a person's next touch."""
        self.settle()
        again_at = self._touched_at + self._between_touches_s
        self.wait_until(lambda: time.monotonic() >= again_at, "time stands still")
        if Visitor._finger is None:
            Visitor._finger = QTest.createTouchDevice()
        point = self._at_rest(item)
        QTest.touchEvent(self.window, Visitor._finger).press(0, point, self.window).commit()
        QTest.touchEvent(self.window, Visitor._finger).release(0, point, self.window).commit()
        self._touched_at = time.monotonic()

    def _at_rest(self, item: QQuickItem) -> QPoint:
        """The middle of `item` once its page has laid it out."""
        last = [QPoint(-1, -1)]

        def stays() -> bool:
            before, last[0] = last[0], middle_of(item)
            return before == last[0]

        self.wait_until(stays, "the page does not stop moving")
        return last[0]

    def type(self, text: str) -> None:
        """Keys, one by one, as a keyboard or a card scanner sends them."""
        for character in text:
            QTest.keyClick(self.window, character)  # type: ignore[call-overload] # stubs lack char

    def key(self, key: Qt.Key) -> None:
        """One key that is no letter."""
        QTest.keyClick(self.window, key)

    def wait_until(self, true: Callable[[], bool], else_: str, within_s: float = _WAIT_S) -> None:
        """Let the window live until something is so.

        Raises:
            NotThere: it was not so in time.
        """
        deadline = time.monotonic() + within_s
        while not true():
            if time.monotonic() > deadline:
                raise NotThere(else_)
            QTest.qWait(_LOOK_EVERY_MS)

    def settle(self) -> None:
        """Wait until no page is on its way in or out."""
        stack = self.get("stack")
        self.wait_until(lambda: not stack.property("busy"), "the page does not come to rest")

    # ---- looking

    def picture(self, target: Path | None = None) -> QImage:
        """What the screen shows; saved when a target is given."""
        self.settle()
        image = self.window.grabWindow()
        if target is not None and not image.save(str(target)):
            raise OSError(f"the picture {target} could not be written")
        return image


def area_of(item: QQuickItem) -> QRectF:
    """Where it lies in the window."""
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def middle_of(item: QQuickItem) -> QPoint:
    """Where a finger would go."""
    return item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
