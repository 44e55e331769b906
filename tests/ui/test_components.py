"""Each component does what the catalogue says, by touch, by keyboard and for a screen reader."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from kiosk.demo.visitor import middle_of
from tests.ui.audits import spoken_name
from tests.ui.driver import Driver, evaluate
from tests.ui.fixtures import ShowQml

BUTTON = """
    property int count: 0
    ActionButton { objectName: "go"; x: 100; y: 100; text: "Go"; %s; onActivated: page.count += 1 }
"""


@pytest.fixture
def button(show_qml: ShowQml):
    return lambda extra="", **options: show_qml(BUTTON % (extra or "kind: 'plain'"), **options)


@pytest.mark.parametrize("way", ["tap", "click"])
def test_a_button_acts_once_when_it_is_released_inside(button, way: str) -> None:
    driver = button()
    getattr(driver, way)("go")
    assert driver.page().property("count") == 1


def test_a_button_does_nothing_when_the_finger_leaves_it(button) -> None:
    driver = button()
    middle = middle_of(driver.get("go"))
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(driver.window, left, Qt.KeyboardModifier.NoModifier, middle)
    away = middle + middle
    QTest.mouseMove(driver.window, away)
    QTest.mouseRelease(driver.window, left, Qt.KeyboardModifier.NoModifier, away)
    assert driver.page().property("count") == 0


def test_a_second_touch_within_700_ms_is_ignored(button) -> None:
    driver = button(guard_ms=700)
    driver.tap("go")
    driver.tap("go")
    assert driver.page().property("count") == 1


def test_the_guard_ends(button) -> None:
    driver = button(guard_ms=30)
    driver.tap("go")

    def touched_again() -> bool:
        driver.tap("go")
        return driver.page().property("count") == 2

    driver.qtbot.waitUntil(touched_again, timeout=3000)


def test_a_button_that_changes_no_page_is_not_guarded(button) -> None:
    driver = button("guarded: false", guard_ms=700)
    for _ in range(3):
        driver.tap("go")
    assert driver.page().property("count") == 3


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_a_button_works_by_keyboard_and_shows_its_ring(button, key: Qt.Key) -> None:
    driver = button()
    driver.key(Qt.Key.Key_Tab)
    assert driver.get("go").property("visualFocus")
    driver.key(key)
    assert driver.page().property("count") == 1


def test_a_button_works_through_a_screen_reader(button) -> None:
    driver = button()
    spoken = driver.accessible(driver.get("go"))
    assert spoken.role() == QAccessible.Role.Button
    assert spoken.text(QAccessible.Text.Name) == "Go"
    spoken.actionInterface().doAction("Press")
    assert driver.page().property("count") == 1


def test_a_disabled_button_does_nothing(button) -> None:
    driver = button("enabled: false")
    driver.tap("go")
    assert driver.page().property("count") == 0


def test_text_is_never_markup(show_qml: ShowQml) -> None:
    driver = show_qml('Label { objectName: "name"; text: "<b>Chan</b> &amp; <img src=x>" }')
    assert evaluate(driver.get("name"), "textFormat === Text.PlainText")


PIN = """
    property list<string> pins: []
    PinPad { id: pad; objectName: "pad"; focus: true; onEntered: pin => page.pins.push(pin) }
    PinDots { objectName: "dots"; x: 700; filled: pad.filled }
