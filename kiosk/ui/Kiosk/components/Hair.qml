import QtQuick
import Kiosk

// The thin divider between two parts of a page.
Rectangle {
    height: Math.max(1, Theme.hairW * Theme.u)
    color: Theme.hair
}
