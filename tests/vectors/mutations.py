"""Random damage to good proofs, from a fixed seed: bytes, characters, lines and values of each part."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.vectors import forge
from tests.vectors.forge import as_file, b64

Value = dict[str, Any]


def damaged(count: int, seed: int = 20260302) -> Iterator[bytes]:
    """So many damaged proof files, each different from the good one it was made of."""
    chance = random.Random(seed)
    good = [forge.in_tree(index, size) for index, size in ((0, 1), (2, 5), (6, 7), (8, 9), (200, 300))]
    good.append(forge.in_huge_tree(2**53 + 1, 2**60))
    while count:
        proof = chance.choice(good)
        file = proof.file()
        changed = chance.choice(WAYS)(chance, file)
        if changed != file:
            count -= 1
            yield changed


def _byte(chance: random.Random, file: bytes) -> bytes:
    at = chance.randrange(len(file))
    return file[:at] + bytes([file[at] ^ 1 << chance.randrange(8)]) + file[at + 1 :]


def _cut(chance: random.Random, file: bytes) -> bytes:
    start = chance.randrange(len(file))
    return file[:start] + file[start + chance.randint(1, 40) :]


def _doubled(chance: random.Random, file: bytes) -> bytes:
    start = chance.randrange(len(file))
    end = start + chance.randint(1, 40)
    return file[:end] + file[start:end] + file[end:]


def _inserted(chance: random.Random, file: bytes) -> bytes:
    at = chance.randrange(len(file))
    odd = [
        b" ",
        b"\n",
        b"\r",
        b"\t",
        b"\0",
        b"=",
        b"+",
        b"/",
        b"A",
        b"0",
        b"-",
        b"\\",
        b'"',
        b",",
        b"\xff",
        b"\xef\xbb\xbf",
    ]
    return file[:at] + chance.choice(odd) + file[at:]


def _in_value(change: Callable[[random.Random, Value], None]) -> Callable[[random.Random, bytes], bytes]:
    def way(chance: random.Random, file: bytes) -> bytes:
        value = json.loads(file)
        change(chance, value)
        return as_file(value)

    return way


def _text(chance: random.Random, value: Value) -> None:
    """One character of the tlog-proof."""
    text = value["tlog_proof"]
    at = chance.randrange(len(text))
    value["tlog_proof"] = (
        text[:at] + chance.choice("\n\r\t 0129AZaz+/=—\u2028\ufeff\x85é") + text[at + chance.randint(0, 1) :]
    )


def _lines(chance: random.Random, value: Value) -> None:
    """The lines of the tlog-proof: one gone, doubled or moved."""
    lines = value["tlog_proof"].split("\n")
    line = lines.pop(chance.randrange(len(lines)))
    for _ in range(chance.randint(0, 2)):
        lines.insert(chance.randint(0, len(lines)), line)
    value["tlog_proof"] = "\n".join(lines)


def _entry(chance: random.Random, value: Value) -> None:
    value["entry"] = b64(_byte(chance, forge.unb64(value["entry"])))


def _opening(chance: random.Random, value: Value) -> None:
    opening = chance.choice(value["openings"])
    name = chance.choice(["salt", "value"])
    opening[name] = b64(_byte(chance, forge.unb64(opening[name])))


def _openings(chance: random.Random, value: Value) -> None:
    first, second = value["openings"]
    name = chance.choice(["path", "salt", "value"])
    first[name], second[name] = second[name], first[name]


def _member(chance: random.Random, value: Value) -> None:
    """A member of another kind, gone, or new."""
    place = chance.choice([value, value["log"], *value["openings"]])
    name = chance.choice([*place, "extra"])
    if chance.random() < 0.3:
        place.pop(name, None)
    else:
        place[name] = chance.choice([None, True, 0, -1, 2**53, 1.5, "", "AA==", [], {}, [{}], "\ud800", "é"])


def _key(chance: random.Random, value: Value) -> None:
    vkey = value["log"]["vkey"]
    at = chance.randrange(len(vkey))
    value["log"]["vkey"] = vkey[:at] + chance.choice("+0aA/ =") + vkey[at + 1 :]


def _exchanged(chance: random.Random, value: Value) -> None:
    """A part of another good proof."""
    other = forge.in_tree(3, 5)
    name = chance.choice(["entry", "openings", "tlog_proof", "log"])
    value[name] = replace(other, origin=forge.CLEO.name).value()[name]


WAYS = [
    _byte,
    _cut,
    _doubled,
    _inserted,
    *map(_in_value, (_text, _text, _lines, _lines, _entry, _opening, _openings, _member, _key, _exchanged)),
]
