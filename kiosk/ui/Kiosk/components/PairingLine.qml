import QtQuick
import Kiosk

// The line between this kiosk and an instrument: thin while they talk, whole when they are paired,
// with a gap when it broke. A station in the middle is where the person is asked.
Item {
    id: line

    property string stage: "talking" // talking | asking | whole | broken
    property string near: ""
    property string far: ""
    property string farKind: ""
    property color hue: Theme.jade

    readonly property real reach: 44 * Theme.u // from the edge to a station
    readonly property real cy: 10 * Theme.u
    readonly property real span: width - 2 * reach
    readonly property real drawn: stage === "whole" ? 1 : stage === "asking" ? 0.5 : stage === "broken" ? 0.38 : 0

    implicitHeight: 40 * Theme.u
    Accessible.role: Accessible.Graphic
    Accessible.name: near + ", " + far

    Rectangle {
        visible: line.stage === "talking" || line.stage === "asking"
        x: line.reach
        y: line.cy - height / 2
        width: line.span
        height: Theme.threadThin * Theme.u
        color: Theme.edge
    }
    Rectangle {
        x: line.reach
        y: line.cy - height / 2
        width: line.drawn * line.span
        height: Theme.thread * Theme.u
        color: line.hue

        Behavior on width {
            enabled: !Theme.calm
            NumberAnimation {
                duration: Theme.station
                easing.type: Easing.BezierSpline
                easing.bezierCurve: Theme.easeOut
            }
        }
    }
    Station {
        x: line.reach - width / 2
        y: line.cy - height / 2
        kind: "due"
        hue: line.hue
        mm: 12
    }
    Station {
        visible: line.stage === "asking"
        x: line.reach + line.span / 2 - width / 2
        y: line.cy - height / 2
        kind: "here"
        hue: line.hue
        mm: 10
    }
    Station {
        x: line.reach + line.span - width / 2
        y: line.cy - height / 2
        kind: line.stage === "whole" ? "done" : line.stage === "broken" ? "late" : "next"
        hue: line.hue
        face: Theme.paper
        mm: 12
    }
    Label {
        y: 20 * Theme.u
        width: 2 * line.reach
        text: line.near
        em: Theme.sLead
        bold: true
        horizontalAlignment: Text.AlignHCenter
        spoken: false
    }
    Column {
        x: line.width - width
        y: 20 * Theme.u
        width: 2 * line.reach

        Label {
            width: parent.width
            text: line.far
            em: Theme.sLead
            bold: true
            horizontalAlignment: Text.AlignHCenter
            maximumLineCount: 2
            elide: Text.ElideRight
            spoken: false
        }
        Label {
            visible: text !== "" && text !== line.far
            width: parent.width
            text: line.farKind
            em: Theme.sBody
            color: Theme.ink2
            horizontalAlignment: Text.AlignHCenter
            spoken: false
        }
    }
}
