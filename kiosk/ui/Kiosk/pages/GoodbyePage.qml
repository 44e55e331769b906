pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// Thank you, and nothing of the person left on it. Goes home by itself.
ResidentPage {
    id: page

    title: qsTr("Thank you. See you next time!")
    back: false
    foot: false

    Picture {
        id: art
        width: Math.min(118 * page.u, parent.height - 2 * Theme.s6 * page.u)
        height: width
        anchors.verticalCenter: parent.verticalCenter
        level: 2
        picture: "hill"
    }
    Column {
        x: art.width + 22 * page.u
        width: parent.width - x
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.s5 * page.u

        Label {
            width: parent.width
            text: qsTr("Thank you. See you next time!")
            em: Theme.rHero
            bold: true
            lineHeight: Theme.leadHead
        }
        Label {
            width: parent.width
            text: qsTr("Do not change your medicine by yourself.")
            em: Theme.rLead
            lineHeight: 0.95
        }
        ActionButton {
            objectName: "finish"
            kind: "primary"
            h: 27
            em: 13
            minW: 90
            iconName: "check"
            text: qsTr("Finish")
            onActivated: page.shell.home()
        }
    }
}
