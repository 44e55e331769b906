pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// One question over the page. The page under it cannot be touched; Escape is the harmless answer.
FocusScope {
    id: dialog

    property bool shown: false
    property string title: ""
    property string text: ""
    property string confirmText: qsTr("OK")
    property string cancelText: qsTr("Cancel") // empty: one button only
    property color hue: Theme.indigo
    property bool resident: false // resident sizes

    signal confirmed
    signal cancelled

    function open() {
        shown = true
        forceActiveFocus()
    }
    function close() {
        shown = false
    }

    anchors.fill: parent
    visible: shown
    focus: shown
    Accessible.role: Accessible.Dialog
    Accessible.name: title + (text === "" ? "" : ". " + text)
    Keys.onEscapePressed: if (cancelText !== "") {
        close()
        cancelled()
    }

    Rectangle {
        anchors.fill: parent
        color: Theme.scrim
        MouseArea {
            anchors.fill: parent
            hoverEnabled: true
            Accessible.ignored: true
        }
    }
    Sheet {
        id: card
        anchors.centerIn: parent
        width: Math.min(parent.width - 4 * Theme.marginR * Theme.u, (dialog.resident ? 230 : 150) * Theme.u)
        height: body.implicitHeight + 2 * Theme.s5 * Theme.u
        level: 2
        radiusMm: 8

        Column {
            id: body
            x: Theme.s5 * Theme.u
            y: Theme.s5 * Theme.u
            width: parent.width - 2 * x
            spacing: Theme.s4 * Theme.u

            Label {
                width: parent.width
                text: dialog.title
                em: dialog.resident ? Theme.rTitle : Theme.sTitle
                bold: true
                lineHeight: Theme.leadHead
                spoken: false
            }
            Label {
                visible: text !== ""
                width: parent.width
                text: dialog.text
                em: dialog.resident ? Theme.rLead : Theme.sLead
                spoken: false
            }
            Row {
                anchors.right: parent.right
                spacing: (dialog.resident ? Theme.gapR : Theme.gapS) * Theme.u

                ActionButton {
                    id: cancel
                    objectName: "dialogCancel"
                    KeyNavigation.tab: confirm // the page under it cannot be reached by Tab either
                    KeyNavigation.backtab: confirm
                    visible: text !== ""
                    text: dialog.cancelText
                    em: dialog.resident ? Theme.rLead : Theme.sLead
                    h: dialog.resident ? Theme.touchPrimary : 15
                    onActivated: {
                        dialog.close()
                        dialog.cancelled()
                    }
                }
                ActionButton {
                    id: confirm
                    objectName: "dialogConfirm"
                    KeyNavigation.tab: cancel.visible ? cancel : confirm
                    KeyNavigation.backtab: cancel.visible ? cancel : confirm
                    focus: true
                    text: dialog.confirmText
                    kind: "primary"
                    hue: dialog.hue
                    em: dialog.resident ? Theme.rLead : Theme.sLead
                    h: dialog.resident ? Theme.touchPrimary : 15
                    onActivated: {
                        dialog.close()
                        dialog.confirmed()
                    }
                }
            }
        }
    }
}
