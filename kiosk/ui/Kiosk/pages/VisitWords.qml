import QtQuick

// The words of a visit: its kinds, its questions and their answers, by the keys that are stored.
QtObject {
    function contact(key: string): string {
        return ({ centre: qsTr("At the centre"), home: qsTr("Home visit"), phone: qsTr("Phone"), attempted: qsTr("No answer") })[key] ?? key
    }
    function question(key: string): string {
        return ({
                since_last: qsTr("Since last visit"),
                falls: qsTr("Any falls"),
                low_mood: qsTr("Low mood"),
                missed_medicine: qsTr("Missed pills (7 days)"),
                red_flags: qsTr("Urgent symptoms"),
                appetite: qsTr("Appetite"),
                daily_living: qsTr("Daily living"),
                carer_strain: qsTr("Carer strain"),
                home_safety: qsTr("Home safety")
            })[key] ?? key
    }
    function option(key: string): string {
        return ({
                better: qsTr("Better"),
                same: qsTr("Same"),
                worse: qsTr("Worse"),
                no: qsTr("None"),
                yes: qsTr("Some"),
                none: qsTr("0 days"),
                "1_2_days": qsTr("1-2 days"),
                "3_days_or_more": qsTr("3+ days")
            })[key] ?? key
    }
    function sinceLast(key: string): string {
        return ({ better: qsTr("Better since last visit"), same: qsTr("Much the same"), worse: qsTr("Worse since last visit") })[key] ?? ""
    }
}
