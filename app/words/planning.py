"""The plain words of disruptions, advice and predictions."""

from app.texts import marked as _

DISRUPTION = {
    "weather": _("Weather"),
    "strike": _("Strike"),
    "closure": _("Closure"),
    "rule_change": _("Change of rules"),
}

DISRUPTION_SOURCE = {"person": _("told by a person"), "csv": _("from a table"), "cap": _("from an alert feed")}

ADVICE = {
    "keeps": _("keeps the promised day"),
    "misses": _("may come after the promised day"),
    "disrupted": _("something is announced on its way"),
    "cheapest": _("the cheapest"),
    "fastest": _("the fastest"),
    "customs": _("often lies long at customs"),
    "stated_only": _("only the carrier's own days are known"),
}

BASIS = {
    "lane": _("from deliveries on this route"),
    "lane_layer": _("from deliveries on this route"),
    "averages": _("estimate based on averages"),
    "table": _("from the carrier's stated days"),
    "band": _("usual across borders; this route has too few deliveries"),
    "longer_than_seen": _("it takes longer than any delivery before it"),
}

PREDICTION_RULE = {
    "exception": _("The carrier reports trouble."),
    "no_movement": _("No scan for 72 hours."),
    "customs_long": _("At customs for longer than usual."),
    "past_promise": _("It will probably miss the promised day."),
    "disruption": _("A disruption is announced on its way."),
}

STAGE = {
    "handling": _("Until hand-over"),
    "transit": _("On the way"),
    "customs": _("Customs"),
    "delivery": _("To the door"),
}
