"""Random damage to good proofs, from a fixed seed: bytes, characters, lines and values of each part.

The good ones carry everything: openings, a policy with witnesses, a partner's signature, an erasure, an anchor.
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ledger import merkle
from tests.vectors import forge, told, trusted
from tests.vectors.forge import ADA, ORIGIN, Proof, as_file, b64

Value = dict[str, Any]
Trust = dict[str, Any]

SEED = 20260302


def damaged(count: int, seed: int = SEED) -> Iterator[tuple[bytes, Trust]]:
    """So many damaged proof files, none of them as it was, each with what its reader brings."""
    chance = random.Random(seed)
    good = _good()
    while count:
        proof, trust = chance.choice(good)
        file = proof.file()
        changed = chance.choice(WAYS)(chance, file)
        if changed != file:
            count -= 1
            yield changed, trust


def _good() -> list[tuple[Proof, Trust]]:
    pinned: Trust = {"vkeys": [ADA.vkey]}
    plain = [forge.in_tree(index, size) for index, size in ((0, 1), (2, 5), (6, 7), (8, 9), (200, 300))]
    plain += [forge.in_huge_tree(2**53 + 1, 2**60), *told.samples()]
    leaves = [merkle.leaf_hash(forge.envelope(number)) for number in range(9)]
    plain.append(replace(forge.in_tree(2, 9), anchor=forge.anchor(leaves, 6)))
    seen = trusted.seen_by(trusted.W1, trusted.W2, policy=trusted.TRIO)
    return [(each, pinned) for each in plain] + [(seen, {"policy": trusted.TRIO}), (seen, pinned)]


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
    opening = chance.choice(value["openings"] or [{"salt": "", "value": ""}])
    name = chance.choice(["salt", "value"])
    opening[name] = b64(_byte(chance, forge.unb64(opening[name])))


def _openings(chance: random.Random, value: Value) -> None:
    if len(value["openings"]) < 2:
        return
    first, second = chance.sample(value["openings"], 2)
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


def _index(chance: random.Random, value: Value) -> None:
    """Another index: beside the right one, where a plain number rounds, at the ends of 64 bits, or misspelled."""
    head, _, rest = value["tlog_proof"].partition("\n\n")
    lines = head.split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("index "))
    now = int(lines[at][6:])
    near = [now - 1, now + 1, now ^ 1, now + 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64 + now, -now]
    odd = [
        f"0{now}",
        f"+{now}",
        f"{now} ",
        f" {now}",
        f"{now}.0",
        f"{now}e0",
        f"0x{now:x}",
        f"{now}\u0085",
        "\u0662",
    ]
    lines[at] = f"index {chance.choice([*map(str, near), *odd])}"
    value["tlog_proof"] = "\n".join(lines) + f"\n\n{rest}"


def _size(chance: random.Random, value: Value) -> None:
    """A size that is a lie, in the checkpoint or in the anchor."""
    head, _, note = value["tlog_proof"].partition("\n\n")
    origin, size, rest = note.split("\n", 2)
    other = chance.choice([int(size) + 1, int(size) - 1, 2**53 + 1, 2**63, 0, f"0{size}", f"{size}\u2028"])
    if value["anchor"] and chance.random() < 0.5:
        value["anchor"]["size"] = chance.choice([value["anchor"]["size"] + 1, 0, -1, 2**53 - 1, "6", True, None])
    else:
        value["tlog_proof"] = f"{head}\n\n{origin}\n{other}\n{rest}"


def _origin(chance: random.Random, value: Value) -> None:
    """Another log's name, in one place or in all of them."""
    other = chance.choice([forge.CLEO.name, ORIGIN.upper(), ORIGIN + "\u0085", ORIGIN + " ", ORIGIN[:-1]])
    place = chance.choice(["log", "text", "both"])
    if place != "text":
        value["log"]["origin"] = other
    if place != "log":
        value["tlog_proof"] = value["tlog_proof"].replace(ORIGIN, other)


