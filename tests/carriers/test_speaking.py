"""The speaking half of every file in carriers/adapters, against the local stand-in for its vendor, over HTTP."""

import itertools
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from app.demo import carrier_script
from app.demo.carrier_doors import VENDORS
from app.demo.carrier_server import ALREADY, CarrierServer, trouble
from carriers import http
from carriers.adapter import Asked, adapter, ask
from carriers.answer import CarrierError, ErrorKind
from carriers.clock import How
from carriers.http import Account, Http
from carriers.known import CARRIERS
from carriers.vocabulary import Reason, Status

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TOKENS = {vendor.carrier for vendor in VENDORS if vendor.token_path}
NAMELESS = {"dpd"}  # an answer that does not repeat the number can't be told from another parcel's
_COUNT = itertools.count()


class Memory:
    """Tokens of one test."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, datetime]] = {}

    def get(self, account_id: str, now: datetime) -> str | None:
        token, refresh_at = self.kept.get(account_id, ("", now))
        return token if refresh_at > now else None

    def put(self, account_id: str, token: str, refresh_at: datetime) -> None:
        self.kept[account_id] = (token, refresh_at)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CarrierServer]:
    server = CarrierServer(0, lambda: NOW, tmp_path_factory.mktemp("carriers")).start()
    yield server
    server.stop()


@pytest.fixture(params=sorted(CARRIERS))
def carrier(request: pytest.FixtureRequest, server: CarrierServer) -> Iterator[str]:
    server.asked.clear()
    yield request.param
    trouble(server.folder, request.param, None)


@pytest.fixture
def speak() -> Http:
    return Http(requests.Session(), Memory(), lambda: NOW)


def account_with(server: CarrierServer, carrier: str, secret: str = "secret") -> Account:
    needs = adapter(carrier).CREDENTIALS
    more = {name: secret for name in needs if name not in ("client_id", "secret")}
    return Account(f"{next(_COUNT)}", carrier, server.base_url, secret and "ada", secret, more=more)


def asked(carrier: str) -> list[Asked]:
    return [Asked(adapter(carrier).TRIAL, "10115", "+49 30 1234567")]


def refusal(speak: Http, server: CarrierServer, carrier: str) -> CarrierError:
    with pytest.raises(CarrierError) as caught:
        ask(speak, account_with(server, carrier), asked(carrier))
    return caught.value


def test_a_parcel_is_followed_with_its_moments_and_its_estimate(
    speak: Http, server: CarrierServer, carrier: str
) -> None:
    answer = ask(speak, account_with(server, carrier), asked(carrier))
    (shipment,) = answer.shipments
    assert (shipment.tracking_number, shipment.carrier) == (adapter(carrier).TRIAL, carrier)
    lines = server.parcel(carrier, shipment.tracking_number).lines
    assert len(shipment.events) == len(lines) == 5
    assert shipment.events[0].status is Status.REGISTERED
    assert shipment.headline.status is Status.IN_TRANSIT
    assert not answer.errors
    for event, line in zip(shipment.events, lines, strict=True):
        assert event.tracking_number == shipment.tracking_number
        assert event.occurred_text
        utc = event.occurred_utc
        assert utc is None or utc == line.at.replace(second=utc.second)  # some tell no seconds
        assert (utc is None) == (event.how is How.UNKNOWN)


def test_a_hold_at_customs_is_told_with_its_cause(
    speak: Http, server: CarrierServer, carrier: str, tmp_path: Path
) -> None:
    held = CarrierServer(0, lambda: NOW, tmp_path).start()
    try:
        number = adapter(carrier).TRIAL
        carrier_script.announce(tmp_path, number, carrier, NOW - ALREADY)
        carrier_script.hold_at_customs(tmp_path, number, NOW - timedelta(hours=1), "customs_documents")
        (shipment,) = ask(speak, account_with(held, carrier), asked(carrier)).shipments
        assert (shipment.headline.status, shipment.headline.reason) == (Status.CUSTOMS, Reason.CUSTOMS_DOCUMENTS)
    finally:
        held.stop()


def test_a_number_that_nobody_knows_is_an_error_and_no_empty_parcel(
    speak: Http, server: CarrierServer, carrier: str
) -> None:
    answer = ask(speak, account_with(server, carrier), [Asked("0000")])
    assert not answer.shipments
    assert [(each.kind, each.tracking_number) for each in answer.errors] == [(ErrorKind.NOT_FOUND, "0000")]


def test_a_token_is_shared_and_renewed_once_when_it_is_refused(
    speak: Http, server: CarrierServer, carrier: str
) -> None:
    account = account_with(server, carrier)
    path = next(vendor.token_path for vendor in VENDORS if vendor.carrier == carrier) or "none"
    for _ in range(2):
        ask(speak, account, asked(carrier))
    assert sum(path in each for each in server.asked) == (carrier in TOKENS)
    server.tokens.clear()
    assert ask(speak, account, asked(carrier)).shipments
    assert sum(path in each for each in server.asked) == 2 * (carrier in TOKENS)


def test_credentials_that_are_refused_are_blamed(speak: Http, server: CarrierServer, carrier: str) -> None:
    trouble(server.folder, carrier, "unauthorised")
    error = refusal(speak, server, carrier)
    assert (error.kind, error.cause) == (ErrorKind.AUTH_FAILED, "credential")


def test_a_limit_is_told_with_its_wish(speak: Http, server: CarrierServer, carrier: str) -> None:
    trouble(server.folder, carrier, "limit", 120)
    error = refusal(speak, server, carrier)
    assert (error.kind, error.retry_after, error.cause) == (ErrorKind.TOO_MANY, timedelta(minutes=2), "quota")


@pytest.mark.parametrize("mode", ["error", "html", "huge", "deep", "redirect", "hang"])
def test_what_is_no_answer_is_refused(
    speak: Http, server: CarrierServer, carrier: str, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "READ_S", 0.3)
    trouble(server.folder, carrier, mode)
    error = refusal(speak, server, carrier)
    assert error.permanent == (mode == "redirect")
    assert error.cause == {"redirect": "address", "hang": "silence"}.get(mode, error.cause)


def test_wrong_types_cost_the_answer_and_nothing_else(speak: Http, server: CarrierServer, carrier: str) -> None:
    trouble(server.folder, carrier, "wrong")
    with suppress(CarrierError):
        assert not ask(speak, account_with(server, carrier), asked(carrier)).shipments


def test_another_parcels_history_is_never_taken(speak: Http, server: CarrierServer, carrier: str) -> None:
    trouble(server.folder, carrier, "other")
    shipments = ask(speak, account_with(server, carrier), asked(carrier)).shipments
    assert (not shipments) or carrier in NAMELESS
