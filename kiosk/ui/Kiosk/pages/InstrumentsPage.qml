pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// The instruments that this kiosk is paired with, and the readings that are nobody's yet.
StaffPage {
    id: page

    readonly property bool mayFile: attribution.allowed
    property string view: "paired" // paired | readings
    readonly property var trouble: instruments.adapter === "" ? ["", ""] : words.adapter(instruments.adapter)

    function asInstrument(one: var): var {
        const seen = one.seen.on ? qsTr("Last seen %1").arg(dates.moment(one.seen, instruments.today)) : qsTr("Not seen yet")
        const lost = one.state === "lost"
        return {
            key: one.key,
            title: words.named(one.name, one.kind),
            meta: one.name === "" ? "" : words.kind(one.kind),
            detail: lost ? qsTr("No longer paired: pair it again") : one.state === "near" ? qsTr("In range now") : seen,
            aside: one.battery < 0 ? "" : qsTr("Battery %1%").arg(one.battery),
            station: lost ? "late" : one.state === "near" ? "due" : "next",
            urgent: one.battery >= 0 && one.battery <= 20
        }
    }
    function asReading(one: var): var {
        return {
            key: one.key,
            title: words.reading(one),
            meta: [...words.more(one.values), dates.moment(one.taken, attribution.today)].filter(part => part !== "").join(Theme.latin ? ", " : "　"),
            detail: [words.why(one.why), words.named(one.instrument, one.kind)].filter(part => part !== "").join(Theme.latin ? "  ·  " : "　"),
            station: "next"
        }
    }
    function showInstrument(key: string) {
        const one = instruments.rows.find(row => row.key === key)
        if (one === undefined)
            return
        about.key = key
        about.title = instruments.mayPair ? qsTr("Forget %1?").arg(words.named(one.name, one.kind)) : words.named(one.name, one.kind)
        const told = [words.kind(one.kind), qsTr("Address ends in %1").arg(one.tail)]
        if (!instruments.mayPair && one.seen.on)
            told.push(qsTr("Last seen %1").arg(dates.moment(one.seen, instruments.today)))
        if (instruments.mayPair)
            told.push(qsTr("It then sends nothing more to this kiosk, until it is paired again."))
        about.text = told.join("\n")
        about.open()
    }

    title: qsTr("Instruments")
    section: "instruments"
    Component.onCompleted: {
        instruments.watch("list")
        attribution.watch("list")
        if (mayFile && attribution.waiting > 0) // what waits for a person comes first
            view = "readings"
    }
    Component.onDestruction: {
        instruments.leave("list")
        attribution.leave("list")
    }

    InstrumentWords {
        id: words
    }
    CivilDates {
        id: dates
    }
    EmptyState {
        visible: page.instruments.denied
        anchors.centerIn: parent
        width: 180 * page.u
        iconName: "lock"
        text: qsTr("Your role does not include this page")
        hint: qsTr("Ask the supervisor if you need it.")
    }
    Item {
        visible: !page.instruments.denied
        anchors.fill: parent

        Label {
            id: heading
            objectName: "heading"
            text: page.view === "readings" ? qsTr("Whose readings are these?") : qsTr("Paired with this kiosk")
            em: Theme.sTitle
            bold: true
            wrapMode: Text.NoWrap
        }
        Segmented {
            objectName: "views"
            visible: page.mayFile
            anchors.right: parent.right
            hue: Theme.jade
            tint: Theme.jadeTint
            question: qsTr("Show")
            w: 40
            h: Theme.touchS
            options: [qsTr("Instruments"), page.attribution.waiting > 0 ? qsTr("Nobody's readings: %1").arg(page.attribution.waiting) : qsTr("Nobody's readings")]
            sel: page.view === "readings" ? 1 : 0
            onChosen: index => page.view = index === 1 ? "readings" : "paired"
        }

        RecordList {
            id: readings
            objectName: "readings"
            visible: page.view === "readings"
            y: 18 * page.u
            width: parent.width
            height: parent.height - y
            hue: Theme.jade
            rowMm: 20
            label: heading.text
            rows: page.attribution.rows.map(one => page.asReading(one))
            emptyText: qsTr("Every reading is somebody's")
            emptyHint: qsTr("Readings that come while nobody measures, or that were left behind, wait here until a worker says whose they are.")
            onOpened: key => {
                page.attribution.open(key)
                page.shell.go("attribution")
            }
        }

        Item {
            visible: page.view === "paired"
            y: 18 * page.u
            width: parent.width
            height: parent.height - y

            RecordList {
                id: paired
                objectName: "paired"
                width: parent.width - (page.tall ? 0 : 108 * page.u)
                height: page.tall ? aside.y - Theme.s4 * page.u : parent.height
                hue: Theme.jade
                rowMm: 20
                label: qsTr("Paired with this kiosk")
                rows: page.instruments.rows.map(one => page.asInstrument(one))
                emptyText: page.instruments.known ? qsTr("No instrument is paired yet") : page.instruments.adapter === "" ? qsTr("Looking") : qsTr("Not known while Bluetooth does not work")
                emptyHint: page.instruments.known ? qsTr("Many instruments work without. Pair those that ask for it.") : ""
                onOpened: key => page.showInstrument(key)
            }
            Column {
                id: aside
                anchors.right: parent.right
                y: page.tall ? parent.height - height : 0
                width: page.tall ? parent.width : 100 * page.u
                spacing: Theme.s4 * page.u

                ActionButton {
                    objectName: "pair"
                    visible: page.instruments.mayPair
                    width: parent.width
                    kind: "primary"
                    hue: Theme.jade
                    iconName: "plus"
                    text: qsTr("Pair an instrument")
                    em: Theme.sLead
                    h: 18
                    onActivated: page.shell.go("pairing")
                }
                Banner {
                    objectName: "adapter"
                    width: parent.width
                    kind: page.instruments.adapter === "" ? "ok" : "watch"
                    text: page.instruments.adapter === "" ? qsTr("Bluetooth is working") : page.trouble[0]
                    detail: page.instruments.adapter === "" ? "" : page.trouble[1]
                }
                Banner {
                    objectName: "problem"
                    visible: page.instruments.problem !== ""
                    width: parent.width
                    kind: "watch"
                    text: page.instruments.problem === "not_forgotten" ? qsTr("It was not forgotten") : qsTr("That could not be written down")
                    detail: page.instruments.problem === "not_forgotten" ? qsTr("Try again when Bluetooth works.") : qsTr("Free some disk space or call the technician.")
                }
            }
        }
    }

    ConfirmDialog {
        id: about
        objectName: "about"

        property string key: ""

        parent: page
        hue: Theme.jade
        confirmText: page.instruments.mayPair ? qsTr("Forget") : qsTr("OK")
        cancelText: page.instruments.mayPair ? qsTr("Keep it") : ""
        onConfirmed: if (page.instruments.mayPair)
            page.instruments.forget(key)
    }
    Connections {
        target: page.instruments
        function onForgotten(address) {
            page.shell.say(qsTr("The instrument is forgotten"))
        }
    }
}
