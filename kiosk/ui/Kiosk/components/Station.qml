import QtQuick
import Kiosk

// A station of a vertical line: done and due are filled circles, next is open, late is a square that
// a person must act on, here is where you are. `face` is the paper under an open one.
Item {
    id: station

    property string kind: "due" // done | due | here | next | late
    property color hue: Theme.indigo
    property color face: Theme.surface
    property real mm: 6

    width: (kind === "late" ? 1.4 : kind === "here" ? 1.5 : 1) * mm * Theme.u
    height: width

    Dot {
        visible: station.kind !== "late"
        anchors.fill: parent
        mm: station.width / Theme.u
        color: station.kind === "next" ? station.face : station.hue
        edgeMm: station.kind === "next" ? station.mm / 6 : 0
        edge: station.hue

        Dot {
            visible: station.kind === "here"
            anchors.centerIn: parent
            mm: station.mm * 0.56
            color: Theme.hueInk
        }
        Icon {
            visible: station.kind === "done"
            anchors.centerIn: parent
            name: "check"
            tint: Theme.hueInk
            mm: station.mm * 0.66
            stroke: 3
        }
    }
    Rectangle {
        visible: station.kind === "late"
        anchors.fill: parent
        radius: width * 0.17
        color: Theme.callTint

        Label {
            anchors.centerIn: parent
            text: "!"
            em: station.mm
            bold: true
            centred: true
            spoken: false
            color: Theme.callInk
        }
    }
}
