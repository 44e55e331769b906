import QtQuick
import Kiosk

// A word about what has just happened ("Visit saved"). It covers nothing that can be touched and
// leaves by itself; whoever shows it keeps the time.
Rectangle {
    id: toast

    property string text: ""
    property real em: Theme.sLead

    implicitWidth: word.implicitWidth + 2 * Theme.s4 * Theme.u
    implicitHeight: word.implicitHeight + 2 * Theme.s1 * Theme.u
    radius: Theme.radiusS * Theme.u
    color: Theme.ink
    Accessible.role: Accessible.Notification
    Accessible.name: text

    Label {
        id: word
        anchors.centerIn: parent
        text: toast.text
        em: toast.em
        bold: true
        centred: true
        spoken: false
        wrapMode: Text.NoWrap
        color: Theme.paper
    }
}
