pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Kiosk

// A row of answers. `answer` is how the chosen one came about: asked (solid), carried over from last
// time (outlined), none or declined (nothing is lit, whatever `sel` says). Touching reports `chosen`;
// the page's view model decides, so nothing is ever chosen by the control itself.
Row {
    id: row

    property list<string> options: []
    property int sel: -1
    property string answer: "asked" // asked | carried | declined | none
    property color hue: Theme.indigo
    property color tint: Theme.indigoTint
    property real w: 33 // mm, the narrowest segment
    property real h: 11.6 // mm
    property real em: Theme.sBody
    property string question: "" // spoken before each option

    signal chosen(int index)

    spacing: Theme.gapS * Theme.u
    Accessible.role: Accessible.Grouping
    Accessible.name: question

    Repeater {
        model: row.options

        T.AbstractButton {
            id: segment
            required property string modelData
            required property int index
            readonly property bool on: index === row.sel && (row.answer === "asked" || row.answer === "carried")
            readonly property bool carried: on && row.answer === "carried"

            objectName: "segment_" + index
            implicitWidth: Math.max(row.w * Theme.u, word.implicitWidth + 5 * Theme.u)
            implicitHeight: row.h * Theme.u
            focusPolicy: Qt.TabFocus
            text: modelData
            Accessible.role: Accessible.RadioButton
            Accessible.name: row.question === "" ? modelData : row.question + ", " + modelData
            Accessible.checkable: true
            Accessible.checked: on
            Accessible.description: carried ? qsTr("as last time") : ""
            Keys.onReturnPressed: click()
            Keys.onEnterPressed: click()
            onClicked: row.chosen(index)

            background: Rectangle {
                radius: Theme.radiusS * Theme.u
                color: segment.carried ? row.tint : segment.on ? row.hue : segment.down ? Theme.sunk : Theme.surface
                border.width: segment.on && !segment.carried ? 0 : (segment.carried ? Theme.threadThin : Theme.edgeW) * Theme.u
                border.color: segment.carried ? row.hue : Theme.edge

                FocusRing {
                    shown: segment.visualFocus
                }
            }
            contentItem: Item {
                Label {
                    id: word
                    anchors.centerIn: parent
                    text: segment.modelData
                    em: row.em
                    bold: segment.on
                    centred: true
                    spoken: false
                    wrapMode: Text.NoWrap
                    color: segment.carried ? row.hue : segment.on ? Theme.hueInk : Theme.ink
                }
            }
        }
    }
}
