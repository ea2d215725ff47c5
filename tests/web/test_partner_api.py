"""Farm, a partner of Ada's, signs what it says; what is wrong is refused, named, and leaves nothing behind."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.brands.signatures import demand
from app.brands.tenants import brand_of, signer_of
from app.db import reading
from app.epcis.signing import registration, rotation, sign_document
from app.house import House
from app.provenance.capture import run_jobs_due
from app.provenance.facts import tells
from ledger.audit import audit
from ledger.examine import examine
from ledger.integrator import integrate_due, publish_due
from ledger.note import Signer
from tests.web.conftest import Company

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
OLD = Signer("farm.example", bytes([5]) * 32)
NEW = Signer("farm.example", bytes([6]) * 32)


def event(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:7b0c6c62-2d59-4f0a-9c0b-{number:012}",
        "eventTime": "2026-03-01T08:00:00Z",
        "eventTimeZoneOffset": "+01:00",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "quantityList": [
            {"epcClass": "https://id.gs1.org/01/09521234543213/10/L1", "quantity": 12.50, "uom": "KGM"}
        ],
        **changes,
    }


@dataclass
class Farm:
    """The partner at the door, with its key of the API."""

    client: FlaskClient
    bearer: dict[str, str]
    house: House
    brand_id: str
    me: dict[str, Any]

    def post(self, path: str, body: Any) -> TestResponse:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(path, data=data, headers={**self.bearer, "Content-Type": "application/json"})

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers=self.bearer)

    def sign(self, document: dict[str, Any], signer: Signer = OLD, log: str | None = None) -> dict[str, Any]:
        signed: dict[str, Any] = json.loads(
            sign_document(json.dumps(document).encode(), signer, log or self.me["log"])
        )
        return signed

    def register(self, signer: Signer = OLD) -> TestResponse:
        return self.post("/api/v1/partner/keys", registration(signer, self.me["log"], self.me["partner"]))

    def demand(self) -> None:
        with self.house.db.begin() as session:
            brand = brand_of(session, self.brand_id)
            demand(session, brand, self.me["partner"], required=True, now=self.house.clock())

    def work(self) -> None:
        run_jobs_due(self.house.db, self.house.clock())
        with reading(self.house.db) as session:
            brand = brand_of(session, self.brand_id)
        while integrate_due(self.house.db, brand.log_id, owner="test", clock=self.house.clock):
            pass
        publish_due(self.house.db, brand.log_id, signer_of(self.house.keys, brand), self.house.clock())

    def findings(self) -> list[str]:
        with reading(self.house.db) as session:
            brand = brand_of(session, self.brand_id)
        vkey = signer_of(self.house.keys, brand).vkey
        return [each.sentence for each in audit(self.house.db, brand.log_id, [vkey], tells=tells)]

    def events(self) -> int:
        with reading(self.house.db) as session:
            return int(session.execute(text("SELECT count(*) FROM epcis_event")).scalar_one())


@pytest.fixture
def farm(client: FlaskClient, house: House, ada: Company) -> Farm:
    me = client.get("/api/v1/partner", headers=ada.partners_bearer).get_json()
    return Farm(client, ada.partners_bearer, house, ada.brand_id, me)


def test_a_partner_registers_its_key_and_signs_an_event_that_is_kept_with_its_signature(farm: Farm) -> None:
    assert farm.register().status_code == 201
    assert farm.post("/epcis/events", farm.sign(event())).status_code == 201
    farm.work()
    assert farm.findings() == []
    receipt = farm.get(f"/api/v1/partner/receipt?id={event()['eventID']}").get_json()
    assert (receipt["state"], receipt["signed_with"]) == ("integrated", OLD.verifier.key_id.hex())
    stored = farm.client.get(
        f"/epcis/events/{event()['eventID']}", headers=farm.bearer
    )  # a key that may only write reads nothing
    assert stored.status_code == 403


def test_the_receipt_goes_from_accepted_to_a_proof_that_verifies_offline(farm: Farm) -> None:
    farm.register()
    farm.post("/epcis/events", farm.sign(event()))
    path = f"/api/v1/partner/receipt?id={event()['eventID']}"
    first = farm.get(path).get_json()
    assert (first["state"], first["index"], first["proof"]) == ("accepted", None, None)
    farm.work()
    then = farm.get(path).get_json()
    assert then["state"] == "integrated"
    assert then["index"] == then["submission"] - 1  # Ada's is the only log, so nothing took a number in between
    proof = farm.get(then["proof"].removeprefix(farm.house.settings.base_url))
    assert "attachment" in proof.headers["Content-Disposition"]
    found = examine(proof.get_data(), vkeys=None)
    assert found.said is not None
    assert [found.unchanged.state, found.included.state, found.signed.state, found.said.state] == ["valid"] * 4
    assert "Farm (partner" in found.said.why


def test_a_signed_event_sent_again_changes_nothing_even_with_another_signature(farm: Farm) -> None:
    farm.register()
    first, again = farm.sign(event()), farm.sign(event())
    assert first != again
    answers = [farm.post("/epcis/events", each) for each in (first, first, again, event())]
    assert [each.status_code for each in answers] == [201, 409, 409, 409]
    assert {each.headers["Location"] for each in answers} == {answers[0].headers["Location"]}
    assert farm.events() == 1


def broken(change: Callable[[dict[str, Any]], None]) -> Callable[[Farm], dict[str, Any]]:
    def make(farm: Farm) -> dict[str, Any]:
        document = farm.sign(event())
        change(document)
        return document

    return make


def _mark(document: dict[str, Any], **changes: Any) -> None:
    document["wayproof:signed"].update(changes)


WRONG: dict[str, tuple[Callable[[Farm], dict[str, Any]], int, str]] = {
    "another content": (broken(lambda d: d.update(bizStep="receiving")), 403, "/wayproof:signed/signature"),
    "another amount": (
        broken(lambda d: d["quantityList"][0].update(quantity=12.51)),
        403,
        "/wayproof:signed/signature",
    ),
    "another nonce": (broken(lambda d: _mark(d, nonce="A" * 43 + "=")), 403, "/wayproof:signed/signature"),
    "no base64": (broken(lambda d: _mark(d, nonce="Zh==")), 400, "/wayproof:signed/nonce"),
    "a short nonce": (broken(lambda d: _mark(d, nonce="AAAA")), 400, "/wayproof:signed/nonce"),
    "an unknown key": (broken(lambda d: _mark(d, key="00000000")), 403, "/wayproof:signed/key"),
    "a key that nobody registered": (lambda farm: farm.sign(event(), NEW), 403, "/wayproof:signed/key"),
    "a signature for another log": (
        lambda farm: farm.sign(event(), log="wayproof/other"),
        403,
        "/wayproof:signed/signature",
    ),
    "no signature in it": (broken(lambda d: d["wayproof:signed"].pop("signature")), 400, "/wayproof:signed"),
    "a number without one form": (
        broken(lambda d: d.update({"wayproof:seals": 2**53 + 1})),
        403,
        "/wayproof:signed",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_the_partners_signature_over_this_event_is_refused_and_named(farm: Farm, name: str) -> None:
    make, status, pointer = WRONG[name]
    farm.register()
    answer = farm.post("/epcis/events", make(farm))
    problem = answer.get_json()
    assert (answer.status_code, problem["errors"][0]["pointer"]) == (status, pointer)
    assert answer.mimetype == "application/problem+json"
    assert status == 400 or event()["eventID"] in problem["detail"]
    assert farm.events() == 0
    farm.work()
    assert farm.findings() == []


def test_the_key_of_another_partner_and_a_revoked_key_are_refused(
    farm: Farm, cleo: Company, client: FlaskClient
) -> None:
    farm.register()
    other = client.get("/api/v1/partner", headers=cleo.partners_bearer).get_json()
    theirs = Farm(client, cleo.partners_bearer, farm.house, cleo.brand_id, other)
    theirs.register(NEW)
    assert farm.post("/epcis/events", farm.sign(event(), NEW)).status_code == 403
    assert theirs.post("/epcis/events", farm.sign(event())).status_code == 403
    key = OLD.verifier.key_id.hex()
    for _ in range(2):
        ended = farm.post(f"/api/v1/partner/keys/{key}/revoke", {"reason": "stolen"})
        assert (ended.status_code, ended.get_json()["ending"]) == (200, "revoked")
    assert farm.post("/epcis/events", farm.sign(event())).status_code == 403
    assert farm.register().status_code == 409
    assert farm.register(NEW).status_code == 201
    assert farm.post("/epcis/events", farm.sign(event(), NEW)).status_code == 201
    farm.work()
    assert farm.findings() == []


def test_the_brand_itself_cannot_bring_an_event_in_a_partners_name(farm: Farm, ada: Company) -> None:
    farm.register()
    answer = farm.client.post("/epcis/events", json=farm.sign(event()), headers=ada.bearer)
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (403, "/wayproof:signed")


def test_a_key_is_rotated_by_itself_and_what_it_signed_before_stays(farm: Farm) -> None:
    farm.register()
    assert farm.post("/epcis/events", farm.sign(event())).status_code == 201
    path = f"/api/v1/partner/keys/{OLD.verifier.key_id.hex()}/rotate"
    body = rotation(OLD, NEW, farm.me["log"], farm.me["partner"])
    forged = rotation(NEW, NEW, farm.me["log"], farm.me["partner"])
    refused = farm.post(path, forged)
    assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, "/signature")
    assert [farm.post(path, body).status_code for _ in range(2)] == [201, 201]
    assert farm.post("/epcis/events", farm.sign(event(2))).status_code == 403
    assert farm.post("/epcis/events", farm.sign(event(2), NEW)).status_code == 201
    keys = farm.get("/api/v1/partner").get_json()["keys"]
    assert [(each["vkey"], each["ending"]) for each in keys] == [(NEW.vkey, None), (OLD.vkey, "rotated")]
    farm.work()
    assert farm.findings() == []


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"proof": "A" * 86 + "=="}, "/proof"),
        ({"vkey": NEW.vkey}, "/proof"),
        ({"vkey": "farm.example+00000000+AAAA"}, "/vkey"),
    ],
)
def test_a_key_is_registered_only_by_whoever_holds_it(farm: Farm, changes: dict[str, str], pointer: str) -> None:
    body = registration(OLD, farm.me["log"], farm.me["partner"]) | changes
    answer = farm.post("/api/v1/partner/keys", body)
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, pointer)


def test_a_second_key_needs_the_first_one(farm: Farm) -> None:
    assert [farm.register().status_code, farm.register().status_code, farm.register(NEW).status_code] == [
        201,
        201,
        409,
    ]


def test_a_partner_that_must_sign_is_refused_without_and_nothing_is_half_written(farm: Farm) -> None:
    farm.register()
    farm.demand()
    answer = farm.post("/epcis/events", event())
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (403, "/wayproof:signed")
    document = {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-01T08:00:00Z",
        "epcisBody": {"eventList": [{k: v for k, v in event(n).items() if k != "@context"} for n in (1, 2)]},
    }
    signed = farm.sign(document)
    del signed["epcisBody"]["eventList"][1]["wayproof:signed"]
    job = farm.post("/epcis/capture", signed).headers["Location"]
    farm.work()
    told = farm.get(job).get_json()
    assert [each["field"] for each in told["errors"]] == ["/epcisBody/eventList/1/wayproof:signed"]
    assert event(2)["eventID"] in told["errors"][0]["detail"]
    assert farm.events() == 0
    job = farm.post("/epcis/capture", farm.sign(document)).headers["Location"]
    farm.work()
    assert farm.get(job).get_json()["success"]
    assert farm.events() == 2
    assert farm.findings() == []


def test_receipts_come_in_pages_and_say_what_was_declared_wrong(farm: Farm) -> None:
    farm.register()
    for number in range(1, 4):
        farm.post("/epcis/events", farm.sign(event(number)))
    wrong = {
        "declarationTime": "2026-03-02T08:00:00Z",
        "reason": "incorrect_data",
        "correctiveEventIDs": [event(3)["eventID"]],
    }
    farm.post("/epcis/events", farm.sign(event(2, errorDeclaration=wrong)))
    farm.work()
    first = farm.get("/api/v1/partner/receipts?limit=3")
    told = first.get_json()["receipts"]
    assert [(each["event"][-1], each["revision"], each["in_error"]) for each in told] == [
        ("2", 1, True),
        ("3", 0, False),
        ("2", 0, True),
    ]
    assert told[0]["corrected_by"] == [event(3)["eventID"]]
    following = first.headers["Link"].partition(">")[0].removeprefix("<http://localhost")
    rest = farm.get(following)
    assert [each["event"][-1] for each in rest.get_json()["receipts"]] == ["1"]
    assert "Link" not in rest.headers
    assert farm.findings() == []


def test_one_partner_sees_nothing_of_another(farm: Farm, cleo: Company, client: FlaskClient) -> None:
    farm.post("/epcis/events", event())
    assert client.get("/api/v1/partner/receipts", headers=cleo.partners_bearer).get_json() == {"receipts": []}
    path = f"/api/v1/partner/receipt?id={event()['eventID']}"
    assert client.get(path, headers=cleo.partners_bearer).status_code == 404
    assert farm.get(path).status_code == 200
