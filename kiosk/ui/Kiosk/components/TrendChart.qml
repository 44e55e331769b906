pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes
import Kiosk

// Two threads through time: the upper pressure with filled stations, the lower with open ones. A null
// is a gap and stays one: the line is not drawn across it, and `gapText` says so once per gap.
Item {
    id: chart

    property var upper: [] // numbers or null, oldest first
    property var lower: [] // the same length
    property var positions: [] // 0..1 for each point; empty: evenly spaced
    property var labels: [] // [{ at: index, text: "March" }]
    property real bandLo: 0 // the usual range of the upper value; none when bandHi is 0
    property real bandHi: 0
    property string bandText: ""
    property string gapText: ""
    property string upperText: "" // at the end of each line
    property string lowerText: ""
    property string summary: "" // what a screen reader says
    property real em: Theme.rBody
    property real dot: 5.4 // mm
    property real line: Theme.thread
    property color hue: Theme.jade
    property color bandTint: Theme.jadeTint
    property real lo: 0 // of the scale; both 0: from the data
    property real hi: 0

    readonly property int count: upper.length
    readonly property var seen: upper.concat(lower).filter(v => v !== null && v !== undefined).concat(bandHi > 0 ? [bandLo, bandHi] : [])
    readonly property real floor: hi > lo ? lo : seen.length ? Math.min(...seen) - 10 : 60
    readonly property real ceiling: hi > lo ? hi : seen.length ? Math.max(...seen) + 8 : 170
    readonly property real leftRoom: dot * 1.6 * Theme.u
    readonly property real rightRoom: Math.max(upperLabel.implicitWidth, lowerLabel.implicitWidth) + dot * 2 * Theme.u
    readonly property real plotW: Math.max(1, width - leftRoom - rightRoom)
    readonly property real plotH: Math.max(1, height - em * 1.75 * Theme.u)
    readonly property var gaps: findGaps()

    function px(i: int): real {
        return leftRoom + (positions.length === count ? positions[i] : count > 1 ? i / (count - 1) : 1) * plotW
    }
    function py(value: real): real {
        return (ceiling - value) / (ceiling - floor) * plotH
    }
    function runs(values: var): var {
        const all = []
        let run = []
        for (let i = 0; i < values.length; i++) {
            if (values[i] !== null && values[i] !== undefined) {
                run.push(Qt.point(px(i), py(values[i])))
            } else if (run.length) {
                all.push(run)
                run = []
            }
        }
        if (run.length)
            all.push(run)
        return all.filter(points => points.length > 1)
    }
    function findGaps(): var {
        const found = []
        for (let i = 1; i < count; i++) {
            if (upper[i] !== null || upper[i - 1] === null)
                continue
            let j = i
            while (j < count && upper[j] === null)
                j++
            if (j < count)
                found.push({ from: i - 1, to: j })
            i = j
        }
        return found
    }

    Accessible.role: Accessible.Chart
    Accessible.name: summary === "" ? upperText + ", " + lowerText : summary

    Rectangle {
        visible: chart.bandHi > 0
        width: chart.leftRoom + chart.plotW + 4 * Theme.u
        y: chart.py(chart.bandHi)
        height: chart.py(chart.bandLo) - y
        radius: 2 * Theme.u
        color: chart.bandTint
        border.width: Theme.outlined ? Theme.hairW * Theme.u : 0
        border.color: Theme.edge

        Label {
            x: 3 * Theme.u
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 0.2 * Theme.u
            text: chart.bandText
            em: chart.em
            color: Theme.ok
            wrapMode: Text.NoWrap
            spoken: false
        }
    }
    Hair {
        y: chart.plotH
        width: chart.leftRoom + chart.plotW + 4 * Theme.u
        color: Theme.edge
    }
    Shape {
        anchors.fill: parent
        ShapePath {
            strokeColor: chart.hue
            strokeWidth: chart.line * Theme.u
            fillColor: "transparent"
            joinStyle: ShapePath.RoundJoin
            capStyle: ShapePath.RoundCap
            PathMultiline {
                paths: chart.runs(chart.upper)
            }
        }
        ShapePath {
            strokeColor: chart.hue
            strokeWidth: chart.line * Theme.u
            fillColor: "transparent"
            joinStyle: ShapePath.RoundJoin
            capStyle: ShapePath.RoundCap
            PathMultiline {
                paths: chart.runs(chart.lower)
            }
        }
    }
    Repeater {
        model: chart.upper
        Dot {
            required property var modelData
            required property int index
            visible: modelData !== null
            mm: chart.dot * (index === chart.count - 1 ? 1.7 : 1)
            color: chart.hue
            x: chart.px(index) - width / 2
            y: chart.py(modelData ?? chart.floor) - height / 2
        }
    }
    Repeater {
        model: chart.lower
        Dot {
            required property var modelData
            required property int index
            visible: modelData !== null
            mm: chart.dot * (index === chart.count - 1 ? 1.7 : 1)
            color: Theme.surface
            edgeMm: chart.dot * 0.26
            edge: chart.hue
            x: chart.px(index) - width / 2
            y: chart.py(modelData ?? chart.floor) - height / 2
        }
    }
    Repeater {
        model: chart.gapText === "" ? [] : chart.gaps
        Label {
            required property var modelData
            readonly property real room: chart.px(modelData.to) - chart.px(modelData.from) - chart.dot * 1.8 * Theme.u
            visible: implicitWidth <= 2 * room
            text: chart.gapText
            em: chart.em
            color: Theme.ink2
            width: Math.min(implicitWidth, room + chart.dot * 0.7 * Theme.u) // the longest word
            wrapMode: Text.WordWrap // two words stand one above the other where a gap is narrow
            lineHeight: Theme.leadHead
            horizontalAlignment: Text.AlignHCenter
            spoken: false
            x: (chart.px(modelData.from) + chart.px(modelData.to) - width) / 2
            y: {
                // On the line that is not there, but clear of the band's upper edge.
                const middle = (chart.py(chart.upper[modelData.from]) + chart.py(chart.upper[modelData.to])) / 2
                const edge = chart.py(chart.bandHi)
                const onEdge = chart.bandHi > 0 && Math.abs(middle - edge) < height / 2
                return Math.max(0, onEdge ? edge - height * 0.9 : middle - height / 2)
            }
        }
    }
    Repeater {
        model: chart.labels
        Label {
            required property var modelData
            text: modelData.text
            em: chart.em
            color: Theme.ink2
            wrapMode: Text.NoWrap
            spoken: false
            x: Math.max(0, Math.min(chart.width - implicitWidth, chart.px(modelData.at) - implicitWidth / 2))
            y: chart.plotH + 0.12 * em * Theme.u
        }
    }
    Label {
        id: upperLabel
        visible: text !== "" && chart.count > 0
        text: chart.upperText
        em: chart.em
        bold: true
        centred: true
        wrapMode: Text.NoWrap
        spoken: false
        x: chart.leftRoom + chart.plotW + chart.dot * 1.6 * Theme.u
        y: chart.count && chart.upper[chart.count - 1] !== null ? chart.py(chart.upper[chart.count - 1]) - height / 2 : 0
    }
    Label {
        id: lowerLabel
        visible: text !== "" && chart.count > 0
        text: chart.lowerText
        em: chart.em
        bold: true
        centred: true
        wrapMode: Text.NoWrap
        spoken: false
        x: upperLabel.x
        y: chart.count && chart.lower[chart.count - 1] !== null ? Math.max(upperLabel.y + height * 0.8, chart.py(chart.lower[chart.count - 1]) - height / 2) : upperLabel.y + height
    }
}
