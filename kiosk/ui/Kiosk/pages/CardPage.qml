pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// The card goes to the scanning window; without one, staff look the person up.
ResidentPage {
    id: page

    readonly property bool unknown: checkIn.cardUnknown

    title: qsTr("Show your card to the window")
    at: 0
    Keys.forwardTo: [scanner]

    ScannerInput {
        id: scanner
        onScanned: token => page.checkIn.cardShown(token)
    }

    Sheet {
        id: window
        width: Math.min(118 * page.u, parent.height - Theme.s4 * page.u)
        height: width
        anchors.verticalCenter: parent.verticalCenter
        radiusMm: 10
        level: 2
        color: Theme.ticket

        Icon {
            anchors.centerIn: parent
            name: "scan-qr-code"
            mm: 78
            stroke: 1.2
            tint: Theme.jade
        }
    }
    Column {
        x: window.width + 22 * page.u
        width: parent.width - x
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.s3 * page.u

        Label {
            width: parent.width
            text: page.unknown ? qsTr("This card was not recognised") : qsTr("Show your card to the window")
            em: Theme.rTitle
            bold: true
            lineHeight: Theme.leadHead
        }
        Label {
            width: parent.width
            text: page.unknown ? qsTr("Please try once more, or ask staff to help.") : qsTr("Hold the square pattern in front of the red light.")
            em: Theme.rLead
            lineHeight: 0.95
        }
        Item {
            width: 1
            height: Theme.s4 * page.u
        }
        ActionButton {
            objectName: "noCard"
            h: Theme.touchPrimary
            em: Theme.rLead
            iconName: "bell"
            text: qsTr("No card today")
            onActivated: page.shell.go("call")
        }
    }
}
