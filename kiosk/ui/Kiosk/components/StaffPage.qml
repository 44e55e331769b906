pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Kiosk

// A staff page: the thread runs under the tabs and its one station says where you are; at the right
// what waits to be sent, who is signed in, and Lock.
KioskPage {
    id: page

    property string section: "residents" // residents | instruments | traffic | sync
    property string activity: section === "traffic" ? "road" : section === "sync" ? "sync" : section === "instruments" ? "health" : "visit"
    readonly property color hue: Theme.hue(activity)
    default property alias content: area.data

    Component.onCompleted: attribution?.count()

    Rectangle {
        y: Theme.headS * page.u - height / 2
        width: parent.width
        height: Theme.threadThin * page.u
        color: Theme.hair
    }
    Row {
        x: (Theme.marginS - 5) * page.u
        height: Theme.headS * page.u
        Accessible.role: Accessible.PageTabList
        Accessible.name: qsTr("Sections")

        Repeater {
            model: [
                { route: "residents", name: qsTr("Residents") },
                { route: "instruments", name: qsTr("Instruments") },
                { route: "traffic", name: qsTr("Traffic") },
                { route: "sync", name: qsTr("Sync") }
            ]

            T.AbstractButton {
                id: tab
                required property var modelData
                readonly property bool on: modelData.route === page.section
                readonly property int waiting: modelData.route === "instruments" ? page.attribution?.waiting ?? 0 : 0

                objectName: "tab_" + modelData.route
                width: Math.max(26 * page.u, word.implicitWidth + 10 * page.u)
                height: Theme.headS * page.u
                focusPolicy: Qt.TabFocus
                text: modelData.name
                Accessible.role: Accessible.PageTab
                Accessible.name: waiting > 0 ? qsTr("%1, waiting: %2").arg(text).arg(waiting) : text
                Accessible.selected: on
                Keys.onReturnPressed: click()
                Keys.onEnterPressed: click()
                onClicked: if (TouchGuard.take())
                    page.shell.section(modelData.route)

                background: Item {
                    FocusRing {
                        anchors.margins: Theme.s1 * page.u
                        shown: tab.visualFocus
                    }
                }
                contentItem: Item {
                    Label {
                        id: word
                        anchors.horizontalCenter: parent.horizontalCenter
                        y: 4.6 * page.u
                        text: tab.modelData.name
                        em: Theme.sLead
                        bold: tab.on
                        color: tab.on ? page.hue : Theme.ink2
                        wrapMode: Text.NoWrap
                        spoken: false
                    }
                    // A square: a person must act.
                    Rectangle {
                        visible: tab.waiting > 0
                        anchors.left: word.right
                        anchors.leftMargin: Theme.s1 * page.u
                        y: 5.4 * page.u
                        width: Math.round(3.2 * page.u)
                        height: width
                        radius: width * 0.17
                        color: Theme.call
                    }
                    Rectangle {
                        visible: tab.on
                        anchors.horizontalCenter: parent.horizontalCenter
                        y: Theme.headS * page.u - height / 2
                        width: 16 * page.u
                        height: Theme.thread * page.u
                        radius: height / 2
                        color: page.hue
                    }
                    Dot {
                        visible: tab.on
                        anchors.horizontalCenter: parent.horizontalCenter
                        y: Theme.headS * page.u - height / 2
                        mm: 5
                        color: page.hue

                        Dot {
                            anchors.centerIn: parent
                            mm: 1.9
                            color: Theme.hueInk
                        }
                    }
                }
            }
        }
    }
    ActionButton {
        id: lock
        objectName: "lock"
        anchors.right: parent.right
        anchors.rightMargin: Theme.marginS * page.u
        y: Theme.s3 * page.u
        iconName: "lock"
        text: qsTr("Lock")
        h: Theme.touchS
        em: Theme.sBody
        pad: 4.5
        onActivated: page.shell.lock()
    }
    // Beside Lock, or under the tabs where a page is too narrow for both.
    Row {
        anchors.right: page.tall ? parent.right : lock.left
        anchors.rightMargin: (page.tall ? Theme.marginS : 5) * page.u
        y: page.tall ? (Theme.headS + Theme.s1) * page.u : lock.y
        height: Theme.touchS * page.u
        spacing: 5 * page.u

        Row {
            height: parent.height
            spacing: Theme.gapS * page.u

            Icon {
                anchors.verticalCenter: parent.verticalCenter
                name: page.shell.online ? "check" : "cloud-off"
                mm: 6.4
                tint: Theme.plum
            }
            Label {
                objectName: "syncBadge"
                anchors.verticalCenter: parent.verticalCenter
                text: page.shell.online ? (page.shell.unsent > 0 ? qsTr("%1 to send").arg(page.shell.unsent) : qsTr("All sent")) : (page.shell.unsent > 0 ? qsTr("Offline, %1 to send").arg(page.shell.unsent) : qsTr("Offline"))
                em: Theme.sBody
                color: Theme.plum
                centred: true
                wrapMode: Text.NoWrap
            }
        }
        Label {
            objectName: "worker"
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, 50 * page.u)
            text: page.shell.staffName
            em: Theme.sBody
            color: Theme.ink2
            centred: true
            wrapMode: Text.NoWrap
            elide: Text.ElideRight
        }
    }
    Item {
        id: area
        x: Theme.marginS * page.u
        y: (page.tall ? 38 : 26) * page.u
        width: page.width - 2 * x
        height: page.height - y - Theme.marginS * page.u
    }
}
