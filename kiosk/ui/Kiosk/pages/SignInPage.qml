pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// The start of a shift: name and passphrase. On a kiosk where nobody can sign in yet it says what to do.
KioskPage {
    id: page

    readonly property bool waiting: signIn.waitSeconds > 0
    readonly property string trouble: signIn.problem === "must_wait" || (signIn.problem === "wrong_passphrase" && waiting) ? qsTr("Too many tries. Wait %1 seconds, then try again.").arg(signIn.waitSeconds) : signIn.problem === "wrong_passphrase" ? qsTr("The name or the passphrase is not right.") : signIn.problem === "passphrase_needed" ? qsTr("A PIN is not enough any more. Use your passphrase.") : signIn.problem === "not_checked" ? qsTr("It could not be checked. Try again, or call the technician.") : ""

    function submit() {
        if (worker.text !== "" && passphrase.text !== "" && !signIn.busy) {
            signIn.signIn(worker.text, passphrase.text)
            passphrase.clear()
            passphrase.forceActiveFocus()
        }
    }

    title: qsTr("Staff sign-in")
    Component.onCompleted: if (signIn.anyoneEnrolled)
        worker.forceActiveFocus()

    Column {
        x: 34 * page.u
        y: form.y
        width: 120 * page.u

        Dot {
            mm: 26
            color: Theme.indigoTint

            Icon {
                anchors.centerIn: parent
                name: "users"
                mm: 14
                tint: Theme.indigo
            }
        }
        Item {
            width: 1
            height: Theme.s3 * page.u
        }
        Label {
            width: parent.width
            text: page.title
            em: Theme.rTitle
            bold: true
            lineHeight: Theme.leadHead
        }
        Label {
            width: parent.width
            text: qsTr("Name and passphrase at the start of a shift; after that a PIN is enough.")
            em: Theme.sLead
            color: Theme.ink2
        }
        Item {
            width: 1
            height: Theme.s4 * page.u
        }
        Label {
            width: 96 * page.u
            text: page.shell.unsent > 0 ? qsTr("%1 records wait to be sent. They are encrypted on this kiosk; signing out loses nothing.").arg(page.shell.unsent) : qsTr("Records are encrypted on this kiosk; signing out loses nothing.")
            em: Theme.sBody
            color: Theme.ink2
        }
        Item {
            width: 1
            height: Theme.s5 * page.u
        }
        LanguagePicker {
            shell: page.shell
            em: Theme.sBody
            h: Theme.touchS
            pad: 4
        }
    }

    Column {
        id: form
        visible: page.signIn.anyoneEnrolled
        anchors.right: parent.right
        anchors.rightMargin: 34 * page.u
        anchors.verticalCenter: parent.verticalCenter
        width: 126 * page.u
        spacing: Theme.s2 * page.u

        Label {
            text: qsTr("Your name")
            em: Theme.sLead
            spoken: false
        }
        TextBox {
            id: worker
            objectName: "name"
            width: parent.width
            h: 17
            em: Theme.sLead
            label: qsTr("Your name")
            inputMethodHints: Qt.ImhNoPredictiveText
            maximumLength: 80
            onAccepted: passphrase.forceActiveFocus()
        }
        Item {
            width: 1
            height: Theme.s1 * page.u
        }
        Label {
            text: qsTr("Passphrase")
            em: Theme.sLead
            spoken: false
        }
        TextBox {
            id: passphrase
            objectName: "passphrase"
            width: parent.width
            h: 17
            em: Theme.sLead
            label: qsTr("Passphrase")
            secret: true
            wrong: page.trouble !== ""
            maximumLength: 128
            onAccepted: page.submit()
        }
        Item {
            width: 1
            height: Theme.s1 * page.u
        }
        Banner {
            objectName: "trouble"
            visible: page.trouble !== ""
            width: parent.width
            kind: "watch"
            text: page.trouble
        }
        ActionButton {
            objectName: "signIn"
            width: parent.width
            h: 18
            em: Theme.sTitle
            kind: "primary"
            hue: Theme.indigo
            enabled: !page.signIn.busy && !page.waiting
            text: page.signIn.busy ? qsTr("Checking") : qsTr("Sign in")
            onActivated: page.submit()
        }
        Item {
            width: 1
            height: Theme.s1 * page.u
        }
        Row {
            spacing: Theme.gapS * page.u

            ActionButton {
                objectName: "toHome"
                iconName: "arrow-left"
                text: qsTr("Back to start")
                em: Theme.sBody
                h: Theme.touchS
                pad: 5
                onActivated: page.shell.home()
            }
            ActionButton {
                objectName: "toPin"
                visible: page.signIn.workers.length > 0
                iconName: "lock"
                text: qsTr("Use a PIN")
                em: Theme.sBody
                h: Theme.touchS
                pad: 5
                onActivated: page.shell.replace("pin")
            }
        }
    }

    Sheet {
        objectName: "nobodyYet"
        visible: !page.signIn.anyoneEnrolled
        anchors.right: parent.right
        anchors.rightMargin: 34 * page.u
        anchors.verticalCenter: parent.verticalCenter
        width: 126 * page.u
        height: nobody.height + 2 * Theme.s5 * page.u

        Column {
            id: nobody
            x: Theme.s5 * page.u
            y: Theme.s5 * page.u
            width: parent.width - 2 * x
            spacing: Theme.s3 * page.u

            Label {
                width: parent.width
                text: qsTr("Nobody can sign in here yet")
                em: Theme.sTitle
                bold: true
                lineHeight: Theme.leadHead
            }
            Label {
                width: parent.width
                text: qsTr("The technician closes this window, creates the first supervisor with this command, and starts the kiosk again. The supervisor chooses the passphrase and the PIN:")
                em: Theme.sBody
            }
            Label {
                objectName: "command"
                width: parent.width
                text: "village-kiosk staff add --name ..."
                em: Theme.sLead
                bold: true
            }
            ActionButton {
                objectName: "backToStart"
                iconName: "arrow-left"
                text: qsTr("Back to start")
                em: Theme.sBody
                h: Theme.touchS
                pad: 5
                onActivated: page.shell.home()
            }
        }
    }
}
