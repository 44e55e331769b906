import QtQuick

// The words of sync, by the keys that are stored: kinds of records, why a try failed, why a change
// was put aside, how far a record has come.
QtObject {
    readonly property var types: ({
            resident: qsTr("Resident"),
            staff: qsTr("Staff"),
            consent: qsTr("Agreement"),
            visit: qsTr("Visit"),
            vital: qsTr("Reading"),
            answer: qsTr("Answer"),
            task_act: qsTr("Task"),
            instrument: qsTr("Instrument"),
            counter: qsTr("Counter"),
            vehicle_interval: qsTr("Vehicle count"),
            audit: qsTr("Audit entry"),
            void: qsTr("Withdrawn record")
        })
    readonly property var reasons: ({
            HubUnreachable: qsTr("The district cannot be reached"),
            NotAHub: qsTr("Something else answers at the hub's address"),
            HubBusy: qsTr("The hub is busy; the kiosk tries again"),
            HubRefused: qsTr("The hub does not accept this kiosk"),
            HubRevoked: qsTr("The district has stopped this kiosk: contact the district office"),
            HubSetBack: qsTr("The hub is older than what was read from it: tell the district office"),
            HubForked: qsTr("These records are an older copy; the kiosk numbers what waits anew"),
            HubFault: qsTr("The hub's answer or receipt is not right, and nothing of it counts: tell the district office"),
            SnapshotNeeded: qsTr("The kiosk takes the village's records anew by itself"),
            SnapshotDamaged: qsTr("A part of the village's records arrived damaged; the kiosk asks for it again"),
            SyncElsewhere: qsTr("Another program on this computer sends just now"),
            BatchRefused: qsTr("The hub takes smaller parts; the kiosk sends them by itself"),
            StoreFull: qsTr("The disk is full"),
            StoreUnavailable: qsTr("The disk cannot be written"),
            StoreInUse: qsTr("Another program holds the records"),
            DatabaseDamaged: qsTr("A part of the records cannot be read: call the technician"),
            SigningKeyMissing: qsTr("The key that this kiosk signs with is gone: ask the district office for a new enrolment"),
            KeyUnsafe: qsTr("The key that this kiosk signs with is not safe or cannot be read: call the technician"),
            KeyUnreadable: qsTr("The key that this kiosk signs with is not safe or cannot be read: call the technician"),
            ValueError: qsTr("What is kept of the hub cannot be used: connect the kiosk to its hub again"),
            ProgramFault: qsTr("A fault of the program; the kiosk tries again")
        })
    // Waiting does not mend these.
    readonly property var lasting: ["HubRefused", "HubRevoked", "HubSetBack", "SigningKeyMissing", "KeyUnsafe", "KeyUnreadable", "ValueError"]
    readonly property var causes: ({
            unreadable: qsTr("The hub cannot read this change"),
            unwritable: qsTr("This change cannot be written for sending"),
            too_large: qsTr("This change is too large to send"),
            unknown_type: qsTr("The hub does not know this kind of record"),
            unknown_field: qsTr("The hub does not know a part of this change"),
            wrong_kind: qsTr("A value does not have the right form"),
            missing_field: qsTr("Something that is required is missing"),
            rewritten: qsTr("It would change what is written only once"),
            other_village: qsTr("The record belongs to another village"),
            same_id_other_content: qsTr("Another change has the same number at the hub"),
            altered: qsTr("This change is no longer as it was saved: call the technician")
        })

    function type(key: string): string {
        return types[key] ?? key
    }
    // The hub's own words are for the technician: they stand only in the details.
    function reason(kind: string, said: string): string {
        return said === "" || kind === "" ? said : reasons[kind] ?? reasons.ProgramFault
    }
    function cause(code: string): string {
        return causes[code] ?? qsTr("The district did not accept this change")
    }
    function state(key: string): string {
        return ({
                unsent: qsTr("Unsent"),
                sent: qsTr("Sent"),
                acknowledged: qsTr("Confirmed"),
                refused: qsTr("Refused"),
                in_conflict: qsTr("Two versions")
            })[key] ?? key
    }
}
