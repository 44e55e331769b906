"""The audits see what they are for: each kind of fault, planted on a page, is named."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from tests.ui.audits import audit, contrast
from tests.ui.fixtures import ShowQml

GOOD = """
    Label { x: 50; y: 50; text: "Please sit and rest"; em: Theme.rLead }
    ActionButton { x: 50; y: 300; kind: "primary"; h: 25; text: "Ready" }
"""

PLANTED = {
    "text is cut": 'Label { width: 60; text: "Measuring"; wrapMode: Text.NoWrap; em: 9.6 }',
    "text is cut: 'Chan": 'Label { width: 60; text: "Chan Mei Ling"; elide: Text.ElideRight;'
    " wrapMode: Text.NoWrap; em: 9.6 }",
    "leaves the window": 'Label { x: 1200; text: "Measuring"; wrapMode: Text.NoWrap; em: 9.6 }',
    "Han text of": 'Label { text: "休息"; em: 8 }',
    "Latin text with": 'Label { text: "Rest"; em: 9 }',
    "text of 3.9 mm": 'Label { text: "Rest"; em: 4 }',
    "texts overlap": 'Label { text: "One"; em: 10 } Label { x: 20; y: 9; text: "Two"; em: 10 }',
    "text lies on": 'ActionButton { text: "Go" } Label { x: 90; y: 20; text: "Words"; em: 10 }',
    "is 15.0 mm": 'ActionButton { objectName: "small"; h: 15; minW: 60; text: "Go" }',
    "at least 25": 'ActionButton { kind: "primary"; h: 20; minW: 60; text: "Go" }',
    "are 2.0 mm apart": 'ActionButton { id: a; minW: 60; text: "A" }'
    ' ActionButton { x: a.width + 2 * Theme.u; minW: 60; text: "B" }',
    "contrast": 'Label { text: "Pale"; color: Theme.hair; em: 10 }',
    "has no name": "ActionButton { minW: 60 }",
    "has no name.": 'TextBox { h: 25; objectName: "box" }',
}


def test_a_good_page_has_no_faults(show_qml: ShowQml) -> None:
    assert audit(show_qml(GOOD)) == []


@pytest.mark.parametrize(("fault", "qml"), PLANTED.items())
def test_a_planted_fault_is_found(show_qml: ShowQml, fault: str, qml: str) -> None:
    found = audit(show_qml(qml))
    assert any(fault.rstrip(".") in line for line in found), found


def test_a_page_without_a_title_is_found(show_qml: ShowQml) -> None:
    driver = show_qml(GOOD)
    driver.page().setProperty("title", "")
    assert audit(driver) == ["the page has no title for a screen reader"]


def test_staff_pages_may_be_denser(show_qml: ShowQml) -> None:
    driver = show_qml(
        'Label { text: "休息"; em: Theme.sMeta }'
        ' ActionButton { y: 200; h: Theme.touchS; minW: 30; em: Theme.sBody; text: "Go" }'
    )
    assert audit(driver, "staff") == []
    assert len(audit(driver, "resident")) == 3


def test_contrast_is_the_ratio_of_the_standard() -> None:
    assert contrast(QColor("white"), QColor("black")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.01)
