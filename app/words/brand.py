"""The plain words of what a brand decides: rules, switches, roles, erasures."""

from app.texts import marked as _

RULE_REFUSED = {
    "kind": _("Choose what is given."),
    "amount": _("The amount must be more than nothing."),
    "budget": _("The budget must be enough for one."),
    "currency": _("A currency is three capital letters, such as EUR."),
    "days": _("The days must be whole numbers: late from 1 to 365, good for 1 to 1825."),
    "last_day": _("The window ends before it begins; exchange the two numbers."),
}

ERASURE_REASON = {
    "asked": _("The customer asked for it"),
    "consent_withdrawn": _("The customer withdrew consent"),
    "no_longer_needed": _("The data is not needed any more"),
    "unlawful": _("The data should never have been kept"),
    "ordered_by_law": _("The law demands it"),
}

SWITCH = {
    "predictions": _("Predictions"),
    "notices": _("Notices to customers"),
    "compensation": _("Compensation"),
}

SWITCH_OFF = {
    "predictions": _("No prediction is made or shown; promises and carriers' own days stay."),
    "notices": _("Nothing is sent. What would be sent waits at the desk until a person releases it."),
    "compensation": _("No code and no credit is given; a broken promise still opens its case."),
}

SWITCH_REASON = {
    "incident": _("Something is going wrong right now"),
    "wrong_figures": _("The figures are wrong"),
    "wrong_texts": _("The texts are wrong"),
    "budget": _("The budget is used up"),
    "maintenance": _("Work on the service"),
    "mended": _("It is mended"),
    "other": _("Another reason"),
}

ROLE = {
    "owner": _("Brand owner"),
    "warehouse": _("Warehouse"),
    "support": _("Support"),
    "auditor": _("Auditor"),
    "partner": _("Partner"),
}
