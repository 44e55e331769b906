"""The numbers of the design, measured on the live tree: text, touch, contrast, names.

audit(driver, kind) returns one plain line per fault; kind is "resident" or "staff". Nothing here
looks at a page's source: what counts is what has been laid out and painted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QImage
from PySide6.QtQuick import QQuickItem

from tests.ui.driver import Driver, evaluate, is_control, is_text

HAN_INK = 0.92  # em, measured in the font
X_HEIGHT = 0.543
SMALLEST_HAN = {"resident": 8.0, "staff": 4.5}  # mm
SMALLEST_X_HEIGHT = {"resident": 5.0, "staff": 0.0}
SMALLEST_TOUCH = {"resident": 20.0, "staff": 11.0}
SMALLEST_PRIMARY = {"resident": 25.0, "staff": 11.0}
SMALLEST_GAP = {"resident": 4.0, "staff": 1.9}
TEXT_CONTRAST = 7.0
ICON_CONTRAST = 4.5
ALIGN_RIGHT, ALIGN_H_CENTRE, ALIGN_V_CENTRE = 2, 4, 128  # Qt.AlignmentFlag
PIXEL = 1.0  # rounding of one pixel is nobody's fault


def audit(driver: Driver, kind: str = "resident") -> list[str]:
    """All audits; an empty list is a good page."""
    image = driver.grab()
    return [
        *text_faults(driver, kind),
        *overlap_faults(driver),
        *touch_faults(driver, kind),
        *contrast_faults(driver, image),
        *name_faults(driver),
    ]


def scope(driver: Driver) -> QQuickItem:
    """A dialog hides what lies under it; else everything is looked at."""
    dialogs = [i for i in driver.items() if i.property("cancelText") is not None]
    return dialogs[-1] if dialogs else driver.window.contentItem()


def text_faults(driver: Driver, kind: str) -> Iterator[str]:
    """Cut, outside the window, or too small to read."""
    u = float(driver.theme("u"))
    whole = QRectF(0, 0, driver.window.width(), driver.window.height())
    for item in _whole_texts(driver):
        text = item.property("text")
        if item.property("truncated") or item.property("contentWidth") > item.width() + PIXEL:
            yield f"text is cut: {text!r}"
        ink = _ink(driver, item)
        if not whole.adjusted(-PIXEL, -PIXEL, PIXEL, PIXEL).contains(ink):
            yield f"text leaves the window: {text!r}"
        rule = "staff" if _inside_notice(item) else kind
        em = item.property("font").pixelSize() / u
        han = any("\u2e80" <= character <= "\U0003ffff" for character in text)
        if han and em * HAN_INK < SMALLEST_HAN[rule] - 0.05:
            yield f"Han text of {em * HAN_INK:.1f} mm: {text!r}"
        if not han and em * X_HEIGHT < SMALLEST_X_HEIGHT[rule] - 0.05:
            yield f"Latin text with an x-height of {em * X_HEIGHT:.1f} mm: {text!r}"
        if em * HAN_INK < SMALLEST_HAN["staff"] - 0.05:
            yield f"text of {em:.1f} mm em: {text!r}"


def overlap_faults(driver: Driver) -> Iterator[str]:
    """Two texts on one another, or a text on a control it does not belong to."""
    texts = [(item, _ink(driver, item)) for item in _whole_texts(driver)]
    for (one, a), (two, b) in combinations(texts, 2):
        common = a.intersected(b)
        if common.width() > 2 * PIXEL and common.height() > 2 * PIXEL:
            yield f"texts overlap: {one.property('text')!r} and {two.property('text')!r}"
    for control in driver.controls(scope(driver)):
        area = driver.scene(control)
        for item, ink in texts:
            common = area.intersected(ink)
            covered = common.width() > 2 * PIXEL and common.height() > 2 * PIXEL
            if covered and not _belongs(item, control):
                yield f"text lies on {_called(control)}: {item.property('text')!r}"


def touch_faults(driver: Driver, kind: str) -> Iterator[str]:
    """Too small for a finger, or too near to its neighbour."""
    u = float(driver.theme("u"))
    controls = [c for c in driver.controls(scope(driver)) if not _in_scrolled_list(c)]
    for control in controls:
        area = driver.scene(control)
        side = min(area.width(), area.height()) / u
        primary = control.property("kind") == "primary" and kind == "resident"
        primary = primary and not control.property("checkable") and _is_action(control)
        least = SMALLEST_PRIMARY[kind] if primary else SMALLEST_TOUCH[kind]
        if side < least - 0.2:
            yield f"{_called(control)} is {side:.1f} mm, at least {least:.0f} is needed"
    for one, two in combinations(controls, 2):
        if _belongs(one, two) or _belongs(two, one):
            continue
        gap = _distance(driver.scene(one), driver.scene(two)) / u
        if gap < SMALLEST_GAP[kind] - 0.2 and not (_is_tab(one) and _is_tab(two)):
            yield f"{_called(one)} and {_called(two)} are {gap:.1f} mm apart"


def contrast_faults(driver: Driver, image: QImage) -> Iterator[str]:
    """The item's own colour against what was really painted around it."""
    for item in driver.items(scope(driver)):
        if is_text(item) and item.property("text"):
            colour, least, what = item.property("color"), TEXT_CONTRAST, item.property("text")
        elif item.inherits("QQuickImage") and item.property("tint") is not None:
            colour, least, what = item.property("tint"), ICON_CONTRAST, item.property("name")
        else:
            continue
        ground = _ground(image, driver.scene(item), colour)
        if ground is None:
            continue
        found = contrast(colour, ground)
        if found < least:
            yield f"contrast {found:.2f} ({colour.name()} on {ground.name()}): {what!r}"


