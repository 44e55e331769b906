import QtQuick
import QtQuick.Shapes
import Kiosk

// A true circle: small round Rectangles turn square in the software renderer.
Item {
    id: dot

    property color color: Theme.ink
    property color edge: "transparent"
    property real edgeMm: 0
    property real mm: 5

    width: mm * Theme.u
    height: width

    Shape {
        anchors.fill: parent
        ShapePath {
            fillColor: dot.color
            strokeColor: dot.edgeMm > 0 ? dot.edge : "transparent"
            strokeWidth: dot.edgeMm > 0 ? dot.edgeMm * Theme.u : -1
            PathAngleArc {
                centerX: dot.width / 2
                centerY: dot.height / 2
                radiusX: (dot.width - dot.edgeMm * Theme.u) / 2
                radiusY: radiusX
                sweepAngle: 360
            }
        }
    }
}
