"""Which carrier a tracking number may belong to, as a ranked list with reasons. Pure; asks no carrier.

A check digit, a prefix and a length are evidence, never proof: numbers of different carriers overlap, so the list
may hold several candidates and a person may choose another.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from carriers.known import CARRIERS
from carriers.number_formats import FORMATS, Format
from carriers.number_formats_own import AIRLINES, OPERATORS, OWN, RESEMBLING, parts

LONGEST = 64

# The adapter that follows a carrier's numbers, where we have one.
ADAPTERS = {"dhl": "dhl_universal", "canada_post": "canadapost"} | {
    key: key for key in CARRIERS if key != "dhl_universal"
}

_BY_LENGTH = parts((*FORMATS, *OWN))
_RESEMBLING = parts(RESEMBLING)
_FLOAT = re.compile(r"\d(?:[.,]\d+)?E\+?\d{1,2}", re.ASCII)  # what a spreadsheet makes of a long number
_PUNCTUATION = re.compile(r"[\s()\[\]]+")
_BETWEEN = re.compile(r"[\s\-‐‑‒–—−\u00ad\u200b-\u200f\u2060\ufeff]+")
_WORD = re.compile(r"[0-9A-Z]+")
_WORDS, _JOINED = 200, 12  # of a text that are read; of a number that is written in groups
_SURE = 20  # the strength of evidence from which a word of a sentence passes for a number


@dataclass(frozen=True, slots=True)
class Candidate:
    """A carrier whose format the number has. Higher `strength` is better evidence; `reasons` say what it is.

    `adapter` follows it, if we have one; `checked`: a check digit fits; `chosen`: a person named it for this lane.
    """

    carrier: str
    format: str
    strength: int
    reasons: tuple[str, ...]
    adapter: str | None
    checked: bool = False
    chosen: bool = False


def normalised(text: str) -> str:
    """A number as it is stored: without blanks and hyphens, in plain upper case, leading zeros kept."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)  # １Ｚ, as some keyboards write it
    return _BETWEEN.sub("", plain).upper()


def detect(text: str) -> list[Candidate]:
    """The carriers that a number may belong to, best evidence first; empty when it fits no format.

    A number that a spreadsheet has turned into a float (`1.23E+12`) fits none. At most 64 characters are read.
    """
    found = _of(text, _BY_LENGTH)
    if len(found) < 2:
        return found
    best: dict[str, Candidate] = {}
    for candidate in sorted(found, key=_by_strength):
        best.setdefault(candidate.carrier, candidate)
    return list(best.values())


def resembling(text: str) -> list[Candidate]:
    """Carriers whose numbers look like this one although nothing in it confirms that: for a person to choose."""
    named = {candidate.carrier for candidate in detect(text)}
    found = {each.carrier: each for each in _of(text, _RESEMBLING) if each.carrier not in named}
    return list(found.values())


def within(text: str) -> list[str]:
    """The numbers inside an address or a sentence, each once and in order: only what good evidence speaks for."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text[: 40 * LONGEST]).upper())[:_WORDS]
    found: dict[str, None] = {}
    begin = 0
    while begin < len(words):
        number, length = next(_numbers_from(words, begin), ("", 1))
        if number:
            found[number] = None
        begin += length
    return list(found)


def _numbers_from(words: list[str], begin: int) -> Iterator[tuple[str, int]]:
    """What the words from here on make up, the most words first, with how many they are."""
    for length in range(min(_JOINED, len(words) - begin), 0, -1):
        group = words[begin : begin + length]
        ends = (0, length - 1)  # the letters of S10 stand there: RB 123 456 785 GB
        in_groups = all(
            any(map(str.isdigit, word)) or (i in ends and len(word) == 2) for i, word in enumerate(group)
        )
        number = "".join(group)
        if in_groups and len(number) <= LONGEST and _sure(number, joined=length > 1):
            yield number, length


def _sure(number: str, *, joined: bool) -> bool:
    """Whether a word, or several joined, is a number of somebody's: by a prefix, or a check digit and a length."""
    if sum(char.isdigit() for char in number) < 7:
        return False
    return any(each.strength >= _SURE and (each.checked or not joined) for each in detect(number))


def spoiled(text: str) -> bool:
    """Whether a spreadsheet has made a float of the number: its last digits are gone for good."""
    return _FLOAT.fullmatch(text.strip().upper()) is not None


def _by_strength(candidate: Candidate) -> int:
    return -candidate.strength


def _of(text: str, table: dict[int, tuple[Format, ...]]) -> list[Candidate]:
    number = text if text.isalnum() else _PUNCTUATION.sub("", text[: 8 * LONGEST])
    if not number.isupper():
        number = number.upper()
    if len(number) > LONGEST:
        return []
    found = _fitting(number, table)
    if not found and not (number.isalnum() and number.isascii()):
        found = _fitting(normalised(number), table)
    return found


def _fitting(number: str, table: dict[int, tuple[Format, ...]]) -> list[Candidate]:
    found: list[Candidate] = []
    for form in table.get(len(number), ()):
        match = form.pattern.fullmatch(number)
        if match and (form.check is None or form.check(match["serial"], match["check"])):
            if form.carrier == "s10" and (operator := OPERATORS.get(number[-2:])):
                found.append(_candidate(form, 13, operator, f"issued in {number[-2:]}"))
            airline = AIRLINES[number[:3]] if form.carrier == "air_waybill" else ""
            found.append(_candidate(form, len(number), form.carrier, airline))
    return found


@lru_cache(maxsize=1024)
def _candidate(form: Format, length: int, carrier: str, more: str) -> Candidate:
    """The carrier of a format; the post that issues an S10 number need not be the one that delivers it."""
    reasons = (*_reasons(form, length), more) if more else _reasons(form, length)
    checked = form.check is not None
    return Candidate(carrier, form.name, _strength(form), reasons, ADAPTERS.get(carrier), checked)


def _strength(form: Format) -> int:
    """About the number of decimal digits that chance would have to guess: a check digit is one, and a bit more."""
    return 10 * form.fixed + (15 if form.check else 0)


def _reasons(form: Format, length: int) -> tuple[str, ...]:
    checked = ("check digit",) if form.check else ()
    prefix = ("prefix",) if form.fixed else ()
    return (*checked, *prefix, f"{length} characters")
