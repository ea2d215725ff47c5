"""A pasted text without what keyboards, phones, mails and scanners put around a code. Pure.

Whatever form of a code stands there stays that form, spelled as its standard spells it; reading it is in pasted.
"""

import re
import unicodedata

from app.gs1.element_strings import SEPARATOR

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_QUOTES = ("<>", '""', "''", "“”", "„“", "«»", "‘’", "``")  # each of them may end a serial, so they go in pairs
_SPACE = " \t\r\n\f\v"
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9a-z]")
_ELEMENTS = re.compile(r"[(\[\x1d0-9]")  # a value may be an address itself: (8200)
_URL = re.compile(r"https?://[^\s<>\"“”«»]+", re.IGNORECASE)
_SCHEME = re.compile(r"https?", re.IGNORECASE)
_SITE = re.compile(r"(?://)?(?:[A-Za-z0-9\-]+\.)+[A-Za-z]{2,}(?::[0-9]{1,5})?/(?=[0-9a-z]+/)")
_PATH = re.compile(r"/?[0-9a-z]{2,5}/[^\s/]")
_URN = re.compile(r"urn:epc:(?:id|class|idpat|pat|tag|raw):[a-z0-9\-]*", re.IGNORECASE)
# How the separator looks where it cannot be printed. None of these may stand in a value.
_SEPARATORS = re.compile(
    r"\^|␝|\||~1|[<{\[(](?:GS|FNC1|F1)[>}\])]|\\x1d|\\u001d|\\F|%1d(?=[0-9]{2})", re.IGNORECASE
)
_SQUARE = re.compile(r"\[([0-9]{2,4})\]")
_EPC = re.compile(r"EPC\s*[:=]?\s*(?=[0-9A-F][0-9A-F\s:.\-]+$)", re.IGNORECASE)


def plain(text: str) -> str:
    """The code itself: digits of any script as ASCII, nothing invisible, an address with its scheme."""
    text = _unquoted(_seen(text))
    text = _SYMBOLOGY.sub("", text, count=1) if text.startswith("]") else text
    if (found := _URL.search(text)) and not _ELEMENTS.match(text):
        return _SCHEME.sub(lambda scheme: scheme[0].lower(), found[0], count=1)
    text = _SEPARATORS.sub(SEPARATOR, text)
    if _SITE.match(text):
        return f"https://{text.removeprefix('//')}"
    if urn := _URN.match(text):
        return _urn(text, urn.end())
    if _PATH.match(text) and not text.startswith("//"):
        return f"/{text.removeprefix('/')}"
    text = text.removeprefix(epc[0]) if (epc := _EPC.match(text)) else text
    return _SQUARE.sub(r"(\1)", text).strip(SEPARATOR + _SPACE)


def _seen(text: str) -> str:
    """What a reader sees: full-width forms as plain ones, no marks of direction, no joiners, no soft hyphens."""
    text = unicodedata.normalize("NFKC", text).translate(_DASHES)
    shown = (each for each in text if unicodedata.category(each) != "Cf")
    return "".join([str(unicodedata.decimal(each)) if each.isdecimal() else each for each in shown])


def _unquoted(text: str) -> str:
    text = text.strip(_SPACE)
    return text[1:-1].strip(_SPACE) if len(text) > 2 and text[0] + text[-1] in _QUOTES else text


def _urn(text: str, end: int) -> str:
    """The scheme in small letters, as its standard writes it; a raw URI with the digits of its content large."""
    scheme, rest = text[:end].lower(), text[end:]
    return scheme + (rest.upper().replace("X", "x", 1) if scheme.startswith("urn:epc:raw:") else rest)
