pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// One minute between two readings. After a red flag it first asks how the person feels.
ResidentPage {
    id: page

    readonly property bool asking: checkIn.step === "symptoms"
    readonly property string why: checkIn.lastReading === "unbelievable" ? qsTr("The last reading did not come out right.") : checkIn.lastReading === "moved" ? qsTr("You may have moved. Keep still next time.") : checkIn.readingsPlanned > 2 ? qsTr("The first two were far apart, so we take a third.") : qsTr("Two readings are better than one.")

    title: asking ? qsTr("Do you have any of these now?") : qsTr("Rest one minute, then once more")
    at: 3
    back: false

    Item {
        visible: !page.asking
        anchors.fill: parent

        Ring {
            id: ring
            width: Math.min(118 * page.u, parent.height - 8 * page.u)
            x: page.tall ? (parent.width - width) / 2 : 0
            y: page.tall ? Theme.s7 * page.u : (parent.height - height) / 2
            value: page.checkIn.timeShare
            thick: 5.4
            label: qsTr("%1 seconds left").arg(page.checkIn.secondsLeft)

            Label {
                anchors.centerIn: parent
                text: page.checkIn.secondsLeft
                em: 40
                bold: true
                centred: true
                spoken: false
                color: Theme.jade
            }
        }
        Column {
            x: page.tall ? 0 : ring.width + 20 * page.u
            width: parent.width - x
            y: page.tall ? ring.y + ring.height + Theme.s7 * page.u : (page.low ? 2 : 8) * page.u
            spacing: Theme.s3 * page.u

            Label {
                x: -0.6 * page.u
                width: parent.width
                text: qsTr("Rest one minute, then once more")
                em: Theme.latin ? 17 : 16
                bold: true
                lineHeight: Theme.leadHead
            }
            Label {
                width: parent.width
                text: page.why
                em: Theme.rLead
                lineHeight: 0.95
            }
        }
        Label {
            x: page.tall ? 0 : ring.width + 20 * page.u
            anchors.verticalCenter: stop.verticalCenter
            width: stop.x - x - Theme.s3 * page.u
            text: qsTr("Leave the cuff on.\nNo talking.")
            em: Theme.rBody
            color: Theme.ink2
        }
        ActionButton {
            id: stop
            objectName: "stop"
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 5 * page.u
            em: 13
            h: 27
            minW: 72
            text: qsTr("Stop")
            onActivated: page.checkIn.stop()
        }
    }
    Item {
        visible: page.asking
        anchors.fill: parent

        Label {
            id: question
            width: parent.width
            text: qsTr("Do you have any of these now?")
            em: Theme.rTitle
            bold: true
            lineHeight: Theme.leadHead
        }
        Grid {
            anchors.top: question.bottom
            anchors.topMargin: (page.low ? 1 : 4) * page.u
            width: parent.width
            columns: 2
            flow: Grid.TopToBottom
            rows: 4
            Repeater {
                model: [qsTr("Chest pain"), qsTr("Short of breath"), qsTr("Arm or leg weak or numb"), qsTr("Slurred speech, crooked mouth"), qsTr("Sudden severe headache"), qsTr("Sudden blurred sight"), qsTr("Sudden back pain"), qsTr("Confused, or about to faint")]
                Row {
                    id: symptom
                    required property string modelData
                    width: (page.width - 2 * Theme.marginR * page.u) / 2
                    height: (page.low ? 15 : 16) * page.u
                    spacing: Theme.s3 * page.u

                    Dot {
                        mm: 4
                        color: Theme.red
                        anchors.verticalCenter: parent.verticalCenter
                    }
                    Label {
                        width: parent.width - 8 * page.u
                        text: symptom.modelData
                        em: Theme.rBody
                        centred: true
                        anchors.verticalCenter: parent.verticalCenter
                    }
                }
            }
        }
        Row {
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Theme.s3 * page.u
            spacing: Theme.s4 * page.u

            ActionButton {
                objectName: "noSymptoms"
                h: 27
                em: 13
                minW: 90
                text: qsTr("None of them")
                onActivated: page.checkIn.noSymptoms()
            }
            ActionButton {
                objectName: "haveSymptoms"
                kind: "primary"
                hue: Theme.red
                h: 27
                em: 13
                minW: 100
                iconName: "unwell"
                text: qsTr("Yes, I have")
                onActivated: page.checkIn.haveSymptoms()
            }
        }
    }
}
