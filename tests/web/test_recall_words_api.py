"""The words of a recall are corrected over HTTP: pages show the new ones, nobody is told again."""

from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.db import reading
from app.entries import EntryType
from app.house import House
from app.models.shipments import Notice
from ledger import entry
from ledger.tables import Submission
from tests.web.conftest import Company

KEY = "/01/09521234543213/10/L1"
OLD = {"reason": {"en": "Glass"}, "advice": {"en": "Bring it back"}}
NEW = {"reason": {"en": "Metal, not glass", "de": "Metall"}, "advice": {"en": "Do not eat it"}}


def amended(house: House) -> int:
    with reading(house.db) as session:
        rows = session.scalars(select(Submission.envelope))
        return sum(entry.read(row).type == EntryType.RECALL_AMENDED for row in rows)


def test_words_are_corrected_once_and_only_while_the_recall_is_open(
    client: FlaskClient, house: House, ada: Company, cleo: Company
) -> None:
    shipment = {"order": {"number": "A-1", "customer": {"name": "Ben", "email": "b@example.com"}}, "items": [KEY]}
    client.post("/api/v1/shipments", json=shipment, headers=ada.bearer)
    recall = client.post("/api/v1/recalls", json={"key": KEY, **OLD}, headers=ada.bearer).get_json()
    words = f"/api/v1/recalls/{recall['id']}/words"
    for _ in range(2):
        answer = client.post(words, json=NEW, headers=ada.bearer)
        assert answer.status_code == 200
        assert answer.get_json()["reason"] == NEW["reason"]
    assert amended(house) == 1
    assert "Metal, not glass" in client.get(f"{KEY}?lang=en").text
    with reading(house.db) as session:
        told = session.scalar(select(func.count()).select_from(Notice).where(Notice.kind == "recall"))
    assert told == 1
    assert client.post(words, json={"reason": {}, "advice": {}}, headers=ada.bearer).status_code == 422
    assert client.post(words, json=OLD, headers=cleo.bearer).status_code == 404
    client.post(f"/api/v1/recalls/{recall['id']}/close", headers=ada.bearer)
    ended = client.post(words, json=OLD, headers=ada.bearer)
    assert ended.status_code == 409
    assert "has ended" in ended.get_json()["detail"]
    assert amended(house) == 1
