pragma Singleton
import QtQuick

// One clock for every page-changing button: a second touch that lands within Theme.guard ms, also on
// a button of the page that has just appeared, does nothing.
QtObject {
    property double last: 0

    function take(): bool {
        const now = Date.now()
        if (now - last >= 0 && now - last < Theme.guard)
            return false
        last = now
        return true
    }
}
