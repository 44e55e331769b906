pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// Where the records are: four numbers written as a sum, the last success and the last try, what waits
// for a person.
StaffPage {
    id: page

    readonly property var now: sync.status
    readonly property bool known: now.total !== undefined
    // Waiting does not mend these.
    readonly property bool barred: known && words.lasting.includes(now.reasonKind)
    readonly property var conflicts: sync.conflicts.rows

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
        text: !page.known ? "" : page.now.unsent + page.now.sent === 0 ? qsTr("Everything was sent") : qsTr("All data is saved on this kiosk")
        em: Theme.sTitle
        bold: true
        wrapMode: Text.NoWrap
    }
    Label {
        x: page.tall ? 0 : heading.width + Theme.s4 * page.u
        y: page.tall ? heading.height : heading.baselineOffset - baselineOffset
        width: parent.width - x
        text: page.shell.online ? qsTr("In contact with the district") : page.barred ? qsTr("Nothing is sent until the district office has helped") : qsTr("Offline; it is sent by itself when the line is back")
        em: Theme.sBody
        color: Theme.ink2
        wrapMode: Text.NoWrap
        elide: Text.ElideRight
    }

    Sheet {
        id: sum
        readonly property real col: (width - 16 * page.u) / 5

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
                    y: 15.6 * page.u
                    text: page.grouped(part.modelData.count)
                    em: Theme.rTitle
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

    Row {
        id: times
        anchors.top: sum.bottom
        anchors.topMargin: Theme.s4 * page.u
        x: 8 * page.u
        width: parent.width - 2 * x
        spacing: Theme.s6 * page.u

        Repeater {
            model: !page.known ? [] : [
                { key: "success", word: qsTr("Last success"), text: dates.moment(page.now.success, page.now.today) || qsTr("Never yet") },
                { key: "tried", word: qsTr("Last try"), text: dates.moment(page.now.tried, page.now.today) || qsTr("Never yet") },
                // Where else the reason of a failure stands.
                { key: "parity", word: page.now.parity.equal ? qsTr("Same as the district") : qsTr("Differs from the district"), text: page.now.reason === "" ? dates.moment(page.now.parity.at, page.now.today) : "" }
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
        Column {
            visible: page.known && page.now.reason !== ""
            width: Math.max(60 * page.u, times.width - x)

            Label {
                text: qsTr("Why the last try failed")
                em: Theme.sBody
                color: Theme.ink2
            }
            Label {
                objectName: "reason"
                width: parent.width
                text: page.known ? words.reason(page.now.reasonKind, page.now.reason) : ""
                em: Theme.sBody
                bold: true
                maximumLineCount: 2
                elide: Text.ElideRight
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
            text: visible ? qsTr("Conflicts: %1").arg(page.grouped(page.now.conflicts)) : ""
            em: Theme.sBody
            bold: true
            wrapMode: Text.NoWrap
        }
        Label {
            objectName: "filled"
            rightPadding: Theme.s4 * page.u
            visible: page.known && page.now.filled >= 0
            text: visible ? qsTr("Records of the village: %1 %").arg(page.now.filled) : ""
            em: Theme.sBody
            bold: true
            wrapMode: Text.NoWrap
        }
        Label {
            objectName: "notSaved"
            rightPadding: Theme.s4 * page.u
            visible: page.sync.notSaved
            text: qsTr("Not saved. Touch it again.")
            em: Theme.sBody
            bold: true
            color: Theme.call
            wrapMode: Text.NoWrap
        }
        Label {
            objectName: "unread"
            visible: page.known && page.now.unread > 0
            width: parent.width
            text: visible ? qsTr("%1 records from the district could not be read here yet; they are kept").arg(page.grouped(page.now.unread)) : ""
            em: Theme.sBody
            wrapMode: Text.NoWrap
            elide: Text.ElideRight
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
                    title: words.type(conflict.type),
                    meta: fieldWords.about(conflict.about),
                    detail: fieldWords.fields(conflict.type, conflict.fields),
                    aside: words.state("in_conflict"),
                    station: "late"
                })).concat(page.sync.problems.map(problem => ({
                    key: problem.key,
                    title: words.type(problem.type),
                    meta: dates.day(problem.on, page.now.today),
                    detail: words.cause(problem.code),
                    aside: problem.stuck ? qsTr("Not taken") : qsTr("Kept aside"),
                    station: "late"
                })))
        emptyText: qsTr("Nothing needs a person")
        emptyHint: qsTr("A change that the district does not accept is listed here with its reason.")
        onOpened: key => {
            if (page.conflicts.some(one => one.key === key)) {
                page.sync.conflicts.open(key)
                page.shell.go("conflict")
                return
            }
            const problem = page.sync.problems.find(one => one.key === key)
            details.title = words.type(problem.type)
            details.key = problem.stuck ? key : ""
            details.text = qsTr("%1\nTell the district office this number: %2").arg(words.cause(problem.code) + "\n" + problem.reason).arg(problem.key.slice(0, 8))
            details.open()
        }
    }

    Column {
        id: aside
        anchors.right: parent.right
        y: page.tall ? parent.height - height : times.y + times.height + Theme.s4 * page.u
        width: page.tall ? parent.width : 100 * page.u
        spacing: Theme.s3 * page.u

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
        Banner {
            objectName: "notProtected"
            visible: page.shell.notProtected
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
