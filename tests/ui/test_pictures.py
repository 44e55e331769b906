"""Icons and pictures are drawn at the asked size and colour, and nothing else is ever opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from kiosk.paths import ASSETS, QML_IMPORTS
from kiosk.ui.pictures import ArtProvider, IconProvider

pytestmark = pytest.mark.usefixtures("qapp")
ICONS = sorted(path.stem for path in (ASSETS / "icons").glob("*.svg"))
ART = sorted(path.stem for path in (ASSETS / "pictures").glob("*.svg"))


def painted(image: QImage) -> set[str]:
    return {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_takes_its_colour(name: str) -> None:
    image = IconProvider(ASSETS / "icons").requestImage(
        f"{name}/ff931515/2", QSize(), QSize(48, 48)
    )
    assert (image.width(), image.height()) == (48, 48)
    assert painted(image) == {"#931515"}


@pytest.mark.parametrize("name", ART)
def test_every_picture_is_drawn_in_its_proportions(name: str) -> None:
    image = ArtProvider(ASSETS / "pictures").requestImage(name, QSize(), QSize(120, 120))
    assert 120 in (image.width(), image.height())
    assert painted(image)


@pytest.mark.parametrize(
    "name", ["../../pyproject", "/etc/passwd", "junk.svg", "", "JUNK", "no-such-picture"]
)
def test_nothing_but_the_shipped_pictures_is_opened(name: str) -> None:
    assert ArtProvider(ASSETS / "pictures").requestImage(name, QSize(), QSize(9, 9)).isNull()
    icons = IconProvider(ASSETS / "icons")
    assert icons.requestImage(f"{name}/ff931515/2", QSize(), QSize(9, 9)).isNull()


def test_every_icon_can_be_tinted() -> None:
    for path in sorted(Path(ASSETS / "icons").glob("*.svg")):
        svg = path.read_text("utf-8")
        assert 'stroke="currentColor"' in svg, path.name
        assert 'stroke-width="2"' in svg, path.name


def test_every_icon_is_shown_somewhere() -> None:
    sources = [*QML_IMPORTS.rglob("*.qml"), *QML_IMPORTS.parent.rglob("*.py")]
    written = "".join(path.read_text("utf-8") for path in sources)
    assert [name for name in ICONS if f'"{name}"' not in written] == []
