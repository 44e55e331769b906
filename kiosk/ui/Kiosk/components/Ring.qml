import QtQuick
import QtQuick.Shapes
import Kiosk

// A round of time (0..1), with the resident's picture inside when one is given.
Item {
    id: ring

    property real value: 0
    property color hue: Theme.jade
    property color track: Theme.hair
    property real thick: 4 // mm
    property string picture: ""
    property string label: "" // what a screen reader says

    readonly property real arc: width / 2 - thick * Theme.u / 2

    height: width
    Accessible.role: Accessible.ProgressBar
    Accessible.name: label
    Accessible.ignored: label === ""

    Shape {
        anchors.fill: parent
        ShapePath {
            strokeColor: ring.track
            strokeWidth: ring.thick * 0.55 * Theme.u
            fillColor: ring.picture !== "" ? Theme.ticket : Theme.surface
            PathAngleArc {
                centerX: ring.width / 2
                centerY: ring.height / 2
                radiusX: ring.arc
                radiusY: ring.arc
                sweepAngle: 360
            }
        }
        ShapePath {
            strokeColor: ring.value > 0 ? ring.hue : "transparent"
            strokeWidth: ring.thick * Theme.u
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            PathAngleArc {
                centerX: ring.width / 2
                centerY: ring.height / 2
                radiusX: ring.arc
                radiusY: ring.arc
                startAngle: -90
                sweepAngle: 360 * Math.min(1, Math.max(0, ring.value))
            }
        }
    }
    Image {
        visible: ring.picture !== ""
        anchors.centerIn: parent
        width: Math.round(ring.width * 0.56)
        height: width
        sourceSize: Qt.size(width, height)
        source: ring.picture === "" ? "" : "image://art/" + ring.picture
        Accessible.ignored: true
    }
}
