import QtQuick
import Kiosk

// Beside a question: asked, not asked yet, as last time, or would not say.
Row {
    id: mark

    property string answer: "none" // asked | carried | declined | none
    property color hue: Theme.indigo

    readonly property color ink: answer === "asked" ? hue : answer === "none" ? Theme.call : Theme.ink2

    spacing: Theme.s1 * Theme.u

    Icon {
        visible: mark.answer !== "none"
        anchors.verticalCenter: parent.verticalCenter
        name: mark.answer === "carried" ? "history" : mark.answer === "declined" ? "minus" : "check"
        mm: 5
        stroke: 2.4
        tint: mark.ink
    }
    Dot {
        visible: mark.answer === "none"
        anchors.verticalCenter: parent.verticalCenter
        mm: 4.4
        color: "transparent"
        edgeMm: 0.8
        edge: Theme.call
    }
    Label {
        anchors.verticalCenter: parent.verticalCenter
        text: mark.answer === "asked" ? qsTr("Asked") : mark.answer === "carried" ? qsTr("Last time") : mark.answer === "declined" ? qsTr("Would not say") : qsTr("Not asked")
        em: Theme.sMeta
        bold: mark.answer === "none"
        color: mark.ink
        centred: true
        wrapMode: Text.NoWrap
    }
}
