pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// The band, then the numbers, with Hide beside them. Without signed rules: numbers, and staff.
ResidentPage {
    id: page

    // Taken once: while this page fades out the person has already been forgotten.
    property var shown: ({})
    readonly property bool any: shown.systolic !== undefined
    readonly property bool hid: checkIn.hidden && any
    readonly property string band: any ? shown.band : "call"
    readonly property bool calling: checkIn.call.waiting
    readonly property string word: !any ? qsTr("Please ask staff") : band === "ok" ? qsTr("In the usual range") : band === "watch" ? qsTr("Take note") : qsTr("Please ask staff")
    readonly property string what: {
        if (!any)
            return qsTr("No reading could be used today.")
        if (band === "call")
            return qsTr("Please stay here and ask staff to look at these numbers.")
        if (band === "ok")
            return qsTr("Thank you for measuring.")
        const high = shown.because.includes("systolic_high"), low = shown.because.includes("diastolic_high")
        return (high && low ? qsTr("Both numbers are a little high.") : high ? qsTr("The upper number is a little high.") : qsTr("The lower number is a little high.")) + "\n" + qsTr("Please tell staff or your doctor.")
    }
    readonly property string kept: {
        switch (checkIn.saved) {
        case "saved":
            return qsTr("Saved")
        case "saving":
            return qsTr("Saving…")
        case "not_kept":
            return qsTr("Not saved, as you asked")
        }
        return ""
    }

    title: qsTr("Result")
    at: 4
    Component.onCompleted: shown = checkIn.result
    back: false

    Sheet {
        visible: page.hid
        y: page.u
        width: parent.width
        height: buttons.y - 6.5 * page.u
        radiusMm: 8

        Row {
            anchors.centerIn: parent
            spacing: 8 * page.u
            Icon {
                name: "eye-off"
                mm: 26
                stroke: 1.6
                tint: Theme.ink2
                anchors.verticalCenter: parent.verticalCenter
            }
            Label {
                text: qsTr("Result hidden")
                em: Theme.rTitle
                bold: true
                centred: true
                wrapMode: Text.NoWrap
                anchors.verticalCenter: parent.verticalCenter
            }
        }
    }
    BandPanel {
        id: panel
        objectName: "band"
        visible: !page.hid && page.band !== ""
        y: page.u
        width: parent.width
        height: (page.tall ? 66 : 33) * page.u
        stacked: page.tall
        band: page.band
        word: page.word
        say: page.what
        em: Theme.latin ? 14 : 17
    }
    Rectangle {
        visible: !page.hid && page.band === ""
        y: page.u
        width: parent.width
        height: 33 * page.u
        radius: Theme.radius * page.u
        color: Theme.surface
        border.width: Theme.edgeW * page.u
        border.color: Theme.edge

        Label {
            x: Theme.s5 * page.u
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Please show this to staff")
            em: Theme.rTitle
            bold: true
            centred: true
            wrapMode: Text.NoWrap
        }
    }
    Sheet {
        id: numbers
        readonly property bool tight: height < 64 * page.u
        visible: !page.hid && page.any
        anchors.top: panel.bottom
        anchors.topMargin: 4.5 * page.u
        anchors.bottom: buttons.top
        anchors.bottomMargin: 5.5 * page.u
        width: parent.width

        Row {
            anchors.fill: parent
            Repeater {
                model: page.any ? [[qsTr("Upper"), page.shown.systolic, page.shown.lastSystolic], [qsTr("Lower"), page.shown.diastolic, page.shown.lastDiastolic], [qsTr("Pulse"), page.shown.pulse, page.shown.lastPulse]] : []

                Item {
                    id: cell
                    required property var modelData
                    required property int index
                    readonly property string before: modelData[2] === "" ? "" : qsTr("Last %1").arg(modelData[2])
                    width: numbers.width / 3
                    height: numbers.height
                    Accessible.role: Accessible.StaticText
                    Accessible.name: modelData[0] + " " + modelData[1]

                    Hair {
                        visible: cell.index > 0
                        width: Theme.hairW * page.u
                        height: parent.height - 20 * page.u
                        y: 10 * page.u
                    }
                    Row {
                        visible: numbers.tight
                        anchors.verticalCenter: parent.verticalCenter
                        x: 9 * page.u
                        spacing: 5 * page.u
                        Label {
                            text: cell.modelData[1]
                            em: Theme.rValue
                            bold: true
                            lineHeight: 0.84
                            centred: true
                            spoken: false
                            anchors.verticalCenter: parent.verticalCenter
                        }
                        Column {
                            anchors.verticalCenter: parent.verticalCenter
                            Label {
                                text: cell.modelData[0]
                                em: Theme.rLead
                                bold: true
                                lineHeight: 0.88
                                spoken: false
                            }
                            Label {
                                visible: text !== ""
                                text: cell.before
                                em: Theme.rBody
                                color: Theme.ink2
                                lineHeight: Theme.leadHead
                                spoken: false
                            }
                        }
                    }
                    Column {
                        visible: !numbers.tight
                        anchors.verticalCenter: parent.verticalCenter
                        anchors.verticalCenterOffset: -0.6 * page.u
                        x: 14 * page.u
                        Label {
                            text: cell.modelData[0]
                            em: Theme.rLead
                            color: Theme.ink2
                            lineHeight: Theme.leadHead
                            spoken: false
                        }
                        Label {
                            x: -0.8 * page.u
                            text: cell.modelData[1]
                            em: Theme.rValue
                            bold: true
                            lineHeight: 0.84
                            spoken: false
                        }
                        Label {
                            visible: text !== ""
                            text: cell.before
                            em: Theme.rBody
                            color: Theme.ink2
                            lineHeight: Theme.leadHead
                            spoken: false
                        }
                    }
                }
            }
        }
    }
    Column {
        anchors.verticalCenter: buttons.verticalCenter
        width: parent.width - buttons.width - Theme.s4 * page.u

        Label {
            visible: page.any && !page.hid
            width: parent.width
            text: page.shown.readings === 2 ? qsTr("Average of two") : qsTr("One reading")
            em: Theme.rBody
            color: Theme.ink2
            lineHeight: Theme.leadHead
        }
        Label {
            objectName: "kept"
            width: parent.width
            text: page.checkIn.saved === "not_saved" ? qsTr("NOT saved") : page.kept
            em: Theme.rBody
            bold: page.checkIn.saved === "not_saved"
            color: page.checkIn.saved === "not_saved" ? Theme.watch : Theme.ink2
            lineHeight: Theme.leadHead
        }
    }
    Row {
        id: buttons
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 3 * page.u
        spacing: Theme.gapR * page.u

        ActionButton {
            objectName: "hide"
            visible: page.any
            h: Theme.touchPrimary
            guarded: false
            iconName: page.hid ? "eye" : "eye-off"
            text: page.hid ? qsTr("Show") : qsTr("Hide")
            onActivated: page.checkIn.toggleHidden()
        }
        ActionButton {
            objectName: "saveAgain"
            visible: page.checkIn.saved === "not_saved"
            h: Theme.touchPrimary
            text: qsTr("Save again")
            onActivated: page.checkIn.saveAgain()
        }
        ActionButton {
            objectName: "past"
            visible: page.any && page.checkIn.saved !== "not_saved"
            h: Theme.touchPrimary
            iconName: "trending-up"
            text: qsTr("Past")
            onActivated: page.shell.go("trend")
        }
        ActionButton {
            objectName: "done"
            kind: "primary"
            h: Theme.touchPrimary
            em: Theme.rLead
            minW: 56
            iconName: page.calling ? "bell" : ""
            text: page.calling ? qsTr("Ask staff") : qsTr("Done")
            onActivated: page.checkIn.finish()
        }
    }
}
