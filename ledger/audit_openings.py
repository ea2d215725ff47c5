"""The audit's view on erasure: a value may be gone only by a signed entry that names it, and then must be gone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ledger import merkle
from ledger.audited import Audited
from ledger.compare import Finding
from ledger.entry import read
from ledger.erasure import ERASED, Erasure, verify_erasure
from ledger.errors import Tampered
from ledger.fields import Opening


def erased_values(about: Audited) -> Iterable[Finding]:
    """Every value that is gone without a signed erasure, and every one that is there in spite of one."""
    said, findings = _said(about)
    yield from findings
    for each in about.gone:
        if each.path not in said.get(each.at, {}):
            sentence = f"Entry {each.at}: the value of {each.path!r} is gone, and no signed erasure names it."
            yield Finding(each.at, "opening", sentence)
    for index, data, openings in about.entries(sorted(said)):
        yield from _still_there(index, data, openings, said[index])


def count_erased(about: Audited) -> int:
    """How many values are gone by a signed erasure: erased, their commitments intact."""
    said, _ = _said(about)
    return sum(each.path in said.get(each.at, {}) for each in about.gone)


def _said(about: Audited) -> tuple[dict[int, dict[str, Erasure]], list[Finding]]:
    """What the log's signed erasures name, by entry and path, and what is wrong with the others."""
    said: dict[int, dict[str, Erasure]] = defaultdict(dict)
    findings = []
    for index, data, _ in about.entries(about.noted.get(ERASED, ())):
        try:
            erasure = verify_erasure(read(data), about.verifiers)
            if erasure is None:
                raise Tampered("it is signed by none of the log's keys")
            if not 0 <= erasure.index < index:
                raise Tampered(f"it names entry {erasure.index}, which is not before it")
        except Tampered as error:
            findings.append(
                Finding(index, "erasure", f"Entry {index}: the erasure is not the log's word: {error}.")
            )
            continue
        said[erasure.index] |= dict.fromkeys(erasure.paths, erasure)
    return said, findings


def _still_there(index: int, data: bytes, openings: list[Opening], named: dict[str, Erasure]) -> Iterator[Finding]:
    leaf = merkle.leaf_hash(data).hex()
    for each in openings:
        if each.path in named:
            sentence = (
                f"Entry {index}: the value of {each.path!r} is there, though the log says that it was erased."
            )
            yield Finding(index, "erasure", sentence)
    committed = read(data).commitments
    for path, erasure in named.items():
        if path not in committed or erasure.leaf != leaf:
            yield Finding(
                index, "erasure", f"Entry {index}: an erasure names {path!r} of another entry than this."
            )
