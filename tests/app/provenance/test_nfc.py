"""Taps of tags on Ada's tea: the first is genuine, its address is never genuine again, Cleo has no part in it."""

import threading
from datetime import datetime
from pathlib import Path

import pytest

from app.brands.tenants import create_brand
from app.db import Db, reading
from app.models.scans import NfcTag, TagProfile
from app.provenance import tag_keys
from app.provenance.errors import Refused
from app.provenance.nfc import Judged, Tap, Verdict, check_tap, count_tap, read_tap
from app.provenance.tag_profiles import Keys, put_profile, put_tag
from app.sealed import Box, open_box
from tests.support.taps import mac_of, tap

GTIN = "09506000134352"
PRODUCT = f"/01/{GTIN}"
ITEM, OTHER = f"{PRODUCT}/21/TEA-1", f"{PRODUCT}/21/TEA-2"
UID = bytes.fromhex("04DE5F1EACC040")
META, FILE = bytes(range(16)), bytes(range(16, 32))


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return open_box(tmp_path)


@pytest.fixture
def brand_id(db: Db, tmp_path: Path, now: datetime) -> str:
    return create_brand(db, tmp_path, name="Ada", slug="ada", now=now)


def key_it(db: Db, box: Box, brand_id: str, now: datetime, scheme: str = "an10922", **more: object) -> bytes:
    """Give the tea's tags their keys; the file key of the one tag."""
    with db.begin() as session:
        keys = Keys(META, FILE)
        put_profile(session, box, brand_id=brand_id, gtin=GTIN, scheme=scheme, keys=keys, now=now, **more)  # type: ignore[arg-type]
    return tag_keys.file_key(scheme, FILE, UID, key_number=1)


def touched(db: Db, box: Box, brand_id: str, key: str, query: str, now: datetime) -> Judged:
    message = read_tap(query)
    assert message is not None
    with reading(db) as session:
        said = check_tap(session, box, brand_id, key, message)
    if isinstance(said, Verdict):
        return Judged(said)
    with db.begin() as session:
        return count_tap(session, brand_id, key, said, now)


def made(scheme: str, file: bytes, counter: int) -> str:
    return tap(tag_keys.meta_key(scheme, META), file, UID, counter)


@pytest.mark.parametrize("scheme", tag_keys.SCHEMES)
def test_a_tap_is_genuine_once(db: Db, box: Box, brand_id: str, now: datetime, scheme: str) -> None:
    file = key_it(db, box, brand_id, now, scheme)
    query = made(scheme, file, 5)
    assert touched(db, box, brand_id, ITEM, query, now) == Judged(Verdict.GENUINE, ITEM)
    assert touched(db, box, brand_id, ITEM, query, now).verdict is Verdict.REPLAYED
    assert touched(db, box, brand_id, ITEM, made(scheme, file, 4), now).verdict is Verdict.REPLAYED
    assert touched(db, box, brand_id, ITEM, made(scheme, file, 6), now).verdict is Verdict.GENUINE
    with db() as session:
        tag = session.get_one(NfcTag, (brand_id, UID.hex().upper()))
        assert (tag.counter, tag.taps, tag.repeats, tag.key) == (6, 2, 2, ITEM)


def test_a_tag_of_one_item_says_nothing_for_another(db: Db, box: Box, brand_id: str, now: datetime) -> None:
    file = key_it(db, box, brand_id, now)
    assert touched(db, box, brand_id, ITEM, made("an10922", file, 1), now).verdict is Verdict.GENUINE
    assert touched(db, box, brand_id, OTHER, made("an10922", file, 2), now).verdict is Verdict.WRONG
    assert touched(db, box, brand_id, ITEM, made("an10922", file, 2), now).verdict is Verdict.GENUINE


def test_a_tag_with_the_address_of_the_product_leads_to_its_item(
    db: Db, box: Box, brand_id: str, now: datetime
) -> None:
    file = key_it(db, box, brand_id, now)
    with db.begin() as session:
        put_tag(session, brand_id=brand_id, uid=UID.hex().upper(), key=ITEM, now=now)
    assert touched(db, box, brand_id, PRODUCT, made("an10922", file, 1), now) == Judged(Verdict.GENUINE, ITEM)


