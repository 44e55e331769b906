pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// Today on the road: what passes, how many in each direction, the hours, and where nobody listened.
StaffPage {
    id: page

    readonly property var day: traffic.day
    readonly property bool known: day.total !== undefined
    readonly property var counter: traffic.counters.find(one => one.key === traffic.chosen)
    readonly property bool hasLine: known && day.points.some(point => point !== undefined && point !== null)
    readonly property bool fine: known && day.state === "ok"
    readonly property var troubles: ({
            waiting: [qsTr("Waiting for the counter"), qsTr("Check that it has power and that its cable is in.")],
            port_missing: [qsTr("The counter is not plugged in"), qsTr("Check its cable at both ends. Counting starts again by itself.")],
            port_refused: [qsTr("The counter's port is not allowed"), qsTr("Call the technician.")],
            port_busy: [qsTr("Another program uses the counter"), qsTr("Close that program. Counting starts again by itself.")],
            port_unusable: [qsTr("The counter's port cannot be used"), qsTr("Call the technician.")],
            unplugged: [qsTr("The counter was unplugged"), qsTr("Plug it in again. Counting starts again by itself.")],
            not_answering: [qsTr("The counter does not answer"), qsTr("Check that it has power and that its cable is in.")]
        })
    readonly property var trouble: fine || !known ? ["", ""] : troubles[day.state] ?? troubles.waiting

    function counterName(one: var): string {
        return one ? (one.names[shell.language] || one.names.en || one.key) : ""
    }

    title: qsTr("Traffic")
    section: "traffic"
    Component.onCompleted: traffic.watch()
    Component.onDestruction: traffic.leave()

    EmptyState {
        visible: page.traffic.counters.length === 0
        anchors.centerIn: parent
        width: 180 * page.u
        iconName: page.traffic.denied ? "lock" : "inbox"
        text: page.traffic.denied ? qsTr("Your role does not include this page") : qsTr("No vehicle counter yet")
        hint: page.traffic.denied ? qsTr("Ask the supervisor if you need it.") : qsTr("The technician writes it into the kiosk's site file and plugs it in.")
    }

    Item {
        visible: page.known
        anchors.fill: parent

        Label {
            id: heading
            objectName: "total"
            text: page.known && !page.day.heard ? qsTr("%1: not heard today").arg(page.counterName(page.counter)) : page.known ? qsTr("%1: %2 vehicles today").arg(page.counterName(page.counter)).arg(page.day.total) : ""
            em: Theme.latin ? Theme.sTitle * 0.82 : Theme.sTitle
            bold: true
            wrapMode: Text.NoWrap
        }
        Segmented {
            id: choice
            objectName: "counters"
            visible: page.traffic.counters.length > 1
            anchors.right: parent.right
            hue: Theme.bronze
            tint: Theme.bronzeTint
            question: qsTr("Counter")
            w: 24
            h: Theme.touchS
            options: page.traffic.counters.map(one => page.counterName(one))
            sel: page.traffic.counters.findIndex(one => one.key === page.traffic.chosen)
            onChosen: index => page.traffic.choose(page.traffic.counters[index].key)
        }
        Label {
            objectName: "until"
            x: page.tall ? 0 : heading.width + Theme.s4 * page.u
            y: page.tall ? heading.height : heading.baselineOffset - baselineOffset
            width: Math.max(0, (choice.visible && !page.tall ? choice.x : parent.width) - x - Theme.s3 * page.u)
            text: !page.known || !page.day.heard ? "" : page.day.missedMinutes > 0 ? qsTr("until %1, without the %2 min not heard").arg(page.day.until).arg(page.day.missedMinutes) : qsTr("until %1").arg(page.day.until)
            em: Theme.sBody
            color: Theme.ink2
            wrapMode: Text.NoWrap
            elide: Text.ElideRight
        }

        Sheet {
            id: road
            y: (page.tall ? 25 : 17) * page.u
            width: parent.width
            height: (page.low ? 46 : 52) * page.u

            Repeater {
                model: [
                    { way: "into_village", text: qsTr("Into the village"), icon: "arrow-right", count: page.known ? page.day.into : 0 },
                    { way: "out_of_village", text: qsTr("Out of the village"), icon: "arrow-left", count: page.known ? page.day.outOf : 0 }
                ]

                Item {
                    id: lane
                    required property var modelData
                    required property int index
                    readonly property real from: 72 * page.u
                    readonly property real to: width - 46 * page.u
                    readonly property bool rightward: index === 0

                    y: index * road.height / 2
                    width: road.width
                    height: road.height / 2

                    Hair {
                        visible: lane.index === 1
                        x: lane.from
                        width: lane.to - lane.from
                    }
                    Icon {
                        id: arrow
                        x: 7 * page.u
                        anchors.verticalCenter: parent.verticalCenter
                        name: lane.modelData.icon
                        tint: Theme.bronze
                        mm: 9
                        stroke: 2.4
                    }
                    Label {
                        anchors.left: arrow.right
                        anchors.leftMargin: Theme.s3 * page.u
                        anchors.verticalCenter: parent.verticalCenter
                        text: lane.modelData.text
                        em: Theme.latin ? Theme.sBody : Theme.sLead
                        bold: true
                        centred: true
                        wrapMode: Text.NoWrap
                    }
                    Rectangle {
                        x: lane.from
                        width: lane.to - lane.from
                        height: 0.9 * page.u
                        radius: height / 2
                        anchors.verticalCenter: parent.verticalCenter
                        color: Theme.bronzeTint
                    }
                    Repeater {
                        model: page.known ? page.day.road.filter(vehicle => vehicle.way === lane.modelData.way) : []

                        Rectangle {
                            required property var modelData
                            readonly property real along: modelData.at * (lane.to - lane.from - width)

                            x: lane.rightward ? lane.from + along : lane.to - width - along
                            y: (lane.height - height) / 2 // a vehicle that has left has no parent
                            width: (modelData.heavy ? 15 : 7) * page.u
                            height: 6.4 * page.u
                            radius: 2 * page.u
                            color: Theme.bronze
                        }
                    }
                    Label {
                        objectName: lane.modelData.way
                        anchors.right: parent.right
                        anchors.rightMargin: 9 * page.u
                        anchors.verticalCenter: parent.verticalCenter
                        text: page.known && page.day.heard ? lane.modelData.count : "–"
                        em: Theme.sFigure
                        bold: true
                        centred: true
                    }
                }
            }
        }

        Sheet {
            id: profile
            anchors.top: road.bottom
            anchors.topMargin: Theme.s4 * page.u
            anchors.bottom: parent.bottom
            width: parent.width - 108 * page.u

            Label {
                x: 7 * page.u
                y: 3 * page.u
                text: qsTr("Vehicles per hour")
                em: Theme.sLead
                bold: true
            }
            DayChart {
                objectName: "profile"
                visible: page.hasLine
                anchors.fill: parent
                anchors.leftMargin: 6 * page.u
                anchors.rightMargin: 6 * page.u
                anchors.topMargin: 17 * page.u
                anchors.bottomMargin: Theme.s2 * page.u
                points: page.known ? page.day.points.map(point => point ?? null) : []
                gaps: page.known ? page.day.gaps.map(gap => ({
                                from: gap.from,
                                to: gap.to,
                                text: gap.to - gap.from >= 0.5 ? qsTr("%1-%2 not heard").arg(gap.fromTime).arg(gap.toTime) : ""
                            })) : []
                summary: qsTr("Vehicles per hour")
            }
            Label {
                visible: page.known && !page.hasLine
                anchors.centerIn: parent
                width: parent.width - 50 * page.u
                horizontalAlignment: Text.AlignHCenter
                text: qsTr("The line begins after the first half hour.")
                em: Theme.sBody
                color: Theme.ink2
            }
        }

        Item {
            anchors.right: parent.right
            anchors.top: profile.top
            anchors.bottom: parent.bottom
            width: 100 * page.u

            Row {
                id: figures
                width: parent.width

                Repeater {
                    model: [
                        { key: "p85", title: qsTr("85% drive at most"), value: !page.known || page.day.p85 < 0 ? "–" : String(page.day.p85), unit: qsTr("km/h") },
                        { key: "heavy", title: qsTr("Heavy vehicles"), value: !page.known || page.day.heavyPercent < 0 ? "–" : page.day.heavyPercent + "%", unit: !page.known || page.day.classified === 0 ? qsTr("not told by this counter") : qsTr("%1 of %2").arg(page.day.heavy).arg(page.day.classified) }
                    ]

                    Column {
                        id: figure
                        required property var modelData
                        width: figures.width / 2

                        Label {
                            width: parent.width
                            text: figure.modelData.title
                            em: Theme.latin ? Theme.sMeta : Theme.sBody
                            color: Theme.ink2
                            wrapMode: Text.NoWrap
                        }
                        Label {
                            objectName: figure.modelData.key
                            text: figure.modelData.value
                            em: Theme.rTitle
                            bold: true
                            lineHeight: Theme.leadHead
                        }
                        Label {
                            width: parent.width - Theme.s2 * page.u
                            text: figure.modelData.unit
                            em: Theme.sMeta
                            color: Theme.ink2
                            lineHeight: Theme.leadHead
                        }
                    }
                }
            }
            Sheet {
                anchors.top: figures.bottom
                anchors.topMargin: Theme.s3 * page.u
                anchors.bottom: parent.bottom
                width: parent.width

                Column {
                    x: 7 * page.u
                    anchors.verticalCenter: parent.verticalCenter
                    width: parent.width - 14 * page.u
                    spacing: Theme.s2 * page.u

                    Row {
                        spacing: Theme.s2 * page.u

                        Station {
                            anchors.verticalCenter: parent.verticalCenter
                            kind: page.fine ? "done" : "late"
                            hue: Theme.jade
                            mm: 6
                        }
                        Label {
                            objectName: "state"
                            width: 72 * page.u
                            anchors.verticalCenter: parent.verticalCenter
                            text: page.fine ? qsTr("The counter is working") : page.trouble[0]
                            em: Theme.sBody
                            bold: true
                            color: page.fine ? Theme.ink : Theme.call
                        }
                    }
                    Label {
                        width: parent.width
                        text: page.fine ? page.day.missedMinutes > 0 ? qsTr("Not heard today: %1 min").arg(page.day.missedMinutes) : qsTr("Heard without a break today") : page.trouble[1]
                        em: Theme.sBody
                        color: Theme.ink2
                    }
                    Label {
                        visible: page.known && page.day.unknown > 0
                        width: parent.width
                        text: page.known ? qsTr("Direction unknown: %1").arg(page.day.unknown) : ""
                        em: Theme.sBody
                        color: Theme.ink2
                    }
                }
            }
        }
    }
}
