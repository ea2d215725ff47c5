"""A brand is born with a log, a key file of its own and a first entry that names the key."""

import json
import stat
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from app.brands.partners import add_partner
from app.brands.tenants import brand_of, create_brand, find_brand, key_file, log_origin, signer_of
from app.db import Db, reading
from app.models.brands import Brand
from ledger.integrator import integrate_due, publish_due
from ledger.log import bundle, evidence
from ledger.verify import verify_bundle


def test_a_brand_has_a_log_whose_first_entry_names_its_key(db: Db, tmp_path: Path, now: datetime) -> None:
    brand_id = create_brand(db, tmp_path, name="Ada", slug="ada", now=now)
    with reading(db) as session:
        brand = brand_of(session, brand_id)
    signer = signer_of(tmp_path, brand)
    assert integrate_due(db, brand.log_id, owner="test", clock=lambda: now) == 1
    assert publish_due(db, brand.log_id, signer, now)
    with reading(db) as session:
        proof = json.dumps(bundle(session, brand.log_id, 1)).encode()
        (item,) = evidence(session, brand.log_id, [1]).items.values()
    verify_bundle(proof, vkeys=[signer.vkey])
    assert item.envelope
    assert json.loads(item.envelope)["body"] == {"brand": brand_id, "vkey": signer.vkey}


def test_the_log_says_nothing_of_the_brand_and_its_key_is_private(db: Db, tmp_path: Path, now: datetime) -> None:
    create_brand(db, tmp_path, name="Ada", slug="ada", now=now)
    with reading(db) as session:
        brand = find_brand(session, "ada")
    assert brand
    assert "ada" not in log_origin(brand.log_key).lower()
    assert stat.S_IMODE(key_file(tmp_path, brand.log_key).stat().st_mode) == 0o600


def test_two_brands_have_two_logs_and_two_keys(db: Db, tmp_path: Path, now: datetime) -> None:
    for slug in ("ada", "cleo"):
        create_brand(db, tmp_path, name=slug, slug=slug, now=now)
    with reading(db) as session:
        ada, cleo = session.scalars(select(Brand).order_by(Brand.slug))
    assert ada.log_id != cleo.log_id
    assert signer_of(tmp_path, ada).vkey != signer_of(tmp_path, cleo).vkey


@pytest.mark.parametrize("slug", ["", "A", "a", "Ada", "ada/", "-ada", "ada-", "1ada", "a" * 41, "ada+", "ada#"])
def test_a_slug_that_cannot_stand_in_a_topic_is_refused(db: Db, tmp_path: Path, now: datetime, slug: str) -> None:
    with pytest.raises(ValueError, match="no slug"):
        create_brand(db, tmp_path, name="x", slug=slug, now=now)
    assert list(tmp_path.glob("*.key")) == []


def test_a_partner_has_a_kind_that_we_know(db: Db, tmp_path: Path, now: datetime) -> None:
    brand_id = create_brand(db, tmp_path, name="Ada", slug="ada", now=now)
    with db.begin() as session, pytest.raises(ValueError, match="supplier"):
        add_partner(session, brand_of(session, brand_id), name="x", kind="friend", now=now)