def test_a_product_may_take_registered_tags_only(db: Db, box: Box, brand_id: str, now: datetime) -> None:
    file = key_it(db, box, brand_id, now, registered_only=True)
    assert touched(db, box, brand_id, ITEM, made("an10922", file, 1), now).verdict is Verdict.UNKNOWN
    with db.begin() as session:
        put_tag(session, brand_id=brand_id, uid=UID.hex().upper(), key=ITEM, now=now)
    assert touched(db, box, brand_id, ITEM, made("an10922", file, 1), now).verdict is Verdict.GENUINE


def test_without_keys_nothing_is_said(db: Db, box: Box, brand_id: str, now: datetime) -> None:
    query = made("an10922", FILE, 1)
    assert touched(db, box, brand_id, ITEM, query, now).verdict is Verdict.UNKNOWN
    key_it(db, box, brand_id, now)
    assert touched(db, box, "cleo", ITEM, query, now).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "query",
    [
        "cmac=",
        "cmac=00",
        "cmac=0000000000000000",
        "picc_data=00&cmac=0000000000000000",
        "picc_data=xyz&cmac=0000000000000000",
        f"picc_data={'00' * 16}&cmac=0000000000000000",
        f"picc_data={'00' * 24}&cmac=0000000000000000",
        "uid=04DE5F1EACC040&ctr=000001&cmac=0000000000000000",
        f"picc_data={'00' * 400}&cmac=0000000000000000",
    ],
)
def test_what_no_tag_of_ours_wrote_is_wrong(db: Db, box: Box, brand_id: str, now: datetime, query: str) -> None:
    key_it(db, box, brand_id, now)
    assert touched(db, box, brand_id, ITEM, query, now).verdict is Verdict.WRONG


def test_a_query_without_a_mac_is_no_tap() -> None:
    assert read_tap("") is None
    assert read_tap("uid=7&lang=de") is None  # a name that is anybody's
    assert read_tap("picc_data=00&lang=de") == Tap(b"")  # a tap whose MAC was cut away


@pytest.mark.parametrize("covers", ["file", "file_to_mac"])
def test_the_mac_may_be_over_more(db: Db, box: Box, brand_id: str, now: datetime, covers: str) -> None:
    file = key_it(db, box, brand_id, now, "shared", covers=covers)
    enc = "CEE9A53E3E463EF1F459635736738962"
    over = enc if covers == "file" else f"{enc}&cmac="
    mac = mac_of(file, UID, 3, over.encode()).hex().upper()
    plain = f"uid={UID.hex().upper()}&ctr=000003&enc={enc}&cmac={mac}"
    assert touched(db, box, brand_id, ITEM, plain, now).verdict is Verdict.GENUINE
    assert touched(db, box, brand_id, ITEM, plain.replace("CEE9", "CEE8"), now).verdict is Verdict.WRONG


def test_of_parallel_taps_one_wins(db: Db, box: Box, brand_id: str, now: datetime) -> None:
    file = key_it(db, box, brand_id, now)
    query, found = made("an10922", file, 9), []
    together = threading.Barrier(4)

    def go() -> None:
        together.wait(60)
        found.append(touched(db, box, brand_id, ITEM, query, now).verdict)

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(found) == ["genuine", "replayed", "replayed", "replayed"]


def test_keys_rest_sealed_and_may_be_given_anew(db: Db, box: Box, brand_id: str, now: datetime) -> None:
    key_it(db, box, brand_id, now)
    key_it(db, box, brand_id, now, "shared")
    with db() as session:
        (row,) = session.query(TagProfile).all()
        assert row.scheme == "shared"
        assert FILE not in row.sealed
        assert FILE.hex().encode() not in row.sealed


@pytest.mark.parametrize(
    ("field", "value"), [("gtin", "123"), ("scheme", "none"), ("covers", "all"), ("key", PRODUCT)]
)
def test_a_wrong_field_is_named(db: Db, box: Box, brand_id: str, now: datetime, field: str, value: str) -> None:
    def put() -> None:
        with db.begin() as session:
            if field == "key":
                put_tag(session, brand_id=brand_id, uid="04DE5F1EACC040", key=value, now=now)
            given = {"gtin": GTIN, "scheme": "shared", "covers": "nothing", field: value}
            put_profile(session, box, brand_id=brand_id, keys=Keys(META, FILE), now=now, **given)  # type: ignore[arg-type]

    with pytest.raises(Refused, match=f"^{field}:"):
        put()
