import QtQuick
import Kiosk

// A message inside a page that stays while its reason does: info | ok | watch | call. One button at
// most (`actionText`), whose touch is `activated`.
Rectangle {
    id: banner

    property string kind: "info"
    property string text: ""
    property string detail: ""
    property string actionText: ""
    property string iconName: kind === "call" ? "bell" : kind === "watch" ? "octagon-alert" : kind === "ok" ? "check" : "inbox"
    property real em: Theme.sBody

    readonly property color ink: kind === "info" ? Theme.ink : Theme.bandInk(kind)

    signal activated

    implicitHeight: Math.max(words.implicitHeight + 2 * Theme.s2 * Theme.u, (actionText === "" ? 0 : Theme.touchS + Theme.s3) * Theme.u)
    radius: Theme.radiusS * Theme.u
    color: kind === "info" ? Theme.surface : Theme.bandTint(kind)
    border.width: (kind === "call" ? 0 : kind === "watch" ? Theme.threadThin : Theme.edgeW) * Theme.u
    border.color: kind === "info" ? Theme.edge : ink
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text + (detail === "" ? "" : ". " + detail)

    Icon {
        id: sign
        x: Theme.s3 * Theme.u
        anchors.verticalCenter: parent.verticalCenter
        name: banner.iconName
        mm: banner.em * 1.25
        tint: banner.ink
    }
    Column {
        id: words
        anchors.left: sign.right
        anchors.leftMargin: Theme.s2 * Theme.u
        anchors.right: action.visible ? action.left : parent.right
        anchors.rightMargin: Theme.s3 * Theme.u
        anchors.verticalCenter: parent.verticalCenter

        Label {
            width: parent.width
            text: banner.text
            em: banner.em
            bold: true
            color: banner.ink
            centred: banner.detail === ""
            spoken: false
        }
        Label {
            visible: text !== ""
            width: parent.width
            text: banner.detail
            em: banner.em
            color: banner.kind === "call" ? Theme.callInk : Theme.ink
            spoken: false
        }
    }
    ActionButton {
        id: action
        visible: text !== ""
        anchors.right: parent.right
        anchors.rightMargin: Theme.s2 * Theme.u
        anchors.verticalCenter: parent.verticalCenter
        text: banner.actionText
        em: banner.em
        h: Theme.touchS
        pad: 5
        onActivated: banner.activated()
    }
}
