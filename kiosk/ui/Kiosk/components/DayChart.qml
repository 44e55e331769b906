pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes
import Kiosk

// One day of counts on a 24-hour axis. A span in which the counter was not heard is white space with
// its words, never a zero; the line stops before it and starts again after it.
Item {
    id: chart

    property var points: [] // [[hour 0..24, count], ...] in order; null breaks the line
    property var usual: [] // optional, 24 pairs [low, high] of a usual day
    property var gaps: [] // [{ from: 7.6, to: 9.2, text: "7:36-9:12 no signal" }]
    property var hours: [0, 6, 12, 18, 24] // labelled
    property real ceiling: 0 // of the scale; 0: from the data
    property color hue: Theme.bronze
    property color tint: Theme.bronzeTint
    property real em: Theme.sMeta
    property string summary: "" // what a screen reader says

    readonly property real largest: Math.max(4, ...points.filter(p => p !== null).map(p => p[1]), ...usual.map(p => p[1]))
    readonly property real step: niceStep(ceiling > 0 ? ceiling : largest)
    readonly property real scaleTop: ceiling > 0 ? ceiling : largest * 1.08
    readonly property var marks: Array.from({ length: Math.floor(scaleTop / step) + 1 }, (_, i) => i * step)
    readonly property var last: points.length ? points[points.length - 1] : null

    function niceStep(most: real): real {
        const raw = most / 4
        const power = Math.pow(10, Math.floor(Math.log10(raw)))
        const lead = raw / power
        return Math.max(1, (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power)
    }
    function px(hour: real): real {
        return hour / 24 * plot.width
    }
    function py(count: real): real {
        return plot.height * (1 - count / scaleTop)
    }
    function runs(): var {
        const all = []
        let run = []
        for (const point of points) {
            if (point !== null) {
                run.push(Qt.point(px(point[0]), py(point[1])))
            } else {
                all.push(run)
                run = []
            }
        }
        all.push(run)
        return all.filter(points => points.length > 1)
    }
    function outline(): var {
        const there = usual.map((pair, i) => Qt.point(px(i + 0.5), py(pair[1])))
        const back = usual.map((pair, i) => Qt.point(px(i + 0.5), py(pair[0]))).reverse()
        return there.concat(back)
    }

    Accessible.role: Accessible.Chart
    Accessible.name: summary

    Item {
        id: plot
        anchors.fill: parent
        anchors.leftMargin: (String(Math.round(chart.marks[chart.marks.length - 1])).length * chart.em * 0.56 + 3) * Theme.u
        anchors.rightMargin: chart.em * 1.4 * Theme.u
        anchors.topMargin: chart.em * Theme.u
        anchors.bottomMargin: chart.em * 1.8 * Theme.u

        Repeater {
            model: chart.marks
            Item {
                id: mark
                required property real modelData
                y: chart.py(modelData)
                Hair {
                    width: plot.width
                    height: mark.modelData === 0 ? Theme.edgeW * Theme.u : Theme.outlined ? 1 : Theme.hairW * Theme.u
                    color: mark.modelData > 0 ? Theme.hair : Theme.edge
                }
                Label {
                    x: -implicitWidth - 2.4 * Theme.u
                    y: -implicitHeight / 2
                    text: String(mark.modelData)
                    em: chart.em
                    color: Theme.ink2
                    wrapMode: Text.NoWrap
                    spoken: false
                }
            }
        }
        Shape {
            anchors.fill: parent
            ShapePath {
                strokeColor: Theme.outlined && chart.usual.length > 0 ? Theme.edge : "transparent"
                strokeWidth: Theme.hairW * Theme.u
                fillColor: chart.usual.length > 0 ? chart.tint : "transparent"
                PathPolyline {
                    path: chart.outline()
                }
            }
            ShapePath {
                strokeColor: chart.hue
                strokeWidth: Theme.thread * Theme.u
                fillColor: "transparent"
                capStyle: ShapePath.RoundCap
                joinStyle: ShapePath.RoundJoin
                PathMultiline {
                    paths: chart.runs()
                }
            }
        }
        Repeater {
            model: chart.gaps
            Item {
                id: gap
                required property var modelData
                readonly property bool leftward: x + width + words.implicitWidth + 3 * Theme.u > plot.width
                x: chart.px(modelData.from)
                width: Math.max(2 * Theme.edgeW * Theme.u, chart.px(modelData.to) - x)
                height: plot.height

                Rectangle {
                    anchors.fill: parent
                    color: Theme.surface
                }
                Rectangle {
                    width: Theme.edgeW * Theme.u
                    height: parent.height
                    color: Theme.edge
                }
                Rectangle {
                    anchors.right: parent.right
                    width: Theme.edgeW * Theme.u
                    height: parent.height
                    color: Theme.edge
                }
                Label {
                    id: words
                    x: gap.leftward ? -implicitWidth - 2.4 * Theme.u : gap.width + 2.4 * Theme.u
                    y: -chart.em * 0.9 * Theme.u
                    text: gap.modelData.text
                    em: chart.em
                    wrapMode: Text.NoWrap
                    spoken: false
                }
            }
        }
        Dot {
            visible: chart.last !== null
            x: chart.last === null ? 0 : chart.px(chart.last[0]) - width / 2
            y: chart.last === null ? 0 : chart.py(chart.last[1]) - height / 2
            mm: 5.4
            color: chart.hue
            Dot {
                anchors.centerIn: parent
                mm: 2
                color: Theme.hueInk
            }
        }
        Repeater {
            model: chart.hours
            Label {
                required property int modelData
                x: modelData === 0 ? 0 : chart.px(modelData) - implicitWidth / 2
                y: plot.height + 0.2 * chart.em * Theme.u
                text: qsTr("%1:00").arg(modelData)
                em: chart.em
                color: Theme.ink2
                wrapMode: Text.NoWrap
                spoken: false
            }
        }
    }
}
