pragma Singleton
import QtQuick

// The one source of every visual decision: colours, sizes, durations. Lengths are millimetres on
// the glass and become pixels by `mm * Theme.u`. It never holds words and never reads the data.
// kiosk/ui/window.py sets the six properties of the first block before the first page is loaded.
QtObject {
    property real u: 3.81 // px per mm, calibrated once per screen
    property string mode: "light" // light | dark | contrast
    property string language: "en" // en | zh_HK | zh_CN: only for sizes that depend on word length
    property bool calm: false // reduced motion
    property int guard: 700 // ms in which a second touch on a page-changing button is ignored
    property string font: "Noto Sans CJK HK"

    readonly property bool latin: language === "en"
    readonly property bool outlined: mode === "contrast" // every sheet gets an edge

    function pick(light, dark, contrast) {
        return mode === "dark" ? dark : mode === "contrast" ? contrast : light
    }
    function tint(c: color, alpha: real): color {
        return Qt.rgba(c.r, c.g, c.b, alpha)
    }
    // The hue of an activity: health | visit | road | sync | help.
    function hue(activity: string): color {
        return activity === "visit" ? indigo : activity === "road" ? bronze : activity === "sync" ? plum : activity === "help" ? red : jade
    }
    function hueTint(activity: string): color {
        return activity === "visit" ? indigoTint : activity === "road" ? bronzeTint : activity === "sync" ? plumTint : activity === "help" ? redTint : jadeTint
    }
    function bandInk(band: string): color {
        return band === "watch" ? watch : band === "call" ? callInk : ok
    }
    function bandTint(band: string): color {
        return band === "watch" ? watchTint : band === "call" ? callTint : okTint
    }

    // ---- colour: paper, ink, one hue per activity, three bands, states
    readonly property color paper: pick("#F5F0E6", "#161A19", "#FFFFFF")
    readonly property color surface: pick("#FFFDF8", "#212725", "#FFFFFF")
    readonly property color sunk: pick("#ECE5D7", "#0F1312", "#FFFFFF")
    readonly property color ink: pick("#1D2321", "#F4EFE5", "#000000")
    readonly property color ink2: pick("#434B48", "#CFCBC0", "#000000")
    readonly property color hair: pick("#DACFBD", "#3A423F", "#000000")
    readonly property color edge: pick("#85796A", "#8C958F", "#000000")
    readonly property color jade: pick("#09513F", "#8FDCBC", "#003D2C")
    readonly property color jadeTint: pick("#DDEBE2", "#1C3A30", "#FFFFFF")
    readonly property color indigo: pick("#2A3D7A", "#B4C3FA", "#0A1A5C")
    readonly property color indigoTint: pick("#E3E7F2", "#262F4F", "#FFFFFF")
    readonly property color bronze: pick("#67420C", "#EFC47E", "#402500")
    readonly property color bronzeTint: pick("#F3E6CC", "#3B2D14", "#FFFFFF")
    readonly property color plum: pick("#652A4C", "#F0B3CF", "#46062C")
    readonly property color plumTint: pick("#F2E3EA", "#43263A", "#FFFFFF")
    readonly property color red: pick("#931515", "#FFB4A6", "#7A0000")
    readonly property color redTint: pick("#FAE3DD", "#4D1C17", "#FFFFFF")
    readonly property color hueInk: pick("#FFFFFF", "#0F1312", "#FFFFFF")
    readonly property color ok: pick("#09513F", "#8FDCBC", "#003D2C")
    readonly property color okTint: pick("#DDEBE2", "#1C3A30", "#FFFFFF")
    readonly property color watch: pick("#5F3F00", "#F7D37E", "#000000")
    readonly property color watchTint: pick("#FCEBC0", "#3D300F", "#FFE27A")
    readonly property color call: pick("#7E2710", "#FFB89F", "#5A1200")
    readonly property color callTint: pick("#7E2710", "#852B14", "#5A1200")
    readonly property color callInk: "#FFFFFF"
    readonly property color disabled: pick("#474D4A", "#B4B4AC", "#333333")
    readonly property color focus: pick("#1D4ED8", "#9CC2FF", "#0000C8")
    readonly property color ticket: "#FFFDF8" // picture tickets are paper in every mode
    readonly property color sun: pick("#DE8F3C", "#DE8F3C", "#FFFFFF") // decoration of the home page only
    readonly property color shade: pick("#4A3514", "#000000", "#000000")
    readonly property color scrim: pick("#7A1D2321", "#A6000000", "#A6000000")

    // ---- type, em in mm. Noto Sans CJK HK: Han ink 0.92 em, digits 0.744 em, x-height 0.543 em
    readonly property real rBody: 9.6 // Han 8.8 mm, x-height 5.2 mm
    readonly property real rLead: 11.4 // every prompt is at least this
    readonly property real rTitle: 15 // one question a page
    readonly property real rHero: 20
    readonly property real rValue: 23 // digits 17.1 mm: read at 60 cm by old eyes
    readonly property real rAlarm: 66 // 999 only
    readonly property real sMeta: 5.0 // the smallest text of any staff page
    readonly property real sBody: 5.6
    readonly property real sLead: 6.8
    readonly property real sTitle: 9.2
    readonly property real sFigure: 13
    readonly property real hanInk: 0.92
    readonly property real xHeight: 0.543
    readonly property real leadHead: 0.90 // line height of headings, times the natural 1.448 em
    readonly property real lift: 0.055 // em: the glyphs sit this low in their line box

    // ---- space (mm)
    readonly property real s1: 1.5
    readonly property real s2: 2.5
    readonly property real s3: 4
    readonly property real s4: 6
    readonly property real s5: 9
    readonly property real s6: 14
    readonly property real s7: 20
    readonly property real marginR: 12
    readonly property real marginS: 8

    // ---- shape and touch (mm)
    readonly property real radius: 6
    readonly property real radiusS: 3
    readonly property real thread: 1.6
    readonly property real threadThin: 0.7
    readonly property real hairW: 0.3
    readonly property real edgeW: 0.5
    readonly property real helpW: 0.9
    readonly property real outlineW: 0.6
    readonly property real watchW: 1.4
    readonly property real focusW: 1.0
    readonly property real touchPrimary: 25
    readonly property real touchR: 20
    readonly property real touchS: 12
    readonly property real gapR: 4
    readonly property real gapS: 2
    readonly property real headS: 20 // the staff header
    readonly property real strip: 6.4 // the notice strip in the page margin

    // ---- elevation: nested translucent rectangles, for the software renderer draws no effects.
    // 0 flat, 1 sheet, 2 ticket or dialog
    readonly property var elevation: [
        { layers: 0, step: 0, drop: 0, alpha: 0 },
        { layers: 5, step: 0.35, drop: 0.5, alpha: 0.014 },
        { layers: 7, step: 0.55, drop: 1.2, alpha: 0.017 }
    ]

    // ---- motion (ms): it explains where things went, or it is not there
    readonly property int press: calm ? 0 : 90
    readonly property int quick: calm ? 0 : 140
    readonly property int page: calm ? 0 : 220
    readonly property int station: calm ? 0 : 240
    readonly property var easeOut: [0.2, 0, 0, 1, 1, 1]
}
