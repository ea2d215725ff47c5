"""Every route × every role × every tenant, against the table written by hand."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.brands.sessions import open_session
from app.brands.switches import turn
from app.brands.tenants import brand_of, signer_of
from app.care import compensation, documents, links, notices, proposals
from app.epcis.signing import registration
from app.house import House
from app.intake import files, shops, tables
from app.models.products import EpcisEvent
from app.models.shipments import Shipment
from app.owning.authority import authorise
from app.owning.repairs import record_repair
from app.sealed import open_box
from app.settings import Settings
from app.shipping.carrier_accounts import put_account
from app.shipping.carrier_hooks import put_hook
from app.shipping.disruption_feeds import follow_feed
from app.shipping.disruptions import Declared, declare
from app.support import claims
from app.support.cases import open_case
from app.suspects import reports
from app.suspects.photos import Photo
from app.suspects.reports import Said
from app.web.build import create_app
from ledger.integrator import integrate_due, publish_due
from ledger.log import accept
from ledger.note import Signer
from tests.web.access_table import ACTS_MORE_THAN_ONCE, BODIES, EVENT, TABLE, WRITTEN
from tests.web.conftest import Company

ROLES = {"O": "owner", "W": "warehouse", "S": "support", "A": "auditor", "P": "partner"}
REFUSED = (401, 403)


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    method: str
    rule: str
    who: str
    scope: str
    sample: str

    @property
    def public(self) -> bool:
        return self.who in ("*", "demo")

    @property
    def for_partners(self) -> bool:
        return self.who == "P"


LINES = [Line(*line.split()) for line in TABLE.splitlines() if line]
GUARDED = [line for line in LINES if not line.public]


def named(line: Line) -> str:
    return f"{line.method} {line.rule}"


@pytest.fixture
def things(app: APIFlask, house: House, ada: Company) -> dict[str, str]:
    """One of each thing of Ada's that the table names."""
    with app.test_client() as client:
        client.post("/api/v1/devices", json={"name": "d1", "metrics": {"temperature": "CEL"}}, headers=ada.bearer)
        order = {"order": {"number": "A-1001", "customer": {"name": "Ben", "email": "ben@example.com"}}}
        client.post("/api/v1/products", json=BODIES["/api/v1/products"], headers=ada.bearer)
        client.post("/epcis/events", json=EVENT, headers=ada.bearer)
        client.post("/epcis/queries", json=BODIES["/epcis/queries"], headers=ada.bearer)
        told = client.post(
            "/epcis/queries/made/subscriptions",
            json=BODIES["/epcis/queries/<name>/subscriptions"],
            headers=ada.bearer,
        ).get_json()
        client.post("/epcis/events", json=WRITTEN, headers=ada.partners_bearer)
        signer = Signer("farm.example", bytes([5]) * 32)
        me = client.get("/api/v1/partner", headers=ada.partners_bearer).get_json()
        body = registration(signer, me["log"], me["partner"])
        client.post("/api/v1/partner/keys", json=body, headers=ada.partners_bearer)
        job = client.post("/epcis/capture", json=EVENT, headers=ada.bearer)
        link = client.post("/api/v1/links", json=BODIES["/api/v1/links"], headers=ada.bearer)
        recall = client.post("/api/v1/recalls", json=BODIES["/api/v1/recalls"], headers=ada.bearer)
        check = client.post("/api/v1/checks", json=BODIES["/api/v1/checks"], headers=ada.bearer)
        shipment = client.post("/api/v1/shipments", json=order, headers=ada.bearer)
        hook, other = (
            client.post("/api/v1/webhooks", json=BODIES["/api/v1/webhooks"], headers=ada.bearer).get_json()
            for _ in range(2)
        )
        sent = client.post(f"/api/v1/webhooks/{hook['id']}/test", headers=ada.bearer).get_json()
        stamp = client.post("/api/v1/stamps", json=BODIES["/api/v1/stamps"], headers=ada.bearer)
    now = house.clock()
    with house.db.begin() as session:
        brand = brand_of(session, ada.brand_id)
        case = open_case(
            session,
            brand_id=ada.brand_id,
            kind="excursion",
            subject="device:1",
            shipment_id=None,
            priority=1,
            facts={},
            due_at=now,
            now=now,
        )
        ups = {"brand_id": ada.brand_id, "carrier": "ups", "base_url": "https://127.0.0.1:1"}
        at_ups = {"brand_id": ada.brand_id, "carrier": "ups", "secret": "", "now": now}
        calls, _ = put_hook(session, open_box(house.keys), **at_ups)  # type: ignore[arg-type]  # two types
        put_account(session, open_box(house.keys), **ups, now=now)  # without credentials: nobody is asked
        turn(session, brand, "notices", on=False, reason="other", person_id=None, now=now)
        parcel = session.get_one(Shipment, shipment.get_json()["id"])
        held = notices.delay(session, shipment=parcel, reason="lost", window=None, now=now)
        assert held
        given = {"kind": "woocommerce", "name": "Oil", "url": "https://oil.example", "secrets": {}, "now": now}
        table = files.keep(
            session, open_box(house.keys), brand_id=ada.brand_id, person_id="x", data=b"order", now=now
        )
        uploaded = {"brand_id": ada.brand_id, "person_id": "x", "kind": "products", "data": b"gtin"}
        rows = tables.keep(session, open_box(house.keys), **uploaded, now=now)
        shop, _ = shops.add(session, open_box(house.keys), brand, **given)
        proposal = proposals.open_proposal(session, parcel, "loss", now)
        claim = claims.draft(session, parcel, claims.Trouble("ups", "loss", now.date()), [], now)
        once = links.make_link(session, parcel, "documents", now)
        (file,) = documents.receive(session, open_box(house.keys), once, [b"%PDF-1.7"], now)
        said = Said("shop", "code", photo=Photo("image/png", b"sealed as it is", 1, 1))
        suspected = "/01/09521234543213/21/COPIED"
        about = {"brand_id": ada.brand_id, "key": suspected, "said": said, "language": "en", "now": now}
        report = reports.receive(session, open_box(house.keys), **about)  # type: ignore[arg-type]  # of four types
        terms = compensation.RuleTerms("code", 500, "EUR", 1, 90, 5000)
        rule = compensation.set_rule(session, brand, terms, person_id="owner", now=now)
        assert proposal
        assert claim
        feed = {"url": "https://alerts.example/x", "countries": ["IE"], "extra_days": 2}
        alerts = follow_feed(session, brand, **feed, now=now)
        authorise(session, brand, ada.partner_id, repairs=True, collects=True, now=now)
        mended = {"key": "/01/09521234543213/21/A1", "kind": "mended", "repaired_on": now.date(), "now": now}
        repair = record_repair(session, brand, ada.partner_id, **mended)
        strike = Declared("strike", "Strike", now, now + timedelta(days=3), 2, destinations=("IE",))
        disruption = declare(session, brand, strike, person_id=None, now=now)
        assert disruption
        receipt = accept(session, brand.log_id, "test:thing:made", {}, now=now)
        row = session.scalars(select(EpcisEvent.id).where(EpcisEvent.event_id == WRITTEN["eventID"])).one()
    integrate_due(house.db, brand.log_id, owner="test", clock=house.clock)
    publish_due(house.db, brand.log_id, signer_of(house.keys, brand), now)
    return {
        "gtin": "09521234543213",
        "event": str(EVENT["eventID"]),
        "query": "made",
        "subscription": told["subscriptionID"],
        "job": job.headers["Location"].rpartition("/")[2],
        "link": link.get_json()["id"],
        "recall": recall.get_json()["id"],
        "check": check.get_json()["id"],
        "sscc": "095212345600000012",
        "device": "d1",
        "shipment": shipment.get_json()["id"],
        "stamp": str(stamp.get_json()["submission"]),
        "case": case.id,
        "suspect": report.case_id,
        "report": report.id,
        "key": ada.key_id,
        "hook": hook["id"],
        "calls": calls.id,
        "shop": shop.id,
        "table": table.id,
        "rows": rows.id,
        "order": parcel.order_id,
        "other_hook": other["id"],
        "sent": sent["id"],
        "submission": str(receipt.submission_id),
        "log": brand.log_key,
        "signer": signer.verifier.key_id.hex(),
        "written": str(WRITTEN["eventID"]),
        "row": str(row),
        "partner": ada.partner_id,
        "repair": repair.id,
        "notice": held.id,
        "proposal": proposal.id,
        "claim": claim.id,
        "file": file.id,
        "rule": rule.id,
        "feed": alerts.id,
        "disruption": disruption.id,
    }


