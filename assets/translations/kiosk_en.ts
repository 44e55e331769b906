<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
    <context>
        <name>AnswerState</name>
        <message>
            <source>Asked</source>
            <translation>Asked</translation>
        </message>
        <message>
            <source>Last time</source>
            <translation>Last time</translation>
        </message>
        <message>
            <source>Would not say</source>
            <translation>Would not say</translation>
        </message>
        <message>
            <source>Not asked</source>
            <translation>Not asked</translation>
        </message>
    </context>
    <context>
        <name>AttributionPage</name>
        <message>
            <source>%1 years</source>
            <translation>%1 years</translation>
        </message>
        <message>
            <source>Whose reading is this?</source>
            <translation>Whose reading is this?</translation>
        </message>
        <message>
            <source>The reading is filed</source>
            <translation>The reading is filed</translation>
        </message>
        <message>
            <source>The reading is set aside</source>
            <translation>The reading is set aside</translation>
        </message>
        <message>
            <source>This reading does not wait any more</source>
            <translation>This reading does not wait any more</translation>
        </message>
        <message>
            <source>Another worker has dealt with it.</source>
            <translation>Another worker has dealt with it.</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Back</translation>
        </message>
        <message>
            <source>This is no reading of a person</source>
            <translation>This is no reading of a person</translation>
        </message>
        <message>
            <source>There is no value to give to anybody</source>
            <translation>There is no value to give to anybody</translation>
        </message>
        <message>
            <source>Taken</source>
            <translation>Taken</translation>
        </message>
        <message>
            <source>%1, by its own clock</source>
            <translation>%1, by its own clock</translation>
        </message>
        <message>
            <source>It does not say</source>
            <translation>It does not say</translation>
        </message>
        <message>
            <source>Came</source>
            <translation>Came</translation>
        </message>
        <message>
            <source>From</source>
            <translation>From</translation>
        </message>
        <message>
            <source>Why it is nobody's</source>
            <translation>Why it is nobody's</translation>
        </message>
        <message>
            <source>Choose a resident</source>
            <translation>Choose a resident</translation>
        </message>
        <message>
            <source>Nobody's: set aside</source>
            <translation>Nobody's: set aside</translation>
        </message>
        <message>
            <source>Why is it set aside?</source>
            <translation>Why is it set aside?</translation>
        </message>
        <message>
            <source>Find a resident</source>
            <translation>Find a resident</translation>
        </message>
        <message>
            <source>Name, card or village</source>
            <translation>Name, card or village</translation>
        </message>
        <message>
            <source>Residents</source>
            <translation>Residents</translation>
        </message>
        <message>
            <source>Nobody found</source>
            <translation>Nobody found</translation>
        </message>
        <message>
            <source>Type less of the name, or try the card or the village.</source>
            <translation>Type less of the name, or try the card or the village.</translation>
        </message>
        <message>
            <source>Is it a reading of %1?</source>
            <translation>Is it a reading of %1?</translation>
        </message>
        <message>
            <source>%1, taken %2, becomes a reading of %3 (%4). Only you say so, and your name stays with it.</source>
            <translation>%1, taken %2, becomes a reading of %3 (%4). Only you say so, and your name stays with it.</translation>
        </message>
        <message>
            <source>%1, which came %2, becomes a reading of %3 (%4). Only you say so, and your name stays with it.</source>
            <translation>%1, which came %2, becomes a reading of %3 (%4). Only you say so, and your name stays with it.</translation>
        </message>
        <message>
            <source>Yes, file it</source>
            <translation>Yes, file it</translation>
        </message>
        <message>
            <source>No</source>
            <translation>No</translation>
        </message>
        <message>
            <source>Set this reading aside?</source>
            <translation>Set this reading aside?</translation>
        </message>
        <message>
            <source>Reason: %1. It leaves the list and is given to nobody. It stays on this kiosk, with your name.</source>
            <translation>Reason: %1. It leaves the list and is given to nobody. It stays on this kiosk, with your name.</translation>
        </message>
        <message>
            <source>Set aside</source>
            <translation>Set aside</translation>
        </message>
        <message>
            <source>OK</source>
            <translation>OK</translation>
        </message>
    </context>
    <context>
        <name>CallPage</name>
        <message>
            <source>Staff needed here</source>
            <translation>Staff needed here</translation>
        </message>
        <message>
            <source>%1 seconds</source>
            <translation>%1 seconds</translation>
        </message>
        <message>
            <source>%1 min</source>
            <translation>%1 min</translation>
        </message>
        <message>
            <source>Nobody has answered yet</source>
            <translation>Nobody has answered yet</translation>
        </message>
        <message>
            <source>Please sit and wait here</source>
            <translation>Please sit and wait here</translation>
        </message>
        <message>
            <source>Ask somebody near you for help.</source>
            <translation>Ask somebody near you for help.</translation>
        </message>
        <message>
            <source>Telephone the centre, or ask somebody near you for help.</source>
            <translation>Telephone the centre, or ask somebody near you for help.</translation>
        </message>
        <message>
            <source>Ask somebody near you to fetch staff. This page stays until they answer.</source>
            <translation>Ask somebody near you to fetch staff. This page stays until they answer.</translation>
        </message>
        <message>
            <source>The call could not be saved. It is on this screen only.</source>
            <translation>The call could not be saved. It is on this screen only.</translation>
        </message>
        <message>
            <source>I am staff</source>
            <translation>I am staff</translation>
        </message>
        <message>
            <source>Close this page</source>
            <translation>Close this page</translation>
        </message>
        <message>
            <source>I feel unwell</source>
            <translation>I feel unwell</translation>
        </message>
        <message>
            <source>That PIN is not right</source>
            <translation>That PIN is not right</translation>
        </message>
        <message>
            <source>Wait %1 seconds</source>
            <translation>Wait %1 seconds</translation>
        </message>
        <message>
            <source>Sign in with the passphrase</source>
            <translation>Sign in with the passphrase</translation>
        </message>
        <message>
            <source>The kiosk cannot save now</source>
            <translation>The kiosk cannot save now</translation>
        </message>
        <message>
            <source>Enter your PIN</source>
            <translation>Enter your PIN</translation>
        </message>
        <message>
            <source>Other</source>
            <translation>Other</translation>
        </message>
        <message>
            <source>Sign in</source>
            <translation>Sign in</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Back</translation>
        </message>
    </context>
    <context>
        <name>CardPage</name>
        <message>
            <source>Show your card to the window</source>
            <translation>Show your card to the window</translation>
        </message>
        <message>
            <source>This card was not recognised</source>
            <translation>This card was not recognised</translation>
        </message>
        <message>
            <source>Please try once more, or ask staff to help.</source>
            <translation>Please try once more, or ask staff to help.</translation>
        </message>
        <message>
            <source>Hold the square pattern in front of the red light.</source>
            <translation>Hold the square pattern in front of the red light.</translation>
        </message>
        <message>
            <source>No card today</source>
            <translation>No card today</translation>
        </message>
    </context>
    <context>
        <name>CivilDates</name>
        <message>
            <source>Today</source>
            <translation>Today</translation>
        </message>
        <message>
            <source>d MMM</source>
            <translation>d MMM</translation>
        </message>
        <message>
            <source>d MMM yyyy</source>
            <translation>d MMM yyyy</translation>
        </message>
        <message>
            <source>MMM yyyy</source>
            <translation>MMM yyyy</translation>
        </message>
        <message>
            <source>yyyy</source>
            <translation>yyyy</translation>
        </message>
        <message>
            <source>%1, %2</source>
            <translation>%1, %2</translation>
        </message>
        <message>
            <source>Sunday</source>
            <translation>Sunday</translation>
        </message>
        <message>
            <source>Monday</source>
            <translation>Monday</translation>
        </message>
        <message>
            <source>Tuesday</source>
            <translation>Tuesday</translation>
        </message>
        <message>
            <source>Wednesday</source>
            <translation>Wednesday</translation>
        </message>
        <message>
            <source>Thursday</source>
            <translation>Thursday</translation>
        </message>
        <message>
            <source>Friday</source>
            <translation>Friday</translation>
        </message>
        <message>
            <source>Saturday</source>
            <translation>Saturday</translation>
        </message>
        <message>
            <source>Jan</source>
            <translation>Jan</translation>
        </message>
        <message>
            <source>Feb</source>
            <translation>Feb</translation>
        </message>
        <message>
            <source>Mar</source>
            <translation>Mar</translation>
        </message>
        <message>
            <source>Apr</source>
            <translation>Apr</translation>
        </message>
        <message>
            <source>May</source>
            <translation>May</translation>
        </message>
        <message>
            <source>Jun</source>
            <translation>Jun</translation>
        </message>
        <message>
            <source>Jul</source>
            <translation>Jul</translation>
        </message>
        <message>
            <source>Aug</source>
            <translation>Aug</translation>
        </message>
        <message>
            <source>Sep</source>
            <translation>Sep</translation>
        </message>
        <message>
            <source>Oct</source>
            <translation>Oct</translation>
        </message>
        <message>
            <source>Nov</source>
            <translation>Nov</translation>
        </message>
        <message>
            <source>Dec</source>
            <translation>Dec</translation>
        </message>
    </context>
    <context>
        <name>ConfirmDialog</name>
        <message>
            <source>OK</source>
            <translation>OK</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Cancel</translation>
        </message>
    </context>
    <context>
        <name>ConflictPage</name>
        <message>
            <source>The resident</source>
            <translation>The resident</translation>
        </message>
        <message>
            <source>Not known here by whom</source>
            <translation>Not known here by whom</translation>
        </message>
        <message>
            <source>Versions differ: choose one</source>
            <translation>Versions differ: choose one</translation>
        </message>
        <message>
            <source>Settled. It is sent to the district.</source>
            <translation>Settled. It is sent to the district.</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Back</translation>
        </message>
        <message>
            <source>This has been settled</source>
            <translation>This has been settled</translation>
        </message>
        <message>
            <source>Another worker has chosen, or the records have come together by themselves.</source>
            <translation>Another worker has chosen, or the records have come together by themselves.</translation>
        </message>
        <message>
            <source>Shown now</source>
            <translation>Shown now</translation>
        </message>
        <message>
            <source>Ask the person when you are not sure. What is not chosen stays on record.</source>
            <translation>Ask the person when you are not sure. What is not chosen stays on record.</translation>
        </message>
        <message>
            <source>This version of the kiosk does not know the field: it is settled at the district office.</source>
            <translation>This version of the kiosk does not know the field: it is settled at the district office.</translation>
        </message>
        <message>
            <source>Not saved. Touch it again.</source>
            <translation>Not saved. Touch it again.</translation>
        </message>
        <message>
            <source>Is this the right one?</source>
            <translation>Is this the right one?</translation>
        </message>
        <message>
            <source>Yes, it stands</source>
            <translation>Yes, it stands</translation>
        </message>
        <message>
            <source>No</source>
            <translation>No</translation>
        </message>
        <message>
            <source>Nothing was settled</source>
            <translation>Nothing was settled</translation>
        </message>
        <message>
            <source>Somebody has changed this meanwhile. Look at the values again.</source>
            <translation>Somebody has changed this meanwhile. Look at the values again.</translation>
        </message>
        <message>
            <source>OK</source>
            <translation>OK</translation>
        </message>
    </context>
    <context>
        <name>CuffPage</name>
        <message>
            <source>Not the right arm</source>
            <translation>Not the right arm</translation>
        </message>
        <message>
            <source>Not the left arm</source>
            <translation>Not the left arm</translation>
        </message>
        <message>
            <source>Neither arm may be used</source>
            <translation>Neither arm may be used</translation>
        </message>
        <message>
            <source>An arm not to use? Ask staff</source>
            <translation>An arm not to use? Ask staff</translation>
        </message>
        <message>
            <source>Put on the cuff</source>
            <translation>Put on the cuff</translation>
        </message>
        <message>
            <source>Please ask staff</source>
            <translation>Please ask staff</translation>
        </message>
        <message>
            <source>Round your left upper arm</source>
            <translation>Round your left upper arm</translation>
        </message>
        <message>
            <source>Round your right upper arm</source>
            <translation>Round your right upper arm</translation>
        </message>
        <message>
            <source>Level with your heart</source>
            <translation>Level with your heart</translation>
        </message>
        <message>
            <source>Elbow on the table, relaxed</source>
            <translation>Elbow on the table, relaxed</translation>
        </message>
        <message>
            <source>Call staff</source>
            <translation>Call staff</translation>
        </message>
        <message>
            <source>The cuff is on</source>
            <translation>The cuff is on</translation>
        </message>
    </context>
    <context>
        <name>DayChart</name>
        <message>
            <source>%1:00</source>
            <translation>%1:00</translation>
        </message>
    </context>
    <context>
        <name>FieldWords</name>
        <message>
            <source>Name</source>
            <translation>Name</translation>
        </message>
        <message>
            <source>Form of address</source>
            <translation>Form of address</translation>
        </message>
        <message>
            <source>Picture</source>
            <translation>Picture</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>Language</translation>
        </message>
        <message>
            <source>Date of birth</source>
            <translation>Date of birth</translation>
        </message>
        <message>
            <source>Sex</source>
            <translation>Sex</translation>
        </message>
        <message>
            <source>Village</source>
            <translation>Village</translation>
        </message>
        <message>
            <source>Address</source>
            <translation>Address</translation>
        </message>
        <message>
            <source>Telephone</source>
            <translation>Telephone</translation>
        </message>
        <message>
            <source>Card</source>
            <translation>Card</translation>
        </message>
        <message>
            <source>What not to do</source>
            <translation>What not to do</translation>
        </message>
        <message>
            <source>Status</source>
            <translation>Status</translation>
        </message>
        <message>
            <source>Role</source>
            <translation>Role</translation>
        </message>
        <message>
            <source>Counts for the mean</source>
            <translation>Counts for the mean</translation>
        </message>
        <message>
            <source>Check-in</source>
            <translation>Check-in</translation>
        </message>
        <message>
            <source>Result</source>
            <translation>Result</translation>
        </message>
        <message>
            <source>Rules</source>
            <translation>Rules</translation>
        </message>
        <message>
            <source>Kind</source>
            <translation>Kind</translation>
        </message>
        <message>
            <source>Maker</source>
            <translation>Maker</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>Model</translation>
        </message>
        <message>
            <source>Serial number</source>
            <translation>Serial number</translation>
        </message>
        <message>
            <source>Cuff</source>
            <translation>Cuff</translation>
        </message>
        <message>
            <source>Protocol</source>
            <translation>Protocol</translation>
        </message>
        <message>
            <source>Port</source>
            <translation>Port</translation>
        </message>
        <message>
            <source>Lanes</source>
            <translation>Lanes</translation>
        </message>
        <message>
            <source>Direction</source>
            <translation>Direction</translation>
        </message>
        <message>
            <source>the junk</source>
            <translation>the junk</translation>
        </message>
        <message>
            <source>the fish</source>
            <translation>the fish</translation>
        </message>
        <message>
            <source>the orange</source>
            <translation>the orange</translation>
        </message>
        <message>
            <source>the teapot</source>
            <translation>the teapot</translation>
        </message>
        <message>
            <source>the umbrella</source>
            <translation>the umbrella</translation>
        </message>
        <message>
            <source>the hill</source>
            <translation>the hill</translation>
        </message>
        <message>
            <source>Lives here</source>
            <translation>Lives here</translation>
        </message>
        <message>
            <source>Has moved away</source>
            <translation>Has moved away</translation>
        </message>
        <message>
            <source>Has died</source>
            <translation>Has died</translation>
        </message>
        <message>
            <source>Has left</source>
            <translation>Has left</translation>
        </message>
        <message>
            <source>In use</source>
            <translation>In use</translation>
        </message>
        <message>
            <source>Not in use</source>
            <translation>Not in use</translation>
        </message>
        <message>
            <source>Female</source>
            <translation>Female</translation>
        </message>
        <message>
            <source>Male</source>
            <translation>Male</translation>
        </message>
        <message>
            <source>Other</source>
            <translation>Other</translation>
        </message>
        <message>
            <source>Volunteer</source>
            <translation>Volunteer</translation>
        </message>
        <message>
            <source>Social worker</source>
            <translation>Social worker</translation>
        </message>
        <message>
            <source>Supervisor</source>
            <translation>Supervisor</translation>
        </message>
        <message>
            <source>Technician</source>
            <translation>Technician</translation>
        </message>
        <message>
            <source>Traditional Chinese</source>
            <translation>Traditional Chinese</translation>
        </message>
        <message>
            <source>Simplified Chinese</source>
            <translation>Simplified Chinese</translation>
        </message>
        <message>
            <source>English</source>
            <translation>English</translation>
        </message>
        <message>
            <source>Finished</source>
            <translation>Finished</translation>
        </message>
        <message>
            <source>Left unfinished</source>
            <translation>Left unfinished</translation>
        </message>
        <message>
            <source>Within range</source>
            <translation>Within range</translation>
        </message>
        <message>
            <source>Watch</source>
            <translation>Watch</translation>
        </message>
        <message>
            <source>Staff please</source>
            <translation>Staff please</translation>
        </message>
        <message>
            <source>Into the village</source>
            <translation>Into the village</translation>
        </message>
        <message>
            <source>Out of the village</source>
            <translation>Out of the village</translation>
        </message>
        <message>
            <source>No</source>
            <translation>No</translation>
        </message>
        <message>
            <source>Yes</source>
            <translation>Yes</translation>
        </message>
        <message>
            <source>Do not use the right arm</source>
            <translation>Do not use the right arm</translation>
        </message>
        <message>
            <source>Do not use the left arm</source>
            <translation>Do not use the left arm</translation>
        </message>
        <message>
            <source>Do not use either arm</source>
            <translation>Do not use either arm</translation>
        </message>
        <message>
            <source>Nothing</source>
            <translation>Nothing</translation>
        </message>
        <message>
            <source>Bluetooth address</source>
            <translation>Bluetooth address</translation>
        </message>
        <message>
            <source>Works here</source>
            <translation>Works here</translation>
        </message>
    </context>
    <context>
        <name>GoodbyePage</name>
        <message>
            <source>Thank you. See you next time!</source>
            <translation>Thank you. See you next time!</translation>
        </message>
        <message>
            <source>Do not change your medicine by yourself.</source>
            <translation>Do not change your medicine by yourself.</translation>
        </message>
        <message>
            <source>Finish</source>
            <translation>Finish</translation>
        </message>
    </context>
    <context>
        <name>HomePage</name>
        <message>
            <source>Village health station</source>
            <translation>Village health station</translation>
        </message>
        <message>
            <source>Good morning</source>
            <translation>Good morning</translation>
        </message>
        <message>
            <source>Good afternoon</source>
            <translation>Good afternoon</translation>
        </message>
        <message>
            <source>Good evening</source>
            <translation>Good evening</translation>
        </message>
        <message>
            <source>Shall we check
