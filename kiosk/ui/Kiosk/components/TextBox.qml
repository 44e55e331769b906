import QtQuick
import QtQuick.Templates as T
import Kiosk

// One line of typing for staff: search, passphrase, a note. `label` is its spoken name; the
// placeholder disappears with the first letter, so it never carries the only explanation.
T.TextField {
    id: box

    property string label: placeholderText
    property string iconName: ""
    property real em: Theme.sBody
    property real h: 13 // mm
    property bool secret: false
    property bool wrong: false

    readonly property real textX: (iconName === "" ? 4.5 : 13.5) * Theme.u

    implicitWidth: 92 * Theme.u
    implicitHeight: h * Theme.u
    leftPadding: textX
    rightPadding: 4.5 * Theme.u
    bottomPadding: Math.round(2 * Theme.lift * font.pixelSize)
    verticalAlignment: TextInput.AlignVCenter
    font.family: Theme.font
    font.pixelSize: Math.round(em * Theme.u)
    color: Theme.ink
    placeholderTextColor: Theme.ink2
    selectionColor: Theme.indigo
    selectedTextColor: Theme.hueInk
    selectByMouse: true
    echoMode: secret ? TextInput.Password : TextInput.Normal
    inputMethodHints: secret ? Qt.ImhSensitiveData | Qt.ImhNoPredictiveText | Qt.ImhNoAutoUppercase : Qt.ImhNone
    Accessible.name: label
    Accessible.description: secret ? label : "" // Qt keeps the name of a password to itself

    background: Rectangle {
        radius: Theme.radiusS * Theme.u
        color: Theme.surface
        border.width: (box.wrong ? Theme.watchW : box.activeFocus ? Theme.threadThin : Theme.edgeW) * Theme.u
        border.color: box.wrong ? Theme.call : box.activeFocus ? Theme.focus : Theme.edge

        FocusRing {
            shown: box.activeFocus && (box.focusReason === Qt.TabFocusReason || box.focusReason === Qt.BacktabFocusReason)
        }
    }

    Icon {
        visible: box.iconName !== ""
        x: 4 * Theme.u
        anchors.verticalCenter: parent.verticalCenter
        name: box.iconName
        mm: box.em * 1.15
        tint: Theme.ink2
    }
    Label {
        visible: box.text === "" && box.preeditText === ""
        x: box.textX
        width: box.width - x - 4 * Theme.u
        anchors.verticalCenter: parent.verticalCenter
        text: box.placeholderText
        em: box.em
        color: Theme.ink2
        centred: true
        spoken: false
        wrapMode: Text.NoWrap
        elide: Text.ElideRight
    }
}
