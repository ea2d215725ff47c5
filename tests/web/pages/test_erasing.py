"""The owner's page that erases a customer: a look first, a reason, and then nothing is left to show."""

from flask.testing import FlaskClient

from app.house import House
from app.models.shipments import Customer, Shipment
from tests.web.conftest import Company
from tests.web.pages.conftest import publish
from tests.web.pages.test_staff import press, shipment_id

__all__ = ["shipment_id"]


def test_the_owner_sees_what_goes_gives_a_reason_and_it_is_gone(
    house: House,
    ada: Company,
    people: dict[str, FlaskClient],
    shipment_id: str,  # a fixture
) -> None:
    page = f"/desk/shipments/{shipment_id}"
    owner = people["owner"]
    assert f'href="{page}/erase"' in owner.get(page).text
    assert f'href="{page}/erase"' not in people["support"].get(page).text
    before = owner.get(f"{page}/erase").text
    assert "What goes" in before
    assert "A parcel is still on its way" in before
    assert press(owner, f"{page}/erase", f"{page}/erase", reason="")[0] == 422
    status, said = press(owner, f"{page}/erase", f"{page}/erase", reason="asked")
    assert (status, "has no place in the log yet" in said) == (503, True)  # the worker is about to give it one
    publish(house, ada.brand_id)
    assert press(owner, f"{page}/erase", f"{page}/erase", reason="asked") == (303, f"{page}/erase")
    after = owner.get(f"{page}/erase").text
    assert "Nothing personal is left of this customer." in after
    assert "Erase for good" not in after
    with house.db() as session:
        shipment = session.get_one(Shipment, shipment_id)
        (customer,) = session.query(Customer)
        assert shipment.order_id
        assert (customer.name, customer.email, customer.address) == (None, None, None)
    assert "A-1001" not in people["support"].get(page).text
    assert people["cleo"].get(f"{page}/erase").status_code == 404
