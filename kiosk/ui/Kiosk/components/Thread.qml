pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// The thread: one line with stations. `at` is the station where you are; -1 is before the first.
Item {
    id: thread

    property list<string> stops: []
    property int at: 0
    property color hue: Theme.jade
    property real em: Theme.rBody

    readonly property real end: 6 * Theme.u
    readonly property real cy: 5 * Theme.u
    readonly property real pitch: stops.length > 1 ? (width - 2 * end) / (stops.length - 1) : 0

    // The line grows from the station before to this one, when the page has come in.
    property real grown: Math.max(0, at - 1)

    height: 18 * Theme.u
    Component.onCompleted: grown = Qt.binding(() => Math.max(0, thread.at))
    Accessible.role: Accessible.ProgressBar
    Accessible.name: at >= 0 && at < stops.length ? qsTr("Step %1 of %2: %3").arg(at + 1).arg(stops.length).arg(stops[at]) : ""

    Behavior on grown {
        enabled: !Theme.calm
        NumberAnimation {
            duration: Theme.station
            easing.type: Easing.BezierSpline
            easing.bezierCurve: Theme.easeOut
        }
    }
    Rectangle {
        x: thread.end
        y: thread.cy - height / 2
        width: thread.width - 2 * thread.end
        height: Theme.threadThin * Theme.u
        radius: height / 2
        color: Theme.edge
    }
    Rectangle {
        x: thread.end
        y: thread.cy - height / 2
        width: thread.grown * thread.pitch
        height: Theme.thread * Theme.u
        radius: height / 2
        color: thread.hue
    }
    Repeater {
        model: thread.stops

        Item {
            id: stop
            required property string modelData
            required property int index
            readonly property bool done: index < thread.at
            readonly property bool here: index === thread.at

            x: thread.end + index * thread.pitch
            y: thread.cy

            Dot {
                anchors.centerIn: parent
                mm: stop.here ? 8 : 5.4
                color: stop.done || stop.here ? thread.hue : Theme.paper
                edgeMm: stop.done || stop.here ? 0 : Theme.threadThin
                edge: Theme.edge

                Dot {
                    visible: stop.here
                    anchors.centerIn: parent
                    mm: 3
                    color: Theme.hueInk
                }
                Icon {
                    visible: stop.done
                    anchors.centerIn: parent
                    name: "check"
                    tint: Theme.hueInk
                    mm: 3.6
                    stroke: 3
                }
            }
            Label {
                x: stop.index === 0 ? -thread.end : stop.index === thread.stops.length - 1 ? thread.end - implicitWidth : -implicitWidth / 2
                y: 3.2 * Theme.u
                text: stop.modelData
                em: thread.em
                bold: stop.here
                color: stop.here ? thread.hue : Theme.ink2
                wrapMode: Text.NoWrap
                spoken: false
            }
        }
    }
}
