pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// How the cuff goes on. The arm follows the record; the one not to use comes last and bold.
ResidentPage {
    id: page

    readonly property string arm: checkIn.arm
    readonly property string warning: {
        switch (checkIn.armNotToUse) {
        case "right":
            return qsTr("Not the right arm")
        case "left":
            return qsTr("Not the left arm")
        case "both":
            return qsTr("Neither arm may be used")
        case "none":
            return ""
        default:
            return qsTr("An arm not to use? Ask staff")
        }
    }

    title: qsTr("Put on the cuff")
    at: 2
    onBackRequested: checkIn.backToRest()

    Sheet {
        id: drawing
        height: page.tall ? width / 1.16 : parent.height - Theme.s3 * page.u
        width: page.tall ? parent.width : Math.min(height * 1.16, (page.low ? 140 : Theme.latin ? 124 : 158) * page.u)
        radiusMm: 8
        color: Theme.ticket

        // The drawing shows the arm on the near side: the right one. Mirrored it is the left.
        Image {
            anchors.centerIn: parent
            anchors.verticalCenterOffset: -page.u
            width: Math.round(parent.width * 0.94 / 6) * 6
            height: width * 5 / 6
            sourceSize: Qt.size(width, height)
            source: "image://art/cuff"
            mirror: page.arm === "left"
            Accessible.ignored: true
        }
    }
    Column {
        x: page.tall ? 0 : drawing.width + 13 * page.u
        y: page.tall ? drawing.height + Theme.s5 * page.u : page.u
        width: parent.width - x

        Label {
            x: -0.4 * page.u
            width: parent.width
            text: page.arm === "" ? qsTr("Please ask staff") : qsTr("Put on the cuff")
            em: page.low ? 16 : Theme.latin ? 17 : 19
            bold: true
            lineHeight: Theme.leadHead
        }
        Item {
            width: 1
            height: (page.low ? 1 : 4) * page.u
        }
        Repeater {
            model: page.arm === "" ? [] : [page.arm === "left" ? qsTr("Round your left upper arm") : qsTr("Round your right upper arm"), qsTr("Level with your heart"), qsTr("Elbow on the table, relaxed")]

            Row {
                id: step
                required property string modelData
                required property int index
                height: Math.min(19, (page.height / page.u - 141) / 3.6) * page.u
                spacing: 5 * page.u

                Dot {
                    mm: 12.5
                    color: Theme.jadeTint
                    anchors.verticalCenter: parent.verticalCenter
                    Label {
                        anchors.centerIn: parent
                        text: step.index + 1
                        em: Theme.rBody
                        bold: true
                        centred: true
                        color: Theme.jade
                    }
                }
                Label {
                    text: step.modelData
                    em: Theme.latin ? 10.6 : Theme.rLead
                    centred: true
                    wrapMode: Text.NoWrap
                    anchors.verticalCenter: parent.verticalCenter
                }
            }
        }
        Item {
            width: 1
            height: 2 * page.u
        }
        Row {
            visible: page.warning !== ""
            height: 15 * page.u
            spacing: 5 * page.u

            Item {
                width: 12.5 * page.u
                height: parent.height
                Icon {
                    anchors.centerIn: parent
                    name: "octagon-alert"
                    mm: 11.5
                    tint: Theme.watch
                }
            }
            Label {
                text: page.warning
                em: Theme.latin ? 10.6 : Theme.rLead
                bold: true
                centred: true
                color: Theme.watch
                wrapMode: Text.NoWrap
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }
    ActionButton {
        objectName: "ready"
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.s3 * page.u
        width: page.tall ? parent.width : parent.width - drawing.width - 13 * page.u
        kind: "primary"
        h: 27
        em: 13
        iconName: page.arm === "" ? "bell" : "check"
        text: page.arm === "" ? qsTr("Call staff") : qsTr("The cuff is on")
        onActivated: page.arm === "" ? page.shell.go("call") : page.checkIn.cuffIsOn()
    }
}
