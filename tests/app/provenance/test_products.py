from datetime import date
from typing import Any

import pytest

from app.provenance import certificates, locations, products
from app.provenance.errors import Refused
from tests.app.provenance.conftest import COFFEE, LOT, Record


def describe(record: Record, **changes: Any) -> int | None:
    given = {"gtin": "09521234000013", "name": {"en": "Java"}, "now": record.now} | changes
    with record.db.begin() as session:
        return products.describe(session, record.brand, **given).submission_id


def test_saying_the_same_again_is_no_new_entry(ada: Record) -> None:
    first = describe(ada)
    assert describe(ada) == first
    assert describe(ada, name={"en": "Java Typica"}) != first
    page = ada.passport(COFFEE)
    assert page.product
    assert page.product.name == "Java Typica"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"gtin": "9521234000014"}, "gtin"),
        ({"gtin": "abc"}, "gtin"),
        ({"gtin": "0/21/5"}, "gtin"),
        ({"name": {}}, "name"),
        ({"name": {"en": "  "}}, "name"),
        ({"care": {"en": "x" * 4001}}, "care"),
        ({"origin_country": "id"}, "origin_country"),
        ({"temperature_low": "cold"}, "temperature_low"),
        ({"temperature_low": "NaN"}, "temperature_low"),
        ({"temperature_low": "8", "temperature_high": "2"}, "temperature_low"),
    ],
)
def test_a_wrong_fact_is_named(ada: Record, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        describe(ada, **changes)
    assert refused.value.field == field
    assert ada.count("product") == 0


def test_a_certificate_that_has_run_out_is_shown_as_such(ada: Record) -> None:
    describe(ada)
    with ada.db.begin() as session:
        for name, until in (("Old", date(2026, 3, 1)), ("New", date(2026, 3, 2))):
            certificates.add(
                session, ada.brand, identifier=COFFEE, name=name, issuer="Seal", valid_until=until, now=ada.now
            )
    ada.publish()
    assert [(each.name, each.in_force) for each in ada.passport(COFFEE).certificates] == [
        ("Old", False),
        ("New", True),
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"file_sha256": "ABC"}, "file_sha256"),
        ({"valid_from": date(2026, 2, 1), "valid_until": date(2026, 1, 1)}, "valid_until"),
    ],
)
def test_a_wrong_certificate_is_refused(ada: Record, changes: dict[str, Any], field: str) -> None:
    given = {"identifier": LOT, "name": "Organic", "issuer": "Seal", "now": ada.now} | changes
    with pytest.raises(Refused) as refused, ada.db.begin() as session:
        certificates.add(session, ada.brand, **given)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"country": "Indonesia"}, "country"),
        ({"latitude": 1.0}, "latitude"),
        ({"latitude": 91.0, "longitude": 0.0}, "latitude"),
        ({"zone": "Mars/Olympus"}, "zone"),
    ],
)
def test_a_wrong_place_is_refused(ada: Record, changes: dict[str, Any], field: str) -> None:
    given = {"identifier": "/414/9521234000303", "name": "Roastery", "now": ada.now} | changes
    with pytest.raises(Refused) as refused, ada.db.begin() as session:
        locations.describe(session, ada.brand, **given)
    assert refused.value.field == field
