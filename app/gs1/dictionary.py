"""The GS1 application identifiers, read from the table: what a value must be, and what may stand beside it.

Pure, read once. What a Digital Link does with them is in digital_link, what one element must be in elements.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from app.gs1.ai_table import TABLE
from app.gs1.linters import LINTERS, Linter

_LETTERS = {
    "N": ("[0-9]", "digits"),
    "X": (r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]", "characters"),
    "Y": (r"[#\-/0-9A-Z]", "characters of digits, capitals, '#', '-' and '/'"),
    "Z": (r"[\-0-9=A-Z_a-z]", "characters of base64url"),
}
_COMPONENT = re.compile(r"(\[)?([NXYZ])(\.\.)?(\d+)\]?((?:,\w+)*)")


@dataclass(frozen=True, slots=True)
class Need:
    """One of the companions that an identifier must have: any of `one_of`, or all of one of `together`."""

    one_of: frozenset[str]
    together: tuple[frozenset[str], ...]

    def is_met(self, present: frozenset[str] | set[str]) -> bool:
        """Whether one of the companions is among those present."""
        return not self.one_of.isdisjoint(present) or any(group <= present for group in self.together)


@dataclass(frozen=True, slots=True)
class Entry:
    """One application identifier. `orders` is None unless it is a primary key of a Digital Link.

    `rules` are those of each component; empty when none of them has any.
    """

    ai: str
    title: str
    words: str
    predefined: bool
    in_query: bool
    pattern: re.Pattern[str]
    rules: tuple[tuple[Linter, ...], ...]
    needs: tuple[Need, ...]
    forbids: frozenset[str]
    orders: tuple[tuple[str, ...], ...] | None

    def complaint(self, value: str) -> str | None:
        """What is wrong with a value, as the end of a sentence; None when nothing is."""
        match = self.pattern.fullmatch(value)
        if not match:
            return f"must be {self.words}"
        if not self.rules:
            return None
        for part, rules in zip(match.groups(), self.rules, strict=False):
            for rule in rules:
                if part is not None and (found := rule(part)):
                    return f"{found}; it must be {self.words}"
        return None


def _expanded(names: str) -> Iterator[str]:
    """`3900-3909` and `13,15,16` to each of them."""
    for name in names.split(","):
        first, _, last = name.partition("-")
        width = len(first)
        yield from (f"{number:0{width}}" for number in range(int(first), int(last or first) + 1))


def _read() -> Iterator[Entry]:
    rows = [line.split("|") for line in TABLE.splitlines()]
    known = [ai for row in rows for ai in _expanded(row[0])]
    for names, flags, components, pairing, titles in rows:
        ais, each = list(_expanded(names)), titles.split("; ")
        for position, ai in enumerate(ais):
            title = each[position] if len(each) == len(ais) else titles
            yield _entry(ai, flags, components, pairing, title, known)


def _entry(ai: str, flags: str, components: str, pairing: str, title: str, known: list[str]) -> Entry:
    parts = [_COMPONENT.fullmatch(text) for text in components.split()]
    assert all(parts), f"the table has a component that is none: {components}"
    pattern, words, rules = "", [], []
    for optional, letter, variable, length, linters in (part.groups() for part in parts if part):
        alphabet, noun = _LETTERS[letter]
        low = "0" if optional and variable else "1"
        piece = f"({alphabet}{{{low},{length}}})" if variable else f"({alphabet}{{{length}}})"
        pattern += f"(?:{piece})?" if optional else piece
        words.append(_words(bool(optional), bool(variable), length, noun, linters))
        rules.append(tuple(LINTERS[name] for name in linters.split(",") if name))
    needs, forbids, orders = _pairing(pairing, known)
    return Entry(
        ai,
        title,
        ", then ".join(words),
        "*" in flags,
        "?" in flags,
        re.compile(pattern),
        tuple(rules) if any(rules) else (),
        needs,
        forbids - {ai},
        orders,
    )


def _words(optional: bool, variable: bool, length: str, noun: str, linters: str) -> str:
    count = f"1 to {length}" if variable else length
    text = f"{'up to ' + length if optional else count} {noun}"
    if "csumalpha" in linters:
        return f"{text} ending in their check pair"
    return f"{text} with a check digit" if "csum" in linters else text


def _pairing(
    text: str, known: list[str]
) -> tuple[tuple[Need, ...], frozenset[str], tuple[tuple[str, ...], ...] | None]:
    needs: list[Need] = []
    forbids: set[str] = set()
    orders: tuple[tuple[str, ...], ...] | None = None
    for word in text.replace(" or ", "|").split():
        name, _, value = word.partition("=")
        if name == "dlpkey":
            orders = tuple(tuple(order.split(",")) for order in value.split("|") if order)
        elif name == "req":
            needs.append(_need(value.split(","), known))
        else:
            forbids.update(ai for pattern in value.split(",") for ai in _like(pattern, known))
    return tuple(needs), frozenset(forbids), orders


def _need(choices: list[str], known: list[str]) -> Need:
    singles = frozenset(ai for choice in choices if "+" not in choice for ai in _like(choice, known))
    return Need(singles, tuple(frozenset(choice.split("+")) for choice in choices if "+" in choice))


def _like(pattern: str, known: list[str]) -> Iterator[str]:
    """The identifiers that a pattern such as `31nn` names."""
    digits = re.compile(pattern.replace("n", "[0-9]"))
    return (ai for ai in known if digits.fullmatch(ai))


def _sequences() -> Iterator[tuple[str, ...]]:
    """Every row of identifiers that a path may have: a primary key and a part of one of its orders."""
    for entry in ENTRIES.values():
        if entry.orders is None:
            continue
        yield (entry.ai,)
        for order in entry.orders:
            for count in range(1, len(order) + 1):
                yield from ((entry.ai, *chosen) for chosen in combinations(order, count))


ENTRIES: Mapping[str, Entry] = {entry.ai: entry for entry in _read()}

SEQUENCES = frozenset(_sequences())
PRIMARY = frozenset(row[0] for row in SEQUENCES)
QUALIFIERS = frozenset(ai for row in SEQUENCES for ai in row[1:])

# First digits of an identifier whose value has a predefined length: that length (General Specifications, 7.8.5).
PREDEFINED = {
    "00": 18,
    **dict.fromkeys(("01", "02", "03"), 14),
    "04": 16,
    **dict.fromkeys((str(number) for number in range(11, 20)), 6),
    "20": 2,
    **dict.fromkeys((str(number) for number in range(31, 37)), 6),
    "41": 13,
}
# How long an identifier is whose first two digits are these, as far as GS1 has given any of them out.
LENGTHS = {ai[:2]: len(ai) for ai in ENTRIES}


def fitting(sequence: tuple[str, ...]) -> frozenset[str]:
    """The identifiers that could stand in a path beside those of `sequence`, itself among them."""
    return _FITTING[sequence]


_FITTING = {
    row: frozenset(ai for other in SEQUENCES if set(row) <= set(other) and row[0] == other[0] for ai in other)
    for row in SEQUENCES
}
