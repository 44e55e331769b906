pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// The purpose notice, once per version. Nobody has to agree to be measured.
ResidentPage {
    id: page

    title: qsTr("May we keep your readings?")
    at: 0
    onBackRequested: shell.replace("who")

    Column {
        width: parent.width
        y: (page.low ? 0 : Theme.s3) * page.u
        spacing: Theme.s3 * page.u

        Label {
            width: parent.width
            text: qsTr("May we keep your readings?")
            em: Theme.latin ? 17 : Theme.rHero
            bold: true
            lineHeight: Theme.leadHead
        }
        Label {
            width: parent.width
            text: qsTr("Only staff and nurses of this centre and its district office use them, to follow up with you.\nYou may stop at any time.")
            em: Theme.latin ? Theme.rLead : 13
        }
    }
    Banner {
        visible: page.checkIn.noticeProblem === "not_saved"
        width: parent.width
        anchors.bottom: answers.top
        anchors.bottomMargin: Theme.s3 * page.u
        kind: "watch"
        em: Theme.rBody
        text: qsTr("This could not be saved. Try again, or call staff.")
    }
    Row {
        id: answers
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.s3 * page.u
        spacing: Theme.s4 * page.u

        ActionButton {
            objectName: "withoutSaving"
            h: 27
            em: Theme.rLead
            text: qsTr("Measure without saving")
            onActivated: page.checkIn.measureWithoutSaving()
        }
        ActionButton {
            objectName: "agree"
            enabled: page.checkIn.noticeProblem !== "saving"
            kind: "primary"
            h: 27
            em: 13
            minW: 100
            iconName: "check"
            text: qsTr("I agree")
            onActivated: page.checkIn.agree()
        }
    }
}
