"""Pages that belong to no single item: the public log, the score, suppliers, watching, reports, tools, doors."""

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from sqlalchemy import select

from app.epcis import xml_write
from app.ids import new_id
from app.models.eta import Calibration, Prediction, Way
from app.models.quality import SupplierSite
from app.models.shipments import Order, Shipment
from app.models.watching import Watch
from app.support import toolbox
from app.suspects.reports import LONGEST_WORDS
from app.watching import watches
from carriers.eta.calibration import HORIZONS
from tests.browser.window.counter import Counter
from tests.browser.window.goods import BY_KIND, GARDEN
from tests.web.pages.conftest import CONTEXT, KEY, event

_ABOUT = urlencode({"key": KEY})
_OWN_USE = "own use. Its kind and its fingerprint are shown, what it says is not."


def keep(counter: Counter, log: str, empty: str) -> None:
    """`log` and `empty` are the addresses of two public logs; nothing is in the second."""
    _log(counter, log, empty)
    _score(counter)
    _suppliers(counter)
    _watch(counter)
    _report(counter)
    _tools(counter)
    counter.show("/", "Scan the code on the product")
    counter.show("/login", "Password")
    counter.show("/nothing", "404", status=404)
    counter.show("/01/09506000134351", "400", status=400)


def _log(counter: Counter, log: str, empty: str) -> None:
    show = counter.show
    show(log, "Newest signed state", "Raw files", "Older entries")
    show(f"{log}?before=3", "Newer entries")
    show(empty, "There is no entry here yet.", "Nothing is signed yet.")
    show(f"{log}/find?q=x", "No entry of this log fits")
    show(f"{log}/find?{urlencode({'q': KEY})}", "/entry/")
    show(f"{log}/entry/0", "How it leads to the signed root")
    about = counter.client.get(f"{log}/find?{urlencode({'q': KEY})}").text
    pages = [f"{log}/entry/{index}" for index in re.findall(r"/entry/(\d+)", about)]
    promising = next(page for page in pages if "Its value is shown below." in counter.client.get(page).text)
    entries = (f"{log}/entry/{index}" for index in range(100))
    show(next(page for page in entries if _OWN_USE in counter.client.get(page).text), _OWN_USE)
    show(promising, "Entry before", "Entry after", "What it promises without saying it")


def _score(counter: Counter) -> None:
    """A route with enough deliveries behind it and told chances that came true, one with few."""
    with counter.house.db.begin() as session:
        order = session.scalars(select(Order).where(Order.brand_id == counter.ada.brand_id)).first()
        assert order
        for number in range(41):
            came = counter.now.date() - timedelta(days=1 + number % 60)
            session.add(_way(counter, "IE" if number else "FR", came))
            if number:
                at = {"brand_id": order.brand_id, "created_at": counter.now}
                shipment = Shipment(id=new_id(), order_id=order.id, **at)
                session.add(shipment)
                session.flush()
                session.add(_told(shipment, came, late=number % 4 == 0))
        fitted = {"month": f"{counter.now:%Y-%m}", "horizon": HORIZONS[0], "bins": [], "submission_id": 1}
        session.add(Calibration(brand_id=order.brand_id, fitted_at=counter.now, **fitted))
    show = counter.show
    show("/score/ada", "Adjusted by its own record on", "A figure is shown from")
    show("/score/ada/DE-IE", "of 40 deliveries with a promise", "How far off, on average", "Brier score, ours")
    show("/score/ada/DE-FR", "1 delivery so far.")
    show("/score/cleo", "Routes appear here with the first deliveries.", "Predictions are stopped")


def _told(shipment: Shipment, came: date, *, late: bool) -> Prediction:
    return Prediction(
        id=new_id(),
        brand_id=shipment.brand_id,
        shipment_id=shipment.id,
        ordinal=1,
        lane="DE-IE",
        model="legs-1",
        inputs_sha256="0" * 64,
        basis="lane",
        deliveries=40,
        p10=came - timedelta(days=2),
        p50=came - timedelta(days=1),
        p90=came - timedelta(days=1 if late else 0),
        risk=0.8 if late else 0.05,
        plain_risk=0.25,
        plain_on=came + timedelta(days=3),
        promised_to=came,
        numbers={"before": -1.0, "told": [0.0, 0.0, 0.0, 0.0, 0.0]},
        submission_id=1,
        made_at=shipment.created_at,
        came_on=came,
        late=late,
    )


