pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// What stands on the screen when the kiosk cannot start: the fault in plain words, what to do, and
// at the foot the exact message for the technician. There is nothing to press: nothing here could
// make it better, and much could make it worse.
Window {
    id: window

    required property string kind
    required property string message
    required property string nextStep

    readonly property real u: Theme.u
    readonly property var words: ({
            KeyMissing: [qsTr("The key to the records is missing"), qsTr("Do not delete anything. Put back the key file, or start the kiosk on its own computer.")],
            WrongKey: [qsTr("The key does not fit the records"), qsTr("Do not delete anything. Put back the key file that belongs to this kiosk.")],
            KeyUnsafe: [qsTr("The key file is not safe"), qsTr("Ask the technician to check who can reach this kiosk and its key file.")],
            KeyUnreadable: [qsTr("The key cannot be read"), qsTr("Do not delete anything. Restart the kiosk once; if it happens again, call the technician.")],
            DatabaseDamaged: [qsTr("Part of the records cannot be read"), qsTr("Stop using this kiosk and call the technician. Do not delete any file: most records can be saved.")],
            DatabaseMissing: [qsTr("The records of this kiosk are gone"), qsTr("Do not delete anything. Check that the right disk is in place, or call the technician. Nothing new was made in their place.")],
            DatabaseSetBack: [qsTr("The records are not as this kiosk left them"), qsTr("Do not delete anything and call the technician. Only the technician may put back an older copy.")],
            StoreEmpty: [qsTr("The file of records is empty"), qsTr("Call the technician first. Do not delete any file: records may still be beside it.")],
            NotAStore: [qsTr("This file is not the records of a kiosk"), qsTr("Call the technician: the kiosk looks at the wrong file. Nothing was changed.")],
            SchemaTooNew: [qsTr("The records were written by a newer kiosk"), qsTr("Install the newest version. The records stay as they are.")],
            SqliteTooOld: [qsTr("A part of this installation is unsafe"), qsTr("Install the kiosk again from its own package. The records stay as they are.")],
            StoreFull: [qsTr("The disk is full"), qsTr("Make room on the disk, then start the kiosk again. What was saved is safe.")],
            StoreInUse: [qsTr("The kiosk is already running"), qsTr("Close the other window or restart the computer, then try again.")],
            StoreUnavailable: [qsTr("The records cannot be reached"), qsTr("Check that the disk is in place, then start the kiosk again.")],
            SiteFileWrong: [qsTr("The site file has a mistake"), qsTr("Ask the technician to mend the line that is named below.")],
            RuleFileRefused: [qsTr("The rule file cannot be used"), qsTr("Ask the district office for a corrected rule file.")]
        })
    readonly property var said: words[kind] ?? [qsTr("The kiosk cannot start"), nextStep !== "" ? nextStep : qsTr("Call the technician. What was saved is safe.")]

    visible: true
    color: Theme.paper
    title: said[0]

    Column {
        x: Theme.marginR * window.u
        width: window.width - 2 * x
        anchors.verticalCenter: parent.verticalCenter
        anchors.verticalCenterOffset: -Theme.s6 * window.u
        spacing: Theme.s4 * window.u

        Icon {
            name: "octagon-alert"
            tint: Theme.call
            mm: Theme.touchR
        }
        Label {
            objectName: "problemTitle"
            width: parent.width
            text: window.said[0]
            em: Theme.rTitle
            bold: true
            lineHeight: Theme.leadHead
        }
        Label {
            objectName: "problemStep"
            width: parent.width
            text: window.said[1]
            em: Theme.rLead
        }
    }
    Label {
        objectName: "problemMessage"
        x: Theme.marginR * window.u
        width: window.width - 2 * x
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.marginR * window.u
        text: window.kind + ": " + window.message
        em: Theme.sBody
        color: Theme.ink2
    }
}
