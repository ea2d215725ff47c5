"""The plain words of carriers that call us."""

from app.texts import marked as _

HOOK_REFUSED = {
    "carrier": _("Choose one of the carriers in the list."),
    "known": _("This carrier may call you already; open it to give it another secret."),
    "secret": _("This carrier signs with a secret of its own. Enter the one that it shows you."),
    "length": _("A secret has at most 500 characters."),
}

HOOK_TRIAL = {
    "": _("The test came in at your public address, with its signature."),
    "address": _("Your public address can't be called from outside. Set WAYPROOF_BASE_URL to one that can."),
    "silence": _("Your public address did not answer. Look at the proxy before this service."),
    "refused": _("The test came in, but its signature did not. A proxy may drop or change the header."),
    "elsewhere": _("Something else answered at your public address. Look at WAYPROOF_BASE_URL and the proxy."),
    "busy": _("Another test is running. Try again in a moment."),
}
