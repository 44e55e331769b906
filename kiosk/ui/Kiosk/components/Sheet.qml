pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// A sheet of paper that lies on the page. Children go onto it.
Item {
    id: sheet

    property color color: Theme.surface
    property real radiusMm: Theme.radius
    property int level: 1 // 0 flat, 1 sheet, 2 ticket or dialog
    property color edge: Theme.edge
    property real edgeMm: Theme.outlined ? Theme.outlineW : 0
    default property alias content: body.data

    Repeater {
        model: Theme.outlined ? 0 : Theme.elevation[sheet.level].layers

        Rectangle {
            required property int index
            readonly property var lift: Theme.elevation[sheet.level]
            readonly property real grow: (index + 1) * lift.step * Theme.u

            x: -grow
            y: -grow + lift.drop * Theme.u
            width: sheet.width + 2 * grow
            height: sheet.height + 2 * grow
            radius: sheet.radiusMm * Theme.u + grow
            color: Theme.tint(Theme.shade, lift.alpha)
        }
    }

    Rectangle {
        id: body
        anchors.fill: parent
        radius: sheet.radiusMm * Theme.u
        color: sheet.color
        border.width: sheet.edgeMm * Theme.u
        border.color: sheet.edge
    }
}
