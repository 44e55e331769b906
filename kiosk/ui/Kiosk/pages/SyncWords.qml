import QtQuick

// The words of sync, by the keys that are stored: kinds of records, why a try failed and what to do,
// why a change was put aside, how far a record has come.
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
    // Why a try failed, and what to do about it.
    readonly property var reasons: ({
            HubUnreachable: qsTr("The district cannot be reached"),
            NotAHub: qsTr("Something else answers in the district's place"),
            HubBusy: qsTr("The district's system is busy"),
            HubRefused: qsTr("The district's system does not accept this kiosk"),
            HubRevoked: qsTr("The district has stopped this kiosk"),
            HubSetBack: qsTr("The district's system went back to older data"),
            HubForked: qsTr("The records here are an older copy"),
            HubFault: qsTr("The district's system gave a wrong answer; nothing of it counts"),
            SnapshotNeeded: qsTr("The village's records must come anew"),
            SnapshotDamaged: qsTr("A part of the village's records arrived damaged"),
            SyncElsewhere: qsTr("Another program on this computer sends just now"),
            BatchRefused: qsTr("The district's system takes smaller parts"),
            StoreFull: qsTr("The disk is full"),
            StoreUnavailable: qsTr("The disk cannot be written"),
            StoreInUse: qsTr("Another program holds the records"),
            DatabaseDamaged: qsTr("A part of the records cannot be read"),
            SigningKeyMissing: qsTr("The key that this kiosk signs with is gone"),
            KeyUnsafe: qsTr("The key that this kiosk signs with is not safe"),
            KeyUnreadable: qsTr("The key that this kiosk signs with cannot be read"),
            ValueError: qsTr("What is kept about the district's system cannot be used"),
            ProgramFault: qsTr("A fault of the program")
        })
    readonly property var steps: ({
            HubUnreachable: qsTr("Nothing to do: it is sent by itself when the line is back."),
            NotAHub: qsTr("Ask the technician whether this network wants a sign-in first, and whether the district's address is right."),
            HubRefused: qsTr("Ask the district office to look at this kiosk's enrolment. Records are kept here."),
            HubRevoked: qsTr("Contact the district office. Records are kept here and are sent after a new enrolment."),
            HubSetBack: qsTr("Tell the district office. Records are kept here."),
            HubFault: qsTr("Tell the district office. Records are kept here."),
            StoreFull: qsTr("Free some disk space or call the technician."),
            StoreUnavailable: qsTr("Call the technician to look at the disk. Do not switch this kiosk off before."),
            StoreInUse: qsTr("Restart the kiosk. If it stays so, call the technician."),
            DatabaseDamaged: qsTr("Stop using this kiosk and call the technician"),
            SigningKeyMissing: qsTr("Ask the district office for a new enrolment. Records are kept here."),
            KeyUnsafe: qsTr("Ask the technician to check who can reach this kiosk and its key file."),
            KeyUnreadable: qsTr("Do not delete anything. Restart the kiosk once; if it happens again, call the technician."),
            ValueError: qsTr("Ask the technician to connect the kiosk to the district again. Records are kept here."),
            ProgramFault: qsTr("The kiosk tries again by itself. If it stays so, call the technician.")
        })
    // Who mends it; what is not here mends itself.
    readonly property var office: ["HubRefused", "HubRevoked", "HubSetBack", "HubFault", "SigningKeyMissing"]
    readonly property var technician: ["NotAHub", "StoreFull", "StoreUnavailable", "StoreInUse", "DatabaseDamaged", "KeyUnsafe", "KeyUnreadable", "ValueError"]
    // Nothing new may be kept while these last.
    readonly property var disk: ["StoreFull", "StoreUnavailable", "DatabaseDamaged"]
    readonly property var causes: ({
            unreadable: qsTr("The district's system cannot read this change"),
            unwritable: qsTr("This change cannot be written for sending"),
            too_large: qsTr("This change is too large to send"),
            unknown_type: qsTr("The district's system does not know this kind of record"),
            unknown_field: qsTr("The district's system does not know a part of this change"),
            wrong_kind: qsTr("A value does not have the right form"),
            impossible_time: qsTr("It names a time that cannot be: look at the kiosk's clock"),
            bad_name: qsTr("One of its numbers has a form that no kiosk can keep"),
            missing_field: qsTr("Something that is required is missing"),
            rewritten: qsTr("It would change what is written only once"),
            other_village: qsTr("The record belongs to another village"),
            same_id_other_content: qsTr("Another change has the same number at the district"),
            altered: qsTr("This change is no longer as it was saved: call the technician")
        })

    function type(key: string): string {
        return types[key] ?? key
    }
    // The district's own words are for the technician: they stand only in the details.
    function reason(kind: string, said: string): string {
        return said === "" || kind === "" ? said : reasons[kind] ?? reasons.ProgramFault
    }
    function step(kind: string): string {
        return steps[kind] ?? qsTr("Nothing to do: the kiosk tries again by itself.")
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
                in_conflict: qsTr("Differs")
            })[key] ?? key
    }
}
