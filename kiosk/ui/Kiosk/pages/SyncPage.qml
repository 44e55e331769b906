pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// Where the records are: four numbers written as a sum, the last success and the last try, what is
// wrong with what to do about it, what waits for a person.
StaffPage {
    id: page

    readonly property var now: sync.status
    readonly property bool known: now.total !== undefined
    readonly property bool failed: known && now.reason !== ""
    // Waiting does not mend these.
    readonly property string mender: !failed ? "" : words.office.includes(now.reasonKind) ? "office" : words.technician.includes(now.reasonKind) ? "technician" : ""
    readonly property bool lineDown: known && !shell.online && (!failed || now.reasonKind === "" || now.reasonKind === "HubUnreachable")
    readonly property bool longSilent: lineDown && now.silentDays >= 3
    readonly property var conflicts: sync.conflicts.rows

    function standing(): string {
        if (!known)
            return ""
        if (!now.connected && !failed)
            return qsTr("Not connected to a district yet")
        if (shell.online)
            return qsTr("In contact with the district")
        if (mender !== "")
            return mender === "office" ? qsTr("Nothing is sent until the district office has helped") : qsTr("Nothing is sent until the technician has helped")
        if (!lineDown)
            return qsTr("Not sent yet; the kiosk tries again by itself")
        return now.silentDays >= 2 ? qsTr("Offline for %1 days; nothing is lost").arg(now.silentDays) : qsTr("Offline: sent by itself when the line is back")
    }
    function apart(minutes: int): string {
        return minutes < 120 ? qsTr("%1 min").arg(minutes) : minutes < 48 * 60 ? qsTr("%1 hours").arg(Math.round(minutes / 60)) : qsTr("%1 days").arg(Math.round(minutes / 60 / 24))
    }
    function clockSays(): string {
        const ahead = known ? now.clockAheadMinutes : 0
        if (ahead === 0)
            return ""
        return (ahead > 0 ? qsTr("This kiosk's clock may be wrong: %1 ahead. Ask the technician to set it.") : qsTr("This kiosk's clock may be wrong: %1 behind. Ask the technician to set it.")).arg(apart(Math.abs(ahead)))
    }
    function grouped(number: int): string {
        return Number(number).toLocaleString(Qt.locale("en_GB"), "f", 0)
    }

    title: qsTr("Sync")
    section: "sync"
    Component.onCompleted: sync.watch()
    Component.onDestruction: sync.leave()

    CivilDates {
        id: dates
    }
    SyncWords {
        id: words
    }
    FieldWords {
        id: fieldWords
    }

    Label {
        id: heading
        text: !page.known ? "" : words.disk.includes(page.now.reasonKind) ? qsTr("New data may not be saved") : page.now.unsent + page.now.sent === 0 ? qsTr("Everything was sent") : qsTr("All data is saved on this kiosk")
        em: Theme.sTitle
        bold: true
        wrapMode: Text.NoWrap
    }
    Label {
        x: page.tall ? 0 : heading.width + Theme.s4 * page.u
        y: page.tall ? heading.height : heading.baselineOffset - baselineOffset
        width: parent.width - x
        objectName: "standing"
        text: page.standing()
        em: Theme.sBody
        color: Theme.ink2
        wrapMode: Text.NoWrap
        elide: Text.ElideRight
    }

    Sheet {
        id: sum
        readonly property real col: (width - 16 * page.u) / 5
        // All five in one size, in which the longest leaves room for the sign behind it.
        readonly property int longest: !page.known ? 1 : page.grouped(page.now.total).length
        readonly property real em: Math.min(Theme.rTitle, (col / page.u - 15) / (0.56 * longest))

        y: (page.tall ? 25 : 17) * page.u
        width: parent.width
        height: 52 * page.u

        Rectangle {
            x: 11 * page.u
            y: 11.5 * page.u - height / 2
            width: 2 * sum.col
            height: Theme.thread * page.u
            color: Theme.plum
        }
        Rectangle {
            x: 11 * page.u + 2 * sum.col
            y: 11.5 * page.u - height / 2
            width: sum.col
            height: Theme.threadThin * page.u
            color: Theme.edge
        }
        Repeater {
            model: !page.known ? [] : [
                { key: "unsent", word: qsTr("Unsent"), count: page.now.unsent },
                { key: "sent", word: qsTr("Sent"), count: page.now.sent },
                { key: "acknowledged", word: qsTr("Confirmed"), count: page.now.acknowledged },
                { key: "attention", word: qsTr("Needs a person"), count: page.now.attention },
                { key: "total", word: qsTr("All changes here"), count: page.now.total }
            ]

            Item {
                id: part
                required property var modelData
                required property int index
                readonly property bool urgent: index === 3 && modelData.count > 0

                x: 8 * page.u + index * sum.col + (index === 4 ? 4 * page.u : 0)
                width: sum.col
                height: sum.height
                Accessible.role: Accessible.StaticText
                Accessible.name: modelData.word + " " + modelData.count

                Station {
                    visible: part.index < 4
                    y: 11.5 * page.u - height / 2
                    mm: part.urgent ? 5.4 : 7.6
                    kind: part.urgent ? "late" : part.index === 2 ? "done" : "next"
                    hue: part.index === 3 ? Theme.edge : Theme.plum
                }
                Label {
                    objectName: part.modelData.key
                    x: -0.6 * page.u
                    y: (15.6 + (Theme.rTitle - sum.em) * 1.05) * page.u
                    text: page.grouped(part.modelData.count)
                    em: sum.em
                    bold: part.index < 4
                    lineHeight: 0.9
                    spoken: false
                    wrapMode: Text.NoWrap
                    color: part.urgent ? Theme.call : part.index === 4 ? Theme.ink2 : Theme.ink
                }
                Label {
                    y: 36.4 * page.u
                    text: part.modelData.word
                    em: Theme.latin ? Theme.sBody : Theme.sLead
                    bold: part.urgent
                    spoken: false
                    wrapMode: Text.NoWrap
                    color: part.urgent ? Theme.call : Theme.ink2
                }
                Label {
                    visible: part.index > 0
                    x: -(part.index === 4 ? 15 : 13) * page.u
                    y: 22 * page.u
                    text: part.index === 4 ? "=" : "+"
                    em: 8.4
                    color: Theme.ink2
                    spoken: false
                }
            }
        }
    }

    Flow {
        id: times
        anchors.top: sum.bottom
        anchors.topMargin: Theme.s4 * page.u
        x: 8 * page.u
        width: problems.width - x
        spacing: Theme.s5 * page.u

        Repeater {
            model: !page.known ? [] : [
                { key: "success", word: qsTr("Last success"), text: dates.moment(page.now.success, page.now.today) || qsTr("Never yet") },
                { key: "tried", word: qsTr("Last try"), text: dates.moment(page.now.tried, page.now.today) || qsTr("Never yet") },
                { key: "parity", word: page.now.parity.equal ? qsTr("Same as the district") : qsTr("Differs from the district"), text: dates.moment(page.now.parity.at, page.now.today) }
            ].filter(time => time.text !== "")

            Column {
                id: time
                required property var modelData

                Label {
                    text: time.modelData.word
                    em: Theme.sBody
                    color: Theme.ink2
                }
                Label {
                    objectName: time.modelData.key
                    text: time.modelData.text
                    em: Theme.sTitle * 0.9
                    bold: true
                    lineHeight: 0.95
                    wrapMode: Text.NoWrap
                }
            }
        }
    }

    Flow {
        id: notes
        anchors.top: times.bottom
        anchors.topMargin: implicitHeight > 0 ? Theme.s3 * page.u : 0
        width: problems.width

        Label {
            objectName: "conflicts"
            rightPadding: Theme.s4 * page.u
            visible: page.known && page.now.conflicts > 0
            text: visible ? qsTr("Records with several versions: %1").arg(page.grouped(page.now.conflicts)) : ""
            em: Theme.sBody
            bold: true
            wrapMode: Text.NoWrap
        }
        Label {
            objectName: "filled"
            rightPadding: Theme.s4 * page.u
            visible: page.known && page.now.filled >= 0
            text: visible ? qsTr("Village records: %1% here, usable already").arg(page.now.filled) : ""
            em: Theme.sBody
            bold: true
            wrapMode: Text.NoWrap
        }
        Label {
            objectName: "unread"
            visible: page.known && page.now.unread > 0
            width: parent.width
            text: visible ? qsTr("Records from the district that this version cannot read yet: %1. They are kept.").arg(page.grouped(page.now.unread)) : ""
            em: Theme.sBody
            wrapMode: Text.NoWrap
            elide: Text.ElideRight
        }
        Label {
            objectName: "differs"
            visible: page.known && page.now.parity.equal === false && page.now.filled < 0
            width: parent.width
            text: qsTr("The kiosk compares again by itself. If it still differs tomorrow, tell the district office.")
            em: Theme.sBody
        }
        Label {
            objectName: "clock"
            visible: text !== ""
            width: parent.width
            text: page.clockSays()
            em: Theme.sBody
            bold: true
            color: Theme.call
        }
    }

    // How much of the village has come, as a thread in the gap above the list.
    Rectangle {
        visible: page.known && page.now.filled >= 0
        anchors.bottom: problems.top
        anchors.bottomMargin: Theme.s2 * page.u
        width: problems.width
        height: Theme.thread * page.u
        radius: height / 2
        color: Theme.sunk
        border.width: Theme.hairW * page.u
        border.color: Theme.edge

        Rectangle {
            width: parent.width * Math.max(0, page.now.filled ?? 0) / 100
            height: parent.height
            radius: height / 2
            color: Theme.plum
        }
    }

    RecordList {
        id: problems
        objectName: "problems"
        anchors.top: notes.bottom
        anchors.topMargin: Theme.s4 * page.u
        anchors.bottom: page.tall ? aside.top : parent.bottom
        anchors.bottomMargin: page.tall ? Theme.s4 * page.u : 0
        width: parent.width - (page.tall ? 0 : 108 * page.u)
        hue: Theme.plum
        rowMm: 20
        label: qsTr("Needs a person")
        rows: page.conflicts.map(conflict => ({
                    key: conflict.key,
                    title: fieldWords.about(conflict.about) || words.type(conflict.type),
                    meta: fieldWords.about(conflict.about) === "" ? "" : words.type(conflict.type),
                    detail: fieldWords.fields(conflict.type, conflict.fields),
                    aside: qsTr("%1 versions").arg(conflict.values),
                    station: "late"
                })).concat(page.sync.problems.map(problem => ({
                    key: problem.key,
                    title: words.type(problem.type),
                    meta: dates.day(problem.on, page.now.today),
                    detail: words.cause(problem.code),
                    aside: problem.stuck ? qsTr("Not taken") : qsTr("Kept aside"),
                    station: "late"
                })))
        emptyText: qsTr("No single record waits for a person")
        emptyHint: qsTr("Refused changes and differing records are listed here.")
        onOpened: key => {
            if (page.conflicts.some(one => one.key === key)) {
                page.sync.conflicts.open(key)
                page.shell.go("conflict")
                return
            }
            const problem = page.sync.problems.find(one => one.key === key)
            details.title = words.type(problem.type)
            details.key = problem.stuck ? key : ""
            details.text = [words.cause(problem.code), qsTr("Tell the district office this number: %1").arg(problem.key.slice(0, 8)), qsTr("For the technician: %1").arg(problem.reason)].join("\n")
            details.open()
        }
    }

    Column {
        id: aside
        anchors.right: parent.right
        y: page.tall ? parent.height - height : times.y
        width: page.tall ? parent.width : 100 * page.u
        spacing: Theme.s2 * page.u

        ActionButton {
            objectName: "tryNow"
            width: parent.width
            kind: "primary"
            hue: Theme.plum
            text: qsTr("Try now")
            em: Theme.sLead
            h: 18
            focus: true
            onActivated: page.sync.tryNow()
            Component.onCompleted: forceActiveFocus()
        }
        Label {
            id: notSaved
            objectName: "notSaved"
            width: parent.width
            visible: page.sync.notSaved
            text: qsTr("Not saved. Touch it again.")
            em: Theme.sBody
            bold: true
            color: Theme.call
        }
        Banner {
            id: trouble
            objectName: "trouble"

            readonly property bool unconnected: page.known && !page.now.connected && !page.failed
            readonly property bool urgent: unconnected || page.mender !== "" || page.longSilent

            visible: page.failed || unconnected || page.longSilent
            width: parent.width
            kind: urgent ? "watch" : "info"
            iconName: urgent ? "octagon-alert" : "cloud-off"
            text: !page.known ? "" : unconnected ? qsTr("Not connected to a district yet") : page.failed ? words.reason(page.now.reasonKind, page.now.reason) : words.reasons.HubUnreachable
            detail: !page.known ? "" : unconnected ? qsTr("Records stay on this kiosk. Ask the technician to connect it to the district.") : page.longSilent ? qsTr("It is sent by itself when the line is back. Ask the technician to look at the network.") : words.step(page.now.reasonKind)
        }
        // The strip below every page says it too, where there is no room for both.
        Banner {
            id: notProtected
            objectName: "notProtected"

            readonly property real used: 18 * page.u + (notSaved.visible ? notSaved.height + aside.spacing : 0) + trouble.implicitHeight + implicitHeight + 2 * aside.spacing

            visible: page.shell.notProtected && (page.tall || !trouble.visible || aside.y + used <= page.height - Theme.marginS * page.u - 26 * page.u)
            width: parent.width
            kind: "watch"
            text: qsTr("Not protected against theft")
            detail: qsTr("The records are encrypted, but the key lies on the same disk. Keep this kiosk locked in.")
        }
        Label {
            visible: !page.shell.notProtected
            width: parent.width
            text: qsTr("The records are encrypted and the key is in this computer's security chip.")
            em: Theme.sMeta
            color: Theme.ink2
        }
    }

    ConfirmDialog {
        id: details
        objectName: "details"

        property string key: "" // of a change that can be tried again; empty for one that cannot

        parent: page
        hue: Theme.plum
        confirmText: key === "" ? qsTr("OK") : qsTr("Try again")
        cancelText: key === "" ? "" : qsTr("Close")
        onConfirmed: if (key !== "")
            page.sync.tryAgain(key)
    }
}
