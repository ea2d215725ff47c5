"""Which language a page speaks: five steps, the first that answers wins. No text lives here."""

from urllib.parse import urlencode

from flask import request

from app.provenance.nfc import PARAMETERS
from app.texts import SOURCE, Texts, known, preferred, translator

NAMES = (
    ("en", "English"),
    ("zh", "中文"),
    ("es", "Español"),
    ("de", "Deutsch"),
    ("pt", "Português"),
    ("id", "Bahasa Indonesia"),
    ("ar", "العربية"),
)


def texts(*, customer: str | None = None, brand: str | None = None) -> Texts:
    """The texts of this answer.

    1. `lang` in the address, 2. the visitor's earlier choice, which our links keep in the same place, 3. the
    customer's own language where the page belongs to one, 4. Accept-Language, 5. the brand's language.
    """
    return translator(_in_address() or known(customer) or _in_header() or known(brand) or SOURCE)


def asked() -> str | None:
    """The language that the request itself asks for (steps 1, 2 and 4), None where the brand's counts."""
    return _in_address() or _in_header()


def _in_address() -> str | None:
    return known(request.args["lang"]) if "lang" in request.args else None  # a miss of `get` is slow


def _in_header() -> str | None:
    return preferred(request.headers.get("Accept-Language", ""))


def chosen() -> str:
    """The visitor's choice as a query to keep in links (`?lang=de`), empty without one."""
    language = _in_address()
    return f"?lang={language}" if language else ""


def kept_query() -> str:
    """This page's query without `lang`, ready to stand before it. A tag's tap is used up, so it is not kept."""
    dropped = {"lang", *PARAMETERS} if "cmac" in request.args else {"lang"}
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in dropped]
    return f"{urlencode(kept)}&" if kept else ""
