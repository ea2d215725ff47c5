"""Which country's words a page shows: the reader's choice in the address, else the region that the browser names.

No address of a reader is looked up.
"""

import re

from flask import request

from app.owning.places import COUNTRIES

_REGION = re.compile(r"^[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?[-_]([A-Za-z]{2})$")
EVERYWHERE = "all"
"""The choice of the words for all countries without their own."""


def chosen() -> str:
    """The country of this request, empty where none is known: `country` in the address, else Accept-Language."""
    given = request.args.get("country")
    if given is not None:
        return given if given in COUNTRIES else ""
    return guessed(request.headers.get("Accept-Language", ""))


def guessed(accept_language: str) -> str:
    """The region of the first language that names one (`de-AT` → `AT`), empty for none."""
    for part in accept_language.split(",")[:10]:
        found = _REGION.match(part.partition(";")[0].strip())
        if found and found[1].upper() in COUNTRIES:
            return found[1].upper()
    return ""
