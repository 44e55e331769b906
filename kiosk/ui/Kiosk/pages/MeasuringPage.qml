pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes
import Kiosk

// The live line from the cuff, or what is wrong and what to do. The cuff's number is small and grey
// so that nobody takes it for a result. A reading that could not be saved stays here, in numbers.
ResidentPage {
    id: page

    readonly property var cuff: checkIn.cuff
    readonly property string problem: cuff.problem
    readonly property bool live: problem === "" && (cuff.phase === "inflating" || cuff.phase === "deflating")
    readonly property bool notSaved: problem === "not_saved"
    readonly property string headline: {
        switch (problem) {
        case "no_instrument":
            return qsTr("Waiting for the monitor")
        case "adapter":
        case "adapter_stuck":
        case "no_bluetooth":
            return qsTr("The monitor cannot be reached")
        case "lost":
            return qsTr("The monitor went away")
        case "refused":
        case "not_paired":
            return qsTr("The monitor did not let us in")
        case "unreadable":
            return qsTr("That reading could not be read")
        case "not_yours":
            return qsTr("That was an older reading")
        case "not_saved":
            return qsTr("This reading is NOT saved")
        }
        switch (cuff.phase) {
        case "inflating":
        case "deflating":
            return qsTr("Measuring: please keep still and quiet")
        case "connected":
            return qsTr("The monitor is ready")
        case "reading":
            return qsTr("Saving the reading")
        }
        return qsTr("Press the start button on the monitor")
    }
    readonly property string advice: {
        switch (problem) {
        case "no_instrument":
            return qsTr("Press its start button again. If nothing happens, call staff.")
        case "adapter":
            return qsTr("Please call staff: Bluetooth is off or unplugged.")
        case "adapter_stuck":
            return qsTr("Bluetooth is being started again. If this page stays, call staff.")
        case "no_bluetooth":
            return qsTr("Please call staff: Bluetooth does not work here.")
        case "lost":
            return qsTr("Stay near the table and press its start button again.")
        case "refused":
            return qsTr("Please call staff: this monitor does not work with this kiosk.")
        case "not_paired":
            return qsTr("Please call staff: pair this monitor once, on the page Instruments.")
        case "unreadable":
            return qsTr("Sit still and press the start button again.")
        case "not_yours":
            return qsTr("It was taken at another time and is not counted. Press the start button again.")
        case "not_saved":
            return qsTr("Please stay here and call staff. We keep trying to save it.")
        }
        return ""
    }

    title: headline
    at: 3
    back: false

    Label {
        id: heading
        objectName: "heading"
        x: -0.5 * page.u
        width: parent.width
        text: page.headline
        em: Theme.rTitle
        bold: true
        lineHeight: Theme.leadHead
    }
    Sheet {
        id: sheet
        anchors.top: heading.bottom
        anchors.topMargin: 3 * page.u
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 5 * page.u
        width: parent.width - 84 * page.u
        radiusMm: 8

        // The live line.
        Shape {
            id: plot
            visible: page.live
            anchors.fill: parent
            anchors.margins: 11 * page.u

            readonly property var trace: page.cuff.trace
            // However long the cuff takes, the line fills the same part of the sheet.
            readonly property real seconds: Math.max(2, trace.length ? trace[trace.length - 1][0] * 1.6 : 0)
            readonly property var points: trace.map(p => Qt.point(p[0] / seconds * width, (1 - Math.min(1, p[1] / 220)) * height))
            readonly property var end: points.length ? points[points.length - 1] : Qt.point(0, height)

            ShapePath {
                strokeColor: Theme.hair
                strokeWidth: Theme.edgeW * page.u
                fillColor: "transparent"
                startY: plot.height
                PathLine {
                    x: plot.width
                    y: plot.height
                }
            }
            ShapePath {
                strokeColor: Theme.jade
                strokeWidth: 1.9 * page.u
                fillColor: "transparent"
                capStyle: ShapePath.RoundCap
                joinStyle: ShapePath.RoundJoin
                PathPolyline {
                    path: plot.points.length > 1 ? plot.points : [Qt.point(0, plot.height), Qt.point(0.1, plot.height)]
                }
            }
        }
        Dot {
            visible: page.live
            x: 11 * page.u + plot.end.x - width / 2
            y: 11 * page.u + plot.end.y - height / 2
            mm: 9
            color: Theme.jade
            Dot {
                anchors.centerIn: parent
                mm: 3.4
                color: Theme.hueInk
            }
        }
        Column {
            visible: page.live
            anchors.right: parent.right
            anchors.rightMargin: 12 * page.u
            y: 7 * page.u

            Label {
                anchors.right: parent.right
                text: page.cuff.phase === "deflating" ? qsTr("Cuff letting go") : qsTr("Cuff filling")
                em: Theme.rBody
                color: Theme.ink2
            }
            Label {
                anchors.right: parent.right
                text: page.cuff.pressure
                em: Theme.rTitle
                color: Theme.ink2
                lineHeight: 0.9
                spoken: false
            }
        }

        // Waiting: what to press.
        Row {
            visible: page.problem === "" && !page.live
            anchors.centerIn: parent
            width: parent.width - 2 * Theme.s6 * page.u
            spacing: Theme.s6 * page.u

            Rectangle {
                id: monitor
                width: 46 * page.u
                height: 36 * page.u
                radius: Theme.radius * page.u
                color: Theme.ink
                anchors.verticalCenter: parent.verticalCenter

                Rectangle {
                    x: 6 * page.u
                    y: 6 * page.u
                    width: parent.width - 2 * x
                    height: 14 * page.u
                    radius: 2 * page.u
                    color: Theme.jadeTint
                }
                Dot {
                    anchors.horizontalCenter: parent.horizontalCenter
                    y: 23 * page.u
                    mm: 9
                    color: page.cuff.phase === "searching" ? Theme.sun : Theme.jadeTint
                }
            }
            Label {
                width: parent.width - monitor.width - parent.spacing
                text: page.cuff.phase === "reading" ? qsTr("One moment.") : page.cuff.phase === "connected" ? qsTr("The cuff will fill by itself. Sit still, no talking.") : qsTr("The round button. The cuff then fills by itself.")
                em: Theme.rLead
                anchors.verticalCenter: parent.verticalCenter
            }
        }

        // Something is wrong: what to do. It is tried again without anybody's doing.
        Column {
            visible: page.problem !== ""
            anchors.centerIn: parent
            width: parent.width - 2 * Theme.s5 * page.u
            spacing: (page.low ? 3 : 5) * page.u

            Row {
                visible: page.notSaved
                spacing: Theme.s6 * page.u
                Repeater {
                    model: page.notSaved ? [[qsTr("Upper"), page.cuff.unsaved.systolic], [qsTr("Lower"), page.cuff.unsaved.diastolic], [qsTr("Pulse"), page.cuff.unsaved.pulse]] : []
                    Column {
                        id: number
                        required property var modelData
                        Label {
                            text: number.modelData[0]
                            em: Theme.rBody
                            color: Theme.ink2
                        }
                        Label {
                            text: number.modelData[1] ?? ""
                            em: Theme.rValue
                            bold: true
                            lineHeight: 0.84
                        }
                    }
                }
            }
            Row {
                width: parent.width
                spacing: Theme.s4 * page.u
                BandMark {
                    id: mark
                    band: "watch"
                    mm: page.notSaved ? 16 : 24
                    anchors.verticalCenter: parent.verticalCenter
                }
                Label {
                    objectName: "advice"
                    width: parent.width - mark.width - parent.spacing
                    text: page.advice
                    em: Theme.rLead
                    anchors.verticalCenter: parent.verticalCenter
                }
            }
            Label {
                visible: !page.notSaved
                width: parent.width
                text: qsTr("Trying again by itself.")
                em: Theme.rBody
                color: Theme.ink2
            }
        }
    }
    Column {
        anchors.right: parent.right
        anchors.top: sheet.top
        width: 72 * page.u

        Label {
            width: parent.width
            text: page.checkIn.readingNumber > 2 ? qsTr("Third reading") : page.checkIn.readingNumber > 1 ? qsTr("Second of two") : qsTr("First of two")
            em: Theme.rBody
            color: Theme.ink2
        }
    }
    ActionButton {
        objectName: "stop"
        visible: !page.notSaved
        anchors.right: parent.right
        anchors.bottom: sheet.bottom
        em: 13
        h: 27
        minW: 72
        text: qsTr("Stop")
        onActivated: page.checkIn.stop()
    }
    // Staff have noted the numbers and free the screen.
    ActionButton {
        objectName: "leave"
        visible: page.notSaved
        anchors.right: parent.right
        anchors.bottom: sheet.bottom
        em: 13
        h: 27
        minW: 72
        text: qsTr("Leave")
        onActivated: leaving.open()
    }
    ConfirmDialog {
        id: leaving
        parent: page
        resident: true
        hue: Theme.jade
        title: qsTr("Leave without saving?")
        text: qsTr("These numbers will be gone.")
        confirmText: qsTr("Leave")
        cancelText: qsTr("Stay here")
        onConfirmed: page.shell.home()
    }
}
