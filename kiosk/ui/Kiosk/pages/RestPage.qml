pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// Five minutes on a chair, away from the screen; then: still you?
ResidentPage {
    id: page

    readonly property bool over: checkIn.step !== "" && checkIn.step !== "resting"
    readonly property int minutes: Math.ceil(checkIn.secondsLeft / 60)
    readonly property string timeLeft: minutes > 1 ? qsTr("%1 minutes left.").arg(minutes) : qsTr("Less than a minute left.")

    title: qsTr("Please sit and rest")
    at: 1
    onBackRequested: shell.home()

    Ring {
        id: ring
        width: Math.min(126 * page.u, parent.height - 8 * page.u)
        x: page.tall ? (parent.width - width) / 2 : 0
        y: page.tall ? Theme.s7 * page.u : (parent.height - height) / 2
        value: page.over ? 1 : page.checkIn.timeShare
        thick: 5.4
        picture: page.checkIn.picture
        label: page.over ? qsTr("Your rest is over") : page.timeLeft
    }
    Column {
        x: page.tall ? 0 : ring.width + 20 * page.u
        y: page.tall ? ring.y + ring.height + Theme.s7 * page.u : (parent.height - height) / 2 - page.u
        width: parent.width - x
        spacing: (page.low ? 3 : 6) * page.u

        Label {
            x: -0.6 * page.u
            width: parent.width
            text: page.over ? qsTr("Your rest is over") : qsTr("Please sit and rest")
            em: Theme.latin ? 17 : Theme.rHero
            bold: true
            lineHeight: Theme.leadHead
        }
        Label {
            width: parent.width
            text: page.over ? qsTr("Is it still you, %1?").arg(page.checkIn.address) : page.timeLeft + (Theme.latin ? " " : "") + qsTr("No need to keep watching: come back when the ring is full.")
            em: Theme.rLead
            lineHeight: 0.95
        }
        Column {
            visible: !page.over
            Repeater {
                model: [qsTr("Back against the chair, feet flat"), qsTr("Legs uncrossed, no talking")]
                Row {
                    id: advice
                    required property string modelData
                    height: (page.low ? 13.5 : 15) * page.u
                    spacing: Theme.s3 * page.u

                    Icon {
                        name: "check"
                        tint: Theme.jade
                        mm: 9
                        stroke: 2.6
                        anchors.verticalCenter: parent.verticalCenter
                    }
                    Label {
                        text: advice.modelData
                        em: Theme.rBody
                        centred: true
                        anchors.verticalCenter: parent.verticalCenter
                    }
                }
            }
        }
        ActionButton {
            objectName: "imBack"
            visible: page.over
            width: parent.width
            kind: "primary"
            h: 27
            em: 13
            iconName: "check"
            text: qsTr("Yes, go on")
            onActivated: page.checkIn.imBack()
        }
    }
}
