"""Drives the real window the way a person does: finds items by objectName, touches, types, looks.

It walks the visual tree, for findChild() does not reach what Repeaters and lists have made.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QImage
from PySide6.QtQml import QQmlEngine, QQmlExpression
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.ui.window import KioskWindow

_touch_screen: list[object] = []


class Driver:
    def __init__(self, kiosk: KioskWindow, qtbot: QtBot) -> None:
        self.kiosk = kiosk
        self.window: QQuickWindow = kiosk.window
        self.shell = kiosk.shell
        self.qtbot = qtbot

    # ---- finding

    def items(self, root: QQuickItem | None = None) -> Iterator[QQuickItem]:
        """What can be seen, parents before children; not what a list has scrolled away."""
        whole = QRectF(0, 0, self.window.width(), self.window.height())
        stack = [(root or self.window.contentItem(), whole)]
        while stack:
            item, frame = stack.pop()
            area = self.scene(item)
            if not item.isVisible() or (not area.isEmpty() and not area.intersects(frame)):
                continue
            yield item
            inner = frame.intersected(area) if item.clip() else frame
            stack.extend((child, inner) for child in reversed(item.childItems()))

    def maybe(self, name: str) -> QQuickItem | None:
        return next((item for item in self.items() if item.objectName() == name), None)

    def get(self, name: str) -> QQuickItem:
        self.qtbot.waitUntil(lambda: self.maybe(name) is not None, timeout=3000)
        found = self.maybe(name)
        assert found is not None
        return found

    def page(self) -> QQuickItem:
        """The page that is shown."""
        current = self.get("stack").property("currentItem")
        assert isinstance(current, QQuickItem)
        return current

    def texts(self, root: QQuickItem | None = None) -> list[QQuickItem]:
        """Visible texts with something in them."""
        return [item for item in self.items(root) if is_text(item) and item.property("text")]

    def words(self, root: QQuickItem | None = None) -> list[str]:
        return [item.property("text") for item in self.texts(root)]

    def controls(self, root: QQuickItem | None = None) -> list[QQuickItem]:
        """What can be touched or typed into: buttons and text boxes."""
        return [item for item in self.items(root) if is_control(item)]

    def says(self, text: str) -> bool:
        return any(text in word for word in self.words())

    def scene(self, item: QQuickItem) -> QRectF:
        return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))

    # ---- doing

    def tap(self, name: str) -> None:
        self.tap_item(self.get(name))

    def tap_item(self, item: QQuickItem) -> None:
        """A finger on the middle of it, down and up."""
        if not _touch_screen:
            _touch_screen.append(QTest.createTouchDevice())
        device = _touch_screen[0]
        point = self._middle(item)
        QTest.touchEvent(self.window, device).press(0, point, self.window).commit()
        QTest.touchEvent(self.window, device).release(0, point, self.window).commit()

    def click(self, name: str) -> None:
        """The same with a mouse."""
        QTest.mouseClick(
            self.window,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            self._middle(self.get(name)),
        )

    def type(self, text: str) -> None:
        for character in text:
            QTest.keyClick(self.window, character)

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.window, key)

    def settle(self) -> None:
        """Wait until no page is on its way in or out."""
        stack = self.get("stack")
        self.qtbot.waitUntil(lambda: not stack.property("busy"), timeout=3000)

    def _middle(self, item: QQuickItem):
        return item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()

    # ---- looking

    def grab(self, target: Path | None = None) -> QImage:
        self.settle()
        image = self.window.grabWindow()
        if target is not None:
            image.save(str(target))
        return image

    def accessible(self, item: QQuickItem) -> QAccessibleInterface:
        QAccessible.setActive(True)
        return QAccessible.queryAccessibleInterface(item)

    def theme(self, name: str) -> object:
        return self.kiosk.theme.property(name)


def evaluate(item: QQuickItem, expression: str) -> object:
    """A JavaScript expression on an item: Python cannot read QML's own enumerations."""
    value, failed = QQmlExpression(QQmlEngine.contextForObject(item), item, expression).evaluate()
    assert not failed, expression
    return value


def is_text(item: QQuickItem) -> bool:
    return item.inherits("QQuickText")


def is_control(item: QQuickItem) -> bool:
    return item.inherits("QQuickAbstractButton") or item.inherits("QQuickTextInput")
