"""The traceability sheet over HTTP."""

from apiflask import APIFlask

from tests.app.provenance.test_fsma import RAW, harvest
from tests.web.conftest import Company

JSON = {"Content-Type": "application/json"}


def test_a_lot_gives_its_sheet_and_what_is_no_lot_is_named(app: APIFlask, ada: Company, cleo: Company) -> None:
    with app.test_client() as client:
        sent = client.post("/epcis/events", data=harvest(), headers={**ada.bearer, **JSON})
        assert sent.status_code == 201, sent.text
        accepts = {"Accept": "text/csv"}
        answer = client.get("/fsma204.csv", query_string={"lot": RAW}, headers={**ada.bearer, **accepts})
        assert answer.content_type == "text/csv; charset=utf-8"
        assert answer.text.splitlines()[1].startswith("harvesting,ni:///sha-256;")
        theirs = client.get("/fsma204.csv", query_string={"lot": RAW}, headers=cleo.bearer)
        assert theirs.text.count("\r\n") == 1
        refused = client.get("/fsma204.csv?lot=/01/09521234000020", headers=ada.bearer)
        assert refused.status_code == 422
        assert "is no lot" in refused.get_json()["errors"][0]["detail"]
