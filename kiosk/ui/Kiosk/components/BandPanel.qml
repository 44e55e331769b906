import QtQuick
import Kiosk

// The band of a result: mark, word, and one or two lines of what to do. Never a diagnosis.
Rectangle {
    id: panel

    property string band: "ok" // ok | watch | call
    property string word: ""
    property string say: ""
    property real em: 17
    property real sayEm: Theme.rBody
    property bool stacked: false // what to do stands under the word

    radius: Theme.radius * Theme.u
    color: Theme.bandTint(band)
    border.color: Theme.bandInk(band)
    border.width: (band === "watch" ? Theme.watchW : band === "ok" && Theme.outlined ? Theme.outlineW : 0) * Theme.u
    implicitHeight: Math.max(33 * Theme.u, sayLabel.implicitHeight + 2 * Theme.s2 * Theme.u)

    Accessible.role: Accessible.Notification
    Accessible.name: word + (say === "" ? "" : ". " + say)

    BandMark {
        id: mark
        x: panel.em * 0.5 * Theme.u
        y: panel.stacked ? Theme.s3 * Theme.u : (panel.height - height) / 2
        band: panel.band
        mm: panel.em * 1.35
        onPanel: true
    }
    Label {
        id: wordLabel
        anchors.left: mark.right
        anchors.leftMargin: panel.em * 0.42 * Theme.u
        anchors.verticalCenter: mark.verticalCenter
        text: panel.word
        em: panel.em
        bold: true
        centred: true
        spoken: false
        wrapMode: Text.NoWrap
        color: Theme.bandInk(panel.band)
    }
    Label {
        id: sayLabel
        visible: text !== ""
        x: panel.stacked ? mark.x : wordLabel.x + wordLabel.width + panel.em * 0.7 * Theme.u
        y: panel.stacked ? mark.y + mark.height + Theme.s2 * Theme.u : (panel.height - height) / 2
        width: panel.width - x - Theme.s3 * Theme.u
        text: panel.say
        em: panel.sayEm
        lineHeight: Theme.leadHead
        centred: true
        spoken: false
        color: panel.band === "call" ? Theme.callInk : Theme.ink
    }
}
