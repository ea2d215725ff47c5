"""The plain words of the horizons at which a told risk is judged."""

from app.texts import marked as _

HORIZON = {
    "promise": _("Told first"),
    "week": _("Told a week before the promised day"),
    "day": _("Told on the promised day"),
}
