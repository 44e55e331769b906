import QtQuick
import Kiosk

// A Lucide line icon of assets/icons, tinted. Always beside a word: it is silent to screen readers.
Image {
    id: icon

    property string name: ""
    property color tint: Theme.ink
    property real mm: 8
    property real stroke: 2

    // Whole pixels, or the strokes blur.
    width: Math.round(mm * Theme.u)
    height: width
    sourceSize: Qt.size(width, width)
    source: name === "" ? "" : "image://icon/" + name + "/" + String(tint).replace("#", "") + "/" + stroke

    Accessible.ignored: true
}
