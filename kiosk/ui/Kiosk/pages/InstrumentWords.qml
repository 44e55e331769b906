import QtQuick

// The words for instruments and what they say, by the keys that are stored.
QtObject {
    function kind(key: string): string {
        return ({
                blood_pressure: qsTr("Blood pressure monitor"),
                temperature: qsTr("Thermometer"),
                oxygen_saturation: qsTr("Oximeter"),
                weight: qsTr("Scale"),
                glucose: qsTr("Glucose meter")
            })[key] ?? qsTr("Another kind of instrument")
    }
    // An instrument without a name of its own is called by its kind.
    function named(name: string, key: string): string {
        return name === "" ? kind(key) : name
    }
    function quantity(key: string): string {
        return ({
                blood_pressure: qsTr("Blood pressure"),
                temperature: qsTr("Temperature"),
                oxygen_saturation: qsTr("Blood oxygen"),
                weight: qsTr("Weight"),
                glucose: qsTr("Glucose")
            })[key] ?? ""
    }
    // "142 / 84", "36.6 °C": the number that counts, with its unit where it needs one.
    function value(key: string, values: var): string {
        if (key === "blood_pressure")
            return qsTr("%1 / %2").arg(values.systolic ?? "–").arg(values.diastolic ?? "–")
        if (values.temperature !== undefined)
            return qsTr("%1 °C").arg(values.temperature)
        if (values.spo2 !== undefined)
            return values.spo2 + "%"
        if (values.weight !== undefined)
            return qsTr("%1 kg").arg(values.weight)
        if (values.glucose !== undefined)
            return isNaN(values.glucose) ? values.glucose : qsTr("%1 mmol/L").arg(values.glucose)
        return ""
    }
    // What stands beside it, small.
    function more(values: var): var {
        const parts = []
        if (values.pulse !== undefined)
            parts.push(qsTr("Pulse %1").arg(values.pulse))
        if (values.fat !== undefined)
            parts.push(qsTr("Fat %1%").arg(values.fat))
        return parts
    }
    // One line: what was measured, or why there is nothing to show.
    function reading(one: var): string {
        if (one.state === "unreadable")
            return qsTr("%1: could not be read").arg(kind(one.kind))
        if (one.state === "addition")
            return qsTr("Notes of a glucose meter")
        if (one.state === "control")
            return qsTr("Control solution")
        const shown = value(one.kind, one.values)
        if (one.state === "no_value")
            return qsTr("%1: no usable value").arg(quantity(one.kind))
        return quantity(one.kind) + " " + shown
    }
    function why(code: string): string {
        return ({
                earlier: qsTr("Taken before the person began"),
                came_before: qsTr("Came before; its clock is not set"),
                extra: qsTr("Came together with another reading"),
                unreadable: qsTr("Could not be used in the check-in"),
                left: qsTr("Left after an interruption"),
                stray: qsTr("Sent while nobody measured"),
                older_version: qsTr("Kept by an earlier version")
            })[code] ?? ""
    }
    function reason(code: string): string {
        return ({
                test: qsTr("A test, or control solution"),
                not_on_record: qsTr("Of somebody who is not on record"),
                cannot_be_told: qsTr("Nobody can say whose it is"),
                not_usable: qsTr("Not a usable measurement")
            })[code] ?? ""
    }
    // Why a reading was not filed: what happened meanwhile, and what to do. The name may be empty.
    function notFiled(code: string, name: string): var {
        const correct = qsTr("Nothing was filed. If the records are wrong, have them corrected first.")
        return ({
                not_saved: [qsTr("Nothing was changed"), qsTr("It could not be saved. Free some disk space or call the technician, then try again.")],
                already_filed: [name === "" ? qsTr("This reading is on record already") : qsTr("%1 has this reading on record already").arg(name), qsTr("It was not filed a second time. If it still waits here, set it aside.")],
                changed: [qsTr("This reading has changed meanwhile"), qsTr("Nothing was filed. More of the measurement has come, or a part of it has left. Look at it again, then choose.")],
                moved: [qsTr("The records say that %1 has moved away").arg(name), correct],
                died: [qsTr("The records say that %1 has died").arg(name), correct],
                unknown_resident: [qsTr("This resident is not on record any more"), qsTr("Nothing was filed. Look for the resident again.")]
            })[code] ?? ["", ""]
    }
    // Why Bluetooth cannot be used: what is so, and what to do.
    function adapter(code: string): var {
        return ({
                powered_off: [qsTr("Bluetooth is off"), qsTr("Turn it on. The instruments are heard again by themselves.")],
                no_adapter: [qsTr("The Bluetooth adapter is not plugged in"), qsTr("Plug it in. The instruments are heard again by themselves.")],
                stuck: [qsTr("Bluetooth is stuck and is being started again"), qsTr("Wait a minute. If it stays so, call the technician.")],
                no_bluetooth_service: [qsTr("The Bluetooth service does not run"), qsTr("Restart the kiosk. If it stays so, call the technician.")],
                no_system_bus: [qsTr("The Bluetooth service does not run"), qsTr("Restart the kiosk. If it stays so, call the technician.")],
                not_low_energy: [qsTr("This Bluetooth adapter is too old"), qsTr("It cannot reach the instruments. Use another one.")],
                not_allowed: [qsTr("The kiosk may not use Bluetooth"), qsTr("Allow it in the settings of this computer, or call the technician.")]
            })[code] ?? [qsTr("Bluetooth does not work"), qsTr("The kiosk tries again by itself. If it stays so, call the technician.")]
    }
    // Why an instrument was not paired: what happened, and what to do.
    function failure(code: string): var {
        if (code.startsWith("adapter_"))
            return adapter(code.slice("adapter_".length))
        return ({
                not_in_pairing_mode: [qsTr("The instrument does not let the kiosk in"), qsTr("Put it into its pairing mode (its leaflet says how), then try again.")],
                wrong_number: [qsTr("The number was not right"), qsTr("Try again, and type the six digits that the instrument shows.")],
                refused_by_person: [qsTr("Not paired, as you said"), qsTr("Nothing was changed. Try again when you are ready.")],
                no_answer: [qsTr("No answer came in time"), qsTr("The instrument waits half a minute. Keep it near and switched on, and try again.")],
                not_here: [qsTr("This computer pairs by itself"), qsTr("Pair the instrument in the Bluetooth settings of this computer.")],
                not_found: [qsTr("The instrument is not heard any more"), qsTr("Switch it on again, keep it near the kiosk, and try again.")],
                lost: [qsTr("The connection broke"), qsTr("Keep the instrument near the kiosk and try again.")],
                not_answering: [qsTr("The instrument does not answer"), qsTr("Switch it off and on, then try again.")],
                not_usable: [qsTr("The kiosk cannot use this instrument"), qsTr("It gives no readings that the kiosk understands. Use another one.")]
            })[code] ?? [qsTr("A fault of the program"), qsTr("Try again. If it happens again, call the technician.")]
    }
}
