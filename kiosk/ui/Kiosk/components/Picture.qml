import QtQuick
import Kiosk

// A resident's picture ticket: art on paper, the same in every theme. `name` is spoken.
Sheet {
    id: ticket

    property string picture: ""
    property string name: ""
    property real fill: 0.74

    color: Theme.ticket
    radiusMm: Math.min(10, width / Theme.u * 0.17)
    Accessible.role: Accessible.Graphic
    Accessible.name: name
    Accessible.ignored: name === ""

    Image {
        anchors.centerIn: parent
        width: Math.round(ticket.width * ticket.fill)
        height: Math.round(ticket.height * ticket.fill)
        sourceSize: Qt.size(width, height)
        fillMode: Image.PreserveAspectFit
        source: ticket.picture === "" ? "" : "image://art/" + ticket.picture
        Accessible.ignored: true
    }
}
