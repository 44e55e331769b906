pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// A list of ListRows on a sheet. `rows` is a list of plain objects with the string keys key, title,
// meta, detail, aside, station and the boolean urgent (all but key and title may be left out).
// Up, Down and Return work; two buttons page through a long list, so nothing needs a swipe.
Sheet {
    id: list

    property var rows: []
    property string label: ""
    property real rowMm: 20
    property int titleLines: 1 // for more, the rows must be as high
    property color hue: Theme.indigo
    property string emptyText: qsTr("Nothing here")
    property string emptyHint: ""

    readonly property real room: Math.max(1, height - 2 * Theme.s1 * Theme.u)
    readonly property int perPage: Math.max(1, Math.floor(room / (rowMm * Theme.u)))
    readonly property bool overflow: rows.length > perPage
    // Rows grow a little so that a whole number of them fills the sheet: none is ever cut.
    readonly property real rowHeight: overflow ? Math.floor(room / perPage) : Math.round(rowMm * Theme.u)

    signal opened(string key)

    function turn(pages: int) {
        const first = Math.round((view.contentY - view.originY) / rowHeight)
        const target = Math.max(0, Math.min(rows.length - perPage, first + pages * perPage))
        view.positionViewAtIndex(target, ListView.Beginning)
    }

    onRowHeightChanged: Qt.callLater(view.positionViewAtBeginning)

    ListView {
        id: view
        objectName: "rows"
        y: Math.round(Theme.s1 * Theme.u)
        width: parent.width - (list.overflow ? 20 * Theme.u : 0)
        height: list.overflow ? list.perPage * list.rowHeight : list.room
        clip: true
        cacheBuffer: 0
        reuseItems: true
        snapMode: ListView.SnapToItem
        boundsBehavior: Flickable.StopAtBounds
        activeFocusOnTab: count > 0
        keyNavigationEnabled: true
        highlightMoveDuration: 0
        model: list.rows
        Accessible.role: Accessible.List
        Accessible.name: list.label
        Keys.onReturnPressed: if (currentIndex >= 0)
            list.opened(list.rows[currentIndex].key)
        onActiveFocusChanged: if (activeFocus && currentIndex < 0)
            currentIndex = 0
        onModelChanged: currentIndex = -1

        delegate: ListRow {
            required property var modelData
            required property int index

            objectName: "row_" + modelData.key
            // The software renderer does not clip a Shape, so a row outside is not shown at all.
            visible: y + height > view.contentY + 1 && y < view.contentY + view.height - 1
            width: ListView.view ? ListView.view.width : 0
            height: list.rowHeight
            focusPolicy: Qt.NoFocus
            hue: list.hue
            hair: index > 0
            title: modelData.title
            titleLines: list.titleLines
            meta: modelData.meta ?? ""
            detail: modelData.detail ?? ""
            aside: modelData.aside ?? ""
            station: modelData.station ?? ""
            urgent: modelData.urgent ?? false
            onActivated: list.opened(modelData.key)

            FocusRing {
                anchors.margins: Theme.s1 * Theme.u
                shown: view.activeFocus && view.currentIndex === parent.index
            }
        }
    }
    EmptyState {
        visible: view.count === 0
        anchors.centerIn: parent
        width: parent.width - 2 * Theme.s6 * Theme.u
        text: list.emptyText
        hint: list.emptyHint
    }
    Column {
        visible: list.overflow
        anchors.right: parent.right
        anchors.rightMargin: Theme.s3 * Theme.u
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.s4 * Theme.u

        ActionButton {
            objectName: "pageUp"
            h: 18
            pad: 3
            iconName: "chevron-up"
            enabled: !view.atYBeginning
            guarded: false
            Accessible.name: qsTr("Earlier rows")
            onActivated: list.turn(-1)
        }
        ActionButton {
            objectName: "pageDown"
            h: 18
            pad: 3
            iconName: "chevron-down"
            enabled: !view.atYEnd
            guarded: false
            Accessible.name: qsTr("More rows")
            onActivated: list.turn(1)
        }
    }
}
