import QtQuick
import Kiosk

// Drawn outside the control that holds the keyboard. `shown` is the control's visualFocus.
Rectangle {
    property bool shown: false
    property real cornerMm: Theme.radiusS

    anchors.fill: parent
    anchors.margins: -2 * Theme.focusW * Theme.u
    visible: shown
    radius: (cornerMm + 2 * Theme.focusW) * Theme.u
    color: "transparent"
    border.width: Theme.focusW * Theme.u
    border.color: Theme.focus
}
