"""CBV 2.0 event hashes: the ids that events get which come without one, in JSON-LD and XML."""

import json

from app.epcis.document import parse_document, read_value
from tests.conformance import manifest
from tests.conformance.manifest import Suite
from tests.conformance.score import Score
from tests.conformance.suites.epcis_documents import list_of_events


def judge(suite: Suite) -> Score:
    score = Score()
    for name, document, expected in manifest.hashes(suite):
        try:
            found = [event.event_id for event in parse_document(_without_ids(document)).valid()]
        except ValueError as error:
            score.judge(name, expected=True, accepted=False, why=str(error))
            continue
        right = found == expected if expected is not None else len(set(found)) == 1
        if right:
            score.right()
        else:
            score.fail(name, f"{len(found)} hashes, {len(set(found) - set(expected or found))} differ")
    return score


def _without_ids(document: bytes) -> bytes:
    body = read_value(document)
    for event in list_of_events(body):
        event.pop("eventID", None)
    return json.dumps(body).encode()
