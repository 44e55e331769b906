pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// A call for staff. It stays until a worker answers with a PIN, and says only what is true: that it
// is calling, for how long, and, after a minute, that nobody has answered. Where no worker can sign
// in, it may be closed without one.
KioskPage {
    id: page

    readonly property var call: checkIn.call
    readonly property var chosen: call.workers.length > picked ? call.workers[picked] : null
    property int picked: 0

    title: qsTr("Staff needed here")

    Rectangle {
        id: brick
        width: 118 * page.u
        height: parent.height
        color: Theme.callTint

        Column {
            x: Theme.s6 * page.u
            width: parent.width - 2 * x
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.s4 * page.u

            Icon {
                name: "bell-ring"
                mm: 44
                stroke: 1.6
                tint: Theme.callInk
            }
            Label {
                width: parent.width
                text: qsTr("Staff needed here")
                em: Theme.latin ? 18 : 17
                bold: true
                lineHeight: Theme.leadHead
                color: Theme.callInk
            }
            Label {
                objectName: "seconds"
                width: parent.width
                text: page.call.seconds < 60 ? qsTr("%1 seconds").arg(page.call.seconds) : qsTr("%1 min").arg(Math.floor(page.call.seconds / 60))
                em: Theme.rLead
                color: Theme.callInk
            }
        }
    }

    // The person who waits.
    Item {
        visible: !page.call.askingPin
        anchors {
            left: brick.right
            right: parent.right
            top: parent.top
            bottom: parent.bottom
            margins: 16 * page.u
        }
        Column {
            id: words
            width: parent.width
            spacing: (page.low ? 4 : 6) * page.u

            Label {
                objectName: "state"
                width: parent.width
                text: page.call.nobodyAnswered ? qsTr("Nobody has answered yet") : qsTr("Please sit and wait here")
                em: Theme.latin ? Theme.rTitle : 18
                bold: true
                lineHeight: Theme.leadHead
            }
            Label {
                width: parent.width
                text: page.call.nobodyAnswered || page.call.nobodyCanAnswer ? (page.call.telephone === "" ? qsTr("Ask somebody near you for help.") : qsTr("Telephone the centre, or ask somebody near you for help.")) : qsTr("Ask somebody near you to fetch staff. This page stays until they answer.")
                em: Theme.rLead
                lineHeight: 0.95
            }
            Row {
                visible: page.call.telephone !== ""
                spacing: Theme.s4 * page.u
                Icon {
                    name: "phone"
                    mm: 17
                    tint: Theme.call
                    anchors.verticalCenter: parent.verticalCenter
                }
                Label {
                    objectName: "telephone"
                    text: page.call.telephone
                    em: Theme.rHero
                    bold: true
                    centred: true
                    wrapMode: Text.NoWrap
                    anchors.verticalCenter: parent.verticalCenter
                }
            }
            Label {
                visible: page.call.notOnRecord
                width: parent.width
                text: qsTr("The call could not be saved. It is on this screen only.")
                em: Theme.rBody
                bold: true
                color: Theme.watch
                lineHeight: 0.95
            }
        }
        Row {
            id: who
            readonly property real side: (page.low ? 46 : 56) * page.u

            // The telephone comes first: the picture is shown where there is room beside it.
            visible: page.checkIn.picture !== "" && !page.call.nobodyAnswered && words.height + side + 2 * Theme.s6 * page.u <= buttons.y
            anchors.bottom: buttons.top
            anchors.bottomMargin: Theme.s6 * page.u
            spacing: Theme.s4 * page.u

            Picture {
                width: who.side
                height: width
                picture: page.checkIn.picture
            }
            Label {
                text: page.checkIn.address
                em: Theme.rTitle
                bold: true
                centred: true
                wrapMode: Text.NoWrap
                anchors.verticalCenter: parent.verticalCenter
            }
        }
        Row {
            id: buttons
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            spacing: Theme.gapR * page.u

            ActionButton {
                objectName: "imStaff"
                visible: !page.call.nobodyCanAnswer
                h: Theme.touchPrimary
                em: Theme.rLead
                iconName: "users"
                text: qsTr("I am staff")
                onActivated: page.call.askPin()
            }
            ActionButton {
                objectName: "closePage"
                visible: page.call.nobodyCanAnswer
                h: Theme.touchPrimary
                em: Theme.rLead
                text: qsTr("Close this page")
                onActivated: page.call.closePage()
            }
            ActionButton {
                objectName: "unwell"
                h: Theme.touchPrimary
                kind: "help"
                em: Theme.rLead
                iconName: "unwell"
                text: qsTr("I feel unwell")
                onActivated: page.shell.go("unwell")
            }
        }
    }

    // The worker who has come.
    Item {
        visible: page.call.askingPin
        anchors {
            left: brick.right
            right: parent.right
            top: parent.top
            bottom: parent.bottom
            margins: (page.low ? 10 : 14) * page.u
        }
        Column {
            width: parent.width - pad.width - Theme.s4 * page.u
            spacing: Theme.s3 * page.u

            Label {
                objectName: "worker"
                width: parent.width
                text: page.chosen ? page.chosen.name : ""
                em: Theme.rLead
                bold: true
                lineHeight: Theme.leadHead
            }
            Label {
                width: parent.width
                text: page.call.pinProblem === "wrong_pin" ? qsTr("That PIN is not right") : page.call.pinProblem === "must_wait" ? qsTr("Wait %1 seconds").arg(page.call.pinWaitSeconds) : page.call.pinProblem === "passphrase_needed" ? qsTr("Sign in with the passphrase") : page.call.pinProblem === "cannot_check" ? qsTr("The kiosk cannot save now") : qsTr("Enter your PIN")
                em: Theme.rBody
                color: page.call.pinProblem === "" || page.call.pinProblem === "checking" ? Theme.ink2 : Theme.watch
            }
            PinDots {
                length: 6
                filled: pad.filled
            }
            ActionButton {
                objectName: "nextWorker"
                visible: page.call.workers.length > 1
                iconName: "users"
                pad: Theme.s3
                text: qsTr("Other")
                onActivated: {
                    pad.clear()
                    page.picked = (page.picked + 1) % page.call.workers.length
                }
            }
            ActionButton {
                objectName: "signIn"
                visible: page.call.pinProblem === "passphrase_needed"
                pad: Theme.s3
                text: qsTr("Sign in")
                onActivated: page.call.signIn()
            }
        }
        ActionButton {
            objectName: "leavePin"
            anchors.bottom: parent.bottom
            iconName: "arrow-left"
            pad: Theme.s3
            text: qsTr("Back")
            onActivated: page.call.leavePin()
        }
        PinPad {
            id: pad
            objectName: "pinPad"
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            keyW: 32
            keyH: page.low ? 32 : 34
            onEntered: pin => {
                clear()
                if (page.chosen)
                    page.call.enterPin(page.chosen.id, pin)
            }
        }
    }
}
