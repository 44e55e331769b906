import QtQuick
import Kiosk

// A resident's page: the thread on top, one question, the same helpers at the foot of every page.
// `at` is the station (-1: no thread). `back` shows Back, whose touch is `backRequested`.
KioskPage {
    id: page

    property int at: -1
    property list<string> stops: [qsTr("You"), qsTr("Rest"), qsTr("Cuff"), qsTr("Measure"), qsTr("Result")]
    property string activity: "health"
    property bool back: true
    property bool foot: true
    default property alias content: area.data

    signal backRequested

    onBackRequested: shell.back()

    Thread {
        visible: page.at >= 0
        x: Theme.marginR * page.u
        y: 7 * page.u
        width: page.width - 2 * x
        at: page.at
        hue: Theme.hue(page.activity)
        stops: page.stops
    }
    Item {
        id: area
        x: Theme.marginR * page.u
        y: (page.at >= 0 ? 33.5 : Theme.marginR) * page.u
        width: page.width - 2 * x
        height: page.height - y - (page.foot ? 34 : Theme.marginR) * page.u
    }
    Hair {
        visible: page.foot
        x: Theme.marginR * page.u
        y: page.height - 30.5 * page.u
        width: page.width - 2 * x
    }
    ActionButton {
        objectName: "back"
        visible: page.foot && page.back
        x: (Theme.marginR - 6) * page.u
        y: page.height - 26.5 * page.u
        kind: "quiet"
        iconName: "arrow-left"
        pad: 6
        text: qsTr("Back")
        onActivated: page.backRequested()
    }
    Row {
        visible: page.foot
        anchors.right: parent.right
        anchors.rightMargin: Theme.marginR * page.u
        y: page.height - 26.5 * page.u
        spacing: Theme.gapR * page.u

        ActionButton {
            objectName: "callStaff"
            iconName: "bell"
            text: qsTr("Call staff")
            onActivated: page.shell.go("call")
        }
        ActionButton {
            objectName: "unwell"
            kind: "help"
            iconName: "unwell"
            text: qsTr("I feel unwell")
            onActivated: page.shell.go("unwell")
        }
    }
}
