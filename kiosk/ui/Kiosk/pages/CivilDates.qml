import QtQuick

// Dates in the words of the language that is shown. A date is ISO text, "2026-11-10", in Hong Kong.
QtObject {
    function parsed(iso: string): date {
        const parts = iso.split("-").map(Number)
        return new Date(parts[0], parts[1] - 1, parts[2])
    }
    // "10 Nov", or with the year when it is another one than today's.
    function day(iso: string, today: string): string {
        if (iso === "")
            return ""
        if (iso === today)
            return qsTr("Today")
        const pattern = iso.slice(0, 4) === today.slice(0, 4) ? qsTr("d MMM") : qsTr("d MMM yyyy")
        return parsed(iso).toLocaleDateString(Qt.locale("en_GB"), pattern)
    }
    // A date of which only the year, or year and month, may be known: "1944", "1944-05".
    function partial(iso: string): string {
        const parts = iso.split("-")
        const pattern = parts.length > 2 ? qsTr("d MMM yyyy") : parts.length > 1 ? qsTr("MMM yyyy") : qsTr("yyyy")
        const made = new Date(Number(parts[0]), Number(parts[1] ?? 1) - 1, Number(parts[2] ?? 1))
        return isNaN(made.getTime()) ? iso : made.toLocaleDateString(Qt.locale("en_GB"), pattern)
    }
    // "10 Nov 16:08"
    function moment(at: var, today: string): string {
        return at && at.on ? qsTr("%1, %2").arg(day(at.on, today)).arg(at.time) : ""
    }
    function weekday(iso: string): string {
        const names = [qsTr("Sunday"), qsTr("Monday"), qsTr("Tuesday"), qsTr("Wednesday"), qsTr("Thursday"), qsTr("Friday"), qsTr("Saturday")]
        return iso === "" ? "" : names[parsed(iso).getDay()]
    }
    function month(number: int): string {
        const names = [qsTr("Jan"), qsTr("Feb"), qsTr("Mar"), qsTr("Apr"), qsTr("May"), qsTr("Jun"), qsTr("Jul"), qsTr("Aug"), qsTr("Sep"), qsTr("Oct"), qsTr("Nov"), qsTr("Dec")]
        return names[number - 1]
    }
}
