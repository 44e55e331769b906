pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes
import Kiosk

// The attract page: the thread is the ridge above the village and arrives at the one green button.
// It says plainly when no worker is signed in. A card may be shown here at once.
ResidentPage {
    id: page

    readonly property real margin: Theme.marginR * u
    readonly property real ridgeY: height * (tall ? 0.62 : Theme.latin ? 0.72 : 0.70)
    readonly property real across: tall ? 0.66 : 1 // the ridge is as wide as the page
    readonly property int hour: parseInt(shell.clock)

    title: qsTr("Village health station")
    back: false
    foot: false
    Keys.forwardTo: [scanner]

    ScannerInput {
        id: scanner
        onScanned: token => page.checkIn.cardShown(token)
    }

    Dot {
        x: 150 * page.across * page.u - page.margin - width / 2
        y: page.ridgeY - page.margin - 5 * page.u - height / 2
        mm: 24
        color: Theme.sun
        edgeMm: Theme.outlined ? Theme.focusW : 0
        edge: Theme.ink
    }
    Shape {
        id: ridge
        x: -page.margin
        y: -page.margin
        width: page.width
        height: page.height

        readonly property real crest: page.ridgeY / page.u
        readonly property real endX: (start.x / page.u + Theme.marginR) / page.across
        readonly property real endY: (start.y + start.height / 2) / page.u + Theme.marginR

        function at(x: real, y: real): string {
            return (x * page.across * page.u).toFixed(1) + " " + (y * page.u).toFixed(1) + " "
        }
        function saddle(): string {
            return "C" + at(124, crest - 24) + at(130, crest + 2) + at(150, crest + 2) + "C" + at(170, crest + 2) + at(endX - 34, endY) + at(endX + 2, endY)
        }

        // The ground hides the sun's lower half.
        ShapePath {
            fillColor: Theme.paper
            strokeColor: "transparent"
            PathSvg {
                path: "M" + ridge.at(110, ridge.crest + 20) + "L" + ridge.at(113, ridge.crest - 24) + ridge.saddle() + "L" + ridge.at(ridge.endX + 2, ridge.crest + 20) + "Z"
            }
        }
        ShapePath {
            strokeColor: Theme.jade
            strokeWidth: Theme.thread * page.u
            fillColor: "transparent"
            capStyle: ShapePath.RoundCap
            joinStyle: ShapePath.RoundJoin
            PathSvg {
                path: "M" + ridge.at(-4, ridge.crest + 4) + "C" + ridge.at(14, ridge.crest + 1) + ridge.at(22, ridge.crest - 7) + ridge.at(34, ridge.crest - 8) + "C" + ridge.at(42, ridge.crest - 8.6) + ridge.at(46, ridge.crest - 3) + ridge.at(54, ridge.crest - 4) + "C" + ridge.at(64, ridge.crest - 5.5) + ridge.at(70, ridge.crest - 19) + ridge.at(80, ridge.crest - 20) + "C" + ridge.at(88, ridge.crest - 20.6) + ridge.at(91, ridge.crest - 13) + ridge.at(97, ridge.crest - 14) + "C" + ridge.at(103, ridge.crest - 15) + ridge.at(106, ridge.crest - 24) + ridge.at(113, ridge.crest - 24) + ridge.saddle()
            }
        }
    }

    Column {
        y: page.tall ? picker.height + Theme.s4 * page.u : 0
        spacing: -page.u
        Label {
            text: qsTr("Village health station")
            em: Theme.rLead
            bold: true
            color: Theme.jade
        }
        Label {
            text: page.shell.villageName
            em: Theme.rBody
            color: Theme.ink2
        }
    }
    LanguagePicker {
        id: picker
        anchors.right: parent.right
        shell: page.shell
    }

    Label {
        id: greeting
        x: -1.4 * page.u
        y: page.height * (Theme.latin ? 0.215 : 0.235) - page.margin
        text: page.hour < 12 ? qsTr("Good morning") : page.hour < 18 ? qsTr("Good afternoon") : qsTr("Good evening")
        em: Theme.latin ? 25 : 32
        bold: true
        lineHeight: Theme.leadHead
        wrapMode: Text.NoWrap
    }
    Label {
        anchors.top: greeting.bottom
        anchors.topMargin: -2 * page.u
        width: 165 * page.u
        text: qsTr("Shall we check\nyour blood pressure?")
        em: Theme.latin ? Theme.rLead : 13
        lineHeight: Theme.latin ? 0.95 : 1
    }

    ActionButton {
        id: start
        objectName: "start"
        anchors.right: parent.right
        y: page.height * 0.33 - page.margin
        width: 112 * page.u
        height: 58 * page.u
        kind: "primary"
        text: qsTr("Start")
        iconName: "arrow-right"
        iconAfter: true
        em: 24
        iconMm: 22
        onActivated: page.shell.go("card")

        background: Rectangle {
            radius: Theme.s6 * page.u
            color: start.down ? Qt.darker(start.hue, 1.2) : start.hue

            FocusRing {
                shown: start.visualFocus
                cornerMm: Theme.s6
            }
        }
    }
    Row {
        anchors.horizontalCenter: start.horizontalCenter
        anchors.top: start.bottom
        anchors.topMargin: Theme.s4 * page.u
        spacing: Theme.s3 * page.u

        Icon {
            name: "scan-qr-code"
            mm: 13
            stroke: 1.7
            tint: Theme.ink2
            anchors.verticalCenter: parent.verticalCenter
        }
        Label {
            text: qsTr("or show your card\nto the window")
            em: Theme.rBody
            color: Theme.ink2
            lineHeight: Theme.leadHead
            anchors.verticalCenter: parent.verticalCenter
        }
    }

    Row {
        y: page.height - page.margin - (page.tall ? 52.5 : 26.5) * page.u
        height: Theme.touchR * page.u
        spacing: Theme.s3 * page.u

        Dot {
            mm: 5.4
            color: page.shell.signedIn ? Theme.jade : Theme.paper
            edgeMm: page.shell.signedIn ? 0 : Theme.threadThin
            edge: Theme.edge
            anchors.verticalCenter: parent.verticalCenter
        }
        Label {
            text: page.shell.signedIn ? qsTr("Staff are at work here") : qsTr("No staff signed in")
            em: Theme.rBody
            centred: true
            wrapMode: Text.NoWrap
            anchors.verticalCenter: parent.verticalCenter
        }
        ActionButton {
            objectName: "staff"
            kind: "quiet"
            pad: Theme.s3
            iconName: "lock"
            text: qsTr("Staff")
            onActivated: page.shell.go("residents")
        }
    }
    Row {
        anchors.right: parent.right
        y: page.height - page.margin - 26.5 * page.u
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
