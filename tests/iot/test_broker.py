"""Which broker is chosen, and what its files say."""

import stat
from pathlib import Path

import pytest

from iot import broker
from iot.broker import INGEST_USER, NoBroker, ingest_url, plan, read_credentials
from iot.passwords import Credential, hashed


def test_a_configured_broker_comes_first_and_nothing_is_started(tmp_path: Path) -> None:
    chosen = plan(tmp_path, configured_url="mqtts://ada:x@broker.example.com", bind="127.0.0.1", port=0)
    assert (chosen.kind, chosen.host, chosen.port, chosen.command) == (
        "configured",
        "broker.example.com",
        8883,
        None,
    )
    assert ingest_url(tmp_path, "mqtts://ada:x@broker.example.com") == chosen.url


@pytest.mark.parametrize("url", ["broker.example.com:1883", "http://broker.example.com", "mqtt://"])
def test_an_address_that_is_none_is_refused_with_an_example(tmp_path: Path, url: str) -> None:
    with pytest.raises(NoBroker, match=r"must be an address such as mqtt://"):
        plan(tmp_path, configured_url=url, bind="127.0.0.1", port=0)


def test_without_any_broker_the_listener_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoBroker, match="WAYPROOF_MQTT_URL"):
        ingest_url(tmp_path, "")


def test_the_second_run_keeps_port_and_password(tmp_path: Path) -> None:
    first, second = (plan(tmp_path, configured_url="", bind="127.0.0.1", port=0) for _ in range(2))
    assert first == second
    assert ingest_url(tmp_path, "") == first.url
    assert broker.client_id(tmp_path) == broker.client_id(tmp_path)


def test_without_mosquitto_amqtt_runs_and_says_what_it_is_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "find_mosquitto", lambda: None)
    chosen = plan(tmp_path, configured_url="", bind="127.0.0.1", port=0)
    assert chosen.kind == "amqtt"
    assert "for the demo and one small site" in chosen.sentence


def test_the_password_file_is_for_our_eyes_and_changes_only_when_a_user_does(tmp_path: Path) -> None:
    ada = Credential("ada/cold-1", hashed("sesame"))
    plan(tmp_path, configured_url="", bind="127.0.0.1", port=0, credentials=[ada])
    path = tmp_path / broker.PASSWORD_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.username for each in read_credentials(path)] == [INGEST_USER, "ada/cold-1"]
    assert not broker.write_credentials(tmp_path, [ada])
    assert broker.write_credentials(tmp_path, [])