your blood pressure?</source>
            <translation>Shall we check
your blood pressure?</translation>
        </message>
        <message>
            <source>Start</source>
            <translation>Start</translation>
        </message>
        <message>
            <source>or show your card
to the window</source>
            <translation>or show your card
to the window</translation>
        </message>
        <message>
            <source>Staff are at work here</source>
            <translation>Staff are at work here</translation>
        </message>
        <message>
            <source>No staff signed in</source>
            <translation>No staff signed in</translation>
        </message>
        <message>
            <source>Staff</source>
            <translation>Staff</translation>
        </message>
        <message>
            <source>Call staff</source>
            <translation>Call staff</translation>
        </message>
        <message>
            <source>I feel unwell</source>
            <translation>I feel unwell</translation>
        </message>
    </context>
    <context>
        <name>InstrumentWords</name>
        <message>
            <source>Blood pressure monitor</source>
            <translation>Blood pressure monitor</translation>
        </message>
        <message>
            <source>Thermometer</source>
            <translation>Thermometer</translation>
        </message>
        <message>
            <source>Oximeter</source>
            <translation>Oximeter</translation>
        </message>
        <message>
            <source>Scale</source>
            <translation>Scale</translation>
        </message>
        <message>
            <source>Glucose meter</source>
            <translation>Glucose meter</translation>
        </message>
        <message>
            <source>Another kind of instrument</source>
            <translation>Another kind of instrument</translation>
        </message>
        <message>
            <source>Blood pressure</source>
            <translation>Blood pressure</translation>
        </message>
        <message>
            <source>Temperature</source>
            <translation>Temperature</translation>
        </message>
        <message>
            <source>Blood oxygen</source>
            <translation>Blood oxygen</translation>
        </message>
        <message>
            <source>Weight</source>
            <translation>Weight</translation>
        </message>
        <message>
            <source>Glucose</source>
            <translation>Glucose</translation>
        </message>
        <message>
            <source>%1 / %2</source>
            <translation>%1 / %2</translation>
        </message>
        <message>
            <source>%1 °C</source>
            <translation>%1 °C</translation>
        </message>
        <message>
            <source>%1 kg</source>
            <translation>%1 kg</translation>
        </message>
        <message>
            <source>%1 mmol/L</source>
            <translation>%1 mmol/L</translation>
        </message>
        <message>
            <source>Pulse %1</source>
            <translation>Pulse %1</translation>
        </message>
        <message>
            <source>Fat %1%</source>
            <translation>Fat %1%</translation>
        </message>
        <message>
            <source>%1: could not be read</source>
            <translation>%1: could not be read</translation>
        </message>
        <message>
            <source>Notes of a glucose meter</source>
            <translation>Notes of a glucose meter</translation>
        </message>
        <message>
            <source>Control solution</source>
            <translation>Control solution</translation>
        </message>
        <message>
            <source>%1: no usable value</source>
            <translation>%1: no usable value</translation>
        </message>
        <message>
            <source>Taken before the person began</source>
            <translation>Taken before the person began</translation>
        </message>
        <message>
            <source>Came before; its clock is not set</source>
            <translation>Came before; its clock is not set</translation>
        </message>
        <message>
            <source>Came together with another reading</source>
            <translation>Came together with another reading</translation>
        </message>
        <message>
            <source>Could not be used in the check-in</source>
            <translation>Could not be used in the check-in</translation>
        </message>
        <message>
            <source>Left after an interruption</source>
            <translation>Left after an interruption</translation>
        </message>
        <message>
            <source>Sent while nobody measured</source>
            <translation>Sent while nobody measured</translation>
        </message>
        <message>
            <source>Kept by an earlier version</source>
            <translation>Kept by an earlier version</translation>
        </message>
        <message>
            <source>A test, or control solution</source>
            <translation>A test, or control solution</translation>
        </message>
        <message>
            <source>Of somebody who is not on record</source>
            <translation>Of somebody who is not on record</translation>
        </message>
        <message>
            <source>Nobody can say whose it is</source>
            <translation>Nobody can say whose it is</translation>
        </message>
        <message>
            <source>Not a usable measurement</source>
            <translation>Not a usable measurement</translation>
        </message>
        <message>
            <source>Nothing was filed. If the records are wrong, have them corrected first.</source>
            <translation>Nothing was filed. If the records are wrong, have them corrected first.</translation>
        </message>
        <message>
            <source>Nothing was changed</source>
            <translation>Nothing was changed</translation>
        </message>
        <message>
            <source>It could not be saved. Free some disk space or call the technician, then try again.</source>
            <translation>It could not be saved. Free some disk space or call the technician, then try again.</translation>
        </message>
        <message>
            <source>This reading is on record already</source>
            <translation>This reading is on record already</translation>
        </message>
        <message>
            <source>%1 has this reading on record already</source>
            <translation>%1 has this reading on record already</translation>
        </message>
        <message>
            <source>It was not filed a second time. If it still waits here, set it aside.</source>
            <translation>It was not filed a second time. If it still waits here, set it aside.</translation>
        </message>
        <message>
            <source>This reading has changed meanwhile</source>
            <translation>This reading has changed meanwhile</translation>
        </message>
        <message>
            <source>Nothing was filed. More of the measurement has come, or a part of it has left. Look at it again, then choose.</source>
            <translation>Nothing was filed. More of the measurement has come, or a part of it has left. Look at it again, then choose.</translation>
        </message>
        <message>
            <source>The records say that %1 has moved away</source>
            <translation>The records say that %1 has moved away</translation>
        </message>
        <message>
            <source>The records say that %1 has died</source>
            <translation>The records say that %1 has died</translation>
        </message>
        <message>
            <source>This resident is not on record any more</source>
            <translation>This resident is not on record any more</translation>
        </message>
        <message>
            <source>Nothing was filed. Look for the resident again.</source>
            <translation>Nothing was filed. Look for the resident again.</translation>
        </message>
        <message>
            <source>Bluetooth is off</source>
            <translation>Bluetooth is off</translation>
        </message>
        <message>
            <source>Turn it on. The instruments are heard again by themselves.</source>
            <translation>Turn it on. The instruments are heard again by themselves.</translation>
        </message>
        <message>
            <source>The Bluetooth adapter is not plugged in</source>
            <translation>The Bluetooth adapter is not plugged in</translation>
        </message>
        <message>
            <source>Plug it in. The instruments are heard again by themselves.</source>
            <translation>Plug it in. The instruments are heard again by themselves.</translation>
        </message>
        <message>
            <source>Bluetooth is stuck and is being started again</source>
            <translation>Bluetooth is stuck and is being started again</translation>
        </message>
        <message>
            <source>Wait a minute. If it stays so, call the technician.</source>
            <translation>Wait a minute. If it stays so, call the technician.</translation>
        </message>
        <message>
            <source>The Bluetooth service does not run</source>
            <translation>The Bluetooth service does not run</translation>
        </message>
        <message>
            <source>Restart the kiosk. If it stays so, call the technician.</source>
            <translation>Restart the kiosk. If it stays so, call the technician.</translation>
        </message>
        <message>
            <source>This Bluetooth adapter is too old</source>
            <translation>This Bluetooth adapter is too old</translation>
        </message>
        <message>
            <source>It cannot reach the instruments. Use another one.</source>
            <translation>It cannot reach the instruments. Use another one.</translation>
        </message>
        <message>
            <source>The kiosk may not use Bluetooth</source>
            <translation>The kiosk may not use Bluetooth</translation>
        </message>
        <message>
            <source>Allow it in the settings of this computer, or call the technician.</source>
            <translation>Allow it in the settings of this computer, or call the technician.</translation>
        </message>
        <message>
            <source>Bluetooth does not work</source>
            <translation>Bluetooth does not work</translation>
        </message>
        <message>
            <source>The kiosk tries again by itself. If it stays so, call the technician.</source>
            <translation>The kiosk tries again by itself. If it stays so, call the technician.</translation>
        </message>
        <message>
            <source>The instrument does not let the kiosk in</source>
            <translation>The instrument does not let the kiosk in</translation>
        </message>
        <message>
            <source>Put it into its pairing mode (its leaflet says how), then try again.</source>
            <translation>Put it into its pairing mode (its leaflet says how), then try again.</translation>
        </message>
        <message>
            <source>The number was not right</source>
            <translation>The number was not right</translation>
        </message>
        <message>
            <source>Try again, and type the six digits that the instrument shows.</source>
            <translation>Try again, and type the six digits that the instrument shows.</translation>
        </message>
        <message>
            <source>Not paired, as you said</source>
            <translation>Not paired, as you said</translation>
        </message>
        <message>
            <source>Nothing was changed. Try again when you are ready.</source>
            <translation>Nothing was changed. Try again when you are ready.</translation>
        </message>
        <message>
            <source>No answer came in time</source>
            <translation>No answer came in time</translation>
        </message>
        <message>
            <source>The instrument waits half a minute. Keep it near and switched on, and try again.</source>
            <translation>The instrument waits half a minute. Keep it near and switched on, and try again.</translation>
        </message>
        <message>
            <source>This computer pairs by itself</source>
            <translation>This computer pairs by itself</translation>
        </message>
        <message>
            <source>Pair the instrument in the Bluetooth settings of this computer.</source>
            <translation>Pair the instrument in the Bluetooth settings of this computer.</translation>
        </message>
        <message>
            <source>The instrument is not heard any more</source>
            <translation>The instrument is not heard any more</translation>
        </message>
        <message>
            <source>Switch it on again, keep it near the kiosk, and try again.</source>
            <translation>Switch it on again, keep it near the kiosk, and try again.</translation>
        </message>
        <message>
            <source>The connection broke</source>
            <translation>The connection broke</translation>
        </message>
        <message>
            <source>Keep the instrument near the kiosk and try again.</source>
            <translation>Keep the instrument near the kiosk and try again.</translation>
        </message>
        <message>
            <source>The instrument does not answer</source>
            <translation>The instrument does not answer</translation>
        </message>
        <message>
            <source>Switch it off and on, then try again.</source>
            <translation>Switch it off and on, then try again.</translation>
        </message>
        <message>
            <source>The kiosk cannot use this instrument</source>
            <translation>The kiosk cannot use this instrument</translation>
        </message>
        <message>
            <source>It gives no readings that the kiosk understands. Use another one.</source>
            <translation>It gives no readings that the kiosk understands. Use another one.</translation>
        </message>
        <message>
            <source>A fault of the program</source>
            <translation>A fault of the program</translation>
        </message>
        <message>
            <source>Try again. If it happens again, call the technician.</source>
            <translation>Try again. If it happens again, call the technician.</translation>
        </message>
    </context>
    <context>
        <name>InstrumentsPage</name>
        <message>
            <source>Last seen %1</source>
            <translation>Last seen %1</translation>
        </message>
        <message>
            <source>Not seen yet</source>
            <translation>Not seen yet</translation>
        </message>
        <message>
            <source>No longer paired: pair it again</source>
            <translation>No longer paired: pair it again</translation>
        </message>
        <message>
            <source>In range now</source>
            <translation>In range now</translation>
        </message>
        <message>
            <source>Battery %1%</source>
            <translation>Battery %1%</translation>
        </message>
        <message>
            <source>Forget %1?</source>
            <translation>Forget %1?</translation>
        </message>
        <message>
            <source>Address ends in %1</source>
            <translation>Address ends in %1</translation>
        </message>
        <message>
            <source>It then sends nothing more to this kiosk, until it is paired again.</source>
            <translation>It then sends nothing more to this kiosk, until it is paired again.</translation>
        </message>
        <message>
            <source>Instruments</source>
            <translation>Instruments</translation>
        </message>
        <message>
            <source>Your role does not include this page</source>
            <translation>Your role does not include this page</translation>
        </message>
        <message>
            <source>Ask the supervisor if you need it.</source>
            <translation>Ask the supervisor if you need it.</translation>
        </message>
        <message>
            <source>Whose readings are these?</source>
            <translation>Whose readings are these?</translation>
        </message>
        <message>
            <source>Paired with this kiosk</source>
            <translation>Paired with this kiosk</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>Show</translation>
        </message>
        <message>
            <source>Nobody's readings: %1</source>
            <translation>Nobody's readings: %1</translation>
        </message>
        <message>
            <source>Nobody's readings</source>
            <translation>Nobody's readings</translation>
        </message>
        <message>
            <source>Every reading is somebody's</source>
            <translation>Every reading is somebody's</translation>
        </message>
        <message>
            <source>Readings that come while nobody measures, or that were left behind, wait here until a worker says whose they are.</source>
            <translation>Readings that come while nobody measures, or that were left behind, wait here until a worker says whose they are.</translation>
        </message>
        <message>
            <source>No instrument is paired yet</source>
            <translation>No instrument is paired yet</translation>
        </message>
        <message>
            <source>Looking</source>
            <translation>Looking</translation>
        </message>
        <message>
            <source>Not known while Bluetooth does not work</source>
            <translation>Not known while Bluetooth does not work</translation>
        </message>
        <message>
            <source>Many instruments work without. Pair those that ask for it.</source>
            <translation>Many instruments work without. Pair those that ask for it.</translation>
        </message>
        <message>
            <source>Pair an instrument</source>
            <translation>Pair an instrument</translation>
        </message>
        <message>
            <source>Bluetooth is working</source>
            <translation>Bluetooth is working</translation>
        </message>
        <message>
            <source>It was not forgotten</source>
            <translation>It was not forgotten</translation>
        </message>
        <message>
            <source>That could not be written down</source>
            <translation>That could not be written down</translation>
        </message>
        <message>
            <source>Try again when Bluetooth works.</source>
            <translation>Try again when Bluetooth works.</translation>
        </message>
        <message>
            <source>Free some disk space or call the technician.</source>
            <translation>Free some disk space or call the technician.</translation>
        </message>
        <message>
            <source>Forget</source>
            <translation>Forget</translation>
        </message>
        <message>
            <source>OK</source>
            <translation>OK</translation>
        </message>
        <message>
            <source>Keep it</source>
            <translation>Keep it</translation>
        </message>
        <message>
            <source>The instrument is forgotten</source>
            <translation>The instrument is forgotten</translation>
        </message>
    </context>
    <context>
        <name>LanguagePicker</name>
        <message>
            <source>Choose language</source>
            <translation>Choose language</translation>
        </message>
    </context>
    <context>
        <name>Main</name>
        <message>
            <source>Part of the records cannot be read</source>
            <translation>Part of the records cannot be read</translation>
        </message>
        <message>
            <source>Stop using this kiosk and call the technician</source>
            <translation>Stop using this kiosk and call the technician</translation>
        </message>
        <message>
            <source>Demo data, not real cases</source>
            <translation>Demo data, not real cases</translation>
        </message>
        <message>
            <source>The data on this kiosk is not protected against theft</source>
            <translation>The data on this kiosk is not protected against theft</translation>
        </message>
        <message>
            <source>Village health station</source>
            <translation>Village health station</translation>
        </message>
        <message>
            <source>Are you still there?</source>
            <translation>Are you still there?</translation>
        </message>
        <message>
            <source>This page will close in %1 seconds.</source>
            <translation>This page will close in %1 seconds.</translation>
        </message>
        <message>
            <source>I need more time</source>
            <translation>I need more time</translation>
        </message>
        <message>
            <source>Finish</source>
            <translation>Finish</translation>
        </message>
    </context>
    <context>
        <name>MeasuringPage</name>
        <message>
            <source>Waiting for the monitor</source>
            <translation>Waiting for the monitor</translation>
        </message>
        <message>
            <source>The monitor cannot be reached</source>
            <translation>The monitor cannot be reached</translation>
        </message>
        <message>
            <source>The monitor went away</source>
            <translation>The monitor went away</translation>
        </message>
        <message>
            <source>The monitor did not let us in</source>
            <translation>The monitor did not let us in</translation>
        </message>
        <message>
            <source>That reading could not be read</source>
            <translation>That reading could not be read</translation>
        </message>
        <message>
            <source>That was an older reading</source>
            <translation>That was an older reading</translation>
        </message>
        <message>
            <source>This reading is NOT saved</source>
            <translation>This reading is NOT saved</translation>
        </message>
        <message>
            <source>Measuring: please keep still and quiet</source>
            <translation>Measuring: please keep still and quiet</translation>
        </message>
        <message>
            <source>The monitor is ready</source>
            <translation>The monitor is ready</translation>
        </message>
        <message>
            <source>Saving the reading</source>
            <translation>Saving the reading</translation>
        </message>
        <message>
            <source>Press the start button on the monitor</source>
            <translation>Press the start button on the monitor</translation>
        </message>
        <message>
            <source>Press its start button again. If nothing happens, call staff.</source>
            <translation>Press its start button again. If nothing happens, call staff.</translation>
        </message>
        <message>
            <source>Please call staff: Bluetooth is off or unplugged.</source>
            <translation>Please call staff: Bluetooth is off or unplugged.</translation>
        </message>
        <message>
            <source>Bluetooth is being started again. If this page stays, call staff.</source>
            <translation>Bluetooth is being started again. If this page stays, call staff.</translation>
        </message>
        <message>
            <source>Please call staff: Bluetooth does not work here.</source>
            <translation>Please call staff: Bluetooth does not work here.</translation>
        </message>
        <message>
            <source>Stay near the table and press its start button again.</source>
            <translation>Stay near the table and press its start button again.</translation>
        </message>
        <message>
            <source>Please call staff: this monitor does not work with this kiosk.</source>
            <translation>Please call staff: this monitor does not work with this kiosk.</translation>
        </message>
        <message>
            <source>Please call staff: pair this monitor once, on the page Instruments.</source>
            <translation>Please call staff: pair this monitor once, on the page Instruments.</translation>
        </message>
        <message>
            <source>Sit still and press the start button again.</source>
            <translation>Sit still and press the start button again.</translation>
        </message>
        <message>
            <source>It was taken at another time and is not counted. Press the start button again.</source>
            <translation>It was taken at another time and is not counted. Press the start button again.</translation>
        </message>
        <message>
            <source>Please stay here and call staff. We keep trying to save it.</source>
            <translation>Please stay here and call staff. We keep trying to save it.</translation>
        </message>
        <message>
            <source>Cuff letting go</source>
            <translation>Cuff letting go</translation>
        </message>
        <message>
            <source>Cuff filling</source>
            <translation>Cuff filling</translation>
        </message>
        <message>
            <source>One moment.</source>
            <translation>One moment.</translation>
        </message>
        <message>
            <source>The cuff will fill by itself. Sit still, no talking.</source>
            <translation>The cuff will fill by itself. Sit still, no talking.</translation>
        </message>
        <message>
            <source>The round button. The cuff then fills by itself.</source>
            <translation>The round button. The cuff then fills by itself.</translation>
        </message>
        <message>
            <source>Upper</source>
            <translation>Upper</translation>
        </message>
        <message>
            <source>Lower</source>
            <translation>Lower</translation>
        </message>
        <message>
            <source>Pulse</source>
            <translation>Pulse</translation>
        </message>
        <message>
            <source>Trying again by itself.</source>
            <translation>Trying again by itself.</translation>
        </message>
        <message>
            <source>Third reading</source>
            <translation>Third reading</translation>
        </message>
        <message>
            <source>Second of two</source>
            <translation>Second of two</translation>
        </message>
        <message>
            <source>First of two</source>
            <translation>First of two</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Stop</translation>
        </message>
        <message>
            <source>Leave</source>
            <translation>Leave</translation>
        </message>
        <message>
            <source>Leave without saving?</source>
            <translation>Leave without saving?</translation>
        </message>
        <message>
            <source>These numbers will be gone.</source>
            <translation>These numbers will be gone.</translation>
        </message>
        <message>
            <source>Stay here</source>
            <translation>Stay here</translation>
        </message>
    </context>
    <context>
        <name>NoticePage</name>
        <message>
            <source>May we keep your readings?</source>
            <translation>May we keep your readings?</translation>
        </message>
        <message>
            <source>Only staff and nurses of this centre and its district office use them, to follow up with you.
