"""Names and values as the event hash of CBV 2.0 writes them (section 8.9): expanded, trimmed, in one normal form.

Pure. Which field is written how, and in which order, is in hash_fields.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from app.epcis import vocabulary
from app.epcis.context import STANDARD_PREFIXES, TEXT, expand
from app.epcis.syntax import is_zone, moment
from app.gs1.normal_form import normal_form
from app.memo import Memo

Prefixes = dict[str, str]
Said = Callable[["Text", Any], str]
"""How a value is written, together with the name of its field."""

# Comments and what says nothing about the event itself; ignored at every level.
SILENT = frozenset({"@context", "rdfs:comment", "comment"})

_NUMERIC = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?").fullmatch
_EXACT = 1 << 53  # below it a whole number and its double are the same
_PLAIN = {True: "true", False: "false"}
_CBV = (
    vocabulary.BIZ_STEP,
    vocabulary.DISPOSITION,
    vocabulary.TRANSACTION,
    vocabulary.SOURCE_DESTINATION,
    vocabulary.ERROR_REASON,
)
_WEB = {base: words.bases[0] for words in _CBV for base in words.bases}
_BASES = tuple(_WEB)


class Text:
    """What writes the parts of events, by the prefixes that their names and values are expanded by.

    `again[say, *values]` is `say(text, *values)` for what many events have in common (words, places, parties,
    units): it was written before.
    `ignored` are full names of extensions that no hash sees.
    """

    __slots__ = ("again", "ignored", "prefixes")

    def __init__(self, prefixes: Prefixes, ignored: frozenset[str]) -> None:
        self.prefixes = prefixes
        self.ignored = ignored
        self.again = _STANDARD if prefixes == STANDARD_PREFIXES else _memory(prefixes)

    def value(self, value: Any) -> str:
        """A value as text: trimmed, numbers without idle zeros, names expanded, identifiers in normal form."""
        if type(value) is not str:
            return _PLAIN[value] if type(value) is bool else number(value)
        text = value.strip()
        prefix, colon, _ = text.partition(":")
        if not colon:
            return number(float(text)) if _NUMERIC(text) else text
        full = expand(text, self.prefixes) if prefix in self.prefixes else text
        return normal_form(_web(full) if "cbv" in full else full)

    def extensions(self, owner: Mapping[str, Any], names: Iterable[str]) -> Iterable[str]:
        """The members of `owner` with these names, which are not the standard's, each as one text."""
        for name in names:
            if expand(name, self.prefixes) not in self.ignored:
                yield from self._extension(name, owner[name])

    def _extension(self, name: str, value: Any) -> Iterable[str]:
        if isinstance(value, list):
            for member in value:
                yield from self._extension(name, member)
        elif isinstance(value, dict):
            own = "".join(self._leaf(child) for key, child in value.items() if self._is_text(key, child))
            inner = (
                text
                for key, child in value.items()
                if key not in SILENT and not self._is_text(key, child)
                for text in self._extension(key, child)
            )
            yield self._qualified(name) + own + "".join(sorted(inner))
        elif value is not None:
            yield self._qualified(name) + self._leaf(value)

    def _leaf(self, value: Any) -> str:
        """What stands behind the name; of an empty text only the name is left, as of an empty element."""
        text = self.value(value)
        return f"={text}" if text else ""

    def _is_text(self, key: str, value: Any) -> bool:
        """Whether a member is the own text of an element of XML that has attributes beside it (xml_fields)."""
        return key.endswith("value") and expand(key, self.prefixes) == TEXT and isinstance(value, str)

    def _qualified(self, name: str) -> str:
        """`{namespace}localName`; a bare name inside an extension stays bare."""
        prefix, colon, local = name.partition(":")
        if colon and prefix in self.prefixes:
            return f"{{{self.prefixes[prefix]}}}{local}"
        cut = max(name.rfind("/"), name.rfind("#"), name.rfind(":")) + 1
        return f"{{{name[:cut]}}}{name[cut:]}" if colon else name


def _memory(prefixes: Prefixes) -> Memo[tuple[Any, ...], str]:
    return Memo(partial(_said, prefixes), 4096, lambda key: sum(map(len, key[1:])) <= 400)


def _said(prefixes: Prefixes, key: tuple[Any, ...]) -> str:
    say, *values = key
    said: str = say(Text(prefixes, frozenset()), *values)
    return said


_STANDARD = _memory(STANDARD_PREFIXES)


def number(value: float) -> str:
    """A number without idle zeros: 200.50 is 200.5, and 1.0 is 1."""
    if type(value) is int:
        if -_EXACT < value < _EXACT:
            return str(value)
        value = float(str(value))
    return str(int(value)) if value.is_integer() else repr(value)


def _web(full: str) -> str:
    """A word of the CBV, written as URN or address, as the address that the standard hashes."""
    if not full.startswith(_BASES):
        return full
    base = next(each for each in _BASES if full.startswith(each))
    return _WEB[base] + full[len(base) :]


# ---- times

_SECONDS = frozenset(f":{second:02}" for second in range(60))


def utc(value: str) -> str:
    """A time in UTC with three decimals, of which the last rounds up from 5; what is no time as it is."""
    if len(value) <= 29 and value[16:19] in _SECONDS and value.isascii():  # most are written so
        if value[19:20] != ".":
            minute, rest = _MINUTES[value[:16], value[19:]], f"{value[16:19]}.000Z"
        elif value[20:23].isdecimal():
            minute, rest = _MINUTES[value[:16], value[23:]], f"{value[16:23]}Z"
        else:
            minute = rest = ""
        if minute:
            return minute + rest
    return _rounded(value)


def _rounded(value: str) -> str:
    at = moment(value.strip())
    if at is None:
        return value
    if at.microsecond % 1000 > 499:
        at += timedelta(microseconds=500)
    return f"{at.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def _minute(key: tuple[str, str]) -> str:
    """The minute in UTC of a minute and its offset, "" when these are none."""
    minute, zone = key
    at = moment(f"{minute}:00{zone}") if zone == "Z" or is_zone(zone) else None
    return at.replace(tzinfo=None).isoformat(timespec="minutes") if at else ""


_MINUTES = Memo(_minute, 4096, lambda key: True)  # both parts were cut to length
