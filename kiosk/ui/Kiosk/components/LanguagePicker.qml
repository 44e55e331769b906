pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// The three languages, each written in itself. The page stays where it is and changes its words.
Row {
    id: picker

    required property var shell
    property real em: Theme.rBody
    property real h: Theme.touchR
    property real pad: Theme.latin ? 4.6 : 6.5

    spacing: (h >= Theme.touchR ? Theme.gapR : Theme.gapS) * Theme.u
    Accessible.role: Accessible.Grouping
    Accessible.name: qsTr("Choose language")

    Repeater {
        model: [
            { code: "zh_HK", name: "繁體中文" },
            { code: "zh_CN", name: "简体中文" },
            { code: "en", name: "English" }
        ]

        ActionButton {
            required property var modelData
            readonly property bool on: picker.shell.language === modelData.code

            objectName: "language_" + modelData.code
            text: modelData.name
            em: picker.em
            h: picker.h
            pad: picker.pad
            kind: on ? "primary" : "plain"
            hue: Theme.ink
            guarded: false
            Accessible.checkable: true
            Accessible.checked: on
            onActivated: picker.shell.setLanguage(modelData.code)
        }
    }
}
