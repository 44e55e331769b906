pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// The follow-up form. What must be asked begins as not asked; what is as last time is outlined.
StaffPage {
    id: page

    readonly property var head: visit.head
    readonly property bool open: visit.open
    readonly property bool attempted: open && head.attempted
    property string mine // the visit that this page shows
    readonly property var contacts: ["centre", "home", "phone", "attempted"]
    readonly property var intervals: [7, 14, 30]
    readonly property string trouble: visit.problem === "not_asked" ? qsTr("Ask what is still marked as not asked, then save.") : visit.problem === "not_saved" ? qsTr("Not saved. Everything is still here: free some disk space or call the technician, then save again.") : visit.problem !== "" ? qsTr("One answer is not possible. Ask it again, then save.") : ""

    // The keyboard goes to this question, or to what follows the last.
    function askAt(index: int) {
        const from = index < lines.count ? lines.itemAt(index) : side
        const next = from.nextItemInFocusChain(true)
        next.forceActiveFocus(Qt.TabFocusReason)
    }

    title: qsTr("Visit")
    section: "residents"
    Component.onCompleted: {
        mine = visit.visitId
        if (open)
            askAt(0)
    }

    CivilDates {
        id: dates
    }
    VisitWords {
        id: words
    }
    Connections {
        target: page.visit
        function onSaved(visitId: string) {
            // A save may end when this worker has left, and has another form open.
            if (visitId !== page.mine || page.shell.route !== "visit")
                return
            page.shell.say(qsTr("The visit is saved"))
            page.shell.back()
        }
    }

    EmptyState {
        visible: !page.open
        anchors.centerIn: parent
        width: 160 * page.u
        iconName: "notebook-pen"
        text: qsTr("No visit is open")
        hint: qsTr("Choose a resident, then start a visit.")
    }

    Item {
        visible: page.open
        anchors.fill: parent

        Label {
            id: name
            objectName: "name"
            width: contact.x - Theme.s3 * page.u
            text: page.open ? page.head.name : ""
            em: Theme.sTitle
            bold: true
            wrapMode: Text.NoWrap
            elide: Text.ElideRight
        }
        Segmented {
            id: contact
            objectName: "contact"
            enabled: !page.visit.saving
            anchors.right: parent.right
            question: qsTr("Kind of visit")
            w: 26
            h: Theme.touchS
            options: page.contacts.map(key => words.contact(key))
            sel: page.open ? page.contacts.indexOf(page.head.contact) : -1
            onChosen: index => page.visit.setContact(page.contacts[index])
        }
        Label {
            objectName: "lastPromise"
            y: 14 * page.u
            width: asked.visible ? asked.x - Theme.s3 * page.u : parent.width
            text: !page.open ? "" : page.head.lastPromise !== "" ? qsTr("Promised last time: %1").arg(page.head.lastPromise) : page.head.lastVisit !== "" ? qsTr("What has changed since %1?").arg(dates.day(page.head.lastVisit, page.head.today)) : qsTr("First visit on this kiosk")
            em: Theme.sBody
            bold: page.open && page.head.lastPromise !== ""
            color: page.open && page.head.lastPromise !== "" ? Theme.indigo : Theme.ink2
            wrapMode: Text.NoWrap
            elide: Text.ElideRight
        }
        Label {
            id: asked
            objectName: "missing"
            visible: page.visit.missing > 0
            anchors.right: parent.right
            y: 14 * page.u
            text: qsTr("%1 not asked yet").arg(page.visit.missing)
            em: Theme.sBody
            bold: true
            color: Theme.call
            wrapMode: Text.NoWrap
        }

        Sheet {
            id: form
            readonly property real headH: 8 * page.u
            readonly property real rowH: (height - 2 * headH - 3 * page.u) / 9

            y: 23 * page.u
            width: page.tall ? parent.width : parent.width - side.width - Theme.s4 * page.u
            height: parent.height - y - (page.tall ? side.height + Theme.s4 * page.u : 0)

            EmptyState {
                visible: page.attempted
                anchors.centerIn: parent
                width: parent.width - 2 * Theme.s6 * page.u
                iconName: "x"
                text: qsTr("Nobody answered")
                hint: qsTr("Nothing is asked. Save to record the attempt.")
            }
            Repeater {
                model: page.attempted || !page.open ? [] : [{ text: qsTr("Ask every time"), row: 0 }, { text: qsTr("Touch only what has changed"), row: 5 }]

                Label {
                    required property var modelData
                    required property int index
                    x: Theme.s4 * page.u
                    y: form.rowH * modelData.row + index * form.headH + 1.4 * page.u
                    text: modelData.text
                    em: Theme.sMeta
                    bold: true
                    color: Theme.indigo
                }
            }
            Repeater {
                id: lines
                model: page.visit.questions

                Item {
                    id: line
                    required property var modelData
                    required property int index
                    readonly property var given: page.visit.answers[modelData.key] ?? ({ answer: "none", chosen: -1, missed: false })

                    // A number key answers and goes on to the next question.
                    Keys.onPressed: event => {
                        const option = event.key - Qt.Key_1
                        if (option >= 0 && option <= modelData.options.length) {
                            page.visit.answer(modelData.key, option)
                            page.askAt(index + 1)
                            event.accepted = true
                        }
                    }
                    visible: page.open && !page.attempted
                    enabled: !page.visit.saving

                    x: Theme.s4 * page.u
                    y: form.rowH * index + (modelData.mustAsk ? 1 : 2) * form.headH + Theme.s1 * page.u
                    width: form.width - 2 * x
                    height: form.rowH

                    Hair {
                        width: parent.width
                    }
                    Label {
                        anchors.verticalCenter: parent.verticalCenter
                        text: words.question(line.modelData.key)
                        em: Theme.latin ? Theme.sBody : Theme.sLead
                        bold: line.given.missed
                        color: line.given.missed ? Theme.call : Theme.ink
                        centred: true
                        wrapMode: Text.NoWrap
                    }
                    AnswerState {
                        visible: line.modelData.mustAsk || line.given.answer !== "none"
                        x: 60 * page.u
                        anchors.verticalCenter: parent.verticalCenter
                        answer: line.given.answer
                    }
                    Segmented {
                        objectName: "question_" + line.modelData.key
                        anchors.right: parent.right
                        anchors.verticalCenter: parent.verticalCenter
                        question: words.question(line.modelData.key)
                        w: 25
                        h: 11.2
                        em: Theme.latin ? Theme.sMeta : Theme.sBody
                        options: line.modelData.options.map(key => words.option(key)).concat([qsTr("Declined")])
                        sel: line.given.answer === "declined" ? line.modelData.options.length : line.given.chosen
                        answer: line.given.answer === "declined" ? "asked" : line.given.answer
                        onChosen: index => page.visit.answer(line.modelData.key, index)
                    }
                }
            }
        }

        Item {
            id: side
            anchors.right: parent.right
            y: page.tall ? form.y + form.height + Theme.s4 * page.u : form.y
            width: page.tall ? parent.width : 90 * page.u
            height: page.tall ? 150 * page.u : form.height

            Sheet {
                id: reading
                visible: !warning.visible
                width: parent.width
                height: (page.low ? 40 : 42) * page.u

                Column {
                    visible: page.open && page.head.vital.systolic !== undefined
                    x: Theme.s4 * page.u
                    anchors.verticalCenter: parent.verticalCenter
                    width: parent.width - 2 * x

                    Label {
                        width: parent.width
                        text: page.open && page.head.vital.on ? qsTr("Blood pressure, %1").arg(dates.moment(page.head.vital, page.head.today)) : ""
                        em: Theme.sBody
                        color: Theme.ink2
                        wrapMode: Text.NoWrap
                        elide: Text.ElideRight
                    }
                    Label {
                        objectName: "reading"
                        text: page.open && page.head.vital.systolic ? page.head.vital.systolic + " / " + page.head.vital.diastolic : ""
                        em: Theme.sFigure
                        bold: true
                        lineHeight: Theme.leadHead
                    }
                    Label {
                        width: parent.width
                        text: !page.open || !page.head.vital.on ? "" : [page.head.vital.pulse > 0 ? qsTr("Pulse %1").arg(page.head.vital.pulse) : "", page.head.vital.readings > 1 ? qsTr("mean of %1").arg(page.head.vital.readings) : qsTr("one reading")].filter(part => part !== "").join(Theme.latin ? ", " : "　")
                        em: Theme.sBody
                        color: Theme.ink2
                        wrapMode: Text.NoWrap
                        elide: Text.ElideRight
                    }
                }
                EmptyState {
                    visible: page.open && page.head.vital.systolic === undefined
                    anchors.centerIn: parent
                    width: parent.width - 2 * Theme.s3 * page.u
                    iconName: ""
                    em: Theme.sBody
                    hintEm: Theme.sMeta
                    text: qsTr("No reading to show")
                    hint: qsTr("It appears after a check-in at this kiosk.")
                }
            }
            Banner {
                id: warning
                objectName: "warning"
                visible: page.trouble !== "" || page.visit.redFlag
                width: parent.width
                height: reading.height
                kind: "call"
                iconName: page.visit.redFlag ? "phone" : "octagon-alert"
                text: page.visit.redFlag ? qsTr("If it is urgent, call 999 now.") : page.trouble
                detail: !page.visit.redFlag ? "" : page.trouble !== "" ? page.trouble : qsTr("Stay with the resident and tell the supervisor.")
            }

            Sheet {
                anchors.top: reading.bottom
                anchors.topMargin: Theme.s3 * page.u
                anchors.bottom: save.top
                anchors.bottomMargin: Theme.s3 * page.u
                width: parent.width

                Column {
                    enabled: !page.visit.saving
                    x: Theme.s4 * page.u
                    anchors.verticalCenter: parent.verticalCenter
                    width: parent.width - 2 * x
                    spacing: (page.low ? 0.6 : Theme.s1) * page.u

                    Label {
                        text: qsTr("Promise to the resident")
                        em: Theme.sMeta
                        color: Theme.ink2
                        spoken: false
                    }
                    TextBox {
                        objectName: "promise"
                        width: parent.width
                        h: page.low ? 11.4 : 13
                        label: qsTr("Promise to the resident")
                        maximumLength: 200
                        text: page.visit.promise
                        onTextEdited: page.visit.setPromise(text)
                    }
                    Label {
                        text: qsTr("Note")
                        em: Theme.sMeta
                        color: Theme.ink2
                        spoken: false
                    }
                    TextBox {
                        objectName: "note"
                        width: parent.width
                        h: page.low ? 11.4 : 13
                        label: qsTr("Note")
                        maximumLength: 500
                        text: page.visit.note
                        onTextEdited: page.visit.setNote(text)
                    }
                    Label {
                        objectName: "nextOn"
                        width: parent.width
                        text: page.visit.nextOn === "" ? qsTr("Next visit: no date yet") : qsTr("Next visit: %1, %2").arg(dates.day(page.visit.nextOn, page.head.today)).arg(dates.weekday(page.visit.nextOn))
                        em: Theme.sBody
                        bold: page.visit.nextOn !== ""
                        wrapMode: Text.NoWrap
                        elide: Text.ElideRight
                    }
                    Row {
                        spacing: Theme.gapS * page.u

                        Segmented {
                            objectName: "nextIn"
                            question: qsTr("Days until the next visit")
                            w: 14
                            h: page.low ? 11.2 : Theme.touchS
                            options: page.intervals.map(days => String(days))
                            sel: page.intervals.indexOf(page.visit.nextInDays)
                            onChosen: index => page.visit.setNextInDays(page.intervals[index] === page.visit.nextInDays ? 0 : page.intervals[index])
                        }
                        ActionButton {
                            objectName: "dayEarlier"
                            iconName: "minus"
                            em: Theme.sBody
                            h: page.low ? 11.2 : Theme.touchS
                            minW: 13
                            pad: 2
                            guarded: false
                            Accessible.name: qsTr("One day earlier")
                            enabled: page.visit.nextInDays > 0
                            onActivated: page.visit.setNextInDays(page.visit.nextInDays - 1)
                        }
                        ActionButton {
                            objectName: "dayLater"
                            iconName: "plus"
                            em: Theme.sBody
                            h: page.low ? 11.2 : Theme.touchS
                            minW: 13
                            pad: 2
                            guarded: false
                            Accessible.name: qsTr("One day later")
                            onActivated: page.visit.setNextInDays(page.visit.nextInDays + 1)
                        }
                    }
                }
            }
            ActionButton {
                id: save
                objectName: "save"
                anchors.bottom: parent.bottom
                width: parent.width
                kind: "primary"
                hue: Theme.indigo
                iconName: "check"
                text: page.visit.saving ? qsTr("Saving") : qsTr("Save")
                em: Theme.sTitle
                h: page.low ? 16 : 18
                enabled: !page.visit.saving
                onActivated: page.visit.save()
            }
        }
    }
}
