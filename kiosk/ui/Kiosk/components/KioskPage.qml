import QtQuick
import Kiosk

// What every page is: paper, a spoken title, the keyboard's focus (an item with `focus: true` gets
// it), and the view models that Main.qml hands over.
FocusScope {
    id: page

    required property var shell
    required property var checkIn
    required property var signIn
    required property var residents
    required property var visit
    required property var traffic
    required property var sync
    required property var instruments
    required property var attribution

    property string title: ""
    property color color: Theme.paper
    readonly property real u: Theme.u
    readonly property bool tall: height > width // what stands side by side elsewhere is stacked
    readonly property bool low: height / u < 200 // the tightest supported screen

    focus: true
    Accessible.role: Accessible.Pane
    Accessible.name: title

    Rectangle {
        anchors.fill: parent
        color: page.color
    }
}
