pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Kiosk

// Ten digits, clear and erase. Never guarded: people type fast. While it has the focus a keyboard
// does the same. It keeps no digits; PinPad does.
T.Control {
    id: pad

    property real keyW: 36 // mm
    property real keyH: 32 // mm
    property real gap: 5 // mm
    property real em: 15

    signal digit(string figure)
    signal erased
    signal cleared

    function press(key: string) {
        if (key === "clear")
            cleared()
        else if (key === "erase")
            erased()
        else
            digit(key)
    }

    implicitWidth: implicitContentWidth
    implicitHeight: implicitContentHeight
    focusPolicy: Qt.TabFocus
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Number pad")
    Keys.onPressed: event => {
        if (event.text.length === 1 && event.text >= "0" && event.text <= "9")
            digit(event.text)
        else if (event.key === Qt.Key_Backspace)
            erased()
        else if (event.key === Qt.Key_Delete)
            cleared()
        else
            return
        event.accepted = true
    }

    contentItem: Grid {
        columns: 3
        spacing: pad.gap * Theme.u

        Repeater {
            model: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "clear", "0", "erase"]

            T.AbstractButton {
                id: key
                required property string modelData
                readonly property bool figure: modelData.length === 1

                objectName: "key_" + modelData
                width: pad.keyW * Theme.u
                height: pad.keyH * Theme.u
                focusPolicy: Qt.NoFocus
                text: modelData === "clear" ? qsTr("Clear") : modelData === "erase" ? qsTr("Erase one digit") : modelData
                Accessible.name: text
                onClicked: pad.press(modelData)

                background: Item {
                    Sheet {
                        visible: key.figure
                        anchors.fill: parent
                        color: key.down ? Theme.sunk : Theme.surface
                    }
                    Rectangle {
                        visible: !key.figure && key.down
                        anchors.fill: parent
                        radius: Theme.radius * Theme.u
                        color: Theme.sunk
                    }
                }
                contentItem: Item {
                    Label {
                        visible: key.modelData !== "erase"
                        anchors.centerIn: parent
                        text: key.text
                        em: key.figure ? pad.em : Theme.sLead
                        bold: key.figure
                        centred: true
                        spoken: false
                        wrapMode: Text.NoWrap
                        color: key.figure ? Theme.ink : Theme.ink2
                    }
                    Icon {
                        visible: key.modelData === "erase"
                        anchors.centerIn: parent
                        name: "delete"
                        mm: pad.em * 0.8
                        stroke: 1.8
                        tint: Theme.ink2
                    }
                }
            }
        }
    }
    FocusRing {
        shown: pad.visualFocus
        cornerMm: Theme.radius
    }
}
