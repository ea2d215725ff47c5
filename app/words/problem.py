"""The plain words of what was wrong with what was asked."""

from app.texts import marked as _

TROUBLE = {
    "missing_column": _("this column is missing"),
    "no_csv": _("this is no table; save it as CSV in UTF-8"),
    "too_long": _("this is too long"),
    "twice": _("this row stands there twice"),
    "country": _("write a country as two letters, such as DE"),
    "whole_number": _("write a whole number"),
    "empty": _("this must not be empty"),
    "amount": _("write an amount such as 12.50"),
    "currency": _("write a currency as three letters, such as EUR"),
    "before": _("the end stands before the beginning"),
    "kind": _("write weather, strike, closure or rule_change"),
    "nowhere": _("name a country or a carrier"),
    "https": _("write an address that begins with https://"),
    "day": _("write a day such as 2026-03-31"),
    "no_file": _("choose a file"),
}

PROBLEM = {
    "bad-request": _("This address can't be read"),
    "not-authenticated": _("Please log in"),
    "not-allowed": _("You may not open this"),
    "stale-form": _("The form is too old"),
    "cross-site": _("The form came from another site"),
    "not-found": _("There is nothing here"),
    "invalid": _("A value is refused"),
    "too-many-attempts": _("Too many attempts"),
    "unavailable": _("Not available at the moment"),
    "internal": _("Something went wrong on our side"),
}

PROBLEM_MEND = {
    "bad-request": _("Check the code or the address and try again."),
    "not-authenticated": _("You need to log in for this page."),
    "not-allowed": _("Ask the owner of the brand for this role."),
    "stale-form": _("Open the page again and send the form once more."),
    "cross-site": _("Send the form from our own page."),
    "not-found": _("Check the address. It may be mistyped, or the page is gone."),
    "invalid": _("Go back, mend the field and send it again."),
    "too-many-attempts": _("Wait a while, then try again."),
    "unavailable": _("Try again in a moment. Nothing was lost."),
    "internal": _("Try again in a moment. If it stays, tell us the time."),
}
