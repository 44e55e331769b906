pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// The number, then the address to read out, then the truth about the call. Never "help is coming".
KioskPage {
    id: page

    readonly property var call: checkIn.call
    readonly property string address: call.address[shell.language] ?? ""
    readonly property string landmark: call.landmark[shell.language] ?? ""

    title: qsTr("Call 999 now")

    Rectangle {
        id: red
        width: page.tall ? parent.width : 146 * page.u
        height: page.tall ? 200 * page.u : parent.height
        color: Theme.red

        Column {
            x: 16 * page.u
            anchors.verticalCenter: parent.verticalCenter
            anchors.verticalCenterOffset: -6 * page.u

            Label {
                text: qsTr("Call now")
                em: 24
                bold: true
                color: Theme.hueInk
                lineHeight: Theme.leadHead
                wrapMode: Text.NoWrap
            }
            Label {
                x: -3 * page.u
                topPadding: -13 * page.u
                text: "999"
                em: Theme.rAlarm
                bold: true
                color: Theme.hueInk
                wrapMode: Text.NoWrap
            }
        }
        Row {
            x: 16 * page.u
            y: parent.height - 36 * page.u
            spacing: 5 * page.u
            Icon {
                name: "phone"
                tint: Theme.hueInk
                mm: 15
                anchors.verticalCenter: parent.verticalCenter
            }
            Label {
                text: qsTr("Use any telephone")
                em: Theme.rBody
                bold: true
                centred: true
                color: Theme.hueInk
                wrapMode: Text.NoWrap
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }
    Item {
        x: (page.tall ? 0 : red.width) + 16 * page.u
        y: (page.tall ? red.height : 0) + 16 * page.u
        width: parent.width - x - 14 * page.u
        height: parent.height - y - 16 * page.u
        Column {
            width: parent.width

            Label {
                width: parent.width
                text: page.address === "" ? qsTr("Tell them where you are") : qsTr("Tell them you are here")
                em: Theme.rBody
                color: Theme.ink2
            }
            Label {
                objectName: "siteAddress"
                visible: text !== ""
                x: -0.4 * page.u
                width: parent.width
                text: page.address
                em: Theme.latin || page.low ? Theme.rTitle : 17
                bold: true
                lineHeight: 0.93
            }
            Label {
                visible: text !== ""
                width: parent.width
                text: page.landmark
                em: Theme.rLead
                lineHeight: 0.98
            }
        }
        Hair {
            id: hair
            y: parent.height - (page.low ? 66 : 74) * page.u
            width: parent.width
        }
        Row {
            anchors.top: hair.bottom
            anchors.topMargin: (page.low ? 5 : 8) * page.u
            spacing: Theme.s4 * page.u

            Dot {
                mm: 20
                color: Theme.redTint
                anchors.verticalCenter: parent.verticalCenter
                Icon {
                    anchors.centerIn: parent
                    name: "bell-ring"
                    tint: Theme.red
                    mm: 11
                }
            }
            Column {
                anchors.verticalCenter: parent.verticalCenter
                Label {
                    text: page.call.nobodyAnswered ? qsTr("Nobody has answered yet") : qsTr("Staff needed here")
                    em: Theme.rLead
                    bold: true
                    lineHeight: 0.92
                    wrapMode: Text.NoWrap
                }
                Label {
                    text: page.call.nobodyAnswered && page.call.telephone !== "" ? page.call.telephone : qsTr("%1 s, waiting for staff").arg(page.call.seconds)
                    em: Theme.rBody
                    color: Theme.ink2
                    lineHeight: 0.92
                    wrapMode: Text.NoWrap
                }
            }
        }
        ActionButton {
            objectName: "better"
            anchors.bottom: parent.bottom
            anchors.bottomMargin: -3 * page.u
            width: parent.width
            h: Theme.touchPrimary
            em: Theme.rLead
            text: qsTr("I am all right now")
            onActivated: page.call.feelingBetter()
        }
    }
}
