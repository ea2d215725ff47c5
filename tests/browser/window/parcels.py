"""Orders and parcels in every state that a customer may meet, and what a customer does about them by a link."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.brands.tenants import brand_of
from app.care import letters, links, notices, preferences
from app.ids import new_id
from app.models.eta import Prediction
from app.models.products import Recall
from app.models.shipments import Customer, Order, Parcel, Shipment
from app.provenance.recall import close_recall, open_recall
from app.shipping import customs
from app.shipping.promises import state_promise
from app.shipping.timeline import apply
from carriers.answer import Answer, TrackedShipment
from carriers.clock import How, read
from carriers.event import Place, TrackingEvent
from carriers.tables import PollState
from carriers.vocabulary import Reason, Status
from tests.browser.window.counter import Counter
from tests.browser.window.goods import LOT, OVER, RECALLED

BEN = {"name": "Ben Carrow", "email": "ben@example.org", "country": "NL", "language": "en"}
_WINDOW = (date(2026, 3, 3), date(2026, 3, 5))
_LATER = (date(2026, 3, 7), date(2026, 3, 9))


def send(counter: Counter, first: Order) -> None:
    """Orders in every state; `first` is Ben's, whose parcel has the tea and is held by customs."""
    moves(counter, "1Z999AA10123456784", Status.CUSTOMS, Reason.CUSTOMS_DUTIES)
    with counter.house.db.begin() as session:
        shipment = session.scalars(select(Shipment).where(Shipment.order_id == first.id)).one()
        hold = customs.open_hold(session, shipment.id)
        assert hold
        who, pay = counter.ada.people["owner"], "https://customs.example/pay"
        customs.settle(session, hold, actor="customer", duty_url=pay, person_id=who, now=counter.now)
    counter.show(f"/o/{first.token}", "At customs since", "Pay the duties", "What is inside", "Know when it comes")
    _states(counter)
    _split(counter)
    _late(counter)
    _recalled(counter)
    _links(counter, first)
    _numbers(counter)


def moves(counter: Counter, number: str, status: Status, reason: Reason | None = None) -> None:
    """What the carrier says of one parcel, in its own words and by the clock of its place."""
    day = counter.now.date()
    told = (
        (
            Status.IN_TRANSIT,
            None,
            f"{day - timedelta(days=2)}T08:00:00",
            Place(city="Köln", country="DE"),
            How.GIVEN,
        ),
        (status, reason, f"{day}T08:00:00", Place(city="Schiphol", country="NL"), How.UNKNOWN),
    )
    first = told if status is not Status.REGISTERED else told[1:]
    events = tuple(
        TrackingEvent(
            carrier="ups",
            tracking_number=number,
            status=each,
            reason=why,
            description=f"{each.value}: ref. 12-34 (NL)",
            code=each.value,
            clock=read(f"{at}+01:00") if how is How.GIVEN else read(at),
            place=place,
        )
        for each, why, at, place, how in first
    )
    with counter.house.db.begin() as session:
        parcel = session.scalars(select(Parcel).where(Parcel.tracking_number == number)).one()
        apply(session, parcel, Answer((TrackedShipment("ups", number, events),), raw=b"{}"), counter.now)


def ship(counter: Counter, number: str, *parcels: str, **more: Any) -> str:
    """A shipment of an order of its own; the token of the order's page."""
    body: dict[str, Any] = {
        "order": {"number": number, "customer": BEN},
        "parcels": [{"tracking_number": each, "carrier": "ups"} for each in parcels],
        "promise": {"from": str(_WINDOW[0]), "to": str(_WINDOW[1])},
        "destination_country": "NL",
        "destination_zone": "Europe/Amsterdam",
        **more,
    }
    return str(counter.asks("/api/v1/shipments", body)["order_url"]).rpartition("/o/")[2]


def ups(ordinal: int) -> str:
    """A tracking number whose check digit is right."""
    body = f"999AA1{ordinal:09}"
    digits = [int(each) if each.isdigit() else (ord(each) - 63) % 10 for each in body]
    total = sum(each * (2 if place % 2 else 1) for place, each in enumerate(digits))
    return f"1Z{body}{-total % 10}"


