import QtQuick
import Kiosk

// All text. `em` is the font size in mm; `centred` lifts the glyphs to the optical middle of a row or
// button, for Noto CJK sits low in its line box. Plain text only: a name is never markup.
Text {
    id: label

    property real em: Theme.sBody
    property bool bold: false
    property bool centred: false
    property bool spoken: true // false inside a control that speaks for itself

    color: Theme.ink
    textFormat: Text.PlainText
    font.family: Theme.font
    font.pixelSize: Math.round(em * Theme.u)
    font.weight: bold ? Font.Bold : Font.Normal
    wrapMode: Text.Wrap
    bottomPadding: centred ? Math.round(2 * Theme.lift * font.pixelSize) : 0

    Accessible.role: Accessible.StaticText
    Accessible.name: text
    Accessible.ignored: !spoken
}