def _spelling(chance: random.Random, value: Value) -> None:
    """The same bytes in another spelling of base64, or almost the same."""
    places: list[tuple[Any, Any]] = [(value, "entry")]
    places += [(each, name) for each in value["openings"] for name in ("salt", "value")]
    places += [(each, "entry") for each in value["beside"]] + [(each["path"], 0) for each in value["beside"]]
    if value["anchor"]:
        places += [(value["anchor"], "root"), (value["anchor"]["consistency"], 0)]
    holder, name = chance.choice(places)
    text = holder[name]
    ways: list[Callable[[str], str]] = [
        lambda text: text.rstrip("="),
        lambda text: text + "=",
        lambda text: text.swapcase(),
        lambda text: text.replace("+", "-").replace("/", "_"),
        lambda text: text[:4] + chance.choice([" ", "\n", "\r\n", "\u0085"]) + text[4:],
        lambda text: text[:-3] + chr(ord(text[-3]) + 1) + text[-2:],
    ]
    holder[name] = chance.choice(ways)(text)


def _path(chance: random.Random, value: Value) -> None:
    """A path that is shortened, lengthened or turned round: of the entry, of one beside it or of the anchor."""
    paths = [each["path"] for each in value["beside"]]
    if value["anchor"]:
        paths.append(value["anchor"]["consistency"])
    if not paths or chance.random() < 0.3:
        return _lines(chance, value)
    path = chance.choice(paths)
    chance.choice([path.pop, path.reverse, lambda: path.append(path[0]), lambda: path.insert(0, b64(bytes(32)))])()
    return None


def _beside(chance: random.Random, value: Value) -> None:
    """An entry beside: gone, doubled, in another place, or with a byte changed."""
    others = value["beside"]
    if not others:
        value["beside"] = chance.choice([None, {}, [{}], [None]])
        return
    one = chance.choice(others)
    ways: list[Callable[[], Any]] = [
        lambda: others.remove(one),
        lambda: others.append(dict(one)),
        others.reverse,
        lambda: one.update(index=chance.choice([one["index"] + 1, -1, 2**53 - 1, "1", True])),
        lambda: one.update(entry=b64(_byte(chance, forge.unb64(one["entry"])))),
    ]
    chance.choice(ways)()


def _signature(chance: random.Random, value: Value) -> None:
    """One bit of a signature line: name, id, time or signature."""
    lines = value["tlog_proof"].split("\n")
    at = chance.choice([i for i, line in enumerate(lines) if line.startswith("\u2014")])
    dash, name, blob = lines[at].split(" ")
    lines[at] = f"{dash} {name} {b64(_byte(chance, forge.unb64(blob)))}"
    value["tlog_proof"] = "\n".join(lines)


def _layout(chance: random.Random, file: bytes) -> bytes:
    """The file as text: a byte order mark, carriage returns, odd blanks, a key twice, another order of keys."""
    text = file.decode()
    name = chance.choice(["format", "entry", "log", "policy", "anchor", "beside"])
    ways = [
        lambda: "\ufeff" + text,
        lambda: text.replace("\\n", "\\r\\n"),
        lambda: text.replace(", ", ",\u0085", 1),
        lambda: text.replace(", ", ",\ufeff", 1),
        lambda: text.replace("{", f'{{"{name}": null, ', 1),
        lambda: text[:-1] + f', "{name}": null}}',
        lambda: text.replace(f'"{name}"', f'"{name.upper()}"', 1),
        lambda: json.dumps(dict(reversed(json.loads(text).items()))),
        lambda: text.replace("\\n\\n", "\\n \\n", 1),
        lambda: text.replace("\\n", "\u0085", 1),
    ]
    return chance.choice(ways)().encode()


WAYS = [
    _byte,
    _cut,
    _doubled,
    _inserted,
    _layout,
    *map(_in_value, (_text, _text, _lines, _entry, _opening, _openings, _member, _key, _exchanged)),
    *map(_in_value, (_index, _size, _origin, _spelling, _path, _beside, _signature)),
]