You may stop at any time.</source>
            <translation>Only staff and nurses of this centre and its district office use them, to follow up with you.
You may stop at any time.</translation>
        </message>
        <message>
            <source>This could not be saved. Try again, or call staff.</source>
            <translation>This could not be saved. Try again, or call staff.</translation>
        </message>
        <message>
            <source>Measure without saving</source>
            <translation>Measure without saving</translation>
        </message>
        <message>
            <source>I agree</source>
            <translation>I agree</translation>
        </message>
    </context>
    <context>
        <name>NumberPad</name>
        <message>
            <source>Number pad</source>
            <translation>Number pad</translation>
        </message>
        <message>
            <source>Clear</source>
            <translation>Clear</translation>
        </message>
        <message>
            <source>Erase one digit</source>
            <translation>Erase one digit</translation>
        </message>
    </context>
    <context>
        <name>PairingPage</name>
        <message>
            <source>Which instrument?</source>
            <translation>Which instrument?</translation>
        </message>
        <message>
            <source>Is this the instrument?</source>
            <translation>Is this the instrument?</translation>
        </message>
        <message>
            <source>Which number does it show?</source>
            <translation>Which number does it show?</translation>
        </message>
        <message>
            <source>Type this number on the instrument</source>
            <translation>Type this number on the instrument</translation>
        </message>
        <message>
            <source>Does it show the same number?</source>
            <translation>Does it show the same number?</translation>
        </message>
        <message>
            <source>%1 is paired</source>
            <translation>%1 is paired</translation>
        </message>
        <message>
            <source>One moment</source>
            <translation>One moment</translation>
        </message>
        <message>
            <source>Switch it on, near the kiosk, and put it into pairing mode: its leaflet says how.</source>
            <translation>Switch it on, near the kiosk, and put it into pairing mode: its leaflet says how.</translation>
        </message>
        <message>
            <source>What still waits inside it becomes nobody's: a worker then says whose it is, under Nobody's readings.</source>
            <translation>What still waits inside it becomes nobody's: a worker then says whose it is, under Nobody's readings.</translation>
        </message>
        <message>
            <source>%1 asks to be paired.</source>
            <translation>%1 asks to be paired.</translation>
        </message>
        <message>
            <source>%1 shows six digits. Answer within half a minute.</source>
            <translation>%1 shows six digits. Answer within half a minute.</translation>
        </message>
        <message>
            <source>%1 waits for it for half a minute.</source>
            <translation>%1 waits for it for half a minute.</translation>
        </message>
        <message>
            <source>Look at the display of %1.</source>
            <translation>Look at the display of %1.</translation>
        </message>
        <message>
            <source>Residents measure with it as always. What it sends by itself waits on the page Instruments until a worker says whose it is.</source>
            <translation>Residents measure with it as always. What it sends by itself waits on the page Instruments until a worker says whose it is.</translation>
        </message>
        <message>
            <source>What it sends waits on the page Instruments until a worker says whose it is.</source>
            <translation>What it sends waits on the page Instruments until a worker says whose it is.</translation>
        </message>
        <message>
            <source>The kiosk speaks with %1. Look at its display.</source>
            <translation>The kiosk speaks with %1. Look at its display.</translation>
        </message>
        <message>
            <source>Address ends in %1</source>
            <translation>Address ends in %1</translation>
        </message>
        <message>
            <source>It gives no name</source>
            <translation>It gives no name</translation>
        </message>
        <message>
            <source>Paired already</source>
            <translation>Paired already</translation>
        </message>
        <message>
            <source>In range</source>
            <translation>In range</translation>
        </message>
        <message>
            <source>Your role does not include this page</source>
            <translation>Your role does not include this page</translation>
        </message>
        <message>
            <source>Ask the supervisor if you need it.</source>
            <translation>Ask the supervisor if you need it.</translation>
        </message>
        <message>
            <source>Nothing can be heard</source>
            <translation>Nothing can be heard</translation>
        </message>
        <message>
            <source>Listening for instruments</source>
            <translation>Listening for instruments</translation>
        </message>
        <message>
            <source>They appear here by themselves as soon as they are heard.</source>
            <translation>They appear here by themselves as soon as they are heard.</translation>
        </message>
        <message>
            <source>This kiosk</source>
            <translation>This kiosk</translation>
        </message>
        <message>
            <source>%1 of %2 digits</source>
            <translation>%1 of %2 digits</translation>
        </message>
        <message>
            <source>That it is paired could not be written down</source>
            <translation>That it is paired could not be written down</translation>
        </message>
        <message>
            <source>Free some disk space or call the technician, then save again.</source>
            <translation>Free some disk space or call the technician, then save again.</translation>
        </message>
        <message>
            <source>Save again</source>
            <translation>Save again</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Back</translation>
        </message>
        <message>
            <source>Choose another</source>
            <translation>Choose another</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>Cancel</translation>
        </message>
        <message>
            <source>No</source>
            <translation>No</translation>
        </message>
        <message>
            <source>Pair another</source>
            <translation>Pair another</translation>
        </message>
        <message>
            <source>Yes, pair it</source>
            <translation>Yes, pair it</translation>
        </message>
        <message>
            <source>Yes, the same</source>
            <translation>Yes, the same</translation>
        </message>
        <message>
            <source>Pair</source>
            <translation>Pair</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>Done</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Try again</translation>
        </message>
    </context>
    <context>
        <name>PausePage</name>
        <message>
            <source>The last reading did not come out right.</source>
            <translation>The last reading did not come out right.</translation>
        </message>
        <message>
            <source>You may have moved. Keep still next time.</source>
            <translation>You may have moved. Keep still next time.</translation>
        </message>
        <message>
            <source>The first two were far apart, so we take a third.</source>
            <translation>The first two were far apart, so we take a third.</translation>
        </message>
        <message>
            <source>Two readings are better than one.</source>
            <translation>Two readings are better than one.</translation>
        </message>
        <message>
            <source>Do you have any of these now?</source>
            <translation>Do you have any of these now?</translation>
        </message>
        <message>
            <source>Rest one minute, then once more</source>
            <translation>Rest one minute, then once more</translation>
        </message>
        <message>
            <source>%1 seconds left</source>
            <translation>%1 seconds left</translation>
        </message>
        <message>
            <source>Leave the cuff on.
