"""Icons and pictures for QML: `image://icon/<name>/<colour>/<stroke>` and `image://art/<name>`.

Draws the SVG files of assets/ at exactly the size that is asked for. It must never draw anything
that came from a record or the network: the names are file names of the shipped folders only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtQuick import QQuickImageProvider
from PySide6.QtSvg import QSvgRenderer

_NAME = re.compile(r"[a-z0-9-]+")
_ICON = re.compile(r"([a-z0-9-]+)/(?:[0-9a-f]{2})?([0-9a-f]{6})/([0-9.]+)", re.IGNORECASE)


@lru_cache(maxsize=128)
def _text(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def _draw(svg: str, size: QSize) -> QImage:
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg.encode())).render(painter)
    painter.end()
    return image


class IconProvider(QQuickImageProvider):
    """Line icons, tinted. An unknown name gives no image, and QML warns about it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._folder = folder

    def requestImage(self, name: str, size: QSize, requestedSize: QSize) -> QImage:
        match = _ICON.fullmatch(name)
        svg = _text(self._folder / f"{match[1]}.svg") if match else None
        if match is None or svg is None:
            return QImage()
        svg = svg.replace("currentColor", f"#{match[2]}")
        svg = svg.replace('stroke-width="2"', f'stroke-width="{match[3]}"')
        side = max(requestedSize.width(), 1)
        return _draw(svg, QSize(side, side))


class ArtProvider(QQuickImageProvider):
    """Picture tickets and drawings, at their own proportions."""

    def __init__(self, folder: Path) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._folder = folder

    def requestImage(self, name: str, size: QSize, requestedSize: QSize) -> QImage:
        svg = _text(self._folder / f"{name}.svg") if _NAME.fullmatch(name) else None
        if svg is None:
            return QImage()
        natural = QSvgRenderer(QByteArray(svg.encode())).defaultSize()
        wanted = requestedSize if requestedSize.width() > 0 else natural
        return _draw(svg, natural.scaled(wanted, Qt.AspectRatioMode.KeepAspectRatio))