"""


@pytest.mark.parametrize("way", ["tap", "click", "keyboard"])
def test_a_pin_of_equal_digits_can_be_entered_fast(show_qml: ShowQml, way: str) -> None:
    driver = show_qml(PIN, guard_ms=700)
    for _ in range(6):
        if way == "keyboard":
            driver.type("1")
        else:
            getattr(driver, way)("key_1")
    assert driver.page().property("pins") == ["111111"]
    assert driver.get("pad").property("filled") == 0


def test_a_wrong_digit_can_be_taken_back_and_all_be_cleared(show_qml: ShowQml) -> None:
    driver = show_qml(PIN)
    for name in ("key_1", "key_2", "key_erase", "key_3"):
        driver.tap(name)
    assert driver.get("pad").property("filled") == 2
    driver.key(Qt.Key.Key_Backspace)
    assert driver.get("pad").property("filled") == 1
    driver.tap("key_clear")
    assert driver.get("pad").property("filled") == 0
    assert driver.page().property("pins") == []


def test_pin_dots_say_how_many_digits_and_never_which(show_qml: ShowQml) -> None:
    driver = show_qml(PIN)
    driver.tap("key_7")
    spoken = driver.accessible(driver.get("dots"))
    assert spoken.text(QAccessible.Text.Name) == "1 of 6 digits"


SEGMENTS = """
    property int touched: -1
    Segmented {
        objectName: "fall"; question: "Fell"; options: ["No", "Yes"]; %s
        onChosen: index => page.touched = index
    }
"""


def _checked(driver) -> list[bool]:
    return [driver.get(f"segment_{i}").property("on") for i in range(2)]


def test_a_choice_reports_the_touch_and_chooses_nothing_by_itself(show_qml: ShowQml) -> None:
    driver = show_qml(SEGMENTS % 'sel: -1; answer: "none"')
    driver.tap("segment_1")
    assert driver.page().property("touched") == 1
    assert _checked(driver) == [False, False]


@pytest.mark.parametrize(
    ("answer", "lit"), [("asked", True), ("carried", True), ("none", False), ("declined", False)]
)
def test_only_an_asked_or_carried_answer_is_lit(show_qml: ShowQml, answer: str, lit: bool) -> None:
    driver = show_qml(SEGMENTS % f'sel: 1; answer: "{answer}"')
    assert _checked(driver) == [False, lit]


def test_a_carried_answer_says_so(show_qml: ShowQml) -> None:
    driver = show_qml(SEGMENTS % 'sel: 1; answer: "carried"')
    spoken = driver.accessible(driver.get("segment_1"))
    assert spoken.text(QAccessible.Text.Name) == "Fell, Yes"
    assert spoken.text(QAccessible.Text.Description) == "as last time"


LIST = """
    property string opened: ""
    RecordList {
        objectName: "list"; label: "People"; width: 900; height: 500
        onOpened: key => page.opened = key
        rows: Array.from({ length: %d }, (_, i) => ({ key: "k" + i, title: "Person " + i }))
    }
"""


def test_a_list_row_opens_by_touch(show_qml: ShowQml) -> None:
    driver = show_qml(LIST % 4)
    driver.tap("row_k2")
    assert driver.page().property("opened") == "k2"


def test_a_list_is_walked_by_keyboard(show_qml: ShowQml) -> None:
    driver = show_qml(LIST % 4)
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Return):
        driver.key(key)
    assert driver.page().property("opened") == "k1"


def test_a_long_list_needs_no_swipe(show_qml: ShowQml) -> None:
    driver = show_qml(LIST % 40)
    driver.get("row_k0")
    assert driver.maybe("row_k39") is None
    assert not driver.get("pageUp").isEnabled()
    seen: set[str] = set()
    while driver.get("pageDown").isEnabled():
        seen |= _rows(driver)
        driver.tap("pageDown")
    assert seen | _rows(driver) == {f"row_k{i}" for i in range(40)}
    driver.tap("pageUp")
    assert driver.maybe("row_k39") is None


def _rows(driver: Driver) -> set[str]:
    """Names of the rows that can be read in full; none may be cut."""
    view = driver.scene(driver.get("rows"))
    rows = [i for i in driver.items() if i.objectName().startswith("row_")]
    shown = [i for i in rows if view.intersected(driver.scene(i)).height() > 1]
    whole = view.adjusted(-1, -1, 1, 1)
    assert all(whole.contains(driver.scene(item)) for item in shown)
    return {item.objectName() for item in shown}


def test_an_empty_list_says_so(show_qml: ShowQml) -> None:
    driver = show_qml(LIST % 0)
    assert driver.says("Nothing here")


def test_a_text_box_takes_typing_and_keeps_a_secret(show_qml: ShowQml) -> None:
    driver = show_qml(
        'TextBox { objectName: "box"; secret: true; label: "Passphrase"; focus: true }'
    )
    driver.type("blue junk")
    box = driver.get("box")
    assert box.property("text") == "blue junk"
    assert "blue" not in box.property("displayText")
    assert spoken_name(driver.accessible(box)) == "Passphrase"


def test_a_text_box_can_be_read_by_its_label_when_it_has_words(show_qml: ShowQml) -> None:
    driver = show_qml('TextBox { objectName: "box"; placeholderText: "Name or card" }')
    assert driver.accessible(driver.get("box")).text(QAccessible.Text.Name) == "Name or card"
    assert driver.says("Name or card")
    driver.click("box")
    driver.type("c")
    assert not driver.says("Name or card")


SCANNER = """
    property list<string> seen: []
    ScannerInput { onScanned: token => page.seen.push(token) }
