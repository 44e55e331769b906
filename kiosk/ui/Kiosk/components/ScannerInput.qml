import QtQuick

// A card scanner types like a keyboard and ends with Return. While this item has the focus, what it
// types is collected and reported once; it is never shown.
Item {
    id: scanner

    property int longest: 128

    signal scanned(string token)

    focus: true
    Accessible.ignored: true
    Keys.onPressed: event => {
        if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter) {
            const token = buffer.text
            buffer.text = ""
            if (token !== "")
                scanner.scanned(token)
        } else if (event.text.length === 1 && event.text >= " ") {
            buffer.text = (buffer.text + event.text).slice(-scanner.longest)
        } else {
            return
        }
        event.accepted = true
    }
    onActiveFocusChanged: buffer.text = ""

    QtObject {
        id: buffer
        property string text: ""
    }
}
