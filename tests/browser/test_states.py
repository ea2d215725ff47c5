"""Every page that a customer may open is drawn in every state, and with it every sentence of its template."""

from pathlib import Path

from apiflask import APIFlask

from app import web
from app.house import House
from app.models.shipments import Order

# ruff: noqa: F811  (a fixture is imported, and asked for by the same name)
from tests.browser.window import looking, opening
from tests.web.conftest import Company, ada, app, cleo, clock, house, password_hash, settings  # noqa: F401
from tests.web.pages.conftest import order, tea  # noqa: F401

TEMPLATES = Path(web.__file__).parent / "templates"


def test_every_state_and_every_sentence_of_a_customers_page_is_drawn(
    app: APIFlask, house: House, ada: Company, cleo: Company, tea: str, order: Order
) -> None:
    """A new block of a template must be put into the shop's window, or stand in NOT_DRAWN with its reason."""
    shown = opening.fill(app, house, ada, cleo, order)
    assert len(shown) > 100
    pages = [(each, *looking.ask(app, each, "en")) for each in shown]
    wrong = [
        (each.path, status, missing)
        for each, status, html in pages
        if (missing := [text for text in each.says if text not in looking.plain(html)]) or status != each.status
    ]
    assert wrong == []
    assert [(each.path, told) for each, _, html in pages if (told := looking.Outline(html).faults())] == []
    text = looking.plain("\n".join(html for _, _, html in pages))
    assert set(looking.undrawn(TEMPLATES, text)) == looking.NOT_DRAWN