"""


def test_a_card_is_read_from_the_scanner_once_it_sends_return(show_qml: ShowQml) -> None:
    driver = show_qml(SCANNER)
    driver.type("SV1-abc")
    assert driver.page().property("seen") == []
    driver.key(Qt.Key.Key_Return)
    driver.key(Qt.Key.Key_Return)
    assert driver.page().property("seen") == ["SV1-abc"]


DIALOG = """
    property string answer: ""
    ActionButton { objectName: "under"; x: 600; y: 350; text: "U"; onActivated: page.answer = "u" }
    ConfirmDialog {
        id: dialog; title: "Leave?"; text: "Nothing is lost."
        onConfirmed: page.answer = "yes"; onCancelled: page.answer = "no"
        Component.onCompleted: open()
    }
"""


def test_a_dialog_covers_the_page_and_gives_its_answer(show_qml: ShowQml) -> None:
    driver = show_qml(DIALOG)
    driver.tap("under")
    driver.click("under")
    assert driver.page().property("answer") == ""
    driver.tap("dialogConfirm")
    assert driver.page().property("answer") == "yes"
    assert driver.maybe("dialogConfirm") is None


def test_tab_stays_inside_a_dialog(show_qml: ShowQml) -> None:
    driver = show_qml(DIALOG)
    held = []
    for _ in range(4):
        driver.key(Qt.Key.Key_Tab)
        held.append(driver.window.activeFocusItem().objectName())
    assert set(held) == {"dialogCancel", "dialogConfirm"}


def test_escape_is_the_harmless_answer(show_qml: ShowQml) -> None:
    driver = show_qml(DIALOG)
    driver.key(Qt.Key.Key_Escape)
    assert driver.page().property("answer") == "no"


TREND = """
    TrendChart {
        objectName: "trend"; width: 1000; height: 420; gapText: "none"
        upperText: "U"; lowerText: "L"
        upper: [150, 148, null, null, 140, 142]; lower: [90, 88, null, null, 84, 86]
    }
"""


def test_a_trend_leaves_its_gaps_open(show_qml: ShowQml) -> None:
    driver = show_qml(TREND)
    assert driver.words().count("none") == 1
    gaps = driver.get("trend").property("gaps").toVariant()
    assert gaps == [{"from": 1, "to": 4}]


@pytest.mark.parametrize("points", ["[]", "[120]", "[null]", "[null, 120, null]", "[120, 130]"])
def test_a_trend_of_few_points_is_drawn_without_complaint(show_qml: ShowQml, points: str) -> None:
    show_qml(f"TrendChart {{ width: 900; height: 400; upper: {points}; lower: {points} }}").grab()


@pytest.mark.parametrize(
    "points", ["[]", "[[0, 0]]", "[[0, 3], null, [9, 12], [10.7, 1200]]", "[null]"]
)
def test_a_day_of_few_points_is_drawn_without_complaint(show_qml: ShowQml, points: str) -> None:
    show_qml(
        f"DayChart {{ width: 900; height: 400; points: {points};"
        f' gaps: [{{ from: 0.5, to: 9, text: "no signal" }}] }}'
    ).grab()
