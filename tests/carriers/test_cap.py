"""CAP alerts and feeds of them, good and hostile; written by us."""

from datetime import UTC, datetime

import pytest

from carriers.cap import CapRefused, read

ALERT = """<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>storm-1</identifier>
<sender>weather@example.org</sender><sent>2026-03-01T10:00:00+01:00</sent><status>Actual</status>
<msgType>Alert</msgType><scope>Public</scope>
<info><category>Met</category><event>Storm</event><urgency>Expected</urgency><severity>Severe</severity>
<certainty>Likely</certainty><onset>2026-03-02T00:00:00+01:00</onset><expires>2026-03-04T00:00:00+01:00</expires>
<headline>Storm on the coast</headline><web>https://weather.example.org/storm-1</web>
<area><areaDesc>Coast</areaDesc></area><area><areaDesc>Islands</areaDesc></area></info></alert>"""


def feed(*entries: str) -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{"".join(entries)}</feed>'.encode()


def test_an_alert_says_what_where_and_until_when() -> None:
    (alert,), links = read(ALERT.encode())
    assert (alert.identifier, alert.event, alert.headline, alert.cancels) == (
        "storm-1",
        "Storm",
        "Storm on the coast",
        False,
    )
    assert alert.begins == datetime(2026, 3, 1, 23, tzinfo=UTC)
    assert alert.ends == datetime(2026, 3, 3, 23, tzinfo=UTC)
    assert alert.areas == ("Coast", "Islands")
    assert links == []


def test_a_feed_holds_alerts_or_links_to_them() -> None:
    link = '<entry><link type="application/cap+xml" href="https://a.example/1.xml"/></entry>'
    other = '<entry><link type="text/html" href="https://a.example/1.html"/></entry>'
    alerts, links = read(feed(f"<entry><content>{ALERT}</content></entry>", link, other))
    assert [alert.identifier for alert in alerts] == ["storm-1"]
    assert links == ["https://a.example/1.xml"]


def test_a_cancel_names_what_it_ends() -> None:
    cancel = ALERT.replace("<msgType>Alert", "<msgType>Cancel").replace(
        "<scope>", "<references>weather@example.org,storm-0,2026-02-28T10:00:00+01:00</references><scope>"
    )
    (alert,), _ = read(cancel.encode())
    assert (alert.cancels, alert.replaces) == (True, ("storm-0",))


def test_tests_and_drafts_are_left_out() -> None:
    for status in ("Test", "Exercise", "Draft", "System"):
        assert read(ALERT.replace("Actual", status).encode()) == ([], [])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"<alert>",
        b"<html><body>sorry</body></html>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><alert><identifier>&b;</identifier></alert>',
        ALERT.replace("2026-03-01T10:00:00+01:00", "yesterday").encode(),
        ALERT.replace("<identifier>storm-1</identifier>", "").encode(),
        b"<alert>" + b"<a>" * 70 + b"</a>" * 70 + b"</alert>",
    ],
)
def test_what_is_no_alert_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(CapRefused) as refused:
        read(raw)
    assert str(refused.value)
