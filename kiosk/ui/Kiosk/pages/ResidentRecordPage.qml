pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// One resident: what was promised, then what not to do, then the readings and what happened.
StaffPage {
    id: page

    readonly property var who: residents.record
    readonly property bool known: who.id !== undefined
    readonly property var promise: known ? who.promise : ({})
    readonly property var trend: known ? who.trend : ({})
    readonly property bool hasTrend: trend.upper !== undefined
    readonly property string gap: Theme.latin ? ", " : "　"
    readonly property string warning: !known || who.armNotToUse === "" || who.armNotToUse === "none" ? "" : who.armNotToUse === "right" ? qsTr("Do not use the right arm") : who.armNotToUse === "left" ? qsTr("Do not use the left arm") : qsTr("Do not use either arm")

    function startVisit() {
        visit.start(who.id)
        shell.go("visit")
    }
    function eventTitle(event: var): string {
        return event.kind === "reading" ? qsTr("BP %1 / %2").arg(event.systolic).arg(event.diastolic) : words.contact(event.kind)
    }
    function eventText(event: var): string {
        const refused = event.sync === "refused" ? sending.cause(event.syncReason) : ""
        const own = event.kind === "reading" ? [event.readings > 1 ? qsTr("Measured, mean of %1").arg(event.readings) : qsTr("One reading")] : [words.sinceLast(event.sinceLast), event.promise === "" ? "" : qsTr("Promised: %1").arg(event.promise), event.note]
        const said = own.filter(part => part !== "").join(Theme.latin ? ". " : "，")
        // Why it was refused is no part of what was found.
        return [refused, said].filter(part => part !== "").join(Theme.latin ? ". " : "；")
    }

    title: known ? who.name : qsTr("Resident")
    section: "residents"
    Component.onCompleted: residents.reload()

    CivilDates {
        id: dates
    }
    VisitWords {
        id: words
    }
    SyncWords {
        id: sending
    }

    EmptyState {
        visible: !page.known
        anchors.centerIn: parent
        width: 160 * page.u
        iconName: "users"
        text: qsTr("No resident is open")
        hint: qsTr("Choose one from the list of residents.")
    }

    Item {
        visible: page.known
        anchors.fill: parent

        ActionButton {
            id: back
            objectName: "back"
            y: 4 * page.u
            iconName: "arrow-left"
            text: qsTr("List")
            em: Theme.sBody
            h: Theme.touchS
            pad: 4.5
            onActivated: page.shell.section("residents")
        }
        Picture {
            id: ticket
            anchors.left: back.right
            anchors.leftMargin: Theme.s3 * page.u
            width: 21 * page.u
            height: width
            picture: page.known ? page.who.picture : ""
        }
        Column {
            anchors.left: ticket.right
            anchors.leftMargin: Theme.s4 * page.u
            anchors.right: start.left
            anchors.rightMargin: Theme.s3 * page.u
            anchors.verticalCenter: ticket.verticalCenter

            Label {
                objectName: "name"
                width: parent.width
                text: page.known ? (Theme.latin && page.who.romanised !== "" && page.who.romanised !== page.who.name ? page.who.name + "  " + page.who.romanised : page.who.name) : ""
                em: Theme.rLead
                bold: true
                lineHeight: Theme.leadHead
                wrapMode: Text.NoWrap
                elide: Text.ElideRight
            }
            Label {
                width: parent.width
                text: page.known ? [page.who.age < 0 ? "" : qsTr("%1 years").arg(page.who.age), page.who.address, qsTr("likes to be called %1").arg(page.who.preferred)].filter(part => part !== "").join(page.gap) : ""
                em: Theme.sBody
                color: Theme.ink2
                wrapMode: Text.NoWrap
                elide: Text.ElideRight
            }
        }
        ActionButton {
            id: start
            objectName: "startVisit"
            anchors.right: parent.right
            y: 3 * page.u
            kind: "primary"
            hue: Theme.indigo
            iconName: "notebook-pen"
            text: qsTr("Start visit")
            em: Theme.sLead
            h: 15
            focus: true
            onActivated: page.startVisit()
            Component.onCompleted: forceActiveFocus()
        }

        Sheet {
            id: promiseSheet
            y: 26 * page.u
            width: parent.width - timeline.width - Theme.s5 * page.u
            height: (page.low ? 32 : 36) * page.u
            color: Theme.indigoTint

            Dot {
                x: 7 * page.u
                anchors.verticalCenter: parent.verticalCenter
                mm: 9
                color: page.promise.text ? Theme.indigo : Theme.indigoTint
                edgeMm: page.promise.text ? 0 : Theme.threadThin
                edge: Theme.indigo

                Dot {
                    visible: page.promise.text !== undefined
                    anchors.centerIn: parent
                    mm: 3.4
                    color: Theme.hueInk
                }
            }
            Column {
                x: 22 * page.u
                anchors.verticalCenter: parent.verticalCenter
                anchors.verticalCenterOffset: -0.5 * page.u
                width: (settle.visible ? settle.x : parent.width) - x - Theme.s3 * page.u

                Label {
                    width: parent.width
                    text: page.residents.problem === "not_saved" ? qsTr("Not saved. Touch it again.") : !page.promise.text ? qsTr("Promise") : page.promise.act === "promise_kept" ? qsTr("Promised on %1, kept").arg(dates.day(page.promise.on, page.who.today)) : page.promise.act === "promise_not_kept" ? qsTr("Promised on %1, not kept").arg(dates.day(page.promise.on, page.who.today)) : qsTr("Promised on %1").arg(dates.day(page.promise.on, page.who.today))
                    em: Theme.sBody
                    bold: page.residents.problem === "not_saved"
                    color: page.residents.problem === "not_saved" ? Theme.call : Theme.indigo
                    wrapMode: Text.NoWrap
                    elide: Text.ElideRight
                }
                Label {
                    objectName: "promise"
                    width: parent.width
                    text: page.promise.text ?? qsTr("Nothing was promised yet")
                    em: page.promise.text ? Theme.sTitle : Theme.sLead
                    bold: page.promise.text !== undefined
                    color: page.promise.text ? Theme.ink : Theme.ink2
                    maximumLineCount: 2
                    lineHeight: Theme.leadHead
                    elide: Text.ElideRight
                }
            }
            Column {
                id: settle
                visible: page.promise.text !== undefined && page.promise.act === ""
                anchors.right: parent.right
                anchors.rightMargin: Theme.s4 * page.u
                anchors.verticalCenter: parent.verticalCenter
                spacing: Theme.gapS * page.u

                ActionButton {
                    objectName: "promiseKept"
                    iconName: "check"
                    text: qsTr("Kept")
                    em: Theme.sBody
                    h: Theme.touchS
                    pad: 5
                    minW: 38
                    onActivated: page.residents.settlePromise(true)
                }
                ActionButton {
                    objectName: "promiseNotKept"
                    text: qsTr("Not kept")
                    em: Theme.sBody
                    h: Theme.touchS
                    pad: 5
                    minW: 38
                    onActivated: page.residents.settlePromise(false)
                }
            }
        }

        Row {
            id: flags
            visible: page.warning !== ""
            anchors.top: promiseSheet.bottom
            anchors.topMargin: Theme.s3 * page.u
            spacing: Theme.s2 * page.u
            height: visible ? 8 * page.u : 0

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                name: "octagon-alert"
                mm: 6.6
                tint: Theme.call
            }
            Label {
                objectName: "warning"
                anchors.verticalCenter: parent.verticalCenter
                text: page.warning
                em: Theme.sBody
                bold: true
                centred: true
                color: Theme.call
            }
        }

        Sheet {
            id: chart
            anchors.top: flags.visible ? flags.bottom : promiseSheet.bottom
            anchors.topMargin: Theme.s3 * page.u
            anchors.bottom: parent.bottom
            width: promiseSheet.width

            Label {
                id: chartTitle
                visible: page.hasTrend
                x: 7 * page.u
                y: 3 * page.u
                text: page.hasTrend ? qsTr("Blood pressure, %1 months").arg(page.trend.upper.length) : ""
                em: Theme.sLead
                bold: true
            }
            // Beside the title, or under it where the sheet is too narrow for both.
            Label {
                id: mean
                objectName: "mean"
                readonly property bool beside: chartTitle.implicitWidth + implicitWidth + Theme.s3 * page.u <= chart.width - 14 * page.u

                visible: page.hasTrend
                x: beside ? parent.width - implicitWidth - 7 * page.u : chartTitle.x
                y: beside ? chartTitle.y + chartTitle.baselineOffset - baselineOffset : chartTitle.y + chartTitle.height
                width: Math.min(implicitWidth, parent.width - 14 * page.u)
                text: page.hasTrend ? qsTr("Mean %1 / %2, times measured: %3").arg(page.trend.meanSystolic).arg(page.trend.meanDiastolic).arg(page.trend.sittings) : ""
                em: Theme.sBody
                color: Theme.ink2
                wrapMode: Text.NoWrap
                elide: Text.ElideRight
            }
            TrendChart {
                objectName: "trend"
                visible: page.hasTrend
                anchors.fill: parent
                anchors.margins: 7 * page.u
                anchors.topMargin: (mean.beside ? 17 : 25) * page.u
                anchors.bottomMargin: 2 * page.u
                upper: (page.trend.upper ?? []).map(value => value ?? null)
                lower: (page.trend.lower ?? []).map(value => value ?? null)
                labels: (page.trend.months ?? []).map((month, index) => ({
                            at: index,
                            text: dates.month(month)
                        })).filter(label => (page.trend.months.length - 1 - label.at) % 2 === 0)
                em: Theme.sMeta
                dot: 3
                line: 1
                gapText: qsTr("not measured")
                upperText: page.trend.thisMonth ? qsTr("Upper %1").arg(page.trend.systolic) : ""
                lowerText: page.trend.thisMonth ? qsTr("Lower %1").arg(page.trend.diastolic) : ""
                summary: page.hasTrend ? chartTitle.text + ". " + qsTr("Mean %1 / %2, times measured: %3").arg(page.trend.meanSystolic).arg(page.trend.meanDiastolic).arg(page.trend.sittings) : ""
            }
            EmptyState {
                visible: page.known && !page.hasTrend
                anchors.centerIn: parent
                width: parent.width - 2 * Theme.s6 * page.u
                iconName: "trending-up"
                text: page.known && page.who.healthShown ? qsTr("No blood pressure on record in the last 9 months") : qsTr("Readings are not shown to volunteers")
                hint: page.known && page.who.healthShown ? qsTr("It appears here after a check-in at this kiosk.") : qsTr("Ask the social worker when you need to know.")
            }
        }

        Item {
            id: timeline
            readonly property var events: page.known ? page.who.events : []
            readonly property real pitch: Math.min(34 * page.u, height / 5)

            anchors.right: parent.right
            y: 26 * page.u
            width: 102 * page.u
            height: parent.height - y

            Rectangle {
                visible: timeline.events.length > 1
                x: 3 * page.u - width / 2
                y: 5 * page.u
                width: Theme.threadThin * page.u
                height: (timeline.events.length - 1) * timeline.pitch
                color: Theme.hair
            }
            Repeater {
                model: timeline.events

                Item {
                    id: event
                    required property var modelData
                    required property int index

                    y: index * timeline.pitch
                    width: timeline.width
                    height: timeline.pitch

                    Station {
                        x: 3 * page.u - width / 2
                        y: 5 * page.u - height / 2
                        mm: 5.6
                        kind: event.modelData.kind === "attempted" ? "next" : "due"
                        hue: event.modelData.kind === "reading" ? Theme.jade : Theme.indigo
                        face: Theme.paper
                    }
                    Column {
                        x: 11 * page.u
                        width: parent.width - x

                        Item {
                            id: head
                            // In one line; how far it has come goes under it where there is no room.
                            readonly property real dated: what.implicitWidth + Theme.s3 * page.u + when.implicitWidth
                            readonly property bool roomy: !sent.visible || dated + Theme.s3 * page.u + sent.implicitWidth <= width

                            width: parent.width
                            height: what.height + (roomy ? 0 : sent.height)

                            Label {
                                id: what
                                width: Math.min(implicitWidth, parent.width - when.implicitWidth - Theme.s3 * page.u)
                                text: page.eventTitle(event.modelData)
                                em: Theme.latin ? Theme.sBody : Theme.sLead
                                bold: true
                                lineHeight: 0.92
                                wrapMode: Text.NoWrap
                                elide: Text.ElideRight
                            }
                            Label {
                                id: when
                                anchors.baseline: what.baseline
                                x: what.width + Theme.s3 * page.u
                                text: dates.day(event.modelData.on, page.who.today)
                                em: Theme.sMeta
                                color: Theme.ink2
                                wrapMode: Text.NoWrap
                            }
                            Row {
                                id: sent
                                readonly property string come: event.modelData.sync ?? ""
                                readonly property bool urgent: come === "refused" || come === "in_conflict"

                                visible: come !== ""
                                x: head.roomy ? when.x + when.implicitWidth + Theme.s3 * page.u : 0
                                y: head.roomy ? when.y + (when.height - height) / 2 : what.height
                                spacing: Theme.s1 * page.u

                                Icon {
                                    anchors.verticalCenter: parent.verticalCenter
                                    name: sent.urgent ? "octagon-alert" : sent.come === "acknowledged" ? "check" : sent.come === "sent" ? "arrow-right" : "cloud-off"
                                    mm: 4.4
                                    tint: sent.urgent ? Theme.call : Theme.plum
                                }
                                Label {
                                    objectName: "sending_" + event.index
                                    anchors.verticalCenter: parent.verticalCenter
                                    text: sending.state(sent.come)
                                    em: Theme.sMeta
                                    bold: sent.urgent
                                    color: sent.urgent ? Theme.call : Theme.plum
                                    wrapMode: Text.NoWrap
                                }
                            }
                        }
                        Label {
                            width: parent.width
                            text: page.eventText(event.modelData)
                            em: Theme.sBody
                            lineHeight: 0.92
                            maximumLineCount: head.roomy ? 2 : 1
                            elide: Text.ElideRight
                        }
                    }
                }
            }
            EmptyState {
                visible: page.known && page.who.healthShown && timeline.events.length === 0
                y: Theme.s5 * page.u
                width: parent.width
                iconName: "history"
                text: qsTr("Nothing on record yet")
                hint: qsTr("Visits and readings appear here.")
            }
        }
    }
}