@dataclass
class Visitor:
    """Somebody at the door: a browser with a session, a program with a key, or nobody we know."""

    client: FlaskClient
    headers: dict[str, str]

    def call(self, line: Line, things: dict[str, str]) -> TestResponse:
        body = BODIES.get(line.rule, {}) if line.method == "POST" else None
        as_what = (
            {"json": body} if line.rule.startswith(("/api/", "/epcis/")) and body is not None else {"data": body}
        )
        return self.client.open(
            line.sample.format_map(things), method=line.method, headers=self.headers, **_given(as_what)
        )


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}


def person(house: House, client: FlaskClient, person_id: str) -> Visitor:
    """A browser in which this person is logged in."""
    with house.db.begin() as session:
        client.set_cookie("wayproof", open_session(session, person_id, {"csrf": "token"}, house.clock()))
    return Visitor(client, {"X-CSRF-Token": "token"})


def program(client: FlaskClient, key: str) -> Visitor:
    client.delete_cookie("wayproof")
    return Visitor(client, {"Authorization": f"Bearer {key}"})


def stranger(client: FlaskClient) -> Visitor:
    client.delete_cookie("wayproof")
    return Visitor(client, {})


def test_every_route_stands_in_the_table_and_the_table_has_no_other(app: APIFlask) -> None:
    real = {
        (method, rule.rule) for rule in app.url_map.iter_rules() for method in (rule.methods or set()) - {"HEAD"}
    }
    written = [(line.method, line.rule) for line in LINES]
    assert len(written) == len(set(written))
    assert sorted(real - set(written)) == []
    assert sorted(set(written) - real) == []


