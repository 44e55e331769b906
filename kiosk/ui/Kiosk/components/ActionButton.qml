pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Kiosk

// A button with a word. Listen to `activated`, never to `clicked`: it comes on release inside, by
// keyboard and by screen reader, and at most once in Theme.guard ms while `guarded`.
// kind: primary (filled) | plain (surface and edge) | quiet (no edge) | help (red edge)
T.AbstractButton {
    id: button

    property string iconName: ""
    property bool iconAfter: false
    property string kind: "plain"
    property color hue: Theme.jade
    property real em: Theme.rBody
    property real h: Theme.touchR // mm
    property real minW: 0 // mm
    property real pad: 7 // mm, left and right of the word
    property real iconMm: em * 1.05
    property bool guarded: true

    readonly property color ink: !enabled ? Theme.disabled : kind === "primary" ? Theme.hueInk : kind === "help" ? Theme.red : Theme.ink
    readonly property real cornerMm: h >= 18 ? Theme.radius : Theme.radiusS

    signal activated

    focusPolicy: Qt.TabFocus
    implicitHeight: h * Theme.u
    implicitWidth: Math.max(minW * Theme.u, row.implicitWidth + 2 * pad * Theme.u)
    Accessible.name: text
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()
    onClicked: if (!guarded || TouchGuard.take())
        activated()

    background: Rectangle {
        radius: button.cornerMm * Theme.u
        color: !button.enabled ? "transparent" : button.kind === "primary" ? (button.down ? Qt.darker(button.hue, 1.2) : button.hue) : button.down ? Theme.sunk : button.kind === "quiet" ? "transparent" : Theme.surface
        border.width: button.kind === "quiet" || (button.enabled ? button.kind === "primary" : Theme.outlined) ? 0 : (button.kind === "help" ? Theme.helpW : button.down && Theme.outlined ? Theme.watchW : Theme.edgeW) * Theme.u
        border.color: !button.enabled ? Theme.hair : button.kind === "help" ? Theme.red : Theme.edge

        Behavior on color {
            enabled: !Theme.calm
            ColorAnimation {
                duration: Theme.press
            }
        }
        FocusRing {
            shown: button.visualFocus
            cornerMm: button.cornerMm
        }
    }

    contentItem: Item {
        Row {
            id: row
            anchors.centerIn: parent
            layoutDirection: button.iconAfter ? Qt.RightToLeft : Qt.LeftToRight
            spacing: button.em * 0.34 * Theme.u

            Icon {
                visible: button.iconName !== ""
                name: button.iconName
                tint: button.ink
                mm: button.iconMm
                anchors.verticalCenter: parent.verticalCenter
            }
            Label {
                visible: text !== ""
                text: button.text
                em: button.em
                bold: button.kind !== "quiet" && button.enabled
                color: button.ink
                wrapMode: Text.NoWrap
                centred: true
                spoken: false
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }
}
