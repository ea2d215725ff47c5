"""Which things of the record get a label."""

from app.provenance.labelled import keys
from tests.app.provenance.conftest import COFFEE, LOT, Record, bare


def test_the_items_of_a_lot_or_product_get_one_each(ada: Record) -> None:
    ada.capture(bare("object_commissioning"))
    with ada.db() as session:
        of_lot = keys(session, ada.brand.id, [LOT], items=True, most=10)
        of_product = keys(session, ada.brand.id, [f"https://id.gs1.org{COFFEE}"], items=True, most=10)
        single = keys(
            session, ada.brand.id, [f"{COFFEE}/21/A1002", "/01/09521234000013/21/NONE"], items=False, most=9
        )
    assert of_lot == of_product == [f"{COFFEE}/21/A100{number}" for number in (1, 2, 3)]
    assert single == [f"{COFFEE}/21/A1002"]
