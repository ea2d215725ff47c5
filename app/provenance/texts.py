"""What the verbs of claims ask of a text: its length, no control characters, the form of a hash. Pure."""

import re
from decimal import Decimal, InvalidOperation

from app.provenance.errors import Refused
from app.texts import marked as _

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,9})?", re.ASCII)


def line(field: str, text: str | None, longest: int) -> str | None:
    """A text of one line, or None. Raises Refused."""
    if text is not None and (not 0 < len(text) <= longest or not text.strip() or _CONTROL.search(text)):
        raise Refused(field, _("must be 1 to %(most)s characters on one line"), most=longest)
    return text


def digest(text: str | None) -> str | None:
    """A SHA-256 in hexadecimal, or None. Raises Refused."""
    if text is not None and not _SHA256.fullmatch(text):
        raise Refused("file_sha256", _("must be 64 hexadecimal digits in lower case"))
    return text


def number(field: str, text: str | None) -> Decimal | None:
    """The number of a decimal text, or None. Raises Refused: a number is never guessed."""
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise Refused(field, _("must be a decimal number such as 0.25"))
    try:
        return Decimal(text)
    except InvalidOperation as error:  # the pattern allows none that this could be of
        raise Refused(field, _("must be a decimal number such as 0.25")) from error
