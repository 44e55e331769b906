pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// One reading that is nobody's: whose is it? Choosing somebody only asks; the answer files it.
StaffPage {
    id: page

    readonly property var reading: attribution.opened
    readonly property bool known: reading.key !== undefined
    readonly property bool fileable: known && reading.state === "reading"
    property bool settingAside: false
    readonly property string moment: known ? dates.moment(reading.taken, attribution.today) : ""

    function asRow(person: var): var {
        const age = person.age < 0 ? "" : qsTr("%1 years").arg(person.age)
        return {
            key: person.key,
            title: person.name,
            meta: [Theme.latin ? person.romanised : "", age].filter(part => part !== "").join(Theme.latin ? ", " : "　"),
            detail: person.address
        }
    }
    function leave() {
        residents.search("")
        shell.back()
    }

    title: qsTr("Whose reading is this?")
    section: "instruments"
    Component.onCompleted: {
        attribution.watch("one")
        residents.search("")
        if (fileable)
            box.forceActiveFocus()
    }
    Component.onDestruction: attribution.leave("one")

    InstrumentWords {
        id: words
    }
    CivilDates {
        id: dates
    }
    Connections {
        target: page.attribution
        function onSettled(what) {
            page.shell.say(what === "filed" ? qsTr("The reading is filed") : qsTr("The reading is set aside"))
            page.leave()
        }
        function onChanged() {
            if (page.attribution.resident.key !== undefined && !question.shown)
                question.open()
            if (words.notFiled(page.attribution.problem, "")[0] !== "" && !trouble.shown)
                trouble.open()
        }
    }

    EmptyState {
        visible: !page.known
        anchors.centerIn: parent
        width: 180 * page.u
        text: qsTr("This reading does not wait any more")
        hint: qsTr("Another worker has dealt with it.")
    }
    ActionButton {
        objectName: "back"
        visible: !page.known
        y: parent.height - height
        iconName: "arrow-left"
        text: qsTr("Back")
        em: Theme.sBody
        h: Theme.touchS
        pad: 4.5
        onActivated: page.leave()
    }

    Item {
        visible: page.known
        anchors.fill: parent

        Label {
            id: heading
            text: page.fileable ? page.title : page.known && (page.reading.state === "control" || page.reading.state === "addition") ? qsTr("This is no reading of a person") : qsTr("There is no value to give to anybody")
            em: Theme.sTitle
            bold: true
            wrapMode: Text.NoWrap
        }

        Sheet {
            id: sheet
            y: 18 * page.u
            width: page.tall ? parent.width : 118 * page.u
            height: page.tall ? facts.height + 2 * facts.y : parent.height - y - 16 * page.u

            Column {
                id: facts
                x: 8 * page.u
                y: (page.low ? 5 : 7) * page.u
                width: parent.width - 2 * x
                spacing: (page.low ? Theme.s2 : Theme.s3) * page.u

                Column {
                    width: parent.width

                    Label {
                        width: parent.width
                        text: !page.known ? "" : page.fileable ? words.quantity(page.reading.kind) : words.reading(page.reading)
                        em: Theme.sLead
                        color: page.fileable ? Theme.ink2 : Theme.ink
                        bold: !page.fileable
                    }
                    Label {
                        objectName: "value"
                        visible: text !== ""
                        width: parent.width
                        text: page.known ? words.value(page.reading.kind, page.reading.values) : ""
                        em: Theme.sFigure
                        bold: true
                        lineHeight: Theme.leadHead
                        wrapMode: Text.NoWrap
                    }
                    Label {
                        visible: text !== ""
                        width: parent.width
                        text: page.known ? words.more(page.reading.values).join(Theme.latin ? ", " : "　") : ""
                        em: Theme.sBody
                        color: Theme.ink2
                    }
                }
                Repeater {
                    model: !page.known ? [] : [
                        [qsTr("Taken"), page.reading.byItsClock ? qsTr("%1, by its own clock").arg(page.moment) : qsTr("It does not say")],
                        [qsTr("Came"), dates.moment(page.reading.arrived, page.attribution.today)],
                        [qsTr("From"), words.named(page.reading.instrument, page.reading.kind)],
                        [qsTr("Why it is nobody's"), words.why(page.reading.why)]
                    ].filter(fact => fact[1] !== "")

                    Column {
                        id: fact
                        required property var modelData
                        width: parent.width

                        Label {
                            width: parent.width
                            text: fact.modelData[0]
                            em: Theme.sMeta
                            color: Theme.ink2
                            lineHeight: Theme.leadHead
                        }
                        Label {
                            width: parent.width
                            text: fact.modelData[1]
                            em: Theme.sBody
                            bold: true
                            lineHeight: Theme.leadHead
                        }
                    }
                }
            }
        }
        Row {
            y: page.tall ? sheet.y + sheet.height + Theme.s3 * page.u : parent.height - height
            spacing: Theme.gapS * page.u

            ActionButton {
                objectName: "backToList"
                iconName: "arrow-left"
                text: qsTr("Back")
                em: Theme.sBody
                h: Theme.touchS
                pad: 4.5
                onActivated: page.leave()
            }
            ActionButton {
                objectName: "setAside"
                visible: page.fileable
                text: page.settingAside ? qsTr("Choose a resident") : qsTr("Nobody's: set aside")
                em: Theme.sBody
                h: Theme.touchS
                pad: 4.5
                onActivated: page.settingAside = !page.settingAside
            }
        }

        Item {
            id: choice
            x: page.tall ? 0 : sheet.width + 8 * page.u
            y: page.tall ? sheet.y + sheet.height + 20 * page.u : 18 * page.u
            width: parent.width - x
            height: parent.height - y

            Label {
                id: prompt
                visible: reasons.visible
                width: parent.width
                height: box.height
                verticalAlignment: Text.AlignVCenter
                text: qsTr("Why is it set aside?")
                em: Theme.sLead
                bold: true
            }
            TextBox {
                id: box
                objectName: "search"
                visible: !reasons.visible
                width: parent.width
                iconName: "search"
                label: qsTr("Find a resident")
                placeholderText: qsTr("Name, card or village")
                text: page.residents.query
                maximumLength: 60
                onTextEdited: page.residents.typed(text)
                onAccepted: page.residents.search(text)
                Keys.onDownPressed: nextItemInFocusChain(true).forceActiveFocus()
            }
            RecordList {
                objectName: "people"
                visible: !reasons.visible
                y: box.height + Theme.s3 * page.u
                width: parent.width
                height: parent.height - y
                rowMm: 18
                label: qsTr("Residents")
                rows: page.residents.rows.map(person => page.asRow(person))
                emptyText: qsTr("Nobody found")
                emptyHint: qsTr("Type less of the name, or try the card or the village.")
                onOpened: key => page.attribution.choose(key)
            }
            RecordList {
                id: reasons
                objectName: "reasons"
                visible: page.settingAside || !page.fileable
                y: box.height + Theme.s3 * page.u
                width: parent.width
                height: Math.min(parent.height - y, 4 * rowMm * page.u + 2 * Theme.s1 * page.u)
                rowMm: 16
                hue: Theme.jade
                label: prompt.text
                rows: ["test", "not_on_record", "cannot_be_told", "not_usable"].map(code => ({ key: code, title: words.reason(code) }))
                onOpened: key => {
                    aside.reason = key
                    aside.open()
                }
            }
        }
    }

    ConfirmDialog {
        id: question
        objectName: "question"

        readonly property var person: page.attribution.resident
        readonly property string name: person.key === undefined ? "" : Theme.latin && person.romanised !== "" && person.romanised !== person.name ? person.name + " " + person.romanised : person.name

        parent: page
        hue: Theme.jade
        title: qsTr("Is it a reading of %1?").arg(name)
        text: !page.known || person.key === undefined ? "" : page.reading.byItsClock ? qsTr("%1, taken %2, becomes a reading of %3 (%4). Only you say so, and your name stays with it.").arg(words.reading(page.reading)).arg(page.moment).arg(person.name).arg(person.address) : qsTr("%1, which came %2, becomes a reading of %3 (%4). Only you say so, and your name stays with it.").arg(words.reading(page.reading)).arg(page.moment).arg(person.name).arg(person.address)
        confirmText: qsTr("Yes, file it")
        cancelText: qsTr("No")
        onConfirmed: page.attribution.confirm(page.reading.key, person.key)
        onCancelled: page.attribution.chooseNobody()
    }
    ConfirmDialog {
        id: aside
        objectName: "aside"

        property string reason: ""

        parent: page
        hue: Theme.jade
        title: qsTr("Set this reading aside?")
        text: qsTr("Reason: %1. It leaves the list and is given to nobody. It stays on this kiosk, with your name.").arg(words.reason(reason))
        confirmText: qsTr("Set aside")
        cancelText: qsTr("No")
        onConfirmed: page.attribution.setAside(page.reading.key, reason)
    }
    ConfirmDialog {
        id: trouble
        objectName: "trouble"

        readonly property var said: words.notFiled(page.attribution.problem, page.attribution.concerned)

        parent: page
        hue: Theme.jade
        title: said[0]
        text: said[1]
        confirmText: qsTr("OK")
        cancelText: ""
        onConfirmed: page.attribution.open(page.reading.key ?? "")
    }
}
