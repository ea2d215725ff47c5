"""Watching a log from outside: growth is followed, a split leaves both notes as evidence."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger import merkle, policy
from ledger.checkpoint import Checkpoint
from ledger.errors import StepFailed
from ledger.note import Signer, open_note
from ledger.watch import Contradiction, Look, look

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LOG = Signer("example.com/demo", bytes(range(32)))
CLEO = Signer("example.com/cleo", bytes(range(64, 96)))
WANTED = policy.parse(policy.write([LOG.vkey, CLEO.vkey], {}, "none"))


class Site(dict[str, bytes]):
    """A log of fewer than 256 entries as its files."""

    def show(self, *entries: bytes, by: Signer = LOG) -> "Site":
        leaves = [merkle.leaf_hash(each) for each in entries]
        text = Checkpoint(by.name, len(entries), merkle.root(leaves)).text
        self["checkpoint"] = by.sign(text).encode()
        self[f"tile/0/000.p/{len(entries)}"] = b"".join(leaves)
        bundle = b"".join(len(each).to_bytes(2, "big") + each for each in entries)
        self[f"tile/entries/000.p/{len(entries)}"] = bundle
        return self


def test_a_log_that_grows_is_followed(tmp_path: Path) -> None:
    site = Site().show(b"a", b"b")
    assert look(site.get, WANTED, tmp_path, NOW).state == "first"
    assert look(site.get, WANTED, tmp_path, NOW).state == "same"
    assert look(site.show(b"a", b"b", b"c").get, WANTED, tmp_path, NOW).state == "grown"
    stale = look(site.show(b"a").get, WANTED, tmp_path, NOW)
    assert (stale.state, stale.checkpoint.size) == ("stale", 1)
    assert look(site.show(b"a", b"b", b"c", b"d").get, WANTED, tmp_path, NOW).checkpoint.size == 4
    assert not list(tmp_path.glob("evidence-*"))


@pytest.mark.parametrize(
    "entries", [(b"a", b"x"), (b"a", b"x", b"c"), (b"x", b"b", b"c", b"d")], ids=["same size", "grown", "longer"]
)
def test_a_split_is_kept_with_both_signatures(tmp_path: Path, entries: tuple[bytes, ...]) -> None:
    site = Site().show(b"a", b"b")
    before = site["checkpoint"]
    look(site.get, WANTED, tmp_path, NOW)
    with pytest.raises(Contradiction) as alarm:
        look(site.show(*entries).get, WANTED, tmp_path, NOW)
    for name, note in (("before", before), ("now", site["checkpoint"])):
        kept = (alarm.value.evidence / name).read_bytes()
        assert kept == note
        assert open_note(kept, [LOG.verifier])
    assert look(site.show(b"a", b"b", b"c").get, WANTED, tmp_path, NOW).state == "grown"  # nothing was overwritten


def test_entries_that_are_not_the_signed_ones_are_a_contradiction_from_the_first_look(tmp_path: Path) -> None:
    site = Site().show(b"a", b"b")
    site["tile/entries/000.p/2"] = Site().show(b"a", b"x")["tile/entries/000.p/2"]
    with pytest.raises(Contradiction):
        look(site.get, WANTED, tmp_path, NOW)
    assert not (tmp_path / "last.json").exists()


def test_another_log_in_its_place_is_a_contradiction_and_a_stranger_is_not_believed(tmp_path: Path) -> None:
    look(Site().show(b"a").get, WANTED, tmp_path, NOW)
    with pytest.raises(Contradiction, match=r"example\.com/cleo"):
        look(Site().show(b"a", b"b", by=CLEO).get, WANTED, tmp_path, NOW)
    with pytest.raises(StepFailed, match="step 8"):
        look(Site().show(b"a", by=Signer("example.com/else", bytes(32))).get, WANTED, tmp_path, NOW)
    with pytest.raises(FileNotFoundError):
        look({}.get, WANTED, tmp_path, NOW)


def test_what_a_witness_has_seen_must_fit_too(tmp_path: Path) -> None:
    site = Site().show(b"a", b"b")
    look(site.get, WANTED, tmp_path, NOW)
    site.show(b"a", b"b", b"c", b"d")
    views = {"fits": Site().show(b"a", b"b", b"c")["checkpoint"], "old": Site().show(b"a")["checkpoint"]}
    views |= {
        "garbage": b"nothing",
        "stranger": Site().show(b"x", by=Signer("example.com/x", bytes(32)))["checkpoint"],
    }
    views |= {"of another": Site().show(b"x", by=CLEO)["checkpoint"]}
    site["tile/0/000.p/3"], site["tile/entries/000.p/3"] = (
        Site().show(b"a", b"b", b"c")[name] for name in ("tile/0/000.p/3", "tile/entries/000.p/3")
    )
    assert look(site.get, WANTED, tmp_path, NOW, views) == Look("grown", checkpoint_of(site), ())
    ahead = {"ahead": Site().show(b"a", b"b", b"c", b"d", b"e")["checkpoint"]}
    assert look(site.get, WANTED, tmp_path, NOW, ahead).ahead == ("ahead",)


@pytest.mark.parametrize("shown", [(b"a", b"b", b"x"), (b"a", b"b", b"c", b"x")], ids=["same size", "smaller"])
def test_two_stories_are_found_by_asking_a_witness(tmp_path: Path, shown: tuple[bytes, ...]) -> None:
    look(Site().show(b"a", b"b").get, WANTED, tmp_path, NOW)
    told = Site().show(b"a", b"b", b"y")["checkpoint"]
    site = Site().show(*shown[:3]).show(*shown)
    with pytest.raises(Contradiction, match="W1") as alarm:
        look(site.get, WANTED, tmp_path, NOW, {"W1": told})
    assert (alarm.value.evidence / "witness").read_bytes() == told
    assert (alarm.value.evidence / "now").read_bytes() == site["checkpoint"]


def checkpoint_of(site: Site) -> Checkpoint:
    return Checkpoint.parse(site["checkpoint"].decode().partition("\n\n")[0] + "\n")


def test_a_damaged_memory_is_not_passed_over(tmp_path: Path) -> None:
    site = Site().show(b"a", b"b")
    look(site.get, WANTED, tmp_path, NOW)
    file = tmp_path / "last.json"
    file.write_text(
        file.read_text().replace(merkle.root([merkle.leaf_hash(each) for each in (b"a", b"b")]).hex(), "00" * 32)
    )
    with pytest.raises(ValueError, match="damaged"):
        look(site.get, WANTED, tmp_path, NOW)
