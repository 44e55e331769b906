pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// People set one field without sight of one another: all values, whole, by whom and when, and a worker
// says which one stands. Touching a value only asks; the answer settles it.
StaffPage {
    id: page

    readonly property var conflicts: sync.conflicts
    readonly property var opened: conflicts.opened
    readonly property bool known: opened.key !== undefined
    readonly property string whose: known ? [kinds.type(opened.type), words.about(opened.about)].filter(part => part !== "").join(words.gap) : ""

    function said(version: var): string {
        return words.values(opened.type, opened.fields, version.values)
    }
    function shortened(text: string): string {
        return text.length > 140 ? text.slice(0, 139) + "…" : text
    }
    function who(version: var): string {
        const name = version.byResident ? qsTr("The resident") : version.by !== "" ? version.by : qsTr("Not known here by whom")
        return [name, dates.moment(version.at, conflicts.today)].filter(part => part !== "").join(words.gap)
    }

    title: qsTr("Versions differ: choose one")
    section: "sync"

    FontMetrics {
        id: writing
        font.family: Theme.font
        font.pixelSize: Math.round(Theme.sLead * page.u)
        font.weight: Font.Bold
    }
    SyncWords {
        id: kinds
    }
    FieldWords {
        id: words
    }
    CivilDates {
        id: dates
    }
    Connections {
        target: page.conflicts
        function onSettled() {
            page.shell.say(qsTr("Settled. It is sent to the district."))
            page.shell.back()
        }
        function onOpenedChanged() {
            if (page.conflicts.problem === "moved")
                trouble.open()
        }
    }

    ActionButton {
        id: back
        objectName: "back"
        y: 4 * page.u
        iconName: "arrow-left"
        text: qsTr("Back")
        em: Theme.sBody
        h: Theme.touchS
        pad: 4.5
        focus: true
        onActivated: page.shell.back()
    }
    Column {
        visible: page.known
        anchors.left: back.right
        anchors.leftMargin: Theme.s4 * page.u
        anchors.right: parent.right
        y: 2 * page.u

        Label {
            width: parent.width
            text: page.title
            em: Theme.sTitle
            bold: true
            wrapMode: Text.NoWrap
            elide: Text.ElideRight
        }
        Label {
            objectName: "whose"
            width: parent.width
            text: page.known ? page.whose + words.gap + words.fields(page.opened.type, page.opened.fields) : ""
            em: Theme.sLead
            color: Theme.ink2
            maximumLineCount: 2
            elide: Text.ElideRight
        }
    }
    EmptyState {
        visible: !page.known
        anchors.centerIn: parent
        width: 180 * page.u
        text: qsTr("This has been settled")
        hint: qsTr("Another worker has chosen, or the records have come together by themselves.")
    }
    RecordList {
        id: versions
        objectName: "versions"

        // Nobody can choose between values of which only the beginnings are seen.
        readonly property real lineMm: Theme.sLead * 1.34
        readonly property real besidesMm: 14
        readonly property real writingWidth: width - 78 * page.u
        // Its height is asked for so that this is worked out anew when the writing's size is known.
        readonly property real longest: writing.height > 0 ? Math.max(1, ...rows.map(row => writing.advanceWidth(row.title))) : 1

        visible: page.known
        y: 34 * page.u
        width: parent.width
        height: Math.min(parent.height - y - hint.height - 2 * Theme.s3 * page.u, rows.length * rowMm * page.u + 2 * Theme.s1 * page.u)
        titleLines: Math.max(1, Math.min(9, Math.ceil(1.1 * longest / writingWidth)))
        rowMm: Math.max(24, titleLines * lineMm + besidesMm)
        hue: Theme.plum
        label: page.title
        rows: !page.known ? [] : page.opened.versions.map((version, index) => ({
                    key: String(index),
                    title: page.said(version),
                    detail: page.who(version),
                    aside: version.shown ? qsTr("Shown now") : "",
                    station: version.shown ? "due" : "next"
                }))
        onOpened: key => {
            if (!page.opened.canBeSettled)
                return
            question.number = Number(key)
            question.open()
        }
    }
    Column {
        id: hint
        visible: page.known
        anchors.top: versions.bottom
        anchors.topMargin: Theme.s3 * page.u
        width: parent.width

        Label {
            objectName: "hint"
            width: parent.width
            text: !page.known || page.opened.canBeSettled ? qsTr("Ask the person when you are not sure. What is not chosen stays on record.") : qsTr("This version of the kiosk does not know the field: it is settled at the district office.")
            em: Theme.sBody
            color: Theme.ink2
        }
        Label {
            objectName: "notSaved"
            visible: page.conflicts.problem === "not_saved"
            text: qsTr("Not saved. Touch it again.")
            em: Theme.sBody
            bold: true
            color: Theme.call
        }
    }

    ConfirmDialog {
        id: question
        objectName: "question"

        property int number: 0

        parent: page
        hue: Theme.plum
        title: qsTr("Is this the right one?")
        text: page.known ? words.fields(page.opened.type, page.opened.fields) + "\n" + page.shortened(page.said(page.opened.versions[Math.min(number, page.opened.versions.length - 1)])) : ""
        confirmText: qsTr("Yes, it stands")
        cancelText: qsTr("No")
        onConfirmed: page.conflicts.settle(number)
    }
    ConfirmDialog {
        id: trouble
        objectName: "trouble"
        parent: page
        hue: Theme.plum
        title: qsTr("Nothing was settled")
        text: qsTr("Somebody has changed this meanwhile. Look at the values again.")
        confirmText: qsTr("OK")
        cancelText: ""
    }
}
