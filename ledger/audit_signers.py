"""The auditor's walk over what partners signed: was each event said by whom it names, by a key registered before?

Sees the entries one after the other and keeps only keys and demands; reads no database.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from ledger import entry
from ledger.compare import Finding
from ledger.entry import Envelope
from ledger.errors import Tampered
from ledger.fields import Opening
from ledger.said import DEMANDED, KEY_ENTRIES, Keys, event_of, is_document, who_said

# Raises Tampered where a signed entry tells something else than the event, or the claim, that was signed.
Tells = Callable[[Envelope, Mapping[str, Any]], None]


class Signers:
    """Follows the partners through a log, entry by entry in the order of their index."""

    def __init__(self, tells: Tells | None = None) -> None:
        self._keys = Keys()
        self._demanded: dict[tuple[str, str], int] = {}
        self._tells = tells

    def look(self, index: int, data: bytes, openings: Sequence[Opening]) -> list[Finding]:
        """What is wrong with the signature of an entry, or with an entry about keys, the partner named.

        data: the entry's bytes, which were found to be the recorded ones. Costs nothing for an entry that is of
        no partner: a name in canonical JSON has one spelling.
        """
        if b'"partner":"' not in data:
            return []
        try:
            envelope = entry.read(data)
        except Tampered:
            return []  # told by whoever read it before
        try:
            self._judge(index, envelope, openings)
        except Tampered as error:
            return [Finding(index, "signer", f"Entry {index}: {error}.")]
        return []

    def named(self, finding: Finding, partner: str | None) -> Finding:
        """The same finding about an entry, with the name of the partner who signed it, if one did."""
        if partner is None or partner in finding.sentence:
            return finding
        return Finding(finding.index, finding.what, f"{finding.sentence} It was signed by {self._who(partner)}.")

    def _judge(self, index: int, envelope: Envelope, openings: Sequence[Opening]) -> None:
        if envelope.type in KEY_ENTRIES:
            self._keys.learn(index, envelope)
            return
        if envelope.type == DEMANDED:
            self._demand(index, envelope.body)
            return
        said = who_said(index, envelope, openings, self._keys)
        if said is None:
            self._require(envelope)
        elif said.why == "key":
            raise Tampered(
                f"no entry before it registered the key {said.key} that signs for {self._who(said.partner)}"
            )
        elif said.state == "valid" and self._tells is not None:
            self._compare(envelope, openings, self._tells)

    def _compare(self, envelope: Envelope, openings: Sequence[Opening], tells: Tells) -> None:
        parts = [each.value for each in openings if is_document(each.path)]
        try:
            tells(envelope, event_of(parts))
        except Tampered as error:
            raise Tampered(f"it is not what {self._who(envelope.body['partner'])} signed: {error}") from error

    def _demand(self, index: int, body: Mapping[str, Any]) -> None:
        forms = {"partner": str, "type": str, "required": bool}
        if body.keys() != forms.keys() or any(type(body[name]) is not kind for name, kind in forms.items()):
            raise Tampered("what it demands of a partner has a wrong form")
        place = body["partner"], body["type"]
        if body["required"]:
            self._demanded.setdefault(place, index)
        else:
            self._demanded.pop(place, None)

    def _require(self, envelope: Envelope) -> None:
        partner = envelope.body.get("partner")
        since = self._demanded.get((partner, envelope.type)) if isinstance(partner, str) else None
        if since is not None:
            who = self._who(partner)
            raise Tampered(
                f"it is said to be of {who}, whose signature is required since entry {since}, and has none"
            )

    def _who(self, partner: Any) -> str:
        name = self._keys.name(partner)
        return f"{name} (partner {partner})" if name else f"partner {partner}"


def signed_by(data: bytes) -> str | None:
    """Whom the signature in these bytes, which may be anything, is of."""
    try:
        value = orjson.loads(data)
        partner = value["body"]["signed"]["by"]
    except (ValueError, TypeError, KeyError, IndexError):
        return None
    return partner if isinstance(partner, str) else None
