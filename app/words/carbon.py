"""Plain words for what a way emitted: modes, how a figure is known, what is missing and who has it."""

from app.texts import marked as _

MODE = {
    "air": _("By air"),
    "sea": _("By sea"),
    "road": _("By road"),
    "rail": _("By rail"),
    "inland_water": _("By inland waterway"),
    "hub": _("At a hub"),
}
DATA = {
    "primary": _("measured by who carried it"),
    "modelled": _("computed with a model"),
    "default": _("an average from a table"),
}
DISTANCE = {
    "gcd": _("great circle"),
    "sfd": _("shortest feasible way"),
    "actual": _("as driven"),
}
MISSING = {
    "mass": _("what one unit weighs: say it below"),
    "mode": _("how it was carried: who carried it can say, or you"),
    "distance": _("how far it went: say it, or give both places coordinates"),
    "distance_kind": _("the distance that its intensity is for: who stated it can say"),
    "intensity": _("an emission intensity: who carried it can say, or enter one below"),
}
