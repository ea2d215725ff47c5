"""What the desk's page of a shipment says beyond its story: customs, claims, proposals, amends. Reads only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app import words
from app.care import compensation, documents, proposals
from app.models.shipments import Case, Shipment
from app.shipping.carrier_choice import candidates
from app.shipping.customs import ACTORS, open_hold
from app.shipping.views import ShipmentView
from app.support import address_changes, claims, replies
from app.texts import Texts
from app.web.pages.forms import major_of
from app.words.address_change import ADDRESS_CHANGE, ADDRESS_CHANGE_ACT
from carriers.known import CARRIERS


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a case: what is known, in words."""

    label: str
    value: str


def case_facts(row: Case, t: Texts) -> list[Fact]:
    """What a case knows beyond its kind: class, last scan, what is usual there, until when to claim."""
    return list(_facts(row.facts, t))


def _facts(facts: dict[str, Any], t: Texts) -> Iterator[Fact]:
    if said := words.SILENCE.get(facts.get("class", "")):
        yield Fact(t.gettext("Class"), t.gettext(said))
    if at := facts.get("last_physical_at"):
        place = f" · {t.isolate(facts['place'])}" if facts.get("place") else ""
        yield Fact(t.gettext("Last physical scan"), t.moment(datetime.fromisoformat(at), "UTC") + " UTC" + place)
    if said := words.LEG.get(facts.get("leg", "")):
        yield Fact(t.gettext("Where it lies"), t.gettext(said))
        yield Fact(t.gettext("Usual there"), _usual(facts.get("usual", {}), t))
    if until := facts.get("claim_until"):
        yield Fact(t.gettext("A claim must be made by"), t.day(date.fromisoformat(until)))
    if by := facts.get("hand_over_by"):
        yield Fact(t.gettext("To be handed over by"), t.moment(datetime.fromisoformat(by), "UTC") + " UTC")
    if day := facts.get("restock_on"):
        yield Fact(t.gettext("In stock again on"), t.day(date.fromisoformat(day)))
    if day := facts.get("promised"):
        yield Fact(t.gettext("First promised"), t.day(date.fromisoformat(day)))
    if said := words.PROPOSAL_CAUSE.get(facts.get("cause", "")):
        yield Fact(t.gettext("Cause"), t.gettext(said))
    if checks := facts.get("checks"):
        yield Fact(t.gettext("Quality checks"), t.isolate(checks))
    if day := facts.get("valid_until"):
        yield Fact(t.gettext("Valid until"), t.day(date.fromisoformat(day)))
    if "due_now" in facts:
        yield Fact(t.gettext("In time in the last seven days"), _share(facts, "now", t))
        yield Fact(t.gettext("In time in the three months before"), _share(facts, "before", t))
    if "told_permille" in facts:
        yield Fact(t.gettext("Risk told"), t.percent(facts["told_permille"] / 1000))
        yield Fact(t.gettext("Late in fact"), t.percent(facts["late_permille"] / 1000))
        yield Fact(t.gettext("Shipments"), t.number(facts["scored"]))


def _usual(usual: dict[str, int], t: Texts) -> str:
    count = usual.get("count", 0)
    if "median_h" not in usual:
        return t.ngettext(
            "not known yet: only %(num)s parcel has passed here",
            "not known yet: only %(num)s parcels have passed here",
            count,
        )
    return t.gettext(
        "half are gone within %(median)s, nine in ten within %(most)s (%(count)s counted)",
        median=t.ago(usual["median_h"] * 3600),
        most=t.ago(usual["p90_h"] * 3600),
        count=t.number(count),
    )


def _share(facts: dict[str, Any], when: str, t: Texts) -> str:
    kept, due = facts[f"kept_{when}"], facts[f"due_{when}"]
    return t.gettext("%(kept)s of %(due)s", kept=t.number(kept), due=t.number(due))


def more(
    session: Session,
    view: ShipmentView,
    shipment: Shipment,
    rows: list[Case],
    t: Texts,
    brand: str,
    revealed: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The values of the templates that stand beside the story."""
    hold = open_hold(session, shipment.id)
    silent = next((row for row in rows if row.kind == "no_movement" and not row.closed_at), None)
    replaced_by = proposals.replacement_of(session, shipment.id)
    return {
        "shipment": shipment,
        "hold": hold,
        "actors": ACTORS,
        "claims": [_claim(row, t) for row in claims.of_shipment(session, shipment.brand_id, shipment.id)],
        "proposals": [_proposal(session, row, t) for row in proposals.of_shipment(session, shipment.id)],
        "causes": proposals.CAUSES,
        "given": [_given(row, t) for row in compensation.of_shipment(session, shipment.id)],
        "files": documents.of_shipment(session, shipment.id),
        "address_change": _address_change(session, view, shipment, t, brand, revealed),
        "replaced_by": replaced_by.id if replaced_by else "",
        "to_carrier": replies.to_carrier(t, view, silent.facts, brand) if silent else "",
    }


def _address_change(
    session: Session,
    view: ShipmentView,
    shipment: Shipment,
    t: Texts,
    brand: str,
    revealed: Mapping[str, Any] | None,
) -> dict[str, Any] | None:
    """A corrected address that the carrier must hear of: the text to send, with the address once it is shown."""
    case = address_changes.open_change(session, shipment)
    if case is None:
        return None
    state, carrier = address_changes.state_of(case), address_changes.last_carrier(session, shipment) or ""
    shown = (revealed or {}).get("address") or {}
    return {
        "state": ADDRESS_CHANGE[state],
        "carrier": CARRIERS.get(carrier, carrier),
        "text": replies.address_to_carrier(t, view, carrier, shown, brand),
        "next": [(each, ADDRESS_CHANGE_ACT[each]) for each in address_changes.NEXT[state]],
    }


def next_carriers(session: Session, view: ShipmentView, shipment: Shipment) -> dict[str, list[tuple[str, str]]]:
    """By parcel that a carrier's words named: who else may follow it, the likeliest first, for one click."""
    lane = (shipment.origin_country, shipment.destination_country)
    return {
        parcel.id: [
            (each.adapter, CARRIERS[each.adapter])
            for each in candidates(session, view.brand_id, parcel.tracking_number, lane)
            if each.adapter and each.adapter != parcel.carrier
        ][:3]
        for parcel in view.parcels
        if parcel.found
    }


def _claim(row: Any, t: Texts) -> dict[str, Any]:
    return {
        "row": row,
        "carrier": CARRIERS.get(row.carrier, row.carrier),
        "until": t.day(row.until),
        "amount": major_of(row.amount_minor, row.currency),
        "paid": t.money(row.paid_minor, row.currency) if row.paid_minor is not None and row.currency else "",
        "proofs": sum(each["kind"] == "scan" for each in row.evidence),
        "entries": [each["entry"] for each in row.evidence],
        "next": claims.NEXT[row.state],
    }


def _proposal(session: Session, row: Any, t: Texts) -> dict[str, Any]:
    shown = proposals.options(session, row) if row.state == "open" else []
    return {"row": row, "options": [_option(each, t) for each in shown]}


def _option(option: proposals.Option, t: Texts) -> dict[str, Any]:
    known = option.cost_minor is not None and option.currency
    cost = t.money(option.cost_minor or 0, option.currency or "") if known else ""
    return {"choice": option.choice, "cost": cost, "stock": option.stock}


def _given(row: Any, t: Texts) -> dict[str, Any]:
    return {"amount": t.money(row.amount_minor, row.currency), "code": row.code, "until": t.day(row.valid_until)}