def name_faults(driver: Driver) -> Iterator[str]:
    """Every control has a role and a name; the page has a name."""
    for control in driver.controls(scope(driver)):
        spoken = driver.accessible(control)
        if spoken is None or spoken.role() == QAccessible.Role.NoRole:
            yield f"{_called(control)} has no role"
        elif not spoken_name(spoken):
            yield f"{_called(control)} has no name"
    if not driver.page().property("title"):
        yield "the page has no title for a screen reader"


def spoken_name(spoken: QAccessibleInterface) -> str:
    """Qt gives no name to a box for passphrases; its description is read instead."""
    name = spoken.text(QAccessible.Text.Name).strip()
    return name or spoken.text(QAccessible.Text.Description).strip()


def contrast(one: QColor, two: QColor) -> float:
    """WCAG 2 contrast ratio."""
    light, dark = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    return (
        0.2126 * linear(colour.redF())
        + 0.7152 * linear(colour.greenF())
        + 0.0722 * linear(colour.blueF())
    )


def _ground(image: QImage, area: QRectF, ink: QColor) -> QColor | None:
    """The commonest colour of the area that is not the ink itself."""
    frame = QRectF(image.rect()).adjusted(0, 0, -1, -1)
    seen: Counter[int] = Counter()
    area = area.intersected(frame)
    if area.width() < 1 or area.height() < 1:
        return None
    steps = 14
    for row in range(steps):
        for column in range(steps):
            x = area.x() + area.width() * (column + 0.5) / steps
            y = area.y() + area.height() * (row + 0.5) / steps
            seen[image.pixelColor(int(x), int(y)).rgb()] += 1
    for rgb, _ in seen.most_common(2):
        if QColor(rgb).rgb() != QColor(ink).rgb():
            return QColor(rgb)
    return None


def _whole_texts(driver: Driver) -> Iterator[QQuickItem]:
    """Visible texts, without those that a scrolled list shows only in part."""
    for item in driver.texts(scope(driver)):
        clip = _clip(item)
        if clip is None or driver.scene(clip).contains(driver.scene(item)):
            yield item


def _ink(driver: Driver, item: QQuickItem) -> QRectF:
    """Where the glyphs are: the line box is 1.45 em high, the glyphs are not."""
    area = driver.scene(item)
    width = item.property("contentWidth")
    height = min(item.property("contentHeight"), area.height())
    align = evaluate(item, "effectiveHorizontalAlignment")
    left = area.x()
    if align == ALIGN_RIGHT:
        left = area.right() - width
    elif align == ALIGN_H_CENTRE:
        left = area.x() + (area.width() - width) / 2
    trim = 0.24 * item.property("font").pixelSize()
    top = area.y()
    if evaluate(item, "verticalAlignment") == ALIGN_V_CENTRE:
        top = area.y() + (area.height() - height) / 2
    return QRectF(left, top + trim, width, max(1.0, height - 2 * trim))


def _distance(one: QRectF, two: QRectF) -> float:
    across = max(one.left() - two.right(), two.left() - one.right(), 0.0)
    down = max(one.top() - two.bottom(), two.top() - one.bottom(), 0.0)
    return max(across, down)


def _belongs(item: QQuickItem, owner: QQuickItem) -> bool:
    parent = item
    while parent is not None:
        if parent == owner:
            return True
        parent = parent.parentItem()
    return False


def _clip(item: QQuickItem) -> QQuickItem | None:
    parent = item.parentItem()
    while parent is not None and not parent.clip():
        parent = parent.parentItem()
    return parent


def _in_scrolled_list(item: QQuickItem) -> bool:
    clip = _clip(item)
    return clip is not None and clip.inherits("QQuickListView")


def _inside_notice(item: QQuickItem) -> bool:
    parent = item.parentItem()
    return parent is not None and parent.objectName() == "notice"


def _is_action(control: QQuickItem) -> bool:
    return not control.objectName().startswith("language_")


def _is_tab(control: QQuickItem) -> bool:
    return control.objectName().startswith("tab_")


def _called(control: QQuickItem) -> str:
    name = control.objectName() or control.property("text") or control.metaObject().className()
    return f"{'text box' if not is_control(control) else 'control'} {name!r}"
