import QtQuick
import Kiosk

// What a page says when there is nothing to show: what is missing, then what to do about it.
Column {
    id: empty

    property string text: ""
    property string hint: ""
    property string iconName: "inbox"
    property real em: Theme.sLead
    property real hintEm: Theme.sBody

    spacing: Theme.s2 * Theme.u

    Icon {
        anchors.horizontalCenter: parent.horizontalCenter
        visible: empty.iconName !== ""
        name: empty.iconName
        mm: empty.em * 2
        stroke: 1.6
        tint: Theme.ink2
    }
    Label {
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        text: empty.text
        em: empty.em
        bold: true
    }
    Label {
        visible: text !== ""
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        text: empty.hint
        em: empty.hintEm
        color: Theme.ink2
    }
}
