pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Kiosk

// The window: one page at a time, and the four things that may lie over any page. The route stack
// lives in Python (shell); a page is made when it is shown and forgotten when it is left.
Window {
    id: window

    required property var shell
    required property var checkIn
    required property var signIn
    required property var residents
    required property var visit
    required property var traffic
    required property var sync
    required property var instruments
    required property var attribution

    required property url pageFolder // ends with a slash

    readonly property var pages: ({
            home: "HomePage",
            card: "CardPage",
            who: "WhoPage",
            notice: "NoticePage",
            rest: "RestPage",
            cuff: "CuffPage",
            measuring: "MeasuringPage",
            pause: "PausePage",
            result: "ResultPage",
            trend: "TrendPage",
            goodbye: "GoodbyePage",
            call: "CallPage",
            unwell: "UnwellPage",
            signIn: "SignInPage",
            pin: "PinPage",
            residents: "ResidentsPage",
            resident: "ResidentRecordPage",
            visit: "VisitPage",
            traffic: "TrafficPage",
            sync: "SyncPage",
            conflict: "ConflictPage",
            instruments: "InstrumentsPage",
            pairing: "PairingPage",
            attribution: "AttributionPage"
        })
    // Damage leaves no room for anything less.
    readonly property var notices: shell.damaged ? [qsTr("Part of the records cannot be read"), qsTr("Stop using this kiosk and call the technician")] : [shell.demo ? qsTr("Demo data, not real cases") : "", shell.notProtected ? qsTr("The data on this kiosk is not protected against theft") : ""]
    readonly property string notice: notices.filter(text => text !== "").join(Theme.latin ? "  ·  " : "　")
    property bool backward: false
    // What an instrument has said is shown at once: nobody has touched anything, and a motion
    // would only hold the value back.
    readonly property var shownAtOnce: ["pause", "result"]

    function showPage(kind: string) {
        const file = pageFolder + pages[shell.route] + ".qml"
        const models = { shell, checkIn, signIn, residents, visit, traffic, sync, instruments, attribution }
        backward = kind === "pop" || kind === "reset"
        if (stack.depth === 0)
            stack.push(file, models, T.StackView.Immediate)
        else
            stack.replace(stack.currentItem, file, models, !backward && shownAtOnce.includes(shell.route) ? T.StackView.Immediate : T.StackView.ReplaceTransition)
    }

    visible: true
    color: Theme.paper
    title: qsTr("Village health station")
    Component.onCompleted: showPage("push")

    Connections {
        target: window.shell
        function onNavigated(kind) {
            window.showPage(kind)
        }
    }

    T.StackView {
        id: stack
        objectName: "stack"
        anchors.fill: parent
        focus: true
        onCurrentItemChanged: if (currentItem)
            currentItem.forceActiveFocus()

        replaceEnter: Transition {
            NumberAnimation {
                property: "x"
                from: (window.backward ? -1 : 1) * Theme.marginR * Theme.u
                to: 0
                duration: Theme.page
                easing.type: Easing.BezierSpline
                easing.bezierCurve: Theme.easeOut
            }
            NumberAnimation {
                property: "opacity"
                from: 0
                to: 1
                duration: Theme.quick
            }
        }
        replaceExit: Transition {
            NumberAnimation {
                property: "opacity"
                from: 1
                to: 0
                duration: Theme.quick
            }
        }
    }

    // In the page margin: above for residents, below for staff, so that no page gives up room.
    Rectangle {
        objectName: "notice"
        visible: window.notice !== ""
        y: window.shell.staffRoute ? window.height - height : 0
        width: window.width
        height: Theme.strip * Theme.u
        color: window.shell.damaged ? Theme.callTint : Theme.watchTint
        Accessible.role: Accessible.StatusBar
        Accessible.name: window.notice

        Label {
            anchors.centerIn: parent
            text: window.notice
            em: Theme.sMeta
            bold: true
            centred: true
            spoken: false
            wrapMode: Text.NoWrap
            color: window.shell.damaged ? Theme.callInk : Theme.watch
        }
    }

    Toast {
        objectName: "toast"
        visible: text !== ""
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: (window.shell.staffRoute ? Theme.marginS + Theme.s1 : 34) * Theme.u
        text: window.shell.toast
        em: window.shell.staffRoute ? Theme.sLead : Theme.rLead
    }

    Loader {
        anchors.fill: parent
        active: window.shell.idleWarning
        sourceComponent: ConfirmDialog {
            objectName: "stillThere"
            resident: true
            hue: Theme.jade
            title: qsTr("Are you still there?")
            text: qsTr("This page will close in %1 seconds.").arg(window.shell.idleSecondsLeft)
            confirmText: qsTr("I need more time")
            cancelText: qsTr("Finish")
            onConfirmed: window.shell.stay()
            onCancelled: window.shell.home()
            Component.onCompleted: open()
        }
    }
}