No talking.</source>
            <translation>Leave the cuff on.
No talking.</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>Stop</translation>
        </message>
        <message>
            <source>Chest pain</source>
            <translation>Chest pain</translation>
        </message>
        <message>
            <source>Short of breath</source>
            <translation>Short of breath</translation>
        </message>
        <message>
            <source>Arm or leg weak or numb</source>
            <translation>Arm or leg weak or numb</translation>
        </message>
        <message>
            <source>Slurred speech, crooked mouth</source>
            <translation>Slurred speech, crooked mouth</translation>
        </message>
        <message>
            <source>Sudden severe headache</source>
            <translation>Sudden severe headache</translation>
        </message>
        <message>
            <source>Sudden blurred sight</source>
            <translation>Sudden blurred sight</translation>
        </message>
        <message>
            <source>Sudden back pain</source>
            <translation>Sudden back pain</translation>
        </message>
        <message>
            <source>Confused, or about to faint</source>
            <translation>Confused, or about to faint</translation>
        </message>
        <message>
            <source>None of them</source>
            <translation>None of them</translation>
        </message>
        <message>
            <source>Yes, I have</source>
            <translation>Yes, I have</translation>
        </message>
    </context>
    <context>
        <name>PinDots</name>
        <message>
            <source>%1 of %2 digits</source>
            <translation>%1 of %2 digits</translation>
        </message>
    </context>
    <context>
        <name>PinPage</name>
        <message>
            <source>Too many tries. Wait %1 seconds, then try again.</source>
            <translation>Too many tries. Wait %1 seconds, then try again.</translation>
        </message>
        <message>
            <source>Wrong PIN. %1 tries left.</source>
            <translation>Wrong PIN. %1 tries left.</translation>
        </message>
        <message>
            <source>It could not be checked. Try again, or call the technician.</source>
            <translation>It could not be checked. Try again, or call the technician.</translation>
        </message>
        <message>
            <source>Enter your 6-digit PIN</source>
            <translation>Enter your 6-digit PIN</translation>
        </message>
        <message>
            <source>Another worker</source>
            <translation>Another worker</translation>
        </message>
        <message>
            <source>Sign out</source>
            <translation>Sign out</translation>
        </message>
        <message>
            <source>Back to start</source>
            <translation>Back to start</translation>
        </message>
        <message>
            <source>Call staff</source>
            <translation>Call staff</translation>
        </message>
        <message>
            <source>%1 records wait to be sent. They are encrypted on this kiosk; signing out loses nothing.</source>
            <translation>%1 records wait to be sent. They are encrypted on this kiosk; signing out loses nothing.</translation>
        </message>
        <message>
            <source>Records are encrypted on this kiosk; signing out loses nothing.</source>
            <translation>Records are encrypted on this kiosk; signing out loses nothing.</translation>
        </message>
    </context>
    <context>
        <name>Problem</name>
        <message>
            <source>The key to the records is missing</source>
            <translation>The key to the records is missing</translation>
        </message>
        <message>
            <source>Do not delete anything. Put back the key file, or start the kiosk on its own computer.</source>
            <translation>Do not delete anything. Put back the key file, or start the kiosk on its own computer.</translation>
        </message>
        <message>
            <source>The key does not fit the records</source>
            <translation>The key does not fit the records</translation>
        </message>
        <message>
            <source>Do not delete anything. Put back the key file that belongs to this kiosk.</source>
            <translation>Do not delete anything. Put back the key file that belongs to this kiosk.</translation>
        </message>
        <message>
            <source>The key file is not safe</source>
            <translation>The key file is not safe</translation>
        </message>
        <message>
            <source>Ask the technician to check who can reach this kiosk and its key file.</source>
            <translation>Ask the technician to check who can reach this kiosk and its key file.</translation>
        </message>
        <message>
            <source>The key cannot be read</source>
            <translation>The key cannot be read</translation>
        </message>
        <message>
            <source>Do not delete anything. Restart the kiosk once; if it happens again, call the technician.</source>
            <translation>Do not delete anything. Restart the kiosk once; if it happens again, call the technician.</translation>
        </message>
        <message>
            <source>Part of the records cannot be read</source>
            <translation>Part of the records cannot be read</translation>
        </message>
        <message>
            <source>Stop using this kiosk and call the technician. Do not delete any file: most records can be saved.</source>
            <translation>Stop using this kiosk and call the technician. Do not delete any file: most records can be saved.</translation>
        </message>
        <message>
            <source>The records of this kiosk are gone</source>
            <translation>The records of this kiosk are gone</translation>
        </message>
        <message>
            <source>Do not delete anything. Check that the right disk is in place, or call the technician. Nothing new was made in their place.</source>
            <translation>Do not delete anything. Check that the right disk is in place, or call the technician. Nothing new was made in their place.</translation>
        </message>
        <message>
            <source>The records are not as this kiosk left them</source>
            <translation>The records are not as this kiosk left them</translation>
        </message>
        <message>
            <source>Do not delete anything and call the technician. Only the technician may put back an older copy.</source>
            <translation>Do not delete anything and call the technician. Only the technician may put back an older copy.</translation>
        </message>
        <message>
            <source>The file of records is empty</source>
            <translation>The file of records is empty</translation>
        </message>
        <message>
            <source>Call the technician first. Do not delete any file: records may still be beside it.</source>
            <translation>Call the technician first. Do not delete any file: records may still be beside it.</translation>
        </message>
        <message>
            <source>This file is not the records of a kiosk</source>
            <translation>This file is not the records of a kiosk</translation>
        </message>
        <message>
            <source>Call the technician: the kiosk looks at the wrong file. Nothing was changed.</source>
            <translation>Call the technician: the kiosk looks at the wrong file. Nothing was changed.</translation>
        </message>
        <message>
            <source>The records were written by a newer kiosk</source>
            <translation>The records were written by a newer kiosk</translation>
        </message>
        <message>
            <source>Install the newest version. The records stay as they are.</source>
            <translation>Install the newest version. The records stay as they are.</translation>
        </message>
        <message>
            <source>A part of this installation is unsafe</source>
            <translation>A part of this installation is unsafe</translation>
        </message>
        <message>
            <source>Install the kiosk again from its own package. The records stay as they are.</source>
            <translation>Install the kiosk again from its own package. The records stay as they are.</translation>
        </message>
        <message>
            <source>The disk is full</source>
            <translation>The disk is full</translation>
        </message>
        <message>
            <source>Make room on the disk, then start the kiosk again. What was saved is safe.</source>
            <translation>Make room on the disk, then start the kiosk again. What was saved is safe.</translation>
        </message>
        <message>
            <source>The kiosk is already running</source>
            <translation>The kiosk is already running</translation>
        </message>
        <message>
            <source>Close the other window or restart the computer, then try again.</source>
            <translation>Close the other window or restart the computer, then try again.</translation>
        </message>
        <message>
            <source>The records cannot be reached</source>
            <translation>The records cannot be reached</translation>
        </message>
        <message>
            <source>Check that the disk is in place, then start the kiosk again.</source>
            <translation>Check that the disk is in place, then start the kiosk again.</translation>
        </message>
        <message>
            <source>The site file has a mistake</source>
            <translation>The site file has a mistake</translation>
        </message>
        <message>
            <source>Ask the technician to mend the line that is named below.</source>
            <translation>Ask the technician to mend the line that is named below.</translation>
        </message>
        <message>
            <source>The rule file cannot be used</source>
            <translation>The rule file cannot be used</translation>
        </message>
        <message>
            <source>Ask the district office for a corrected rule file.</source>
            <translation>Ask the district office for a corrected rule file.</translation>
        </message>
        <message>
            <source>The kiosk cannot start</source>
            <translation>The kiosk cannot start</translation>
        </message>
        <message>
            <source>Call the technician. What was saved is safe.</source>
            <translation>Call the technician. What was saved is safe.</translation>
        </message>
    </context>
    <context>
        <name>RecordList</name>
        <message>
            <source>Nothing here</source>
            <translation>Nothing here</translation>
        </message>
        <message>
            <source>Earlier rows</source>
            <translation>Earlier rows</translation>
        </message>
        <message>
            <source>More rows</source>
            <translation>More rows</translation>
        </message>
    </context>
    <context>
        <name>ResidentPage</name>
        <message>
            <source>You</source>
            <translation>You</translation>
        </message>
        <message>
            <source>Rest</source>
            <translation>Rest</translation>
        </message>
        <message>
            <source>Cuff</source>
            <translation>Cuff</translation>
        </message>
        <message>
            <source>Measure</source>
            <translation>Measure</translation>
        </message>
        <message>
            <source>Result</source>
            <translation>Result</translation>
        </message>
        <message>
            <source>Back</source>
            <translation>Back</translation>
        </message>
        <message>
            <source>Call staff</source>
            <translation>Call staff</translation>
        </message>
        <message>
            <source>I feel unwell</source>
            <translation>I feel unwell</translation>
        </message>
    </context>
    <context>
        <name>ResidentRecordPage</name>
        <message>
            <source>Do not use the right arm</source>
            <translation>Do not use the right arm</translation>
        </message>
        <message>
            <source>Do not use the left arm</source>
            <translation>Do not use the left arm</translation>
        </message>
        <message>
            <source>Do not use either arm</source>
            <translation>Do not use either arm</translation>
        </message>
        <message>
            <source>BP %1 / %2</source>
            <translation>BP %1 / %2</translation>
        </message>
        <message>
            <source>Measured, mean of %1</source>
            <translation>Measured, mean of %1</translation>
        </message>
        <message>
            <source>One reading</source>
            <translation>One reading</translation>
        </message>
        <message>
            <source>Promised: %1</source>
            <translation>Promised: %1</translation>
        </message>
        <message>
            <source>Resident</source>
            <translation>Resident</translation>
        </message>
        <message>
            <source>No resident is open</source>
            <translation>No resident is open</translation>
        </message>
        <message>
            <source>Choose one from the list of residents.</source>
            <translation>Choose one from the list of residents.</translation>
        </message>
        <message>
            <source>List</source>
            <translation>List</translation>
        </message>
        <message>
            <source>%1 years</source>
            <translation>%1 years</translation>
        </message>
        <message>
            <source>likes to be called %1</source>
            <translation>likes to be called %1</translation>
        </message>
        <message>
            <source>Start visit</source>
            <translation>Start visit</translation>
        </message>
        <message>
            <source>Not saved. Touch it again.</source>
            <translation>Not saved. Touch it again.</translation>
        </message>
        <message>
            <source>Promise</source>
            <translation>Promise</translation>
        </message>
        <message>
            <source>Promised on %1, kept</source>
            <translation>Promised on %1, kept</translation>
        </message>
        <message>
            <source>Promised on %1, not kept</source>
            <translation>Promised on %1, not kept</translation>
        </message>
        <message>
            <source>Promised on %1</source>
            <translation>Promised on %1</translation>
        </message>
        <message>
            <source>Nothing was promised yet</source>
            <translation>Nothing was promised yet</translation>
        </message>
        <message>
            <source>Kept</source>
            <translation>Kept</translation>
        </message>
        <message>
            <source>Not kept</source>
            <translation>Not kept</translation>
        </message>
        <message>
            <source>Blood pressure, %1 months</source>
            <translation>Blood pressure, %1 months</translation>
        </message>
        <message>
            <source>Mean %1 / %2, times measured: %3</source>
            <translation>Mean %1 / %2, times measured: %3</translation>
        </message>
        <message>
            <source>not measured</source>
            <translation>not measured</translation>
        </message>
        <message>
            <source>Upper %1</source>
            <translation>Upper %1</translation>
        </message>
        <message>
            <source>Lower %1</source>
            <translation>Lower %1</translation>
        </message>
        <message>
            <source>No blood pressure on record in the last 9 months</source>
            <translation>No blood pressure on record in the last 9 months</translation>
        </message>
        <message>
            <source>Readings are not shown to volunteers</source>
            <translation>Readings are not shown to volunteers</translation>
        </message>
        <message>
            <source>It appears here after a check-in at this kiosk.</source>
            <translation>It appears here after a check-in at this kiosk.</translation>
        </message>
        <message>
            <source>Ask the social worker when you need to know.</source>
            <translation>Ask the social worker when you need to know.</translation>
        </message>
        <message>
            <source>Nothing on record yet</source>
            <translation>Nothing on record yet</translation>
        </message>
        <message>
            <source>Visits and readings appear here.</source>
            <translation>Visits and readings appear here.</translation>
        </message>
    </context>
    <context>
        <name>ResidentsPage</name>
        <message>
            <source>%1 years</source>
            <translation>%1 years</translation>
        </message>
        <message>
            <source>Not visited yet</source>
            <translation>Not visited yet</translation>
        </message>
        <message>
            <source>Last visit %1</source>
            <translation>Last visit %1</translation>
        </message>
        <message>
            <source>Was due %1</source>
            <translation>Was due %1</translation>
        </message>
        <message>
            <source>Next %1</source>
            <translation>Next %1</translation>
        </message>
        <message>
            <source>Residents</source>
            <translation>Residents</translation>
        </message>
        <message>
            <source>The first %1; type to find others</source>
            <translation>The first %1; type to find others</translation>
        </message>
        <message>
            <source>%1 found</source>
            <translation>%1 found</translation>
        </message>
        <message>
            <source>Find a resident</source>
            <translation>Find a resident</translation>
        </message>
        <message>
            <source>Name, card or village</source>
            <translation>Name, card or village</translation>
        </message>
        <message>
            <source>Your role does not include this page</source>
            <translation>Your role does not include this page</translation>
        </message>
        <message>
            <source>No residents yet</source>
            <translation>No residents yet</translation>
        </message>
        <message>
            <source>Nobody found</source>
            <translation>Nobody found</translation>
        </message>
        <message>
            <source>Ask the supervisor if you need it.</source>
            <translation>Ask the supervisor if you need it.</translation>
        </message>
        <message>
            <source>They arrive from the district when this kiosk has been in contact with it.</source>
            <translation>They arrive from the district when this kiosk has been in contact with it.</translation>
        </message>
        <message>
            <source>Type less of the name, or try the card or the village.</source>
            <translation>Type less of the name, or try the card or the village.</translation>
        </message>
    </context>
    <context>
        <name>RestPage</name>
        <message>
            <source>%1 minutes left.</source>
            <translation>%1 minutes left.</translation>
        </message>
        <message>
            <source>Less than a minute left.</source>
            <translation>Less than a minute left.</translation>
        </message>
        <message>
            <source>Please sit and rest</source>
            <translation>Please sit and rest</translation>
        </message>
        <message>
            <source>Your rest is over</source>
            <translation>Your rest is over</translation>
        </message>
        <message>
            <source>Is it still you, %1?</source>
            <translation>Is it still you, %1?</translation>
        </message>
        <message>
            <source>No need to keep watching: come back when the ring is full.</source>
            <translation>No need to keep watching: come back when the ring is full.</translation>
        </message>
        <message>
            <source>Back against the chair, feet flat</source>
            <translation>Back against the chair, feet flat</translation>
        </message>
        <message>
            <source>Legs uncrossed, no talking</source>
            <translation>Legs uncrossed, no talking</translation>
        </message>
        <message>
            <source>Yes, go on</source>
            <translation>Yes, go on</translation>
        </message>
    </context>
    <context>
        <name>ResultPage</name>
        <message>
            <source>Please ask staff</source>
            <translation>Please ask staff</translation>
        </message>
        <message>
            <source>In the usual range</source>
            <translation>In the usual range</translation>
        </message>
        <message>
            <source>Take note</source>
            <translation>Take note</translation>
        </message>
        <message>
            <source>No reading could be used today.</source>
            <translation>No reading could be used today.</translation>
        </message>
        <message>
            <source>Please stay here and ask staff to look at these numbers.</source>
            <translation>Please stay here and ask staff to look at these numbers.</translation>
        </message>
        <message>
            <source>Thank you for measuring.</source>
            <translation>Thank you for measuring.</translation>
        </message>
        <message>
            <source>Both numbers are a little high.</source>
            <translation>Both numbers are a little high.</translation>
        </message>
        <message>
            <source>The upper number is a little high.</source>
            <translation>The upper number is a little high.</translation>
        </message>
        <message>
            <source>The lower number is a little high.</source>
            <translation>The lower number is a little high.</translation>
        </message>
        <message>
            <source>Please tell staff or your doctor.</source>
            <translation>Please tell staff or your doctor.</translation>
        </message>
        <message>
            <source>Saved</source>
            <translation>Saved</translation>
        </message>
        <message>
            <source>Saving…</source>
            <translation>Saving…</translation>
        </message>
        <message>
            <source>Not saved, as you asked</source>
            <translation>Not saved, as you asked</translation>
        </message>
        <message>
            <source>Result</source>
            <translation>Result</translation>
        </message>
        <message>
            <source>Result hidden</source>
            <translation>Result hidden</translation>
        </message>
        <message>
            <source>Please show this to staff</source>
            <translation>Please show this to staff</translation>
        </message>
        <message>
            <source>Upper</source>
            <translation>Upper</translation>
        </message>
        <message>
            <source>Lower</source>
            <translation>Lower</translation>
        </message>
        <message>
            <source>Pulse</source>
            <translation>Pulse</translation>
        </message>
        <message>
            <source>Last %1</source>
            <translation>Last %1</translation>
        </message>
        <message>
            <source>Average of two</source>
            <translation>Average of two</translation>
        </message>
        <message>
            <source>One reading</source>
            <translation>One reading</translation>
        </message>
        <message>
            <source>NOT saved</source>
            <translation>NOT saved</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>Show</translation>
        </message>
        <message>
            <source>Hide</source>
            <translation>Hide</translation>
        </message>
        <message>
            <source>Save again</source>
            <translation>Save again</translation>
        </message>
        <message>
            <source>Past</source>
            <translation>Past</translation>
        </message>
        <message>
            <source>Ask staff</source>
            <translation>Ask staff</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>Done</translation>
        </message>
    </context>
    <context>
        <name>Segmented</name>
        <message>
            <source>as last time</source>
            <translation>as last time</translation>
        </message>
    </context>
    <context>
        <name>SignInPage</name>
        <message>
            <source>Too many tries. Wait %1 seconds, then try again.</source>
            <translation>Too many tries. Wait %1 seconds, then try again.</translation>
        </message>
        <message>
            <source>The name or the passphrase is not right.</source>
            <translation>The name or the passphrase is not right.</translation>
        </message>
        <message>
            <source>A PIN is not enough any more. Use your passphrase.</source>
            <translation>A PIN is not enough any more. Use your passphrase.</translation>
        </message>
        <message>
            <source>It could not be checked. Try again, or call the technician.</source>
            <translation>It could not be checked. Try again, or call the technician.</translation>
        </message>
        <message>
            <source>Staff sign-in</source>
            <translation>Staff sign-in</translation>
        </message>
        <message>
            <source>Name and passphrase at the start of a shift; after that a PIN is enough.</source>
            <translation>Name and passphrase at the start of a shift; after that a PIN is enough.</translation>
        </message>
        <message>
            <source>%1 records wait to be sent. They are encrypted on this kiosk; signing out loses nothing.</source>
            <translation>%1 records wait to be sent. They are encrypted on this kiosk; signing out loses nothing.</translation>
        </message>
        <message>
            <source>Records are encrypted on this kiosk; signing out loses nothing.</source>
            <translation>Records are encrypted on this kiosk; signing out loses nothing.</translation>
        </message>
        <message>
            <source>Your name</source>
            <translation>Your name</translation>
        </message>
        <message>
            <source>Passphrase</source>
            <translation>Passphrase</translation>
        </message>
        <message>
            <source>Checking</source>
            <translation>Checking</translation>
        </message>
        <message>
            <source>Sign in</source>
            <translation>Sign in</translation>
        </message>
        <message>
            <source>Back to start</source>
            <translation>Back to start</translation>
        </message>
        <message>
            <source>Use a PIN</source>
            <translation>Use a PIN</translation>
        </message>
        <message>
            <source>Nobody can sign in here yet</source>
            <translation>Nobody can sign in here yet</translation>
        </message>
        <message>
            <source>The technician closes this window, creates the first supervisor with this command, and starts the kiosk again. The supervisor chooses the passphrase and the PIN:</source>
            <translation>The technician closes this window, creates the first supervisor with this command, and starts the kiosk again. The supervisor chooses the passphrase and the PIN:</translation>
        </message>
    </context>
    <context>
        <name>StaffPage</name>
        <message>
            <source>Sections</source>
            <translation>Sections</translation>
        </message>
        <message>
            <source>Residents</source>
            <translation>Residents</translation>
        </message>
        <message>
            <source>Instruments</source>
            <translation>Instruments</translation>
        </message>
        <message>
            <source>Traffic</source>
            <translation>Traffic</translation>
        </message>
        <message>
            <source>Sync</source>
            <translation>Sync</translation>
        </message>
        <message>
            <source>%1, waiting: %2</source>
            <translation>%1, waiting: %2</translation>
        </message>
        <message>
            <source>Lock</source>
            <translation>Lock</translation>
        </message>
        <message>
            <source>%1 to send</source>
            <translation>%1 to send</translation>
        </message>
        <message>
            <source>All sent</source>
            <translation>All sent</translation>
        </message>
        <message>
            <source>Offline, %1 to send</source>
            <translation>Offline, %1 to send</translation>
        </message>
        <message>
            <source>Offline</source>
            <translation>Offline</translation>
        </message>
    </context>
    <context>
        <name>SyncPage</name>
        <message>
            <source>Not connected to a district yet</source>
            <translation>Not connected to a district yet</translation>
        </message>
        <message>
            <source>In contact with the district</source>
            <translation>In contact with the district</translation>
        </message>
        <message>
            <source>Nothing is sent until the district office has helped</source>
            <translation>Nothing is sent until the district office has helped</translation>
        </message>
        <message>
            <source>Nothing is sent until the technician has helped</source>
            <translation>Nothing is sent until the technician has helped</translation>
        </message>
        <message>
            <source>Not sent yet; the kiosk tries again by itself</source>
            <translation>Not sent yet; the kiosk tries again by itself</translation>
        </message>
        <message>
            <source>Offline for %1 days; nothing is lost</source>
            <translation>Offline for %1 days; nothing is lost</translation>
        </message>
        <message>
            <source>Offline: sent by itself when the line is back</source>
            <translation>Offline: sent by itself when the line is back</translation>
        </message>
        <message>
            <source>%1 min</source>
            <translation>%1 min</translation>
        </message>
        <message>
            <source>%1 hours</source>
            <translation>%1 hours</translation>
        </message>
        <message>
            <source>%1 days</source>
            <translation>%1 days</translation>
        </message>
        <message>
            <source>This kiosk's clock may be wrong: %1 ahead. Ask the technician to set it.</source>
            <translation>This kiosk's clock may be wrong: %1 ahead. Ask the technician to set it.</translation>
        </message>
        <message>
            <source>This kiosk's clock may be wrong: %1 behind. Ask the technician to set it.</source>
            <translation>This kiosk's clock may be wrong: %1 behind. Ask the technician to set it.</translation>
        </message>
        <message>
            <source>Sync</source>
            <translation>Sync</translation>
        </message>
        <message>
            <source>New data may not be saved</source>
            <translation>New data may not be saved</translation>
        </message>
        <message>
            <source>Everything was sent</source>
            <translation>Everything was sent</translation>
        </message>
        <message>
            <source>All data is saved on this kiosk</source>
            <translation>All data is saved on this kiosk</translation>
        </message>
        <message>
            <source>Unsent</source>
            <translation>Unsent</translation>
        </message>
        <message>
            <source>Sent</source>
            <translation>Sent</translation>
        </message>
        <message>
            <source>Confirmed</source>
            <translation>Confirmed</translation>
        </message>
        <message>
            <source>Needs a person</source>
            <translation>Needs a person</translation>
        </message>
        <message>
            <source>All changes here</source>
            <translation>All changes here</translation>
        </message>
        <message>
            <source>Last success</source>
            <translation>Last success</translation>
        </message>
        <message>
            <source>Never yet</source>
            <translation>Never yet</translation>
        </message>
        <message>
            <source>Last try</source>
            <translation>Last try</translation>
        </message>
        <message>
            <source>Same as the district</source>
            <translation>Same as the district</translation>
        </message>
        <message>
            <source>Differs from the district</source>
            <translation>Differs from the district</translation>
        </message>
        <message>
            <source>Records with several versions: %1</source>
            <translation>Records with several versions: %1</translation>
        </message>
        <message>
            <source>Village records: %1% here, usable already</source>
            <translation>Village records: %1% here, usable already</translation>
        </message>
        <message>
            <source>Records from the district that this version cannot read yet: %1. They are kept.</source>
            <translation>Records from the district that this version cannot read yet: %1. They are kept.</translation>
        </message>
        <message>
            <source>The kiosk compares again by itself. If it still differs tomorrow, tell the district office.</source>
            <translation>The kiosk compares again by itself. If it still differs tomorrow, tell the district office.</translation>
        </message>
        <message>
            <source>%1 versions</source>
            <translation>%1 versions</translation>
        </message>
        <message>
            <source>Not taken</source>
            <translation>Not taken</translation>
        </message>
        <message>
            <source>Kept aside</source>
            <translation>Kept aside</translation>
        </message>
        <message>
            <source>No single record waits for a person</source>
            <translation>No single record waits for a person</translation>
        </message>
        <message>
            <source>Refused changes and differing records are listed here.</source>
            <translation>Refused changes and differing records are listed here.</translation>
        </message>
        <message>
            <source>Tell the district office this number: %1</source>
            <translation>Tell the district office this number: %1</translation>
        </message>
        <message>
            <source>For the technician: %1</source>
            <translation>For the technician: %1</translation>
        </message>
        <message>
            <source>Try now</source>
            <translation>Try now</translation>
        </message>
        <message>
            <source>Not saved. Touch it again.</source>
            <translation>Not saved. Touch it again.</translation>
        </message>
        <message>
            <source>Records stay on this kiosk. Ask the technician to connect it to the district.</source>
            <translation>Records stay on this kiosk. Ask the technician to connect it to the district.</translation>
        </message>
        <message>
            <source>It is sent by itself when the line is back. Ask the technician to look at the network.</source>
            <translation>It is sent by itself when the line is back. Ask the technician to look at the network.</translation>
        </message>
        <message>
            <source>Not protected against theft</source>
            <translation>Not protected against theft</translation>
        </message>
        <message>
            <source>The records are encrypted, but the key lies on the same disk. Keep this kiosk locked in.</source>
            <translation>The records are encrypted, but the key lies on the same disk. Keep this kiosk locked in.</translation>
        </message>
        <message>
            <source>The records are encrypted and the key is in this computer's security chip.</source>
            <translation>The records are encrypted and the key is in this computer's security chip.</translation>
        </message>
        <message>
            <source>OK</source>
            <translation>OK</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>Try again</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>Close</translation>
        </message>
    </context>
    <context>
        <name>SyncWords</name>
        <message>
            <source>Resident</source>
            <translation>Resident</translation>
        </message>
        <message>
            <source>Staff</source>
            <translation>Staff</translation>
        </message>
        <message>
            <source>Agreement</source>
            <translation>Agreement</translation>
        </message>
        <message>
            <source>Visit</source>
            <translation>Visit</translation>
        </message>
        <message>
            <source>Reading</source>
            <translation>Reading</translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>Answer</translation>
        </message>
        <message>
            <source>Task</source>
            <translation>Task</translation>
        </message>
        <message>
            <source>Instrument</source>
            <translation>Instrument</translation>
        </message>
        <message>
            <source>Counter</source>
            <translation>Counter</translation>
        </message>
        <message>
            <source>Vehicle count</source>
            <translation>Vehicle count</translation>
        </message>
        <message>
            <source>Audit entry</source>
            <translation>Audit entry</translation>
        </message>
        <message>
            <source>Withdrawn record</source>
            <translation>Withdrawn record</translation>
        </message>
        <message>
            <source>The district cannot be reached</source>
            <translation>The district cannot be reached</translation>
        </message>
        <message>
            <source>Something else answers in the district's place</source>
            <translation>Something else answers in the district's place</translation>
        </message>
        <message>
            <source>The district's system is busy</source>
            <translation>The district's system is busy</translation>
        </message>
        <message>
            <source>The district's system does not accept this kiosk</source>
            <translation>The district's system does not accept this kiosk</translation>
        </message>
        <message>
            <source>The district has stopped this kiosk</source>
            <translation>The district has stopped this kiosk</translation>
        </message>
        <message>
            <source>The district's system went back to older data</source>
            <translation>The district's system went back to older data</translation>
        </message>
        <message>
            <source>The records here are an older copy</source>
            <translation>The records here are an older copy</translation>
        </message>
        <message>
            <source>The district's system gave a wrong answer; nothing of it counts</source>
            <translation>The district's system gave a wrong answer; nothing of it counts</translation>
        </message>
        <message>
            <source>The village's records must come anew</source>
            <translation>The village's records must come anew</translation>
        </message>
        <message>
            <source>A part of the village's records arrived damaged</source>
            <translation>A part of the village's records arrived damaged</translation>
        </message>
        <message>
            <source>Another program on this computer sends just now</source>
            <translation>Another program on this computer sends just now</translation>
        </message>
        <message>
            <source>The district's system takes smaller parts</source>
            <translation>The district's system takes smaller parts</translation>
        </message>
        <message>
            <source>The disk is full</source>
            <translation>The disk is full</translation>
        </message>
        <message>
            <source>The disk cannot be written</source>
            <translation>The disk cannot be written</translation>
        </message>
        <message>
            <source>Another program holds the records</source>
            <translation>Another program holds the records</translation>
        </message>
        <message>
            <source>A part of the records cannot be read</source>
            <translation>A part of the records cannot be read</translation>
        </message>
        <message>
            <source>The key that this kiosk signs with is gone</source>
            <translation>The key that this kiosk signs with is gone</translation>
        </message>
        <message>
            <source>The key that this kiosk signs with is not safe</source>
            <translation>The key that this kiosk signs with is not safe</translation>
        </message>
        <message>
            <source>The key that this kiosk signs with cannot be read</source>
            <translation>The key that this kiosk signs with cannot be read</translation>
        </message>
        <message>
            <source>What is kept about the district's system cannot be used</source>
            <translation>What is kept about the district's system cannot be used</translation>
        </message>
        <message>
            <source>A fault of the program</source>
            <translation>A fault of the program</translation>
        </message>
        <message>
            <source>Nothing to do: it is sent by itself when the line is back.</source>
            <translation>Nothing to do: it is sent by itself when the line is back.</translation>
        </message>
        <message>
            <source>Ask the technician whether this network wants a sign-in first, and whether the district's address is right.</source>
            <translation>Ask the technician whether this network wants a sign-in first, and whether the district's address is right.</translation>
        </message>
        <message>
            <source>Ask the district office to look at this kiosk's enrolment. Records are kept here.</source>
            <translation>Ask the district office to look at this kiosk's enrolment. Records are kept here.</translation>
        </message>
        <message>
            <source>Contact the district office. Records are kept here and are sent after a new enrolment.</source>
            <translation>Contact the district office. Records are kept here and are sent after a new enrolment.</translation>
        </message>
        <message>
            <source>Tell the district office. Records are kept here.</source>
            <translation>Tell the district office. Records are kept here.</translation>
        </message>
        <message>
            <source>Free some disk space or call the technician.</source>
            <translation>Free some disk space or call the technician.</translation>
        </message>
        <message>
            <source>Call the technician to look at the disk. Do not switch this kiosk off before.</source>
            <translation>Call the technician to look at the disk. Do not switch this kiosk off before.</translation>
        </message>
        <message>
            <source>Restart the kiosk. If it stays so, call the technician.</source>
            <translation>Restart the kiosk. If it stays so, call the technician.</translation>
        </message>
        <message>
            <source>Stop using this kiosk and call the technician</source>
            <translation>Stop using this kiosk and call the technician</translation>
        </message>
        <message>
            <source>Ask the district office for a new enrolment. Records are kept here.</source>
            <translation>Ask the district office for a new enrolment. Records are kept here.</translation>
        </message>
        <message>
            <source>Ask the technician to check who can reach this kiosk and its key file.</source>
            <translation>Ask the technician to check who can reach this kiosk and its key file.</translation>
        </message>
        <message>
            <source>Do not delete anything. Restart the kiosk once; if it happens again, call the technician.</source>
            <translation>Do not delete anything. Restart the kiosk once; if it happens again, call the technician.</translation>
        </message>
        <message>
            <source>Ask the technician to connect the kiosk to the district again. Records are kept here.</source>
            <translation>Ask the technician to connect the kiosk to the district again. Records are kept here.</translation>
        </message>
        <message>
            <source>The kiosk tries again by itself. If it stays so, call the technician.</source>
            <translation>The kiosk tries again by itself. If it stays so, call the technician.</translation>
        </message>
        <message>
            <source>The district's system cannot read this change</source>
            <translation>The district's system cannot read this change</translation>
        </message>
        <message>
            <source>This change cannot be written for sending</source>
            <translation>This change cannot be written for sending</translation>
        </message>
        <message>
            <source>This change is too large to send</source>
            <translation>This change is too large to send</translation>
        </message>
        <message>
            <source>The district's system does not know this kind of record</source>
            <translation>The district's system does not know this kind of record</translation>
        </message>
        <message>
            <source>The district's system does not know a part of this change</source>
            <translation>The district's system does not know a part of this change</translation>
        </message>
        <message>
            <source>A value does not have the right form</source>
            <translation>A value does not have the right form</translation>
        </message>
        <message>
            <source>It names a time that cannot be: look at the kiosk's clock</source>
            <translation>It names a time that cannot be: look at the kiosk's clock</translation>
        </message>
        <message>
            <source>One of its numbers has a form that no kiosk can keep</source>
            <translation>One of its numbers has a form that no kiosk can keep</translation>
        </message>
        <message>
            <source>Something that is required is missing</source>
            <translation>Something that is required is missing</translation>
        </message>
        <message>
            <source>It would change what is written only once</source>
            <translation>It would change what is written only once</translation>
        </message>
        <message>
            <source>The record belongs to another village</source>
            <translation>The record belongs to another village</translation>
        </message>
        <message>
            <source>Another change has the same number at the district</source>
            <translation>Another change has the same number at the district</translation>
        </message>
        <message>
            <source>This change is no longer as it was saved: call the technician</source>
            <translation>This change is no longer as it was saved: call the technician</translation>
        </message>
        <message>
            <source>Nothing to do: the kiosk tries again by itself.</source>
            <translation>Nothing to do: the kiosk tries again by itself.</translation>
        </message>
        <message>
            <source>The district did not accept this change</source>
            <translation>The district did not accept this change</translation>
        </message>
        <message>
            <source>Unsent</source>
            <translation>Unsent</translation>
        </message>
        <message>
            <source>Sent</source>
            <translation>Sent</translation>
        </message>
        <message>
            <source>Confirmed</source>
            <translation>Confirmed</translation>
        </message>
        <message>
            <source>Refused</source>
            <translation>Refused</translation>
        </message>
        <message>
            <source>Differs</source>
            <translation>Differs</translation>
        </message>
    </context>
    <context>
        <name>Thread</name>
        <message>
            <source>Step %1 of %2: %3</source>
            <translation>Step %1 of %2: %3</translation>
        </message>
    </context>
    <context>
        <name>TrafficPage</name>
        <message>
            <source>Waiting for the counter</source>
            <translation>Waiting for the counter</translation>
        </message>
        <message>
            <source>Check that it has power and that its cable is in.</source>
            <translation>Check that it has power and that its cable is in.</translation>
        </message>
        <message>
            <source>The counter is not plugged in</source>
            <translation>The counter is not plugged in</translation>
        </message>
        <message>
            <source>Check its cable at both ends. Counting starts again by itself.</source>
            <translation>Check its cable at both ends. Counting starts again by itself.</translation>
        </message>
        <message>
            <source>The counter's port is not allowed</source>
            <translation>The counter's port is not allowed</translation>
        </message>
        <message>
            <source>Call the technician.</source>
            <translation>Call the technician.</translation>
        </message>
        <message>
            <source>Another program uses the counter</source>
            <translation>Another program uses the counter</translation>
        </message>
        <message>
            <source>Close that program. Counting starts again by itself.</source>
            <translation>Close that program. Counting starts again by itself.</translation>
        </message>
        <message>
            <source>The counter's port cannot be used</source>
            <translation>The counter's port cannot be used</translation>
        </message>
        <message>
            <source>The counter was unplugged</source>
            <translation>The counter was unplugged</translation>
        </message>
        <message>
            <source>Plug it in again. Counting starts again by itself.</source>
            <translation>Plug it in again. Counting starts again by itself.</translation>
        </message>
        <message>
            <source>The counter does not answer</source>
            <translation>The counter does not answer</translation>
        </message>
        <message>
            <source>Traffic</source>
            <translation>Traffic</translation>
        </message>
        <message>
            <source>Your role does not include this page</source>
            <translation>Your role does not include this page</translation>
        </message>
        <message>
            <source>No vehicle counter yet</source>
            <translation>No vehicle counter yet</translation>
        </message>
        <message>
            <source>Ask the supervisor if you need it.</source>
            <translation>Ask the supervisor if you need it.</translation>
        </message>
        <message>
            <source>The technician writes it into the kiosk's site file and plugs it in.</source>
            <translation>The technician writes it into the kiosk's site file and plugs it in.</translation>
        </message>
        <message>
            <source>%1: not heard today</source>
            <translation>%1: not heard today</translation>
        </message>
        <message>
            <source>%1: %2 vehicles today</source>
            <translation>%1: %2 vehicles today</translation>
        </message>
        <message>
            <source>Counter</source>
            <translation>Counter</translation>
        </message>
        <message>
            <source>until %1, without the %2 min not heard</source>
            <translation>until %1, without the %2 min not heard</translation>
        </message>
        <message>
            <source>until %1</source>
            <translation>until %1</translation>
        </message>
        <message>
            <source>Into the village</source>
            <translation>Into the village</translation>
        </message>
        <message>
            <source>Out of the village</source>
            <translation>Out of the village</translation>
        </message>
        <message>
            <source>Vehicles per hour</source>
            <translation>Vehicles per hour</translation>
        </message>
        <message>
            <source>%1-%2 not heard</source>
            <translation>%1-%2 not heard</translation>
        </message>
        <message>
            <source>The line begins after the first half hour.</source>
            <translation>The line begins after the first half hour.</translation>
        </message>
        <message>
            <source>85% drive at most</source>
            <translation>85% drive at most</translation>
        </message>
        <message>
            <source>km/h</source>
            <translation>km/h</translation>
        </message>
        <message>
            <source>Heavy vehicles</source>
            <translation>Heavy vehicles</translation>
        </message>
        <message>
            <source>not told by this counter</source>
            <translation>not told by this counter</translation>
        </message>
        <message>
            <source>%1 of %2</source>
            <translation>%1 of %2</translation>
        </message>
        <message>
            <source>The counter is working</source>
            <translation>The counter is working</translation>
        </message>
        <message>
            <source>Not heard today: %1 min</source>
            <translation>Not heard today: %1 min</translation>
        </message>
        <message>
            <source>Heard without a break today</source>
            <translation>Heard without a break today</translation>
        </message>
        <message>
            <source>Direction unknown: %1</source>
            <translation>Direction unknown: %1</translation>
        </message>
    </context>
    <context>
        <name>TrendPage</name>
        <message>
            <source>About the same as last month</source>
            <translation>About the same as last month</translation>
        </message>
        <message>
            <source>About the same as before</source>
            <translation>About the same as before</translation>
        </message>
        <message>
            <source>Higher than last month</source>
            <translation>Higher than last month</translation>
        </message>
        <message>
            <source>Higher than before</source>
            <translation>Higher than before</translation>
        </message>
        <message>
            <source>Lower than last month</source>
            <translation>Lower than last month</translation>
        </message>
        <message>
            <source>Lower than before</source>
            <translation>Lower than before</translation>
        </message>
        <message>
            <source>Your first reading here</source>
            <translation>Your first reading here</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>Today</translation>
        </message>
        <message>
            <source>Usual range, upper</source>
            <translation>Usual range, upper</translation>
        </message>
        <message>
            <source>Not measured</source>
            <translation>Not measured</translation>
        </message>
        <message>
            <source>Upper %1</source>
            <translation>Upper %1</translation>
        </message>
        <message>
            <source>Lower %1</source>
            <translation>Lower %1</translation>
        </message>
        <message>
            <source>Result hidden</source>
            <translation>Result hidden</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>Show</translation>
        </message>
        <message>
            <source>Hide</source>
            <translation>Hide</translation>
        </message>
        <message>
            <source>Ask staff</source>
            <translation>Ask staff</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>Done</translation>
        </message>
    </context>
    <context>
        <name>UnwellPage</name>
        <message>
            <source>Call 999 now</source>
            <translation>Call 999 now</translation>
        </message>
        <message>
            <source>Call now</source>
            <translation>Call now</translation>
        </message>
        <message>
            <source>Use any telephone</source>
            <translation>Use any telephone</translation>
        </message>
        <message>
            <source>Tell them where you are</source>
            <translation>Tell them where you are</translation>
        </message>
        <message>
            <source>Tell them you are here</source>
            <translation>Tell them you are here</translation>
        </message>
        <message>
            <source>Nobody has answered yet</source>
            <translation>Nobody has answered yet</translation>
        </message>
        <message>
            <source>Staff needed here</source>
            <translation>Staff needed here</translation>
        </message>
        <message>
            <source>%1 s, waiting for staff</source>
            <translation>%1 s, waiting for staff</translation>
        </message>
        <message>
            <source>I am all right now</source>
            <translation>I am all right now</translation>
        </message>
    </context>
    <context>
        <name>VisitPage</name>
        <message>
            <source>Ask what is still marked as not asked, then save.</source>
            <translation>Ask what is still marked as not asked, then save.</translation>
        </message>
        <message>
            <source>Not saved. Everything is still here: free some disk space or call the technician, then save again.</source>
            <translation>Not saved. Everything is still here: free some disk space or call the technician, then save again.</translation>
        </message>
        <message>
            <source>One answer is not possible. Ask it again, then save.</source>
            <translation>One answer is not possible. Ask it again, then save.</translation>
        </message>
        <message>
            <source>Visit</source>
            <translation>Visit</translation>
        </message>
        <message>
            <source>The visit is saved</source>
            <translation>The visit is saved</translation>
        </message>
        <message>
            <source>No visit is open</source>
            <translation>No visit is open</translation>
        </message>
        <message>
            <source>Choose a resident, then start a visit.</source>
            <translation>Choose a resident, then start a visit.</translation>
        </message>
        <message>
            <source>Kind of visit</source>
            <translation>Kind of visit</translation>
        </message>
        <message>
            <source>Promised last time: %1</source>
            <translation>Promised last time: %1</translation>
        </message>
        <message>
            <source>What has changed since %1?</source>
            <translation>What has changed since %1?</translation>
        </message>
        <message>
            <source>First visit on this kiosk</source>
            <translation>First visit on this kiosk</translation>
        </message>
        <message>
            <source>%1 not asked yet</source>
            <translation>%1 not asked yet</translation>
        </message>
        <message>
            <source>Nobody answered</source>
            <translation>Nobody answered</translation>
        </message>
        <message>
            <source>Nothing is asked. Save to record the attempt.</source>
            <translation>Nothing is asked. Save to record the attempt.</translation>
        </message>
        <message>
            <source>Ask every time</source>
            <translation>Ask every time</translation>
        </message>
        <message>
            <source>Touch only what has changed</source>
            <translation>Touch only what has changed</translation>
        </message>
        <message>
            <source>Declined</source>
            <translation>Declined</translation>
        </message>
        <message>
            <source>Blood pressure, %1</source>
            <translation>Blood pressure, %1</translation>
        </message>
        <message>
            <source>Pulse %1</source>
            <translation>Pulse %1</translation>
        </message>
        <message>
            <source>mean of %1</source>
            <translation>mean of %1</translation>
        </message>
        <message>
            <source>one reading</source>
            <translation>one reading</translation>
        </message>
        <message>
            <source>No reading to show</source>
            <translation>No reading to show</translation>
        </message>
        <message>
            <source>It appears after a check-in at this kiosk.</source>
            <translation>It appears after a check-in at this kiosk.</translation>
        </message>
        <message>
            <source>If it is urgent, call 999 now.</source>
            <translation>If it is urgent, call 999 now.</translation>
        </message>
        <message>
            <source>Stay with the resident and tell the supervisor.</source>
            <translation>Stay with the resident and tell the supervisor.</translation>
        </message>
        <message>
            <source>Promise to the resident</source>
            <translation>Promise to the resident</translation>
        </message>
        <message>
            <source>Note</source>
            <translation>Note</translation>
        </message>
        <message>
            <source>Next visit: no date yet</source>
            <translation>Next visit: no date yet</translation>
        </message>
        <message>
            <source>Next visit: %1, %2</source>
            <translation>Next visit: %1, %2</translation>
        </message>
        <message>
            <source>Days until the next visit</source>
            <translation>Days until the next visit</translation>
        </message>
        <message>
            <source>One day earlier</source>
            <translation>One day earlier</translation>
        </message>
        <message>
            <source>One day later</source>
            <translation>One day later</translation>
        </message>
        <message>
            <source>Saving</source>
            <translation>Saving</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>Save</translation>
        </message>
    </context>
    <context>
        <name>VisitWords</name>
        <message>
            <source>At the centre</source>
            <translation>At the centre</translation>
        </message>
        <message>
            <source>Home visit</source>
            <translation>Home visit</translation>
        </message>
        <message>
            <source>Phone</source>
            <translation>Phone</translation>
        </message>
        <message>
            <source>No answer</source>
            <translation>No answer</translation>
        </message>
        <message>
            <source>Since last visit</source>
            <translation>Since last visit</translation>
        </message>
        <message>
            <source>Any falls</source>
            <translation>Any falls</translation>
        </message>
        <message>
            <source>Low mood</source>
            <translation>Low mood</translation>
        </message>
        <message>
            <source>Missed pills (7 days)</source>
            <translation>Missed pills (7 days)</translation>
        </message>
        <message>
            <source>Urgent symptoms</source>
            <translation>Urgent symptoms</translation>
        </message>
        <message>
            <source>Appetite</source>
            <translation>Appetite</translation>
        </message>
        <message>
            <source>Daily living</source>
            <translation>Daily living</translation>
        </message>
        <message>
            <source>Carer strain</source>
            <translation>Carer strain</translation>
        </message>
        <message>
            <source>Home safety</source>
            <translation>Home safety</translation>
        </message>
        <message>
            <source>Better</source>
            <translation>Better</translation>
        </message>
        <message>
            <source>Same</source>
            <translation>Same</translation>
        </message>
        <message>
            <source>Worse</source>
            <translation>Worse</translation>
        </message>
        <message>
            <source>None</source>
            <translation>None</translation>
        </message>
        <message>
            <source>Some</source>
            <translation>Some</translation>
        </message>
        <message>
            <source>0 days</source>
            <translation>0 days</translation>
        </message>
        <message>
            <source>1-2 days</source>
            <translation>1-2 days</translation>
        </message>
        <message>
            <source>3+ days</source>
            <translation>3+ days</translation>
        </message>
        <message>
            <source>Better since last visit</source>
            <translation>Better since last visit</translation>
        </message>
        <message>
            <source>Much the same</source>
            <translation>Much the same</translation>
        </message>
        <message>
            <source>Worse since last visit</source>
            <translation>Worse since last visit</translation>
        </message>
    </context>
    <context>
        <name>WhoPage</name>
        <message>
            <source>the junk</source>
            <translation>the junk</translation>
        </message>
        <message>
            <source>the fish</source>
            <translation>the fish</translation>
        </message>
        <message>
            <source>the orange</source>
            <translation>the orange</translation>
        </message>
        <message>
            <source>the teapot</source>
            <translation>the teapot</translation>
        </message>
        <message>
            <source>the umbrella</source>
            <translation>the umbrella</translation>
        </message>
        <message>
            <source>the hill</source>
            <translation>the hill</translation>
        </message>
        <message>
            <source>Is this you?</source>
            <translation>Is this you?</translation>
        </message>
        <message>
            <source>Your picture: %1</source>
            <translation>Your picture: %1</translation>
        </message>
        <message>
            <source>Yes</source>
            <translation>Yes</translation>
        </message>
        <message>
            <source>Not me</source>
            <translation>Not me</translation>
        </message>
    </context>
</TS>
