"""The fields of a CBAM report: what is unknown stays empty and is named; what is kept is what may stand there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.carbon import cbam, goods
from app.db import reading
from app.models.carbon import GoodsFacts
from app.provenance.errors import Refused
from app.spreadsheet import as_csv
from tests.app.provenance.conftest import COFFEE, LOT, Record
from tests.app.provenance.conftest import ada as ada
from tests.app.provenance.conftest import open_record as open_record

BOLT = {
    "cn_code": "73181552",
    "country_of_origin": "TR",
    "net_mass_t": "12.5",
    "installation_name": "Works 1",
    "installation_operator": "Demir",
    "installation_country": "TR",
    "installation_city": "Izmir",
    "installation_unlocode": "TRIZM",
    "installation_latitude": "38.42",
    "installation_longitude": "-27.14",
    "production_route": "Electric arc furnace",
    "direct_data": "actual",
    "direct_t_per_t": "0.4",
    "indirect_data": "default",
    "indirect_t_per_t": "0.25",
}


def cell(facts: dict[str, str], name: str, period: str = "2026") -> str:
    return cbam.row("/01/1", facts, period)[cbam.HEADER.index(name)]


def test_a_whole_report_lacks_nothing_and_adds_up() -> None:
    assert cbam.checked(BOLT) == BOLT
    assert cbam.missing(BOLT) == []
    assert [cell(BOLT, name) for name in ("direct_t", "indirect_t", "total_t", "missing")] == [
        "5",
        "3.125",
        "8.125",
        "",
    ]


def test_a_stated_zero_is_a_zero_and_an_unknown_is_empty() -> None:
    assert cell(BOLT | {"indirect_t_per_t": "0"}, "total_t") == "5"
    unknown = {name: text for name, text in BOLT.items() if name != "indirect_t_per_t"}
    assert [cell(unknown, name) for name in ("indirect_t", "total_t", "missing")] == ["", "", "indirect_t_per_t"]


def test_a_carbon_price_that_is_begun_must_be_whole() -> None:
    begun = BOLT | {"carbon_price_amount": "30"}
    assert cbam.missing(begun) == ["carbon_price_instrument", "carbon_price_currency", "carbon_price_country"]
    assert cell(BOLT, "missing", "") == "reporting_period"


@given(st.dictionaries(st.sampled_from(sorted(BOLT)), st.just("")))
def test_no_cell_is_ever_a_zero_that_nobody_wrote(taken: dict[str, str]) -> None:
    left = {name: text for name, text in BOLT.items() if name not in taken}
    row = cbam.row("/01/1", left, "2026")
    assert "0" not in row
    assert set(row[-1].split()) == set(taken)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cn_code", "7318155"),
        ("cn_code", "٧٣١٨١٥٥٢"),
        ("net_mass_t", "-1"),
        ("net_mass_t", "0"),
        ("net_mass_t", "NaN"),
        ("direct_t_per_t", "1e308"),
        ("installation_latitude", "91"),
        ("installation_longitude", "--5"),
        ("installation_unlocode", "trizm"),
        ("direct_data", "maybe"),
        ("installation_name", "two\nlines"),
        ("installation_name", "x" * 201),
        ("country_of_origin", "Turkey"),
        ("colour", "red"),
        ("gross_mass_kg", "0"),
    ],
)
def test_what_may_not_stand_there_is_refused_by_its_field(name: str, text: str) -> None:
    with pytest.raises(Refused) as refused:
        cbam.checked(BOLT | {name: text})
    assert refused.value.field == name


@pytest.mark.parametrize("text", ["26", "2026-Q5", "2026-01", "١٩٩٩"])
def test_a_period_is_a_year_or_a_quarter(text: str) -> None:
    assert [cbam.period(good) for good in ("", "2026", "2026-Q4")] == ["", "2026", "2026-Q4"]
    with pytest.raises(Refused):
        cbam.period(text)


def test_no_cell_is_a_formula() -> None:
    facts = cbam.checked(BOLT | {"installation_name": '=HYPERLINK("x")'})
    line = as_csv(cbam.HEADER, cbam.cells([("/01/1", facts)], "2026"))
    assert ",\"'=HYPERLINK(" in line
    assert ",-27.14," in line


def describe(record: Record, key: str, **facts: str) -> None:
    with record.db.begin() as session:
        goods.describe(session, record.brand, key=key, facts=facts, now=record.now)


def test_a_lot_is_shown_with_what_its_product_says_and_the_same_again_writes_nothing(ada: Record) -> None:
    ada.capture_samples("object_harvest", "transformation_roasting")
    describe(ada, COFFEE, cn_code="09012100", gross_mass_kg="0.5")
    describe(ada, LOT, net_mass_t="2", cn_code="09012200")
    with reading(ada.db) as session:
        entry = session.get_one(GoodsFacts, (ada.brand.id, LOT)).submission_id
    describe(ada, LOT, net_mass_t=" 2 ", cn_code="09012200", production_route="")
    with reading(ada.db) as session:
        assert session.get_one(GoodsFacts, (ada.brand.id, LOT)).submission_id == entry
    with reading(ada.db) as session:
        found = goods.described(session, ada.brand.id)
        assert goods.described_one(session, ada.brand.id, "/01/09521234000013/10/none") is None
    assert [key for key, _ in found] == [LOT]
    facts = found[0][1]
    assert (facts["cn_code"], facts["net_mass_t"], facts["gross_mass_kg"]) == ("09012200", "2", "0.5")


def test_goods_that_only_have_a_mass_are_in_no_report(ada: Record) -> None:
    ada.capture_samples("object_harvest", "transformation_roasting")
    describe(ada, COFFEE, gross_mass_kg="0.5")
    with reading(ada.db) as session:
        assert goods.described(session, ada.brand.id) == []
    with ada.db.begin() as session, pytest.raises(Refused):
        goods.describe(session, ada.brand, key=f"{COFFEE}/10/none", facts={}, now=ada.now)
