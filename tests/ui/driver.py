"""The tour's visitor with what tests want besides: looking closer, and nobody's patience."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QImage
from PySide6.QtQml import QQmlEngine, QQmlExpression
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.demo.visitor import Visitor, area_of, middle_of
from kiosk.ui.window import KioskWindow


class Driver(Visitor):
    def __init__(self, kiosk: KioskWindow, qtbot: QtBot) -> None:
        super().__init__(kiosk.window, between_touches_s=0)
        self.kiosk = kiosk
        self.shell = kiosk.shell
        self.qtbot = qtbot

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
        return area_of(item)

    # ---- doing

    def tap(self, name: str) -> None:
        self.tap_item(self.get(name))

    def tap_item(self, item: QQuickItem) -> None:
        """A finger on the middle of it, down and up."""
        self.touch_item(item)

    def click(self, name: str) -> None:
        """The same with a mouse."""
        QTest.mouseClick(
            self.window,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            middle_of(self.get(name)),
        )

    # ---- looking

    def grab(self, target: Path | None = None) -> QImage:
        return self.picture(target)

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