_STATES: Mapping[str, tuple[Status | None, Reason | None, str]] = {
    "label": (Status.REGISTERED, None, "Announced, not handed over yet"),
    "nothing": (None, None, "The carrier has not reported anything yet"),
    "transit": (Status.IN_TRANSIT, None, "On its way"),
    "documents": (Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS, "At customs since"),
    "door": (Status.OUT_FOR_DELIVERY, None, "Every scan of the carrier"),
    "pickup": (Status.AVAILABLE_FOR_PICKUP, None, "Every scan of the carrier"),
    "absent": (Status.ATTEMPT_FAILED, Reason.RECIPIENT_ABSENT, "Every scan of the carrier"),
    "lost": (Status.EXCEPTION, Reason.LOST, "Every scan of the carrier"),
    "delivered": (Status.DELIVERED, None, "Delivered"),
    "returning": (Status.RETURNING, Reason.REFUSED, "Every scan of the carrier"),
    "returned": (Status.RETURNED, None, "Every scan of the carrier"),
}


def _states(counter: Counter) -> None:
    for place, (name, (status, reason, says)) in enumerate(_STATES.items()):
        token = ship(counter, f"S-{name}", ups(place))
        if status:
            moves(counter, ups(place), status, reason)
        counter.show(f"/o/{token}", says)


def _split(counter: Counter) -> None:
    """Lines in three parcels of two shipments; some came back, some wait. A cancelled order; an empty one."""
    numbers = [ups(each) for each in (50, 51, 52)]
    parcels = [{"tracking_number": each, "carrier": "ups"} for each in numbers]
    lines = [
        {"ref": "1", "name": "شاي 50 غ (Oolong)", "sku": "TEA", "quantity": 2},
        {"ref": "2", "name": "Pot", "quantity": 1},
        {"ref": "3", "name": "Cup", "quantity": 4, "returned": 1},
        {"ref": "4", "name": "Lid", "quantity": 3},
        {"ref": "5", "name": "Tray", "quantity": 1},
        {"ref": "6", "name": "Spoon", "quantity": 0, "returned": 1},
    ]
    packed = [
        {"ref": "a", "parcels": parcels[:1], "lines": {"1": 2, "4": 1}},
        {"ref": "b", "parcels": parcels[1:], "lines": {"2": 1, "3": 1}},
    ]
    order = {"number": "B-1", "customer": BEN, "lines": lines, "shipments": packed}
    token = _page_of(counter, counter.asks("/api/v1/orders", order)["id"])
    moves(counter, numbers[0], Status.DELIVERED)
    told = ("It comes in 2 shipments.", "Which parcel has what", "In these parcels together:", "not sent yet")
    counter.show(f"/o/{token}", *told, "1 of 4 returned", "1 of 3 in a parcel", "taken out of the order")
    cancelled = {**order, "number": "B-2", "shipments": [], "cancelled_at": "2026-03-02T09:00:00Z"}
    counter.show(f"/o/{_page_of(counter, counter.asks('/api/v1/orders', cancelled)['id'])}", "was cancelled")
    waits = {**order, "number": "B-3", "shipments": []}
    told = ("It has not been handed to a carrier yet.", "You need to do nothing.")
    counter.show(f"/o/{_page_of(counter, counter.asks('/api/v1/orders', waits)['id'])}", *told)


def _page_of(counter: Counter, order_id: str) -> str:
    with counter.house.db() as session:
        return session.get_one(Order, order_id).token


def _late(counter: Counter) -> None:
    """A delay, a prediction, an amount at the door, and what the broken promise gives."""
    token = ship(counter, "L-1", ups(60))
    moves(counter, ups(60), Status.IN_TRANSIT)
    now = counter.now
    with counter.house.db.begin() as session:
        order = session.scalars(select(Order).where(Order.token == token)).one()
        shipment = session.scalars(select(Shipment).where(Shipment.order_id == order.id)).one()
        shipment.due_minor, shipment.due_currency = 1250, "EUR"
        session.add(_predicted(shipment, now.date()))
        state_promise(session, shipment, _LATER, source="ups", now=now)
        given = letters.Compensation(letters.Money(500, "EUR"), "THANKS-7K2M")
        told = {"shipment": shipment, "window": _LATER, "now": now, "outlook": letters.Outlook(date(2026, 3, 8))}
        assert notices.delay(session, reason="customs_documents", **told)
        assert notices.compensate(session, reason="customs_documents", compensation=given, **told)
        polled = session.scalars(select(PollState).where(PollState.tracking_number == ups(60))).one()
        polled.last_answer_at = now
    told = ("The carrier was last asked on", "What we wrote to you", "THANKS-7K2M", "First promised")
    counter.show(f"/o/{token}", *told, "What you pay at the door", "8 in 10 come")


