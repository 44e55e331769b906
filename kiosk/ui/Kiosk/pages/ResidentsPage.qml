pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// Finding a resident: one box, one list. Typing, Down and Return do all of it.
StaffPage {
    id: page

    readonly property var rows: residents.rows.map(asRow)

    function asRow(person: var): var {
        const age = person.age < 0 ? "" : qsTr("%1 years").arg(person.age)
        const romanised = Theme.latin ? person.romanised : ""
        const next = person.nextVisit
        const today = page.residents.today
        return {
            key: person.key,
            title: person.name,
            meta: [romanised, age, person.address].filter(part => part !== "").join(Theme.latin ? ", " : "　"),
            detail: person.lastVisit === "" ? qsTr("Not visited yet") : qsTr("Last visit %1").arg(dates.day(person.lastVisit, today)),
            aside: next === "" ? "" : next < today ? qsTr("Was due %1").arg(dates.day(next, today)) : qsTr("Next %1").arg(dates.day(next, today)),
            station: next !== "" && next < today ? "late" : next === today ? "due" : "next",
            urgent: next !== "" && next < today
        }
    }
    function open(key: string) {
        residents.open(key)
        shell.go("resident")
    }

    title: qsTr("Residents")
    section: "residents"
    Component.onCompleted: {
        residents.search(residents.query)
        box.forceActiveFocus()
    }

    CivilDates {
        id: dates
    }
    Label {
        id: heading
        text: page.title
        em: Theme.sTitle
        bold: true
    }
    Label {
        anchors.left: heading.right
        anchors.leftMargin: Theme.s4 * page.u
        anchors.baseline: heading.baseline
        width: box.x - x - Theme.s3 * page.u
        text: page.residents.more ? qsTr("The first %1; type to find others").arg(page.rows.length) : page.rows.length > 0 ? qsTr("%1 found").arg(page.rows.length) : ""
        em: Theme.sBody
        color: Theme.ink2
        wrapMode: Text.NoWrap
        elide: Text.ElideRight
    }
    TextBox {
        id: box
        objectName: "search"
        anchors.right: parent.right
        width: 110 * page.u
        iconName: "search"
        label: qsTr("Find a resident")
        placeholderText: qsTr("Name, card or village")
        text: page.residents.query
        maximumLength: 60
        onTextEdited: page.residents.typed(text)
        onAccepted: {
            page.residents.search(text)
            if (page.rows.length > 0)
                page.open(page.rows[0].key)
        }
        Keys.onDownPressed: nextItemInFocusChain(true).forceActiveFocus()
    }
    RecordList {
        objectName: "list"
        y: 18 * page.u
        width: parent.width
        height: parent.height - y
        rowMm: 20
        rows: page.rows
        label: page.title
        emptyText: page.residents.denied ? qsTr("Your role does not include this page") : page.residents.query === "" ? qsTr("No residents yet") : qsTr("Nobody found")
        emptyHint: page.residents.denied ? qsTr("Ask the supervisor if you need it.") : page.residents.query === "" ? qsTr("They arrive from the district when this kiosk has been in contact with it.") : qsTr("Type less of the name, or try the card or the village.")
        onOpened: key => page.open(key)
    }
}
