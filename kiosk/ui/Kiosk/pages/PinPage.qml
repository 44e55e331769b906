pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// The PIN gives the screen back within a shift, to the same worker or to another whose shift is open.
KioskPage {
    id: page

    readonly property bool waiting: signIn.waitSeconds > 0
    readonly property string trouble: waiting ? qsTr("Too many tries. Wait %1 seconds, then try again.").arg(signIn.waitSeconds) : signIn.problem === "wrong_pin" ? qsTr("Wrong PIN. %1 tries left.").arg(signIn.triesLeft) : signIn.problem === "not_checked" ? qsTr("It could not be checked. Try again, or call the technician.") : ""
    readonly property var others: signIn.workers.filter(worker => !worker.chosen).slice(0, 3)

    title: qsTr("Enter your 6-digit PIN")
    Component.onCompleted: pad.forceActiveFocus()

    Column {
        x: 34 * page.u
        anchors.verticalCenter: parent.verticalCenter
        width: 126 * page.u

        Dot {
            mm: page.low ? 20 : 26
            color: Theme.indigoTint

            Label {
                anchors.centerIn: parent
                text: page.signIn.workerName.slice(0, 1)
                em: 13
                bold: true
                centred: true
                spoken: false
                color: Theme.indigo
            }
        }
        Item {
            width: 1
            height: Theme.s3 * page.u
        }
        Label {
            objectName: "workerName"
            width: parent.width
            text: page.signIn.workerName
            em: page.signIn.workerName.length > 8 ? Theme.rLead : Theme.rTitle
            bold: true
            lineHeight: Theme.leadHead
        }
        Label {
            width: parent.width
            text: page.title
            em: Theme.sTitle
            color: Theme.ink2
            spoken: false
        }
        Item {
            width: 1
            height: Theme.s4 * page.u
        }
        PinDots {
            filled: pad.filled
        }
        Item {
            width: parent.width
            height: 18 * page.u

            Label {
                objectName: "trouble"
                y: Theme.s2 * page.u
                width: parent.width
                text: page.trouble
                em: Theme.sBody
                bold: true
                color: Theme.call
                Accessible.role: Accessible.AlertMessage
            }
        }
        Flow {
            width: parent.width
            spacing: Theme.gapS * page.u

            Repeater {
                model: page.others

                ActionButton {
                    required property var modelData
                    objectName: "worker_" + modelData.key
                    iconName: "users"
                    text: modelData.name
                    em: Theme.sBody
                    h: Theme.touchS
                    pad: 4.5
                    onActivated: {
                        page.signIn.chooseWorker(modelData.key)
                        pad.clear()
                        pad.forceActiveFocus()
                    }
                }
            }
            ActionButton {
                objectName: "otherWorker"
                iconName: "users"
                text: qsTr("Another worker")
                em: Theme.sBody
                h: Theme.touchS
                pad: 4.5
                onActivated: page.shell.replace("signIn")
            }
            ActionButton {
                objectName: "endShift"
                iconName: "x"
                text: qsTr("Sign out")
                em: Theme.sBody
                h: Theme.touchS
                pad: 4.5
                onActivated: {
                    page.signIn.endShift()
                    if (page.shell.route === "pin")
                        page.shell.replace("signIn")
                }
            }
            ActionButton {
                objectName: "toHome"
                iconName: "arrow-left"
                text: qsTr("Back to start")
                em: Theme.sBody
                h: Theme.touchS
                pad: 4.5
                onActivated: page.shell.home()
            }
            ActionButton {
                objectName: "callStaff"
                iconName: "bell"
                text: qsTr("Call staff")
                em: Theme.sBody
                h: Theme.touchS
                pad: 4.5
                onActivated: page.shell.go("call")
            }
        }
        Item {
            width: 1
            height: Theme.s3 * page.u
        }
        Label {
            width: 96 * page.u
            text: page.shell.unsent > 0 ? qsTr("%1 records wait to be sent. They are encrypted on this kiosk; signing out loses nothing.").arg(page.shell.unsent) : qsTr("Records are encrypted on this kiosk; signing out loses nothing.")
            em: Theme.sBody
            color: Theme.ink2
        }
    }

    PinPad {
        id: pad
        objectName: "pinPad"
        anchors.right: parent.right
        anchors.rightMargin: 34 * page.u
        anchors.verticalCenter: parent.verticalCenter
        focus: true
        enabled: !page.signIn.busy && !page.waiting
        onEnabledChanged: if (enabled)
            forceActiveFocus()
        onEntered: pin => page.signIn.enterPin(pin)
    }
}
