pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// How many digits of a PIN have been entered, and nothing else about them.
Row {
    id: dots

    property int length: 6
    property int filled: 0
    property color hue: Theme.indigo

    spacing: 5.5 * Theme.u
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("%1 of %2 digits").arg(filled).arg(length)

    Repeater {
        model: dots.length

        Dot {
            required property int index
            readonly property bool on: index < dots.filled
            mm: 7
            color: on ? dots.hue : "transparent"
            edgeMm: on ? 0 : Theme.threadThin
            edge: Theme.edge
        }
    }
}
