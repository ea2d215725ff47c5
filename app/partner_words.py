"""The plain words of partners' pages and of who told an event. One table for each code; no code that decides."""

from app.texts import marked as _

VOICE = {
    "signed": _("said and signed by %(partner)s"),
    "unchecked": _("signed by %(partner)s; not all of it is here to check"),
    "typed": _("typed in by %(partner)s, not signed"),
    "recorded": _("recorded by %(brand)s for %(partner)s, not signed"),
}
