pragma ComponentBehavior: Bound
import QtQuick
import Kiosk

// Pairing one instrument: which one, what it asks, what came of it. One question at a time.
StaffPage {
    id: page

    readonly property var pairing: instruments.pairing
    readonly property string step: pairing.step
    readonly property string name: words.named(pairing.name, pairing.kind)
    readonly property bool failed: step === "failed"
    readonly property bool adapterFails: step === "choose" && instruments.adapter !== ""
    readonly property var trouble: failed ? words.failure(pairing.reason) : adapterFails ? words.adapter(instruments.adapter) : ["", ""]
    readonly property string headline: {
        switch (step) {
        case "choose":
            return qsTr("Which instrument?")
        case "allow":
            return qsTr("Is this the instrument?")
        case "type":
            return qsTr("Which number does it show?")
        case "show":
            return qsTr("Type this number on the instrument")
        case "compare":
            return qsTr("Does it show the same number?")
        case "paired":
            return qsTr("%1 is paired").arg(name)
        case "failed":
            return trouble[0]
        }
        return qsTr("One moment")
    }
    readonly property string hint: {
        switch (step) {
        case "choose":
            return qsTr("Switch it on, near the kiosk, and put it into pairing mode: its leaflet says how.") + (Theme.latin ? " " : "") + qsTr("What still waits inside it becomes nobody's: a worker then says whose it is, under Nobody's readings.")
        case "allow":
            return qsTr("%1 asks to be paired.").arg(name)
        case "type":
            return qsTr("%1 shows six digits. Answer within half a minute.").arg(name)
        case "show":
            return qsTr("%1 waits for it for half a minute.").arg(name)
        case "compare":
            return qsTr("Look at the display of %1.").arg(name)
        case "paired":
            return pairing.kind === "blood_pressure" ? qsTr("Residents measure with it as always. What it sends by itself waits on the page Instruments until a worker says whose it is.") : qsTr("What it sends waits on the page Instruments until a worker says whose it is.")
        case "failed":
            return trouble[1]
        }
        return qsTr("The kiosk speaks with %1. Look at its display.").arg(name)
    }
    readonly property string digits: pairing.digits

    function asRow(one: var): var {
        return {
            key: one.key,
            title: words.named(one.name, one.kind),
            meta: qsTr("Address ends in %1").arg(one.tail),
            detail: one.name === "" ? qsTr("It gives no name") : words.kind(one.kind),
            aside: one.paired ? qsTr("Paired already") : qsTr("In range"),
            station: one.paired ? "done" : "next"
        }
    }
    function begin() {
        pad.clear()
        pairing.begin()
    }
    function done() {
        pairing.begin()
        shell.back()
    }

    title: headline
    section: "instruments"
    Component.onCompleted: {
        pairing.begin()
        instruments.watch("pairing")
    }
    Component.onDestruction: {
        pairing.begin()
        instruments.leave("pairing")
    }
    onStepChanged: pad.clear()

    InstrumentWords {
        id: words
    }
    EmptyState {
        visible: !page.instruments.mayPair
        anchors.centerIn: parent
        width: 180 * page.u
        iconName: "lock"
        text: qsTr("Your role does not include this page")
        hint: qsTr("Ask the supervisor if you need it.")
    }

    Item {
        visible: page.instruments.mayPair
        anchors.fill: parent

        Label {
            id: heading
            objectName: "heading"
            width: parent.width - (page.step === "type" && !page.tall ? pad.width + Theme.s6 * page.u : 0)
            text: page.headline
            em: Theme.sTitle
            bold: true
            lineHeight: Theme.leadHead
            Accessible.role: Accessible.AlertMessage
        }
        Label {
            id: hintLabel
            objectName: "hint"
            y: heading.height + Theme.s1 * page.u
            width: heading.width
            text: page.hint
            em: Theme.sLead
            color: Theme.ink2
        }

        // Which one?
        Banner {
            id: adapter
            objectName: "adapter"
            visible: page.adapterFails
            y: hintLabel.y + hintLabel.height + Theme.s3 * page.u
            width: parent.width
            kind: "watch"
            text: page.trouble[0]
            detail: page.trouble[1]
        }
        RecordList {
            objectName: "nearby"
            visible: page.step === "choose"
            y: page.adapterFails ? adapter.y + adapter.height + Theme.s3 * page.u : adapter.y
            width: parent.width
            height: foot.y - Theme.s3 * page.u - y
            hue: Theme.jade
            label: page.headline
            rows: page.instruments.nearby.map(one => page.asRow(one))
            emptyText: page.adapterFails ? qsTr("Nothing can be heard") : qsTr("Listening for instruments")
            emptyHint: qsTr("They appear here by themselves as soon as they are heard.")
            onOpened: key => {
                const one = page.instruments.nearby.find(heard => heard.key === key)
                if (one !== undefined)
                    page.pairing.choose(one.key, one.name, one.kind)
            }
        }

        // What it asks, on the line between the two.
        PairingLine {
            id: line
            objectName: "line"
            visible: page.step !== "choose" && page.step !== "type"
            y: hintLabel.y + hintLabel.height + (page.low ? 16 : 22) * page.u
            width: parent.width
            stage: page.step === "paired" ? "whole" : page.failed ? "broken" : page.step === "connecting" ? "talking" : "asking"
            near: qsTr("This kiosk")
            far: page.name
            farKind: words.kind(page.pairing.kind)
        }
        Sheet {
            objectName: "digits"
            visible: page.digits !== ""
            anchors.horizontalCenter: parent.horizontalCenter
            y: line.y + line.cy - height / 2
            width: number.implicitWidth + 2 * Theme.s5 * page.u
            height: 38 * page.u

            Label {
                id: number
                objectName: "number"
                anchors.centerIn: parent
                text: page.digits.slice(0, 3) + " " + page.digits.slice(3)
                em: page.tall ? 18 : 24
                bold: true
                centred: true
                wrapMode: Text.NoWrap
            }
        }
        Row {
            objectName: "typed"
            visible: page.step === "type"
            x: page.tall ? (parent.width - width) / 2 : 0
            y: hintLabel.y + hintLabel.height + Theme.s5 * page.u
            spacing: Theme.s2 * page.u
            Accessible.role: Accessible.StaticText
            Accessible.name: qsTr("%1 of %2 digits").arg(pad.digits.length).arg(6)

            Repeater {
                model: 6

                Rectangle {
                    id: place
                    required property int index

                    width: 20 * page.u
                    height: 26 * page.u
                    radius: Theme.radiusS * page.u
                    color: Theme.surface
                    border.width: (index === pad.digits.length ? Theme.threadThin : Theme.edgeW) * page.u
                    border.color: index === pad.digits.length ? Theme.jade : Theme.edge

                    Label {
                        anchors.centerIn: parent
                        text: pad.digits.charAt(place.index)
                        em: Theme.sFigure
                        bold: true
                        centred: true
                        spoken: false
                    }
                }
            }
        }
        NumberPad {
            id: pad
            objectName: "pad"

            property string digits: ""

            function clear() {
                digits = ""
            }

            visible: page.step === "type"
            onVisibleChanged: if (visible)
                forceActiveFocus()
            anchors.right: page.tall ? undefined : parent.right
            anchors.horizontalCenter: page.tall ? parent.horizontalCenter : undefined
            y: page.tall ? hintLabel.y + hintLabel.height + 50 * page.u : 0
            keyW: 30
            keyH: page.low ? 26 : 30
            gap: 4
            em: 13
            onDigit: figure => {
                if (digits.length < 6)
                    digits += figure
            }
            onErased: digits = digits.slice(0, -1)
            onCleared: clear()
        }

        Banner {
            objectName: "notSaved"
            visible: page.step === "paired" && page.pairing.saved === "not_saved"
            y: foot.y - height - Theme.s4 * page.u
            width: parent.width
            kind: "watch"
            text: qsTr("That it is paired could not be written down")
            detail: qsTr("Free some disk space or call the technician, then save again.")
            actionText: qsTr("Save again")
            onActivated: page.pairing.saveAgain()
        }

        Item {
            id: foot
            y: parent.height - height
            width: parent.width
            height: 16 * page.u

            ActionButton {
                objectName: "back"
                iconName: page.step === "choose" || page.failed ? "arrow-left" : ""
                visible: page.step !== "paired"
                text: page.step === "choose" ? qsTr("Back") : page.failed ? qsTr("Choose another") : qsTr("Cancel")
                em: Theme.sLead
                h: 16
                onActivated: page.step === "choose" ? page.done() : page.begin()
            }
            Row {
                anchors.right: parent.right
                spacing: Theme.gapS * page.u

                ActionButton {
                    objectName: "no"
                    visible: page.step === "allow" || page.step === "compare"
                    text: qsTr("No")
                    em: Theme.sLead
                    h: 16
                    minW: 40
                    onActivated: page.pairing.no()
                }
                ActionButton {
                    objectName: "another"
                    visible: page.step === "paired"
                    text: qsTr("Pair another")
                    em: Theme.sLead
                    h: 16
                    onActivated: page.begin()
                }
                ActionButton {
                    objectName: "go"
                    visible: text !== ""
                    enabled: page.step !== "type" || pad.digits.length === 6
                    kind: "primary"
                    hue: Theme.jade
                    text: page.step === "allow" ? qsTr("Yes, pair it") : page.step === "compare" ? qsTr("Yes, the same") : page.step === "type" ? qsTr("Pair") : page.step === "paired" ? qsTr("Done") : page.failed ? qsTr("Try again") : ""
                    em: Theme.sLead
                    h: 16
                    minW: 40
                    onActivated: {
                        if (page.step === "type")
                            page.pairing.enter(pad.digits)
                        else if (page.step === "paired")
                            page.done()
                        else if (page.failed)
                            page.pairing.tryAgain()
                        else
                            page.pairing.yes()
                    }
                }
            }
        }
    }
}