def test_every_post_acts_once_or_says_why_not(app: APIFlask) -> None:
    many = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not getattr(app.view_functions[rule.endpoint], "once", False)
    }
    assert many == set(ACTS_MORE_THAN_ONCE)


def test_nobody_passes_without_a_login_or_a_key(client: FlaskClient, things: dict[str, str]) -> None:
    wrong = []
    for line in GUARDED:
        answer = stranger(client).call(line, things)
        if answer.status_code != 401 and not answer.headers.get("Location", "").startswith("/login?"):
            wrong.append((named(line), answer.status_code))
    assert wrong == []


def test_each_role_passes_where_the_table_says_so_and_nowhere_else(
    client: FlaskClient, house: House, ada: Company, things: dict[str, str]
) -> None:
    wrong = []
    for letter, role in ROLES.items():
        for line in GUARDED:
            visitor = person(house, client, ada.people[role])  # anew, for one of the lines logs out
            status = visitor.call(line, things).status_code
            if (status not in REFUSED) != (letter in line.who) or status >= 500:
                wrong.append((role, named(line), status))
    assert wrong == []


def test_a_key_passes_with_its_scope_and_with_no_other(
    client: FlaskClient, ada: Company, things: dict[str, str]
) -> None:
    wrong = []
    for scope, key in ada.keys.items():
        for line in GUARDED:
            status = program(client, key).call(line, things).status_code
            if (status not in (*REFUSED, 303)) != (line.scope in (scope, "any")) or status >= 500:
                wrong.append((scope, named(line), status))
    assert wrong == []


def test_a_partners_key_passes_where_a_key_does_and_where_only_partners_may(
    client: FlaskClient, ada: Company, things: dict[str, str]
) -> None:
    wrong = []
    for scope, key in ada.partner_keys.items():
        for line in GUARDED:
            status = program(client, key).call(line, things).status_code
            passes = line.scope in (scope, f"partner:{scope}", "any")
            if (status not in (*REFUSED, 303)) != passes or status >= 500:
                wrong.append((scope, named(line), status))
    assert wrong == []


def test_the_things_of_another_brand_are_not_found(
    client: FlaskClient, house: House, ada: Company, cleo: Company, things: dict[str, str]
) -> None:
    wrong = []
    for line in GUARDED:
        if "{" not in line.sample:
            continue
        statuses = []
        if line.who != "-":
            role = "partner" if line.for_partners else "owner"
            statuses.append(person(house, client, cleo.people[role]).call(line, things).status_code)
        if line.scope != "-":
            key = cleo.partner_keys["events:write"] if line.for_partners else cleo.key
            statuses.append(program(client, key).call(line, things).status_code)
        if set(statuses) != {404}:
            wrong.append((named(line), statuses))
    assert wrong == []


def test_every_role_has_a_success_and_a_refusal(
    client: FlaskClient, house: House, ada: Company, things: dict[str, str]
) -> None:
    for role in ROLES.values():
        seen = {person(house, client, ada.people[role]).call(line, things).status_code for line in GUARDED}
        assert seen & {200, 201, 303}, role
        assert 403 in seen or role == "owner", role
    assert person(house, client, ada.people["owner"]).client.get("/api/v1/shipments/none").status_code == 404


@pytest.mark.parametrize("line", [line for line in LINES if line.who == "demo"], ids=named)
def test_the_demo_is_found_only_while_it_runs(client: FlaskClient, house: House, line: Line) -> None:
    assert stranger(client).call(line, {}).status_code == 404
    settings = Settings(home=house.settings.home, demo=True)
    with create_app(House(settings, house.db, house.clock, house.keys)).test_client() as demo:
        assert stranger(demo).call(line, {}).status_code in (200, 409)


def test_what_is_open_to_all_asks_for_no_login(client: FlaskClient, things: dict[str, str]) -> None:
    statuses = {named(line): stranger(client).call(line, things).status_code for line in LINES if line.who == "*"}
    assert statuses.pop("POST /login") == 401  # a wrong password
    assert [name for name, status in statuses.items() if status in REFUSED or status >= 500] == []
