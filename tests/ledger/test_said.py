"""Who said what: Ada's broker Ben signs, Cleo is another partner, the operator changes things by hand."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from ledger import fields, jcs, said
from ledger.entry import Envelope
from ledger.errors import Tampered
from ledger.fields import Opening
from ledger.note import Signer

ORIGIN = "wayproof/ada1"
NONCE = bytes(range(32))
EVENT = {"type": "ObjectEvent", "eventID": "urn:uuid:1", "quantityList": [{"quantity": 2.50, "uom": "KGM"}]}


def signer(name: str = "ben.example", seed: int = 7) -> Signer:
    return Signer(name, bytes([seed]) * 32)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def registered(key: Signer, partner: str = "ben", origin: str = ORIGIN, **changes: Any) -> Envelope:
    proof = b64(key.signature(said.key_text(origin, partner, key.vkey)))
    body = {"partner": partner, "name": "Ben Brokers", "vkey": key.vkey, "proof": proof, **changes}
    return Envelope(ORIGIN, said.REGISTERED, "", body, {})


def rotated(old: Signer, new: Signer, by: Signer | None = None, partner: str = "ben") -> Envelope:
    text = said.key_text(ORIGIN, partner, new.vkey)
    body = {
        "partner": partner,
        "old": old.verifier.key_id.hex(),
        "vkey": new.vkey,
        "proof": b64(new.signature(text)),
        "signature": b64((by or old).signature(text)),
    }
    return Envelope(ORIGIN, said.ROTATED, "", body, {})


def revoked(key: Signer, partner: str = "ben") -> Envelope:
    return Envelope(
        ORIGIN,
        said.REVOKED,
        "",
        {"partner": partner, "key": key.verifier.key_id.hex(), "reason": "lost"},
        {},
    )


def keys(*entries: Envelope) -> said.Keys:
    learnt = said.Keys()
    for index, each in enumerate(entries):
        learnt.learn(index, each)
    return learnt


@dataclass
class Event:
    """A signed event as it stands in the log, its document in two parts."""

    envelope: Envelope
    openings: list[Opening] = field(default_factory=list)


def signed(key: Signer, event: dict[str, Any] = EVENT, by: str = "ben", **changes: Any) -> Event:
    hashed = said.event_hash(ORIGIN, NONCE, event)
    signature = {
        "by": by,
        "key": key.verifier.key_id.hex(),
        "said": hashed.hex(),
        "signature": b64(key.signature(said.event_text(ORIGIN, hashed))),
        **changes,
    }
    public = {name: event[name] for name in event if name != "quantityList"}
    rest = {name: event[name] for name in event if name == "quantityList"}
    values = {
        "public:document": jcs.encode(public),
        "commercial:document": json.dumps(rest).encode(),
        said.NONCE: NONCE,
    }
    openings = fields.seal(values)
    commitments = {each.path: fields.commit(ORIGIN, each).hex() for each in openings}
    body = {"partner": "ben", "signed": signature}
    return Event(Envelope(ORIGIN, "epcis:event:captured", "", body, commitments), openings)


def test_a_partner_is_named_when_everything_that_it_signed_is_shown() -> None:
    event = signed(signer())
    found = said.who_said(5, event.envelope, event.openings, keys(registered(signer())))
    assert found is not None
    assert (found.partner, found.name, found.state, found.why) == ("ben", "Ben Brokers", "valid", "")


def test_an_entry_without_signature_was_signed_by_nobody() -> None:
    event = Envelope(ORIGIN, "epcis:event:captured", "", {"partner": "ben"}, {})
    assert said.who_said(0, event, [], said.Keys()) is None


@pytest.mark.parametrize("path", ["public:document", "commercial:document", said.NONCE])
def test_what_is_withheld_leaves_the_signature_and_never_makes_it_valid(path: str) -> None:
    event = signed(signer())
    shown = [each for each in event.openings if each.path != path]
    found = said.who_said(5, event.envelope, shown, keys(registered(signer())))
    assert found is not None
    assert (found.name, found.state, found.why) == ("Ben Brokers", "unknown", "withheld")


def test_without_the_registration_the_key_is_unknown() -> None:
    event = signed(signer())
    found = said.who_said(5, event.envelope, event.openings, said.Keys())
    assert found is not None
    assert (found.name, found.state, found.why) == ("", "unknown", "key")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("public:document", jcs.encode({"type": "ObjectEvent", "eventID": "urn:uuid:2"})),
        ("commercial:document", b'{"quantityList":[{"quantity":2.51,"uom":"KGM"}]}'),
        ("commercial:document", b'{"type":"ObjectEvent"}'),
        ("commercial:document", b'{"quantityList":1,"quantityList":1}'),
        ("commercial:document", b'{"quantityList":[NaN]}'),
        ("commercial:document", b"[]"),
        ("commercial:document", b"["),
        (said.NONCE, bytes(32)),
        (said.NONCE, b"short"),
    ],
)
def test_another_content_under_the_old_signature_is_found_and_the_broker_named(path: str, value: bytes) -> None:
    event = signed(signer())
    openings = [Opening(o.path, o.salt, value if o.path == path else o.value) for o in event.openings]
    with pytest.raises(Tampered, match=r"Ben Brokers \(partner ben\)"):
        said.who_said(5, event.envelope, openings, keys(registered(signer())))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"said": "0" * 64}, "Ben Brokers .*wrong"),
        ({"said": "x"}, "wrong form"),
        ({"said": "A" * 64}, "wrong form"),
        ({"signature": b64(bytes(64))}, "Ben Brokers .*wrong"),
        ({"signature": "Zh=="}, "Ben Brokers"),
        ({"signature": None}, "wrong form"),
        ({"by": "cleo"}, "cleo"),
        ({"more": "x"}, "wrong form"),
    ],
)
def test_a_changed_signature_is_found(changes: dict[str, Any], says: str) -> None:
    event = signed(signer(), **changes)
    with pytest.raises(Tampered, match=says):
        said.who_said(5, event.envelope, event.openings, keys(registered(signer())))


def test_a_key_signs_only_for_the_partner_that_registered_it() -> None:
    event = signed(signer())
    found = said.who_said(5, event.envelope, event.openings, keys(registered(signer(), partner="cleo")))
    assert found is not None
    assert found.state == "unknown"


def test_a_rotated_key_is_named_by_its_first_registration_and_the_old_one_ends() -> None:
    old, new = signer(), signer(seed=8)
    learnt = keys(registered(old), rotated(old, new))
    after, before = signed(new), signed(old)
    found = said.who_said(2, after.envelope, after.openings, learnt)
    assert found is not None
    assert (found.name, found.state) == ("Ben Brokers", "valid")
    with pytest.raises(Tampered, match="not good at this entry"):
        said.who_said(2, before.envelope, before.openings, learnt)
    with pytest.raises(Tampered, match="not good at this entry"):
        said.who_said(1, after.envelope, after.openings, learnt)


def test_a_revoked_key_signs_nothing_after_and_all_before() -> None:
    learnt = said.Keys()
    learnt.learn(0, registered(signer()))
    learnt.learn(5, revoked(signer()))
    event = signed(signer())
    found = said.who_said(4, event.envelope, event.openings, learnt)
    assert found is not None
    assert found.state == "valid"
    with pytest.raises(Tampered, match="ben"):
        said.who_said(6, event.envelope, event.openings, learnt)


def test_a_registration_proves_possession_for_this_partner_and_this_log() -> None:
    for wrong in (
        registered(signer(), proof=b64(bytes(64))),
        registered(signer(), origin="wayproof/cleo1"),
        registered(signer(), vkey=signer(seed=9).vkey),
        registered(signer(), partner="ben", vkey="ben+00000000+AAAA"),
        registered(signer(), more="x"),
    ):
        with pytest.raises(Tampered):
            said.Keys().learn(0, wrong)


def test_a_rotation_that_the_old_key_did_not_sign_is_found() -> None:
    old, new = signer(), signer(seed=8)
    with pytest.raises(Tampered, match="ben"):
        keys(registered(old), rotated(old, new, by=new))


def test_a_rotation_of_a_key_that_was_not_shown_vouches_for_nothing() -> None:
    old, new = signer(), signer(seed=8)
    assert keys(rotated(old, new)).find("ben", new.verifier.key_id.hex(), 9) is None
