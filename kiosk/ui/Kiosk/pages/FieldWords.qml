import QtQuick
import Kiosk

// The fields of a record and their values in words, by the keys that are stored. A value without words
// of its own is shown as it is kept.
QtObject {
    id: words

    readonly property string gap: Theme.latin ? ", " : "　"
    readonly property var names: ({
            name: qsTr("Name"),
            preferred_address: qsTr("Form of address"),
            picture: qsTr("Picture"),
            language: qsTr("Language"),
            birth_date: qsTr("Date of birth"),
            sex: qsTr("Sex"),
            village: qsTr("Village"),
            address: qsTr("Address"),
            phone: qsTr("Telephone"),
            card_token: qsTr("Card"),
            warnings: qsTr("What not to do"),
            status: qsTr("Status"),
            role: qsTr("Role"),
            in_mean: qsTr("Counts for the mean"),
            completeness: qsTr("Check-in"),
            band: qsTr("Result"),
            rules: qsTr("Rules"),
            vital: qsTr("Kind"),
            maker: qsTr("Maker"),
            model: qsTr("Model"),
            serial: qsTr("Serial number"),
            cuff: qsTr("Cuff"),
            protocol: qsTr("Protocol"),
            port: qsTr("Port"),
            lanes: qsTr("Lanes"),
            inbound_means: qsTr("Direction")
        })
    readonly property var codes: ({
            picture: { junk: qsTr("the junk"), fish: qsTr("the fish"), orange: qsTr("the orange"), teapot: qsTr("the teapot"), umbrella: qsTr("the umbrella"), hill: qsTr("the hill") },
            status: { active: qsTr("Lives here"), moved: qsTr("Has moved away"), died: qsTr("Has died"), left: qsTr("Has left"), in_use: qsTr("In use"), retired: qsTr("Not in use") },
            sex: { female: qsTr("Female"), male: qsTr("Male"), other: qsTr("Other") },
            role: { volunteer: qsTr("Volunteer"), social_worker: qsTr("Social worker"), supervisor: qsTr("Supervisor"), technician: qsTr("Technician") },
            language: { zh_HK: qsTr("Traditional Chinese"), zh_CN: qsTr("Simplified Chinese"), en: qsTr("English") },
            completeness: { complete: qsTr("Finished"), incomplete: qsTr("Left unfinished") },
            band: { ok: qsTr("Within range"), watch: qsTr("Watch"), call: qsTr("Staff please") },
            inbound_means: { into_village: qsTr("Into the village"), out_of_village: qsTr("Out of the village") },
            in_mean: { 0: qsTr("No"), 1: qsTr("Yes") }
        })
    readonly property CivilDates dates: CivilDates {}
    readonly property var arms: ({ right: qsTr("Do not use the right arm"), left: qsTr("Do not use the left arm"), both: qsTr("Do not use either arm"), none: qsTr("Nothing") })

    function field(type: string, key: string): string {
        return type === "instrument" && key === "address" ? qsTr("Bluetooth address") : names[key] ?? key
    }
    function fields(type: string, keys: var): string {
        return keys.map(key => words.field(type, key)).join(words.gap)
    }
    function person(name: var): string {
        const own = (name.family ?? "") + (name.given ?? "")
        return [own, Theme.latin ? name.romanised ?? "" : ""].filter(part => part !== "").join(" ")
    }
    // Whose record it is: the name of a person or a thing, in the language that is shown.
    function about(name: var): string {
        return name.en !== undefined ? name[Theme.language] || name.en : person(name)
    }
    function value(type: string, key: string, given: var): string {
        if (given === null || given === undefined || given === "")
            return qsTr("Nothing")
        if (type === "staff" && key === "status" && given === "active")
            return qsTr("Works here")
        if (key === "birth_date")
            return dates.partial(String(given))
        if (typeof given !== "object")
            return codes[key]?.[given] ?? String(given)
        if (key === "name")
            return about(given)
        if (key === "warnings" && Object.keys(given).join() === "arm_not_to_use" && arms[given.arm_not_to_use] !== undefined)
            return arms[given.arm_not_to_use]
        return JSON.stringify(given)
    }
    // All values of fields that are settled together.
    function values(type: string, keys: var, given: var): string {
        return keys.map(key => words.value(type, key, given[key])).join(words.gap)
    }
}
