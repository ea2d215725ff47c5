"""Who said what: keys of partners as entries of a log, and a partner's signature over an event of its own. Pure.

What an event means is not known here; an entry names its partner in `body.partner`, that is all.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ledger import jcs
from ledger.entry import Envelope
from ledger.errors import Tampered
from ledger.fields import Opening
from ledger.labelled import digest
from ledger.note import Verifier, strict_b64

REGISTERED = "partner:key:registered"
ROTATED = "partner:key:rotated"
REVOKED = "partner:key:revoked"
KEY_ENTRIES = frozenset({REGISTERED, ROTATED, REVOKED})
DEMANDED = "partner:signature:set"
"""Entries of a type of this partner must be signed from here on, or need not: {"partner", "type", "required"}."""

NONCE = "commercial:nonce"
NONCE_SIZE = 32
DOCUMENT = "document"

_LABEL = "wayproof/said/v1"
_SIGNED = {"by": str, "key": str, "said": str, "signature": str}
_FORMS = {
    REGISTERED: ("partner", "name", "vkey", "proof"),
    ROTATED: ("partner", "old", "vkey", "proof", "signature"),
    REVOKED: ("partner", "key", "reason"),
}
_HEX_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True)
class PartnerKey:
    """A key of a partner, good for entries behind `first` and before `until` (None: good to the end)."""

    partner: str
    name: str
    verifier: Verifier
    first: int
    until: int | None = None

    @property
    def key_id(self) -> str:
        """The eight hex digits of its vkey."""
        return self.verifier.key_id.hex()


@dataclass(frozen=True)
class Said:
    """Who signed an event. Never made of a signature that is wrong.

    valid: a key registered before signed exactly the event that the openings show. unknown: `why` is `key` (its
    registration was not shown; `name` is then empty and nothing was checked) or `withheld` (the signature is
    right, but a part of what it is over was not shown).
    """

    partner: str
    key: str
    said: str
    name: str
    state: Literal["valid", "unknown"]
    why: Literal["", "key", "withheld"] = ""


@dataclass
class Keys:
    """The keys of partners that a log's entries tell of; learn from these entries in the order of their index."""

    _known: dict[tuple[str, str], list[PartnerKey]] = field(default_factory=dict)

    def learn(self, index: int, envelope: Envelope) -> None:
        """Take in an entry about a key. Raises Tampered, naming the partner, for one that proves nothing.

        A rotation or revocation of a key that was not learnt is left aside: its new key stays unknown.
        """
        body = _key_body(envelope)
        if envelope.type == REGISTERED:
            self._add(envelope.log, body, body["name"], index)
        elif envelope.type == ROTATED:
            old = self.find(body["partner"], body["old"], index)
            if old is None:
                return
            text = key_text(envelope.log, body["partner"], body["vkey"])
            _check(old.verifier, text, body["signature"], f"the rotation of a key of partner {body['partner']}")
            self._add(envelope.log, body, old.name, index)
            self._end(old, index)
        elif old := self.find(body["partner"], body["key"], index):
            self._end(old, index)

    def find(self, partner: str, key_id: str, index: int) -> PartnerKey | None:
        """The partner's key of this id that was good when entry `index` was written."""
        for key in self._known.get((partner, key_id), ()):
            if key.first < index and (key.until is None or index < key.until):
                return key
        return None

    def knows(self, partner: str, key_id: str) -> bool:
        """Whether the partner ever had a key of this id."""
        return (partner, key_id) in self._known

    def name(self, partner: str) -> str:
        """The partner as its newest key says; empty for one without a key."""
        named = [key for (each, _), held in self._known.items() if each == partner for key in held]
        return max(named, key=lambda key: key.first).name if named else ""

    def _add(self, origin: str, body: Mapping[str, str], name: str, index: int) -> None:
        partner, vkey = body["partner"], body["vkey"]
        verifier = _verifier(partner, vkey)
        _check(
            verifier, key_text(origin, partner, vkey), body["proof"], f"the key of partner {partner} at {index}"
        )
        key = PartnerKey(partner, name, verifier, index)
        self._known.setdefault((partner, key.key_id), []).append(key)

    def _end(self, key: PartnerKey, index: int) -> None:
        held = self._known[key.partner, key.key_id]
        held[held.index(key)] = replace(key, until=index)


def event_hash(origin: str, nonce: bytes, event: Mapping[str, Any]) -> bytes:
    """What a partner says: the hash of the event, as it stands alone and without its signature, and of the nonce.

    Raises NotCanonical for an event that RFC 8785 gives no bytes, ValueError for a nonce of another length.
    """
    if len(nonce) != NONCE_SIZE:
        raise ValueError(f"the nonce has {NONCE_SIZE} bytes")
    return digest(_LABEL, origin.encode(), nonce, jcs.encode(dict(event)))


