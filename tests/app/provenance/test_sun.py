"""The taps of NTAG 424 DNA: published answers, each part of a message changed once, and the keys of tags."""

import contextlib

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st

from app.provenance import sun, tag_keys
from app.provenance.sun import Mirror, NotGenuine
from tests.support.taps import mac_of, picc_data

ZERO = bytes(16)
# AN12196, table 2: a tag with keys of zeros.
PICC = bytes.fromhex("EF963FF7828658A599F3041510671E88")
MAC = bytes.fromhex("94EED9EE65337086")


def test_the_published_tap_is_read() -> None:
    mirror = sun.read_encrypted(PICC, ZERO)
    assert (mirror.uid.hex(), mirror.counter, mirror.tag) == ("04de5f1eacc040", 61, 0xC7)
    sun.check_mac(mirror, ZERO, b"", MAC)


@pytest.mark.parametrize("bit", range(0, 64, 7))
def test_one_bit_of_the_mac_is_enough_to_refuse(bit: int) -> None:
    mirror = sun.read_encrypted(PICC, ZERO)
    wrong = (int.from_bytes(MAC) ^ (1 << bit)).to_bytes(8)
    with pytest.raises(NotGenuine):
        sun.check_mac(mirror, ZERO, b"", wrong)


@pytest.mark.parametrize(
    ("mirror", "key", "covered"),
    [
        (Mirror(bytes.fromhex("04de5f1eacc041"), 61), ZERO, b""),
        (Mirror(bytes.fromhex("04de5f1eacc040"), 62), ZERO, b""),
        (Mirror(bytes.fromhex("04de5f1eacc040"), 61), b"\x01" * 16, b""),
        (Mirror(bytes.fromhex("04de5f1eacc040"), 61), ZERO, b"x"),
    ],
)
def test_another_tag_counter_key_or_text_is_refused(mirror: Mirror, key: bytes, covered: bytes) -> None:
    with pytest.raises(NotGenuine):
        sun.check_mac(mirror, key, covered, MAC)


@pytest.mark.parametrize("data", [b"", bytes(15), bytes(17), bytes(24), bytes(16)])
def test_what_is_no_picc_data_is_refused(data: bytes) -> None:
    with pytest.raises(NotGenuine):
        sun.read_encrypted(data, ZERO)


def test_a_tag_that_speaks_lrp_is_refused_by_name() -> None:
    with pytest.raises(NotGenuine, match="LRP"):
        sun.read_encrypted(bytes(24), ZERO)


@pytest.mark.parametrize(("uid", "counter"), [(bytes(6), bytes(3)), (bytes(7), bytes(4))])
def test_plain_mirrors_of_another_length_are_refused(uid: bytes, counter: bytes) -> None:
    with pytest.raises(NotGenuine):
        sun.read_plain(uid, counter)


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=7, max_size=7), st.integers(0, 2**24 - 1))
def test_what_a_tag_writes_is_read(key: bytes, uid: bytes, counter: int) -> None:
    mirror = sun.read_encrypted(picc_data(key, uid, counter), key)
    assert (mirror.uid, mirror.counter) == (uid, counter)
    assert sun.read_plain(uid, counter.to_bytes(3)) == Mirror(uid, counter)
    sun.check_mac(mirror, key, b"", mac_of(key, uid, counter))


@given(st.binary(min_size=16, max_size=16))
def test_any_picc_data_is_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(NotGenuine):
        assert sun.read_encrypted(data, ZERO).counter >= 0


def test_file_data_must_be_whole_blocks() -> None:
    for wrong in (b"", bytes(15)):
        with pytest.raises(NotGenuine):
            sun.file_data(Mirror(bytes(7), 1), ZERO, wrong)


def test_keys_are_derived_as_nxp_publishes() -> None:
    """AN10922, section 2.2.1: the example for AES-128."""
    master = bytes.fromhex("00112233445566778899AABBCCDDEEFF")
    key = tag_keys.an10922(master, bytes.fromhex("04782E21801D80"), bytes.fromhex("3042F5") + b"NXP Abu")
    assert key.hex().upper() == "A8DD63A3B89D54B37CA802473FDA9175"


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=7, max_size=7), st.binary(max_size=24))
def test_a_short_input_is_filled_up_to_two_blocks(master: bytes, uid: bytes, system: bytes) -> None:
    """The last block of a CBC over 32 bytes: never the CMAC of a single block."""
    key = tag_keys.an10922(master, uid, system)
    assert len(key) == 16
    if len(system) == 24:
        return
    block = (b"\x01" + uid + system + b"\x80").ljust(32, b"\0")
    encryptor = Cipher(AES(master), CBC(bytes(16))).encryptor()
    assert encryptor.update(block)[16:] != key  # a subkey is mixed in


def test_an_input_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="1 to 31"):
        tag_keys.an10922(ZERO, bytes(7), bytes(25))


@pytest.mark.parametrize("scheme", tag_keys.SCHEMES)
def test_every_scheme_gives_the_two_keys_of_a_tag(scheme: str) -> None:
    master, uid = bytes(range(16)), bytes.fromhex("04de5f1eacc040")
    assert len(tag_keys.meta_key(scheme, master)) == 16
    key = tag_keys.file_key(scheme, master, uid, key_number=1)
    other = tag_keys.file_key(scheme, master, uid[::-1], key_number=1)
    assert (key == other) == (scheme == "shared")
