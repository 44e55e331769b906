pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// A sentence, then the line that proves it. A month without a reading is a gap, in words.
ResidentPage {
    id: page

    // Taken once: while this page fades out the person has already been forgotten.
    property var shown: ({})
    readonly property bool any: shown.upper !== undefined
    readonly property bool hid: checkIn.hidden
    readonly property string sentence: {
        switch (shown.change) {
        case "same":
            return shown.sinceLastMonth ? qsTr("About the same as last month") : qsTr("About the same as before")
        case "higher":
            return shown.sinceLastMonth ? qsTr("Higher than last month") : qsTr("Higher than before")
        case "lower":
            return shown.sinceLastMonth ? qsTr("Lower than last month") : qsTr("Lower than before")
        }
        return qsTr("Your first reading here")
    }

    // A month without a reading comes from Python as undefined.
    function gapped(values: var): var {
        return (values ?? []).map(value => value ?? null)
    }
    function labels(): var {
        const last = shown.months.length - 1, found = []
        for (let i = last % 2; i < last; i += 2)
            found.push({ at: i, text: Qt.locale(page.shell.language).standaloneMonthName(shown.months[i] - 1, Locale.ShortFormat) })
        found.push({ at: last, text: qsTr("Today") })
        return found
    }

    title: sentence
    Component.onCompleted: shown = checkIn.trend

    Label {
        id: heading
        x: -0.4 * page.u
        width: parent.width
        visible: !page.hid
        text: page.sentence
        em: Theme.latin ? Theme.rTitle : 18
        bold: true
        lineHeight: Theme.leadHead
    }
    Sheet {
        anchors.top: page.hid ? parent.top : heading.bottom
        anchors.topMargin: (page.low ? 2 : 4) * page.u
        anchors.bottom: done.top
        anchors.bottomMargin: Theme.s4 * page.u
        width: parent.width
        radiusMm: 8

        TrendChart {
            visible: !page.hid && page.any
            anchors.fill: parent
            anchors.margins: 9 * page.u
            anchors.bottomMargin: 4 * page.u
            anchors.leftMargin: 11 * page.u
            upper: page.gapped(page.shown.upper)
            lower: page.gapped(page.shown.lower)
            labels: page.any ? page.labels() : []
            bandLo: page.any ? page.shown.ordinaryLow + 10 : 0
            bandHi: page.any ? page.shown.ordinaryHigh : 0
            bandText: qsTr("Usual range, upper")
            gapText: qsTr("Not measured")
            upperText: page.any ? qsTr("Upper %1").arg(page.shown.systolic) : ""
            lowerText: page.any ? qsTr("Lower %1").arg(page.shown.diastolic) : ""
            summary: page.sentence
        }
        Row {
            visible: page.hid
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
    ActionButton {
        objectName: "hide"
        anchors.bottom: done.bottom
        anchors.right: done.left
        anchors.rightMargin: Theme.gapR * page.u
        h: Theme.touchPrimary
        guarded: false
        iconName: page.hid ? "eye" : "eye-off"
        text: page.hid ? qsTr("Show") : qsTr("Hide")
        onActivated: page.checkIn.toggleHidden()
    }
    ActionButton {
        id: done
        objectName: "done"
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 3 * page.u
        anchors.right: parent.right
        kind: "primary"
        h: Theme.touchPrimary
        em: Theme.rLead
        minW: 56
        iconName: page.checkIn.call.waiting ? "bell" : ""
        text: page.checkIn.call.waiting ? qsTr("Ask staff") : qsTr("Done")
        onActivated: page.checkIn.finish()
    }
}