def _way(counter: Counter, where: str, came: date) -> Way:
    return Way(
        shipment_id=new_id(),
        brand_id=counter.ada.brand_id,
        version=1,
        carrier="ups",
        origin="DE",
        destination=where,
        outcome="delivered",
        damaged=False,
        started_at=counter.now - timedelta(days=9),
        ended_on=came,
        legs=[1, 2, 0, 2],
        promised_to=came,
        days_late=0,
    )


def _suppliers(counter: Counter) -> None:
    supplier = f"/suppliers/{counter.ada.partner_id}"
    with counter.house.db() as session:
        site = session.scalars(select(SupplierSite.id).where(SupplierSite.key == GARDEN)).one()
    counter.show(supplier, "SMETA", "Sites", "What it makes", "Certificates")
    counter.show(f"{supplier}/sites/{site}", "Site of a supplier", "Made here")
    mill = counter.client.get(f"{BY_KIND['textile']}/21/1").text
    found = re.search(r'href="(/suppliers/\w+)', mill)
    assert found
    counter.show(found[1], "does not show this supplier by name.", "No audit has been recorded.", "A site")


def _watch(counter: Counter) -> None:
    """The form; a wish that waits, one that is confirmed, one that has ended."""
    with counter.house.db.begin() as session:
        for number in range(3):
            mail = {"email": f"ben{number}@example.org", "language": "en", "now": counter.now}
            watches.ask(session, counter.box, brand_id=counter.ada.brand_id, key=KEY, **mail)
        rows = session.scalars(select(Watch).order_by(Watch.id)).all()
        (asked, stop), (confirm, watched), (_, over) = ((row.confirm_token, row.stop_token) for row in rows)
    counter.sends(f"/watch/confirm/{confirm}")
    counter.sends(f"/watch/stop/{over}")
    show = counter.show
    show(f"/watch?{_ABOUT}", "Your mail address", "Without an address")
    show(f"/watch?{_ABOUT}&asked=1", "Look into your mailbox.")
    show(f"/watch/confirm/{asked}", "Yes, watch it")
    show(f"/watch/stop/{stop}", "Stop watching")
    show(f"/watch/stop/{over}", "You do not watch it any more.")
    show(f"/watch/stop/{watched}", "You watch it. We write when there is something new.")


def _report(counter: Counter) -> None:
    """The form, empty and refused; and that the report has come."""
    about = {"key": KEY, "seller": "marketplace", "wrong": "packaging"}
    refused = (
        ({"seller": ""}, "Please choose one of the answers."),
        ({"email": "ben@"}, "This is no mail address."),
        ({"words": "x" * (LONGEST_WORDS + 1)}, "in at most 1,000 characters"),
    )
    counter.show(f"/report?{_ABOUT}", "What seems wrong?")
    for form, says in refused:
        counter.show("/report", says, 'id="refused"', form={**about, **form}, status=422)
    counter.show(f"/report?{_ABOUT}&sent=1", "Your report has arrived.")


def _document(told: Mapping[str, object]) -> dict[str, object]:
    return {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": told["eventTime"],
        "epcisBody": {"eventList": [told]},
    }


def _tools(counter: Counter) -> None:
    """Identifiers good, doubtful and bad, documents good and bad, and too much at once."""
    made = event("shipping", "2026-02-22T11:24:00+08:00", readPoint={"id": "https://id.gs1.org/414/9521234000006"})
    forms = (
        ("3036452148000040000001C8\n(01)09521234000013(21)456\nurn:x:1\nhello", "be read as an identifier."),
        ("(01)09521234000013(17)991399", "It names a thing, but it breaks a rule"),
        (xml_write.capture_document(_document(made)).decode(), "The same in JSON-LD"),
        (json.dumps(made), "This is valid EPCIS 2.0."),
        (json.dumps({**made, "eventTime": "today"}), "This is no valid EPCIS 2.0."),
    )
    counter.show("/tools", "Check and translate")
    for text, says in forms:
        counter.show("/tools", says, form={"text": text, "do": "look", "prefix": "7"})
    counter.show("/tools", "This is too long.", form={"text": "x" * (toolbox.LARGEST + 1)}, status=413)
    counter.show("/tools", "valid EPCIS 2.0", "The same in XML", form={"text": "", "do": "sample"})
