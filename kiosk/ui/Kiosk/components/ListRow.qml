pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Kiosk

// A row that opens something: station, name with a small note beside it, a second line, a word at
// the right and a chevron. Empty texts take no room.
T.AbstractButton {
    id: row

    property string title: ""
    property int titleLines: 1
    property string meta: "" // beside the title, small
    property string detail: "" // the second line
    property string aside: "" // right
    property string station: "" // done | due | here | next | late | ""
    property color hue: Theme.indigo
    property bool urgent: false
    property bool chevron: true
    property bool hair: true // a divider above
    property bool guarded: true

    readonly property real textX: (station === "" ? 6 : 24) * Theme.u

    signal activated

    implicitHeight: 20 * Theme.u
    focusPolicy: Qt.TabFocus
    text: title
    Accessible.name: [title, meta, detail, aside].filter(part => part !== "").join(", ")
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()
    onClicked: if (!guarded || TouchGuard.take())
        activated()

    background: Item {
        Rectangle {
            visible: row.down
            anchors.fill: parent
            color: Theme.sunk
        }
        Hair {
            visible: row.hair
            x: row.textX
            width: parent.width - x - 6 * Theme.u
        }
        FocusRing {
            anchors.margins: Theme.s1 * Theme.u
            shown: row.visualFocus
        }
    }
    contentItem: Item {
        Station {
            visible: row.station !== ""
            x: 12 * Theme.u - width / 2
            anchors.verticalCenter: parent.verticalCenter
            kind: row.station === "" ? "due" : row.station
            hue: row.hue
        }
        Column {
            id: words
            x: row.textX
            anchors.verticalCenter: parent.verticalCenter
            anchors.verticalCenterOffset: -0.4 * Theme.u
            width: right.x - x - Theme.s3 * Theme.u

            Item {
                width: parent.width
                height: name.height
                Label {
                    id: name
                    width: Math.min(implicitWidth, parent.width)
                    text: row.title
                    em: Theme.sLead
                    bold: true
                    lineHeight: 0.92
                    wrapMode: row.titleLines > 1 ? Text.Wrap : Text.NoWrap
                    maximumLineCount: row.titleLines
                    elide: Text.ElideRight
                    spoken: false
                }
                Label {
                    anchors.baseline: name.baseline
                    x: name.width + 5 * Theme.u
                    width: Math.max(0, parent.width - x)
                    visible: text !== "" && width > 0
                    text: row.meta
                    em: Theme.sMeta
                    color: Theme.ink2
                    wrapMode: Text.NoWrap
                    elide: Text.ElideRight
                    spoken: false
                }
            }
            Label {
                visible: text !== ""
                width: parent.width
                text: row.detail
                em: Theme.sBody
                lineHeight: 0.92
                wrapMode: Text.NoWrap
                elide: Text.ElideRight
                spoken: false
            }
        }
        Row {
            id: right
            anchors.right: parent.right
            anchors.rightMargin: 6 * Theme.u
            anchors.verticalCenter: parent.verticalCenter
            spacing: Theme.s3 * Theme.u

            Label {
                visible: text !== ""
                anchors.verticalCenter: parent.verticalCenter
                text: row.aside
                em: Theme.sBody
                bold: row.urgent
                color: row.urgent ? Theme.call : Theme.ink2
                centred: true
                wrapMode: Text.NoWrap
                spoken: false
            }
            Icon {
                visible: row.chevron
                anchors.verticalCenter: parent.verticalCenter
                name: "chevron-right"
                mm: 7
                stroke: 1.8
                tint: Theme.ink2
            }
        }
    }
}