def event_text(origin: str, said: bytes) -> bytes:
    """The text that a partner's key signs for an event."""
    return f"wayproof/signed-event/v1\n{origin}\n{said.hex()}\n".encode()


def key_text(origin: str, partner: str, vkey: str) -> bytes:
    """The text that shows the possession of a new key, and by which an old one hands over to it."""
    return f"wayproof/partner-key/v1\n{origin}\n{partner}\n{vkey}\n".encode()


def who_said(index: int, envelope: Envelope, openings: Sequence[Opening], keys: Keys) -> Said | None:
    """Who signed the entry at `index`; None when its body holds no signature. The openings are verified before.

    Raises Tampered, naming the partner, when the signature or what it is over is not right.
    """
    if "signed" not in envelope.body:
        return None
    signed = _signed(envelope.body)
    partner, said = signed["by"], signed["said"]
    key = keys.find(partner, signed["key"], index)
    if key is None and keys.knows(partner, signed["key"]):
        raise Tampered(f"partner {partner} signed with the key {signed['key']}, which was not good at this entry")
    if key is None:
        return Said(partner, signed["key"], said, "", "unknown", "key")
    whose = f"the event of {key.name} (partner {partner})"
    _check(key.verifier, event_text(envelope.log, bytes.fromhex(said)), signed["signature"], whose)
    try:
        shown = _shown(envelope, openings)
        if shown is None:
            return Said(partner, key.key_id, said, key.name, "unknown", "withheld")
        again = event_hash(envelope.log, shown[0], shown[1])
    except (Tampered, ValueError) as error:
        raise Tampered(f"{whose} has no hash: {error}") from error
    if again.hex() != said:
        raise Tampered(f"{whose} is not the one that was signed: it was changed or invented afterwards")
    return Said(partner, key.key_id, said, key.name, "valid")


def is_document(path: str) -> bool:
    """Whether the opening of this path holds the event, or a part of it."""
    return path.rpartition(":")[2] == DOCUMENT


def event_of(documents: Iterable[bytes]) -> dict[str, Any]:
    """The event of its parts, each a JSON object; no field stands twice. Raises Tampered."""
    event: dict[str, Any] = {}
    for data in documents:
        try:
            part = json.loads(data.decode(), object_pairs_hook=_once)  # of bytes it would take UTF-16, too
        except (ValueError, RecursionError) as error:
            raise Tampered(f"a part of the event is not JSON with one meaning: {error}") from error
        if not isinstance(part, dict) or not event.keys().isdisjoint(part):
            raise Tampered("the parts of the event do not join to one object")
        event |= part
    return event


def _shown(envelope: Envelope, openings: Sequence[Opening]) -> tuple[bytes, dict[str, Any]] | None:
    """Nonce and event, when everything that they are made of is shown."""
    values = {each.path: each.value for each in openings}
    wanted = [path for path in envelope.commitments if is_document(path)]
    if not wanted or not values.keys() >= {NONCE, *wanted}:
        return None
    return values[NONCE], event_of(values[path] for path in wanted)


def _signed(body: Mapping[str, Any]) -> dict[str, str]:
    """The signature in a body, its form checked: the partner who signed is the one whom the entry is of."""
    signed = body["signed"]
    if not isinstance(signed, dict) or signed.keys() != _SIGNED.keys():
        raise Tampered("the signature of a partner has a wrong form")
    if not all(isinstance(each, str) for each in signed.values()) or not _HEX_HASH.fullmatch(signed["said"]):
        raise Tampered("the signature of a partner has a wrong form")
    if signed["by"] != body.get("partner"):
        raise Tampered(f"partner {signed['by']} signed, but the entry is of partner {body.get('partner')}")
    return signed


def _key_body(envelope: Envelope) -> dict[str, str]:
    body = envelope.body
    form = _FORMS[envelope.type]
    if body.keys() != set(form) or not all(isinstance(each, str) for each in body.values()):
        raise Tampered(f"an entry {envelope.type} has a wrong form")
    return body


def _verifier(partner: str, vkey: str) -> Verifier:
    try:
        return Verifier.parse(vkey)
    except ValueError as error:
        raise Tampered(f"the key of partner {partner}: {error}") from error


def _check(verifier: Verifier, text: bytes, signature: str, whose: str) -> None:
    try:
        blob = strict_b64(signature)
    except ValueError as error:
        raise Tampered(f"{whose}: {error}") from error
    try:
        verifier.verify(text, blob)
    except Tampered as error:
        raise Tampered(f"{whose}: the signature is wrong") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found
