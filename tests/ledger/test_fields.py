"""Commitments hide a value and hold it; the envelope has one form only."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from ledger import chain, entry, fields
from ledger.errors import Tampered
from ledger.fields import Kept, Opening

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_a_commitment_is_the_hash_of_its_length_prefixed_parts() -> None:
    opening = Opening("personal:name", b"\x01" * 32, b'"Ben"')
    parts = [b"wayproof/commitment/v1", b"wayproof/ada", b"personal:name", b"\x01" * 32, b'"Ben"']
    joined = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    assert fields.commit("wayproof/ada", opening) == sha256(joined).digest()


def test_no_two_places_values_salts_or_logs_share_a_commitment() -> None:
    openings = [
        Opening("a", b"s", b"v"),
        Opening("as", b"", b"v"),
        Opening("a", b"sv", b""),
        Opening("b", b"s", b"v"),
    ]
    made = {fields.commit(origin, each) for origin in ("wayproof/ada", "wayproof/cleo") for each in openings}
    assert len(made) == 8


def test_the_same_value_sealed_twice_cannot_be_recognised() -> None:
    first, second = (fields.seal({"name": b'"Ben"'})[0] for _ in range(2))
    assert first.salt != second.salt
    assert len(first.salt) == 32
    assert fields.commit("o", first) != fields.commit("o", second)


def test_openings_are_packed_and_unpacked_and_a_cut_is_noticed() -> None:
    openings = [Kept("a", b"s", b"x" * 1000), Kept("b", b"", b"", 7), Kept("c", b"s", "Çeşme".encode(), 2**62)]
    packed = fields.pack(openings) or b""
    assert fields.unpack(packed) == openings
    assert fields.pack([]) is None
    assert fields.unpack(None) == []
    for cut in (1, 7, 8, 20, len(packed) - 1):
        with pytest.raises(ValueError):
            fields.unpack(packed[:cut])


def test_the_links_of_two_logs_never_meet() -> None:
    leaf = bytes(32)
    ada, cleo = (chain.link(origin, chain.start(origin), leaf) for origin in ("wayproof/ada", "wayproof/cleo"))
    assert ada != cleo
    assert chain.start("wayproof/ada") != chain.start("wayproof/cleo")


def test_an_entry_reads_back_as_it_was_written() -> None:
    data = entry.write(
        "wayproof/ada", "epcis:event:captured", {"keys": ["/01/1"]}, AT, {"public:document": "ab" * 32}
    )
    read = entry.read(data)
    assert (read.log, read.type, read.recorded_at) == (
        "wayproof/ada",
        "epcis:event:captured",
        "2026-03-02T09:30:00.000000Z",
    )
    assert (read.body, read.commitments) == ({"keys": ["/01/1"]}, {"public:document": "ab" * 32})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":true'),
        (b',"v":1', b""),
        (b'"v":1', b'"v":1,"x":1'),
        (b'"body":{}', b'"body":[]'),
        (b'"log":"wayproof/ada"', b'"log":null'),
        (b"abab", b"ABab"),
        (b"abab", b"ab"),
        (b'"commitments":{"public:document":', b'"commitments":{"public:document":7,"x":'),
        (b"{", b" {"),
    ],
)
def test_bytes_of_another_form_are_no_entry(old: bytes, new: bytes) -> None:
    data = entry.write("wayproof/ada", "epcis:event:captured", {}, AT, {"public:document": "ab" * 32})
    assert old in data
    with pytest.raises(Tampered):
        entry.read(data.replace(old, new, 1))
