pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// Is this you? The preferred address and the chosen picture; no photograph and no full name.
ResidentPage {
    id: page

    readonly property var pictureNames: ({
            junk: qsTr("the junk"),
            fish: qsTr("the fish"),
            orange: qsTr("the orange"),
            teapot: qsTr("the teapot"),
            umbrella: qsTr("the umbrella"),
            hill: qsTr("the hill")
        })
    readonly property string pictureName: pictureNames[checkIn.picture] ?? ""

    title: qsTr("Is this you?")
    at: 0
    onBackRequested: shell.home()

    Picture {
        id: tile
        width: Math.min(118 * page.u, parent.height - Theme.s4 * page.u)
        height: width
        anchors.verticalCenter: parent.verticalCenter
        level: 2
        picture: page.checkIn.picture
        name: page.pictureName
    }
    Column {
        x: tile.width + 22 * page.u
        width: parent.width - x
        anchors.verticalCenter: parent.verticalCenter
        anchors.verticalCenterOffset: -2 * page.u

        Label {
            text: qsTr("Is this you?")
            em: Theme.rLead
            color: Theme.ink2
        }
        Label {
            objectName: "address"
            x: -page.u
            width: parent.width
            text: page.checkIn.address
            em: text.length > 24 ? Theme.rLead : text.length > 12 ? Theme.rTitle : text.length > 7 ? Theme.rHero : 30
            bold: true
            lineHeight: Theme.leadHead
        }
        Label {
            visible: page.pictureName !== ""
            width: parent.width
            text: qsTr("Your picture: %1").arg(page.pictureName)
            em: Theme.rBody
            color: Theme.ink2
        }
        Item {
            width: 1
            height: (page.low ? 8 : 13) * page.u
        }
        Row {
            spacing: Theme.s4 * page.u

            ActionButton {
                objectName: "yes"
                width: Math.max(implicitWidth, page.width - 2 * Theme.marginR * page.u - tile.width - 22 * page.u - Theme.s4 * page.u - notMe.width)
                kind: "primary"
                iconName: "check"
                em: 13
                h: 27
                text: qsTr("Yes")
                onActivated: page.checkIn.itIsMe()
            }
            ActionButton {
                id: notMe
                objectName: "notMe"
                em: Theme.rLead
                h: 27
                minW: 66
                text: qsTr("Not me")
                onActivated: page.checkIn.notMe()
            }
        }
    }
}