def _predicted(shipment: Shipment, today: date) -> Prediction:
    return Prediction(
        id=new_id(),
        brand_id=shipment.brand_id,
        shipment_id=shipment.id,
        ordinal=1,
        lane="DE-NL",
        model="legs-1",
        inputs_sha256="0" * 64,
        basis="lane",
        deliveries=40,
        p10=today + timedelta(days=4),
        p50=today + timedelta(days=5),
        p90=today + timedelta(days=7),
        risk=0.5,
        numbers={},
        submission_id=1,
        made_at=shipment.created_at,
    )


def _recalled(counter: Counter) -> None:
    """Two orders with a recalled lot: one customer has answered, one has not."""
    tokens = [ship(counter, f"R-{each}", items=[LOT]) for each in (1, 2)]
    reason, advice = {"en": "Glass was found.", "ar": "عُثر على زجاج."}, {"en": "Bring it back."}
    recall = counter.does(open_recall, key=LOT, reason=reason, advice=advice).id
    counter.sends(f"/o/{tokens[0]}/recall", recall=recall, answer="returned")
    over = ship(counter, "R-3", items=[OVER])
    ended = counter.does(open_recall, key=OVER, reason=reason, advice=advice).id
    with counter.house.db.begin() as session:
        row = session.get_one(Recall, ended)
        close_recall(session, brand_of(session, counter.ada.brand_id), row, counter.now)
    counter.show(f"/o/{over}/recall", "This recall has ended.")
    counter.show(f"/o/{tokens[0]}/recall", "Thank you. Your answer:")
    counter.show(f"/o/{tokens[1]}/recall", "What did you do with it?", "Send the answer")
    counter.show(f"/o/{tokens[1]}", "Answer the recall", "Glass was found.")
    counter.show(f"{RECALLED}/21/1", "Recalled.")


def _links(counter: Counter, order: Order) -> None:
    """What a customer does by a link: open, refused, used, too old; an address that it is too late for."""
    with counter.house.db.begin() as session:
        shipment = session.scalars(select(Shipment).where(Shipment.order_id == order.id)).one()
        made = {
            name: links.make_link(session, _of(session, number) or shipment, purpose, counter.now - age).token
            for name, number, purpose, age in (
                ("old", "", "documents", timedelta(days=40)),
                ("papers", "", "documents", timedelta()),
                ("place", ups(1), "address", timedelta()),
                ("used", ups(0), "address", timedelta()),
                ("late", ups(8), "address", timedelta()),
            )
        }
        customer = session.scalars(select(Customer).where(Customer.id == order.customer_id)).one()
        stop, stopped = (preferences.unsubscribe_token(session, customer, each, counter.now) for each in _CHANNELS)
    counter.sends(f"/act/{made['used']}/address", right="1")
    counter.sends(f"/u/{stopped}")
    show = counter.show
    show(f"/act/{made['papers']}", "PDF, JPEG or PNG")
    show(f"/act/{made['papers']}/documents", 'id="refused"', form={}, status=422)
    show(f"/act/{made['place']}", "No, this is the right one")
    show(f"/act/{made['place']}/address", "Fill in this field", form={"street": ""}, status=422)
    show(f"/act/{made['used']}", "Thank you. We have it.")
    show(f"/act/{made['old']}", "This link is too old.", status=410)
    show(f"/act/{made['late']}", "The carrier takes no new address any more.", status=410)
    show(f"/u/{stop}", "Stop these messages")
    show(f"/u/{stopped}", "You will get no more messages")


_CHANNELS = ("email", "sms")


def _of(session: Session, number: str) -> Shipment | None:
    return session.scalar(select(Shipment).join(Parcel).where(Parcel.tracking_number == number))


def _numbers(counter: Counter) -> None:
    """Forty numbers at once: followed ones, known forms, look-alikes, a rounded one, nonsense; too many."""
    followed = ["1Z999AA10123456784", *(ups(each) for each in range(11)), ups(50)]
    others = ["1Z2Y5V710312345670", "XHAX4HDA", "1.2E+15", "hello", "RR123456785DE", "9400111899223197428490"]
    forty = [*followed, *others, *(f"RR{each:09}XX" for each in range(40))][:40]
    counter.show("/track", "Tracking numbers, one on each line")
    told = ("Last checked", "What happened so far", "By its form it belongs to:", "A spreadsheet has rounded this")
    told = (*told, "no number of a carrier", "Nobody here follows")
    counter.show("/track", *told, form={"numbers": "\n".join(forty)})
    many = "\n".join(f"RR{each:09}XX" for each in range(41))
    counter.show("/track", "These are 41 numbers", form={"numbers": many}, status=422)
