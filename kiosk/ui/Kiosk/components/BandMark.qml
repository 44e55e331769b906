import QtQuick
import Kiosk

// Three bands told apart by outline, weight and word before colour: ok is a circle with a tick,
// watch a diamond with "!", call a square with a bell.
Item {
    id: mark

    property string band: "ok" // ok | watch | call
    property real mm: 20
    property bool onPanel: false // on the solid panel of "call" its colours change places
    readonly property color shape: band === "watch" ? Theme.watch : onPanel ? Theme.callInk : Theme.callTint
    readonly property color figure: band === "watch" ? Theme.watchTint : band === "ok" ? Theme.hueInk : onPanel ? Theme.callTint : Theme.callInk

    width: mm * Theme.u
    height: width

    Dot {
        visible: mark.band === "ok"
        anchors.centerIn: parent
        mm: mark.mm * 0.96
        color: Theme.ok
    }
    Rectangle {
        visible: mark.band !== "ok"
        anchors.centerIn: parent
        width: mark.width * (mark.band === "watch" ? 0.76 : 0.9)
        height: width
        radius: width * 0.16
        rotation: mark.band === "watch" ? 45 : 0
        antialiasing: true
        color: mark.shape
    }
    Icon {
        visible: mark.band !== "watch"
        anchors.centerIn: parent
        name: mark.band === "ok" ? "check" : "bell"
        tint: mark.figure
        mm: mark.mm * 0.56
        stroke: mark.band === "ok" ? 3.2 : 2.4
    }
    Column {
        visible: mark.band === "watch"
        anchors.centerIn: parent
        spacing: mark.width * 0.05

        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            width: mark.width * 0.09
            height: mark.width * 0.3
            radius: width / 2
            color: mark.figure
        }
        Dot {
            anchors.horizontalCenter: parent.horizontalCenter
            mm: mark.mm * 0.1
            color: mark.figure
        }
    }
}
