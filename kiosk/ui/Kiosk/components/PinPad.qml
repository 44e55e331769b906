import QtQuick
import Kiosk

// A number pad that collects a PIN of `length` digits and hands it over once, by `entered`. It
// forgets the digits at once after that; the page never shows them (see PinDots).
NumberPad {
    id: pinPad

    property int length: 6
    readonly property alias filled: state.filled

    signal entered(string pin)

    function clear() {
        state.digits = ""
    }

    onDigit: figure => {
        if (state.filled >= length)
            return
        state.digits += figure
        if (state.filled === length) {
            const pin = state.digits
            clear()
            entered(pin)
        }
    }
    onErased: state.digits = state.digits.slice(0, -1)
    onCleared: clear()

    QtObject {
        id: state
        property string digits: ""
        readonly property int filled: digits.length
    }
}
